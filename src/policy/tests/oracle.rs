//! Generated expressions over generated documents, against the crate `cel`: where both give a verdict it is the same.

use super::*;
use cel::Value as Cel;
use cel::objects::{Key as CelKey, Map as CelMap};
use proptest::prelude::*;
use std::cell::Cell;
use std::collections::HashMap;
use std::sync::Arc;

/// Writes random expressions that are mostly well typed.
struct Writer {
    random: u64,
    /// Variables of loops with their types.
    scope: Vec<(String, Kind)>,
}

#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Int,
    Text,
    /// A key of `resource.counts`.
    CountKey,
    Rule,
    Key,
}

impl Writer {
    fn below(&mut self, bound: u64) -> u64 {
        // SplitMix64
        self.random = self.random.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.random;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (mixed ^ (mixed >> 31)) % bound
    }

    fn pick(&mut self, options: &[&str]) -> String {
        let index = self.below(options.len() as u64);
        options[usize::try_from(index).unwrap()].to_owned()
    }

    fn variable(&mut self, kind: Kind) -> Option<String> {
        let names: Vec<String> =
            self.scope.iter().filter(|(_, other)| *other == kind).map(|(name, _)| name.clone()).collect();
        if names.is_empty() || self.below(3) == 0 {
            return None;
        }
        let index = self.below(names.len() as u64);
        Some(names[usize::try_from(index).unwrap()].clone())
    }

    /// Sometimes in brackets, so that precedence is tried too.
    fn joined(&mut self, text: String) -> String {
        if self.below(2) == 0 { format!("({text})") } else { text }
    }

    fn bool(&mut self, depth: u32) -> String {
        if depth == 0 {
            return self.pick(&["true", "false", "resource.enabled", "params.strict", "has(resource.note)"]);
        }
        let depth = depth - 1;
        match self.below(22) {
            0 => format!("!{}", self.atom(depth)),
            1..=3 => {
                let operands: Vec<String> = (0..2 + self.below(3)).map(|_| self.bool(depth)).collect();
                let operator = self.pick(&[" && ", " || "]);
                self.joined(operands.join(&operator))
            }
            4 => {
                let text = format!("{} && {} || {}", self.bool(depth), self.bool(depth), self.bool(depth));
                self.joined(text)
            }
            5 => {
                let text = format!("({}) ? ({}) : {}", self.bool(depth), self.bool(depth), self.bool(depth));
                format!("({text})")
            }
            6..=8 => {
                let order = self.pick(&["<", "<=", ">", ">=", "==", "!="]);
                let (left, right) = match self.below(6) {
                    0 => (self.int(depth), self.float(depth)),
                    1 => (self.float(depth), self.float(depth)),
                    2 => (self.text(depth), self.text(depth)),
                    3 => (self.time(depth), self.time(depth)),
                    4 => (self.span(depth), self.span(depth)),
                    _ => (self.int(depth), self.int(depth)),
                };
                format!("{left} {order} {right}")
            }
            9 => format!("{} == ({})", self.atom(depth), self.bool(depth)),
            10 => format!("{} {} {}", self.ints(depth), self.pick(&["==", "!="]), self.ints(depth)),
            11 => format!("{} in {}", self.int(depth), self.ints(depth)),
            12 => {
                let range =
                    self.pick(&["['a', 'b', 'tcp']", "params.allowed", "resource.counts", "resource.tags", "[]"]);
                format!("{} in {range}", self.text(depth))
            }
            13 => {
                let method = self.pick(&["startsWith", "endsWith", "contains"]);
                format!("{}.{method}({})", self.text_atom(depth), self.text(depth))
            }
            14 => {
                let pattern = self.pick(&["^a", "b$", "[a-c]+", "^$", ".", "^(tcp|udp)$", "a{2,3}"]);
                format!("{}.matches('{pattern}')", self.text_atom(depth))
            }
            15 => {
                let (range, kind) = match self.below(4) {
                    0 => ("resource.ingress".to_owned(), Kind::Rule),
                    1 => ("resource.access_keys".to_owned(), Kind::Key),
                    2 => ("resource.counts".to_owned(), Kind::CountKey),
                    _ => (self.ints(depth), Kind::Int),
                };
                self.repeat(&range, kind, depth)
            }
            16 => self.repeat("params.allowed", Kind::Text, depth),
            17 => match self.variable(Kind::Rule) {
                Some(rule) => {
                    format!("has({rule}.from_port) && {rule}.from_port {} {}", self.pick(&["<", "=="]), self.int(depth))
                }
                None => self.repeat("resource.ingress", Kind::Rule, depth),
            },
            18 => match self.variable(Kind::Rule) {
                Some(rule) => self.repeat(&format!("{rule}.ipv4"), Kind::Text, depth),
                None => self.repeat("resource.ingress", Kind::Rule, depth),
            },
            19 => format!("has(resource.block) && (resource.block.acls || {})", self.bool(depth)),
            20 => format!("(!has(resource.block) || resource.block.policy == {})", self.atom(depth)),
            _ => format!("has(resource.tags.Owner) && resource.tags.Owner == {}", self.text(depth)),
        }
    }

    fn atom(&mut self, depth: u32) -> String {
        format!("({})", self.bool(depth))
    }

    fn repeat(&mut self, range: &str, kind: Kind, depth: u32) -> String {
        let name = format!("v{}", self.scope.len());
        let macro_name = self.pick(&["exists", "all"]);
        self.scope.push((name.clone(), kind));
        let body = self.bool(depth);
        self.scope.pop();
        format!("{range}.{macro_name}({name}, {body})")
    }

    fn int(&mut self, depth: u32) -> String {
        if let Some(name) = self.variable(Kind::Int) {
            return name;
        }
        if let Some(name) = self.variable(Kind::CountKey) {
            return format!("resource.counts[{name}]");
        }
        if depth == 0 || self.below(2) == 0 {
            return self.pick(&[
                "0",
                "1",
                "2",
                "-1",
                "0x10",
                "resource.count",
                "params.port",
                "9223372036854775807",
                "-9223372036854775808",
            ]);
        }
        let depth = depth - 1;
        match self.below(5) {
            0 => format!("size({})", self.text(depth)),
            1 => format!("{}.size()", self.ints(depth)),
            2 => format!("-({})", self.int(depth)),
            _ => {
                let text = format!("{} {} {}", self.int(depth), self.pick(&["+", "-", "*", "/", "%"]), self.int(depth));
                self.joined(text)
            }
        }
    }

    fn float(&mut self, depth: u32) -> String {
        if depth == 0 || self.below(2) == 0 {
            return self.pick(&["0.0", "1.5", "-2.25", "1e3", "resource.ratio", "params.limit"]);
        }
        let text = format!("{} {} {}", self.float(depth - 1), self.pick(&["+", "-", "*", "/"]), self.float(depth - 1));
        self.joined(text)
    }

    fn text(&mut self, depth: u32) -> String {
        if let Some(name) = self.variable(Kind::Text).or_else(|| self.variable(Kind::CountKey)) {
            return name;
        }
        if let Some(rule) = self.variable(Kind::Rule) {
            return format!("{rule}.protocol");
        }
        if let Some(key) = self.variable(Kind::Key) {
            return format!("{key}.{}", self.pick(&["id", "status"]));
        }
        if depth > 0 && self.below(3) == 0 {
            let text = format!("{} + {}", self.text(depth - 1), self.text(depth - 1));
            return self.joined(text);
        }
        self.pick(&[
            "''",
            "'a'",
            "\"ab\\n\"",
            "r'\\d'",
            "'\\u00e4'",
            "resource.label",
            "resource.id",
            "params.protocol",
            "'😀'",
        ])
    }

    fn text_atom(&mut self, depth: u32) -> String {
        format!("({})", self.text(depth))
    }

    fn ints(&mut self, depth: u32) -> String {
        if depth == 0 || self.below(2) == 0 {
            return self.pick(&["resource.numbers", "[]", "[1]", "[1, 2, 3]", "[0, -1, 5]"]);
        }
        let depth = depth - 1;
        match self.below(4) {
            0 => format!("[{}, {}]", self.int(depth), self.int(depth)),
            1 => format!("({} + {})", self.ints(depth), self.ints(depth)),
            other => {
                let range = self.ints(depth);
                let name = format!("v{}", self.scope.len());
                self.scope.push((name.clone(), Kind::Int));
                let (call, body) = if other == 2 { ("filter", self.bool(depth)) } else { ("map", self.int(depth)) };
                self.scope.pop();
                format!("{range}.{call}({name}, {body})")
            }
        }
    }

    fn time(&mut self, depth: u32) -> String {
        if let Some(key) = self.variable(Kind::Key) {
            return format!("{key}.created_at");
        }
        if depth > 0 && self.below(3) == 0 {
            let text = format!("{} {} {}", self.time(depth - 1), self.pick(&["+", "-"]), self.span(depth - 1));
            return self.joined(text);
        }
        self.pick(&[
            "now",
            "resource.created_at",
            "timestamp('2026-08-03T00:00:00Z')",
            "timestamp('2026-08-03T01:00:00+01:00')",
        ])
    }

    fn span(&mut self, depth: u32) -> String {
        if depth > 0 && self.below(3) == 0 {
            let depth = depth - 1;
            let text = match self.below(2) {
                0 => format!("{} - {}", self.time(depth), self.time(0)),
                _ => format!("{} {} {}", self.span(depth), self.pick(&["+", "-"]), self.span(0)),
            };
            return format!("({text})");
        }
        self.pick(&[
            "params.max_age",
            "duration('1h30m')",
            "duration('-90s')",
            "duration('500ms')",
            "duration('2160h')",
        ])
    }
}

pub(super) fn document() -> impl Strategy<Value = Value> {
    let small = -2_i64..4;
    let rule = ("tcp|udp|-1", proptest::option::of(small.clone()), proptest::collection::vec("a|b|10.0.0.0/8", 0..3))
        .prop_map(|(protocol, from, ipv4)| json!({"protocol": protocol, "from_port": from, "ipv4": ipv4}));
    let moment = prop_oneof![
        Just("2026-10-01T00:00:00Z"),
        Just("2026-08-03T00:00:00Z"),
        Just("2020-02-29T12:34:56Z"),
        Just("2026-11-01T00:00:00Z"),
    ];
    let key = ("A|B|ä", "Active|Inactive", moment.clone())
        .prop_map(|(id, status, made)| json!({"id": id, "status": status, "created_at": made}));
    let lists = (
        proptest::collection::vec(rule, 0..3),
        proptest::collection::vec(key, 0..3),
        proptest::collection::vec(small.clone(), 0..4),
        proptest::collection::btree_map("a|b|c", small.clone(), 0..3),
        proptest::collection::btree_map("Owner|Stage", "ops|dev|", 0..2),
    );
    let scalars = (any::<bool>(), small, -2.0..4.0_f64, "a|ab|tcp|ä😀|", moment);
    let optional = (proptest::option::of("x|"), proptest::option::of((any::<bool>(), any::<bool>())));
    (lists, scalars, optional).prop_map(|((rules, keys, numbers, counts, tags), scalars, (note, block))| {
        let (enabled, count, ratio, label, created) = scalars;
        json!({
            "id": "thing", "tags": tags, "ingress": rules, "access_keys": keys, "numbers": numbers, "counts": counts,
            "enabled": enabled, "count": count, "ratio": ratio, "label": label, "created_at": created, "note": note,
            "block": block.map(|(acls, policy)| json!({"acls": acls, "policy": policy})),
        })
    })
}

fn cel_value(source: &str) -> Cel {
    cel::Program::compile(source).unwrap().execute(&cel::Context::default()).unwrap()
}

fn cel_map(entries: impl IntoIterator<Item = (String, Cel)>) -> Cel {
    let map: HashMap<CelKey, Cel> = entries.into_iter().map(|(key, value)| (key.into(), value)).collect();
    Cel::Map(CelMap { map: Arc::new(map) })
}

/// The document for the oracle: no nulls, since they mean absent, and timestamps as such.
fn for_cel(key: &str, value: &Value) -> Cel {
    match value {
        Value::Null => Cel::Null,
        Value::Bool(value) => Cel::Bool(*value),
        Value::Number(number) => number.as_i64().map_or_else(|| Cel::Float(number.as_f64().unwrap()), Cel::Int),
        Value::String(text) if key == "created_at" => cel_value(&format!("timestamp('{text}')")),
        Value::String(text) => Cel::String(Arc::new(text.clone())),
        Value::Array(items) => Cel::List(Arc::new(items.iter().map(|item| for_cel("", item)).collect())),
        Value::Object(map) => cel_map(
            map.iter().filter(|(_, value)| !value.is_null()).map(|(key, value)| (key.clone(), for_cel(key, value))),
        ),
    }
}

fn oracle(source: &str, document: &Value) -> Option<bool> {
    let program = cel::Program::compile(source).ok()?;
    let mut context = cel::Context::default();
    context.add_variable_from_value("resource", for_cel("", document));
    context.add_variable_from_value("now", cel_value("timestamp('2026-11-01T00:00:00Z')"));
    context.add_variable_from_value(
        "params",
        cel_map([
            ("port".to_owned(), Cel::Int(22)),
            ("max_age".to_owned(), cel_value("duration('2160h')")),
            ("strict".to_owned(), Cel::Bool(true)),
            ("limit".to_owned(), Cel::Float(0.25)),
            ("protocol".to_owned(), Cel::String(Arc::new("tcp".to_owned()))),
            ("allowed".to_owned(), cel_value("['ops', 'dev']")),
        ]),
    );
    match program.execute(&context) {
        Ok(Cel::Bool(verdict)) => Some(verdict),
        _ => None,
    }
}

#[test]
fn the_oracle_agrees() {
    let (cases, compared) = (Cell::new(0), Cell::new(0));
    // PROPTEST_CASES=100000 looks longer.
    let default = ProptestConfig::default();
    let config = ProptestConfig { cases: default.cases.max(600), failure_persistence: None, ..default };
    proptest!(config, |(random in any::<u64>(), depth in 1_u32..5, document in document())| {
        let source = Writer { random, scope: Vec::new() }.bool(depth);
        prop_assume!(source.len() < 2_000);
        cases.set(cases.get() + 1);
        let program = match compiled_with(&source, &Facts::default(), Expected::Bool) {
            Ok(program) => program,
            Err(error) => return Err(TestCaseError::fail(format!("{source}\n{error:?}"))),
        };
        let ours = with_context(&document, |context| program.evaluate(context));
        if let (Ok(ours), Some(theirs)) = (&ours, oracle(&source, &document)) {
            compared.set(compared.get() + 1);
            prop_assert_eq!(*ours, theirs, "{}\n{}", source, document);
        }
        if let Err(error) = &ours {
            // What the checker accepts fails on a document of the schema only by arithmetic.
            let reason = error.to_string();
            let arithmetic = ["is too large a number", "divides by zero"];
            prop_assert!(arithmetic.iter().any(|end| reason.ends_with(end)), "{}: {}\n{}", source, reason, document);
        }
        if let Ok(outcome) = ours {
            let evidence = with_context(&document, |context| program.explain(context, outcome));
            prop_assert!(evidence.len() <= 20);
            for item in evidence {
                prop_assert_eq!(Some(item.value), at(&document, &item.path), "{} {}", source, item.path);
            }
        }
    });
    assert!(compared.get() * 10 > cases.get() * 7, "only {} of {} were compared", compared.get(), cases.get());
}

/// The value at a path as evidence writes it; null for what is absent.
fn at(document: &Value, path: &str) -> Option<Value> {
    let mut value = document.clone();
    let mut rest = path.strip_prefix("resource")?;
    while !rest.is_empty() {
        let step = if let Some(inside) = rest.strip_prefix('[') {
            let (inside, after) = inside.split_once(']')?;
            rest = after;
            inside
        } else {
            let name = rest.strip_prefix('.')?;
            let end = name.find(['.', '[']).unwrap_or(name.len());
            rest = &name[end..];
            &name[..end]
        };
        value = match (step.parse::<usize>(), value) {
            (Ok(index), Value::Array(mut items)) => items.swap_remove(index),
            (_, mut map) => map.get_mut(step.trim_matches('"')).map_or(Value::Null, Value::take),
        };
    }
    Some(value)
}
