//! Runs that somebody or something stops: Ctrl-C, another process, a refusal, a dead network.

use crate::support::emulator::Emulator;
use crate::support::proxy::{Fault, Proxy};
use crate::support::repair::Repair;
use serde_json::{Value, json};
use std::io::Read;
use std::process::Command;
use std::time::Duration;

const BLOCKS: &str = "[absent(s3.get_public_access_block, Bucket=b) for b in ('acme-a', 'acme-b')]";

/// Two open buckets, scanned, planned and approved.
fn approved(emulator: &Emulator) -> Repair<'_> {
    emulator.python("import boto3\nfor b in ('acme-a', 'acme-b'): boto3.client('s3').create_bucket(Bucket=b)");
    let repair = Repair::of(emulator);
    repair.scan("AWS-S3-001");
    repair.plan(&[]).expect_code(0);
    repair.approve();
    repair
}

/// A proxy before the emulator that lets each write wait, and tells of it.
fn slow(emulator: &Emulator, wait: Duration) -> (Proxy, std::sync::mpsc::Receiver<()>) {
    let (told, waiting) = std::sync::mpsc::channel();
    let proxy = Proxy::before(emulator.port(), move |request| {
        request.starts_with("PUT /").then(|| {
            let _ = told.send(());
            Fault::DelayAfter(wait)
        })
    });
    (proxy, waiting)
}

/// Actions by state.
fn states(run: &Value) -> Vec<String> {
    run["actions"].as_array().unwrap().iter().map(|action| action["state"].as_str().unwrap().to_owned()).collect()
}

#[cfg(unix)]
#[test]
fn an_interrupt_finishes_the_action_in_flight_and_begins_no_other() {
    let emulator = Emulator::start();
    let mut repair = approved(&emulator);
    let (proxy, waiting) = slow(&emulator, Duration::from_millis(1_500));
    repair.endpoint = proxy.url();
    let mut child = repair.command(&["remediate", "apply", "plan.json", "--yes", "--wait", "5"]).spawn();
    waiting.recv_timeout(Duration::from_secs(60)).unwrap();
    assert!(Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap().success());
    assert_eq!(child.wait().unwrap().code(), Some(3));
    let (mut stdout, mut stderr) = (String::new(), String::new());
    child.stdout.take().unwrap().read_to_string(&mut stdout).unwrap();
    child.stderr.take().unwrap().read_to_string(&mut stderr).unwrap();
    assert!(stderr.contains("stopping after the action in flight"), "{stderr}");
    assert!(stderr.contains("remediate resume"), "{stderr}");
    let run = repair.ciacm.args(["remediate", "status", "latest", "--format", "json"]).run().expect_code(0).json();
    assert_eq!(states(&run), ["applied", "pending"], "{stdout}");

    repair.endpoint = emulator.url();
    repair.command(&["remediate", "resume", "latest", "--wait", "5"]).run().expect_code(0);
    let run = repair.ciacm.args(["remediate", "status", "latest", "--format", "json"]).run().expect_code(0).json();
    assert_eq!(states(&run), ["applied", "applied"]);
}

#[test]
fn two_processes_do_not_change_one_resource_at_once() {
    let emulator = Emulator::start();
    let mut repair = approved(&emulator);
    // The same again as another plan, with an approval of its own.
    let first = std::fs::read(repair.ciacm.path("plan.json")).unwrap();
    repair.plan(&[]).expect_code(0);
    repair.approve();
    repair.ciacm.write("first.json", first);
    let (proxy, waiting) = slow(&emulator, Duration::from_millis(1_500));
    repair.endpoint = proxy.url();
    let mut child = repair.command(&["remediate", "apply", "first.json", "--yes", "--wait", "5"]).spawn();
    waiting.recv_timeout(Duration::from_secs(60)).unwrap();
    repair.endpoint = emulator.url();
    let second = repair.apply(&["--max-failures", "1"]).expect_code(3).json();
    assert_eq!(states(&second)[0], "drifted", "the second waits, and then sees what the first did: {second}");
    assert!(child.wait().unwrap().success());
    repair.ciacm.args(["audit", "verify"]).run().expect_code(0);
}

#[test]
fn a_refused_call_changes_nothing_and_stops_the_run() {
    let emulator = Emulator::start();
    let repair = approved(&emulator);
    let before = repair.state(BLOCKS);
    emulator.fault(&json!({"service": "s3", "operation": "PutPublicAccessBlock", "kind": "denied"}));
    let run = repair.apply(&[]).expect_code(3).json();
    assert_eq!(states(&run), ["failed", "pending"]);
    let reason = run["actions"][0]["reason"].as_str().unwrap();
    assert!(reason.contains("AccessDenied") && reason.contains("s3:PutBucketPublicAccessBlock"), "{reason}");
    assert_eq!(repair.state(BLOCKS), before);

    // What cannot be read is not changed.
    emulator.clear_faults();
    repair.plan(&[]).expect_code(0);
    repair.approve();
    emulator.fault(&json!({"service": "s3", "operation": "GetPublicAccessBlock", "kind": "denied"}));
    emulator.clear_calls();
    let run = repair.apply(&["--max-failures", "2"]).expect_code(3).json();
    let reason = run["actions"][0]["reason"].as_str().unwrap();
    assert!(reason.contains("s3:GetBucketPublicAccessBlock"), "{reason}");
    assert_eq!(repair.writes(), Vec::<String>::new());
}

#[test]
fn without_a_network_nothing_is_begun() {
    let emulator = Emulator::start();
    let mut repair = approved(&emulator);
    repair.endpoint = "http://127.0.0.1:1".to_owned();
    let output = repair.apply(&["--call-timeout", "2"]);
    assert!(matches!(output.code, Some(2 | 3)), "{}", output.snapshot());
    assert!(output.stderr.contains("could not be reached"), "{}", output.stderr);
    // The approval still counts.
    repair.endpoint = emulator.url();
    let run = repair.apply(&[]).expect_code(0).json();
    assert_eq!(states(&run), ["applied", "applied"]);
}
