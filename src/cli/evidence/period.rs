//! `--period FROM..TO`.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

/// A period; either end may be open.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Period {
    /// The first moment.
    pub from: Option<Timestamp>,
    /// The last moment.
    pub to: Option<Timestamp>,
}

/// Reads `FROM..TO`: each a date or a time; a date means the whole day in UTC.
pub fn period(text: &str) -> Result<Period, String> {
    let (begin, end) = text.split_once("..").ok_or("write FROM..TO, for instance 2026-07-01..2026-09-30")?;
    let from = (!begin.is_empty()).then(|| from(begin)).transpose()?;
    let to = (!end.is_empty()).then(|| to(end)).transpose()?;
    if let (Some(from), Some(to)) = (from, to)
        && to < from
    {
        return Err("it ends before it begins".to_owned());
    }
    Ok(Period { from, to })
}

/// Reads the first moment of a period.
pub fn from(text: &str) -> Result<Timestamp, String> {
    moment(text, false)
}

/// Reads the last moment of a period.
pub fn to(text: &str) -> Result<Timestamp, String> {
    moment(text, true)
}

fn moment(text: &str, end: bool) -> Result<Timestamp, String> {
    if let Ok(time) = text.parse::<Timestamp>() {
        return Ok(time);
    }
    let wrong = || format!("`{text}` is neither a date (2026-09-30) nor a time (2026-09-30T18:00:00Z)");
    let date: Date = text.parse().map_err(|_| wrong())?;
    // Times are kept to the millisecond.
    let time = if end { date.at(23, 59, 59, 999_000_000) } else { date.at(0, 0, 0, 0) };
    time.to_zoned(TimeZone::UTC).map(|zoned| zoned.timestamp()).map_err(|_| wrong())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_whole_and_ends_may_be_open() {
        let read = |text| period(text).map(|period| (period.from, period.to).map_text());
        assert_eq!(read("2026-07-01..2026-09-30").unwrap(), "2026-07-01T00:00:00Z 2026-09-30T23:59:59.999Z");
        assert_eq!(read("2026-07-01T12:00:00+02:00..").unwrap(), "2026-07-01T10:00:00Z -");
        assert_eq!(read("..2026-09-30").unwrap(), "- 2026-09-30T23:59:59.999Z");
        for wrong in ["2026", "2026-09-30..2026-07-01", "2026-13-01..", "a..b", "2026-07-01"] {
            assert!(period(wrong).is_err(), "{wrong}");
        }
    }

    trait MapText {
        fn map_text(self) -> String;
    }

    impl MapText for (Option<Timestamp>, Option<Timestamp>) {
        fn map_text(self) -> String {
            let text = |end: Option<Timestamp>| end.map_or("-".to_owned(), |end| end.to_string());
            format!("{} {}", text(self.0), text(self.1))
        }
    }
}
