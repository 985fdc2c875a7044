//! `ciacm evidence export`: what a pack holds, and where it goes.

use crate::support::ciacm::Ciacm;
use crate::support::pack::{FEW, Files, shared, unzip};
use crate::support::scanned::assert_fits;
use crate::support::tools::tool;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;

fn json(files: &Files, path: &str) -> Value {
    serde_json::from_slice(&files[path]).unwrap()
}

#[test]
fn a_fresh_home_needs_one_scan_and_one_export() {
    let ciacm = Ciacm::new();
    ciacm.args(["scan", "demo", "--fail-on", "none"]).run().expect_code(0);
    let output = ciacm
        .args(["evidence", "export", "--out", "pack.zip", "--format", "json"])
        .env("CIACM_PASSPHRASE", "correct horse battery staple")
        .run()
        .expect_code(0);
    let told = output.json();
    assert_eq!((&told["stamped"], &told["continues"]), (&Value::Bool(false), &Value::Null));
    assert!(output.stderr.contains("a signing identity was made"), "{}", output.stderr);
    let verified = ciacm.run(["evidence", "verify", "pack.zip", "--format", "json"]).expect_code(0).json();
    assert_eq!(verified["pack"], told["pack"]);
    let files = unzip(&fs::read(ciacm.path("pack.zip")).unwrap());
    let manifest = json(&files, "manifest.json");
    assert_eq!(manifest["counts"], told["counts"]);
    assert_eq!(manifest["counts"]["resources_seen"], manifest["counts"]["resources_evaluated"]);
    assert_eq!(manifest["signer"]["root_fingerprint"], told["root_fingerprint"]);
    assert!(String::from_utf8_lossy(&files["README.md"]).contains(told["root_fingerprint"].as_str().unwrap()));
    // What is exported is told to the log.
    let last = rusqlite::Connection::open(ciacm.home().join("ciacm.db"))
        .unwrap()
        .query_row("SELECT body FROM audit_log WHERE event = 'evidence.exported'", [], |row| row.get::<_, Vec<u8>>(0))
        .unwrap();
    let last: Value = serde_json::from_slice(&last).unwrap();
    assert_eq!((&last["detail"]["pack"], &last["detail"]["file"]), (&told["pack"], &"pack.zip".into()));
}

#[test]
fn without_a_passphrase_or_a_terminal_no_key_is_made() {
    let ciacm = Ciacm::new();
    ciacm.args(["scan", "demo", "--fail-on", "none"]).args(FEW).run().expect_code(0);
    let output = ciacm.run(["evidence", "export", "--out", "pack.zip"]).expect_code(2);
    assert!(output.stderr.contains("ciacm init --no-passphrase"), "{}", output.stderr);
    assert!(!ciacm.path("pack.zip").exists());
}

#[test]
fn a_pack_holds_what_it_must() {
    let files = &shared().files;
    let fixed: BTreeSet<&str> =
        files.keys().map(String::as_str).filter(|path| !path.starts_with("resources/")).collect();
    let expected = [
        "README.md",
        "SHA256SUMS",
        "SHA256SUMS.p7s",
        "audit/checkpoint.txt",
        "audit/checkpoint.txt.p7s",
        "audit/entries.jsonl",
        "audit/inclusion.json",
        "findings/controls-to-requirements.csv",
        "findings/findings.csv",
        "findings/findings.json",
        "index.html",
        "keys/ca.crt",
        "keys/org.crl",
        "keys/signer.crt",
        "manifest.json",
        "oscal/assessment-results.json",
        "report/evidence-report.pdf",
        "verify/verify.ps1",
        "verify/verify.py",
        "verify/verify.sh",
    ];
    assert_eq!(fixed, expected.into());
    for (path, bytes) in files {
        let private = String::from_utf8_lossy(bytes).contains("PRIVATE KEY-----\n");
        assert!(!private, "{path} holds a private key");
    }

    let findings = json(files, "findings/findings.json");
    let findings = findings["findings"].as_array().unwrap();
    assert!(findings.iter().all(|one| ["AWS-S3-001", "AWS-IAM-004"].contains(&one["control"].as_str().unwrap())));
    let verdicts: BTreeSet<_> = findings.iter().map(|one| one["verdict"].as_str().unwrap()).collect();
    assert!(verdicts.contains("PASS") && verdicts.contains("FAIL"));
    for finding in findings {
        let document = json(files, finding["resource_file"].as_str().unwrap());
        assert_eq!(document["resource"]["id"], finding["resource"]);
        let resting: Vec<_> = document["findings"].as_array().unwrap().iter().map(|one| &one["finding"]).collect();
        assert!(resting.contains(&&finding["id"]));
        // Every reading says which call brought it.
        let calls = document["calls"].as_array().unwrap();
        for reading in document["readings"].as_array().unwrap() {
            assert!(!reading["from"].as_array().unwrap().is_empty());
            for place in reading["calls"].as_array().unwrap() {
                let call = &calls[usize::try_from(place.as_u64().unwrap()).unwrap()];
                assert!(reading["from"].as_array().unwrap().contains(&call["call"]), "{reading}");
            }
        }
    }
    let requests = files.iter().filter(|(path, _)| path.starts_with("resources/")).filter(|(_, bytes)| {
        let document: Value = serde_json::from_slice(bytes).unwrap();
        document["calls"].as_array().unwrap().iter().any(|call| call["request_id"].is_string())
    });
    assert!(requests.count() > 0, "no request id in any document");
}

#[test]
fn the_documents_agree_with_each_other() {
    let files = &shared().files;
    let findings = json(files, "findings/findings.json");
    let findings = findings["findings"].as_array().unwrap();
    let mut table = csv::Reader::from_reader(files["findings/findings.csv"].as_slice());
    let rows: Vec<csv::StringRecord> = table.records().map(Result::unwrap).collect();
    let told: Vec<(&str, &str)> = rows.iter().map(|row| (&row[0], &row[4])).collect();
    let expected: Vec<(&str, &str)> =
        findings.iter().map(|one| (one["id"].as_str().unwrap(), one["verdict"].as_str().unwrap())).collect();
    assert_eq!(told, expected);

    let oscal = json(files, "oscal/assessment-results.json");
    let result = &oscal["assessment-results"]["results"][0];
    assert_eq!(result["observations"].as_array().unwrap().len(), findings.len());
    let standing: BTreeMap<String, String> = result["findings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| {
            let status = &one["target"]["status"];
            let text = |value: &Value| value.as_str().unwrap().to_owned();
            (text(&one["target"]["target-id"]), format!("{} {}", text(&status["state"]), text(&status["reason"])))
        })
        .collect();
    // The table of requirements is made by the same rules as `frameworks status`, OSCAL by its own.
    let mut table = csv::Reader::from_reader(files["findings/controls-to-requirements.csv"].as_slice());
    let mut compared = 0;
    for row in table.records().map(Result::unwrap).filter(|row| &row[0] == "iso27001-2022" && &row[3] != "not covered")
    {
        if let Some(found) = standing.get(&format!("iso27001-2022_{}", &row[1])) {
            let expected = match &row[3] {
                "met" => "satisfied pass",
                "failing" => "not-satisfied fail",
                _ => "not-satisfied other",
            };
            assert_eq!(found, expected, "{row:?}");
            compared += 1;
        }
    }
    assert!(compared > 2);
    // Links of OSCAL lead to files of the pack.
    let text = String::from_utf8_lossy(&files["oscal/assessment-results.json"]).into_owned();
    for link in text.split("\"../").skip(1).map(|rest| rest.split('"').next().unwrap()) {
        assert!(files.contains_key(link), "{link}");
    }
}

#[test]
fn compliance_trestle_accepts_the_oscal() {
    let Some(trestle) = tool("trestle") else { return };
    let ciacm = Ciacm::with_demo(&[]);
    ciacm.run(["evidence", "export", "--out", "pack"]).expect_code(0);
    let workspace = ciacm.path("trestle");
    fs::create_dir(&workspace).unwrap();
    let trestle = trestle.at(&workspace);
    trestle.must(["init"]);
    let model = workspace.join("assessment-results/pack");
    fs::create_dir_all(&model).unwrap();
    fs::copy(ciacm.path("pack/oscal/assessment-results.json"), model.join("assessment-results.json")).unwrap();
    let answer = trestle.run(["validate", "-f", "assessment-results/pack/assessment-results.json"]);
    assert!(answer.success && answer.text().contains("VALID"), "{}", answer.text());
}

#[test]
fn the_same_state_gives_the_same_bytes() {
    let one = Ciacm::with_demo(&FEW);
    let other = Ciacm::new();
    copy(&one.home(), &other.home());
    let pack = |ciacm: &Ciacm| {
        ciacm.run(["evidence", "export", "--out", "pack.zip"]).expect_code(0);
        unzip(&fs::read(ciacm.path("pack.zip")).unwrap())
    };
    let (mut first, mut second) = (pack(&one), pack(&other));
    assert_eq!(first.keys().collect::<Vec<_>>(), second.keys().collect::<Vec<_>>());
    // The report tells when it was signed; before its signature it is the same too.
    let (report, other) = (&first["report/evidence-report.pdf"], &second["report/evidence-report.pdf"]);
    let same = report.iter().zip(other).take_while(|(a, b)| a == b).count();
    assert!(same > report.len() * 3 / 4, "the reports differ from byte {same} of {}", report.len());
    let hashes = [report, other].map(|bytes| (sha256(bytes), bytes.len().to_string()));
    for (files, (hash, size)) in [(&mut first, &hashes[0]), (&mut second, &hashes[1])] {
        files.remove("report/evidence-report.pdf");
        files.remove("SHA256SUMS.p7s");
        let manifest = String::from_utf8(files.remove("manifest.json").unwrap()).unwrap();
        let sums = String::from_utf8(files.remove("SHA256SUMS").unwrap()).unwrap();
        let own = sha256(manifest.as_bytes());
        assert!(manifest.contains(hash) && sums.contains(hash) && sums.contains(&own));
        let masked = manifest.replace(hash, "HASH").replace(&format!("\"size\":{size}"), "SIZE");
        files.insert("masked".to_owned(), (masked + &sums.replace(hash, "HASH").replace(&own, "OWN")).into_bytes());
    }
    for (path, bytes) in &first {
        assert!(*bytes == second[path], "{path} differs");
    }
}

fn sha256(bytes: &[u8]) -> String {
    use sha2::{Digest, Sha256};
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

fn copy(from: &std::path::Path, to: &std::path::Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap().map(Result::unwrap) {
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}

#[test]
fn the_scope_is_what_was_asked_for() {
    let ciacm = Ciacm::with_demo(&["--service", "s3,iam"]);
    let export = |name: &str, args: &[&str]| {
        ciacm.args(["evidence", "export", "--out", name]).args(args).run().expect_code(0);
        let files: BTreeSet<String> = fs::read_dir(ciacm.path(name))
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        assert!(files.contains("manifest.json"));
        let findings: Value =
            serde_json::from_slice(&fs::read(ciacm.path(name).join("findings/findings.json")).unwrap()).unwrap();
        findings["findings"].as_array().unwrap().clone()
    };
    let all = export("all", &[]);
    let s3 = export("s3", &["--control", "AWS-S3-*"]);
    assert!(s3.len() < all.len() && s3.iter().all(|one| one["control"].as_str().unwrap().starts_with("AWS-S3-")));
    let cis = export("cis", &["--framework", "cis-aws-7.0"]);
    assert!(cis.len() < all.len() && cis.iter().all(|one| one["frameworks"].get("cis-aws-7.0").is_some()));
    let period = export("period", &["--period", "2020-01-01.."]);
    assert_eq!(period.len(), all.len());
    let scan = export("scan", &["--scan", "latest"]);
    assert_eq!(scan, all);
    let readme = fs::read_to_string(ciacm.path("cis").join("README.md")).unwrap();
    assert!(readme.contains("| frameworks | cis-aws-7.0 |"), "{readme}");
}

#[test]
fn of_each_account_the_newest_finished_scan_is_taken() {
    let ciacm = Ciacm::with_demo(&["--control", "AWS-S3-001"]);
    ciacm.run(["scan", "demo", "--fail-on", "none", "--control", "AWS-IAM-004"]).expect_code(0);
    let output = ciacm.run(["evidence", "export", "--out", "pack"]).expect_code(0);
    assert!(output.stderr.contains("looked at a selection of the controls only"), "{}", output.stderr);
    let text = fs::read_to_string(ciacm.path("pack/findings/findings.csv")).unwrap();
    assert!(text.contains("AWS-IAM-004") && !text.contains("AWS-S3-001"));
}

#[test]
fn waivers_are_told_with_owner_and_approver() {
    let ciacm = Ciacm::with_demo(&FEW);
    let failing = ciacm.run(["findings", "list", "--format", "json"]).expect_code(0).json();
    let id = failing[0]["id"].as_str().unwrap();
    ciacm
        .args(["findings", "waive", id, "--until", "2099-12-31", "--reason", "accepted by the board"])
        .args(["--owner", "Ann", "--approver", "Bob"])
        .run()
        .expect_code(0);
    ciacm.run(["evidence", "export", "--out", "pack"]).expect_code(0);
    ciacm.verify(&ciacm.path("pack")).expect_code(0);
    let read =
        |path: &str| -> Value { serde_json::from_slice(&fs::read(ciacm.path("pack").join(path)).unwrap()).unwrap() };
    let waivers = read("findings/findings.json")["waivers"].clone();
    assert_eq!((waivers.as_array().unwrap().len(), &waivers[0]["finding"]), (1, &id.into()));
    assert_eq!((&waivers[0]["owner"], &waivers[0]["approver"]), (&"Ann".into(), &"Bob".into()));
    assert_eq!(waivers[0]["status"], "WAIVED");
    let proofs = read("audit/inclusion.json")["entries"].clone();
    assert!(proofs.as_array().unwrap().iter().any(|proof| proof["event"] == "waiver.granted"));
}

#[test]
fn what_cannot_be_exported_is_told() {
    let ciacm = Ciacm::with_demo(&FEW);
    ciacm.write("taken.zip", "mine");
    ciacm.write("full/file", "mine");
    ciacm.write("pack.txt", "no pack");
    for (args, expected) in [
        (&["--out", "x", "--framework", "sock2"][..], "did you mean soc2?"),
        (&["--out", "x", "--control", "AWS-S3-0001"], "did you mean AWS-S3-001?"),
        (&["--out", "x", "--period", "2020-01-01..2020-12-31"], "no finished scan lies within the period"),
        (&["--out", "x", "--period", "yesterday"], "write FROM..TO"),
        (&["--out", "x", "--from", "2026-02-01", "--to", "2026-01-01"], "ends before it begins"),
        (&["--out", "x", "--scan", "ffff"], "no scan is called"),
        (&["--out", "x", "--tsa", "timestamp.example.com"], "no http:// or https:// address"),
        (&["--out", "x", "--previous", "pack.txt"], "cannot be gone on from"),
        (&["--out", "taken.zip"], "it is there already"),
        (&["--out", "full"], "it is there already"),
        (&["--out", "no/such/pack.zip"], "there is no directory no/such"),
        (&["--out", "/proc/pack.zip"], "/proc/pack.zip"),
    ] {
        let output = ciacm.args(["evidence", "export"]).args(args).run().expect_code(2);
        assert!(output.stderr.contains(expected), "{args:?}: {}", output.stderr);
        assert!(output.stderr.contains("next: ") || output.stderr.contains("--help"), "{args:?}: {}", output.stderr);
        assert!(!ciacm.path("x").exists(), "{args:?}");
    }
    assert_eq!(fs::read_to_string(ciacm.path("taken.zip")).unwrap(), "mine");
    let empty = Ciacm::new();
    let output = empty.run(["evidence", "export", "--out", "x"]).expect_code(2);
    assert!(output.stderr.contains("ciacm scan demo"), "{}", output.stderr);
    assert!(!empty.home().join("keys").exists());
}

#[test]
fn tables_fit_80_columns() {
    let ciacm = Ciacm::with_demo(&FEW);
    let exported = ciacm.run(["evidence", "export", "--out", "pack.zip"]).expect_code(0);
    assert_fits(&exported.stdout);
    insta::assert_snapshot!(masked(&exported.stdout));
    let verified = ciacm.run(["evidence", "verify", "pack.zip"]).expect_code(0);
    assert_fits(&verified.stdout);
    insta::assert_snapshot!(masked(&verified.stdout));
}

/// Without fingerprints, times and counts that a new recording of the demo changes.
fn masked(text: &str) -> String {
    let mut text = text.to_owned();
    for (pattern, name) in [
        (r"([0-9A-F]{2}:){15,}[0-9A-F]{2}", "[FINGERPRINT]"),
        (r"\d{4}-\d\d-\d\dT[0-9:.]+Z", "[TIME]"),
        (r"\b\d+\b", "[N]"),
    ] {
        text = regex::Regex::new(pattern).unwrap().replace_all(&text, name).into_owned();
    }
    text
}
