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

#[cfg(feature = "aws")]
#[test]
fn the_recorded_estate_gives_the_same_verdicts() {
    let ciacm = Ciacm::new();
    ciacm.estate_snapshot();
    let args = ["scan", "snapshot", "estate.snapshot", "--format", "json", "--fail-on", "none"];
    let replayed = ciacm.args(args).run().expect_code(0).json();
    let live = &crate::support::scanned::estate().report;
    assert_eq!(verdicts(live), verdicts(&replayed));
    assert_eq!(live["scan"]["now"], replayed["scan"]["now"], "controls see the clock of the recording");
    assert_eq!(live["scan"]["accounts"], replayed["scan"]["accounts"]);
    assert_eq!(live["summary"], replayed["summary"]);
    assert_eq!(replayed["scan"]["calls"], 0);
}

/// Unpacks a snapshot, changes its text and packs it again.
fn repacked(snapshot: &[u8], change: impl Fn(String) -> String) -> Vec<u8> {
    use std::io::{Read as _, Write as _};
    let mut text = String::new();
    flate2::read::MultiGzDecoder::new(snapshot).read_to_string(&mut text).unwrap();
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    packed.write_all(change(text).as_bytes()).unwrap();
    packed.finish().unwrap()
}

#[test]
fn snapshots_that_were_changed_or_are_of_a_newer_program_are_refused() {
    let ciacm = Ciacm::new();
    let whole = std::fs::read(recording(&ciacm)).unwrap();
    let mut flipped = whole.clone();
    let middle = flipped.len() / 2;
    flipped[middle] ^= 0x55;
    let newer = repacked(&whole, |text| text.replacen("\"version\":2", "\"version\":3", 1));
    let edited = repacked(&whole, |text| text.replacen("acme-marketing-assets", "acme-marketing-assess", 1));
    let endless = repacked(&whole, |text| text.lines().take(5).map(|line| format!("{line}\n")).collect());
    for (file, bytes, expected) in [
        ("newer.snapshot", newer, "the snapshot has version 3; this ciacm reads up to version 2"),
        ("edited.snapshot", edited, "its content does not have the SHA-256 of its end line"),
        ("endless.snapshot", endless, "the snapshot is cut off"),
        ("flipped.snapshot", flipped, "the snapshot is damaged"),
        ("tail.snapshot", whole[..whole.len() - 30].to_vec(), "the snapshot is cut off"),
    ] {
        let elsewhere = Ciacm::new();
        elsewhere.write(file, bytes);
        let output = elsewhere.run(["scan", "snapshot", file]).expect_code(2);
        assert!(output.stderr.contains(expected) && output.stderr.contains("next: "), "{file}: {}", output.stderr);
        assert_eq!(output.stdout, "");
        elsewhere.assert_nothing_recorded();
    }
    // The same packed anew is the same snapshot.
    let elsewhere = Ciacm::new();
    elsewhere.write("again.snapshot", repacked(&whole, |text| text));
    elsewhere.run(["scan", "snapshot", "again.snapshot", "--fail-on", "none"]).expect_code(0);
}

#[test]
fn what_a_later_recording_has_is_no_longer_an_error() {
    let ciacm = Ciacm::new();
    ciacm.run(["scan", "demo", "--service", "s3", "--fail-on", "none", "--record", "s3.snapshot"]).expect_code(0);
    let (part, whole) = (ciacm.path("s3.snapshot"), recording(&ciacm));

    let elsewhere = Ciacm::new();
    let select = ["--control", "AWS-EC2-001,AWS-S3-001", "--fail-on", "none"];
    elsewhere.args(["scan", "snapshot"]).args([&part]).args(select).run().expect_code(3);
    elsewhere.args(["scan", "snapshot"]).args([&whole]).args(select).run().expect_code(0);
    let errors = elsewhere.run(["findings", "list", "--verdict", "error", "--format", "json"]).expect_code(0).json();
    assert_eq!(errors, serde_json::json!([]));
}

#[test]
fn a_recording_that_cannot_be_written_is_told_before_the_scan() {
    let ciacm = Ciacm::new();
    for args in [["--record", "no/such/file"], ["--record", "."], ["--output", "no/such/file"]] {
        let output = ciacm.args(["scan", "demo"]).args(args).run().expect_code(2);
        assert!(output.stderr.contains("cannot be written") && output.stderr.contains(args[1]), "{}", output.stderr);
        ciacm.assert_nothing_recorded();
    }
}

#[test]
fn the_demo_needs_no_network_and_shows_something_of_everything() {
    let ciacm = Ciacm::new();
    // Whoever asked AWS would find nobody there.
    let output = ciacm
        .args(["scan", "demo", "--format", "json"])
        .without_env("AWS_ACCESS_KEY_ID")
        .without_env("AWS_SECRET_ACCESS_KEY")
        .env("AWS_ENDPOINT_URL", "http://localhost:1")
        .run()
        .expect_code(1);
    let report = output.json();
    assert_eq!(output.stderr, "");
    assert_eq!((&report["scan"]["complete"], &report["errors"]), (&true.into(), &serde_json::json!([])));
    assert!(report["summary"]["resources"].as_u64().unwrap() > 150);
    for (severity, count) in report["summary"]["severities"].as_object().unwrap() {
        assert!(count.as_u64().unwrap() > 0, "no {severity} finding");
    }
    let services = report["summary"]["services"].as_object().unwrap();
    for service in
        ["account", "cloudtrail", "cloudwatch", "config", "ec2", "efs", "guardduty", "iam", "kms", "rds", "s3"]
    {
        assert!(services.contains_key(service), "nothing of {service}");
    }
}
