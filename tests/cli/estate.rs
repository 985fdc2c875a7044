//! The seeded estate: every verdict as it was seeded, and the life of findings over several scans.

use crate::support::ciacm::Ciacm;
use crate::support::emulator::{ACCOUNT, Emulator, HARDENED_ACCOUNT};
use crate::support::scanned::{self, Place, assert_fits, by_place, verdicts, word};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

#[track_caller]
fn assert_expected(report: &Value, account: &str, expected: &[crate::support::emulator::Expectation]) {
    assert!(expected.len() > 20, "only {} expectations", expected.len());
    let found = verdicts(report);
    let mut wrong = Vec::new();
    for one in expected {
        let place = (one.control.clone(), account.to_owned(), one.region.clone(), one.resource.clone());
        let said = found.get(&place).map_or("nothing", String::as_str);
        if said != one.verdict {
            wrong.push(format!("{} {} {}: {said}, seeded {}", one.control, one.region, one.resource, one.verdict));
        }
    }
    // A resource that was seeded in one region is not found in another one, too.
    let seeded: BTreeMap<(&str, &str), BTreeSet<&str>> = expected.iter().fold(BTreeMap::new(), |mut all, one| {
        all.entry((one.control.as_str(), one.resource.as_str())).or_default().insert(one.region.as_str());
        all
    });
    for (control, _, region, resource) in found.keys() {
        if seeded.get(&(control, resource)).is_some_and(|regions| !regions.contains(region.as_str())) {
            wrong.push(format!("{control} {region} {resource}: not seeded in that region"));
        }
    }
    assert!(wrong.is_empty(), "{} of {} are wrong:\n{}", wrong.len(), expected.len(), wrong.join("\n"));
}

#[test]
fn every_seeded_verdict_is_found() {
    let report = &scanned::estate().report;
    assert_expected(report, ACCOUNT, Emulator::estate().expected());
    let scan = &report["scan"];
    assert_eq!(scan["state"], "complete");
    assert_eq!(scan["accounts"][0]["id"], ACCOUNT);
    assert_eq!(report["errors"], json!([]), "no call may fail on the estate");
    assert_eq!(scan["complete"], true);
    let summary = &report["summary"];
    assert_eq!(summary["resources"], summary["resources_evaluated"], "what is seen is evaluated");
    assert_eq!(
        usize::try_from(scan["calls"].as_u64().unwrap()).unwrap(),
        scanned::estate().calls.len(),
        "the program counts its calls rightly"
    );
}

#[test]
fn the_hardened_account_is_as_it_should_be() {
    let emulator = Emulator::start();
    let expected = emulator.seed_hardened();
    let ciacm = Ciacm::new();
    let role = format!("arn:aws:iam::{HARDENED_ACCOUNT}:role/OrganizationAccountAccessRole");
    let output = ciacm
        .scan(&emulator, &crate::support::emulator::REGIONS)
        .args(["--role-arn", &role, "--format", "json", "--fail-on", "none"])
        .run()
        .expect_code(0);
    assert_expected(&output.json(), HARDENED_ACCOUNT, &expected);
}

#[test]
fn the_report_fits_80_columns_and_says_what_to_do_next() {
    let ciacm = Ciacm::new();
    ciacm.estate_snapshot();
    let output = ciacm.run(["scan", "snapshot", "estate.snapshot"]).expect_code(1);
    assert_fits(&output.stdout);
    assert_eq!(output.stderr, "", "nothing to warn of, and no progress bar without a terminal");
    for part in ["Failures by severity", "Service", "Framework", "Changed since the last scan:", "\nNext\n"] {
        assert!(output.stdout.contains(part), "no `{part}` in\n{}", output.stdout);
    }
    let named = output.stdout.lines().find_map(|line| line.trim().strip_prefix("ciacm findings show ")).unwrap();
    let id = named.split_whitespace().next().unwrap();
    let shown = ciacm.run(["findings", "show", id]).expect_code(0);
    assert!(
        shown.stdout.contains("critical  FAIL  OPEN"),
        "the first thing to look at is not the worst:\n{}",
        shown.stdout
    );
}

/// Findings without what a scan of an unchanged account may change.
fn lasting(findings: &Value) -> BTreeMap<Place, Value> {
    let mut findings = by_place(findings);
    for finding in findings.values_mut() {
        let fields = finding.as_object_mut().unwrap();
        assert!(fields.remove("last_seen").is_some());
        assert!(fields.remove("last_scan").is_some());
    }
    findings
}

const BUCKETS: &str = r#"
import boto3
s3 = boto3.client("s3")
blocked = dict(BlockPublicAcls=True, IgnorePublicAcls=True, BlockPublicPolicy=True, RestrictPublicBuckets=True)
for name in "acme-closed", "acme-open", "acme-old":
    s3.create_bucket(Bucket=name)
s3.put_public_access_block(Bucket="acme-closed", PublicAccessBlockConfiguration=blocked)
"#;

fn finding(ciacm: &Ciacm, resource: &str) -> Value {
    let found =
        ciacm.run(["findings", "list", "--all", "--format", "json", "--resource", resource]).expect_code(0).json();
    let found = found.as_array().unwrap();
    assert_eq!(found.len(), 1, "{found:?}");
    found[0].clone()
}

#[test]
fn findings_live_as_their_resources_do() {
    let emulator = Emulator::start();
    emulator.python(BUCKETS);
    let ciacm = Ciacm::new();
    let scan = |code: i32| {
        let output = ciacm.scan(&emulator, &[]).args(["--control", "AWS-S3-001", "--format", "json"]).run();
        output.expect_code(code).json()
    };

    let first = scan(1);
    assert_eq!(first["summary"]["opened"], 2);
    let before = ciacm.findings();
    assert_eq!(before.as_array().unwrap().len(), 3);

    // Nothing changed: only the time at which things were last seen does.
    let second = scan(1);
    let after = ciacm.findings();
    assert_eq!(lasting(&before), lasting(&after));
    for (place, finding) in by_place(&after) {
        assert!(word(&finding, "last_seen") > word(&by_place(&before)[&place], "last_seen"));
        assert_eq!(finding["last_scan"], second["scan"]["id"]);
    }
    for change in ["opened", "reopened", "resolved"] {
        assert_eq!(second["summary"][change], 0, "{change}");
    }

    // Repaired.
    emulator.python(
        r#"
import boto3
blocked = dict(BlockPublicAcls=True, IgnorePublicAcls=True, BlockPublicPolicy=True, RestrictPublicBuckets=True)
boto3.client("s3").put_public_access_block(Bucket="acme-open", PublicAccessBlockConfiguration=blocked)
"#,
    );
    let third = scan(1);
    assert_eq!(third["summary"]["resolved"], 1);
    let repaired = finding(&ciacm, "acme-open");
    assert_eq!((word(&repaired, "verdict"), word(&repaired, "status")), ("PASS".to_owned(), "RESOLVED".to_owned()));
    assert_eq!(repaired["first_seen"], by_place(&before)[&place("acme-open")]["first_seen"]);

    // Broken again.
    emulator.python(r#"import boto3; boto3.client("s3").delete_public_access_block(Bucket="acme-open")"#);
    let fourth = scan(1);
    assert_eq!((&fourth["summary"]["opened"], &fourth["summary"]["reopened"]), (&json!(0), &json!(1)));
    let broken = finding(&ciacm, "acme-open");
    assert_eq!((word(&broken, "status"), &broken["reopened"]), ("OPEN".to_owned(), &json!(1)));
    assert_eq!(broken["id"], repaired["id"]);

    // Deleted, but the buckets cannot be listed: nobody knows.
    emulator.python(r#"import boto3; boto3.client("s3").delete_bucket(Bucket="acme-old")"#);
    emulator.fault(&json!({"service": "s3", "operation": "ListBuckets", "kind": "denied"}));
    let fifth = scan(3);
    assert_eq!(fifth["scan"]["complete"], false);
    assert_eq!(fifth["summary"]["resolved"], 0);
    let unlisted: Vec<_> = verdicts(&fifth).into_iter().map(|((.., resource), verdict)| (resource, verdict)).collect();
    assert_eq!(unlisted, [("*".to_owned(), "ERROR".to_owned())]);
    let reason = word(&fifth["findings"][0], "reason");
    assert!(reason.contains("AccessDenied") && reason.contains("s3:ListAllMyBuckets"), "{reason}");
    for name in ["acme-old", "acme-open"] {
        let kept = finding(&ciacm, name);
        assert_eq!((word(&kept, "verdict"), word(&kept, "status")), ("FAIL".to_owned(), "OPEN".to_owned()), "{name}");
    }

    // Listed again: the deleted one is resolved, and nothing is said of `*` any more.
    emulator.clear_faults();
    let sixth = scan(1);
    assert_eq!(sixth["summary"]["resolved"], 1);
    let gone = finding(&ciacm, "acme-old");
    assert_eq!(word(&gone, "status"), "RESOLVED");
    assert!(gone["gone_since"].is_string());
    let listed = ciacm.run(["findings", "list"]).expect_code(0);
    assert!(!listed.stdout.contains("ERROR"), "{}", listed.stdout);

    // The history tells it all, and fits.
    let shown = ciacm.run(["findings", "show", &word(&broken, "id")[..12]]).expect_code(0);
    assert_fits(&shown.stdout);
    let history: Vec<_> = shown.stdout.lines().skip_while(|line| *line != "History").skip(1).collect();
    let steps: Vec<_> = history.iter().map(|line| line.trim().split_once("  ").unwrap().1).collect();
    assert_eq!(steps, ["OPEN, FAIL", "OPEN -> RESOLVED, PASS", "RESOLVED -> OPEN, FAIL"]);
}

fn place(resource: &str) -> Place {
    ("AWS-S3-001".to_owned(), ACCOUNT.to_owned(), "us-east-1".to_owned(), resource.to_owned())
}
