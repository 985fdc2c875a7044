//! How fast the store records and tells: 5,714 resources with 30,000 verdicts, in batches of 500 resources.
//!
//! `cargo bench --no-default-features --bench store`

use ciacm::finding::{Severity, Status, Verdict};
use ciacm::inventory::{Listing, ListingOutcome, Resource};
use ciacm::store::{
    Batch, Evaluation, FindingFilter, NewScan, ScanControl, ScanEnd, ScanId, ScanState, ScannedResource, Store,
    StoreError,
};
use criterion::{BatchSize, Criterion, criterion_group, criterion_main};
use jiff::Timestamp;
use serde_json::json;
use std::collections::BTreeMap;
use std::hint::black_box;

const RESOURCES: usize = 5_714;
const EVALUATIONS: usize = 30_000;
const BATCH: usize = 500;

fn control(index: usize) -> String {
    format!("AWS-S3-{index:03}")
}

fn evaluation(resource: usize, index: usize) -> Evaluation {
    let verdict = if (resource + index).is_multiple_of(7) { Verdict::Fail } else { Verdict::Pass };
    Evaluation {
        control: control(index),
        title: "No bucket can be read by the whole internet".to_owned(),
        severity: Severity::ALL[index % Severity::ALL.len()],
        verdict,
        reason: (verdict == Verdict::Fail).then(|| "The bucket's policy lets everyone read it.".to_owned()),
        evidence: json!([
            {"path": "resource.public_access_block.block_public_acls", "value": verdict == Verdict::Pass},
            {"path": "resource.policy.statements[0].principal", "value": format!("arn:aws:iam::111111111111:user/{resource}")},
        ]),
        frameworks: BTreeMap::from([
            ("iso27001-2022".to_owned(), vec!["A.5.15".to_owned(), "A.8.3".to_owned()]),
            ("soc2".to_owned(), vec!["CC6.1".to_owned()]),
            ("cis-aws-7.0".to_owned(), vec!["2.1.4".to_owned()]),
        ]),
    }
}

/// The batches of a scan; the readings of every resource are about 1 KB.
fn batches() -> Vec<Batch> {
    let mut evaluations = 0;
    let scanned: Vec<_> = (0..RESOURCES)
        .map(|resource| {
            let document = json!({
                "provider": "aws", "account": "111111111111", "region": format!("region-{}", resource % 3),
                "type": "aws.s3.bucket", "id": format!("arn:aws:s3:::bucket-{resource}"), "name": format!("bucket-{resource}"),
                "tags": {"owner": "team", "stage": "production"}, "policy": {"text": "x".repeat(700)},
            });
            let count = (EVALUATIONS * (resource + 1)) / RESOURCES - evaluations;
            evaluations += count;
            ScannedResource {
                resource: Resource::from_document(document).expect("a resource"),
                evaluations: (0..count).map(|index| evaluation(resource, index)).collect(),
            }
        })
        .collect();
    let mut batches: Vec<_> =
        scanned.chunks(BATCH).map(|resources| Batch { resources: resources.to_vec(), ..Batch::default() }).collect();
    let listings = (0..3)
        .map(|region| Listing {
            provider: "aws".to_owned(),
            account: "111111111111".to_owned(),
            region: format!("region-{region}"),
            kind: "aws.s3.bucket".to_owned(),
            outcome: ListingOutcome::Complete,
        })
        .collect();
    batches.push(Batch { listings, ..Batch::default() });
    batches
}

fn begin(store: &mut Store) -> ScanId {
    let now = Timestamp::now();
    let controls = (0..6)
        .map(|index| ScanControl { control: control(index), parameters: json!({}), hash: String::new() })
        .collect();
    store
        .begin_scan(&NewScan {
            provider: "aws".to_owned(),
            started: now,
            now,
            tool_version: String::new(),
            library_hash: String::new(),
            selection: json!({}),
            parameters: json!({}),
            controls,
        })
        .expect("begun")
}

fn scan(store: &mut Store, batches: &[Batch]) {
    let id = begin(store);
    for batch in batches {
        store.record(&id, batch).expect("recorded");
    }
    let end = ScanEnd { state: ScanState::Complete, finished: Timestamp::now(), calls: 0 };
    let summary = store.finish_scan(&id, end).expect("finished");
    assert_eq!((summary.resources, summary.verdicts.total()), (RESOURCES as u64, EVALUATIONS as u64));
}

fn list(store: &Store, filter: &FindingFilter) -> usize {
    let mut count = 0;
    store
        .findings(filter, |finding| {
            black_box(finding);
            count += 1;
            Ok::<_, StoreError>(())
        })
        .expect("listed");
    count
}

fn bench(c: &mut Criterion) {
    let batches = batches();
    let mut group = c.benchmark_group("store");
    group.sample_size(10);
    group.bench_function("first scan", |b| {
        b.iter_batched(
            || tempfile::tempdir().expect("a directory"),
            |home| {
                scan(&mut Store::open(home.path()).expect("opened"), &batches);
                home
            },
            BatchSize::PerIteration,
        );
    });
    let home = tempfile::tempdir().expect("a directory");
    let mut store = Store::open(home.path()).expect("opened");
    scan(&mut store, &batches);
    group.bench_function("unchanged scan", |b| b.iter(|| scan(&mut store, &batches)));
    group.bench_function("all resources gone", |b| {
        b.iter_batched(
            || {
                let home = tempfile::tempdir().expect("a directory");
                let mut store = Store::open(home.path()).expect("opened");
                scan(&mut store, &batches);
                let id = begin(&mut store);
                store.record(&id, batches.last().expect("a batch")).expect("recorded");
                (home, store, id)
            },
            |(home, mut store, id)| {
                let end = ScanEnd { state: ScanState::Complete, finished: Timestamp::now(), calls: 0 };
                store.finish_scan(&id, end).expect("finished");
                home
            },
            BatchSize::PerIteration,
        );
    });
    group.bench_function("list all findings", |b| {
        b.iter(|| assert_eq!(list(&store, &FindingFilter::default()), EVALUATIONS));
    });
    let open =
        FindingFilter { statuses: vec![Status::Open], at_least: Some(Severity::High), ..FindingFilter::default() };
    group.bench_function("list severe open findings", |b| b.iter(|| assert_ne!(list(&store, &open), 0)));
    group.finish();
}

criterion_group!(benches, bench);
criterion_main!(benches);
