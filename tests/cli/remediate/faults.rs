//! Every operation against an API that lies, loses and delays, and a program that is killed.

use super::round_trips::Case;
use super::{application_round_trips, monitoring_round_trips, round_trips};
use crate::support::emulator::Emulator;
use crate::support::proxy::{Fault, Proxy};
use crate::support::repair::Repair;
use serde_json::{Map, Value};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

/// The write calls of the operations, as they look in requests.
pub(super) const MARKS: &[(&str, &str)] = &[
    ("PUT /", "?publicAccessBlock"),
    ("PUT /", "/v20180820/configuration/publicAccessBlock"),
    ("PUT /", "?policy"),
    ("PUT /", "?versioning"),
    ("PUT /", "?logging"),
    ("POST /", "Action=RevokeSecurityGroupIngress"),
    ("POST /", "Action=RevokeSecurityGroupEgress"),
    ("POST /", "Action=EnableEbsEncryptionByDefault"),
    ("POST /", "Action=CreateFlowLogs"),
    ("POST /", "Action=ModifyInstanceMetadataOptions"),
    ("POST /", "Action=ModifySnapshotAttribute"),
    ("POST /", "Action=ModifyImageAttribute"),
    ("POST /", "Action=ModifySubnetAttribute"),
    ("POST /", "Action=UpdateAccountPasswordPolicy"),
    ("POST /", "Action=UpdateAccessKey"),
    ("POST /", "/putAlternateContact"),
    ("POST /", ".EnableKeyRotation"),
    ("POST /", ".CancelKeyDeletion"),
    ("POST /", ".UpdateTrail"),
    ("POST /", ".StartLogging"),
    ("POST /", ".PutConfigurationRecorder"),
    ("POST /", ".PutDeliveryChannel"),
    ("POST /", ".StartConfigurationRecorder"),
    ("POST /detector", ""),
    ("POST /", "Action=ModifyDBInstance&"),
    ("POST /", "Action=ModifyDBCluster&"),
    ("POST /", "Action=ModifyDBSnapshotAttribute"),
    ("POST /", "Action=ModifyDBClusterSnapshotAttribute"),
    ("POST /", ".UpdateContinuousBackups"),
    ("POST /", ".UpdateTable"),
    ("POST /", ".PutRetentionPolicy"),
    ("POST /", "Action=SetTopicAttributes"),
    ("POST /", ".SetQueueAttributes"),
    ("DELETE /", "/functions/orders/policy/"),
    ("POST /", ".PutImageScanningConfiguration"),
    ("POST /", ".PutImageTagMutability"),
    ("POST /", ".SetRepositoryPolicy"),
    ("POST /", "Action=ModifyLoadBalancerAttributes"),
    ("POST /", ".ModifyDocumentPermission"),
];

/// The cases that go into one account.
static CASES: LazyLock<Vec<&Case>> = LazyLock::new(|| {
    let all = [round_trips::CASES, application_round_trips::CASES, monitoring_round_trips::CASES];
    all.into_iter().flatten().filter(|case| !case.alone).collect()
});

/// The write call that a request is.
pub(super) fn mark(request: &str) -> Option<usize> {
    MARKS.iter().position(|(method, mark)| request.starts_with(method) && request.contains(mark))
}

/// An account in which every operation has something to do, scanned.
pub(super) fn everything(emulator: &Emulator) -> Repair<'_> {
    let seeds: BTreeSet<&str> = CASES.iter().map(|case| case.seed).collect();
    let seeds: Vec<_> = seeds.into_iter().collect();
    emulator.python(&format!("import boto3, json\n{}", seeds.join("\n")));
    let repair = Repair::of(emulator);
    let controls: BTreeSet<&str> = CASES.iter().map(|case| case.control).collect();
    repair.scan(&controls.into_iter().collect::<Vec<_>>().join(","));
    repair
}

/// The states of everything that a case changes.
pub(super) fn states(repair: &Repair<'_>) -> Value {
    let parts: Vec<_> = CASES.iter().map(|case| format!("'{}': {}", case.control, case.state)).collect();
    repair.state(&format!("{{{}}}", parts.join(", ")))
}

pub(super) fn plan_of_everything(repair: &Repair<'_>) -> Value {
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
    assert!(operations.len() >= 40, "{operations:?}");
    plan
}

/// Actions by state, with their reasons.
pub(super) fn by_state(run: &Value) -> BTreeMap<String, Vec<String>> {
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
    repair.wait = "2";
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
        for case in CASES.iter() {
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
    let once = [
        "ec2:CreateFlowLogs",
        "ec2:RevokeSecurityGroupEgress",
        "ec2:RevokeSecurityGroupIngress",
        "guardduty:CreateDetector",
    ];
    assert_eq!((failed.len(), calls), (once.len(), BTreeSet::from(once)), "{states:?}");
    assert!(failed.iter().all(|one| one["reason"].as_str().unwrap().contains("answered")), "{states:?}");
    for control in ["AWS-S3-001", "AWS-SNS-001", "AWS-RDS-004", "AWS-KMS-001"] {
        assert_ne!(before[control], after[control], "{control}");
    }
}
