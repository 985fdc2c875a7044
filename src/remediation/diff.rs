//! Before and after, line by line, for people.

use super::state::json_object;
use serde_json::{Map, Value};

/// A line of a difference.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Line {
    /// It stays.
    Same(String),
    /// It goes.
    Gone(String),
    /// It comes.
    New(String),
    /// Lines that stay are left out here.
    Gap,
}

/// Lines that stay around a change.
const CONTEXT: usize = 2;

/// What leads from one state to another, field by field; fields that stay are left out.
#[must_use]
pub fn states(before: &Map<String, Value>, after: &Map<String, Value>) -> Vec<Line> {
    let mut lines = Vec::new();
    for (field, old) in before {
        let missing = Value::Null;
        let new = after.get(field).unwrap_or(&missing);
        if old != new {
            lines.extend(fields(field, old, new));
        }
    }
    for (field, new) in after.iter().filter(|(field, _)| !before.contains_key(*field)) {
        lines.extend(fields(field, &Value::Null, new));
    }
    lines
}

fn fields(name: &str, old: &Value, new: &Value) -> Vec<Line> {
    shortened(compare(&text(name, old), &text(name, new)))
}

/// A field as lines: JSON laid out, a JSON text laid out as what it says.
fn text(name: &str, value: &Value) -> Vec<String> {
    let inner = value.as_str().and_then(json_object);
    let laid_out = serde_json::to_string_pretty(&readable(inner.as_ref().unwrap_or(value))).unwrap_or_default();
    if value.is_null() {
        return vec![format!("{name}: not set")];
    }
    format!("{name}: {laid_out}").lines().map(ToOwned::to_owned).collect()
}

/// Without what says nothing: empty lists, empty objects, null.
fn readable(value: &Value) -> Value {
    match value {
        Value::Object(members) => {
            let says = |value: &Value| match value {
                Value::Null => false,
                Value::Array(items) => !items.is_empty(),
                Value::Object(members) => !members.is_empty(),
                _ => true,
            };
            let kept = members.iter().filter(|(_, value)| says(value));
            Value::Object(kept.map(|(key, value)| (key.clone(), readable(value))).collect())
        }
        Value::Array(items) => items.iter().map(readable).collect(),
        other => other.clone(),
    }
}

/// The longest common lines; states have some hundred lines at most, so the square of that is no matter.
fn compare(old: &[String], new: &[String]) -> Vec<Line> {
    let mut common = vec![vec![0_usize; new.len() + 1]; old.len() + 1];
    for i in (0..old.len()).rev() {
        for j in (0..new.len()).rev() {
            common[i][j] =
                if old[i] == new[j] { common[i + 1][j + 1] + 1 } else { common[i + 1][j].max(common[i][j + 1]) };
        }
    }
    let (mut i, mut j) = (0, 0);
    let mut lines = Vec::new();
    while i < old.len() || j < new.len() {
        if i < old.len() && j < new.len() && old[i] == new[j] {
            lines.push(Line::Same(old[i].clone()));
            (i, j) = (i + 1, j + 1);
        } else if i < old.len() && (j == new.len() || common[i + 1][j] >= common[i][j + 1]) {
            lines.push(Line::Gone(old[i].clone()));
            i += 1;
        } else {
            lines.push(Line::New(new[j].clone()));
            j += 1;
        }
    }
    lines
}

/// Only the changes and what is near them.
fn shortened(lines: Vec<Line>) -> Vec<Line> {
    let changed: Vec<usize> =
        lines.iter().enumerate().filter(|(_, line)| !matches!(line, Line::Same(_))).map(|(index, _)| index).collect();
    let near = |index: usize| changed.iter().any(|at| at.abs_diff(index) <= CONTEXT);
    let mut kept = Vec::new();
    for (index, line) in lines.into_iter().enumerate() {
        if index == 0 || near(index) {
            kept.push(line);
        } else if kept.last() != Some(&Line::Gap) {
            kept.push(Line::Gap);
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn shown(before: Value, after: Value) -> Vec<String> {
        let lines = states(before.as_object().unwrap(), after.as_object().unwrap());
        lines
            .iter()
            .map(|line| match line {
                Line::Same(text) => format!("  {text}"),
                Line::Gone(text) => format!("- {text}"),
                Line::New(text) => format!("+ {text}"),
                Line::Gap => "...".to_owned(),
            })
            .collect()
    }

    #[test]
    fn one_value_of_many_is_told() {
        let before = json!({"same": 1, "block": {"a": true, "b": true, "c": true, "d": false, "e": null}});
        let after = json!({"same": 1, "block": {"a": true, "b": true, "c": true, "d": true, "e": null}});
        let expected =
            ["  block: {", "...", "    \"b\": true,", "    \"c\": true,", "-   \"d\": false", "+   \"d\": true", "  }"];
        assert_eq!(shown(before, after), expected);
    }

    #[test]
    fn what_was_not_there_is_told() {
        assert_eq!(shown(json!({"x": null}), json!({"x": false})), ["- x: not set", "+ x: false"]);
    }

    #[test]
    fn policies_are_told_as_what_they_say() {
        let before = json!({"policy_text": "{\"Statement\":[{\"Sid\":\"a\"},{\"Sid\":\"b\"}]}"});
        let after = json!({"policy_text": "{\"Statement\": [{\"Sid\":\"a\"}]}"});
        let lines = shown(before, after);
        assert!(lines.iter().any(|line| line.starts_with("-") && line.contains("\"Sid\": \"b\"")), "{lines:?}");
        assert!(!lines.iter().any(|line| line.starts_with('+') && line.contains("Sid")), "{lines:?}");
    }
}
