//! Colours and widths of what people read. `NO_COLOR` and pipes are obeyed by the output stream.

use crate::finding::Severity;
use anstyle::{AnsiColor, Style};

/// How wide tables are when nobody tells.
pub const DEFAULT_WIDTH: usize = 80;
const WIDEST: usize = 140;

/// The width of the terminal, within what is good to read; 80 without a terminal.
#[must_use]
pub fn width() -> usize {
    // comfy-table asks the terminal; a table without content knows no width without one.
    let terminal = comfy_table::Table::new().width().map_or(DEFAULT_WIDTH, usize::from);
    terminal.clamp(DEFAULT_WIDTH, WIDEST)
}

/// Bold.
pub const STRONG: Style = Style::new().bold();
/// Less important.
pub const DIM: Style = Style::new().dimmed();

/// The colour of a severity.
#[must_use]
pub const fn severity(severity: Severity) -> Style {
    let style = Style::new();
    match severity {
        Severity::Critical => style.fg_color(Some(anstyle::Color::Ansi(AnsiColor::Red))).bold(),
        Severity::High => style.fg_color(Some(anstyle::Color::Ansi(AnsiColor::Red))),
        Severity::Medium => style.fg_color(Some(anstyle::Color::Ansi(AnsiColor::Yellow))),
        Severity::Low => style.fg_color(Some(anstyle::Color::Ansi(AnsiColor::Blue))),
        Severity::Informational => style.dimmed(),
    }
}

/// A severity in capitals, at most eight of them.
#[must_use]
pub fn short_severity(severity: Severity) -> String {
    match severity {
        Severity::Informational => "INFO".to_owned(),
        other => other.to_string().to_uppercase(),
    }
}

/// `text` in that style.
#[must_use]
pub fn paint(style: Style, text: impl std::fmt::Display) -> String {
    format!("{}{text}{}", style.render(), style.render_reset())
}

/// `text` cut to `width` characters, with an ellipsis where something was cut.
#[must_use]
pub fn cut(text: &str, width: usize) -> String {
    if text.chars().count() <= width {
        return text.to_owned();
    }
    let mut short: String = text.chars().take(width.saturating_sub(1)).collect();
    short.push('…');
    short
}

/// `text` cut in the middle, for ids whose end tells most.
#[must_use]
pub fn cut_middle(text: &str, width: usize) -> String {
    let length = text.chars().count();
    if length <= width || width < 5 {
        return cut(text, width);
    }
    let head = (width - 1) / 3;
    let tail = width - 1 - head;
    let start: String = text.chars().take(head).collect();
    let end: String = text.chars().skip(length - tail).collect();
    format!("{start}…{end}")
}

/// `text` wrapped at words to lines of at most `width` characters.
#[must_use]
pub fn wrap(text: &str, width: usize) -> Vec<String> {
    let mut lines = Vec::new();
    for paragraph in text.lines() {
        let mut line = String::new();
        for word in paragraph.split_whitespace() {
            if !line.is_empty() && line.chars().count() + 1 + word.chars().count() > width {
                lines.push(std::mem::take(&mut line));
            }
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(word);
        }
        lines.push(line);
    }
    lines
}

/// Prose wrapped to lines of at most `width` characters; only an empty line in it ends a paragraph.
#[must_use]
pub fn wrap_prose(text: &str, width: usize) -> Vec<String> {
    let paragraphs: Vec<_> = text.trim().split("\n\n").map(|paragraph| paragraph.replace('\n', " ")).collect();
    wrap(&paragraphs.join("\n\n"), width)
}

/// `1 resource`, `2 resources`.
#[must_use]
pub fn count(number: u64, word: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{} {word}{plural}", grouped(number))
}

/// `12,345`.
#[must_use]
pub fn grouped(number: u64) -> String {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_grouped() {
        assert_eq!(grouped(7), "7");
        assert_eq!(grouped(1_234), "1,234");
        assert_eq!(grouped(1_234_567), "1,234,567");
        assert_eq!(count(1, "call"), "1 call");
        assert_eq!(count(2_000, "call"), "2,000 calls");
    }

    #[test]
    fn texts_are_cut_by_characters() {
        assert_eq!(cut("äöü", 3), "äöü");
        assert_eq!(cut("äöüß", 3), "äö…");
        assert_eq!(cut_middle("arn:aws:iam::123456789012:user/alice", 20).chars().count(), 20);
        assert!(cut_middle("arn:aws:iam::123456789012:user/alice", 20).ends_with("user/alice"));
    }

    #[test]
    fn texts_are_wrapped_at_words() {
        assert_eq!(wrap("one two three", 7), ["one two", "three"]);
        assert_eq!(wrap("a\n\nb", 7), ["a", "", "b"]);
        assert_eq!(wrap_prose("one\ntwo three\n\nfour\n", 7), ["one two", "three", "", "four"]);
    }
}
