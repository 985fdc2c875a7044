//! The one text of a JSON value: RFC 8785 (JSON Canonicalization Scheme), without fractions.

use serde::Serialize;
use serde_json::Value;

/// The largest integer that every JSON implementation keeps exactly: 2^53 - 1.
const MAX_INTEGER: u64 = (1 << 53) - 1;

/// A value that has no canonical form here.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0} is no integer between -(2^53-1) and 2^53-1")]
pub struct NotCanonical(String);

/// The canonical text of a value.
///
/// Fractions are refused: programs differ in how they read and print them. Whoever has one writes it as a text.
///
/// # Errors
/// If a number is no integer of at most 53 bits.
pub fn canonical(value: &Value) -> Result<Vec<u8>, NotCanonical> {
    check(value)?;
    write(value)
}

/// The canonical text of something whose numbers were checked.
pub(super) fn write(value: &impl Serialize) -> Result<Vec<u8>, NotCanonical> {
    serde_json_canonicalizer::to_vec(value).map_err(|error| NotCanonical(error.to_string()))
}

/// Refuses numbers that are no integers of at most 53 bits.
pub(super) fn check(value: &Value) -> Result<(), NotCanonical> {
    match value {
        Value::Null | Value::Bool(_) | Value::String(_) => Ok(()),
        Value::Number(number) => {
            let magnitude = number.as_u64().or_else(|| number.as_i64().map(i64::unsigned_abs));
            if magnitude.is_some_and(|magnitude| magnitude <= MAX_INTEGER) {
                Ok(())
            } else {
                Err(NotCanonical(number.to_string()))
            }
        }
        Value::Array(values) => values.iter().try_for_each(check),
        Value::Object(members) => members.values().try_for_each(check),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    fn text(value: &Value) -> String {
        String::from_utf8(canonical(value).unwrap()).unwrap()
    }

    /// RFC 8785, section 3.2.2 and 3.2.3, without their fractions.
    #[test]
    fn the_examples_of_the_rfc() {
        let read = |json: &str| serde_json::from_str::<Value>(json).unwrap();
        let strings =
            read(r#"{"string": "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/", "literals": [null, true, false]}"#);
        assert_eq!(text(&strings), "{\"literals\":[null,true,false],\"string\":\"€$\\u000f\\nA'B\\\"\\\\\\\\\\\"/\"}");
        let sorting = read(
            r#"{"\u20ac": "Euro Sign", "\r": "Carriage Return", "\ufb33": "Hebrew Letter Dalet With Dagesh",
                "1": "One", "\ud83d\ude00": "Emoji: Grinning Face", "\u0080": "Control",
                "\u00f6": "Latin Small Letter O With Diaeresis"}"#,
        );
        let order = ["\\r", "1", "\u{80}", "ö", "€", "😀", "\u{fb33}"];
        let canonical = text(&sorting);
        let places: Vec<_> = order.iter().map(|key| canonical.find(&format!("\"{key}\":")).unwrap()).collect();
        assert!(places.is_sorted(), "{canonical}");
        assert_eq!(text(&read(" { } ")), "{}");
        assert_eq!(text(&read("[56, {\"d\": true, \"10\": null, \"1\": [ ]}]")), r#"[56,{"1":[],"10":null,"d":true}]"#);
        // Nothing is normalised: the two ways to write Å stay two.
        assert_eq!(text(&json!("A\u{30a}")), "\"A\u{30a}\"");
        assert_eq!(text(&json!("\u{8}\u{c}\t\u{1f}\u{7f}")), "\"\\b\\f\\t\\u001f\u{7f}\"");
    }

    #[test]
    fn numbers_that_programs_read_differently_are_refused() {
        for good in [json!(0), json!(-1), json!(9_007_199_254_740_991_i64), json!(-9_007_199_254_740_991_i64)] {
            assert_eq!(text(&good), good.to_string());
        }
        for bad in [json!(0.5), json!(1.0), json!(9_007_199_254_740_992_i64), json!(i64::MIN), json!(u64::MAX)] {
            assert!(canonical(&bad).is_err(), "{bad}");
            let error = canonical(&json!({"a": [bad]})).unwrap_err().to_string();
            assert!(error.contains("is no integer"), "{error}");
        }
    }

    fn values() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            (-(1_i64 << 53) + 1..(1_i64 << 53)).prop_map(Value::from),
            any::<String>().prop_map(Value::from),
        ];
        leaf.prop_recursive(4, 40, 6, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
                prop::collection::btree_map(any::<String>(), inner, 0..6)
                    .prop_map(|members| Value::Object(members.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn it_reads_back_and_is_the_same_again(value in values()) {
            let bytes = canonical(&value).unwrap();
            let again: Value = serde_json::from_slice(&bytes).unwrap();
            prop_assert_eq!(&again, &value);
            prop_assert_eq!(canonical(&again).unwrap(), bytes);
        }
    }
}
