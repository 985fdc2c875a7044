//! Any text as an expression: it is refused, or it compiles, evaluates and is explained, without a panic.
//!
//! See `fuzz/README.md`.

#![no_main]

use ciacm::inventory::schema::{Moment, ResourceType, Type};
use ciacm::policy::{
    Context, Environment, Expected, Facts, ParameterType, ParameterValue, Parameters, compile, parse_duration,
};
use ciacm::{record, resource_type};
use jiff::SignedDuration;
use libfuzzer_sys::fuzz_target;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::LazyLock;

record! {
    /// A record with a helper.
    pub struct Rule {
        /// Text.
        pub protocol: String,
        /// May be absent.
        pub from_port: Option<i64>,
        /// Texts.
        pub ipv4: Vec<String>,
        /// A moment.
        pub created_at: Moment,
    }
    helpers {
        /// Gives back its first argument.
        opens_port(Type::String, Type::Int) -> Type::Any => first,
    }
}

resource_type! {
    /// A field of every kind.
    pub struct Thing: "fuzz.any.thing", listed_by [] {
        /// Records.
        listed ingress: Vec<Rule>;
        /// One that may be absent.
        maybe rule: Rule;
        /// Could not be read.
        maybe denied: Rule;
        /// Was not collected.
        reading missing: Vec<i64>;
        /// Anything.
        reading any: Value;
        /// Number.
        listed count: i64;
        /// Float.
        listed ratio: f64;
        /// Switch.
        listed enabled: bool;
        /// Text.
        listed label: String;
        /// Numbers.
        listed numbers: Vec<i64>;
        /// Numbers by name.
        listed counts: BTreeMap<String, i64>;
        /// A moment.
        listed created_at: Moment;
    }
}

const KIND: &ResourceType = Thing::TYPE;

fn first(_: &Value, arguments: &[Value]) -> Value {
    arguments[0].clone()
}

static DOCUMENT: LazyLock<Value> = LazyLock::new(|| {
    let rule = json!({"protocol": "tcp", "from_port": 22, "ipv4": ["0.0.0.0/0"], "created_at": "2026-08-03T00:00:00Z"});
    json!({
        "provider": "fuzz", "account": "1", "region": "global", "type": "fuzz.any.thing", "id": "thing", "name": null,
        "tags": {"Owner": "ops"}, "ingress": [rule, {"protocol": "-1", "ipv4": [], "created_at": "x"}], "rule": rule,
        "denied": {"$unreadable": "AccessDenied"},
        "any": {"Statement": [{"Effect": "Allow", "Action": ["*"], "n": 1.5}, {"Action": "s3:*", "x": null}]},
        "count": -3, "ratio": 0.5, "enabled": true, "label": "Grün 1", "numbers": [1, 2, 9_223_372_036_854_775_807_i64],
        "counts": {"a": 1, "b": 2}, "created_at": "2026-08-03T00:00:00Z",
    })
});

fuzz_target!(|source: &str| {
    let types = [
        ("port".to_owned(), ParameterType::Int),
        ("max_age".to_owned(), ParameterType::Duration),
        ("strict".to_owned(), ParameterType::Bool),
        ("limit".to_owned(), ParameterType::Float),
        ("protocol".to_owned(), ParameterType::String),
        ("allowed".to_owned(), ParameterType::StringList),
    ];
    let values = [
        ParameterValue::Int(22),
        ParameterValue::Duration(SignedDuration::from_hours(24 * 90)),
        ParameterValue::Bool(true),
        ParameterValue::Float(0.25),
        ParameterValue::String("tcp".to_owned()),
        ParameterValue::StringList(vec!["ops".to_owned()]),
    ];
    let parameters: Parameters = types.iter().map(|(name, _)| name.clone()).zip(values).collect();
    let environment = Environment { resource: KIND, parameters: &types };
    let _ = parse_duration(source);
    for expected in [Expected::Bool, Expected::List, Expected::Any] {
        let program = match compile(source, &environment, &Facts::default(), expected) {
            Ok(program) => program,
            Err(error) => {
                assert!(source.get(error.span.clone()).is_some(), "{error:?}");
                continue;
            }
        };
        let context = Context { resource: &DOCUMENT, parameters: &parameters, now: jiff::Timestamp::UNIX_EPOCH };
        let verdict = program.evaluate(&context);
        if let Err(error) = &verdict {
            assert!(!error.to_string().contains('\n'));
        }
        let _ = program.evaluate_value(&context);
        for outcome in [true, false] {
            assert!(program.explain(&context, outcome).len() <= 20);
        }
        let facts = program.facts_if_true(&Facts::default());
        assert!(compile(source, &environment, &facts, expected).is_ok());
    }
});
