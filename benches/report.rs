//! How fast the PDF report of an evidence pack is written and signed: 1,000 and 5,000 findings, a third of them failures.
//!
//! `cargo bench --no-default-features --bench report`

use ciacm::control::Library;
use ciacm::evidence::collect::{Request, Setting, collect};
use ciacm::evidence::dossier::{AuditFacts, Dossier, SignerFacts};
use ciacm::evidence::pdf_signature::{SignatureMeta, sign, verify};
use ciacm::evidence::report::{Attachments, render};
use ciacm::finding::Verdict;
use ciacm::inventory::Resource;
use ciacm::signing::keystore::Keystore;
use ciacm::signing::passphrase::Passphrase;
use ciacm::store::{Batch, Evaluation, NewScan, ScanControl, ScanEnd, ScanState, ScannedResource, Store};
use criterion::{Criterion, criterion_group, criterion_main};
use jiff::Timestamp;
use serde_json::json;
use std::hint::black_box;
use std::path::Path;

const CONTROLS: usize = 10;

/// The dossier of an account with that many findings of the first controls for buckets.
fn dossier(home: &Path, findings: usize) -> Dossier {
    let library = Library::load(&[]).expect("the library");
    let controls: Vec<_> =
        library.controls().filter(|control| control.resource.name == "aws.s3.bucket").take(CONTROLS).collect();
    let resources = (0..findings / controls.len()).map(|number| {
        let document = json!({
            "provider": "aws", "account": "111111111111", "region": "eu-central-1", "type": "aws.s3.bucket",
            "id": format!("bucket-of-some-team-{number}"), "name": format!("bucket-of-some-team-{number}"), "tags": {},
        });
        let evaluations = controls.iter().enumerate().map(|(index, control)| {
            let fails = (number + index).is_multiple_of(3);
            Evaluation {
                control: control.id.clone(),
                title: control.title.clone(),
                severity: control.severity,
                verdict: if fails { Verdict::Fail } else { Verdict::Pass },
                reason: fails.then(|| "At least one of the four switches is off.".to_owned()),
                evidence: json!([{"path": "resource.public_access_block.block_public_acls", "value": !fails}]),
                frameworks: control.frameworks.clone(),
            }
        });
        ScannedResource {
            resource: Resource::from_document(document).expect("a resource"),
            evaluations: evaluations.collect(),
        }
    });
    let resources = resources.collect();
    let mut store = Store::open(home).expect("opened");
    let now = Timestamp::now();
    let ran = controls.iter().map(|control| ScanControl {
        control: control.id.clone(),
        parameters: json!({}),
        hash: control.hash.clone(),
    });
    let scan = NewScan {
        provider: "aws".to_owned(),
        started: now,
        now,
        tool_version: String::new(),
        library_hash: library.hash(),
        selection: json!({}),
        parameters: json!({}),
        controls: ran.collect(),
    };
    let id = store.begin_scan(&scan).expect("begun");
    let account = ciacm::inventory::Account {
        id: "111111111111".to_owned(),
        identity: "arn:aws:iam::111111111111:role/audit".to_owned(),
        regions: vec!["eu-central-1".to_owned()],
        disabled_regions: Vec::new(),
    };
    store.record(&id, &Batch { accounts: vec![account], resources, ..Batch::default() }).expect("recorded");
    store.finish_scan(&id, ScanEnd { state: ScanState::Complete, finished: now, calls: 0 }).expect("finished");
    let setting = Setting {
        organisation: "Example Corp".to_owned(),
        as_of: now,
        audit: AuditFacts {
            origin: "ciacm/bench".to_owned(),
            size: 1,
            root: "00".repeat(32),
            first: Some(now),
            last: Some(now),
            verified: String::new(),
        },
        signer: SignerFacts {
            subject: String::new(),
            root: String::new(),
            root_fingerprint: String::new(),
            not_after: now,
        },
    };
    collect(&store, &library, &Request::default(), setting).expect("collected").dossier
}

fn bench(c: &mut Criterion) {
    let mut group = c.benchmark_group("report");
    group.sample_size(10);
    for findings in [1_000, 5_000] {
        let home = tempfile::tempdir().expect("a directory");
        let dossier = dossier(home.path(), findings);
        assert_eq!(dossier.findings.len(), findings);
        let json = serde_json::to_vec(&dossier.findings).expect("serialized");
        let attachments = Attachments { findings_json: &json };
        group.bench_function(format!("write {findings} findings"), |b| {
            b.iter(|| black_box(render(&dossier, &attachments).expect("written")));
        });
        let pdf = render(&dossier, &attachments).expect("written");
        let mut keys = Keystore::open(home.path()).expect("opened");
        keys.create("Example Corp", None, Timestamp::now()).expect("made");
        let identity = keys.identity(&None::<Passphrase>).expect("read").expect("there");
        let meta = SignatureMeta {
            name: "Example Corp".to_owned(),
            reason: "Evidence".to_owned(),
            location: String::new(),
            claimed_time: Timestamp::now(),
        };
        group.bench_function(format!("sign {findings} findings"), |b| {
            b.iter(|| black_box(sign(&pdf, &identity, &meta, None).expect("signed")));
        });
        let signed = sign(&pdf, &identity, &meta, None).expect("signed");
        let trust = keys.trust().expect("read");
        group.bench_function(format!("verify {findings} findings"), |b| {
            b.iter(|| black_box(verify(&signed, &trust).expect("verified")));
        });
    }
    group.finish();
}

criterion_group!(benches, bench);
criterion_main!(benches);
