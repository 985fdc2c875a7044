//! Times, counts, shares and prose, as the report writes them.

use super::fonts::Face;
use super::text::{Span, Style};
use crate::evidence::dossier::FrameworkFacts;
use crate::report::layout::json;
use jiff::Timestamp;
use serde_json::Value;

/// `2026-11-22 06:46 UTC`.
pub fn time(time: Timestamp) -> String {
    time.strftime("%Y-%m-%d %H:%M UTC").to_string()
}

/// `2026-11-22`.
pub fn date(time: Timestamp) -> String {
    time.strftime("%Y-%m-%d").to_string()
}

/// `5,000`.
pub fn count(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// `1 resource`, `5,000 resources`; words that end in `y` become `ies`.
pub fn counted(number: u64, word: &str) -> String {
    match (number, word.strip_suffix('y')) {
        (1, _) => format!("1 {word}"),
        (_, Some(stem)) => format!("{} {stem}ies", count(number)),
        _ => format!("{} {word}s", count(number)),
    }
}

/// A share in percent, never rounded up to all or down to nothing.
pub fn percent(part: u64, all: u64) -> String {
    match (part, all) {
        (_, 0) => "no share".to_owned(),
        (0, _) => "0 %".to_owned(),
        (part, all) if part >= all => "100 %".to_owned(),
        (part, all) => match (part * 200 + all) / (all * 2) {
            0 => "under 1 %".to_owned(),
            100 => "over 99 %".to_owned(),
            rounded => format!("{rounded} %"),
        },
    }
}

/// The first `most` characters; what is left out is told.
pub fn shortened(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        None => text.to_owned(),
        Some((end, _)) => format!("{}… ({} characters more)", &text[..end], count(text[end..].chars().count() as u64)),
    }
}

/// A JSON value with spaces at which it can be broken; a text without its quotes.
pub fn value(value: &Value) -> String {
    value.as_str().map_or_else(|| json(value), str::to_owned)
}

/// A framework with its edition, unless its title tells that already.
pub fn framework(framework: &FrameworkFacts) -> String {
    let FrameworkFacts { title, edition, .. } = framework;
    if title.contains(edition.as_str()) { title.clone() } else { format!("{title} ({edition})") }
}

/// The texts, `and` before the last.
pub fn listed(texts: &[String]) -> String {
    match texts {
        [] => String::new(),
        [one] => one.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

/// The paragraphs of a text of the control library: lines are joined, but for commands and items of lists.
pub fn prose(text: &str, style: Style) -> Vec<Vec<Span>> {
    let mut paragraphs: Vec<(bool, String)> = Vec::new();
    let mut ended = true;
    for line in text.lines() {
        let words = line.trim();
        let command = line.starts_with([' ', '\t']) || words.starts_with("aws ");
        let item =
            words.starts_with("- ") || words.split_once(". ").is_some_and(|(number, _)| number.parse::<u8>().is_ok());
        match paragraphs.last_mut() {
            _ if words.is_empty() => ended = true,
            Some((in_command, last)) if !ended && !command && !item && (!*in_command || goes_on(words)) => {
                last.push(' ');
                last.push_str(words);
            }
            _ => {
                paragraphs.push((command, words.to_owned()));
                ended = false;
            }
        }
    }
    let spans = paragraphs.into_iter().map(|(command, text)| {
        let style = if command { Style { face: Face::Mono, ..style }.size(style.size * 0.88) } else { style };
        vec![Span { text, style, link: None }]
    });
    spans.collect()
}

/// True if a line after a command is its next option or value.
fn goes_on(line: &str) -> bool {
    line.starts_with(['-', '\'', '"', '{']) || line.split(' ').next().is_some_and(|word| word.contains('='))
}

#[cfg(test)]
mod tests {
    use super::super::text::BODY;
    use super::*;

    #[test]
    fn counts_are_grouped_and_shares_are_honest() {
        assert_eq!([count(0), count(999), count(1000), count(1_234_567)], ["0", "999", "1,000", "1,234,567"]);
        assert_eq!(
            [counted(1, "entry"), counted(2, "entry"), counted(0, "resource")],
            ["1 entry", "2 entries", "0 resources"]
        );
        assert_eq!(percent(999, 1000), "over 99 %");
        assert_eq!(percent(1, 1000), "under 1 %");
        assert_eq!([percent(1, 2), percent(0, 3), percent(3, 3), percent(0, 0)], ["50 %", "0 %", "100 %", "no share"]);
    }

    #[test]
    fn shortening_tells_how_much_is_missing() {
        assert_eq!(shortened("äöü", 3), "äöü");
        assert_eq!(shortened("äöüß", 3), "äöü… (1 characters more)");
    }

    #[test]
    fn commands_in_prose_keep_their_lines() {
        let texts = |text: &str| -> Vec<(bool, String)> {
            prose(text, BODY)
                .into_iter()
                .map(|mut spans| (spans[0].style.face == Face::Mono, spans.remove(0).text))
                .collect()
        };
        let expected = [(false, "Do this now:"), (true, "aws s3 ls"), (false, "Then rest.")];
        assert_eq!(
            texts("Do this\nnow:\n  aws s3 ls\n\nThen\nrest."),
            expected.map(|(code, text)| (code, text.to_owned()))
        );
        let expected =
            [(true, "aws s3api put --set A=b,C=d"), (false, "Then stop."), (false, "1. one"), (false, "2. two")];
        assert_eq!(
            texts("aws s3api put --set\nA=b,C=d\nThen stop.\n1. one\n2. two"),
            expected.map(|(code, text)| (code, text.to_owned()))
        );
    }
}
