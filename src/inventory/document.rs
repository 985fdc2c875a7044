//! Reading values out of documents, for helpers.

use serde_json::Value;

/// The text at `key`, or `""`.
#[must_use]
pub fn text<'a>(document: &'a Value, key: &str) -> &'a str {
    document.get(key).and_then(Value::as_str).unwrap_or_default()
}

/// The integer at `key`.
#[must_use]
pub fn integer(document: &Value, key: &str) -> Option<i64> {
    document.get(key).and_then(Value::as_i64)
}

/// The list at `key`, or an empty one.
#[must_use]
pub fn list<'a>(document: &'a Value, key: &str) -> &'a [Value] {
    document.get(key).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

/// The texts of the list at `key`.
pub fn texts<'a>(document: &'a Value, key: &str) -> impl Iterator<Item = &'a str> {
    list(document, key).iter().filter_map(Value::as_str)
}
