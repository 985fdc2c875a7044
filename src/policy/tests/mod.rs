//! Tests of the language as a whole.

mod checking;
mod evaluating;
mod evidence;
mod guards;
mod hostile;
mod manual;
mod oracle;

use super::*;
use crate::inventory::schema::{ResourceType, Type};
use crate::{record, resource_type};
use serde_json::{Value, json};
use std::collections::BTreeMap;

record! {
    /// A rule of a firewall.
    pub struct Rule {
        /// Protocol.
        pub protocol: String,
        /// First port.
        pub from_port: Option<i64>,
        /// Last port.
        pub to_port: Option<i64>,
        /// Ranges.
        pub ipv4: Vec<String>,
    }
    helpers {
        /// Covers the port.
        opens_port(Type::String, Type::Int) -> Type::Bool => opens_port,
        /// The ranges that are open to everybody.
        open_ranges() -> Type::List(&Type::String) => open_ranges,
        /// Breaks its promise.
        broken() -> Type::Bool => broken,
        /// Takes anything.
        echo(Type::Any) -> Type::Any => echo,
    }
}

record! {
    /// An access key.
    pub struct Key {
        /// Its id.
        pub id: String,
        /// `Active` or `Inactive`.
        pub status: String,
        /// When it was made.
        pub created_at: crate::inventory::schema::Moment,
        /// When it was last used.
        pub last_used_at: Option<crate::inventory::schema::Moment>,
    }
}

record! {
    /// The four switches.
    pub struct Block {
        /// One.
        pub acls: bool,
        /// Two.
        pub policy: bool,
        /// Maybe three.
        pub extra: Option<bool>,
        /// Inside.
        pub inner: Option<std::sync::Arc<Inner>>,
    }
}

record! {
    /// Inside.
    pub struct Inner {
        /// A number.
        pub count: i64,
    }
}

resource_type! {
    /// Something with a field of every kind.
    pub struct Thing: "test.unit.thing", listed_by [] {
        /// Rules.
        listed ingress: Vec<Rule>;
        /// Keys.
        reading access_keys: Vec<Key>;
        /// Switches.
        maybe block: Block;
        /// A policy document.
        maybe policy: Value;
        /// Anything.
        reading any: Value;
        /// A number.
        listed count: i64;
        /// A share.
        listed ratio: f64;
        /// On or off.
        listed enabled: bool;
        /// Text.
        listed label: String;
        /// Moment.
        listed created_at: crate::inventory::schema::Moment;
        /// Moments.
        listed moments: Vec<crate::inventory::schema::Moment>;
        /// Numbers.
        listed numbers: Vec<i64>;
        /// Numbers of numbers.
        listed grid: Vec<Vec<i64>>;
        /// Counts by name.
        listed counts: BTreeMap<String, i64>;
        /// Switches by name.
        listed blocks: BTreeMap<String, Block>;
        /// May be absent.
        listed note: Option<String>;
    }
}

fn opens_port(rule: &Value, arguments: &[Value]) -> Value {
    let within = |from: i64, to: i64| arguments[1].as_i64().is_some_and(|port| (from..=to).contains(&port));
    let port = |key: &str| rule.get(key).and_then(Value::as_i64);
    let same = rule["protocol"] == arguments[0] || rule["protocol"] == "-1";
    json!(same && within(port("from_port").unwrap_or(0), port("to_port").unwrap_or(65_535)))
}

fn open_ranges(rule: &Value, _: &[Value]) -> Value {
    let ranges = rule["ipv4"].as_array().cloned().unwrap_or_default();
    Value::Array(ranges.into_iter().filter(|range| range.as_str().is_some_and(|range| range.ends_with("/0"))).collect())
}

fn broken(_: &Value, _: &[Value]) -> Value {
    json!("not a bool")
}

fn echo(_: &Value, arguments: &[Value]) -> Value {
    arguments[0].clone()
}

pub(super) const THING: &ResourceType = Thing::TYPE;

/// A document with everything known.
pub(super) fn thing() -> Value {
    json!({
        "provider": "test", "account": "123456789012", "region": "eu-central-1", "type": "test.unit.thing",
        "id": "thing-1", "name": "Thing", "tags": {"Owner": "ops", "odd key": "x"},
        "ingress": [
            {"protocol": "tcp", "from_port": 443, "to_port": 443, "ipv4": ["0.0.0.0/0"]},
            {"protocol": "tcp", "from_port": 20, "to_port": 25, "ipv4": ["0.0.0.0/0", "10.0.0.0/8"]},
            {"protocol": "-1", "from_port": null, "ipv4": []},
        ],
        "access_keys": [
            {"id": "A", "status": "Active", "created_at": "2026-10-01T00:00:00Z", "last_used_at": null},
            {"id": "B", "status": "Active", "created_at": "2026-08-02T23:59:59Z", "last_used_at": "2026-10-30T00:00:00Z"},
            {"id": "C", "status": "Inactive", "created_at": "2020-01-01T00:00:00Z"},
        ],
        "block": {"acls": true, "policy": false, "extra": null, "inner": {"count": 3}},
        "policy": {"Statement": [
            {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject"},
            {"Effect": "Deny", "Principal": {"AWS": ["arn:1", "arn:2"]}, "Action": ["s3:*", "kms:*"],
             "Condition": {"Bool": {"aws:SecureTransport": "false"}}},
        ]},
        "any": {"list": [1, 2.5, "x", null], "nothing": null, "text": "abc", "n": 7},
        "count": 3, "ratio": 0.5, "enabled": true, "label": "Grün-1",
        "created_at": "2026-08-03T00:00:00Z",
        "moments": ["2026-01-01T00:00:00Z", "2026-11-01T00:00:00Z"],
        "numbers": [1, 2, 3], "grid": [[1, 2], [3]],
        "counts": {"a": 1, "b": 2}, "blocks": {"a": {"acls": true, "policy": true}}, "note": null,
    })
}

/// Parameters of every type.
pub(super) const PARAMETERS: &[(&str, ParameterType)] = &[
    ("port", ParameterType::Int),
    ("max_age", ParameterType::Duration),
    ("strict", ParameterType::Bool),
    ("limit", ParameterType::Float),
    ("protocol", ParameterType::String),
    ("allowed", ParameterType::StringList),
];

pub(super) fn parameter_types() -> Vec<(String, ParameterType)> {
    PARAMETERS.iter().map(|(name, kind)| ((*name).to_owned(), *kind)).collect()
}

pub(super) fn parameters() -> Parameters {
    let values = [
        ParameterValue::Int(22),
        ParameterValue::Duration(parse_duration("90d").unwrap()),
        ParameterValue::Bool(true),
        ParameterValue::Float(0.25),
        ParameterValue::String("tcp".to_owned()),
        ParameterValue::StringList(vec!["ops".to_owned(), "dev".to_owned()]),
    ];
    PARAMETERS.iter().map(|(name, _)| (*name).to_owned()).zip(values).collect()
}

pub(super) fn compiled_with(source: &str, facts: &Facts, expected: Expected) -> Result<Program, CompileError> {
    let parameters = parameter_types();
    compile(source, &Environment { resource: THING, parameters: &parameters }, facts, expected)
}

pub(super) fn compiled(source: &str) -> Program {
    compiled_with(source, &Facts::default(), Expected::Any).unwrap_or_else(|error| panic!("{source}: {error:?}"))
}

/// Calls `run` with everything that an evaluation needs.
pub(super) fn with_context<T>(document: &Value, run: impl FnOnce(&Context<'_>) -> T) -> T {
    let parameters = parameters();
    let now = "2026-11-01T00:00:00Z".parse().unwrap();
    run(&Context { resource: document, parameters: &parameters, now })
}

pub(super) fn value_in(source: &str, document: &Value) -> Result<Value, EvaluationError> {
    let program = compiled(source);
    with_context(document, |context| program.evaluate_value(context))
}
