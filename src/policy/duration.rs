//! Lengths of time as text: `90d`, `1h30m`, `500ms`.

use jiff::SignedDuration;

/// A text that is no duration.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a duration; write numbers with units, for instance 90d, 1h30m, 45s, 2w or 500ms")]
pub struct DurationError(String);

const UNITS: &[(&str, i128)] = &[
    ("ms", 1_000_000),
    ("us", 1_000),
    ("ns", 1),
    ("w", 7 * 86_400 * 1_000_000_000),
    ("d", 86_400 * 1_000_000_000),
    ("h", 3_600 * 1_000_000_000),
    ("m", 60 * 1_000_000_000),
    ("s", 1_000_000_000),
];

/// Reads a duration: numbers with the units `w`, `d`, `h`, `m`, `s`, `ms`, `us` or `ns`, with an optional sign before
/// all of them and optional fractions; `0` alone needs no unit. A day is 24 hours.
///
/// # Errors
/// [`DurationError`] if the text is anything else, or longer than 292 billion years.
pub fn parse_duration(text: &str) -> Result<SignedDuration, DurationError> {
    nanoseconds(text)
        .and_then(|nanos| {
            let seconds = i64::try_from(nanos / 1_000_000_000).ok()?;
            let rest = i32::try_from(nanos % 1_000_000_000).ok()?;
            Some(SignedDuration::new(seconds, rest))
        })
        .ok_or_else(|| DurationError(text.chars().take(40).collect()))
}

fn nanoseconds(text: &str) -> Option<i128> {
    let (sign, mut rest) = match text.strip_prefix('-') {
        Some(rest) => (-1, rest),
        None => (1, text.strip_prefix('+').unwrap_or(text)),
    };
    if rest == "0" {
        return Some(0);
    }
    if rest.is_empty() {
        return None;
    }
    let mut total = 0_i128;
    while !rest.is_empty() {
        let (whole, after) = split_digits(rest);
        let (fraction, after) = match after.strip_prefix('.') {
            Some(after) => split_digits(after),
            None => ("", after),
        };
        if whole.is_empty() && fraction.is_empty() {
            return None;
        }
        let (after, unit) =
            UNITS.iter().find_map(|(name, nanos)| after.strip_prefix(name).map(|after| (after, *nanos)))?;
        // More digits than these cannot change a nanosecond.
        let fraction = &fraction[..fraction.len().min(18)];
        let number = |digits: &str| if digits.is_empty() { Some(0) } else { digits.parse::<i128>().ok() };
        let scale = 10_i128.pow(u32::try_from(fraction.len()).ok()?);
        total = total
            .checked_add(number(whole)?.checked_mul(unit)?)?
            .checked_add(number(fraction)?.checked_mul(unit)? / scale)?;
        rest = after;
    }
    Some(sign * total)
}

fn split_digits(text: &str) -> (&str, &str) {
    text.split_at(text.find(|character: char| !character.is_ascii_digit()).unwrap_or(text.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations() {
        let seconds = |text| parse_duration(text).unwrap().as_secs();
        assert_eq!(seconds("90d"), 90 * 86_400);
        assert_eq!(seconds("1h30m"), 5_400);
        assert_eq!(seconds("2w"), 14 * 86_400);
        assert_eq!(seconds("1.5h"), 5_400);
        assert_eq!(seconds("-90s"), -90);
        assert_eq!(seconds("0"), 0);
        assert_eq!(parse_duration("500ms").unwrap(), SignedDuration::from_millis(500));
        assert_eq!(parse_duration("1.000000001s").unwrap(), SignedDuration::new(1, 1));
        assert_eq!(parse_duration("0.1234567890123456789999s").unwrap().subsec_nanos(), 123_456_789);
    }

    #[test]
    fn what_is_no_duration() {
        let long = "9".repeat(100) + "w";
        for text in ["", "-", "90", "d", "1x", "1 d", "1h30", "--1s", "1.s2", ".s", "é", "16000000000000w", &long] {
            assert!(parse_duration(text).is_err(), "{text}");
        }
        assert!(parse_duration("90").unwrap_err().to_string().contains("for instance 90d"));
    }
}
