//! Input that wants to crash, hang or exhaust the evaluator.

use super::*;
use proptest::prelude::*;
use std::time::{Duration, Instant};

/// Compiles, and if that works evaluates and explains, on a stack as small as any thread's.
fn survive(source: String) {
    std::thread::Builder::new()
        .stack_size(1024 * 1024)
        .spawn(move || {
            let document = thing();
            for expected in [Expected::Bool, Expected::List, Expected::Any] {
                let Ok(program) = compiled_with(&source, &Facts::default(), expected) else { continue };
                with_context(&document, |context| {
                    let _ = program.evaluate_value(context);
                    if let Ok(outcome) = program.evaluate(context) {
                        assert!(program.explain(context, outcome).len() <= 20);
                    }
                });
                let _ = program.facts_if_true(&Facts::default());
                let _ = format!("{program:?}");
            }
        })
        .unwrap()
        .join()
        .unwrap_or_else(|_| panic!("the evaluator panicked"));
}

fn within_a_second(source: &str) -> Result<Value, EvaluationError> {
    // Without optimization and beside other tests a second is longer.
    let second = Duration::from_secs(if cfg!(debug_assertions) { 15 } else { 1 });
    let program = compiled(source);
    let document = thing();
    with_context(&document, |context| {
        let start = Instant::now();
        let result = program.evaluate_value(context);
        assert!(start.elapsed() < second, "{source} took {:?}", start.elapsed());
        let start = Instant::now();
        let _ = program.explain(context, true);
        assert!(start.elapsed() < second, "{source} was explained in {:?}", start.elapsed());
        result
    })
}

#[test]
fn long_chains() {
    for term in ["true", "resource.enabled", "has(resource.block)", "1 == 1"] {
        for operator in ["&&", "||"] {
            let chain = |terms: usize| vec![term; terms].join(operator);
            assert!(compiled_with(&chain(10_000), &Facts::default(), Expected::Bool).is_err());
            let longest = 8_192 / (term.len() + 2);
            survive(chain(longest));
            assert!(value_in(&chain(longest), &thing()).is_ok());
        }
    }
    for operator in ["+", "-", "*", "==", "<", ".x", " in "] {
        survive(vec!["1"; 10_000].join(operator));
        survive(vec!["1"; 2_000].join(operator));
        survive(vec!["1"; 40].join(operator));
    }
}

#[test]
fn deep_nesting() {
    let parts = [
        ("(", ")"),
        ("[", "]"),
        ("!", ""),
        ("-", ""),
        ("- ", ""),
        ("(!", ")"),
        ("size([", "])"),
        ("has(", ".x)"),
        ("true ? true : ", ""),
        ("(true ? true : ", ")"),
        ("[1].exists(x, ", ")"),
        ("as_list(", ")"),
        ("1 + (", ")"),
        ("resource.numbers[", "]"),
        ("resource.any.x[", "]"),
        ("resource.any", ".x"),
        ("true && (", ")"),
        ("!(true || ", ")"),
    ];
    for (open, close) in parts {
        for count in [100_000, 8_000, 1_000, 48, 47, 46, 24, 20] {
            survive(open.repeat(count) + "true" + &close.repeat(count));
            survive(open.repeat(count));
            survive(open.repeat(count) + "1" + &close.repeat(count));
        }
    }
    survive("resource.any".to_owned() + &".x".repeat(45));
    survive("resource.any".to_owned() + &"[0]".repeat(45));
    survive("[".repeat(47) + &"]".repeat(47) + " == " + &"[".repeat(47) + &"]".repeat(47));
}

#[test]
fn nested_loops_run_into_the_limit() {
    let list = format!("[{}]", vec!["0"; 100].join(","));
    for body in ["x == 1 && y == 2 && z == 3", "x + y + z == 1 / 0", "[x, y, z].size() == 4", "'a' + 'b' == 'c'"] {
        let source = format!("{list}.exists(x, {list}.exists(y, {list}.exists(z, {list}.exists(w, {body}))))");
        assert_eq!(within_a_second(&source), Err(EvaluationError::Limit), "{body}");
    }
    let level = |call: &str, name: &str, body: &str| format!("{list}.{call}({name}, {body})");
    for (outer, inner) in [
        ("map", level("map", "a", "a")),
        ("map", level("filter", "a", "a == 1")),
        ("filter", level("filter", "a", "a == 0") + ".size() > 0"),
        ("all", format!("!{}", level("exists", "a", "a == 1"))),
    ] {
        let condition = if outer == "filter" { ".size() > 0" } else { "" };
        let source = level(outer, "b", &inner) + condition;
        let source = level(outer, "c", &source) + condition;
        let source = level(outer, "d", &source) + condition;
        assert_eq!(within_a_second(&source), Err(EvaluationError::Limit), "{outer}");
    }
}

#[test]
fn the_limit_is_an_error_that_nothing_ignores() {
    let list = format!("[{}]", vec!["0"; 200].join(","));
    let endless = format!("{list}.all(x, {list}.all(y, {list}.all(z, {list}.all(w, w == 0))))");
    for source in [
        format!("{endless} || true"),
        format!("false && {endless} || {endless} || true"),
        format!("[1].exists(q, {endless} || q == 1)"),
    ] {
        assert_eq!(within_a_second(&source), Err(EvaluationError::Limit));
    }
    assert!(within_a_second(&format!("true || {endless}")).is_ok());
}

#[test]
fn texts_and_lists_cannot_grow_without_end() {
    let mut document = thing();
    document["label"] = "x".repeat(1_000_000).into();
    document["numbers"] = (0..100_000).collect();
    let run = |source: &str| value_in(source, &document).err();
    let doubled = |part: &str| {
        let mut sum = part.to_owned();
        while sum.len() < 3_000 {
            sum = format!("({sum} + {sum})");
        }
        sum
    };
    let start = Instant::now();
    assert_eq!(run(&format!("{}.size() == 0", doubled("resource.label"))), Some(EvaluationError::Limit));
    assert_eq!(run(&format!("{}.size() == 0", doubled("resource.numbers"))), Some(EvaluationError::Limit));
    assert_eq!(run("resource.numbers.exists(n, resource.label.contains('y'))"), Some(EvaluationError::Limit));
    assert_eq!(run("resource.numbers.exists(n, resource.label.size() == n + 1)"), Some(EvaluationError::Limit));
    assert_eq!(run("resource.numbers.all(n, n in resource.numbers)"), Some(EvaluationError::Limit));
    assert_eq!(
        run("resource.numbers.exists(n, resource.numbers == resource.numbers + [1])"),
        Some(EvaluationError::Limit)
    );
    assert_eq!(run("resource.numbers.all(n, resource.numbers == resource.numbers)"), Some(EvaluationError::Limit));
    assert!(start.elapsed() < Duration::from_secs(60), "{:?}", start.elapsed());
}

#[test]
fn patterns_cannot_explode() {
    for pattern in
        ["(a{1000}){1000}", "((a{100}){100}){100}", "(\\\\pL{500}){500}", "(?:a?){60000}a{60000}", &"(".repeat(3_000)]
    {
        let source = format!("resource.label.matches('{pattern}')");
        assert!(compiled_with(&source, &Facts::default(), Expected::Bool).is_err(), "{pattern}");
        let computed = format!("resource.label.matches('{pattern}' + '')");
        assert!(matches!(value_in(&computed, &thing()), Err(EvaluationError::Invalid { .. })), "{pattern}");
    }
    let mut document = thing();
    document["label"] = "a".repeat(100_000).into();
    let start = Instant::now();
    for pattern in ["(a*)*b", "(a|aa)+$", "(x+x+)+y", "a{0,200}a{0,200}b"] {
        let _ = value_in(&format!("resource.label.matches('{pattern}')"), &document);
    }
    document["numbers"] = (0..100_000).collect();
    let many = value_in("resource.numbers.exists(n, 'x'.matches(resource.id + (n > 3 ? 'a' : 'b')))", &document);
    assert_eq!(many, Err(EvaluationError::Limit));
    assert!(start.elapsed() < Duration::from_secs(60), "{:?}", start.elapsed());
}

#[test]
fn odd_literals() {
    for source in [
        r"'\ud800'",
        r"'\udfff' == ''",
        r"'\U0000d800'",
        r"'\UFFFFFFFF'",
        r"'\777'",
        r"'\x'",
        "99999999999999999999999",
        "-99999999999999999999",
        "0xFFFFFFFFFFFFFFFFF",
        "1e400",
        "1e-400",
        "1e",
        "1.",
        ".",
        "..",
        "1..2",
        "'",
        "\"\"\"",
        "r'",
        "\u{0}",
        "\u{feff}true",
        "é",
        "a\u{301}",
        "// only",
        "/* no */ true",
        "\"\\",
        "'''",
        "`a`",
        "{}",
        "a{b: c}",
        "$x",
        "#",
        "@",
    ] {
        assert!(compiled_with(source, &Facts::default(), Expected::Any).is_err() || source == "1e-400", "{source}");
    }
    survive("1e-400 == 0.0".into());
    survive(" ".repeat(10_000) + "true");
    survive("'".to_owned() + &"\\".repeat(5_001) + "'");
    survive(format!("'{}'.size() == 4000", "é".repeat(4_000)));
}

#[test]
fn many_names_and_facts() {
    let guards: Vec<String> = (0..230).map(|at| format!("has(resource.any.k{at}.l.m.n.o)")).collect();
    survive(guards.join(" && "));
    survive(guards.join(" || "));
    survive(format!("!({})", guards.join(" || ")));
    survive(format!("resource.{}", "x".repeat(8_000)));
    survive(format!("resource.any[\"{}\"] == 1", "x".repeat(8_000)));
    survive("resource.numbers.filter(n, n > 1)".to_owned() + &".filter(n, n > 1)".repeat(40) + ".size() == 1");
    survive(
        "resource.ingress.filter(r, has(r.from_port))".to_owned()
            + &".filter(r, has(r.to_port))".repeat(40)
            + ".size() == 1",
    );
}

#[test]
fn documents_nested_deeper_than_json_may_be() {
    let mut document = thing();
    document["any"] = (0..500).fold(json!(1), |inner, _| json!([inner]));
    for source in ["resource.any == resource.any", "resource.any in [resource.any]", "resource.any[0][0][0] == 1"] {
        let _ = value_in(source, &document);
        let program = compiled(source);
        with_context(&document, |context| assert!(program.explain(context, false).len() <= 20));
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_is_answered(source in "\\PC{0,200}") {
        survive(source);
    }

    #[test]
    fn any_tokens_are_answered(words in proptest::collection::vec(prop_oneof![
        Just("resource.numbers"), Just("resource.any"), Just("resource.ingress"), Just("resource.block"), Just("resource.tags"),
        Just("resource.label"), Just("params.port"), Just("params.allowed"), Just("now"), Just("true"), Just("null"), Just("1"), Just("-9223372036854775808"),
        Just("0.5"), Just("'a'"), Just("has("), Just("size("), Just("as_list("), Just("timestamp("), Just("duration("), Just(".exists(x,"),
        Just(".all(x,"), Just(".map(x,"), Just(".filter(x,"), Just(".matches("), Just(".contains("), Just(".opens_port("), Just("x"), Just(".protocol"),
        Just(".Statement"), Just("("), Just(")"), Just("["), Just("]"), Just(","), Just("!"), Just("-"), Just("+"), Just("*"), Just("/"),
        Just("%"), Just("=="), Just("!="), Just("<"), Just(">="), Just(" in "), Just("&&"), Just("||"), Just("?"), Just(":"),
    ], 0..40)) {
        survive(words.concat());
    }
}
