//! Waivers: granted, taken back, replaced, expired, and what scans and readers make of them.

use super::*;
use crate::audit::{Event, canonical};
use crate::finding::{FindingId, Status, Waiver, WaiverEnding, WaiverTerms, identity};
use Verdict::{Error, Fail, Pass};

fn store(verdicts: &[(&str, Verdict)]) -> (tempfile::TempDir, Store) {
    let home = tempfile::tempdir().unwrap();
    let mut store = Store::open(home.path()).unwrap();
    scan(&mut store, 0, &with(verdicts));
    (home, store)
}

fn with(verdicts: &[(&str, Verdict)]) -> Batch {
    complete(verdicts.iter().map(|&(id, verdict)| scanned(id, &[(PUBLIC, verdict)])).collect())
}

fn id(bucket: &str) -> FindingId {
    identity(PUBLIC, "aws", "111111111111", "eu-central-1", bucket)
}

fn terms(until: i64) -> WaiverTerms {
    let text = str::to_owned;
    WaiverTerms { until: at(until), reason: text("because"), owner: text("ann"), approver: text("bob") }
}

/// The status of the finding of that bucket at that second.
fn status_at(store: &Store, bucket: &str, second: i64) -> Option<Status> {
    let filter = FindingFilter { as_of: Some(at(second)), gone: true, ..FindingFilter::default() };
    findings(store, &filter).into_iter().find(|finding| finding.resource == bucket).unwrap().status
}

fn endings(store: &Store) -> Vec<Option<WaiverEnding>> {
    store.waivers().unwrap().into_iter().map(|waiver| waiver.ending).collect()
}

/// The entries of the audit log about waivers: event, before, after.
fn told(store: &Store) -> Vec<(String, String, String)> {
    let mut select = store
        .connection()
        .prepare("SELECT event, CAST(body AS TEXT) ->> '$.before.status', CAST(body AS TEXT) ->> '$.after.status' FROM audit_log WHERE event GLOB 'waiver.*' ORDER BY seq")
        .unwrap();
    let rows = select.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?))).unwrap();
    rows.map(Result::unwrap).collect()
}

fn entry(event: Event, before: &str, after: &str) -> (String, String, String) {
    (event.as_str().to_owned(), before.to_owned(), after.to_owned())
}

#[test]
fn a_waiver_accepts_a_finding_until_its_date() {
    let (_home, mut store) = store(&[("a", Fail), ("b", Fail)]);
    let granted = store.waive(&[id("a")], &terms(100), at(10)).unwrap();
    let expected = Waiver {
        finding: id("a"),
        control: PUBLIC.to_owned(),
        account: "111111111111".to_owned(),
        region: "eu-central-1".to_owned(),
        resource: "a".to_owned(),
        reason: "because".to_owned(),
        owner: "ann".to_owned(),
        approver: "bob".to_owned(),
        granted: at(10),
        until: at(100),
        ended: None,
        ending: None,
        ending_reason: None,
    };
    assert_eq!(granted, std::slice::from_ref(&expected));
    assert_eq!(store.waivers().unwrap(), [expected]);
    let standing = |store: &Store| [5, 10, 100, 101].map(|second| status_at(store, "a", second).unwrap());
    assert_eq!(standing(&store), [Status::Open, Status::Waived, Status::Waived, Status::Open]);
    assert_eq!(status_at(&store, "b", 50), Some(Status::Open));
    for (second, status) in [(50, 1), (101, 0)] {
        let statuses = vec![Status::Waived];
        let filter = FindingFilter { statuses, as_of: Some(at(second)), ..FindingFilter::default() };
        assert_eq!(findings(&store, &filter).len(), status);
    }
    let history = store.finding_history(&id("a")).unwrap();
    let last = history.last().unwrap();
    assert_eq!((last.at, last.scan, last.verdict), (at(10), None, Fail));
    assert_eq!((last.from_status, last.to_status), (Some(Status::Open), Some(Status::Waived)));
    assert_eq!(told(&store), [entry(Event::WaiverGranted, "OPEN", "WAIVED")]);
}

#[test]
fn a_scan_after_the_date_opens_the_finding_and_says_so() {
    let (_home, mut store) = store(&[("a", Fail)]);
    store.waive(&[id("a")], &terms(100), at(10)).unwrap();
    let during = scan(&mut store, 100, &with(&[("a", Fail)]));
    assert_eq!((during.verdicts.waived, during.verdicts.fail, during.waivers_expired), (1, 0, 0));
    assert!(!during.fails(crate::finding::Gate::at(Severity::Informational)));
    let after = scan(&mut store, 101, &with(&[("a", Fail)]));
    assert_eq!((after.verdicts.waived, after.verdicts.fail, after.waivers_expired), (0, 1, 1));
    assert!(after.fails(crate::finding::Gate::default()));
    assert_eq!((after.opened, after.reopened, after.resolved), (0, 0, 0));
    assert_eq!(endings(&store), [Some(WaiverEnding::Expired)]);
    assert_eq!(status_at(&store, "a", 101), Some(Status::Open));
    let history = store.finding_history(&id("a")).unwrap();
    let last = history.last().unwrap();
    assert_eq!((last.at, last.scan, last.to_status), (at(101), Some(after.scan.id), Some(Status::Open)));
    let expired = entry(Event::WaiverExpired, "WAIVED", "OPEN");
    assert_eq!(told(&store), [entry(Event::WaiverGranted, "OPEN", "WAIVED"), expired]);
    // It expires once.
    scan(&mut store, 102, &with(&[("a", Fail)]));
    assert_eq!(told(&store).len(), 2);
}

#[test]
fn a_rule_that_is_met_when_the_waiver_ends_leaves_the_finding_resolved() {
    let (_home, mut store) = store(&[("a", Fail), ("b", Fail)]);
    store.waive(&[id("a"), id("b")], &terms(100), at(10)).unwrap();
    scan(&mut store, 50, &with(&[("a", Pass), ("b", Error)]));
    assert_eq!([50, 101].map(|second| status_at(&store, "a", second)), [Some(Status::Waived), Some(Status::Resolved)]);
    assert_eq!(status_at(&store, "b", 101), Some(Status::Open), "what could not be evaluated is not repaired");
    // A scan that does not look at it records the end all the same.
    let other = scan_with(&mut store, 101, &[ENCRYPTED], &complete(vec![]));
    assert_eq!((other.waivers_expired, other.resolved), (1, 1));
    assert_eq!(endings(&store), [Some(WaiverEnding::Expired); 2]);
    let resolved = store.finding_history(&id("a")).unwrap().pop().unwrap();
    assert_eq!((resolved.from_status, resolved.to_status), (Some(Status::Waived), Some(Status::Resolved)));
}

#[test]
fn a_waiver_holds_whatever_scans_say_until_its_resource_is_gone() {
    let (_home, mut store) = store(&[("a", Fail)]);
    store.waive(&[id("a")], &terms(1000), at(5)).unwrap();
    for (second, verdict) in [(10, Fail), (20, Pass), (30, Error), (40, Fail)] {
        scan(&mut store, second, &with(&[("a", verdict)]));
        assert_eq!(status_at(&store, "a", second), Some(Status::Waived));
    }
    let summary = scan(&mut store, 50, &complete(vec![]));
    assert_eq!((status_at(&store, "a", 50), summary.resolved), (Some(Status::Resolved), 1));
    assert_eq!(endings(&store), [Some(WaiverEnding::Resolved)]);
    // It comes back without its waiver.
    scan(&mut store, 60, &with(&[("a", Fail)]));
    assert_eq!(status_at(&store, "a", 60), Some(Status::Open));
}

#[test]
fn a_waiver_is_taken_back_or_replaced_and_stays_on_record() {
    let (_home, mut store) = store(&[("a", Fail)]);
    store.waive(&[id("a")], &terms(100), at(10)).unwrap();
    store.waive(&[id("a")], &terms(200), at(20)).unwrap();
    assert_eq!(endings(&store), [Some(WaiverEnding::Replaced), None]);
    assert_eq!(status_at(&store, "a", 150), Some(Status::Waived));
    let revoked = store.unwaive(&[id("a")], "it was repaired", at(30)).unwrap();
    assert_eq!((revoked[0].ended, revoked[0].ending), (Some(at(30)), Some(WaiverEnding::Revoked)));
    assert_eq!(revoked[0].ending_reason.as_deref(), Some("it was repaired"));
    assert_eq!(store.waivers().unwrap()[1], revoked[0]);
    assert_eq!([29, 30].map(|second| status_at(&store, "a", second)), [Some(Status::Waived), Some(Status::Open)]);
    let steps: Vec<_> = store.finding_history(&id("a")).unwrap().iter().map(|entry| entry.to_status).collect();
    assert_eq!(steps, [Some(Status::Open), Some(Status::Waived), Some(Status::Open)]);
    let expected = [
        entry(Event::WaiverGranted, "OPEN", "WAIVED"),
        entry(Event::WaiverGranted, "WAIVED", "WAIVED"),
        entry(Event::WaiverRevoked, "WAIVED", "OPEN"),
    ];
    assert_eq!(told(&store), expected);
    let replaced: String = store
        .connection()
        .query_row(
            "SELECT CAST(body AS TEXT) FROM audit_log WHERE event = 'waiver.granted' ORDER BY seq DESC",
            [],
            |row| row.get(0),
        )
        .unwrap();
    let body: Value = serde_json::from_str(&replaced).unwrap();
    assert_eq!(body["detail"]["replaces"]["until"], "2026-09-21T14:15:00.000Z");
    assert_eq!(canonical(&body).unwrap(), replaced.as_bytes(), "an entry is canonical JSON");
}

#[test]
fn an_expired_waiver_is_recorded_before_another_is_granted_or_taken_back() {
    let (_home, mut store) = store(&[("a", Fail), ("b", Fail)]);
    store.waive(&[id("a"), id("b")], &terms(20), at(10)).unwrap();
    store.waive(&[id("a")], &terms(100), at(30)).unwrap();
    assert_eq!(endings(&store), [Some(WaiverEnding::Expired), None, Some(WaiverEnding::Expired)]);
    let refused = store.unwaive(&[id("b")], "too late", at(40)).unwrap_err();
    assert!(refused.to_string().contains("it is not waived"), "{refused}");
}

#[test]
fn what_does_not_fail_is_not_waived_and_then_nothing_is() {
    let (_home, mut store) = store(&[("a", Fail), ("b", Pass), ("c", Error)]);
    let before = dump(&store);
    for (bucket, why) in [("b", "it does not fail"), ("c", "it could not be evaluated"), ("nobody", "no finding has")] {
        let refused = store.waive(&[id("a"), id(bucket)], &terms(100), at(10)).unwrap_err().to_string();
        assert!(refused.contains(why) && refused.contains("next: "), "{refused}");
        assert_eq!(dump(&store), before, "{bucket}");
    }
    assert!(store.unwaive(&[id("a")], "why not", at(10)).is_err());
    assert_eq!(dump(&store), before);
}

#[test]
fn what_a_scan_left_is_told_with_later_waivers_if_they_are_asked_for() {
    let (_home, mut store) = store(&[("a", Fail)]);
    let first = store.scan(&ScanRef::Latest).unwrap().id;
    store.waive(&[id("a")], &terms(100), at(10)).unwrap();
    let told = |as_of: Option<i64>| {
        let filter = FindingFilter { scan: Some(first), as_of: as_of.map(at), ..FindingFilter::default() };
        findings(&store, &filter)[0].status
    };
    assert_eq!([told(None), told(Some(5))], [Some(Status::Open); 2]);
    assert_eq!([told(Some(50)), told(Some(101))], [Some(Status::Waived), Some(Status::Open)]);
}

#[test]
fn a_history_from_before_waivers_is_kept() {
    let home = tempfile::tempdir().unwrap();
    let old = rusqlite::Connection::open(home.path().join("ciacm.db")).unwrap();
    for migration in &schema::MIGRATIONS[..3] {
        old.execute_batch(migration).unwrap();
    }
    old.pragma_update(None, "application_id", schema::APPLICATION_ID).unwrap();
    old.pragma_update(None, "user_version", 3).unwrap();
    old.execute_batch(&format!(
        "INSERT INTO scans (key, id, provider, state, started, now, tool_version, library_hash, selection, parameters)
             VALUES (1, '01a20190-0000-7000-8000-000000000000', 'aws', 'complete', '{now}', '{now}', '0', 'h', '{{}}', '{{}}');
         INSERT INTO control_versions VALUES (1, '{PUBLIC}', 't', 'high', '{{}}');
         INSERT INTO verdicts VALUES (1, 1, 'FAIL', 'why', 'null');
         INSERT INTO findings VALUES (1, '{id}', '{PUBLIC}', 'aws', '1', 'r', 'a', '{BUCKET}', NULL, 1, 'OPEN', '{now}',
             '{now}', '{now}', 0, 1, NULL);
         INSERT INTO finding_history VALUES (7, 1, 1, '{now}', NULL, 'OPEN', NULL, 1);",
        id = id("a"),
        now = "2026-09-21T14:13:20.000Z",
    ))
    .unwrap();
    drop(old);
    let mut store = Store::open(home.path()).unwrap();
    let history = store.finding_history(&id("a")).unwrap();
    assert_eq!(history.len(), 1);
    assert_eq!((history[0].at, history[0].to_status, history[0].verdict), (at(0), Some(Status::Open), Fail));
    assert!(history[0].scan.is_some());
    store.waive(&[id("a")], &terms(100), at(10)).unwrap();
    assert_eq!(store.finding_history(&id("a")).unwrap().len(), 2);
}
