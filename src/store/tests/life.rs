//! The life of findings across scans.

use super::*;
use crate::finding::Status;
use crate::finding::life::GONE;
use Verdict::{Error, Fail, NotApplicable, Pass};

fn store() -> (tempfile::TempDir, Store) {
    let home = tempfile::tempdir().unwrap();
    let store = Store::open(home.path()).unwrap();
    (home, store)
}

#[test]
fn a_first_scan_opens_what_fails() {
    let (_home, mut store) = store();
    let batch = complete(vec![
        scanned("a", &[(PUBLIC, Fail), (ENCRYPTED, Pass)]),
        scanned("b", &[(PUBLIC, Error), (ENCRYPTED, NotApplicable)]),
    ]);
    let summary = scan(&mut store, 0, &batch);
    assert_eq!(summary.verdicts, Tally { pass: 1, fail: 1, error: 1, not_applicable: 1, ..Tally::default() });
    assert_eq!((summary.resources, summary.resources_evaluated, summary.controls), (2, 2, 2));
    assert_eq!((summary.opened, summary.reopened, summary.resolved), (1, 0, 0));
    assert_eq!(summary.severities[&Severity::Critical], 1);
    assert_eq!(summary.services["s3"], summary.verdicts);
    assert_eq!(summary.frameworks["soc2"], summary.verdicts);
    assert!(!summary.scan.complete, "an ERROR is something that could not be evaluated");
    assert_eq!((summary.scan.state, summary.scan.calls), (ScanState::Complete, 7));
    assert_eq!(summary.scan.accounts, [account()]);

    let open = one(&store, PUBLIC, "a");
    assert_eq!((open.status, open.verdict), (Some(Status::Open), Fail));
    assert_eq!(open.reason.as_deref(), Some("because FAIL"));
    assert_eq!(open.id, crate::finding::identity(PUBLIC, "aws", "111111111111", "eu-central-1", "a"));
    let history = store.finding_history(&open.id).unwrap();
    assert_eq!(history.len(), 1);
    assert_eq!((history[0].from_status, history[0].to_status), (None, Some(Status::Open)));
    assert_eq!((history[0].from_verdict, history[0].verdict, history[0].at), (None, Fail, at(0)));
    for (control, resource) in [(PUBLIC, "b"), (ENCRYPTED, "a"), (ENCRYPTED, "b")] {
        let finding = one(&store, control, resource);
        assert_eq!(finding.status, None);
        assert!(store.finding_history(&finding.id).unwrap().is_empty());
    }
}

#[test]
fn a_second_scan_of_an_unchanged_account_changes_only_when_it_was_seen() {
    let (_home, mut store) = store();
    let batch = complete(vec![
        scanned("a", &[(PUBLIC, Fail), (ENCRYPTED, Pass)]),
        scanned("b", &[(PUBLIC, Error), (ENCRYPTED, Pass)]),
    ]);
    scan(&mut store, 0, &batch);
    let (first, before) = (all(&store), dump(&store));
    let summary = scan(&mut store, 100, &batch);
    let (second, after) = (all(&store), dump(&store));
    assert_eq!((summary.opened, summary.reopened, summary.resolved), (0, 0, 0));
    for (mut old, new) in first.into_iter().zip(second) {
        assert_eq!((new.first_seen, new.last_seen, new.last_scan), (at(0), at(100), summary.scan.id));
        (old.last_seen, old.last_scan) = (new.last_seen, new.last_scan);
        assert_eq!(old, new);
    }
    // What does not belong to a scan did not grow.
    for ((name, before), (_, after)) in before.iter().zip(&after) {
        if ["documents", "resources", "control_versions", "verdicts", "finding_history"].contains(&name.as_str()) {
            assert_eq!(before, after, "{name}");
        }
    }
}

#[test]
fn a_repaired_resource_is_resolved_and_reopened_if_it_fails_again() {
    let (_home, mut store) = store();
    let with = |verdict| complete(vec![scanned("a", &[(PUBLIC, verdict)])]);
    scan(&mut store, 0, &with(Fail));
    let summary = scan(&mut store, 10, &with(Pass));
    assert_eq!(summary.resolved, 1);
    let resolved = one(&store, PUBLIC, "a");
    assert_eq!((resolved.status, resolved.verdict, resolved.last_changed), (Some(Status::Resolved), Pass, at(10)));
    let summary = scan(&mut store, 20, &with(Fail));
    assert_eq!((summary.opened, summary.reopened), (0, 1));
    let reopened = one(&store, PUBLIC, "a");
    assert_eq!((reopened.status, reopened.reopened), (Some(Status::Open), 1));
    assert_eq!((reopened.first_seen, reopened.last_changed), (at(0), at(20)));
    let history = store.finding_history(&reopened.id).unwrap();
    let steps: Vec<_> = history.iter().map(|entry| (entry.from_status, entry.to_status, entry.verdict)).collect();
    let (open, resolved) = (Some(Status::Open), Some(Status::Resolved));
    assert_eq!(steps, [(None, open, Fail), (open, resolved, Pass), (resolved, open, Fail)]);
}

#[test]
fn an_error_never_closes() {
    let (_home, mut store) = store();
    let with = |verdict| complete(vec![scanned("a", &[(PUBLIC, verdict)])]);
    scan(&mut store, 0, &with(Fail));
    let summary = scan(&mut store, 10, &with(Error));
    assert_eq!(summary.resolved, 0);
    let finding = one(&store, PUBLIC, "a");
    assert_eq!((finding.status, finding.verdict), (Some(Status::Open), Error));
    let history = store.finding_history(&finding.id).unwrap();
    assert_eq!((history[1].from_verdict, history[1].verdict), (Some(Fail), Error));
    assert_eq!((history[1].from_status, history[1].to_status), (Some(Status::Open), Some(Status::Open)));
}

#[test]
fn a_deleted_resource_is_resolved_by_a_complete_listing() {
    let (_home, mut store) = store();
    scan(&mut store, 0, &complete(vec![scanned("a", &[(PUBLIC, Fail)]), scanned("b", &[(PUBLIC, Pass)])]));
    let summary = scan(&mut store, 10, &complete(vec![]));
    assert_eq!(summary.resolved, 1);
    let gone = one(&store, PUBLIC, "a");
    assert_eq!((gone.status, gone.verdict), (Some(Status::Resolved), NotApplicable));
    assert_eq!((gone.reason.as_deref(), gone.gone_since, gone.last_seen), (Some(GONE), Some(at(10)), at(0)));
    // What never failed and is gone is no longer listed.
    let listed = findings(&store, &FindingFilter::default());
    assert_eq!(listed.iter().map(|finding| finding.resource.as_str()).collect::<Vec<_>>(), ["a"]);
    assert_eq!(one(&store, PUBLIC, "b").gone_since, Some(at(10)));
    // It is closed once.
    let before = store.finding_history(&gone.id).unwrap();
    scan(&mut store, 20, &complete(vec![]));
    assert_eq!(store.finding_history(&gone.id).unwrap(), before);
    assert_eq!(one(&store, PUBLIC, "a").gone_since, Some(at(10)));
    // It comes back.
    let summary = scan(&mut store, 30, &complete(vec![scanned("a", &[(PUBLIC, Fail)])]));
    assert_eq!(summary.reopened, 1);
    let back = one(&store, PUBLIC, "a");
    assert_eq!((back.status, back.gone_since, back.first_seen), (Some(Status::Open), None, at(0)));
}

#[test]
fn a_deleted_resource_stays_open_if_its_listing_failed_or_never_ended() {
    let (_home, mut store) = store();
    scan(&mut store, 0, &complete(vec![scanned("a", &[(PUBLIC, Fail)])]));
    let failed = listing(ListingOutcome::Failed(failure()));
    let unlisted = Unlisted::new(&failed, vec![evaluation(PUBLIC, Error), evaluation(ENCRYPTED, Error)]);
    let batch = Batch { unlisted: vec![unlisted], listings: vec![failed], ..Batch::default() };
    let summary = scan(&mut store, 10, &batch);
    assert!(!summary.scan.complete);
    assert_eq!((summary.listings_failed, summary.verdicts.error, summary.resolved), (1, 2, 0));
    assert_eq!(one(&store, PUBLIC, "a").status, Some(Status::Open));
    scan(&mut store, 20, &Batch::default());
    assert_eq!(one(&store, PUBLIC, "a").status, Some(Status::Open));
    // What stands for the resources that nobody saw.
    let unseen = one(&store, PUBLIC, Unlisted::ID);
    assert_eq!((unseen.status, unseen.verdict), (None, Error));
    // A later complete listing of one control's scan takes away that control's, not the other's.
    scan_with(&mut store, 30, &[PUBLIC], &complete(vec![scanned("a", &[(PUBLIC, Fail)])]));
    let listed = findings(&store, &FindingFilter::default());
    let names: Vec<_> = listed.iter().map(|f| (f.control.as_str(), f.resource.as_str())).collect();
    assert_eq!(names, [(PUBLIC, "a"), (ENCRYPTED, Unlisted::ID)]);
}

#[test]
fn an_account_that_is_entered_again_is_no_longer_unknown() {
    let (_home, mut store) = store();
    let mut refused = listing(ListingOutcome::Failed(failure()));
    refused.region = "global".to_owned();
    let unlisted = Unlisted::new(&refused, vec![evaluation(PUBLIC, Error)]);
    scan(&mut store, 0, &Batch { unlisted: vec![unlisted], listings: vec![refused], ..Batch::default() });
    assert_eq!(one(&store, PUBLIC, Unlisted::ID).verdict, Error);
    scan(&mut store, 10, &complete(vec![scanned("a", &[(PUBLIC, Fail)])]));
    let listed = findings(&store, &FindingFilter::default());
    let names: Vec<_> = listed.iter().map(|f| f.resource.as_str()).collect();
    assert_eq!(names, ["a"]);
}

#[test]
fn an_interrupted_or_failed_scan_closes_nothing() {
    for state in [ScanState::Interrupted, ScanState::Failed] {
        let (_home, mut store) = store();
        scan(&mut store, 0, &complete(vec![scanned("a", &[(PUBLIC, Fail)])]));
        let id = store.begin_scan(&new_scan(at(10), &[PUBLIC])).unwrap();
        store.record(&id, &complete(vec![])).unwrap();
        let summary = store.finish_scan(&id, ScanEnd { state, ..end(at(11)) }).unwrap();
        assert_eq!((summary.scan.state, summary.scan.complete), (state, false));
        assert_eq!(one(&store, PUBLIC, "a").status, Some(Status::Open));
    }
}

#[test]
fn a_partial_selection_closes_only_its_own() {
    let (_home, mut store) = store();
    scan(&mut store, 0, &complete(vec![scanned("a", &[(PUBLIC, Fail), (ENCRYPTED, Fail)])]));
    // Another account, region or type is no business of this listing either.
    let elsewhere = |account: &str, region: &str| ScannedResource {
        resource: bucket_in(account, region, "x"),
        evaluations: vec![evaluation(PUBLIC, Fail)],
    };
    let others = vec![elsewhere("111111111111", "us-east-1"), elsewhere("222222222222", "eu-central-1")];
    scan(&mut store, 5, &Batch { resources: others, ..Batch::default() });
    let summary = scan_with(&mut store, 10, &[PUBLIC], &complete(vec![]));
    assert_eq!(summary.resolved, 1);
    assert_eq!(one(&store, PUBLIC, "a").status, Some(Status::Resolved));
    assert_eq!(one(&store, ENCRYPTED, "a").status, Some(Status::Open));
    let open = FindingFilter { statuses: vec![Status::Open], ..FindingFilter::default() };
    assert_eq!(findings(&store, &open).len(), 3);
}

#[test]
fn a_scan_closes_nothing_that_a_later_one_saw() {
    let (_home, mut store) = store();
    let slow = store.begin_scan(&new_scan(at(0), &[PUBLIC])).unwrap();
    store.record(&slow, &complete(vec![scanned("a", &[(PUBLIC, Fail)])])).unwrap();
    // A quicker scan sees the same bucket and one made meanwhile.
    let quick = complete(vec![scanned("a", &[(PUBLIC, Fail)]), scanned("new", &[(PUBLIC, Fail)])]);
    scan(&mut store, 10, &quick);
    let summary = store.finish_scan(&slow, end(at(20))).unwrap();
    assert_eq!(summary.resolved, 0);
    assert_eq!(one(&store, PUBLIC, "a").status, Some(Status::Open));
    assert_eq!(one(&store, PUBLIC, "new").status, Some(Status::Open));
    // Each scan has its own findings, and time does not go back.
    assert_eq!(findings(&store, &FindingFilter { scan: Some(slow), ..FindingFilter::default() }).len(), 1);
}

#[test]
fn an_older_scan_recorded_later_does_not_turn_time_back() {
    let (_home, mut store) = store();
    scan(&mut store, 0, &complete(vec![scanned("a", &[(PUBLIC, Fail)]), scanned("b", &[(PUBLIC, Fail)])]));
    scan(&mut store, 100, &complete(vec![scanned("a", &[(PUBLIC, Pass)])]));
    let before = all(&store);
    // A snapshot from between: `a` still failed, `b` was still there, `c` was there and is not now.
    let between = ["a", "b", "c"].map(|id| scanned(id, &[(PUBLIC, Fail)]));
    let replayed = scan(&mut store, 50, &complete(between.to_vec()));
    assert_eq!((replayed.verdicts.fail, replayed.opened, replayed.reopened, replayed.resolved), (3, 1, 0, 0));
    assert!(replayed.fails(crate::finding::Gate::default()), "the replay tells its own verdicts");
    let mut after = all(&store);
    let new = after.pop().unwrap();
    assert_eq!((new.resource.as_str(), new.status, new.first_seen), ("c", Some(Status::Open), at(50)));
    assert_eq!(after, before);
    // But that it was there before is worth knowing.
    let replayed = scan(&mut store, -50, &complete(vec![scanned("a", &[(PUBLIC, Pass)])]));
    assert_eq!((one(&store, PUBLIC, "a").first_seen, replayed.resolved), (at(-50), 0));
    // A scan of the same time is not older.
    scan(&mut store, 100, &complete(vec![scanned("a", &[(PUBLIC, Fail)])]));
    assert_eq!(one(&store, PUBLIC, "a").status, Some(Status::Open));
}

#[test]
fn a_fixed_finding_stays_fixed_until_it_fails() {
    let (_home, mut store) = store();
    let with = |verdict| complete(vec![scanned("a", &[(PUBLIC, verdict)])]);
    scan(&mut store, 0, &with(Fail));
    store.connection().execute("UPDATE findings SET status = 'FIXED'", []).unwrap();
    scan(&mut store, 10, &with(Pass));
    assert_eq!(one(&store, PUBLIC, "a").status, Some(Status::Fixed));
    let summary = scan(&mut store, 20, &with(Fail));
    assert_eq!((summary.reopened, one(&store, PUBLIC, "a").status), (1, Some(Status::Open)));
}

#[test]
fn a_scan_tells_its_findings_as_it_left_them() {
    let (_home, mut store) = store();
    let first = scan(&mut store, 0, &complete(vec![scanned("a", &[(PUBLIC, Fail)])]));
    let second = scan(&mut store, 10, &complete(vec![scanned("a", &[(PUBLIC, Pass)])]));
    scan(&mut store, 20, &complete(vec![]));
    let of =
        |scan: &ScanSummary| findings(&store, &FindingFilter { scan: Some(scan.scan.id), ..FindingFilter::default() });
    let (old, new) = (of(&first), of(&second));
    assert_eq!((old[0].verdict, old[0].status), (Fail, Some(Status::Open)));
    assert_eq!(old[0].reason.as_deref(), Some("because FAIL"));
    assert_eq!((new[0].verdict, new[0].status, &new[0].reason), (Pass, Some(Status::Resolved), &None));
    assert_eq!(store.summary(&first.scan.id).unwrap().verdicts.fail, 1);
}

#[test]
fn a_finding_serializes_as_documented() {
    let (_home, mut store) = store();
    let summary = scan(&mut store, 0, &complete(vec![scanned("a", &[(PUBLIC, Fail)])]));
    let finding = one(&store, PUBLIC, "a");
    assert_eq!(
        as_json(&finding),
        json!({
            "id": finding.id.to_string(), "control": PUBLIC, "title": "Title of AWS-S3-001", "severity": "critical",
            "provider": "aws", "account": "111111111111", "region": "eu-central-1", "resource": "a",
            "type": BUCKET, "name": "a", "verdict": "FAIL", "status": "OPEN", "reason": "because FAIL",
            "evidence": [{"path": "resource.public_access_block", "value": "FAIL"}],
            "frameworks": {"soc2": ["CC6.1"], "iso27001-2022": ["A.8.20", "A.8.22"]},
            "first_seen": at(0).to_string(), "last_seen": at(0).to_string(), "last_changed": at(0).to_string(),
            "reopened": 0, "last_scan": summary.scan.id.to_string(), "gone_since": null,
        })
    );
    assert_eq!(as_json(&summary.scan)["state"], "complete");
}
