//! Resource documents of inline tests: completed, and checked against the resource type's schema.

use crate::inventory::reading::UNREADABLE_KEY;
use crate::inventory::schema::{COMMON_FIELDS, Field, Type};
use crate::inventory::{ApiCall, Record, ResourceType};
use crate::suggest::nearest;
use serde_json::{Map, Value, json};

/// Turns what a test gives into a whole resource document.
///
/// Optional readings that are not given are absent; common fields get example values; `{$unreadable: CODE}` gets the
/// reading's own call and permission.
///
/// # Errors
/// A sentence for the first field that the schema does not allow.
pub fn complete(kind: &'static ResourceType, given: &Value) -> Result<Value, String> {
    let Value::Object(given) = given else { return Err("`resource` is no mapping".to_owned()) };
    let mut document = example(kind);
    for (name, value) in given {
        let Some(field) = kind.field(name) else {
            let known = kind.record.fields.iter().chain(COMMON_FIELDS).map(|field| field.name);
            let hint = nearest(name, known).map_or_else(String::new, |near| format!("; did you mean `{near}`?"));
            return Err(format!("{} has no field `{name}`{hint}", kind.name));
        };
        document.insert(name.clone(), reading(kind, field, value)?);
    }
    Ok(Value::Object(document))
}

fn example(kind: &'static ResourceType) -> Map<String, Value> {
    let mut document = Map::new();
    for field in kind.record.fields.iter().filter(|field| field.optional) {
        document.insert(field.name.to_owned(), Value::Null);
    }
    for (key, value) in [
        ("provider", json!(kind.provider())),
        ("account", json!("123456789012")),
        ("region", json!("us-east-1")),
        ("type", json!(kind.name)),
        ("id", json!("example")),
        ("name", Value::Null),
        ("tags", json!({})),
    ] {
        document.insert(key.to_owned(), value);
    }
    document
}

fn reading(kind: &ResourceType, field: &Field, value: &Value) -> Result<Value, String> {
    if let Some(code) = value.get(UNREADABLE_KEY) {
        let code = code.as_str().ok_or_else(|| format!("`{UNREADABLE_KEY}` is followed by an error code"))?;
        let call = field.calls.first().or_else(|| kind.listed_by.first());
        return Ok(json!({UNREADABLE_KEY: {
            "call": call.map_or("", |call: &ApiCall| call.name),
            "code": code,
            "message": "",
            "permission": call.map_or_else(String::new, |call| call.permissions.join(", ")),
        }}));
    }
    if value.is_null() && !field.optional {
        return Err(format!("`{}` is never absent", field.name));
    }
    if !value.is_null() {
        conforms(field.ty, value, field.name)?;
    }
    Ok(value.clone())
}

/// Says what is wrong with a value that shall be of this type.
///
/// # Errors
/// A sentence that names the path.
pub fn conforms(ty: Type, value: &Value, path: &str) -> Result<(), String> {
    // Part of a reading may be unreadable by itself, for instance one element of a list.
    if let Some(code) = value.get(UNREADABLE_KEY) {
        return if code.is_string() { Ok(()) } else { Err(format!("`{UNREADABLE_KEY}` is followed by an error code")) };
    }
    let wrong = |expected: &str| Err(format!("`{path}` is {value}, which is no {expected}"));
    match ty {
        Type::Any => Ok(()),
        Type::Bool if !value.is_boolean() => wrong("bool"),
        Type::Int if !value.is_i64() => wrong("int"),
        Type::Float if !value.is_number() => wrong("float"),
        Type::String if !value.is_string() => wrong("string"),
        Type::Timestamp => match value.as_str().map(str::parse::<jiff::Timestamp>) {
            Some(Ok(_)) => Ok(()),
            _ => wrong("timestamp such as 2026-11-01T00:00:00Z"),
        },
        Type::List(item) => match value.as_array() {
            Some(items) => items
                .iter()
                .enumerate()
                .try_for_each(|(index, value)| conforms(*item, value, &format!("{path}[{index}]"))),
            None => wrong("list"),
        },
        Type::Map(item) => match value.as_object() {
            Some(items) => items.iter().try_for_each(|(key, value)| conforms(*item, value, &format!("{path}.{key}"))),
            None => wrong("mapping"),
        },
        Type::Record(record) => match value.as_object() {
            Some(fields) => fields.iter().try_for_each(|(name, value)| record_field(record, name, value, path)),
            None => wrong(record.name),
        },
        _ => Ok(()),
    }
}

fn record_field(record: &Record, name: &str, value: &Value, path: &str) -> Result<(), String> {
    let Some(field) = record.field(name) else {
        let hint = nearest(name, record.fields.iter().map(|field| field.name))
            .map_or_else(String::new, |near| format!("; did you mean `{near}`?"));
        return Err(format!("{} (at `{path}`) has no field `{name}`{hint}", record.name));
    };
    if value.is_null() {
        return if field.optional { Ok(()) } else { Err(format!("`{path}.{name}` is never absent")) };
    }
    conforms(field.ty, value, &format!("{path}.{name}"))
}
