//! The home: several processes at once, and homes that cannot be used.

use crate::support::ciacm::Ciacm;

const SCAN: [&str; 4] = ["scan", "demo", "--fail-on", "none"];

#[test]
fn two_scans_at_once_in_one_home_both_succeed() {
    let ciacm = Ciacm::new();
    let running: Vec<_> = (0..3).map(|_| ciacm.args(SCAN).spawn()).collect();
    for child in running {
        let output = child.wait_with_output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }
    let findings = ciacm.args(["findings", "list", "--all", "--format", "json"]).run().expect_code(0).json();
    let once = Ciacm::new();
    once.args(SCAN).run().expect_code(0);
    let expected = once.args(["findings", "list", "--all", "--format", "json"]).run().expect_code(0).json();
    assert_eq!(findings.as_array().unwrap().len(), expected.as_array().unwrap().len());
}

#[test]
fn an_unchanged_scan_changes_only_when_it_was_last_seen() {
    let ciacm = Ciacm::new();
    let list = || {
        ciacm.args(SCAN).run().expect_code(0);
        let mut found = ciacm.args(["findings", "list", "--all", "--format", "json"]).run().expect_code(0).json();
        for finding in found.as_array_mut().unwrap() {
            let finding = finding.as_object_mut().unwrap();
            assert!(finding.remove("last_seen").is_some() && finding.remove("last_scan").is_some());
        }
        found
    };
    assert_eq!(list(), list());
    let scan = ciacm.args(SCAN).run().expect_code(0);
    assert!(scan.stdout.contains("Changed since the last scan: nothing"), "{}", scan.stdout);
}

#[test]
fn a_home_that_cannot_be_made_is_told() {
    let ciacm = Ciacm::new();
    ciacm.write("file", "");
    for home in ["file", "file/below", "/proc/ciacm"] {
        let output = ciacm.args(SCAN).args(["--home", home]).run().expect_code(2);
        assert!(output.stderr.starts_with("error: ") && output.stderr.contains(home), "{}", output.stderr);
        assert!(output.stderr.contains("next: "), "{}", output.stderr);
    }
}

#[test]
fn a_file_that_is_no_store_is_refused_and_left_alone() {
    let ciacm = Ciacm::new();
    let path = ciacm.write("home/ciacm.db", "this is something else");
    ciacm.args(SCAN).run().expect_code(2);
    assert_eq!(std::fs::read_to_string(path).unwrap(), "this is something else");
}

#[test]
fn without_a_scan_there_is_nothing_to_list() {
    let ciacm = Ciacm::new();
    for command in [&["findings", "list"][..], &["findings", "show", "abc"], &["frameworks", "status", "soc2"]] {
        let output = ciacm.args(command).run().expect_code(2);
        assert!(output.stderr.contains("ciacm scan demo"), "{}", output.stderr);
    }
}

#[test]
fn findings_are_filtered_and_explained() {
    let ciacm = Ciacm::new();
    ciacm.args(SCAN).run().expect_code(0);
    let list = |filter: &[&str]| {
        let output = ciacm.args(["findings", "list", "--format", "json"]).args(filter).run().expect_code(0);
        output.json().as_array().unwrap().clone()
    };
    let open = list(&[]);
    assert!(open.len() > 100);
    for (filter, key, expected) in [
        (&["--control", "AWS-S3-001"][..], "control", "AWS-S3-001"),
        (&["--region", "eu-west-1"], "region", "eu-west-1"),
        (&["--account", "123456789012"], "account", "123456789012"),
        (&["--type", "aws.s3.bucket"], "type", "aws.s3.bucket"),
        (&["--severity", "critical"], "severity", "critical"),
        (&["--status", "open"], "status", "OPEN"),
        (&["--verdict", "pass"], "verdict", "PASS"),
    ] {
        let found = list(filter);
        assert!(!found.is_empty(), "{filter:?}");
        assert!(found.iter().all(|finding| finding[key] == expected), "{filter:?}");
    }
    assert!(list(&["--service", "s3"]).iter().all(|finding| finding["type"].as_str().unwrap().starts_with("aws.s3.")));
    assert!(list(&["--framework", "soc2:CC6.6"]).len() < list(&["--framework", "soc2"]).len());
    assert!(list(&["--resource", "acme-marketing"]).iter().all(|one| one["resource"] == "acme-marketing-assets"));
    assert!(list(&["--account", "000000000000"]).is_empty());
    let id = open[0]["id"].as_str().unwrap();
    let shown = ciacm.args(["findings", "show", &id[..10], "--format", "json"]).run().expect_code(0).json();
    assert_eq!(shown["finding"]["id"], id);
    assert!(!shown["history"].as_array().unwrap().is_empty() && shown["remediation"].is_string());
    ciacm.args(["findings", "show", "zzzz"]).run().expect_code(2);
    let output = ciacm.args(["findings", "list", "--framework", "soc2:CC6.66"]).run().expect_code(2);
    assert!(output.stderr.contains("did you mean CC6.6?"), "{}", output.stderr);
}

#[test]
fn unknown_names_are_told_with_the_nearest() {
    let ciacm = Ciacm::new();
    for (arguments, expected) in [
        (["--control", "AWS-S3-0001"], "did you mean AWS-S3-001?"),
        (["--framework", "sock2"], "did you mean soc2?"),
        (["--framework", "cis-aws-7.0:3.1.44"], "did you mean 3.1.4?"),
        (["--service", "s33"], "did you mean s3?"),
    ] {
        let output = ciacm.args(["scan", "demo"]).args(arguments).run().expect_code(2);
        assert!(output.stderr.contains(expected), "{arguments:?}: {}", output.stderr);
    }
}

#[test]
fn the_gate_decides_the_exit_code() {
    let ciacm = Ciacm::new();
    for (gate, code) in [("none", 0), ("critical", 0), ("high", 1), ("low", 1)] {
        ciacm.args(["scan", "demo", "--control", "AWS-S3-001", "--fail-on", gate]).run().expect_code(code);
    }
}
