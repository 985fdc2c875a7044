//! Ten expressions as controls have them, against closures that do the same by hand on the same documents.
//!
//! `cargo bench --no-default-features --bench policy`

#![expect(clippy::unwrap_used, reason = "a benchmark that cannot go on must stop")]

use ciacm::inventory::schema::{Moment, ResourceType, Type};
use ciacm::policy::{
    Context, Environment, Expected, Facts, ParameterType, ParameterValue, Parameters, Program, compile, parse_duration,
};
use ciacm::{record, resource_type};
use criterion::{Criterion, criterion_group, criterion_main};
use jiff::{SignedDuration, Timestamp};
use regex::Regex;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::hint::black_box;

record! {
    /// A rule of a security group.
    pub struct Rule {
        /// Protocol.
        pub protocol: String,
        /// First port.
        pub from_port: Option<i64>,
        /// Last port.
        pub to_port: Option<i64>,
        /// IPv4 ranges.
        pub ipv4: Vec<String>,
        /// IPv6 ranges.
        pub ipv6: Vec<String>,
    }
    helpers {
        /// The rule covers this port of this protocol.
        opens_port(Type::String, Type::Int) -> Type::Bool => opens_port,
        /// A source is every address.
        from_anywhere() -> Type::Bool => from_anywhere,
    }
}

record! {
    /// An access key.
    pub struct Key {
        /// `Active` or `Inactive`.
        pub status: String,
        /// When it was made.
        pub created_at: Moment,
    }
}

record! {
    /// Switches.
    pub struct Block {
        /// One.
        pub block_public_acls: bool,
        /// Two.
        pub block_public_policy: bool,
        /// Three.
        pub ignore_public_acls: bool,
        /// Four.
        pub restrict_public_buckets: bool,
    }
}

record! {
    /// A password policy.
    pub struct PasswordPolicy {
        /// Length.
        pub minimum_length: i64,
        /// Reuse.
        pub reuse_prevention: Option<i64>,
        /// Symbols.
        pub require_symbols: bool,
    }
}

record! {
    /// An event selector.
    pub struct Selector {
        /// Management events.
        pub management: bool,
        /// `All`, `ReadOnly` or `WriteOnly`.
        pub read_write: String,
    }
}

record! {
    /// A trail.
    pub struct Trail {
        /// In every region.
        pub multi_region: bool,
        /// Is on.
        pub logging: bool,
        /// Selectors.
        pub selectors: Vec<Selector>,
    }
}

resource_type! {
    /// The fields of all ten documents.
    pub struct Everything: "bench.all.everything", listed_by [] {
        /// Rules.
        listed ingress: Vec<Rule>;
        /// Keys.
        reading access_keys: Vec<Key>;
        /// Switches.
        maybe public_access_block: Block;
        /// Password policy.
        maybe password_policy: PasswordPolicy;
        /// Has a password.
        listed password_enabled: bool;
        /// Has MFA.
        listed mfa_active: bool;
        /// Is encrypted.
        listed encrypted: bool;
        /// The key.
        listed kms_key_id: Option<String>;
        /// A policy as the provider sent it.
        maybe policy: Value;
        /// Trails.
        reading trails: Vec<Trail>;
        /// Database engine.
        listed engine: String;
        /// Exports.
        listed log_exports: Vec<String>;
        /// Counts.
        listed counts: BTreeMap<String, i64>;
    }
}

const KIND: &ResourceType = Everything::TYPE;

fn opens_port(rule: &Value, arguments: &[Value]) -> Value {
    let (Some(protocol), Some(port)) = (arguments[0].as_str(), arguments[1].as_i64()) else {
        return Value::Bool(false);
    };
    Value::Bool(covers(rule, protocol, port))
}

fn from_anywhere(rule: &Value, _: &[Value]) -> Value {
    Value::Bool(open(rule))
}

fn covers(rule: &Value, protocol: &str, port: i64) -> bool {
    match rule.get("protocol").and_then(Value::as_str) {
        Some("-1") => true,
        Some(named) if named.eq_ignore_ascii_case(protocol) => {
            let from = rule.get("from_port").and_then(Value::as_i64).unwrap_or(0);
            let to = rule.get("to_port").and_then(Value::as_i64).unwrap_or(65_535);
            (from..=to).contains(&port)
        }
        _ => false,
    }
}

fn open(rule: &Value) -> bool {
    let any = |key: &str| {
        rule.get(key)
            .and_then(Value::as_array)
            .is_some_and(|ranges| ranges.iter().any(|range| range.as_str().is_some_and(|range| range.ends_with("/0"))))
    };
    any("ipv4") || any("ipv6")
}

/// What a closure gets beside the document.
struct Setting {
    now: Timestamp,
    port: i64,
    max_age: SignedDuration,
    required_tags: Vec<String>,
    name: Regex,
}

type Closure = fn(&Value, &Setting) -> Option<bool>;

struct Case {
    name: &'static str,
    source: &'static str,
    readings: Value,
    closure: Closure,
}

fn rule(protocol: &str, from: i64, to: i64, range: &str) -> Value {
    json!({"protocol": protocol, "from_port": from, "to_port": to, "ipv4": [range], "ipv6": []})
}

fn cases() -> Vec<Case> {
    vec![
        Case {
            name: "01 open port",
            source: r#"!resource.ingress.exists(rule, rule.opens_port("tcp", params.port) && rule.from_anywhere())"#,
            readings: json!({"ingress": [
                rule("tcp", 443, 443, "0.0.0.0/0"), rule("tcp", 80, 80, "0.0.0.0/0"), rule("tcp", 22, 22, "10.0.0.0/8"),
                rule("udp", 53, 53, "10.0.0.0/8"), rule("icmp", -1, -1, "0.0.0.0/0"),
            ]}),
            closure: |document, setting| {
                let rules = document.get("ingress")?.as_array()?;
                Some(!rules.iter().any(|rule| covers(rule, "tcp", setting.port) && open(rule)))
            },
        },
        Case {
            name: "02 key age",
            source: r#"resource.access_keys.all(key, key.status != "Active" || now - key.created_at <= params.max_age)"#,
            readings: json!({"access_keys": [
                {"id": "A", "status": "Active", "created_at": "2026-10-01T00:00:00Z", "user": "u"},
                {"id": "B", "status": "Active", "created_at": "2026-09-02T23:59:59Z", "user": "u"},
            ]}),
            closure: |document, setting| {
                for key in document.get("access_keys")?.as_array()? {
                    if key.get("status")?.as_str()? == "Active" {
                        let created: Timestamp = key.get("created_at")?.as_str()?.parse().ok()?;
                        if setting.now.duration_since(created) > setting.max_age {
                            return Some(false);
                        }
                    }
                }
                Some(true)
            },
        },
        Case {
            name: "03 four switches",
            source: "has(resource.public_access_block) && resource.public_access_block.block_public_acls && \
                     resource.public_access_block.block_public_policy && \
                     resource.public_access_block.ignore_public_acls && \
                     resource.public_access_block.restrict_public_buckets",
            readings: json!({"public_access_block": {
                "block_public_acls": true, "block_public_policy": true, "ignore_public_acls": true,
                "restrict_public_buckets": true,
            }}),
            closure: |document, _| {
                let Some(block) = document.get("public_access_block").filter(|block| !block.is_null()) else {
                    return Some(false);
                };
                Some(
                    block.get("block_public_acls")?.as_bool()?
                        && block.get("block_public_policy")?.as_bool()?
                        && block.get("ignore_public_acls")?.as_bool()?
                        && block.get("restrict_public_buckets")?.as_bool()?,
                )
            },
        },
        Case {
            name: "04 password policy",
            source: "has(resource.password_policy) && resource.password_policy.minimum_length >= 14 && \
                     has(resource.password_policy.reuse_prevention) && \
                     resource.password_policy.reuse_prevention >= 24 && resource.password_policy.require_symbols",
            readings: json!({"password_policy": {
                "minimum_length": 16, "reuse_prevention": 24, "require_symbols": true, "require_numbers": true,
            }}),
            closure: |document, _| {
                let Some(policy) = document.get("password_policy").filter(|policy| !policy.is_null()) else {
                    return Some(false);
                };
                Some(
                    policy.get("minimum_length")?.as_i64()? >= 14
                        && policy.get("reuse_prevention").and_then(Value::as_i64).is_some_and(|count| count >= 24)
                        && policy.get("require_symbols")?.as_bool()?,
                )
            },
        },
        Case {
            name: "05 second factor",
            source: "!resource.password_enabled || resource.mfa_active",
            readings: json!({"password_enabled": true, "mfa_active": true}),
            closure: |document, _| {
                Some(!document.get("password_enabled")?.as_bool()? || document.get("mfa_active")?.as_bool()?)
            },
        },
        Case {
            name: "06 encryption",
            source: r#"resource.encrypted && has(resource.kms_key_id) && resource.kms_key_id.startsWith("arn:aws")"#,
            readings: json!({"encrypted": true, "kms_key_id": "arn:aws:kms:eu-central-1:123456789012:key/1"}),
            closure: |document, _| {
                Some(
                    document.get("encrypted")?.as_bool()?
                        && document
                            .get("kms_key_id")
                            .and_then(Value::as_str)
                            .is_some_and(|key| key.starts_with("arn:aws")),
                )
            },
        },
        Case {
            name: "07 raw policy",
            source: r#"has(resource.policy) && resource.policy.Statement.exists(s, s.Effect == "Deny" &&
                as_list(s.Action).exists(a, a == "s3:*") && has(s.Condition.Bool) &&
                "aws:SecureTransport" in s.Condition.Bool && s.Condition.Bool["aws:SecureTransport"] == "false")"#,
            readings: json!({"policy": {"Version": "2012-10-17", "Statement": [
                {"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::123456789012:root"}, "Action": "s3:GetObject"},
                {"Effect": "Deny", "Principal": "*", "Action": ["s3:Put*", "s3:*"],
                 "Condition": {"Bool": {"aws:SecureTransport": "false"}}},
            ]}}),
            closure: |document, _| {
                let Some(policy) = document.get("policy").filter(|policy| !policy.is_null()) else {
                    return Some(false);
                };
                for statement in policy.get("Statement")?.as_array()? {
                    if statement.get("Effect")?.as_str()? != "Deny" {
                        continue;
                    }
                    let everything = match statement.get("Action")? {
                        Value::Array(actions) => actions.iter().any(|action| action == "s3:*"),
                        action => action == "s3:*",
                    };
                    let secure = statement
                        .get("Condition")
                        .and_then(|condition| condition.get("Bool"))
                        .and_then(|bool| bool.get("aws:SecureTransport"))
                        .is_some_and(|value| value == "false");
                    if everything && secure {
                        return Some(true);
                    }
                }
                Some(false)
            },
        },
        Case {
            name: "08 required tags",
            source: "params.required_tags.all(tag, tag in resource.tags)",
            readings: json!({}),
            closure: |document, setting| {
                let tags = document.get("tags")?.as_object()?;
                Some(setting.required_tags.iter().all(|tag| tags.contains_key(tag)))
            },
        },
        Case {
            name: "09 a trail that logs",
            source: r#"resource.trails.exists(trail, trail.multi_region && trail.logging && trail.selectors.exists(
                selector, selector.management && selector.read_write == "All"))"#,
            readings: json!({"trails": [
                {"name": "a", "multi_region": false, "logging": true, "selectors": []},
                {"name": "b", "multi_region": true, "logging": true, "selectors": [
                    {"management": false, "read_write": "All"}, {"management": true, "read_write": "All"}]},
            ]}),
            closure: |document, _| {
                for trail in document.get("trails")?.as_array()? {
                    if trail.get("multi_region")?.as_bool()? && trail.get("logging")?.as_bool()? {
                        for selector in trail.get("selectors")?.as_array()? {
                            if selector.get("management")?.as_bool()? && selector.get("read_write")?.as_str()? == "All"
                            {
                                return Some(true);
                            }
                        }
                    }
                }
                Some(false)
            },
        },
        Case {
            name: "10 name and logs",
            source: r#"has(resource.name) && resource.name.matches("^(prod|test)-[a-z0-9-]+$") &&
                resource.engine in ["mysql", "mariadb", "postgres"] && resource.log_exports.size() >= 2"#,
            readings: json!({"engine": "postgres", "log_exports": ["postgresql", "upgrade"]}),
            closure: |document, setting| {
                Some(
                    document.get("name").and_then(Value::as_str).is_some_and(|name| setting.name.is_match(name))
                        && matches!(document.get("engine")?.as_str()?, "mysql" | "mariadb" | "postgres")
                        && document.get("log_exports")?.as_array()?.len() >= 2,
                )
            },
        },
    ]
}

fn document(readings: &Value) -> Value {
    let mut document = json!({
        "provider": "aws", "account": "123456789012", "region": "eu-central-1", "type": "bench.all.everything",
        "id": "thing-1", "name": "prod-thing", "tags": {"Owner": "ops", "CostCenter": "7", "Stage": "prod"},
    });
    for (key, value) in readings.as_object().into_iter().flatten() {
        document[key] = value.clone();
    }
    document
}

fn policy(criterion: &mut Criterion) {
    let now: Timestamp = "2026-11-01T00:00:00Z".parse().unwrap();
    let required_tags = vec!["Owner".to_owned(), "CostCenter".to_owned()];
    let types = [
        ("port".to_owned(), ParameterType::Int),
        ("max_age".to_owned(), ParameterType::Duration),
        ("required_tags".to_owned(), ParameterType::StringList),
    ];
    let max_age = parse_duration("90d").unwrap();
    let parameters: Parameters = types
        .iter()
        .map(|(name, _)| name.clone())
        .zip([
            ParameterValue::Int(22),
            ParameterValue::Duration(max_age),
            ParameterValue::StringList(required_tags.clone()),
        ])
        .collect();
    let setting =
        Setting { now, port: 22, max_age, required_tags, name: Regex::new("^(prod|test)-[a-z0-9-]+$").unwrap() };
    let environment = Environment { resource: KIND, parameters: &types };

    let cases: Vec<(Case, Program, Value)> = cases()
        .into_iter()
        .map(|case| {
            let program = compile(case.source, &environment, &Facts::default(), Expected::Bool).unwrap();
            let document = document(&case.readings);
            (case, program, document)
        })
        .collect();
    let context = |resource| Context { resource, parameters: &parameters, now };

    let mut group = criterion.benchmark_group("policy");
    for (case, program, document) in &cases {
        let verdict = program.evaluate(&context(document)).unwrap();
        assert_eq!((case.closure)(document, &setting), Some(verdict), "{}", case.name);
        assert!(verdict, "{}", case.name);
        group.bench_function(format!("{} expression", case.name), |bencher| {
            bencher.iter(|| program.evaluate(&context(black_box(document))));
        });
        group.bench_function(format!("{} closure", case.name), |bencher| {
            bencher.iter(|| (case.closure)(black_box(document), &setting));
        });
    }
    group.bench_function("all ten expression", |bencher| {
        bencher.iter(|| {
            cases
                .iter()
                .filter(|(_, program, document)| program.evaluate(&context(black_box(document))) == Ok(true))
                .count()
        });
    });
    group.bench_function("all ten closure", |bencher| {
        bencher.iter(|| {
            cases
                .iter()
                .filter(|(case, _, document)| (case.closure)(black_box(document), &setting) == Some(true))
                .count()
        });
    });
    group.bench_function("compile", |bencher| {
        bencher.iter(|| compile(black_box(cases[0].0.source), &environment, &Facts::default(), Expected::Bool));
    });
    group.bench_function("explain", |bencher| {
        let (_, program, document) = &cases[0];
        bencher.iter(|| program.explain(&context(black_box(document)), true));
    });
    group.finish();
}

criterion_group!(benches, policy);
criterion_main!(benches);
