//! The calls that scans made.

use super::*;
use crate::inventory::CallRecord;

fn call(name: &str, resource: Option<&str>, second: i64) -> CallRecord {
    CallRecord {
        account: "111111111111".to_owned(),
        region: "eu-central-1".to_owned(),
        resource: resource.map(str::to_owned),
        call: name.to_owned(),
        request_id: Some(format!("{name}-{second}")),
        started: at(second),
        duration_ms: 12,
        error: None,
    }
}

fn calls(store: &Store, scan: &ScanId) -> Vec<CallRecord> {
    let mut found = Vec::new();
    store
        .calls(scan, |call| {
            found.push(call);
            Ok::<_, StoreError>(())
        })
        .unwrap();
    found
}

#[test]
fn calls_come_back_ordered_and_belong_to_their_scan() {
    let home = tempfile::tempdir().unwrap();
    let mut store = Store::open(home.path()).unwrap();
    let failed = CallRecord { request_id: None, error: Some("Timeout".to_owned()), ..call("s3:B", Some("b"), 3) };
    let elsewhere = CallRecord { region: "af-south-1".to_owned(), ..call("s3:Z", None, 9) };
    let ordered = [
        elsewhere.clone(),
        call("s3:A", None, 2),
        call("s3:A", None, 5),
        call("s3:B", None, 8),
        call("s3:B", Some("a"), 7),
        failed.clone(),
    ];
    let first = store.begin_scan(&new_scan(at(0), &[PUBLIC])).unwrap();
    let batch = |calls: &[CallRecord]| Batch { calls: calls.to_vec(), ..Batch::default() };
    store.record(&first, &batch(&[call("s3:B", None, 8), call("s3:A", None, 5), failed])).unwrap();
    store.record(&first, &batch(&[call("s3:B", Some("a"), 7), call("s3:A", None, 2), elsewhere])).unwrap();
    assert_eq!(calls(&store, &first), ordered);
    store.finish_scan(&first, end(at(9))).unwrap();
    let second = store.begin_scan(&new_scan(at(10), &[PUBLIC])).unwrap();
    assert_eq!(calls(&store, &second), []);
    // The same call made twice, as after an interruption, was made twice.
    store.record(&second, &batch(&ordered[1..2])).unwrap();
    store.record(&second, &batch(&ordered[1..2])).unwrap();
    assert_eq!(calls(&store, &second).len(), 2);
    let texts = dump(&store).into_iter().find(|(name, _)| name == "call_texts").unwrap().1;
    assert_eq!(texts.len(), 9, "{texts:?}");
}

#[test]
fn the_document_of_a_finding_is_that_of_the_scan_asked_for() {
    let home = tempfile::tempdir().unwrap();
    let mut store = Store::open(home.path()).unwrap();
    let first = scan(&mut store, 0, &complete(vec![scanned("a", &[(PUBLIC, Verdict::Fail)])])).scan.id;
    let second = scan(&mut store, 10, &complete(vec![])).scan.id;
    let finding = one(&store, PUBLIC, "a");
    assert_eq!(store.resource_of(&finding, &first).unwrap(), Some(bucket("a")));
    assert_eq!(store.resource_of(&finding, &second).unwrap(), None);
}
