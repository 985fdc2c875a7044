//! What decided a verdict.

use super::*;
use crate::inventory::{resource_type, schema::ResourceType};

/// The verdict and its paths.
fn decided_on(source: &str, kind: &'static ResourceType, document: &Value) -> (bool, Vec<Evidence>) {
    let parameters = parameter_types();
    let environment = Environment { resource: kind, parameters: &parameters };
    let facts = Facts { present: ["resource.public_access_block".to_owned()].into() };
    let program =
        compile(source, &environment, &facts, Expected::Bool).unwrap_or_else(|error| panic!("{source}: {error:?}"));
    with_context(document, |context| {
        let outcome = program.evaluate(context).unwrap_or_else(|error| panic!("{source}: {error}"));
        (outcome, program.explain(context, outcome))
    })
}

fn paths(source: &str) -> Vec<String> {
    decided_on(source, THING, &thing()).1.into_iter().map(|evidence| evidence.path).collect()
}

#[track_caller]
fn shows(source: &str, wanted: &[&str]) {
    assert_eq!(paths(source), wanted, "{source}");
}

#[test]
fn a_chain_shows_what_decided_it() {
    shows("resource.enabled && resource.count > 5 && resource.label == ''", &["resource.count"]);
    shows("resource.enabled && resource.count > 1", &["resource.enabled", "resource.count"]);
    shows("resource.count > 5 || resource.enabled || resource.label == 'x'", &["resource.enabled"]);
    shows("resource.count > 5 || !resource.enabled", &["resource.count", "resource.enabled"]);
    shows("!(resource.enabled && resource.count > 5)", &["resource.count"]);
    shows("resource.enabled && resource.enabled", &["resource.enabled"]);
}

#[test]
fn leaves_show_every_path_but_no_parameter() {
    shows("now - resource.created_at > params.max_age", &["resource.created_at"]);
    shows("resource.count + resource.numbers[1] == 5", &["resource.count", "resource.numbers[1]"]);
    shows("resource.label in ['a', 'b']", &["resource.label"]);
    shows("resource.label.startsWith(resource.id)", &["resource.label", "resource.id"]);
    shows("resource.label.matches(resource.id) || true", &[]);
    shows("size(resource.label) > 2", &["resource.label"]);
    shows("resource.any['text'] == 'abc'", &["resource.any[\"text\"]"]);
    shows("resource.any.text == 'abc'", &["resource.any.text"]);
    shows("has(resource.tags.Owner) && resource.tags.Owner == 'ops'", &["resource.tags[\"Owner\"]"]);
    shows("resource.numbers[resource.count - 1] == 3", &["resource.count", "resource.numbers[2]"]);
    shows("params.port == 22", &[]);
    shows("(resource.count > 5) == false", &["resource.count"]);
    shows("resource.ingress[0].open_ranges().size() == 1", &["resource.ingress[0]"]);
    shows(
        "resource.ingress[0].opens_port(resource.ingress[2].protocol, 443)",
        &["resource.ingress[0]", "resource.ingress[2].protocol"],
    );
}

#[test]
fn presence_shows_null_for_what_is_absent() {
    let (outcome, evidence) = decided_on("has(resource.note)", THING, &thing());
    assert_eq!((outcome, evidence), (false, vec![Evidence { path: "resource.note".into(), value: Value::Null }]));
    let (_, evidence) = decided_on("has(resource.block.inner.count)", THING, &thing());
    assert_eq!(evidence, [Evidence { path: "resource.block.inner.count".into(), value: json!(3) }]);
    shows("has(resource.policy.Id.Part)", &["resource.policy.Id.Part"]);
}

#[test]
fn loops_show_the_elements_that_decided() {
    shows("resource.numbers.all(n, n < 2)", &["resource.numbers[1]", "resource.numbers[2]"]);
    shows("resource.numbers.all(n, n < 9)", &["resource.numbers"]);
    shows("resource.numbers.exists(n, n > 1)", &["resource.numbers[1]", "resource.numbers[2]"]);
    shows("resource.numbers.exists(n, n > 9)", &["resource.numbers"]);
    shows("resource.ingress.exists(r, r.protocol == '-1')", &["resource.ingress[2].protocol"]);
    shows(
        "resource.ingress.exists(r, r.opens_port('tcp', params.port))",
        &["resource.ingress[1]", "resource.ingress[2]"],
    );
    shows(
        "resource.ingress.exists(r, r.protocol == 'tcp' && r.opens_port('tcp', 22) && r.ipv4.exists(c, c == '0.0.0.0/0'))",
        &["resource.ingress[1]"],
    );
    shows("resource.grid.exists(row, row.exists(n, n == 3))", &["resource.grid[1][0]"]);
    shows("resource.grid.all(row, row.all(n, n != 2 && n != 3))", &["resource.grid[0][1]", "resource.grid[1][0]"]);
    shows("resource.grid.all(row, row.exists(n, n == 3))", &["resource.grid[0]"]);
    shows("resource.counts.exists(k, resource.counts[k] == 2)", &["resource.counts[\"b\"]"]);
    shows("resource.counts.exists(k, k == 'b')", &["resource.counts[\"b\"]"]);
    shows("resource.numbers.exists(n, true)", &["resource.numbers[0]", "resource.numbers[1]", "resource.numbers[2]"]);
    shows("resource.moments.all(m, m < now)", &["resource.moments[1]"]);
}

#[test]
fn computed_lists_lead_back_to_the_document() {
    shows("resource.numbers.filter(n, n > 1).size() == 0", &["resource.numbers[1]", "resource.numbers[2]"]);
    shows("resource.numbers.filter(n, n > 9).size() == 0", &["resource.numbers"]);
    shows(
        "resource.access_keys.filter(k, k.id != 'A').exists(k, k.status == 'Active')",
        &["resource.access_keys[1].status"],
    );
    shows("resource.access_keys.filter(k, k.id == 'B')[0].status == 'Active'", &["resource.access_keys[1].status"]);
    shows("resource.access_keys.map(k, k.status).exists(s, s == 'Inactive')", &["resource.access_keys[2].status"]);
    shows(
        "has(resource.policy) && resource.policy.Statement.exists(s, as_list(s.Action).exists(a, a == 'kms:*'))",
        &["resource.policy", "resource.policy.Statement[1].Action[1]"],
    );
    shows(
        "has(resource.policy) && resource.policy.Statement.exists(s, as_list(s.Action).exists(a, a == 's3:GetObject'))",
        &["resource.policy", "resource.policy.Statement[0].Action"],
    );
    shows("(resource.numbers + [resource.count]).exists(n, n == 3)", &["resource.numbers[2]", "resource.count"]);
    shows("(resource.enabled ? resource.numbers : [1]).exists(n, n == 3)", &["resource.numbers[2]"]);
    shows("params.allowed.exists(p, resource.label == p)", &["resource.label"]);
    shows("params.allowed.exists(p, resource.tags.exists(k, resource.tags[k] == p))", &["resource.tags[\"Owner\"]"]);
    shows("resource.ingress[1].open_ranges().all(r, r == '')", &["resource.ingress[1]"]);
}

#[test]
fn a_choice_shows_its_condition_and_the_branch_taken() {
    shows("resource.count > 2 ? resource.enabled : resource.label == ''", &["resource.count", "resource.enabled"]);
    shows("(resource.count > 9 ? resource.id : resource.label) == 'x'", &["resource.count", "resource.label"]);
}

#[test]
fn at_most_twenty_paths() {
    let mut document = thing();
    document["numbers"] = (0..100).collect();
    let (_, evidence) = decided_on("resource.numbers.all(n, n < 0)", THING, &document);
    assert_eq!(evidence.len(), 20);
    assert_eq!(evidence[19].path, "resource.numbers[19]");
}

/// The expressions and documents of the first three controls.
#[test]
fn the_first_controls() {
    let group = json!({"ingress": [
        {"protocol": "tcp", "from_port": 443, "to_port": 443, "ipv4": ["0.0.0.0/0"], "ipv6": []},
        {"protocol": "tcp", "from_port": 20, "to_port": 25, "ipv4": ["0.0.0.0/0"], "ipv6": []},
    ]});
    let source = "!resource.ingress.exists(rule,\n  rule.opens_port(\"tcp\", params.port) && rule.from_anywhere())\n";
    let (outcome, evidence) = decided_on(source, resource_type("aws.ec2.security_group").unwrap(), &group);
    assert!(!outcome);
    assert_eq!(evidence, [Evidence { path: "resource.ingress[1]".into(), value: group["ingress"][1].clone() }]);

    let source = "resource.access_keys.all(key, key.status != \"Active\" || now - key.created_at <= params.max_age)";
    let (outcome, evidence) = decided_on(source, THING, &thing());
    assert!(!outcome);
    let evidence: Vec<_> = evidence.iter().map(|evidence| evidence.path.as_str()).collect();
    assert_eq!(evidence, ["resource.access_keys[1].status", "resource.access_keys[1].created_at"]);

    let bucket = json!({"public_access_block": {
        "block_public_acls": true, "block_public_policy": false, "ignore_public_acls": true, "restrict_public_buckets": true,
    }});
    let source = "resource.public_access_block.block_public_acls && resource.public_access_block.block_public_policy";
    let (outcome, evidence) = decided_on(source, resource_type("aws.s3.bucket").unwrap(), &bucket);
    assert!(!outcome);
    assert_eq!(evidence[0].path, "resource.public_access_block.block_public_policy");
    assert_eq!(evidence.len(), 1);
}
