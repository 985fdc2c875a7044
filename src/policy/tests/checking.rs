//! What the type checker accepts and refuses.

use super::*;

fn refused(source: &str) -> CompileError {
    match compiled_with(source, &Facts::default(), Expected::Any) {
        Ok(_) => panic!("{source} was accepted"),
        Err(error) => error,
    }
}

/// `message | hint | the part of the source`
fn report(source: &str) -> String {
    let error = refused(source);
    format!("{} | {} | {}", error.message, error.hint.unwrap_or_default(), &source[error.span])
}

#[test]
fn unknown_names_get_a_hint() {
    assert_eq!(
        report("resource.ingres.size() > 0"),
        "test.unit.thing has no field `ingres` | did you mean `ingress`? | ingres"
    );
    assert_eq!(report("params.prot == 1"), "the control has no parameter `prot` | did you mean `port`? | prot");
    assert_eq!(
        report("ingress.size() == 0"),
        "there is no variable `ingress` | did you mean `resource.ingress`? | ingress"
    );
    assert_eq!(report("port == 0"), "there is no variable `port` | did you mean `params.port`? | port");
    assert_eq!(report("resourse.count == 0"), "there is no variable `resourse` | did you mean `resource`? | resourse");
    assert_eq!(
        report("resource.ingress.exists(r, r.proto == 'tcp')"),
        "Rule has no field `proto` | fields: protocol, from_port, to_port, ipv4 | proto"
    );
    assert_eq!(
        report("resource.ingress.exists(r, r.open_port('tcp', 1))"),
        "Rule has no helper `open_port` | did you mean `opens_port`? | open_port"
    );
    assert_eq!(
        report("resource.ingress.exists(r, r.opens_port)"),
        "Rule has no field `opens_port` | it is a helper: `opens_port(...)` | opens_port"
    );
    assert_eq!(report("sise('') == 0"), "there is no function `sise` | did you mean `size`? | sise");
    assert_eq!(
        report("all(resource.numbers, n, true)").split(" | ").nth(1),
        Some("it is called on a value: `value.all(...)`")
    );
    assert_eq!(report("resource.label.has(x)").split(" | ").nth(1), Some("it is a function: `has(resource.label)`"));
    assert_eq!(
        report("resource.numbers.exists_one(n, n == 1)").split(" | ").nth(1),
        Some("write `list.filter(x, ...).size() == 1`")
    );
    assert!(report("resource.zzz == 1").contains("fields: ingress, access_keys, block"));
}

#[test]
fn wrong_types_are_refused() {
    for (source, message) in [
        ("resource.count == '3'", "cannot compare int with string"),
        ("resource.label < 1", "`<` cannot order string and int"),
        ("true < false", "`<` cannot order bool and bool"),
        ("resource.numbers < [1]", "`<` cannot order list of int and list of int"),
        ("resource.count + 1.0", "`+` cannot combine int and float"),
        ("1.5 % 2.0", "`%` cannot combine float and float"),
        ("now + now", "`+` cannot combine timestamp and timestamp"),
        ("duration('1d') - now", "`-` cannot combine duration and timestamp"),
        ("now - '90d' > now", "`-` cannot combine timestamp and string"),
        ("!resource.count", "`!` needs a bool, this is int"),
        ("-resource.label", "`-` needs a number, this is string"),
        ("resource.enabled && resource.label", "`&&` needs a bool, this is string"),
        ("resource.label || true", "`||` needs a bool, this is string"),
        ("resource.label ? 1 : 2", "`?` needs a bool, this is string"),
        ("true ? 1 : 'a'", "the two branches are int and string"),
        ("[1, 'a']", "the list has int and string"),
        ("1 in 'abc'", "`in` needs a list or a map, this is string"),
        ("'a' in resource.numbers", "cannot look for string in list of int"),
        ("1 in resource.counts", "cannot look for int in map to int"),
        ("resource.numbers['a'] == 1", "the index is string, it must be int"),
        ("resource.counts[1] == 1", "the index is int, it must be string"),
        ("resource.any[true] == 1", "the index is bool, it must be an int or a string"),
        ("resource.label[0] == ''", "string cannot be indexed"),
        ("resource.ingress[0]['protocol'] == ''", "Rule cannot be indexed"),
        ("resource['label'] == ''", "`resource` has fields, not keys"),
        ("size(1)", "`size` needs a string, a list or a map, this is int"),
        ("size()", "`size` takes 1 argument, not 0"),
        ("resource.label.size(1)", "`size` takes 0 arguments, not 1"),
        ("resource.count.contains('a')", "`contains` is a method of strings, not of int"),
        ("resource.numbers.contains(1)", "`contains` is a method of strings, not of list of int"),
        ("resource.label.contains(1)", "`contains` needs a string, this is int"),
        ("resource.label.matches('(')", "the pattern is no regular expression: unclosed group"),
        ("resource.label.exists(c, true)", "`exists` needs a list or a map, this is string"),
        ("resource.numbers.exists(n, n)", "`exists` needs a bool, this is int"),
        ("resource.numbers.exists(n)", "`exists` takes 2 arguments, not 1"),
        ("resource.numbers.exists(1, true)", "the first argument must be a new name for the element"),
        ("resource.numbers.exists(now, true)", "`now` has a meaning already"),
        ("resource.numbers.exists(n, true) && n == 1", "there is no variable `n`"),
        ("resource.ingress.exists(r, r.opens_port('tcp'))", "`opens_port` takes 2 arguments, not 1"),
        ("resource.ingress.exists(r, r.opens_port('tcp', '22'))", "`opens_port` needs int here, this is string"),
        (
            "resource.ingress.exists(r, r.opens_port('tcp', params.max_age))",
            "`opens_port` needs int here, this is duration",
        ),
        ("resource.ingress.exists(r, r.size() == 1)", "Rule has no helper `size`"),
        ("resource.numbers.foo()", "list of int has no method `foo`"),
        ("resource.label.foo == 1", "string has no field `foo`"),
        ("resource.ingress.protocol == ''", "list of Rule has no field `protocol`"),
        ("resource == 1", "`resource` alone is no value"),
        ("params == 1", "`params` alone is no value"),
        ("resource.size() == 1", "`resource` has no helper `size`"),
        ("timestamp('yesterday') < now", "this is not a timestamp"),
        ("timestamp(1) < now", "`timestamp` needs a string, this is int"),
        ("duration('90') < params.max_age", "this is not a duration"),
        ("duration(90) < params.max_age", "`duration` needs a string, this is int"),
        ("has(resource)", "`has` needs a field: `has(resource.name)`"),
        ("has(resource.tags['a'])", "`has` needs a field: `has(resource.name)`"),
        ("has(params.port)", "a parameter is always there"),
        ("resource.count == null", "`resource.count` is never null, it is int"),
    ] {
        assert_eq!(refused(source).message, message, "{source}");
    }
    assert_eq!(report("has(resource.tags['a'])").split(" | ").nth(1), Some("write `'a' in resource.tags`"));
    assert_eq!(
        report("now - resource.created_at > '90d'").split(" | ").nth(1),
        Some("write the duration as `duration(\"90d\")`")
    );
}

#[test]
fn the_result_has_the_expected_type() {
    let message =
        |source, expected| compiled_with(source, &Facts::default(), expected).err().map(|error| error.message);
    assert_eq!(message("resource.count", Expected::Bool).unwrap(), "the expression is int, it must be a bool");
    assert_eq!(message("resource.enabled", Expected::List).unwrap(), "the expression is bool, it must be a list");
    assert_eq!(message("resource.counts", Expected::List).unwrap(), "the expression is map to int, it must be a list");
    assert_eq!(message("resource.ingress.filter(r, true)", Expected::List), None);
    assert_eq!(message("resource.any", Expected::Bool), None);
    assert_eq!(message("resource.count", Expected::Any), None);
}

#[test]
fn what_may_be_absent_needs_a_guard() {
    for (source, hint) in [
        ("resource.block.acls", "write `has(resource.block) && ...`"),
        ("resource.note == 'x'", "write `has(resource.note) && ...`"),
        ("has(resource.block) && resource.block.inner.count == 1", "write `has(resource.block.inner) && ...`"),
        ("resource.ingress.all(r, r.from_port > 1)", "write `has(r.from_port) && ...`"),
        ("resource.tags['Owner'] == 'x'", "write `'Owner' in resource.tags && ...`"),
        ("resource.tags.Owner == 'x'", "write `has(resource.tags.Owner) && ...`"),
        ("resource.tags[resource.label] == 'x'", "write `resource.label in resource.tags && ...`"),
        ("resource.block.acls && has(resource.block)", "write `has(resource.block) && ...`"),
        ("has(resource.block) || resource.block.acls", "write `has(resource.block) && ...`"),
        ("!has(resource.block) && resource.block.acls", "write `has(resource.block) && ...`"),
        ("has(resource.block) ? true : resource.block.acls", "write `has(resource.block) && ...`"),
        ("(has(resource.block) || resource.enabled) && resource.block.acls", "write `has(resource.block) && ...`"),
        (
            "resource.ingress.exists(r, has(r.to_port)) && resource.ingress.all(r, r.to_port > 1)",
            "write `has(r.to_port) && ...`",
        ),
        (
            "resource.ingress.all(r, has(r.to_port)) && resource.ingress.all(r, r.from_port > 1)",
            "write `has(r.from_port) && ...`",
        ),
        ("resource.block == null", "write `!has(resource.block)`"),
        ("null != resource.block.extra", "write `has(resource.block.extra)`"),
        ("resource.policy == null", "write `!has(resource.policy)`"),
        ("has(resource.policy) && resource.policy == null", "write `!has(resource.policy)`"),
    ] {
        assert_eq!(refused(source).hint.as_deref(), Some(hint), "{source}");
    }
    assert_eq!(refused("resource.block.acls").message, "`resource.block` may be absent");
}

#[test]
fn guards_are_followed() {
    for source in [
        "has(resource.block) && resource.block.acls",
        "has(resource.block) && resource.enabled && resource.block.policy",
        "!has(resource.block) || resource.block.acls",
        "!has(resource.block) || !resource.block.acls || resource.block.policy",
        "has(resource.block) ? resource.block.acls : false",
        "!has(resource.block) ? false : resource.block.acls",
        "!(has(resource.block) && resource.enabled) || resource.block.acls",
        "(has(resource.block) && resource.enabled) && resource.block.acls",
        "!(!has(resource.block)) && resource.block.acls",
        "has(resource.block.inner) && resource.block.acls && resource.block.inner.count > 1",
        "(resource.enabled ? has(resource.note) : has(resource.note) && resource.note != '') && resource.note == 'x'",
        "(has(resource.note) && resource.enabled || has(resource.note) && resource.count == 1) && resource.note == 'x'",
        "resource.ingress.all(r, has(r.from_port) && has(r.to_port) && r.from_port <= r.to_port)",
        "resource.ingress.all(r, !has(r.from_port) || r.from_port > 1)",
        "resource.ingress.filter(r, has(r.from_port)).all(r, r.from_port > 1)",
        "resource.ingress.filter(r, has(r.from_port)).filter(r, has(r.to_port)).all(r, r.from_port > r.to_port)",
        "resource.ingress.all(r, has(r.from_port)) && resource.ingress.all(r, r.from_port > 1)",
        "!resource.ingress.exists(r, !has(r.from_port)) && resource.ingress.all(r, r.from_port > 1)",
        "'Owner' in resource.tags && resource.tags['Owner'] == 'x' && resource.tags.Owner != 'y'",
        "has(resource.tags.Owner) && resource.tags['Owner'] == 'x'",
        "resource.tags.all(key, resource.tags[key] != '')",
        "resource.tags.exists(key, key.startsWith('O') && resource.tags[key] != '')",
        "resource.blocks.all(key, has(resource.blocks[key].inner) && resource.blocks[key].inner.count > 1)",
        "resource.label in resource.tags && resource.tags[resource.label] == 'x'",
        "params.protocol in resource.tags && resource.tags[params.protocol] == 'x'",
        "has(resource.policy) && resource.policy.Version == null",
    ] {
        let _ = compiled(source);
    }
}

#[test]
fn a_loop_variable_of_the_same_name_is_another_one() {
    let source = "resource.ingress.all(r, has(r.from_port) && resource.ingress.all(r, r.from_port > 1))";
    assert!(refused(source).message.contains("may be absent"));
}

#[test]
fn facts_pass_from_condition_to_condition() {
    let nothing = Facts::default();
    let first = compiled("has(resource.block) && resource.ingress.all(r, has(r.to_port))");
    let facts = first.facts_if_true(&nothing);
    assert!(compiled_with("resource.block.acls", &facts, Expected::Bool).is_ok());
    assert!(compiled_with("resource.ingress.all(r, r.to_port > 1)", &facts, Expected::Bool).is_ok());
    assert!(compiled_with("resource.note == 'x'", &facts, Expected::Bool).is_err());
    let second = compiled_with("has(resource.note)", &facts, Expected::Bool).unwrap();
    let facts = second.facts_if_true(&facts);
    assert!(compiled_with("resource.block.acls && resource.note == 'x'", &facts, Expected::Bool).is_ok());
    assert_eq!(compiled("resource.enabled").facts_if_true(&nothing), nothing);
}

#[test]
fn what_is_named_is_told() {
    let program = compiled(
        "has(resource.block) && resource.id != '' && resource.ingress.exists(r, r.opens_port('tcp', params.port))",
    );
    assert_eq!(program.reads().iter().copied().collect::<Vec<_>>(), ["block", "id", "ingress"]);
    assert_eq!(program.parameters().iter().map(String::as_str).collect::<Vec<_>>(), ["port"]);
    assert!(program.source().starts_with("has("));
}

#[test]
fn programs_can_be_shared_between_threads() {
    fn shared<T: Send + Sync + std::fmt::Debug>(_: &T) {}
    shared(&compiled("resource.label.matches(params.protocol)"));
}
