//! Scans: what they record, their states, going on after an interruption.

use super::*;
use Verdict::{Fail, Pass};

fn store() -> (tempfile::TempDir, Store) {
    let home = tempfile::tempdir().unwrap();
    let store = Store::open(home.path()).unwrap();
    (home, store)
}

fn resources(store: &Store, scan: &ScanId) -> Vec<Resource> {
    let mut found = Vec::new();
    store
        .resources(scan, |resource| {
            found.push(resource);
            Ok::<_, StoreError>(())
        })
        .unwrap();
    found
}

fn errors(store: &Store, scan: &ScanId) -> Vec<ScanError> {
    let mut found = Vec::new();
    store
        .errors(scan, |error| {
            found.push(error);
            Ok::<_, StoreError>(())
        })
        .unwrap();
    found
}

#[test]
fn a_scan_reads_back_as_it_was_recorded() {
    let (_home, mut store) = store();
    let new = new_scan(at(0), &[PUBLIC, ENCRYPTED]);
    let id = store.begin_scan(&new).unwrap();
    assert_eq!(store.scan(&id.into()).unwrap().state, ScanState::Running);
    let mut batch = complete(vec![scanned("b", &[(PUBLIC, Pass)]), scanned("a", &[(PUBLIC, Pass)])]);
    batch.errors = vec![failed_call(Some("a")), failed_call(Some("a")), failed_call(Some("b"))];
    store.record(&id, &batch).unwrap();
    let summary = store.finish_scan(&id, end(at(9))).unwrap();
    let scan = store.scan(&ScanRef::Latest).unwrap();
    assert_eq!(summary.scan, scan);
    let expected = Scan {
        id,
        provider: "aws".to_owned(),
        state: ScanState::Complete,
        started: at(0),
        finished: Some(at(9)),
        now: at(0),
        tool_version: new.tool_version,
        library_hash: new.library_hash,
        selection: new.selection,
        parameters: new.parameters,
        accounts: vec![account()],
        calls: 7,
        // The calls that failed were about one resource each, and no verdict needed them.
        complete: true,
    };
    assert_eq!(scan, expected);
    let mut controls = new.controls;
    controls.sort_by(|a, b| a.control.cmp(&b.control));
    assert_eq!(store.scan_controls(&id).unwrap(), controls);
    assert_eq!(store.listings(&id).unwrap(), [listing(ListingOutcome::Complete)]);
    assert_eq!(resources(&store, &id), [bucket("a"), bucket("b")]);
    let errors = errors(&store, &id);
    let told: Vec<_> = errors.iter().map(|error| (error.resource.as_deref(), error.count)).collect();
    assert_eq!(told, [(Some("a"), 2), (Some("b"), 1)]);
    assert_eq!(errors[0].failure, failure());
    assert_eq!(summary.errors, 3);
}

#[test]
fn a_failed_call_about_no_resource_leaves_the_scan_incomplete() {
    let (_home, mut store) = store();
    let batch = Batch { errors: vec![failed_call(None)], ..complete(vec![]) };
    assert!(!scan(&mut store, 0, &batch).scan.complete);
    assert!(scan(&mut store, 10, &complete(vec![])).scan.complete);
}

#[test]
fn times_are_kept_to_the_millisecond() {
    let (_home, mut store) = store();
    let precise = Timestamp::new(1_790_000_000, 123_999_999).unwrap();
    let id = store.begin_scan(&new_scan(precise, &[])).unwrap();
    let kept = store.scan(&id.into()).unwrap();
    assert_eq!(kept.now, Timestamp::new(1_790_000_000, 123_000_000).unwrap());
    assert_eq!(super::super::rows::stamp(at(0)), "2026-09-21T14:13:20.000Z");
}

#[test]
fn scans_come_newest_first_and_go_by_prefix() {
    let (_home, mut store) = store();
    assert!(store.scans().unwrap().is_empty());
    let none = store.scan(&ScanRef::from("latest")).unwrap_err().to_string();
    assert!(none.contains("nothing was scanned"), "{none}");
    let first = scan(&mut store, 0, &Batch::default()).scan;
    let second = scan(&mut store, 10, &Batch::default()).scan;
    assert_eq!(store.scans().unwrap(), [second.clone(), first.clone()]);
    assert_eq!(store.scan(&"LATEST".into()).unwrap(), second);
    assert_eq!(store.scan(&first.id.to_string().to_uppercase().as_str().into()).unwrap(), first);
    let short = &first.id.to_string()[..35];
    assert_eq!(store.scan(&short.into()).unwrap(), first);
    for (name, why) in [("", "empty"), ("0", "several"), ("zzz", "no scan"), ("%", "no scan")] {
        let error = store.scan(&name.into()).unwrap_err().to_string();
        assert!(error.contains(why), "{name}: {error}");
    }
    assert!(matches!(store.summary(&ScanId::fresh()), Err(StoreError::NoSuchScan { .. })));
    assert!(matches!(store.record(&ScanId::fresh(), &Batch::default()), Err(StoreError::NoSuchScan { .. })));
}

#[test]
fn an_unchanged_document_is_kept_once() {
    let (_home, mut store) = store();
    let batch = complete(vec![scanned("a", &[(PUBLIC, Pass)])]);
    scan(&mut store, 0, &batch);
    scan(&mut store, 10, &batch);
    let count =
        || store.connection().query_row("SELECT count(*) FROM documents", [], |row| row.get::<_, i64>(0)).unwrap();
    assert_eq!(count(), 1);
    let mut changed = bucket("a").document().clone();
    changed["tags"] = json!({"stage": "test"});
    let changed = Resource::from_document(changed).unwrap();
    let newer = ScannedResource { resource: changed.clone(), evaluations: vec![evaluation(PUBLIC, Pass)] };
    let newer = scan(&mut store, 20, &complete(vec![newer]));
    assert_eq!(
        store.connection().query_row("SELECT count(*) FROM documents", [], |row| row.get::<_, i64>(0)).unwrap(),
        2
    );
    let older = store.scans().unwrap()[2].id;
    assert_eq!(resources(&store, &older), [bucket("a")]);
    assert_eq!(resources(&store, &newer.scan.id), [changed]);
}

#[test]
fn what_a_control_tells_of_itself_may_change() {
    let (_home, mut store) = store();
    scan(&mut store, 0, &complete(vec![scanned("a", &[(PUBLIC, Fail)])]));
    let mut renamed = scanned("a", &[(PUBLIC, Fail)]);
    renamed.evaluations[0].title = "A better title".to_owned();
    renamed.evaluations[0].severity = Severity::High;
    scan(&mut store, 10, &complete(vec![renamed]));
    let finding = one(&store, PUBLIC, "a");
    assert_eq!(
        (finding.title.as_str(), finding.severity, finding.last_changed),
        ("A better title", Severity::High, at(0))
    );
    assert_eq!(store.finding_history(&finding.id).unwrap().len(), 1);
}

#[test]
fn an_interrupted_scan_goes_on_where_it_was() {
    let (home, mut store) = store();
    scan(&mut store, 0, &complete(vec![scanned("old", &[(PUBLIC, Fail)])]));
    let id = store.begin_scan(&new_scan(at(10), &[PUBLIC])).unwrap();
    let elsewhere = FailedCall { region: "us-east-1".to_owned(), ..failed_call(None) };
    let begun = Batch {
        resources: vec![scanned("a", &[(PUBLIC, Fail)])],
        errors: vec![failed_call(Some("a")), failed_call(Some("a")), elsewhere],
        finished_units: vec![unit("iam")],
        ..Batch::default()
    };
    store.record(&id, &begun).unwrap();
    // Its process dies.
    drop(store);
    let mut store = Store::open(home.path()).unwrap();
    let latest = store.scan(&ScanRef::Latest).unwrap();
    assert_eq!((latest.id, latest.state, latest.complete), (id, ScanState::Interrupted, false));

    let resumed = store.resume_scan(&ScanRef::Latest).unwrap();
    assert_eq!(resumed.scan, Scan { state: ScanState::Running, ..latest });
    assert_eq!(resumed.finished_units, [unit("iam")]);
    // Where no unit had finished, what failed is forgotten.
    assert_eq!(errors(&store, &id).len(), 1);
    let mut rest = complete(vec![scanned("a", &[(PUBLIC, Fail)]), scanned("b", &[(PUBLIC, Pass)])]);
    rest.errors = vec![failed_call(Some("a"))];
    store.record(&id, &rest).unwrap();
    let summary = store.finish_scan(&id, end(at(30))).unwrap();
    assert_eq!((summary.resources, summary.opened, summary.resolved), (2, 1, 1));
    assert_eq!((summary.errors, summary.scan.complete, summary.scan.calls), (1, true, 7));
    assert_eq!(one(&store, PUBLIC, "old").gone_since, Some(at(10)));
    assert!(one(&store, PUBLIC, "a").reopened == 0);
}

#[test]
fn a_listing_that_succeeds_after_an_interruption_takes_its_error_back() {
    let (_home, mut store) = store();
    let id = store.begin_scan(&new_scan(at(0), &[PUBLIC])).unwrap();
    let failed = listing(ListingOutcome::Failed(failure()));
    let unlisted = Unlisted::new(&failed, vec![evaluation(PUBLIC, Verdict::Error)]);
    store.record(&id, &Batch { unlisted: vec![unlisted], listings: vec![failed], ..Batch::default() }).unwrap();
    store.finish_scan(&id, ScanEnd { state: ScanState::Interrupted, ..end(at(1)) }).unwrap();
    store.resume_scan(&id.into()).unwrap();
    store.record(&id, &complete(vec![scanned("a", &[(PUBLIC, Pass)])])).unwrap();
    let summary = store.finish_scan(&id, end(at(2))).unwrap();
    assert_eq!((summary.verdicts.error, summary.verdicts.pass, summary.scan.complete), (0, 1, true));
    assert_eq!(summary.scan.calls, 14);
    assert_eq!(findings(&store, &FindingFilter::default()).len(), 1);
}

#[test]
fn only_an_interrupted_scan_that_nobody_works_on_can_be_resumed() {
    let (home, mut store) = store();
    let mut other = Store::open(home.path()).unwrap();
    let why = |result: Result<ResumedScan, StoreError>| match result {
        Err(StoreError::NotResumable { why, .. }) => why,
        other => panic!("{other:?}"),
    };
    let done = scan(&mut store, 0, &Batch::default()).scan.id;
    assert_eq!(why(other.resume_scan(&done.into())), "it is complete");
    let id = store.begin_scan(&new_scan(at(10), &[])).unwrap();
    assert_eq!(why(store.resume_scan(&id.into())), "this process works on it already");
    assert_eq!(why(other.resume_scan(&id.into())), "another process works on it");
    assert_eq!(other.scan(&id.into()).unwrap().state, ScanState::Running);
    drop(store);
    other.resume_scan(&id.into()).unwrap();
    other.finish_scan(&id, end(at(20))).unwrap();
    assert_eq!(why(other.resume_scan(&id.into())), "it is complete");
    // Of the locks only the one of opening is left.
    let locks: Vec<_> = std::fs::read_dir(home.path().join("locks")).unwrap().map(|f| f.unwrap().file_name()).collect();
    assert_eq!(locks, ["open.lock"], "{done}");
}

#[test]
fn a_batch_is_recorded_wholly_or_not_at_all() {
    let (_home, mut store) = store();
    let id = store.begin_scan(&new_scan(at(0), &[PUBLIC])).unwrap();
    let before = dump(&store);
    store
        .connection()
        .execute("CREATE TRIGGER refuse BEFORE INSERT ON scan_units BEGIN SELECT raise(ABORT, 'no'); END", [])
        .unwrap();
    let error = store.record(&id, &complete(vec![scanned("a", &[(PUBLIC, Fail)])])).unwrap_err();
    assert!(error.to_string().contains("please report it"), "{error}");
    assert_eq!(dump(&store), before);
}
