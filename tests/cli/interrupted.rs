//! Scans that are killed or stopped keep what they have, and go on with `--resume`.

use crate::support::ciacm::Ciacm;
use crate::support::emulator::Emulator;
use serde_json::{Value, json};
use std::process::{Child, Command};
use std::time::{Duration, Instant};

const CONTROLS: &str = "AWS-EC2-001,AWS-S3-002,AWS-IAM-007,AWS-KMS-001";

fn scan(ciacm: &Ciacm, emulator: &Emulator) -> Child {
    ciacm.scan(emulator, &[]).args(["--control", CONTROLS, "--fail-on", "none"]).spawn()
}

/// Waits until the emulator has seen that operation, which the fault then keeps busy.
fn wait_for(emulator: &Emulator, operation: &str) {
    let begun = Instant::now();
    while !emulator.calls().iter().any(|call| call.operation == operation) {
        assert!(begun.elapsed() < Duration::from_secs(60), "the scan never called {operation}");
        std::thread::sleep(Duration::from_millis(50));
    }
}

fn verdicts(scan: &Value) -> Vec<String> {
    let line = |one: &Value| ["control", "resource", "region", "verdict"].map(|key| one[key].to_string()).join(" ");
    scan["findings"].as_array().unwrap().iter().map(line).collect()
}

fn interrupt_and_resume(stop: impl FnOnce(&mut Child)) {
    let mut emulator = Emulator::start();
    emulator.seed();
    let ciacm = Ciacm::new();
    // KMS answers late, so the scan is caught with the other services done.
    emulator.fault(&json!({"service": "kms", "operation": "ListKeys", "delay_seconds": 20}));
    let mut child = scan(&ciacm, &emulator);
    wait_for(&emulator, "GetAccountPasswordPolicy");
    wait_for(&emulator, "DescribeSecurityGroups");
    // What these calls brought is recorded within moments.
    std::thread::sleep(Duration::from_millis(1500));
    stop(&mut child);
    child.wait().unwrap();
    emulator.clear_faults();
    emulator.clear_calls();

    let resume = ["--resume", "--format", "json", "--fail-on", "none"];
    let resumed = ciacm.args(["scan", "aws", "--endpoint-url", &emulator.url()]).args(resume).run().expect_code(0);
    let operations: Vec<_> = emulator.calls().iter().map(|call| call.operation.clone()).collect();
    assert!(operations.iter().any(|one| one == "ListKeys"), "{operations:?}");
    for done in ["GetAccountPasswordPolicy", "DescribeSecurityGroups"] {
        assert!(!operations.iter().any(|one| one == done), "{done} was asked again: {operations:?}");
    }
    let whole = Ciacm::new();
    let arguments = ["--control", CONTROLS, "--format", "json", "--fail-on", "none"];
    let uninterrupted = whole.scan(&emulator, &[]).args(arguments).run().expect_code(0);
    assert_eq!(verdicts(&resumed.json()), verdicts(&uninterrupted.json()));
    ciacm.args(["scan", "aws", "--endpoint-url", &emulator.url(), "--resume"]).run().expect_code(2);
}

#[test]
fn a_killed_scan_goes_on_where_it_was() {
    interrupt_and_resume(|child| child.kill().unwrap());
}

#[cfg(unix)]
#[test]
fn a_stopped_scan_keeps_what_it_has_and_goes_on() {
    interrupt_and_resume(|child| {
        let pid = child.id().to_string();
        assert!(Command::new("kill").args(["-INT", &pid]).status().unwrap().success());
        assert_eq!(child.wait().unwrap().code(), Some(3));
    });
}
