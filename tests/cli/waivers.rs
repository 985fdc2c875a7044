//! `ciacm findings waive` and `unwaive`: who accepts what until when, and what the gate, reports and the log make of it.

use crate::support::ciacm::{Ciacm, Output};
use crate::support::recording::changed_demo;
use crate::support::scanned::{assert_fits, word};
use ciacm::finding::WaiverTerms;
use ciacm::store::Store;
use jiff::{SignedDuration, Timestamp};
use regex::Regex;
use serde_json::{Value, json};

fn demo() -> Ciacm {
    let ciacm = Ciacm::new();
    ciacm.run(["scan", "demo", "--fail-on", "none"]).expect_code(0);
    ciacm
}

/// The ids of what fails a control, or of what this filter lets through.
fn ids(ciacm: &Ciacm, filter: &[&str]) -> Vec<String> {
    let found = ciacm.args(["findings", "list", "--format", "json"]).args(filter).run().expect_code(0).json();
    found.as_array().unwrap().iter().map(|finding| word(finding, "id")).collect()
}

/// The day that many days from now, in UTC.
fn day(days: i64) -> String {
    (Timestamp::now() + SignedDuration::from_hours(24 * days)).to_string()[..10].to_owned()
}

fn waive(ciacm: &Ciacm, ids: &[String], until: &str) -> Output {
    let terms = ["--until", until, "--owner", "Ann Lee", "--approver", "Bo Diaz", "--reason", "Public on purpose"];
    ciacm.args(["findings", "waive"]).args(ids).args(terms).run()
}

/// The output without days, which differ from run to run.
fn without_days(output: &Output) -> String {
    Regex::new(r"\b\d{4}-\d\d-\d\d\b").unwrap().replace_all(&output.snapshot(), "[DAY]").into_owned()
}

#[test]
fn a_waived_finding_does_not_count_until_its_day() {
    let ciacm = demo();
    let found = ids(&ciacm, &["--control", "AWS-S3-001", "--verdict", "fail"]);
    assert!(found.len() > 1);
    // Beginnings of ids will do, and the same twice is once.
    let named = [found[0][..12].to_owned(), found[0].clone()];
    let output = waive(&ciacm, &named, &day(90)).expect_code(0);
    assert_fits(&output.stdout);
    insta::assert_snapshot!("waive", without_days(&output));

    assert_eq!(ids(&ciacm, &["--status", "waived"]), found[..1]);
    assert!(!ids(&ciacm, &["--status", "open"]).contains(&found[0]));
    let listed = ciacm.run(["findings", "list", "--status", "waived"]).expect_code(0);
    assert_fits(&listed.stdout);
    assert!(listed.stdout.contains(&format!("until {}, owner Ann Lee", day(90))), "{}", listed.stdout);
    let json = ciacm.run(["findings", "list", "--control", "AWS-S3-001", "--format", "json"]).expect_code(0).json();
    let waived: Vec<&Value> = json.as_array().unwrap().iter().filter(|one| !one["waiver"].is_null()).collect();
    assert_eq!(waived.len(), 1);
    assert_eq!((&waived[0]["status"], &waived[0]["verdict"]), (&"WAIVED".into(), &"FAIL".into()));
    let terms = ["reason", "owner", "approver"].map(|name| word(&waived[0]["waiver"], name));
    assert_eq!(terms, ["Public on purpose", "Ann Lee", "Bo Diaz"]);
    assert_eq!(word(&waived[0]["waiver"], "until"), format!("{}T23:59:59.999Z", day(90)));

    // The gate, the summary and the frameworks leave it out of what fails.
    let only = ["--control", "AWS-S3-001", "--format", "json"];
    let scan = ciacm.args(["scan", "demo"]).args(only).run().expect_code(1).json();
    assert_eq!(scan["summary"]["verdicts"]["waived"], 1);
    assert_eq!(scan["summary"]["verdicts"]["fail"], found.len() - 1);
    waive(&ciacm, &found[1..], &day(90)).expect_code(0);
    let scan = ciacm.args(["scan", "demo"]).args(only).run().expect_code(0).json();
    assert_eq!(
        (&scan["summary"]["verdicts"]["waived"], &scan["summary"]["verdicts"]["fail"]),
        (&found.len().into(), &0.into())
    );
}

#[test]
fn frameworks_count_what_was_waived_since_the_last_scan() {
    let ciacm = demo();
    let waived = |ciacm: &Ciacm, scan: &[&str]| -> u64 {
        let args = ["frameworks", "status", "soc2", "--format", "json"];
        let status = ciacm.args(args).args(scan).run().expect_code(0).json();
        status["requirements"].as_array().unwrap().iter().map(|one| one["waived"].as_u64().unwrap()).sum()
    };
    assert_eq!(waived(&ciacm, &[]), 0);
    waive(&ciacm, &ids(&ciacm, &["--control", "AWS-S3-001", "--verdict", "fail"])[..1], &day(1)).expect_code(0);
    assert!(waived(&ciacm, &[]) > 0);
    // A scan that is named is told as it was.
    let id = word(&ciacm.run(["frameworks", "status", "soc2", "--format", "json"]).expect_code(0).json(), "scan");
    assert_eq!(waived(&ciacm, &["--scan", &id]), 0);
}

#[test]
fn a_waiver_is_taken_back_and_stays_on_record() {
    let ciacm = demo();
    let found = ids(&ciacm, &["--control", "AWS-EC2-001", "--verdict", "fail"]);
    waive(&ciacm, &found[..1], &day(30)).expect_code(0);
    waive(&ciacm, &found[..1], &day(60)).expect_code(0);
    let unwaive = ["findings", "unwaive", &found[0], "--reason", "It was a mistake"];
    let output = ciacm.run(unwaive).expect_code(0);
    insta::assert_snapshot!("unwaive", without_days(&output));
    assert!(ids(&ciacm, &["--status", "waived"]).is_empty());
    assert!(ids(&ciacm, &["--status", "open"]).contains(&found[0]));

    let shown = ciacm.run(["findings", "show", &found[0]]).expect_code(0);
    assert_fits(&shown.stdout);
    let (_, tail) = shown.stdout.split_once("\nWaivers\n").unwrap();
    let tail = Regex::new(r"\b\d{4}-\d\d-\d\d(T[0-9:.]+Z)?").unwrap().replace_all(tail, "[DAY]").into_owned();
    insta::assert_snapshot!("history_of_waivers", tail);
    let json = ciacm.run(["findings", "show", &found[0], "--format", "json"]).expect_code(0).json();
    let endings: Vec<String> = json["waivers"].as_array().unwrap().iter().map(|one| word(one, "ending")).collect();
    assert_eq!(endings, ["replaced", "revoked"]);
    assert_eq!(json["waivers"][1]["ending_reason"], "It was a mistake");
    let history = json["history"].as_array().unwrap();
    let steps: Vec<_> = history.iter().map(|entry| (word(entry, "to_status"), entry["scan"].is_null())).collect();
    let expected = [("OPEN", false), ("WAIVED", true), ("OPEN", true)];
    assert_eq!(steps, expected.map(|(status, by_hand)| (status.to_owned(), by_hand)));

    let again = ciacm.run(unwaive).expect_code(2);
    assert!(again.stderr.contains("it is not waived") && again.stderr.contains("next: "), "{}", again.stderr);
}

/// The demo as it would be recorded so many days from now.
fn demo_in(ciacm: &Ciacm, days: i64) -> &'static str {
    let then = Timestamp::now() + SignedDuration::from_hours(24 * days);
    changed_demo(ciacm, "later.snapshot", |header| header.collected_at = then.to_string(), Some);
    "later.snapshot"
}

#[test]
fn a_waiver_expires_by_the_clock_of_the_scan() {
    let ciacm = demo();
    let found = ids(&ciacm, &["--control", "AWS-S3-001", "--verdict", "fail"]);
    waive(&ciacm, &found, &day(10)).expect_code(0);
    let scan = ["--control", "AWS-S3-001", "--format", "json"];
    let early = demo_in(&ciacm, 9);
    let report = ciacm.args(["scan", "snapshot", early]).args(scan).run().expect_code(0).json();
    assert_eq!(report["summary"]["waivers_expired"], 0);
    let late = demo_in(&ciacm, 12);
    let report = ciacm.args(["scan", "snapshot", late]).args(scan).run().expect_code(1).json();
    assert_eq!(
        (&report["summary"]["waivers_expired"], &report["summary"]["verdicts"]["waived"]),
        (&found.len().into(), &0.into())
    );
    assert!(ids(&ciacm, &["--status", "waived"]).is_empty());
    let json = ciacm.run(["findings", "show", &found[0], "--format", "json"]).expect_code(0).json();
    assert_eq!(json["waivers"][0]["ending"], "expired");
}

#[test]
fn a_command_that_reads_sees_a_waiver_end_without_a_scan() {
    let ciacm = demo();
    let found = ids(&ciacm, &["--control", "AWS-S3-001", "--verdict", "fail"]);
    let long_ago = Timestamp::from_second(1_700_000_000).unwrap();
    let mut store = Store::open(&ciacm.home()).unwrap();
    let terms = WaiverTerms {
        until: long_ago + SignedDuration::from_hours(1),
        reason: "r".to_owned(),
        owner: "o".to_owned(),
        approver: "a".to_owned(),
    };
    store.waive(&[found[0].parse().unwrap()], &terms, long_ago).unwrap();
    drop(store);
    assert!(ids(&ciacm, &["--status", "waived"]).is_empty());
    assert!(ids(&ciacm, &["--status", "open"]).contains(&found[0]));
    let shown = ciacm.run(["findings", "show", &found[0]]).expect_code(0).stdout;
    assert!(shown.contains("FAIL  OPEN") && shown.contains("2023-11-14 to 2023-11-14, expired"), "{shown}");
}

#[test]
fn what_cannot_be_waived_is_told_and_left_alone() {
    let ciacm = demo();
    let failing = ids(&ciacm, &["--control", "AWS-S3-001", "--verdict", "fail"])[0].clone();
    let passing = ids(&ciacm, &["--control", "AWS-S3-001", "--verdict", "pass"])[0].clone();
    let tomorrow = day(1);
    let given = ["--owner", "o", "--reason", "r"];
    for (ids, until, expected) in [
        (vec![passing.as_str()], tomorrow.as_str(), "it does not fail, so there is nothing to accept"),
        (vec![&failing, &passing], &tomorrow, "it does not fail"),
        (vec!["ffffffffffff"], &tomorrow, "no finding has an id that begins so"),
        (vec!["not-an-id"], &tomorrow, "hexadecimal digits"),
        (vec![&failing], "2020-01-01", "2020-01-01 is past"),
        (vec![&failing], "9999-12-31", "too far away"),
    ] {
        let output = ciacm.args(["findings", "waive", "--until", until]).args(given).args(&ids).run().expect_code(2);
        assert!(output.stderr.contains(expected) && output.stderr.contains("next: "), "{ids:?}: {}", output.stderr);
    }
    for (args, expected) in [
        (vec!["--until", "soon", "--owner", "o", "--reason", "r"], "give a date such as 2027-03-31"),
        (vec!["--until", &tomorrow, "--owner", "o", "--reason", " "], "it must not be empty"),
        (vec!["--until", &tomorrow, "--owner", "o"], "--reason"),
        (vec!["--owner", "o", "--reason", "r"], "--until"),
    ] {
        let output = ciacm.args(["findings", "waive", &failing]).args(&args).run().expect_code(2);
        assert!(output.stderr.contains(expected), "{args:?}: {}", output.stderr);
    }
    assert!(ids(&ciacm, &["--status", "waived"]).is_empty());
    let nowhere = Ciacm::new();
    waive(&nowhere, &[failing], &tomorrow).expect_code(2);
    assert!(!nowhere.home().exists(), "a command that finds nothing makes no home");
}

#[test]
fn a_waiver_of_more_than_a_year_is_warned_of() {
    let ciacm = demo();
    let found = ids(&ciacm, &["--control", "AWS-S3-001", "--verdict", "fail"]);
    let far = waive(&ciacm, &found[..1], &day(400)).expect_code(0);
    assert!(far.stderr.contains("warning: the waiver lasts longer than a year"), "{}", far.stderr);
    let near = waive(&ciacm, &found[..1], &day(364)).expect_code(0);
    assert_eq!(near.stderr, "");
}

#[test]
fn waivers_are_told_to_the_audit_log() {
    let ciacm = demo();
    let found = ids(&ciacm, &["--control", "AWS-S3-001", "--verdict", "fail"]);
    let given = ["--until", &day(1), "--owner", "Ann", "--reason", "r", "--format", "json"];
    let waived = ciacm.args(["findings", "waive", &found[0]]).args(given).run().expect_code(0).json();
    assert_eq!((&waived[0]["approver"], &waived[0]["ended"]), (&"Ann".into(), &json!(null)));
    ciacm.run(["findings", "unwaive", &found[0], "--reason", "done"]).expect_code(0);
    let database = rusqlite::Connection::open(ciacm.home().join("ciacm.db")).unwrap();
    let mut select = database
        .prepare(
            "SELECT event, action, control, CAST(body AS TEXT) FROM audit_log WHERE event LIKE 'waiver.%' ORDER BY seq",
        )
        .unwrap();
    let entries: Vec<(String, String, String, String)> = select
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?)))
        .unwrap()
        .map(Result::unwrap)
        .collect();
    let told: Vec<_> = entries.iter().map(|(event, action, ..)| (event.as_str(), action.as_str())).collect();
    assert_eq!(told, [("waiver.granted", "findings waive"), ("waiver.revoked", "findings unwaive")]);
    for (_, _, control, body) in &entries {
        let body: Value = serde_json::from_str(body).unwrap();
        assert_eq!((control.as_str(), &body["detail"]["finding"]), ("AWS-S3-001", &found[0].clone().into()));
    }
}
