//! `ciacm findings diff`: what changed between two scans, and what cannot be compared.

use crate::support::ciacm::Ciacm;
use crate::support::recording::changed_demo;
use crate::support::scanned::{assert_fits, word};
use ciacm::inventory::Resource;
use ciacm::inventory::snapshot::Entry;
use serde_json::{Value, json};
use std::collections::BTreeSet;

const ONLY: [&str; 4] = ["--control", "AWS-S3-001,AWS-S3-002", "--fail-on", "none"];

fn scan(ciacm: &Ciacm, snapshot: &str) -> String {
    let json = ["--format", "json"];
    word(&ciacm.args(["scan", "snapshot", snapshot]).args(ONLY).args(json).run().json()["scan"], "id")
}

/// The resource with one of its readings replaced.
fn with(resource: &Resource, field: &str, value: Value) -> Entry {
    let mut document = resource.document().clone();
    document[field] = value;
    Entry::Resource(Resource::from_document(document).unwrap())
}

fn names(diff: &Value, section: &str, control: &str) -> BTreeSet<String> {
    let found = diff[section].as_array().unwrap().iter().map(|one| &one["finding"]);
    found.filter(|finding| finding["control"] == control).map(|finding| word(finding, "resource")).collect()
}

/// One home with a scan of the demo, and one of an estate in which a bucket went, one was opened, one was closed, and
/// one could not be read.
fn two_scans() -> (Ciacm, String, String) {
    let ciacm = Ciacm::new();
    changed_demo(&ciacm, "before.snapshot", |_| (), Some);
    let closed = json!({
        "block_public_acls": true, "ignore_public_acls": true, "block_public_policy": true,
        "restrict_public_buckets": true,
    });
    let denied = json!({"$unreadable": {
        "call": "s3:GetPublicAccessBlock", "code": "AccessDenied", "message": "no", "permission": "s3:GetBucketPublicAccessBlock",
    }});
    let change = |entry: Entry| match &entry {
        Entry::Resource(resource) if resource.kind() == "aws.s3.bucket" => match resource.id() {
            "acme-data-lake-raw" => None,
            "acme-marketing-assets" => Some(with(resource, "public_access_block", closed.clone())),
            "acme-tax-archive" => Some(with(resource, "public_access_block", Value::Null)),
            "acme-hr-documents" => Some(with(resource, "public_access_block", denied.clone())),
            _ => Some(entry),
        },
        _ => Some(entry),
    };
    changed_demo(&ciacm, "after.snapshot", |_| (), change);
    let before = scan(&ciacm, "before.snapshot");
    let after = scan(&ciacm, "after.snapshot");
    (ciacm, before, after)
}

#[test]
fn what_is_new_resolved_and_changed_is_told() {
    let (ciacm, before, after) = two_scans();
    let diff = ciacm.run(["findings", "diff", &before, &after, "--format", "json"]).expect_code(0).json();
    let set = |names: &[&str]| names.iter().map(|&name| name.to_owned()).collect::<BTreeSet<_>>();
    assert_eq!(names(&diff, "new", "AWS-S3-001"), set(&["acme-tax-archive"]));
    assert_eq!(names(&diff, "resolved", "AWS-S3-001"), set(&["acme-data-lake-raw", "acme-marketing-assets"]));
    assert_eq!(names(&diff, "changed", "AWS-S3-001"), set(&["acme-hr-documents"]));
    assert_eq!(
        (&diff["not_compared"], word(&diff["before"], "id"), word(&diff["after"], "id")),
        (&json!(0), before.clone(), after.clone())
    );
    let gone =
        diff["resolved"].as_array().unwrap().iter().find(|one| one["finding"]["resource"] == "acme-data-lake-raw");
    let gone = gone.unwrap();
    assert_eq!(
        (&gone["before"]["verdict"], &gone["before"]["status"], &gone["after"]),
        (&"FAIL".into(), &"OPEN".into(), &Value::Null)
    );
    let changed = &diff["changed"][0];
    assert_eq!((&changed["before"]["verdict"], &changed["after"]["verdict"]), (&"PASS".into(), &"ERROR".into()));
    assert!(word(&changed["after"], "reason").contains("AccessDenied"));

    // The scan before the latest is what it is compared with if nothing else is said.
    let same = ciacm.run(["findings", "diff", "--format", "json"]).expect_code(0).json();
    assert_eq!(same, diff);
    let table = ciacm.run(["findings", "diff"]).expect_code(0);
    assert_fits(&table.stdout);
    insta::assert_snapshot!("diff", table.snapshot());

    // The other way round what was resolved is new.
    let back = ciacm.run(["findings", "diff", &after, &before, "--format", "json"]).expect_code(0).json();
    assert_eq!(names(&back, "resolved", "AWS-S3-001"), set(&["acme-tax-archive"]));
    assert_eq!(names(&back, "new", "AWS-S3-001"), set(&["acme-data-lake-raw", "acme-marketing-assets"]));
    let none = ciacm.run(["findings", "diff", &after, &after, "--format", "json"]).expect_code(0).json();
    assert_eq!([&none["new"], &none["resolved"], &none["changed"]], [&json!([]); 3]);
}

#[test]
fn a_waiver_is_a_change() {
    let (ciacm, _, after) = two_scans();
    let open = ["findings", "list", "--control", "AWS-S3-001", "--status", "open", "--format", "json"];
    let id = word(&ciacm.run(open).expect_code(0).json()[0], "id");
    let terms = ["--until", "9999-01-01", "--owner", "o", "--reason", "r"];
    ciacm.args(["findings", "waive", &id]).args(terms).run().expect_code(0);
    let later = scan(&ciacm, "after.snapshot");
    let diff = ciacm.run(["findings", "diff", &after, &later, "--format", "json"]).expect_code(0).json();
    let changed = diff["changed"].as_array().unwrap();
    assert_eq!(changed.len(), 1);
    assert_eq!((&changed[0]["before"]["status"], &changed[0]["after"]["status"]), (&"OPEN".into(), &"WAIVED".into()));
    assert_eq!((&diff["new"], &diff["resolved"]), (&json!([]), &json!([])));
}

#[test]
fn what_a_scan_did_not_look_at_is_not_called_resolved() {
    let (ciacm, before, _) = two_scans();
    let select = ["--control", "AWS-S3-002", "--fail-on", "none", "--format", "json"];
    let part = ciacm.args(["scan", "snapshot", "before.snapshot"]).args(select).run().json();
    let part = word(&part["scan"], "id");
    for (from, to) in [(&before, &part), (&part, &before)] {
        let diff = ciacm.run(["findings", "diff", from, to, "--format", "json"]).expect_code(0).json();
        assert_eq!([&diff["new"], &diff["resolved"], &diff["changed"]], [&json!([]); 3]);
        assert_eq!(diff["not_compared"], 17, "the buckets, by the control that only one of them ran");
    }
    let table = ciacm.run(["findings", "diff", &before, &part]).expect_code(0).stdout;
    assert!(table.contains("17 findings not compared"), "{table}");
}

#[test]
fn scans_that_are_not_there_are_told() {
    let ciacm = Ciacm::new();
    ciacm.run(["findings", "diff"]).expect_code(2);
    ciacm.run(["scan", "demo", "--control", "AWS-S3-001", "--fail-on", "none"]).expect_code(0);
    let alone = ciacm.run(["findings", "diff"]).expect_code(2);
    assert!(alone.stderr.contains("nothing to compare with") && alone.stderr.contains("next: "), "{}", alone.stderr);
    let unknown = ciacm.run(["findings", "diff", "ffff"]).expect_code(2);
    assert!(unknown.stderr.contains("no scan is called `ffff`"), "{}", unknown.stderr);
}
