//! Snapshots: what is recorded gives the same verdicts offline, and nothing but a whole snapshot is accepted.

use crate::support::ciacm::Ciacm;
use serde_json::Value;
use std::path::PathBuf;

/// What a scan found, without what belongs to one scan alone.
fn verdicts(scan: &Value) -> Vec<String> {
    let keys = ["control", "account", "region", "resource", "type", "verdict", "reason", "evidence"];
    let line = |finding: &Value| keys.map(|key| finding[key].to_string()).join(" ");
    scan["findings"].as_array().unwrap().iter().map(line).collect()
}

/// A recording of the demo estate, made by scanning it.
fn recording(ciacm: &Ciacm) -> PathBuf {
    let path = ciacm.path("demo.snapshot");
    ciacm.args(["scan", "demo", "--fail-on", "none", "--record"]).args([&path]).run().expect_code(0);
    path
}

#[test]
fn a_recorded_scan_gives_the_same_verdicts() {
    let ciacm = Ciacm::new();
    let json = ["--format", "json", "--fail-on", "none"];
    let first = ciacm.args(["scan", "demo"]).args(json).run().expect_code(0).json();
    let path = recording(&ciacm);
    let elsewhere = Ciacm::new();
    let second = elsewhere.args(["scan", "snapshot"]).args([&path]).args(json).run().expect_code(0).json();
    assert_eq!(verdicts(&first), verdicts(&second));
    assert!(verdicts(&first).len() > 500);
}

#[cfg(feature = "aws")]
#[test]
fn a_recording_of_an_account_gives_the_same_verdicts_and_holds_no_secret() {
    use crate::support::emulator::Emulator;
    use std::io::Read as _;
    let emulator = Emulator::start();
    emulator.python(
        "import boto3\n\
         c = boto3.client('ec2', region_name='us-east-1')\n\
         c.run_instances(ImageId='ami-12345678', MinCount=1, MaxCount=1, UserData='password=hunter2-in-user-data')\n\
         i = boto3.client('iam', region_name='us-east-1')\n\
         i.create_user(UserName='robot')\n\
         i.create_access_key(UserName='robot')\n",
    );
    let ciacm = Ciacm::new();
    let path = ciacm.path("account.snapshot");
    let json = ["--format", "json", "--fail-on", "none"];
    let live = ciacm.scan(&emulator, &[]).args(json).args(["--record"]).args([&path]).run().json();
    let replayed = Ciacm::new().args(["scan", "snapshot"]).args([&path]).args(json).run().json();
    assert_eq!(verdicts(&live), verdicts(&replayed));
    let mut text = String::new();
    flate2::read::MultiGzDecoder::new(std::fs::File::open(path).unwrap()).read_to_string(&mut text).unwrap();
    assert!(text.contains("robot"), "the recording should hold the user");
    for secret in ["hunter2", "user_data", "SecretAccessKey", "testing"] {
        assert!(!text.contains(secret), "the recording holds `{secret}`");
    }
}

#[test]
fn only_whole_snapshots_of_known_versions_are_scanned() {
    let ciacm = Ciacm::new();
    let whole = std::fs::read(recording(&ciacm)).unwrap();
    ciacm.write("cut.snapshot", &whole[..whole.len() / 2]);
    ciacm.write("garbage.snapshot", "not a snapshot");
    ciacm.write("empty.snapshot", "");
    for (file, expected) in [
        ("cut.snapshot", "cut off"),
        ("garbage.snapshot", "this is no ciacm snapshot"),
        ("empty.snapshot", "this is no ciacm snapshot"),
        ("missing.snapshot", "missing.snapshot"),
    ] {
        let output = Ciacm::new().args(["scan", "snapshot"]).args([ciacm.path(file)]).run().expect_code(2);
        assert!(output.stderr.contains(expected), "{file}: {}", output.stderr);
        assert!(output.stderr.contains("next: "), "{file}: {}", output.stderr);
    }
}

#[test]
fn what_was_not_recorded_is_an_error_and_never_passed() {
    let ciacm = Ciacm::new();
    let path = ciacm.path("s3.snapshot");
    let record = ["scan", "demo", "--service", "s3", "--fail-on", "none", "--record"];
    ciacm.args(record).args([&path]).run().expect_code(0);
    let scan = ["--control", "AWS-EC2-001", "--fail-on", "none", "--format", "json"];
    let output = Ciacm::new().args(["scan", "snapshot"]).args([&path]).args(scan).run().expect_code(3);
    let found = output.json();
    let findings = found["findings"].as_array().unwrap();
    assert_eq!(findings.len(), 1);
    assert_eq!(findings[0]["verdict"], "ERROR");
    assert!(findings[0]["reason"].as_str().unwrap().contains("NotRecorded"), "{}", findings[0]);
}
