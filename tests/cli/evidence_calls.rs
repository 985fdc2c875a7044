//! Which API calls evidence comes from: every reading of the demo estate has its calls, with request id and time.

use crate::support::ciacm::Ciacm;
use crate::support::root;
use crate::support::scanned::{assert_fits, word};
use ciacm::inventory::call::fields_of;
use ciacm::inventory::{CallRecord, CallsBehind, resource_type};
use ciacm::store::{Finding, FindingFilter, ScanRef, Store, StoreError};
use serde_json::json;
use std::collections::BTreeSet;

fn demo() -> Ciacm {
    let ciacm = Ciacm::new();
    ciacm.run(["scan", "demo", "--fail-on", "none"]).expect_code(0);
    ciacm
}

/// The calls that the store keeps of the newest scan.
fn calls(store: &Store) -> Vec<CallRecord> {
    let mut calls = Vec::new();
    let take = |call| -> Result<(), StoreError> {
        calls.push(call);
        Ok(())
    };
    store.calls(&store.scan(&ScanRef::Latest).unwrap().id, take).unwrap();
    calls
}

#[test]
fn every_verdict_of_the_demo_has_the_calls_that_its_evidence_comes_from() {
    let ciacm = demo();
    let store = Store::open_read_only(&ciacm.home()).unwrap();
    let calls = calls(&store);
    assert!(calls.len() > 300, "{}", calls.len());
    assert!(calls.iter().all(|call| call.request_id.is_some()), "a call without a request id");
    assert!(calls.iter().any(|call| call.call == "sts:GetCallerIdentity"));
    let mut missing = BTreeSet::new();
    let look = |finding: Finding| -> Result<(), StoreError> {
        let resource = store.resource_of(&finding, &finding.last_scan)?.unwrap();
        let behind = CallsBehind::resource(&resource, fields_of(&finding.evidence)).choose(calls.iter().cloned());
        assert!(behind.len() < 20, "{} calls behind {}", behind.len(), finding.id);
        let made: BTreeSet<&str> = behind.iter().map(|call| call.call.as_str()).collect();
        for call in resource_type(&finding.kind).unwrap().calls_for(fields_of(&finding.evidence)) {
            if !made.contains(call.name) {
                missing.insert(call.name);
            }
        }
        Ok(())
    };
    store.findings(&FindingFilter::default(), look).unwrap();
    // A region without a detector has none to get; of some keys it is known without asking that they do not rotate.
    assert_eq!(missing, ["guardduty:GetDetector", "kms:GetKeyRotationStatus"].into());
}

#[test]
fn a_finding_shows_the_calls_behind_it() {
    let ciacm = demo();
    let bucket = ["findings", "list", "--control", "AWS-S3-001", "--resource", "marketing", "--format", "json"];
    let id = word(&ciacm.run(bucket).expect_code(0).json()[0], "id");
    let shown = ciacm.run(["findings", "show", &id]).expect_code(0).stdout;
    assert_fits(&shown);
    let json = ciacm.run(["findings", "show", &id, "--format", "json"]).expect_code(0).json();
    let calls = json["calls"].as_array().unwrap();
    let names: Vec<String> = calls.iter().map(|call| word(call, "call")).collect();
    // The demo was recorded with what repairs look at: a trail writes to this bucket, and the account is told which of
    // its buckets are public, so some was asked again.
    let expected = [("s3:GetBucketLocation", 3), ("s3:GetPublicAccessBlock", 2), ("s3:ListBuckets", 2)];
    let expected: Vec<_> = expected.iter().flat_map(|(call, times)| std::iter::repeat_n(*call, *times)).collect();
    assert_eq!(names, expected);
    assert!(shown.contains("\nCalls behind it\n  s3:GetBucketLocation, us-east-1, "), "{shown}");
    for call in calls {
        assert!(shown.contains(&word(call, "request_id")) && shown.contains(&word(call, "region")), "{shown}");
        let day = &word(call, "started")[..19];
        assert!(shown.contains(day), "{day} is not in {shown}");
        assert!(call["duration_ms"].is_u64() && call["error"].is_null());
    }
    let about: Vec<_> = [4, 5].iter().map(|index: &usize| calls[*index]["resource"].clone()).collect();
    assert_eq!(about, [json!("acme-marketing-assets"), json!(null)]);
}

#[test]
fn a_recording_hands_the_calls_on() {
    let ciacm = demo();
    ciacm.run(["scan", "demo", "--fail-on", "none", "--record", "demo.snapshot"]).expect_code(0);
    let here = calls(&Store::open_read_only(&ciacm.home()).unwrap());
    let elsewhere = Ciacm::new();
    let path = ciacm.path("demo.snapshot");
    elsewhere.args(["scan", "snapshot", "--fail-on", "none"]).args([&path]).run().expect_code(0);
    assert_eq!(here, calls(&Store::open_read_only(&elsewhere.home()).unwrap()));
    // Calls for what is not looked at do not belong to the scan.
    let part = Ciacm::new();
    part.args(["scan", "snapshot", "--fail-on", "none", "--service", "kms"]).args([&path]).run().expect_code(0);
    let services: BTreeSet<String> = calls(&Store::open_read_only(&part.home()).unwrap())
        .into_iter()
        .map(|call| call.call.split(':').next().unwrap().to_owned())
        .collect();
    assert_eq!(services, ["ec2", "kms", "sts"].map(ToOwned::to_owned).into());
}

/// A home in which the buckets of the demo were scanned, from a file that an early program of that version wrote.
fn golden(version: u8) -> Ciacm {
    let ciacm = Ciacm::new();
    let golden = root().join(format!("tests/cli/golden/snapshot-v{version}.snapshot"));
    let scan = ["scan", "snapshot", "--control", "AWS-S3-001", "--fail-on", "none"];
    ciacm.args(scan).args([&golden]).run().expect_code(0);
    ciacm
}

#[test]
fn a_snapshot_of_version_2_is_read_with_its_calls() {
    let ciacm = golden(2);
    let calls = calls(&Store::open_read_only(&ciacm.home()).unwrap());
    assert_eq!(calls.iter().filter(|call| call.call == "s3:GetPublicAccessBlock").count(), 17);
    assert!(calls.iter().all(|call| call.request_id.is_some()));
}

#[test]
fn a_snapshot_of_version_1_is_read_and_has_no_calls() {
    let ciacm = golden(1);
    assert_eq!(calls(&Store::open_read_only(&ciacm.home()).unwrap()), []);
    let found = ciacm.findings();
    let failing = found.as_array().unwrap().iter().filter(|finding| finding["verdict"] == "FAIL").count();
    assert!(found.as_array().unwrap().len() > 10 && failing > 0);
    let shown = ciacm.run(["findings", "show", &word(&found[0], "id")]).expect_code(0).stdout;
    assert!(!shown.contains("Calls behind it"), "{shown}");
}

#[cfg(feature = "aws")]
#[test]
fn a_scan_records_every_call_also_those_that_fail() {
    use crate::support::emulator::Emulator;
    let emulator = Emulator::start();
    emulator.python("import boto3\nboto3.client('s3').create_bucket(Bucket='acme-one')\n");
    emulator.fault(&json!({"service": "s3", "operation": "GetBucketPolicy", "kind": "denied"}));
    emulator.clear_calls();
    let ciacm = Ciacm::new();
    ciacm.scan(&emulator, &[]).args(["--service", "s3", "--fail-on", "none"]).run();
    let recorded = calls(&Store::open_read_only(&ciacm.home()).unwrap());
    let mut names: Vec<_> = recorded.iter().map(|call| call.call.replace("s3control:", "s3:")).collect();
    let mut seen: Vec<_> = emulator.call_names().iter().map(|call| call.replace("s3control:", "s3:")).collect();
    names.sort();
    seen.sort();
    assert_eq!(names, seen);
    let denied = recorded.iter().find(|call| call.call == "s3:GetBucketPolicy").unwrap();
    assert_eq!((denied.error.as_deref(), denied.resource.as_deref()), (Some("AccessDenied"), Some("acme-one")));
    assert!(denied.request_id.is_some());
    let none = recorded.iter().find(|call| call.call == "s3:GetPublicAccessBlock" && call.error.is_some()).unwrap();
    assert_eq!(none.error.as_deref(), Some("NoSuchPublicAccessBlockConfiguration"));
    assert!(recorded.iter().all(|call| call.region == "us-east-1" && call.account == "123456789012"));
    // The verdict that could not be given shows the call that was denied.
    let errors = ciacm.run(["findings", "list", "--verdict", "error", "--format", "json"]).expect_code(0).json();
    let shown = ciacm.run(["findings", "show", &word(&errors[0], "id")]).expect_code(0).stdout;
    assert!(shown.contains("s3:GetBucketPolicy answered AccessDenied"), "{shown}");
}
