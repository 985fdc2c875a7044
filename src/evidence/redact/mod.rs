//! Takes secrets out of what a pack will hold, before anything is written, and tells by path where that was.
//!
//! Fields that a resource type declares never hold secrets, for collectors do not ask for any; what is called a
//! password or a token there is a setting. Below tags, parameters and the like people write what they want, so there
//! names count too. Texts are searched everywhere.

pub mod rules;

use crate::inventory::resource_type;
use crate::inventory::schema::{COMMON_FIELDS, Type};
use rules::{MARK, Rule, clean, is_harmless, names_secret};
use serde::Serialize;
use serde_json::{Map, Value};

/// A value that was taken out.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Redaction {
    /// Where it stood: a JSON pointer (RFC 6901).
    pub path: String,
    /// Why.
    pub rule: Rule,
}

/// Cleans the document of a resource.
pub fn resource(document: &mut Value) -> Vec<Redaction> {
    let kind = document.get("type").and_then(Value::as_str).and_then(resource_type);
    let mut found = Vec::new();
    let Value::Object(fields) = document else { return found };
    for (name, value) in fields.iter_mut() {
        let field = kind.and_then(|kind| kind.field(name)).or_else(|| COMMON_FIELDS.iter().find(|f| f.name == *name));
        let path = format!("/{}", escaped(name));
        walk(value, field.map_or(Known::Free(name), |field| Known::Typed(field.ty)), path, &mut found);
    }
    found
}

/// Cleans a value that no schema describes, for instance the body of an entry of the audit log.
pub fn value(value: &mut Value) -> Vec<Redaction> {
    let mut found = Vec::new();
    walk(value, Known::Free(""), String::new(), &mut found);
    found
}

/// Cleans the evidence of a finding: a list of `{"path": "resource.tags[\"x\"]", "value": ...}`.
pub fn evidence(evidence: &mut Value, kind: &str, at: &str) -> Vec<Redaction> {
    let mut found = Vec::new();
    for (index, one) in evidence.as_array_mut().into_iter().flatten().enumerate() {
        let place = one.get("path").and_then(Value::as_str).unwrap_or_default().to_owned();
        if let Some(text) = one.get_mut("path") {
            walk(text, Known::Free(""), format!("{at}/{index}/path"), &mut found);
        }
        if let Some(value) = one.get_mut("value") {
            let (ty, name) = at_path(kind, &place);
            let known = ty.map_or(Known::Free(&name), Known::Typed);
            walk(value, known, format!("{at}/{index}/value"), &mut found);
        }
    }
    found
}

/// Cleans a text.
pub fn text(text: &mut String, at: &str) -> Option<Redaction> {
    let (cleaned, rule) = clean(text)?;
    *text = cleaned;
    Some(Redaction { path: at.to_owned(), rule })
}

/// What is known of a value: its type, or only the name it goes by.
#[derive(Debug, Clone, Copy)]
enum Known<'a> {
    Typed(Type),
    Free(&'a str),
}

fn walk(value: &mut Value, known: Known<'_>, path: String, found: &mut Vec<Redaction>) {
    match value {
        Value::String(text) => {
            if let Known::Free(name) = known
                && names_secret(name)
                && !is_harmless(text)
            {
                MARK.clone_into(text);
                found.push(Redaction { path, rule: Rule::NamedSecret });
            } else if let Some((cleaned, rule)) = clean(text) {
                *text = cleaned;
                found.push(Redaction { path, rule });
            }
        }
        Value::Array(items) => {
            let known = match known {
                Known::Typed(Type::List(item)) => Known::Typed(*item),
                Known::Typed(Type::Any) => Known::Free(""),
                other => other,
            };
            for (index, item) in items.iter_mut().enumerate() {
                walk(item, known, format!("{path}/{index}"), found);
            }
        }
        Value::Object(fields) => object(fields, known, &path, found),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

fn object(fields: &mut Map<String, Value>, known: Known<'_>, path: &str, found: &mut Vec<Redaction>) {
    shared_secret(fields, path, found);
    // `{"name": "db_password", "value": "..."}`
    let named = ["name", "key", "Key", "Name"].iter().find_map(|key| fields.get(*key)?.as_str()).map(ToOwned::to_owned);
    clean_keys(fields, path, found);
    for (key, value) in fields.iter_mut() {
        let field = match known {
            Known::Typed(Type::Record(record)) => record.field(key).map(|field| field.ty),
            Known::Typed(Type::Map(item)) if !matches!(item, Type::Any | Type::String) => Some(*item),
            _ => None,
        };
        let name = match &named {
            Some(named) if key.eq_ignore_ascii_case("value") => named,
            _ => key,
        };
        let path = format!("{path}/{}", escaped(key));
        walk(value, field.map_or(Known::Free(name), Known::Typed), path, found);
    }
}

/// Keys are texts that people write too. The value keeps its place under the cleaned key.
fn clean_keys(fields: &mut Map<String, Value>, path: &str, found: &mut Vec<Redaction>) {
    let secret: Vec<_> = fields.keys().filter_map(|key| Some((key.clone(), clean(key)?))).collect();
    for (key, (cleaned, rule)) in secret {
        let Some(value) = fields.remove(&key) else { continue };
        let mut unique = cleaned.clone();
        let mut number = 2;
        while fields.contains_key(&unique) {
            unique = format!("{cleaned} ({number})");
            number += 1;
        }
        found.push(Redaction { path: format!("{path}/{}", escaped(&unique)), rule });
        fields.insert(unique, value);
    }
}

/// `aws:Referer` and `aws:UserAgent` are misused as passwords; addresses and patterns of products are none.
fn shared_secret(fields: &mut Map<String, Value>, path: &str, found: &mut Vec<Redaction>) {
    let key = fields.get("key").and_then(Value::as_str).unwrap_or_default();
    if !["aws:referer", "aws:useragent"].iter().any(|name| key.eq_ignore_ascii_case(name)) {
        return;
    }
    let Some(Value::Array(values)) = fields.get_mut("values") else { return };
    for (index, value) in values.iter_mut().enumerate() {
        let Value::String(text) = value else { continue };
        if !text.contains(['.', '*', ' ']) && !is_harmless(text) {
            MARK.clone_into(text);
            found.push(Redaction { path: format!("{path}/values/{index}"), rule: Rule::SharedSecret });
        }
    }
}

/// The type at a path of an expression, if the schema knows it, and the name that the value goes by.
fn at_path(kind: &str, path: &str) -> (Option<Type>, String) {
    let segments: Vec<&str> = path.split(['.', '[', ']', '"']).filter(|segment| !segment.is_empty()).collect();
    let name = segments.iter().rev().find(|segment| segment.parse::<u64>().is_err()).copied().unwrap_or_default();
    let mut segments = segments.iter();
    let field = |name: &&str| resource_type(kind).and_then(|kind| kind.field(name));
    if segments.next() != Some(&"resource") {
        return (None, name.to_owned());
    }
    let mut ty = segments.next().and_then(field).map(|field| field.ty);
    for segment in segments {
        ty = match ty {
            Some(Type::List(item)) if segment.parse::<u64>().is_ok() => Some(*item),
            Some(Type::Record(record)) => record.field(segment).map(|field| field.ty),
            _ => None,
        };
    }
    (ty, name.to_owned())
}

/// A key as a part of a JSON pointer.
fn escaped(key: &str) -> String {
    key.replace('~', "~0").replace('/', "~1")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    fn paths(found: &[Redaction]) -> Vec<String> {
        found.iter().map(|one| format!("{} {}", one.path, one.rule)).collect()
    }

    #[test]
    fn tags_and_policies_lose_their_secrets_and_settings_stay() {
        let mut document = json!({
            "provider": "aws", "account": "1", "region": "r", "type": "aws.ec2.instance", "id": "i-1", "name": "web",
            "tags": {"db_password": "hunter2", "secret_rotation": "weekly", "note/x": "token: abcd1234", "password": "true"},
            "imds_tokens": "required",
        });
        assert_eq!(
            paths(&resource(&mut document)),
            ["/tags/db_password named-secret", "/tags/note~1x assignment-in-text"]
        );
        assert_eq!(document["tags"]["db_password"], MARK);
        assert_eq!(
            (&document["imds_tokens"], &document["tags"]["secret_rotation"]),
            (&json!("required"), &json!("weekly"))
        );
    }

    #[test]
    fn a_referer_that_is_no_address_is_a_password() {
        let condition = |value: &str| {
            let mut document = json!({
                "provider": "aws", "account": "1", "region": "r", "type": "aws.s3.bucket", "id": "b",
                "policy": {"statements": [{"conditions": [{"operator": "StringEquals", "key": "aws:referer", "values": [value]}]}]},
            });
            resource(&mut document).len()
        };
        assert_eq!(condition("correct-horse-battery"), 1);
        assert_eq!(condition("https://www.example.com/*"), 0);
    }

    #[test]
    fn lists_of_names_and_values_are_understood() {
        let mut free = json!([{"name": "MASTER_PASSWORD", "value": "hunter2"}, {"name": "port", "value": "5432"}]);
        assert_eq!(paths(&value(&mut free)), ["/0/value named-secret"]);
    }

    #[test]
    fn keys_are_cleaned_too() {
        let mut free = json!({"password=hunter2": 1, "password=hunter3": 2});
        assert_eq!(value(&mut free).len(), 2);
        assert!(!free.to_string().contains("hunter"), "{free}");
        assert_eq!(free.as_object().unwrap().len(), 2);
    }

    #[test]
    fn evidence_of_settings_stays_and_of_tags_does_not() {
        let mut found = json!([
            {"path": "resource.imds_tokens", "value": "optional"},
            {"path": "resource.tags[\"db_password\"]", "value": "hunter2"},
            {"path": "resource.instance_metadata_defaults.tokens", "value": "whatever"},
        ]);
        let redactions = evidence(&mut found, "aws.ec2.instance", "/evidence");
        assert_eq!(paths(&redactions)[0], "/evidence/1/value named-secret");
        assert_eq!(found[0]["value"], "optional");
        let mut typed = json!([{"path": "resource.instance_metadata_defaults.tokens", "value": "whatever"}]);
        assert!(evidence(&mut typed, "aws.ec2.region", "").is_empty());
    }

    proptest! {
        #[test]
        fn cleaning_never_panics_and_is_final(text in "(password|token|=|:|://|@|ä|[A-Za-z0-9/+]{0,41}| ){0,12}") {
            let mut once = json!({"note": text});
            value(&mut once);
            let mut twice = once.clone();
            prop_assert!(value(&mut twice).is_empty(), "{} {}", once, twice);
        }
    }
}
