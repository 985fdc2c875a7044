//! Laying out what others wrote, so that it fits and can still be copied: repairs, expressions, JSON values.

use super::style::wrap;
use serde_json::Value;

/// Words that belong together: split at spaces, but not inside quotes.
fn words(line: &str) -> Vec<&str> {
    let mut words = Vec::new();
    let (mut start, mut quote) = (None, None);
    for (at, character) in line.char_indices() {
        match (character, quote) {
            (' ', None) => words.extend(start.take().map(|from| &line[from..at])),
            _ => {
                start.get_or_insert(at);
                match (character, quote) {
                    ('"' | '\'', None) => quote = Some(character),
                    (same, Some(open)) if same == open => quote = None,
                    _ => {}
                }
            }
        }
    }
    words.extend(start.map(|from| &line[from..]));
    words
}

/// One line on as many as it takes, those after the first further in; `end` closes all but the last.
fn continued(line: &str, indent: usize, width: usize, end: &str) -> Vec<String> {
    let own = line.len() - line.trim_start().len();
    let mut lines = vec![" ".repeat(indent + own)];
    let mut empty = true;
    for word in words(line) {
        let Some(last) = lines.last_mut() else { break };
        let length = last.chars().count() + usize::from(!empty) + word.chars().count();
        if !empty && length + end.len() > width {
            last.push_str(end);
            lines.push(format!("{}{word}", " ".repeat(indent + own + 4)));
        } else {
            if !empty {
                last.push(' ');
            }
            last.push_str(word);
        }
        empty = false;
    }
    lines
}

/// An expression as it was written; long lines go on further in.
#[must_use]
pub fn expression(source: &str, indent: usize, width: usize) -> Vec<String> {
    source.trim_end().lines().flat_map(|line| continued(line.trim_end(), indent, width, "")).collect()
}

/// Instructions: prose is wrapped, commands (the indented lines) go on after a backslash, so they can be copied.
#[must_use]
pub fn instructions(text: &str, indent: usize, width: usize) -> Vec<String> {
    let mut lines = Vec::new();
    let mut prose = String::new();
    let flush = |prose: &mut String, lines: &mut Vec<String>| {
        if !prose.is_empty() {
            let wrapped = wrap(&std::mem::take(prose), width.saturating_sub(indent));
            lines.extend(wrapped.into_iter().map(|line| format!("{}{line}", " ".repeat(indent))));
        }
    };
    for line in text.trim_end().lines().map(str::trim_end) {
        let command = line.starts_with(' ');
        let item =
            line.starts_with("- ") || line.split_once(". ").is_some_and(|(number, _)| number.parse::<u8>().is_ok());
        if line.is_empty() || command || item {
            flush(&mut prose, &mut lines);
        }
        if line.is_empty() {
            lines.push(String::new());
        } else if command {
            lines.extend(continued(line, indent, width, " \\"));
        } else {
            if !prose.is_empty() {
                prose.push(' ');
            }
            prose.push_str(line);
        }
    }
    flush(&mut prose, &mut lines);
    lines
}

/// JSON with spaces at which it can be wrapped.
#[must_use]
pub fn json(value: &Value) -> String {
    match value {
        Value::Array(items) => format!("[{}]", items.iter().map(json).collect::<Vec<_>>().join(", ")),
        Value::Object(fields) => {
            let fields: Vec<_> =
                fields.iter().map(|(name, value)| format!("{}: {}", Value::from(name.as_str()), json(value))).collect();
            format!("{{{}}}", fields.join(", "))
        }
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prose_is_wrapped_and_commands_stay_commands() {
        let text = "First this, in words\nof two lines:\n  aws s3api put --bucket NAME --name \"two words\" --force\n- an item\n\nThen that.\n";
        let expected = [
            "  First this, in words of two",
            "  lines:",
            "    aws s3api put --bucket \\",
            "        NAME --name \\",
            "        \"two words\" --force",
            "  - an item",
            "",
            "  Then that.",
        ];
        assert_eq!(instructions(text, 2, 30), expected);
    }

    #[test]
    fn expressions_keep_their_lines() {
        assert_eq!(
            expression("a.exists(x,\n  x.one == 'a b' && x.two)\n", 2, 20),
            ["  a.exists(x,", "    x.one == 'a b'", "        && x.two)"]
        );
    }

    #[test]
    fn json_can_be_wrapped() {
        assert_eq!(json(&serde_json::json!({"a": [1, null], "b": "c,d"})), r#"{"a": [1, null], "b": "c,d"}"#);
    }
}
