//! What expressions evaluate to.

use super::*;
use crate::inventory::CallFailure;

fn value(source: &str) -> Value {
    value_in(source, &thing()).unwrap_or_else(|error| panic!("{source}: {error}"))
}

fn error(source: &str) -> String {
    match value_in(source, &thing()) {
        Ok(value) => panic!("{source} is {value}"),
        Err(error) => error.to_string(),
    }
}

#[track_caller]
fn holds(sources: &[&str]) {
    for source in sources {
        assert_eq!(value(source), json!(true), "{source}");
    }
}

#[test]
fn arithmetic() {
    assert_eq!(value("1 + 2 * 3 - 4 / 3 - 7 % 4"), json!(3));
    assert_eq!(value("-7 / 2"), json!(-3));
    assert_eq!(value("-7 % 3"), json!(-1));
    assert_eq!(value("1.5 + 2.0 * 0.5"), json!(2.5));
    assert_eq!(value("-resource.count"), json!(-3));
    assert_eq!(value("'a' + 'b' + resource.label"), json!("abGrün-1"));
    assert_eq!(value("[1] + resource.numbers"), json!([1, 1, 2, 3]));
    assert_eq!(value("params.allowed + ['x']"), json!(["ops", "dev", "x"]));
}

#[test]
fn numbers_that_do_not_fit_are_errors() {
    for source in [
        "9223372036854775807 + 1",
        "-9223372036854775808 - 1",
        "9223372036854775807 * 2",
        "-9223372036854775808 / -1",
        "-(-9223372036854775808 + 0)",
        "resource.count % (resource.count - 3) == 1",
        "1 / 0",
        "now + duration('100000000d')",
    ] {
        assert!(matches!(value_in(source, &thing()), Err(EvaluationError::Invalid { .. })), "{source}");
    }
    assert_eq!(error("1 / 0"), "`1 / 0` divides by zero");
    assert_eq!(error("1.0 / 0.0"), "`1.0 / 0.0` is a float that JSON cannot write");
}

#[test]
fn comparisons() {
    holds(&[
        "1 < 2 && 2 <= 2 && 3 > 2 && 3 >= 3",
        "1 < 1.5 && 1 == 1.0 && 1.5 > 1",
        "'a' < 'b' && 'Z' < 'a' && 'a' <= 'aa'",
        "resource.ratio == 0.5 && resource.ratio > params.limit",
        "resource.count != 4",
        "[1, 2] == [1, 2] && [1] != [2]",
        "resource.numbers == [1, 2, 3]",
        "resource.grid == [[1, 2], [3]]",
        "resource.moments[1] == now",
        "resource.moments == [timestamp('2026-01-01T00:00:00Z'), now]",
        "resource.any.n == 7 && resource.any.n != 'x'",
        "resource.any.nothing == null && null == null && resource.any.n != null",
        "!(0.0 / 0.0 == 0.0 / 0.0) && !(0.0 / 0.0 < 1.0)",
    ]);
}

#[test]
fn membership() {
    holds(&[
        "2 in resource.numbers && !(4 in resource.numbers)",
        "'a' in resource.counts && !('z' in resource.counts)",
        "'Owner' in resource.tags && resource.tags['Owner'] in params.allowed",
        "resource.any.text in ['abc', 'def']",
        "resource.any.n in [7, 8] && !(resource.any.n in ['a'])",
        "1.0 in resource.numbers",
        "'n' in resource.any && 'x' in resource.any.list",
        "now in resource.moments",
    ]);
    assert_eq!(error("1 in resource.any.text"), "`1 in resource.any.text` is a string where a list or a map is needed");
}

#[test]
fn strings() {
    holds(&[
        "resource.label.startsWith('Gr') && resource.label.endsWith('-1') && resource.label.contains('ün')",
        "resource.label.size() == 6 && size('') == 0",
        "resource.label.matches('^[A-Z].*[0-9]$') && !resource.label.matches(r'^\\d+$')",
        "resource.ingress[0].protocol.matches('^' + params.protocol + '$')",
        "resource.any.text.startsWith('a')",
    ]);
    assert_eq!(error("resource.any.n.startsWith('a')"), "`resource.any.n` is an int where a string is needed");
    assert!(error("'a'.matches(params.protocol + '(')").contains("is no regular expression: unclosed group"));
}

#[test]
fn time() {
    holds(&[
        "now - resource.created_at == params.max_age",
        "now - duration('90d') == resource.created_at",
        "duration('1w') == duration('7d') && duration('1h') + duration('30m') == duration('90m')",
        "timestamp('2026-11-01T00:00:00Z') == now && timestamp('2026-11-01T01:00:00+01:00') == now",
        "duration('1d') + resource.created_at > resource.created_at",
        "timestamp(resource.any.text == 'abc' ? '2026-11-01T00:00:00Z' : '') == now",
        "duration('9' + '0d') == params.max_age",
        "timestamp(now) == now && duration(params.max_age) == params.max_age",
    ]);
    assert_eq!(value("now"), json!("2026-11-01T00:00:00Z"));
    assert_eq!(value("params.max_age"), json!("7776000s"));
    assert_eq!(
        error("timestamp(resource.label) == now"),
        "`resource.label` is not a timestamp, for instance 2026-11-01T00:00:00Z"
    );
    assert!(error("duration(resource.label) == params.max_age").contains("is not a duration"));
}

#[test]
fn loops() {
    assert_eq!(value("resource.numbers.filter(n, n > 1)"), json!([2, 3]));
    assert_eq!(value("resource.numbers.map(n, n * n)"), json!([1, 4, 9]));
    assert_eq!(value("resource.counts.filter(k, resource.counts[k] > 1)"), json!(["b"]));
    assert_eq!(value("resource.counts.map(k, k + '!')"), json!(["a!", "b!"]));
    assert_eq!(value("resource.grid.map(row, row.filter(n, n != 2))"), json!([[1], [3]]));
    assert_eq!(value("resource.grid.map(row, row.map(n, n + row.size()))"), json!([[3, 4], [4]]));
    assert_eq!(
        value("resource.access_keys.map(key, now - key.created_at > params.max_age)"),
        json!([false, true, true])
    );
    assert_eq!(value("resource.access_keys.map(key, key.created_at)[2]"), json!("2020-01-01T00:00:00Z"));
    assert_eq!(value("resource.access_keys.filter(key, key.id == 'B')[0].status"), json!("Active"));
    holds(&[
        "resource.numbers.exists(n, n == 3) && !resource.numbers.exists(n, n == 4)",
        "resource.numbers.all(n, n < 4) && !resource.numbers.all(n, n < 3)",
        "[].all(x, false) && ![].exists(x, true)",
        "has(resource.tags.Owner) && params.allowed.exists(name, name == resource.tags.Owner)",
        "resource.moments.exists(moment, moment == now)",
        "resource.grid.exists(row, row.exists(n, n == 3) && row.size() == 1)",
        "resource.any.list.size() == 4 && resource.any.exists(key, key == 'text')",
    ]);
    assert_eq!(
        error("resource.any.text.exists(c, true)"),
        "`resource.any.text` is a string where a list or a map is needed"
    );
}

#[test]
fn helpers() {
    assert_eq!(value("resource.ingress.map(rule, rule.opens_port('tcp', 22))"), json!([false, true, true]));
    assert_eq!(value("resource.ingress.map(rule, rule.opens_port('tcp', params.port))"), json!([false, true, true]));
    assert_eq!(
        value("resource.ingress.map(rule, rule.opens_port(resource.ingress[0].protocol, 400 + 43))"),
        json!([true, false, true])
    );
    assert_eq!(value("resource.ingress[1].open_ranges()"), json!(["0.0.0.0/0"]));
    assert_eq!(value("resource.ingress[1].open_ranges()[0].size()"), json!(9));
    assert_eq!(value("resource.ingress[0].echo(now)"), json!("2026-11-01T00:00:00Z"));
    assert_eq!(value("resource.ingress[0].echo(resource.grid)"), json!([[1, 2], [3]]));
}

#[test]
fn a_helper_sees_the_parameters_of_each_evaluation() {
    let program = compiled("resource.ingress[0].opens_port('tcp', params.port)");
    let document = thing();
    let now = "2026-11-01T00:00:00Z".parse().unwrap();
    for (port, expected) in [(22, false), (443, true), (22, false)] {
        let parameters = Parameters::new([("port".to_owned(), ParameterValue::Int(port))]);
        let context = Context { resource: &document, parameters: &parameters, now };
        assert_eq!(program.evaluate(&context), Ok(expected));
    }
}

#[test]
fn lists_of_what_may_be_one_thing() {
    assert_eq!(
        value("has(resource.policy) ? resource.policy.Statement.map(s, as_list(s.Action)) : []"),
        json!([["s3:GetObject"], ["s3:*", "kms:*"]])
    );
    assert_eq!(value("as_list(null)"), json!([]));
    assert_eq!(value("as_list(resource.numbers)"), json!([1, 2, 3]));
    assert_eq!(value("as_list(resource.count)"), json!([3]));
    assert_eq!(value("as_list(resource.any.text)[0].size() + as_list(resource.any.text).size()"), json!(4));
    assert_eq!(value("as_list(resource.any.text) + ['x']"), json!(["abc", "x"]));
    holds(&[
        "as_list(resource.created_at).all(made, made < now)",
        "as_list(resource.created_at) == [now - params.max_age] && now in as_list(now)",
        "'abc' in as_list(resource.any.text) && as_list(resource.any.text) == ['abc']",
        "as_list('a' + 'b') == ['ab'] && as_list(as_list(7)) == [7] && as_list(resource.any.nothing).size() == 0",
    ]);
}

#[test]
fn presence() {
    holds(&[
        "has(resource.block) && has(resource.block.inner) && resource.block.inner.count == 3",
        "!has(resource.block.extra) && !has(resource.note)",
        "has(resource.block.inner.count)",
        "has(resource.tags.Owner) && !has(resource.tags.Nobody)",
        "has(resource.policy.Statement) && !has(resource.policy.Id.Part)",
        "has(resource.policy) && resource.policy.Statement.exists(s, has(s.Principal.AWS))",
        "!has(resource.any.nothing)",
    ]);
}

#[test]
fn choices() {
    assert_eq!(value("resource.count > 2 ? 'many' : 'few'"), json!("many"));
    assert_eq!(value("has(resource.note) ? resource.note : 'none'"), json!("none"));
    assert_eq!(value("true ? 1 : 1 / 0"), json!(1));
}

fn unreadable() -> Value {
    let mut document = thing();
    document["block"] = json!({"$unreadable": CallFailure {
        call: "test:GetBlock".into(), code: "AccessDenied".into(), message: "no".into(), permission: "test:GetBlock".into(),
    }});
    document.as_object_mut().unwrap().remove("policy");
    document["access_keys"] = json!({"$unreadable": "Throttled"});
    document
}

#[test]
fn what_could_not_be_read_is_an_error() {
    let document = unreadable();
    let error = |source: &str| value_in(source, &document).unwrap_err();
    assert!(matches!(error("has(resource.block)"), EvaluationError::Unreadable { path, failure }
        if path == "resource.block" && failure.code == "AccessDenied"));
    assert_eq!(
        error("has(resource.block) && resource.block.acls").to_string(),
        "`resource.block` could not be read: test:GetBlock answered AccessDenied: no (needs test:GetBlock)"
    );
    assert!(matches!(error("resource.access_keys.size() == 0"), EvaluationError::Unreadable { failure, .. }
        if failure.code == "Throttled"));
    assert_eq!(error("has(resource.policy)"), EvaluationError::NotCollected { path: "resource.policy".into() });
    assert!(matches!(error("resource.enabled && has(resource.block)"), EvaluationError::Unreadable { .. }));
    assert!(matches!(
        error("resource.numbers.all(n, n > 0 && has(resource.block))"),
        EvaluationError::Unreadable { .. }
    ));
}

#[test]
fn an_error_that_cannot_change_the_verdict_is_none() {
    let document = unreadable();
    for (source, expected) in [
        ("has(resource.block) && !resource.enabled", false),
        ("!resource.enabled && has(resource.block)", false),
        ("has(resource.block) || resource.enabled", true),
        ("has(resource.policy) || resource.enabled", true),
        ("resource.numbers.exists(n, n == 1 ? has(resource.block) : n == 2)", true),
        ("resource.numbers.all(n, n == 1 ? has(resource.block) : n == 2)", false),
        ("1 / 0 == 1 && false", false),
    ] {
        assert_eq!(value_in(source, &document), Ok(json!(expected)), "{source}");
    }
}

#[test]
fn documents_that_do_not_fit_the_schema_are_errors() {
    let mut document = thing();
    document["count"] = json!("three");
    document["numbers"] = json!([1, "two"]);
    document["ingress"] = json!({"protocol": "tcp"});
    document["label"] = Value::Null;
    document["created_at"] = json!("yesterday");
    document["access_keys"] = json!([{"id": "A"}, {"$unreadable": "AccessDenied"}]);
    let error = |source: &str| value_in(source, &document).unwrap_err().to_string();
    assert_eq!(error("resource.count > 1"), "`resource.count` is a string where an int is needed");
    assert_eq!(error("resource.numbers.all(n, n > 0)"), "`resource.numbers` is a string where an int is needed");
    assert_eq!(error("resource.ingress.size() == 0"), "`resource.ingress` is an object where a list is needed");
    assert_eq!(error("resource.label == ''"), "`resource.label` is absent");
    assert_eq!(error("now - resource.created_at > params.max_age").split(" is ").next(), Some("`resource.created_at`"));
    assert_eq!(error("resource.access_keys[0].status == ''"), "`resource.access_keys[0].status` is absent");
    assert!(error("has(resource.access_keys[1].last_used_at)").contains("AccessDenied"));
    assert!(matches!(value_in("true", &json!([])), Err(EvaluationError::Invalid { .. })));
}

#[test]
fn parts_of_a_reading_may_be_unreadable_by_themselves() {
    let mut document = thing();
    document["numbers"] = json!([1, {"$unreadable": "AccessDenied"}, 3]);
    document["access_keys"] = json!([{"id": "A", "status": {"$unreadable": "AccessDenied"}}]);
    document["ingress"] = json!([{"$unreadable": "AccessDenied"}]);
    document["block"] = json!({"acls": true, "policy": true, "inner": {"$unreadable": "AccessDenied"}});
    document["blocks"] = json!({"a": {"$unreadable": "AccessDenied"}});
    document["any"]["part"] = json!({"$unreadable": "AccessDenied"});
    document["grid"] = json!([{"$unreadable": "AccessDenied"}]);
    let value = |source: &str| value_in(source, &document);
    for source in [
        "2 in resource.numbers",
        "resource.numbers == [1, 2, 3]",
        "resource.ingress.exists(r, has(r.from_port))",
        "resource.ingress.exists(r, r.opens_port('tcp', 1))",
        "resource.ingress[0] == resource.ingress[0]",
        "has(resource.block.inner)",
        "has(resource.block.inner.count)",
        "has(resource.blocks.a)",
        "'a' in resource.blocks && resource.blocks['a'].acls",
        "resource.any.part == 'x'",
        "resource.any.part.size() == 1",
        "'x' in resource.any.part",
        "resource.any.part.exists(k, k == 'x')",
        "has(resource.any.part.more)",
        "as_list(resource.any.part).size() == 1",
        "resource.grid[0].size() == 1",
        "resource.grid.filter(row, row.size() > 1).size() == 0",
        "resource.numbers.exists(n, n == 2)",
        "resource.numbers.all(n, n > 0)",
        "resource.numbers[1] > 0",
        "resource.access_keys[0].status == 'Active'",
        "resource.access_keys.exists(key, key.status == 'Active')",
    ] {
        let unreadable =
            matches!(value(source), Err(EvaluationError::Unreadable { failure, .. }) if failure.code == "AccessDenied");
        assert!(unreadable, "{source}: {:?}", value(source));
    }
    assert_eq!(
        value("3 in resource.numbers && resource.ingress.size() == 1 && 'a' in resource.blocks"),
        Ok(json!(true))
    );
    assert_eq!(value("resource.numbers.exists(n, n == 3)"), Ok(json!(true)));
    assert_eq!(value("resource.numbers.all(n, n < 3)"), Ok(json!(false)));
}

#[test]
fn values_of_any_shape_are_checked_while_running() {
    assert_eq!(error("resource.any.missing == 1"), "`resource.any.missing` names a key that is not there");
    assert_eq!(error("resource.any.text.more == 1"), "`resource.any.text.more` is a string where an object is needed");
    assert_eq!(error("resource.any.list[9] == 1"), "`resource.any.list[9]` names an element that is not there");
    assert_eq!(error("resource.any.list[-1] == 1"), "`resource.any.list[-1]` names an element that is not there");
    assert_eq!(error("resource.any.text < 1"), "`resource.any.text < 1` is a string where a number is needed");
    assert_eq!(error("resource.any.n ? 1 : 2"), "`resource.any.n` is a number where a bool is needed");
    assert_eq!(error("resource.any.n + 'x'"), "`resource.any.n + 'x'` combines values whose types do not go together");
    assert_eq!(value("resource.any.n + 1"), json!(8));
    assert_eq!(value("resource.any['text']"), json!("abc"));
    assert_eq!(value("resource.any.list[0]"), json!(1));
    assert!(error("resource.ingress[0].broken()").contains("is a string where a bool is needed"));
}

#[test]
fn parameters_must_be_there_and_fit() {
    let program = compiled("params.port == 22");
    let document = thing();
    let now = "2026-11-01T00:00:00Z".parse().unwrap();
    let run = |parameters: &Parameters| program.evaluate(&Context { resource: &document, parameters, now });
    let named =
        |name: &str, value| Parameters::new([("x".to_owned(), ParameterValue::Bool(true)), (name.to_owned(), value)]);
    assert_eq!(run(&named("port", ParameterValue::Int(22))), Ok(true));
    assert!(run(&named("part", ParameterValue::Int(22))).unwrap_err().to_string().contains("has no value"));
    assert!(run(&named("port", ParameterValue::Bool(true))).unwrap_err().to_string().contains("another type"));
}
