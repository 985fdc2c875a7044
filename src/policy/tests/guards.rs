//! Whatever the checker accepts never meets an absent value: generated guards over generated documents.

use super::oracle::document;
use super::*;
use proptest::prelude::*;
use std::cell::Cell;

/// Conditions about what may be absent, guarded or not.
fn conditions() -> impl Strategy<Value = String> {
    let atom = prop_oneof![
        Just("has(resource.note)"),
        Just("resource.note == 'x'"),
        Just("has(resource.block)"),
        Just("resource.block.acls"),
        Just("has(resource.tags.Owner)"),
        Just("'Owner' in resource.tags"),
        Just("resource.tags['Owner'] == 'ops'"),
        Just("resource.enabled"),
        Just("resource.counts.all(k, resource.counts[k] > 0)"),
        Just("resource.ingress.all(r, has(r.from_port))"),
        Just("resource.ingress.exists(r, !has(r.from_port))"),
        Just("resource.ingress.all(r, r.from_port > 0)"),
        Just("resource.ingress.filter(r, has(r.from_port)).exists(r, r.from_port > 0)"),
        Just("resource.ingress.exists(r, has(resource.note))"),
    ]
    .prop_map(str::to_owned);
    atom.prop_recursive(5, 24, 3, |inner| {
        prop_oneof![
            inner.clone().prop_map(|a| format!("!({a})")),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("({a} && {b})")),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("({a} || {b})")),
            (inner.clone(), inner.clone(), inner.clone()).prop_map(|(a, b, c)| format!("({a} && {b} && {c})")),
            (inner.clone(), inner.clone(), inner.clone()).prop_map(|(a, b, c)| format!("(({a}) ? {b} : {c})")),
            (inner.clone(), inner.clone())
                .prop_map(|(a, b)| format!("resource.numbers.exists(n, {a} && {b} && n > 0)")),
            (inner.clone(), inner).prop_map(|(a, b)| format!("resource.numbers.all(n, n == 0 || {a} || {b})")),
        ]
    })
}

#[test]
fn what_is_accepted_never_meets_an_absent_value() {
    let (guarded, accepted) = (Cell::new(0), Cell::new(0));
    let default = ProptestConfig::default();
    let config = ProptestConfig { cases: default.cases.max(2_000), failure_persistence: None, ..default };
    proptest!(config, |(first in conditions(), second in conditions(), document in document())| {
        let Ok(first) = compiled_with(&first, &Facts::default(), Expected::Bool) else { return Ok(()) };
        accepted.set(accepted.get() + 1);
        let run = |program: &Program| with_context(&document, |context| program.evaluate(context));
        let verdict = run(&first);
        prop_assert!(verdict.is_ok(), "{}: {:?}\n{}", first.source(), verdict, document);
        let facts = first.facts_if_true(&Facts::default());
        let Ok(second) = compiled_with(&second, &facts, Expected::Bool) else { return Ok(()) };
        if verdict == Ok(true) {
            guarded.set(guarded.get() + 1);
            let verdict = run(&second);
            prop_assert!(verdict.is_ok(), "{} && {}: {:?}\n{}", first.source(), second.source(), verdict, document);
        }
    });
    assert!(accepted.get() > 300 && guarded.get() > 50, "{} accepted, {} guarded", accepted.get(), guarded.get());
}
