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

/// Runs a shell script with a small file system of its own on `home`, where the system lets us mount one. `$ciacm` is
/// the program.
#[cfg(target_os = "linux")]
pub fn with_small_disk(ciacm: &Ciacm, size: &str, script: &str) -> Option<String> {
    use std::process::Command;
    std::fs::create_dir_all(ciacm.home()).unwrap();
    let mount = format!("mount -t tmpfs -o size={size},mode=700 tmpfs home");
    let possible = Command::new("unshare").current_dir(ciacm.path("")).args(["-rm", "sh", "-c", &mount]).output();
    if !possible.is_ok_and(|output| output.status.success()) {
        crate::support::announce(
            "SKIPPED: no file system can be mounted here, so full and read-only disks are not tested",
        );
        return None;
    }
    let output = Command::new("unshare")
        .current_dir(ciacm.path(""))
        .env("ciacm", env!("CARGO_BIN_EXE_ciacm"))
        .env("CIACM_HOME", ciacm.home())
        .args(["-rm", "sh", "-ec", &format!("{mount}\n{script}")])
        .output()
        .unwrap();
    let text = [output.stdout, output.stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).concat();
    assert!(output.status.success(), "{text}");
    Some(crate::support::ciacm::scrub(&text, &ciacm.path("")))
}

#[cfg(target_os = "linux")]
#[test]
fn on_a_read_only_disk_findings_are_still_shown() {
    let ciacm = Ciacm::new();
    let script = r#"
        $ciacm scan demo --fail-on none > before
        $ciacm findings list > listed
        mount -o remount,ro home
        code=0; $ciacm scan demo 2>&1 || code=$?
        echo "scan: $code"
        $ciacm findings list > read
        cmp listed read
        $ciacm frameworks status soc2 > /dev/null && echo "the rest is read"
    "#;
    if let Some(said) = with_small_disk(&ciacm, "64m", script) {
        insta::assert_snapshot!(said);
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_told_and_costs_nothing_recorded() {
    let ciacm = Ciacm::new();
    let script = r#"
        $ciacm scan demo --control AWS-S3-001 --fail-on none > /dev/null
        $ciacm findings list --format json > listed
        dd if=/dev/zero of=home/ballast bs=4k 2> /dev/null || true
        code=0; $ciacm scan demo --fail-on none 2>&1 || code=$?
        echo "scan: $code"
        rm home/ballast
        $ciacm findings list --format json > kept
        cmp listed kept && echo "what was recorded is kept"
        $ciacm scan demo --fail-on none > /dev/null && echo "with space it goes on"
    "#;
    if let Some(said) = with_small_disk(&ciacm, "64m", script) {
        insta::assert_snapshot!(said);
    }
}

#[test]
fn a_store_of_a_newer_program_is_left_alone() {
    let ciacm = Ciacm::new();
    ciacm.args(SCAN).run().expect_code(0);
    let path = ciacm.home().join("ciacm.db");
    rusqlite::Connection::open(&path).unwrap().pragma_update(None, "user_version", 99).unwrap();
    let told = ciacm.args(SCAN).run().snapshot();
    let known = regex::Regex::new(r"up to \d+").unwrap();
    insta::assert_snapshot!(known.replace(&told, "up to [SCHEMA]"));
    ciacm.args(["findings", "list"]).run().expect_code(2);
    let version: i64 =
        rusqlite::Connection::open(&path).unwrap().pragma_query_value(None, "user_version", |row| row.get(0)).unwrap();
    assert_eq!(version, 99);
}

#[test]
fn a_store_of_another_program_and_a_broken_one_are_told() {
    let ciacm = Ciacm::new();
    ciacm.write("home/ciacm.db", "this is something else, and long enough to be a database of SQLite".repeat(100));
    insta::assert_snapshot!(ciacm.args(SCAN).run().snapshot());

    let other = Ciacm::new();
    std::fs::create_dir(other.home()).unwrap();
    rusqlite::Connection::open(other.home().join("ciacm.db"))
        .unwrap()
        .execute_batch("CREATE TABLE songs (name TEXT)")
        .unwrap();
    insta::assert_snapshot!(other.args(SCAN).run().snapshot());

    // Pages in the middle that were overwritten.
    let broken = Ciacm::new();
    broken.args(SCAN).run().expect_code(0);
    let path = broken.home().join("ciacm.db");
    let mut bytes = std::fs::read(&path).unwrap();
    let middle = bytes.len() / 2;
    for byte in &mut bytes[8192..middle] {
        *byte = 0xa5;
    }
    std::fs::write(&path, bytes).unwrap();
    let output = broken.args(["findings", "list"]).run().expect_code(2);
    assert!(output.stderr.contains("is damaged") && output.stderr.contains("next: "), "{}", output.snapshot());
}

#[test]
fn findings_are_named_by_the_beginning_of_their_ids() {
    let ciacm = Ciacm::new();
    ciacm.args(SCAN).run().expect_code(0);
    let open = ciacm.args(["findings", "list", "--format", "json"]).run().expect_code(0).json();
    let ids: Vec<&str> = open.as_array().unwrap().iter().map(|finding| finding["id"].as_str().unwrap()).collect();
    // Among so many there are two that begin alike.
    let digit = "0123456789abcdef".chars().find(|digit| ids.iter().filter(|id| id.starts_with(*digit)).count() > 1);
    let digit = digit.unwrap().to_string();
    let output = ciacm.args(["findings", "show", &digit]).run().expect_code(2);
    assert!(output.stderr.contains("several ids begin so: ") && output.stderr.contains("next: "), "{}", output.stderr);
    let output = ciacm.args(["findings", "show", "AWS-S3-001"]).run().expect_code(2);
    assert!(output.stderr.contains("hexadecimal"), "{}", output.stderr);
    let upper = ids[0][..16].to_uppercase();
    let shown = ciacm.args(["findings", "show", &upper, "--format", "json"]).run().expect_code(0).json();
    assert_eq!(shown["finding"]["id"], ids[0]);
}

#[test]
fn findings_can_be_listed_as_an_earlier_scan_left_them() {
    let ciacm = Ciacm::new();
    let scan = |control: &str| {
        let args = ["scan", "demo", "--fail-on", "none", "--format", "json", "--control", control];
        ciacm.args(args).run().expect_code(0).json()["scan"]["id"].as_str().unwrap().to_owned()
    };
    let (first, second) = (scan("AWS-S3-001"), scan("AWS-IAM-001"));
    let list = |args: &[&str]| {
        let output = ciacm.args(["findings", "list", "--all", "--format", "json"]).args(args).run().expect_code(0);
        let found = output.json();
        let mut controls: Vec<String> =
            found.as_array().unwrap().iter().map(|one| one["control"].as_str().unwrap().to_owned()).collect();
        controls.dedup();
        controls
    };
    assert_eq!(list(&["--scan", &first]), ["AWS-S3-001"]);
    assert_eq!(list(&["--scan", &second]), ["AWS-IAM-001"]);
    assert_eq!(list(&["--scan", "latest"]), ["AWS-IAM-001"]);
    assert_eq!(list(&[]), ["AWS-IAM-001", "AWS-S3-001"]);
    let output = ciacm.args(["findings", "list", "--scan", "ffff"]).run().expect_code(2);
    assert!(output.stderr.contains("no scan is called `ffff`"), "{}", output.stderr);
}
