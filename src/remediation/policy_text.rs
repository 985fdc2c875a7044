//! Changing one statement of a policy and nothing else: the text of the rest stays byte for byte.

use serde_json::Value;
use std::ops::Range;

/// Where the statements of a policy stand in its text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statements {
    /// The byte ranges of the statements, in order.
    pub spans: Vec<Range<usize>>,
    /// The byte range of the list; none if `Statement` is a single object without a list around it.
    pub list: Option<Range<usize>>,
}

/// Finds the statements of a policy; none if the text is no policy.
#[must_use]
pub fn statements(text: &str) -> Option<Statements> {
    // What follows walks over bytes and trusts that they are JSON.
    let parsed: Value = serde_json::from_str(text).ok()?;
    parsed.as_object()?.get("Statement")?;
    let bytes = text.as_bytes();
    let start = blank(bytes, 0);
    let mut found = None;
    for (key, value) in members(bytes, start)? {
        // Of a key that stands twice, the last counts, as in every parser.
        if serde_json::from_str::<String>(&text[key]).is_ok_and(|key| key == "Statement") {
            found = Some(value);
        }
    }
    let value = found?;
    match bytes[value.start] {
        b'[' => Some(Statements { spans: items(bytes, value.start)?, list: Some(value) }),
        b'{' => Some(Statements { spans: vec![value], list: None }),
        _ => None,
    }
}

/// The policy without these statements; `None` if none would be left, or the text is no policy, or has no such
/// statement.
#[must_use]
pub fn without(text: &str, removed: &[usize]) -> Option<String> {
    let Statements { spans, list } = statements(text)?;
    list?;
    if removed.iter().any(|index| *index >= spans.len()) {
        return None;
    }
    let kept: Vec<usize> = (0..spans.len()).filter(|index| !removed.contains(index)).collect();
    let first = *kept.first()?;
    // The text before the first and after the last statement stays; a removed statement goes with the comma and the
    // blanks before it, or, where none before it is kept, with those behind it.
    let mut result = text[..spans[0].start].to_owned();
    result.push_str(&text[spans[first].clone()]);
    for index in kept.iter().copied().skip(1) {
        result.push_str(&text[spans[index - 1].end..spans[index].end]);
    }
    result.push_str(&text[spans[spans.len() - 1].end..]);
    Some(result)
}

/// The policy with one more statement at its end.
#[must_use]
pub fn with(text: &str, statement: &str) -> Option<String> {
    let Statements { spans, list } = statements(text)?;
    match (list, spans.last()) {
        (Some(_), Some(last)) => Some(format!("{},{statement}{}", &text[..last.end], &text[last.end..])),
        (Some(list), None) => Some(format!("{}[{statement}]{}", &text[..list.start], &text[list.end..])),
        (None, Some(only)) => {
            Some(format!("{}[{},{statement}]{}", &text[..only.start], &text[only.clone()], &text[only.end..]))
        }
        (None, None) => None,
    }
}

/// The end of blanks that begin at `at`.
fn blank(bytes: &[u8], mut at: usize) -> usize {
    while bytes.get(at).is_some_and(u8::is_ascii_whitespace) {
        at += 1;
    }
    at
}

/// The end of the value that begins at `at`.
fn value_end(bytes: &[u8], at: usize) -> Option<usize> {
    match bytes.get(at)? {
        b'"' => string_end(bytes, at),
        b'{' | b'[' => {
            let mut depth = 0_usize;
            let mut at = at;
            loop {
                match bytes.get(at)? {
                    b'"' => {
                        at = string_end(bytes, at)?;
                        continue;
                    }
                    b'{' | b'[' => depth += 1,
                    b'}' | b']' => {
                        depth = depth.checked_sub(1)?;
                        if depth == 0 {
                            return Some(at + 1);
                        }
                    }
                    _ => {}
                }
                at += 1;
            }
        }
        _ => {
            let rest = &bytes[at..];
            let length = rest.iter().position(|byte| matches!(byte, b',' | b']' | b'}') || byte.is_ascii_whitespace());
            Some(at + length.unwrap_or(rest.len()))
        }
    }
}

fn string_end(bytes: &[u8], at: usize) -> Option<usize> {
    let mut at = at + 1;
    loop {
        match bytes.get(at)? {
            b'"' => return Some(at + 1),
            b'\\' => at += 2,
            _ => at += 1,
        }
    }
}

/// Keys and values of the object that begins at `at`.
fn members(bytes: &[u8], at: usize) -> Option<Vec<(Range<usize>, Range<usize>)>> {
    let mut members = Vec::new();
    if bytes.get(at) != Some(&b'{') {
        return None;
    }
    let mut at = blank(bytes, at + 1);
    while bytes.get(at)? != &b'}' {
        let key = at..string_end(bytes, at)?;
        let colon = blank(bytes, key.end);
        let start = blank(bytes, colon + 1);
        let value = start..value_end(bytes, start)?;
        at = blank(bytes, value.end);
        members.push((key, value));
        if bytes.get(at)? == &b',' {
            at = blank(bytes, at + 1);
        }
    }
    Some(members)
}

/// The items of the list that begins at `at`.
fn items(bytes: &[u8], at: usize) -> Option<Vec<Range<usize>>> {
    let mut items = Vec::new();
    let mut at = blank(bytes, at + 1);
    while bytes.get(at)? != &b']' {
        let item = at..value_end(bytes, at)?;
        at = blank(bytes, item.end);
        items.push(item);
        if bytes.get(at)? == &b',' {
            at = blank(bytes, at + 1);
        }
    }
    Some(items)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    const POLICY: &str = r#"{ "Version": "2012-10-17",
  "Statement" : [
    {"Sid": "tls, \"only\"]", "Effect":"Deny"},
    {"Sid": "public",   "Effect": "Allow", "Principal": "*" } ,
    {"Sid":"partner","Effect":"Allow", "X-Unknown": [1, {"a":"}"}]}
  ], "Id": "p" }"#;

    #[test]
    fn one_statement_goes_and_the_rest_stays_byte_for_byte() {
        let rest = without(POLICY, &[1]).unwrap();
        assert_eq!(
            rest,
            r#"{ "Version": "2012-10-17",
  "Statement" : [
    {"Sid": "tls, \"only\"]", "Effect":"Deny"} ,
    {"Sid":"partner","Effect":"Allow", "X-Unknown": [1, {"a":"}"}]}
  ], "Id": "p" }"#
        );
        let first = without(POLICY, &[0]).unwrap();
        assert!(first.contains("[\n    {\"Sid\": \"public\","), "{first}");
        assert!(serde_json::from_str::<Value>(&first).is_ok());
        let two = without(POLICY, &[1, 2]).unwrap();
        assert_eq!(serde_json::from_str::<Value>(&two).unwrap()["Statement"].as_array().unwrap().len(), 1);
        assert!(two.ends_with("\"Deny\"}\n  ], \"Id\": \"p\" }"), "{two}");
    }

    #[test]
    fn a_policy_is_never_left_without_a_statement() {
        assert_eq!(without(POLICY, &[0, 1, 2]), None);
        assert_eq!(without(POLICY, &[3]), None);
        assert_eq!(without(r#"{"Statement": {"Effect": "Allow"}}"#, &[0]), None);
        assert_eq!(without("{}", &[0]), None);
        assert_eq!(without("not json", &[0]), None);
    }

    #[test]
    fn a_statement_is_added_at_the_end() {
        let added = with(POLICY, r#"{"Sid":"new"}"#).unwrap();
        assert!(added.contains("[1, {\"a\":\"}\"}]},{\"Sid\":\"new\"}\n  ]"), "{added}");
        assert_eq!(without(&added, &[3]).unwrap(), POLICY, "and goes again without a trace");
        assert_eq!(with(r#"{"Statement":{"Sid":"a"}}"#, "{}").unwrap(), r#"{"Statement":[{"Sid":"a"},{}]}"#);
        assert_eq!(with(r#"{"Statement":[ ]}"#, "{}").unwrap(), r#"{"Statement":[{}]}"#);
        assert_eq!(with(r#"{"Version":"1"}"#, "{}"), None);
    }

    #[test]
    fn an_escaped_key_and_a_repeated_key_are_understood() {
        let escaped = r#"{"St\u0061tement": [{"a": 1}, {"b": 2}]}"#;
        assert_eq!(without(escaped, &[0]).unwrap(), r#"{"St\u0061tement": [{"b": 2}]}"#);
        let twice = r#"{"Statement": [{"x": 0}], "Statement": [{"a": 1}, {"b": 2}]}"#;
        assert_eq!(without(twice, &[1]).unwrap(), r#"{"Statement": [{"x": 0}], "Statement": [{"a": 1}]}"#);
    }

    proptest! {
        #[test]
        fn foreign_texts_never_panic(text in ".{0,60}") {
            let _ = (statements(&text), without(&text, &[0]), with(&text, "{}"));
        }

        #[test]
        fn what_is_left_is_what_was_there(sids in prop::collection::vec(".{0,8}", 2..6), removed in 0_usize..6, pretty: bool) {
            let policy = json!({"Version": "2012-10-17", "Statement": sids.iter().map(|sid| json!({"Sid": sid})).collect::<Vec<_>>()});
            let text = if pretty { serde_json::to_string_pretty(&policy).unwrap() } else { policy.to_string() };
            let removed = removed % sids.len();
            let rest: Value = serde_json::from_str(&without(&text, &[removed]).unwrap()).unwrap();
            let mut expected = policy;
            expected["Statement"].as_array_mut().unwrap().remove(removed);
            prop_assert_eq!(rest, expected);
        }
    }
}
