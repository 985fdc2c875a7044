//! Parameters of controls: their types, bounds, the limits that frameworks set, and what a user overrides.

use super::document::{LimitDocument, ParameterDocument};
use crate::policy::{ParameterType, ParameterValue, parse_duration};
use serde_json::Value;
use std::cmp::Ordering;
use std::collections::BTreeMap;

/// A number, text or switch of a control that a user may set.
#[derive(Debug, Clone)]
pub struct Parameter {
    /// Its name in expressions: `params.name`.
    pub name: String,
    /// Its type.
    pub kind: ParameterType,
    /// Its value if nobody sets it.
    pub default: ParameterValue,
    /// The smallest value allowed.
    pub min: Option<ParameterValue>,
    /// The largest value allowed.
    pub max: Option<ParameterValue>,
    /// What it is.
    pub about: String,
    /// Framework id to what that framework asks of it.
    pub limits: BTreeMap<String, Limit>,
}

/// What a framework asks of a parameter.
#[derive(Debug, Clone)]
pub enum Limit {
    /// A larger value does not meet the framework.
    AtMost(ParameterValue),
    /// A smaller value does not meet the framework.
    AtLeast(ParameterValue),
}

impl Parameter {
    /// Checks a parameter of a control file.
    ///
    /// # Errors
    /// A sentence.
    pub(super) fn from_document(name: &str, document: &ParameterDocument) -> Result<Self, String> {
        let kind = kind(&document.kind)?;
        let value = |what: &str, value: &Value| value_of(kind, value).map_err(|why| format!("`{what}`: {why}"));
        let limits = document
            .limits
            .iter()
            .map(|(framework, limit)| Ok((framework.clone(), limit_of(kind, limit)?)))
            .collect::<Result<_, String>>()?;
        let parameter = Self {
            name: name.to_owned(),
            kind,
            default: value("default", &document.default)?,
            min: document.min.as_ref().map(|min| value("min", min)).transpose()?,
            max: document.max.as_ref().map(|max| value("max", max)).transpose()?,
            about: document.about.clone(),
            limits,
        };
        parameter.check(&parameter.default).map_err(|why| format!("`default`: {why}"))?;
        Ok(parameter)
    }

    /// Reads a value as a user writes it: `--param AWS-IAM-004.max_age=60d`.
    ///
    /// # Errors
    /// A sentence.
    pub fn parse(&self, text: &str) -> Result<ParameterValue, String> {
        let json = match self.kind {
            ParameterType::Bool | ParameterType::Int | ParameterType::Float => {
                serde_json::from_str(text).map_err(|_| format!("`{text}` is no {}", self.kind))?
            }
            ParameterType::StringList => text.split(',').map(str::trim).filter(|item| !item.is_empty()).collect(),
            ParameterType::String | ParameterType::Duration => Value::from(text),
        };
        self.value(&json)
    }

    /// Reads a value from YAML or JSON and checks it against the bounds.
    ///
    /// # Errors
    /// A sentence.
    pub fn value(&self, json: &Value) -> Result<ParameterValue, String> {
        let value = value_of(self.kind, json)?;
        self.check(&value)?;
        Ok(value)
    }

    fn check(&self, value: &ParameterValue) -> Result<(), String> {
        if let Some(min) = &self.min
            && compare(value, min) == Some(Ordering::Less)
        {
            return Err(format!("{} is less than the smallest allowed value, {}", show(value), show(min)));
        }
        if let Some(max) = &self.max
            && compare(value, max) == Some(Ordering::Greater)
        {
            return Err(format!("{} is more than the largest allowed value, {}", show(value), show(max)));
        }
        Ok(())
    }

    /// Why this value does not meet what that framework asks; none if it does.
    #[must_use]
    pub fn looser_than(&self, framework: &str, value: &ParameterValue) -> Option<String> {
        let (bound, breached, word) = match self.limits.get(framework)? {
            Limit::AtMost(bound) => (bound, Ordering::Greater, "at most"),
            Limit::AtLeast(bound) => (bound, Ordering::Less, "at least"),
        };
        (compare(value, bound) == Some(breached))
            .then(|| format!("ran with {} = {}; {framework} asks for {word} {}", self.name, show(value), show(bound)))
    }
}

fn kind(name: &str) -> Result<ParameterType, String> {
    Ok(match name {
        "bool" => ParameterType::Bool,
        "int" => ParameterType::Int,
        "float" => ParameterType::Float,
        "string" => ParameterType::String,
        "duration" => ParameterType::Duration,
        "strings" => ParameterType::StringList,
        other => {
            return Err(format!(
                "`{other}` is no parameter type; it is one of bool, int, float, string, duration, strings"
            ));
        }
    })
}

fn limit_of(kind: ParameterType, document: &LimitDocument) -> Result<Limit, String> {
    match (&document.at_most, &document.at_least) {
        (Some(bound), None) => Ok(Limit::AtMost(value_of(kind, bound)?)),
        (None, Some(bound)) => Ok(Limit::AtLeast(value_of(kind, bound)?)),
        _ => Err("a limit has either `at_most` or `at_least`".to_owned()),
    }
}

fn value_of(kind: ParameterType, value: &Value) -> Result<ParameterValue, String> {
    let wrong = || format!("{value} is no {kind}");
    Ok(match kind {
        ParameterType::Bool => ParameterValue::Bool(value.as_bool().ok_or_else(wrong)?),
        ParameterType::Int => ParameterValue::Int(value.as_i64().ok_or_else(wrong)?),
        ParameterType::Float => ParameterValue::Float(value.as_f64().ok_or_else(wrong)?),
        ParameterType::String => ParameterValue::String(value.as_str().ok_or_else(wrong)?.to_owned()),
        ParameterType::Duration => {
            let text = value.as_str().ok_or_else(wrong)?;
            ParameterValue::Duration(parse_duration(text).map_err(|error| format!("`{text}`: {error}"))?)
        }
        ParameterType::StringList => {
            let list = value.as_array().ok_or_else(wrong)?;
            let texts = list.iter().map(|text| {
                let text = text.as_str().ok_or_else(wrong)?;
                // Written on a command line and read back, it is still one text.
                if text.is_empty() || text.trim() != text || text.contains(',') {
                    return Err(format!("`{text}`: a text of a list has no comma and no space around it"));
                }
                Ok(text.to_owned())
            });
            ParameterValue::StringList(texts.collect::<Result<_, _>>()?)
        }
    })
}

fn compare(a: &ParameterValue, b: &ParameterValue) -> Option<Ordering> {
    match (a, b) {
        (ParameterValue::Int(a), ParameterValue::Int(b)) => Some(a.cmp(b)),
        (ParameterValue::Float(a), ParameterValue::Float(b)) => a.partial_cmp(b),
        (ParameterValue::Duration(a), ParameterValue::Duration(b)) => Some(a.cmp(b)),
        _ => None,
    }
}

/// A value as a user would write it.
#[must_use]
pub fn show(value: &ParameterValue) -> String {
    match value {
        ParameterValue::Bool(value) => value.to_string(),
        ParameterValue::Int(value) => value.to_string(),
        ParameterValue::Float(value) => value.to_string(),
        ParameterValue::String(value) => value.clone(),
        ParameterValue::StringList(values) => values.join(","),
        ParameterValue::Duration(value) => show_duration(value.as_secs()),
    }
}

fn show_duration(seconds: i64) -> String {
    for (unit, length) in [("d", 86_400), ("h", 3_600), ("m", 60)] {
        if seconds != 0 && seconds % length == 0 {
            return format!("{}{unit}", seconds / length);
        }
    }
    format!("{seconds}s")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn parameter(kind: ParameterType, default: ParameterValue) -> Parameter {
        let name = "example".to_owned();
        Parameter { name, kind, default, min: None, max: None, about: String::new(), limits: BTreeMap::new() }
    }

    #[test]
    fn no_texts_are_no_empty_text() {
        let list = parameter(ParameterType::StringList, ParameterValue::StringList(Vec::new()));
        assert_eq!(list.parse(&show(&list.default)), Ok(list.default.clone()));
        assert_eq!(list.parse("a, b,"), Ok(ParameterValue::StringList(vec!["a".to_owned(), "b".to_owned()])));
        for text in ["", " a", "a,b"] {
            assert!(list.value(&serde_json::json!([text])).is_err(), "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn what_is_shown_is_read_back(texts in prop::collection::vec("[a-z*:/.-]{1,9}( [a-z]{1,3})?", 0..4), number: i64, seconds in 0_i64..10_000_000) {
            let duration = ParameterValue::Duration(jiff::SignedDuration::from_secs(seconds));
            for (kind, value) in [
                (ParameterType::StringList, ParameterValue::StringList(texts)),
                (ParameterType::Int, ParameterValue::Int(number)),
                (ParameterType::Duration, duration),
            ] {
                prop_assert_eq!(parameter(kind, value.clone()).parse(&show(&value)), Ok(value));
            }
        }
    }
}
