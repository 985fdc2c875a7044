//! What people read: no table is wider than 80 columns, and JSON keeps its documented shape.

use crate::support::ciacm::Ciacm;
use crate::support::scanned::{assert_fits, word};
use serde_json::Value;

fn demo() -> Ciacm {
    let ciacm = Ciacm::new();
    ciacm.args(["scan", "demo", "--fail-on", "none"]).run().expect_code(0);
    ciacm
}

#[test]
fn every_table_fits_80_columns() {
    let ciacm = demo();
    for command in [
        &["scan", "demo", "--fail-on", "none"][..],
        &["findings", "list"],
        &["findings", "list", "--all"],
        &["findings", "list", "--account", "1"],
        &["controls", "list"],
        &["controls", "test"],
        &["frameworks", "list"],
    ] {
        assert_fits(&ciacm.args(command).run().expect_code(0).stdout);
    }
    let frameworks = ciacm.args(["frameworks", "list", "--format", "json"]).run().expect_code(0).json();
    let ids: Vec<String> = frameworks.as_array().unwrap().iter().map(|framework| word(framework, "id")).collect();
    assert_eq!(ids, ["cis-aws-7.0", "gdpr", "iso27001-2022", "nist-800-53r5", "soc2"]);
    for id in &ids {
        assert_fits(&ciacm.args(["frameworks", "show", id]).run().expect_code(0).stdout);
        assert_fits(&ciacm.args(["frameworks", "status", id]).run().expect_code(0).stdout);
        assert_fits(&ciacm.args(["frameworks", "status", id, "--all"]).run().expect_code(0).stdout);
    }
}

#[test]
fn every_control_can_be_shown() {
    let ciacm = Ciacm::new();
    // What the command prints of one it prints of all; a process for each would take long.
    for control in ciacm::control::Library::load(&[]).unwrap().controls() {
        let mut shown = Vec::new();
        ciacm::report::table::control(&mut shown, control).unwrap();
        let shown = anstream::adapter::strip_bytes(&shown).into_vec();
        let shown = String::from_utf8(shown).unwrap();
        assert_fits(&shown);
        for part in ["\nWhy\n", "\nLooks at\n", "\nCheck\n", "\nRepair\n", "\nServes\n"] {
            assert!(shown.contains(part), "{} shows no {part}", control.id);
        }
        if control.id == "AWS-S3-001" {
            assert_eq!(ciacm.args(["controls", "show", "AWS-S3-001"]).run().expect_code(0).stdout, shown);
        }
    }
    let library = ciacm.args(["controls", "list", "--format", "json"]).run().expect_code(0).json();
    let one = ciacm.args(["controls", "show", "AWS-S3-001", "--format", "json"]).run().expect_code(0).json();
    assert!(library.as_array().unwrap().contains(&one));
    let output = ciacm.args(["controls", "show", "AWS-S3-01"]).run().expect_code(2);
    assert!(output.stderr.contains("did you mean AWS-S3-001?"), "{}", output.stderr);
}

#[test]
fn findings_of_each_service_can_be_shown() {
    let ciacm = demo();
    let found = ciacm.args(["findings", "list", "--all", "--format", "json"]).run().expect_code(0).json();
    let mut services = std::collections::BTreeSet::new();
    for finding in found.as_array().unwrap().iter().filter(|finding| finding["verdict"] == "FAIL") {
        let control = word(finding, "control");
        if !services.insert(control.rsplit_once('-').unwrap().0.to_owned()) {
            continue;
        }
        let shown = ciacm.args(["findings", "show", &word(finding, "id")]).run().expect_code(0).stdout;
        assert_fits(&shown);
        for part in ["\nWhat\n", "\nEvidence\n", "\nWhy it matters\n", "\nRepair\n", "\nServes\n", "\nHistory\n"] {
            assert!(shown.contains(part), "a finding of {control} shows no {part}:\n{shown}");
        }
    }
    let shown = ciacm.args(["findings", "list", "--control", "AWS-S3-001", "--format", "json"]).run().json();
    let id = word(&shown[0], "id");
    insta::assert_snapshot!(ciacm.args(["findings", "show", &id]).run().snapshot());
}

fn keys(value: &Value) -> Vec<&str> {
    value.as_object().unwrap().keys().map(String::as_str).collect()
}

#[test]
fn json_has_the_documented_shapes() {
    let ciacm = Ciacm::new();
    let scan = ciacm.args(["scan", "demo", "--fail-on", "none", "--format", "json"]).run().expect_code(0).json();
    for key in ["scan", "summary", "findings", "errors"] {
        assert!(keys(&scan).contains(&key), "{key}");
    }
    for key in ["id", "started", "finished", "complete", "accounts", "calls", "state", "now"] {
        assert!(keys(&scan["scan"]).contains(&key), "scan.{key}");
    }
    for key in [
        "id",
        "control",
        "title",
        "severity",
        "provider",
        "account",
        "region",
        "resource",
        "type",
        "verdict",
        "status",
        "reason",
        "evidence",
        "frameworks",
    ] {
        assert!(keys(&scan["findings"][0]).contains(&key), "findings[].{key}");
    }
    let show = ciacm.args(["frameworks", "show", "soc2", "--format", "json"]).run().expect_code(0).json();
    assert_eq!(show["requirements"].as_array().unwrap().len(), 61);
    for key in ["id", "title", "controls"] {
        assert!(keys(&show["requirements"][0]).contains(&key), "requirements[].{key}");
    }
    for (framework, requirements) in [("iso27001-2022", 93), ("cis-aws-7.0", 70)] {
        let show = ciacm.args(["frameworks", "show", framework, "--format", "json"]).run().expect_code(0).json();
        assert_eq!(show["requirements"].as_array().unwrap().len(), requirements, "{framework}");
    }
    let status = ciacm.args(["frameworks", "status", "soc2", "--format", "json"]).run().expect_code(0).json();
    let totals = status["totals"].as_object().unwrap().values().map(|count| count.as_u64().unwrap()).sum::<u64>();
    assert_eq!(totals, 61);
    for unknown in [["frameworks", "show", "sock2"], ["frameworks", "status", "sock2"]] {
        let output = ciacm.args(unknown).run().expect_code(2);
        assert!(output.stderr.contains("did you mean soc2?"), "{}", output.stderr);
    }
}
