//! Scans that are killed or stopped keep what they have, and go on with `--resume`.

use crate::support::ciacm::{Ciacm, Output};
use crate::support::emulator::Emulator;
use crate::support::root;
use crate::support::scanned::{verdicts, word};
use serde_json::json;
use std::collections::BTreeSet;
use std::io::Read;
use std::process::{Child, Command};
use std::time::{Duration, Instant};

/// One control of each of four services, so that a scan has four units.
const CONTROLS: &str = "AWS-EC2-007,AWS-S3-001,AWS-IAM-007,AWS-KMS-001";

/// An account with some of everything, whose KMS takes so long that a scan is caught with all else done.
fn slow_account() -> Emulator {
    let emulator = Emulator::start();
    emulator.python(
        r#"
import boto3
boto3.client("kms").create_key()
boto3.client("s3").create_bucket(Bucket="acme-open")
"#,
    );
    emulator.fault(&json!({"service": "kms", "operation": "ListKeys", "delay_seconds": 60}));
    emulator.clear_calls();
    emulator
}

/// Units that the store has as finished, whoever writes to it meanwhile.
fn finished_units(ciacm: &Ciacm) -> usize {
    let flags = rusqlite::OpenFlags::SQLITE_OPEN_READ_ONLY;
    let count = || -> rusqlite::Result<usize> {
        let connection = rusqlite::Connection::open_with_flags(ciacm.home().join("ciacm.db"), flags)?;
        connection.query_row("SELECT count(*) FROM scan_units", [], |row| row.get(0))
    };
    count().unwrap_or(0)
}

/// A scan that has recorded all but the slow unit.
fn caught_in_the_middle(ciacm: &Ciacm, emulator: &Emulator) -> Child {
    let child =
        ciacm.scan(emulator, &[]).args(["--control", CONTROLS, "--fail-on", "none", "--format", "json"]).spawn();
    let begun = Instant::now();
    while finished_units(ciacm) < 3 {
        assert!(begun.elapsed() < Duration::from_secs(60), "the scan never finished three units");
        std::thread::sleep(Duration::from_millis(20));
    }
    child
}

fn resume(ciacm: &Ciacm, emulator: &Emulator, args: &[&str]) -> Output {
    ciacm
        .args(["scan", "aws", "--endpoint-url", &emulator.url(), "--format", "json", "--fail-on", "none"])
        .args(args)
        .run()
}

/// Resumes, and asserts that the scan is then as one that was never interrupted, without doing anything twice.
fn goes_on(ciacm: &Ciacm, emulator: &Emulator, args: &[&str]) {
    emulator.clear_faults();
    emulator.clear_calls();
    let resumed = resume(ciacm, emulator, args).expect_code(0).json();
    let services: BTreeSet<String> = emulator.calls().into_iter().map(|call| call.service).collect();
    // EC2 is asked for the regions again; that is how an account is entered.
    assert_eq!(services.iter().map(String::as_str).collect::<Vec<_>>(), ["ec2", "kms", "sts"]);
    let ec2: Vec<_> = emulator.calls().into_iter().filter(|call| call.service == "ec2").collect();
    assert!(ec2.iter().all(|call| call.operation == "DescribeRegions"), "{ec2:?}");

    let whole = Ciacm::new();
    let uninterrupted = whole
        .scan(emulator, &[])
        .args(["--control", CONTROLS, "--format", "json", "--fail-on", "none"])
        .run()
        .expect_code(0)
        .json();
    assert_eq!(verdicts(&resumed), verdicts(&uninterrupted));
    assert_eq!(verdicts(&resumed).keys().map(|place| &place.0).collect::<BTreeSet<_>>().len(), 4);
    assert_eq!(resumed["scan"]["state"], "complete");
    assert_eq!(resumed["scan"]["complete"], true);
    assert_eq!(resumed["summary"]["resources"], uninterrupted["summary"]["resources"]);
}

#[test]
fn a_killed_scan_goes_on_where_it_was() {
    let emulator = slow_account();
    let ciacm = Ciacm::new();
    let mut child = caught_in_the_middle(&ciacm, &emulator);
    // Nobody else may work on it as long as it lives.
    let meanwhile = resume(&ciacm, &emulator, &["--resume"]).expect_code(2);
    assert!(meanwhile.stderr.contains("there is no interrupted scan"), "{}", meanwhile.stderr);
    child.kill().unwrap();
    child.wait().unwrap();

    // What it recorded is there.
    let findings = verdicts(&ciacm.findings());
    assert_eq!(findings.keys().map(|place| &place.0).collect::<BTreeSet<_>>().len(), 3, "{findings:?}");
    let status = ciacm.run(["frameworks", "status", "cis-aws-7.0", "--format", "json"]).expect_code(0).json();
    let scan = word(&status, "scan");

    // Other controls would give other verdicts.
    let shipped = std::fs::read_to_string(root().join("controls/aws/s3/AWS-S3-001.yaml")).unwrap();
    ciacm.write("own/AWS-S3-001.yaml", shipped.replace("severity: high", "severity: low"));
    let other_library = resume(&ciacm, &emulator, &["--resume", "--controls", "own"]).expect_code(2);
    assert!(other_library.stderr.contains("the control library is not the one"), "{}", other_library.stderr);
    goes_on(&ciacm, &emulator, &["--resume", &scan[..13]]);

    // It is complete now.
    let again = resume(&ciacm, &emulator, &["--resume", &scan]).expect_code(2);
    assert!(again.stderr.contains("it is complete"), "{}", again.stderr);
    insta::assert_snapshot!(resume(&ciacm, &emulator, &["--resume"]).snapshot());
    insta::assert_snapshot!(resume(&ciacm, &emulator, &["--resume", "ffff"]).snapshot());
}

#[test]
fn a_scan_is_not_resumed_in_another_account() {
    let emulator = slow_account();
    let ciacm = Ciacm::new();
    let mut child = caught_in_the_middle(&ciacm, &emulator);
    child.kill().unwrap();
    child.wait().unwrap();
    let keys = emulator.python(
        r#"
import boto3
role = "arn:aws:iam::222222222222:role/audit"
keys = boto3.client("sts").assume_role(RoleArn=role, RoleSessionName="test")["Credentials"]
print(keys["AccessKeyId"], keys["SecretAccessKey"], keys["SessionToken"])
"#,
    );
    let keys: Vec<&str> = keys.split_whitespace().collect();
    let refused = ciacm
        .args(["scan", "aws", "--endpoint-url", &emulator.url(), "--resume"])
        .env("AWS_ACCESS_KEY_ID", keys[0])
        .env("AWS_SECRET_ACCESS_KEY", keys[1])
        .env("AWS_SESSION_TOKEN", keys[2])
        .run();
    insta::assert_snapshot!(refused.snapshot());
    // And the right account goes on all the same.
    goes_on(&ciacm, &emulator, &["--resume"]);
}

#[cfg(unix)]
fn signalled(signal: &str) {
    let emulator = slow_account();
    let ciacm = Ciacm::new();
    let mut child = caught_in_the_middle(&ciacm, &emulator);
    assert!(Command::new("kill").args([signal, &child.id().to_string()]).status().unwrap().success());
    let begun = Instant::now();
    assert_eq!(child.wait().unwrap().code(), Some(3), "{signal}");
    assert!(begun.elapsed() < Duration::from_secs(20), "it took {:?} to stop", begun.elapsed());

    let (mut stdout, mut stderr) = (String::new(), String::new());
    child.stdout.take().unwrap().read_to_string(&mut stdout).unwrap();
    child.stderr.take().unwrap().read_to_string(&mut stderr).unwrap();
    let report: serde_json::Value = serde_json::from_str(&stdout).unwrap();
    assert_eq!((&report["scan"]["state"], &report["scan"]["complete"]), (&json!("interrupted"), &json!(false)));
    assert_eq!(verdicts(&report), verdicts(&ciacm.findings()));
    assert_eq!(verdicts(&report).keys().map(|place| &place.0).collect::<BTreeSet<_>>().len(), 3);

    // The message is a command that works.
    let told = stderr.split('`').nth(1).unwrap_or_else(|| panic!("no command in {stderr}"));
    let command: Vec<&str> = told.split_whitespace().collect();
    assert_eq!(command[..4], ["ciacm", "scan", "aws", "--resume"]);
    goes_on(&ciacm, &emulator, &command[3..]);
}

#[cfg(unix)]
#[test]
fn ctrl_c_keeps_what_was_collected_and_tells_how_to_go_on() {
    signalled("-INT");
}

#[cfg(unix)]
#[test]
fn a_cancelled_job_keeps_what_was_collected_and_tells_how_to_go_on() {
    signalled("-TERM");
}

#[cfg(unix)]
#[test]
fn ctrl_c_before_anything_was_collected_leaves_no_scan() {
    let emulator = Emulator::start();
    emulator.fault(&json!({"service": "sts", "delay_seconds": 60}));
    let ciacm = Ciacm::new();
    let mut child = ciacm.scan(&emulator, &[]).args(["--control", CONTROLS]).spawn();
    // The home is made before the account is entered.
    let begun = Instant::now();
    while !ciacm.home().join("ciacm.db").exists() {
        assert!(begun.elapsed() < Duration::from_secs(60));
        std::thread::sleep(Duration::from_millis(20));
    }
    std::thread::sleep(Duration::from_millis(500));
    assert!(Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap().success());
    assert_eq!(child.wait().unwrap().code(), Some(2));
    let mut stderr = String::new();
    child.stderr.take().unwrap().read_to_string(&mut stderr).unwrap();
    assert!(stderr.contains("the scan was interrupted"), "{stderr}");
    ciacm.assert_nothing_recorded();
}
