//! Comparing states: what was predicted, what was there, what is there now.

use super::operation::OUTPUT_KEY;
use serde_json::{Map, Value};

/// The key of a value that cannot be predicted: `{"$any": true}` is equal to everything; with a text in the place
/// of `true`, see [`made_of`].
pub const ANY_KEY: &str = "$any";

/// A value that the provider chooses.
#[must_use]
pub fn any() -> Value {
    serde_json::json!({ ANY_KEY: true })
}

/// A value that the provider makes of this one, for instance the ARN of what was given by its name: equal to whatever is
/// there, but not to nothing.
#[must_use]
pub fn made_of(value: &str) -> Value {
    serde_json::json!({ ANY_KEY: value })
}

/// The fields of a state out of a resource document; what was not collected is left out.
pub fn project<'a>(document: &Value, fields: impl IntoIterator<Item = &'a str>) -> Map<String, Value> {
    fields.into_iter().filter_map(|field| Some((field.to_owned(), document.get(field)?.clone()))).collect()
}

/// `document` with `fields` set; what only the provider knows is not there yet.
#[must_use]
pub fn with(document: &Value, fields: &Map<String, Value>) -> Value {
    let mut document = document.clone();
    if let Value::Object(members) = &mut document {
        members.extend(fields.iter().map(|(name, value)| (name.clone(), without_any(value))));
    }
    document
}

fn without_any(value: &Value) -> Value {
    match value {
        Value::Object(members) if members.contains_key(ANY_KEY) => {
            members.get(ANY_KEY).filter(|value| value.is_string()).cloned().unwrap_or_default()
        }
        Value::Object(members) => {
            Value::Object(members.iter().map(|(key, value)| (key.clone(), without_any(value))).collect())
        }
        Value::Array(items) => items.iter().map(without_any).collect(),
        other => other.clone(),
    }
}

/// True if the states are the same: every field of `expected` is in `found` and equal.
///
/// What the provider does not keep does not count: the order of lists, how a JSON text is laid out, and whether an
/// empty field is there. Keys in `ignored` (ids that the provider makes) are not compared.
#[must_use]
pub fn same(expected: &Map<String, Value>, found: &Map<String, Value>, ignored: &[&str]) -> bool {
    expected.iter().all(|(name, value)| found.get(name).is_some_and(|now| equal(value, now, ignored)))
}

/// The names of the fields that differ.
#[must_use]
pub fn differing(expected: &Map<String, Value>, found: &Map<String, Value>, ignored: &[&str]) -> Vec<String> {
    let differs = |(name, value): &(&String, &Value)| !found.get(*name).is_some_and(|now| equal(value, now, ignored));
    expected.iter().filter(differs).map(|(name, _)| name.clone()).collect()
}

fn equal(expected: &Value, found: &Value, ignored: &[&str]) -> bool {
    match (expected, found) {
        (Value::Object(expected), _) if expected.contains_key(ANY_KEY) => expected[ANY_KEY] == true || !found.is_null(),
        (Value::Object(expected), Value::Object(found)) => {
            let missing = Value::Null;
            let keys = expected.keys().chain(found.keys().filter(|key| !expected.contains_key(*key)));
            keys.filter(|key| !ignored.contains(&key.as_str()))
                .all(|key| equal(expected.get(key).unwrap_or(&missing), found.get(key).unwrap_or(&missing), ignored))
        }
        (Value::Array(expected), Value::Array(found)) => equal_lists(expected, found, ignored),
        (Value::String(expected), Value::String(found)) => expected == found || equal_texts(expected, found, ignored),
        _ => expected == found,
    }
}

/// Lists are compared as bags: no provider promises their order.
fn equal_lists(expected: &[Value], found: &[Value], ignored: &[&str]) -> bool {
    if expected.len() != found.len() {
        return false;
    }
    let mut left: Vec<&Value> = found.iter().collect();
    expected.iter().all(|wanted| {
        let place = left.iter().position(|value| equal(wanted, value, ignored));
        place.map(|place| left.swap_remove(place)).is_some()
    })
}

/// Two JSON objects as texts, for instance policies, which providers lay out anew.
fn equal_texts(expected: &str, found: &str, ignored: &[&str]) -> bool {
    match (json_object(expected), json_object(found)) {
        (Some(expected), Some(found)) => equal(&expected, &found, ignored),
        _ => false,
    }
}

/// The object that a text is, if it is the JSON text of one.
#[must_use]
pub fn json_object(text: &str) -> Option<Value> {
    if !text.trim_start().starts_with('{') {
        return None;
    }
    serde_json::from_str(text).ok().filter(Value::is_object)
}

/// Puts what an earlier call answered in the place of `{"$output": PATH}`; none if the answer has no such part.
#[must_use]
pub fn resolve(parameters: &Value, output: &Value) -> Option<Value> {
    match parameters {
        Value::Object(members) => match members.get(OUTPUT_KEY).and_then(Value::as_str) {
            Some(path) => at(output, path).cloned(),
            None => members
                .iter()
                .map(|(key, value)| Some((key.clone(), resolve(value, output)?)))
                .collect::<Option<Map<_, _>>>()
                .map(Value::Object),
        },
        Value::Array(items) => {
            items.iter().map(|item| resolve(item, output)).collect::<Option<Vec<_>>>().map(Value::Array)
        }
        other => Some(other.clone()),
    }
}

/// The value at a path such as `FlowLogIds[0]`.
fn at<'a>(value: &'a Value, path: &str) -> Option<&'a Value> {
    path.split('.').try_fold(value, |value, step| {
        let (name, indexes) = step.split_once('[').map_or((step, ""), |(name, rest)| (name, rest));
        let mut value = if name.is_empty() { value } else { value.get(name)? };
        for index in indexes.split('[').filter(|index| !index.is_empty()) {
            value = value.get(index.trim_end_matches(']').parse::<usize>().ok()?)?;
        }
        Some(value)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    fn fields(value: Value) -> Map<String, Value> {
        value.as_object().unwrap().clone()
    }

    fn same_values(a: Value, b: Value, ignored: &[&str]) -> bool {
        same(&fields(json!({ "x": a })), &fields(json!({ "x": b })), ignored)
    }

    #[test]
    fn what_providers_do_not_keep_does_not_count() {
        assert!(same_values(json!([1, 2]), json!([2, 1]), &[]));
        assert!(!same_values(json!([1, 1, 2]), json!([1, 2, 2]), &[]));
        assert!(same_values(json!({"a": null, "b": 1}), json!({"b": 1}), &[]));
        assert!(same_values(json!("{\"a\": 1, \"b\": [1, 2]}"), json!("{\"b\":[2,1],\"a\":1}"), &[]));
        assert!(!same_values(json!("{\"a\": 1}"), json!("{\"a\": 2}"), &[]));
        assert!(!same_values(json!("a  b"), json!("a b"), &[]));
        assert!(!same_values(json!(null), json!(false), &[]));
    }

    #[test]
    fn ids_of_the_provider_are_left_out_where_asked() {
        let (old, new) = (json!([{"id": "sgr-1", "port": 22}]), json!([{"id": "sgr-2", "port": 22}]));
        assert!(!same_values(old.clone(), new.clone(), &[]));
        assert!(same_values(old, new, &["id"]));
        assert!(same_values(super::any(), json!({"anything": 1}), &[]));
        assert!(same_values(super::made_of("alias/a"), json!("arn:aws:kms:eu-west-1:1:key/1"), &[]));
        assert!(!same_values(super::made_of("alias/a"), Value::Null, &[]));
        let key = Map::from_iter([("key".to_owned(), super::made_of("alias/a")), ("id".to_owned(), super::any())]);
        assert_eq!(super::with(&json!({}), &key), json!({"key": "alias/a", "id": null}));
    }

    #[test]
    fn a_field_that_was_not_read_is_not_the_same() {
        assert!(!same(&fields(json!({"x": null})), &Map::new(), &[]));
        assert_eq!(differing(&fields(json!({"x": 1, "y": 2})), &fields(json!({"x": 1})), &[]), ["y"]);
    }

    #[test]
    fn outputs_are_put_in_their_place() {
        let answer = json!({"FlowLogIds": ["fl-1"], "A": {"B": [[7, 8]]}});
        let parameters = json!({"ids": [{"$output": "FlowLogIds[0]"}], "n": {"$output": "A.B[0][1]"}, "k": true});
        assert_eq!(resolve(&parameters, &answer), Some(json!({"ids": ["fl-1"], "n": 8, "k": true})));
        assert_eq!(resolve(&json!({"$output": "FlowLogIds[1]"}), &answer), None);
    }

    fn values() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any_bool(),
            (0..3_i64).prop_map(Value::from),
            "[a-c]{0,2}".prop_map(Value::from)
        ];
        leaf.prop_recursive(3, 20, 4, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
                prop::collection::btree_map("[a-c]", inner, 0..4)
                    .prop_map(|members| Value::Object(members.into_iter().collect())),
            ]
        })
    }

    fn any_bool() -> impl Strategy<Value = Value> {
        proptest::bool::ANY.prop_map(Value::from)
    }

    proptest! {
        #[test]
        fn sameness_is_reflexive_and_symmetric(a in values(), b in values()) {
            prop_assert!(same_values(a.clone(), a.clone(), &[]));
            prop_assert_eq!(same_values(a.clone(), b.clone(), &[]), same_values(b, a, &[]));
        }
    }
}
