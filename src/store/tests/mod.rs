//! Tests of the store; here what they share.

mod audit;
mod calls;
mod life;
mod opening;
mod processes;
mod queries;
mod scanning;
mod waivers;

use super::*;
use crate::finding::{Severity, Verdict};
use crate::inventory::{CallFailure, Listing, ListingOutcome, Resource};
use crate::provider::{Account, FailedCall, Unit};
use jiff::Timestamp;
use serde_json::{Value, json};
use std::collections::BTreeMap;

pub(super) const BUCKET: &str = "aws.s3.bucket";
pub(super) const PUBLIC: &str = "AWS-S3-001";
pub(super) const ENCRYPTED: &str = "AWS-S3-002";

pub(super) fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_790_000_000 + second).unwrap()
}

pub(super) fn new_scan(now: Timestamp, controls: &[&str]) -> NewScan {
    NewScan {
        provider: "aws".to_owned(),
        started: now,
        now,
        tool_version: "0.1.0".to_owned(),
        library_hash: "abc".to_owned(),
        selection: json!({"controls": controls}),
        parameters: json!({}),
        controls: controls
            .iter()
            .map(|&control| ScanControl {
                control: control.to_owned(),
                parameters: json!({"days": 90}),
                hash: "h".to_owned(),
            })
            .collect(),
    }
}

pub(super) fn bucket_in(account: &str, region: &str, id: &str) -> Resource {
    Resource::from_document(json!({
        "provider": "aws", "account": account, "region": region, "type": BUCKET, "id": id, "name": id, "tags": {},
        "public_access_block": null,
    }))
    .unwrap()
}

pub(super) fn bucket(id: &str) -> Resource {
    bucket_in("111111111111", "eu-central-1", id)
}

pub(super) fn evaluation(control: &str, verdict: Verdict) -> Evaluation {
    let (severity, soc2) = if control == PUBLIC { (Severity::Critical, "CC6.1") } else { (Severity::Medium, "CC6.7") };
    Evaluation {
        control: control.to_owned(),
        title: format!("Title of {control}"),
        severity,
        verdict,
        reason: (verdict != Verdict::Pass).then(|| format!("because {verdict}")),
        evidence: json!([{"path": "resource.public_access_block", "value": verdict.as_str()}]),
        frameworks: BTreeMap::from([
            ("soc2".to_owned(), vec![soc2.to_owned()]),
            ("iso27001-2022".to_owned(), vec!["A.8.20".to_owned(), "A.8.22".to_owned()]),
        ]),
    }
}

pub(super) fn scanned(id: &str, verdicts: &[(&str, Verdict)]) -> ScannedResource {
    ScannedResource {
        resource: bucket(id),
        evaluations: verdicts.iter().map(|&(control, verdict)| evaluation(control, verdict)).collect(),
    }
}

pub(super) fn failure() -> CallFailure {
    CallFailure {
        call: "s3:ListBuckets".to_owned(),
        code: "AccessDenied".to_owned(),
        message: "no".to_owned(),
        permission: "s3:ListAllMyBuckets".to_owned(),
    }
}

pub(super) fn listing(outcome: ListingOutcome) -> Listing {
    Listing {
        provider: "aws".to_owned(),
        account: "111111111111".to_owned(),
        region: "eu-central-1".to_owned(),
        kind: BUCKET.to_owned(),
        outcome,
    }
}

pub(super) fn unit(collector: &str) -> Unit {
    Unit { account: "111111111111".to_owned(), region: "eu-central-1".to_owned(), collector: collector.to_owned() }
}

pub(super) fn failed_call(resource: Option<&str>) -> FailedCall {
    FailedCall {
        account: "111111111111".to_owned(),
        region: "eu-central-1".to_owned(),
        resource: resource.map(str::to_owned),
        failure: failure(),
    }
}

pub(super) fn account() -> Account {
    Account {
        id: "111111111111".to_owned(),
        identity: "arn:aws:iam::111111111111:role/audit".to_owned(),
        regions: vec!["eu-central-1".to_owned()],
        disabled_regions: vec!["me-south-1".to_owned()],
    }
}

/// A batch of these resources after which their listing is complete.
pub(super) fn complete(resources: Vec<ScannedResource>) -> Batch {
    Batch {
        accounts: vec![account()],
        resources,
        listings: vec![listing(ListingOutcome::Complete)],
        finished_units: vec![unit("s3")],
        ..Batch::default()
    }
}

pub(super) fn end(now: Timestamp) -> ScanEnd {
    ScanEnd { state: ScanState::Complete, finished: now, calls: 7 }
}

/// A whole scan of both controls with one batch.
pub(super) fn scan(store: &mut Store, second: i64, batch: &Batch) -> ScanSummary {
    scan_with(store, second, &[PUBLIC, ENCRYPTED], batch)
}

pub(super) fn scan_with(store: &mut Store, second: i64, controls: &[&str], batch: &Batch) -> ScanSummary {
    let id = store.begin_scan(&new_scan(at(second), controls)).unwrap();
    store.record(&id, batch).unwrap();
    store.finish_scan(&id, end(at(second + 1))).unwrap()
}

pub(super) fn findings(store: &Store, filter: &FindingFilter) -> Vec<Finding> {
    let mut found = Vec::new();
    store
        .findings(filter, |finding| {
            found.push(finding);
            Ok::<_, StoreError>(())
        })
        .unwrap();
    assert_eq!(store.count_findings(filter).unwrap(), found.len() as u64);
    found
}

pub(super) fn all(store: &Store) -> Vec<Finding> {
    findings(store, &FindingFilter { gone: true, ..FindingFilter::default() })
}

/// The finding of that control on that bucket.
pub(super) fn one(store: &Store, control: &str, resource: &str) -> Finding {
    let mut found = all(store);
    found.retain(|finding| finding.control == control && finding.resource == resource);
    assert_eq!(found.len(), 1, "{control} on {resource}");
    found.pop().unwrap()
}

/// Every table, row by row.
pub(super) fn dump(store: &Store) -> Vec<(String, Vec<String>)> {
    let db = store.connection();
    let mut names = db.prepare("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name").unwrap();
    let names: Vec<String> = names.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect();
    names
        .into_iter()
        .map(|name| {
            let mut select = db.prepare(&format!("SELECT * FROM {name}")).unwrap();
            let columns = select.column_count();
            let rows = select
                .query_map([], |row| {
                    (0..columns).map(|i| row.get::<_, rusqlite::types::Value>(i)).collect::<Result<Vec<_>, _>>()
                })
                .unwrap()
                .map(|row| format!("{:?}", row.unwrap()))
                .collect();
            (name, rows)
        })
        .collect()
}

pub(super) fn as_json(value: impl serde::Serialize) -> Value {
    serde_json::to_value(value).unwrap()
}
