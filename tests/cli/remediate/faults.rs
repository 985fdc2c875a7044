//! Every operation against an API that lies, loses and delays, and a program that is killed.

use super::round_trips::CASES;
use crate::support::emulator::Emulator;
use crate::support::proxy::{Fault, Proxy};
use crate::support::repair::Repair;
use serde_json::{Map, Value};
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

/// The write calls of the operations, as they look in requests.
const MARKS: &[(&str, &str)] = &[
    ("PUT /", "?publicAccessBlock"),
    ("PUT /", "/v20180820/configuration/publicAccessBlock"),
    ("PUT /", "?policy"),
    ("PUT /", "?versioning"),
    ("POST /", "Action=RevokeSecurityGroupIngress"),
    ("POST /", "Action=RevokeSecurityGroupEgress"),
    ("POST /", "Action=EnableEbsEncryptionByDefault"),
    ("POST /", "Action=CreateFlowLogs"),
    ("POST /", "Action=UpdateAccountPasswordPolicy"),
    ("POST /", "Action=UpdateAccessKey"),
    ("POST /", ".EnableKeyRotation"),
    ("POST /", ".UpdateTrail"),
    ("POST /", ".StartLogging"),
    ("POST /", "Action=ModifyDBInstance&"),
    ("POST /", "Action=ModifyDBCluster&"),
    ("POST /", "Action=ModifyDBSnapshotAttribute"),
    ("POST /", "Action=ModifyDBClusterSnapshotAttribute"),
    ("POST /", "Action=ModifyInstanceMetadataOptions"),
    ("POST /", "Action=ModifySnapshotAttribute"),
    ("POST /", "Action=ModifyImageAttribute"),
    ("POST /", "Action=ModifySubnetAttribute"),
    ("PUT /", "?logging"),
    ("POST /", "/putAlternateContact"),
    ("POST /", ".CancelKeyDeletion"),
    ("POST /", ".PutRetentionPolicy"),
    ("POST /", "Action=SetTopicAttributes"),
];

/// The write call that a request is.
fn mark(request: &str) -> Option<usize> {
    MARKS.iter().position(|(method, mark)| request.starts_with(method) && request.contains(mark))
}

/// An account in which every operation has something to do, scanned.
fn everything(emulator: &Emulator) -> Repair<'_> {
    let seeds: BTreeSet<&str> = CASES.iter().map(|case| case.seed).collect();
    let seeds: Vec<_> = seeds.into_iter().collect();
    emulator.python(&format!("import boto3, json\n{}", seeds.join("\n")));
    let repair = Repair::of(emulator);
    let controls: BTreeSet<&str> = CASES.iter().map(|case| case.control).collect();
    repair.scan(&controls.into_iter().collect::<Vec<_>>().join(","));
    repair
}

/// The states of everything that a case changes.
fn states(repair: &Repair<'_>) -> Value {
    let parts: Vec<_> = CASES.iter().map(|case| format!("'{}': {}", case.control, case.state)).collect();
    repair.state(&format!("{{{}}}", parts.join(", ")))
}

fn plan_of_everything(repair: &Repair<'_>) -> Value {
    let mut arguments = vec!["--max-changes", "200", "--max-failures", "200"];
    arguments.extend(CASES.iter().flat_map(|case| case.plan));
    let plan = repair.plan(&arguments).expect_code(0).json();
    let operations: BTreeSet<_> = plan["actions"]
        .as_array()
        .unwrap()
        .iter()
        .flat_map(|action| action["findings"].as_array().unwrap())
        .map(|finding| finding["operation"].as_str().unwrap().to_owned())
        .collect();
    assert!(operations.len() >= 15, "{operations:?}");
    plan
}

/// Actions by state, with their reasons.
fn by_state(run: &Value) -> BTreeMap<String, Vec<String>> {
    let mut states: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for action in run["actions"].as_array().unwrap() {
        let told = format!("{} {}: {}", action["type"], action["resource"], action["reason"]);
        states.entry(action["state"].as_str().unwrap().to_owned()).or_default().push(told);
    }
    states
}

/// Applies everything while the first request of each write call suffers `fault`; answers run and states.
fn suffer(fault: Fault) -> (Map<String, Value>, BTreeMap<String, Vec<String>>, Value, Value) {
    let emulator = Emulator::start();
    let mut repair = everything(&emulator);
    let before = states(&repair);
    plan_of_everything(&repair);
    repair.approve();
    let mut left: BTreeSet<usize> = (0..MARKS.len()).collect();
    let proxy =
        Proxy::before(emulator.port(), move |request| mark(request).filter(|mark| left.remove(mark)).map(|_| fault));
    repair.endpoint = proxy.url();
    let run = repair.apply(&["--call-timeout", "20"]).json();
    assert_eq!(proxy.faulted().len(), MARKS.len(), "every call suffered once: {:?}", proxy.faulted());
    repair.endpoint = emulator.url();
    let after = states(&repair);
    repair.ciacm.args(["audit", "verify"]).run().expect_code(0);
    (run.as_object().unwrap().clone(), by_state(&run), before, after)
}

#[test]
fn lost_and_wrong_answers_are_settled_by_reading() {
    for fault in [Fault::ErrorAfter, Fault::DropAfter] {
        let (_, states, before, after) = suffer(fault);
        assert_eq!(states.keys().collect::<Vec<_>>(), ["applied"], "{fault:?}: {states:?}");
        for case in CASES {
            assert_ne!(before[case.control], after[case.control], "{fault:?}: {}", case.control);
        }
    }
}

#[test]
fn throttled_calls_are_made_again() {
    let (run, states, ..) = suffer(Fault::Throttle);
    assert_eq!(states.keys().collect::<Vec<_>>(), ["applied"], "{states:?}");
    let failed = run["actions"]
        .as_array()
        .unwrap()
        .iter()
        .flat_map(|action| action["writes"].as_array().unwrap())
        .filter(|write| write["state"] == "failed")
        .count();
    assert_eq!(failed, MARKS.len(), "each refusal is recorded");
}

#[test]
fn calls_that_never_arrived_are_made_again_or_given_up() {
    let (run, states, before, after) = suffer(Fault::DropBefore);
    let names: Vec<_> = states.keys().map(String::as_str).collect();
    assert_eq!(names, ["applied", "failed"], "{states:?}");
    // What must not be made twice is given up; everything else is made again.
    let failed: Vec<_> = run["actions"].as_array().unwrap().iter().filter(|one| one["state"] == "failed").collect();
    let calls: BTreeSet<_> = failed.iter().map(|one| one["writes"][0]["call"]["call"].as_str().unwrap()).collect();
    let once = ["ec2:CreateFlowLogs", "ec2:RevokeSecurityGroupEgress", "ec2:RevokeSecurityGroupIngress"];
    assert_eq!((failed.len(), calls), (3, BTreeSet::from(once)), "{states:?}");
    assert!(failed.iter().all(|one| one["reason"].as_str().unwrap().contains("answered")), "{states:?}");
    for control in ["AWS-S3-001", "AWS-SNS-001", "AWS-RDS-004", "AWS-KMS-001"] {
        assert_ne!(before[control], after[control], "{control}");
    }
}

#[test]
fn a_killed_run_is_resumed_wherever_it_was() {
    let emulator = Emulator::start();
    let mut repair = everything(&emulator);
    let before = states(&repair);
    let plan = plan_of_everything(&repair);
    repair.approve();
    // Each write waits once, in turn before and after it is carried out; while it waits, the program is killed.
    let (told, waiting) = std::sync::mpsc::channel();
    let mut left: BTreeSet<usize> = (0..MARKS.len()).collect();
    let mut number = 0;
    let proxy = Proxy::before(emulator.port(), move |request| {
        let mark = mark(request).filter(|mark| left.remove(mark))?;
        number += 1;
        let wait = Duration::from_millis(1_500);
        let fault = if number % 2 == 0 { Fault::DelayBefore(wait) } else { Fault::DelayAfter(wait) };
        let _ = told.send(mark);
        Some(fault)
    });
    repair.endpoint = proxy.url();
    let mut arguments = vec!["remediate", "apply", "plan.json", "--yes", "--wait", "5"];
    let mut killed = 0;
    loop {
        let mut child = repair.command(&arguments).spawn();
        let begun = std::time::Instant::now();
        let ended = loop {
            if waiting.try_recv().is_ok() {
                std::thread::sleep(Duration::from_millis(300));
                let _ = child.kill();
                let _ = child.wait();
                break None;
            }
            if let Some(status) = child.try_wait().unwrap() {
                break Some(status);
            }
            assert!(begun.elapsed() < Duration::from_secs(300), "the run never ends");
            std::thread::sleep(Duration::from_millis(20));
        };
        if let Some(status) = ended {
            let run = repair.ciacm.args(["remediate", "status", "latest", "--format", "json"]).run().json();
            assert_eq!(status.code(), Some(0), "{:?}", by_state(&run));
            break;
        }
        killed += 1;
        assert!(killed <= MARKS.len());
        // What waited is carried out, though nobody hears of it.
        std::thread::sleep(Duration::from_millis(1_500));
        arguments = vec!["remediate", "resume", "latest", "--wait", "5"];
    }
    assert_eq!(killed, MARKS.len());
    repair.endpoint = emulator.url();
    let run = repair.ciacm.args(["remediate", "status", "latest", "--format", "json"]).run().expect_code(0).json();
    assert_eq!(by_state(&run).keys().collect::<Vec<_>>(), ["applied"]);
    assert_eq!(run["actions"].as_array().unwrap().len(), plan["actions"].as_array().unwrap().len());
    let open = run["actions"].as_array().unwrap().iter().flat_map(|action| action["writes"].as_array().unwrap());
    assert_eq!(open.filter(|write| write["settled"].is_null()).count(), 0, "no intent is left open");
    repair.ciacm.args(["audit", "verify"]).run().expect_code(0);

    let approve = ["remediate", "approve", "--rollback", "latest", "--key", "Ann"];
    repair.ciacm.args(approve).run().expect_code(0);
    repair.rollback(&[]).expect_code(0);
    let mut restored = states(&repair);
    restored["AWS-S3-008"] = before["AWS-S3-008"].clone();
    assert_eq!(restored, before);
}
