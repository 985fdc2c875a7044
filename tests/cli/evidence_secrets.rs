//! What people wrote where they should not: secrets do not reach a pack, markup and formulas do nothing there.

use crate::support::ciacm::Ciacm;
use crate::support::pack::{Files, unzip};
use crate::support::root;
use crate::support::tools::tool;
use ciacm::inventory::Resource;
use ciacm::inventory::snapshot::{self, Entry, SnapshotError, Writer};
use serde_json::{Value, json};
use std::fs::{self, File};

/// The demo estate, with every resource changed as `change` wants.
fn estate(change: impl Fn(&mut Value)) -> Vec<u8> {
    let demo = root().join("src/provider/demo_estate.snapshot");
    let header = snapshot::verify(File::open(&demo).unwrap()).unwrap();
    let mut writer = Writer::new(Vec::new(), &header).unwrap();
    snapshot::replay(File::open(&demo).unwrap(), |entry| -> Result<(), SnapshotError> {
        writer.entry(&match entry {
            Entry::Resource(resource) => {
                let mut document = resource.into_document();
                change(&mut document);
                Entry::Resource(Resource::from_document(document).unwrap())
            }
            other => other,
        })
    })
    .unwrap();
    writer.finish().unwrap()
}

/// A pack of everything that the shipped controls say of such an estate, and the home that it comes from.
fn pack(change: impl Fn(&mut Value)) -> (Ciacm, Files) {
    let ciacm = Ciacm::new();
    ciacm.run(["init", "--organisation", "Example Corp", "--no-passphrase"]).expect_code(0);
    ciacm.write("estate.snapshot", estate(change));
    ciacm.run(["scan", "snapshot", "estate.snapshot", "--fail-on", "none"]).expect_code(0);
    ciacm.run(["evidence", "export", "--out", "pack.zip"]).expect_code(0);
    let files = unzip(&fs::read(ciacm.path("pack.zip")).unwrap());
    (ciacm, files)
}

fn kind(document: &Value) -> &str {
    document["type"].as_str().unwrap()
}

#[test]
fn planted_secrets_are_nowhere_in_the_pack() {
    // Put together here, so that scanners of repositories do not take them for real.
    let aws = ["wJalrXUtnFEMI", "/K7MDENG/bPxRfiCY", "EXAMPLEKEY"].concat();
    let github = format!("ghp_{}", "a1B2".repeat(9));
    let key = ["-----BEGIN RSA PRIVATE", " KEY-----\nMIIEplantedplanted\n-----END RSA PRIVATE", " KEY-----"].concat();
    let secrets = [
        aws.as_str(),
        &github,
        "MIIEplantedplanted",
        "hunter2-tag",
        "hunter2-text",
        "hunter2-name",
        "hunter2-group",
        "hunter2-referer",
        "hunter2-address",
        "hunter2-key",
        "hunter2-id",
    ];
    let (ciacm, files) = pack(|document| match kind(document) {
        "aws.ec2.instance" => {
            document["tags"] = json!({
                "db_password": "hunter2-tag", "note": "the password=hunter2-text, do not tell", "deploy": github,
                "password=hunter2-key": "x", "secret_rotation": "weekly", "access": aws, "pem": key,
            });
        }
        "aws.ec2.security_group" => {
            document["description"] = "postgres://app:hunter2-address@db.example.com/app".into();
            document["name"] = "token: hunter2-name".into();
        }
        "aws.cloudtrail.trail" => {
            document["log_group_arn"] =
                "arn:aws:logs:eu-west-1:123456789012:log-group:/app/secret=hunter2-group:*".into();
        }
        "aws.s3.bucket" if document["policy"]["statements"].is_array() => {
            let statement = &mut document["policy"]["statements"][0];
            statement["conditions"] =
                json!([{"operator": "StringEquals", "key": "aws:referer", "values": ["hunter2-referer"]}]);
            statement["sid"] = format!("Key {aws}").into();
        }
        "aws.sns.topic" => {
            let id = format!("{}-api_key=hunter2-id", document["id"].as_str().unwrap());
            document["id"] = id.into();
        }
        _ => {}
    });
    // They were in the store, or nothing is shown.
    let database = fs::read(ciacm.home().join("ciacm.db")).unwrap();
    let log = fs::read(ciacm.home().join("ciacm.db-wal")).unwrap_or_default();
    for secret in ["hunter2-tag", "hunter2-id"] {
        let there = |bytes: &[u8]| bytes.windows(secret.len()).any(|window| window == secret.as_bytes());
        assert!(there(&database) || there(&log), "{secret} was not planted");
    }
    let text = tool("pdftotext").map(|pdftotext| {
        let report = ciacm.write("report.pdf", &files["report/evidence-report.pdf"]);
        pdftotext.must([report.as_os_str(), "-".as_ref()])
    });
    for secret in secrets {
        for (path, bytes) in &files {
            let there = bytes.windows(secret.len()).any(|window| window == secret.as_bytes());
            assert!(!there && !path.contains(secret), "{secret} is in {path}");
        }
        assert!(!text.as_ref().is_some_and(|text| text.contains(secret)), "{secret} is in the report");
    }
    let manifest: Value = serde_json::from_slice(&files["manifest.json"]).unwrap();
    let told: std::collections::BTreeSet<&str> =
        manifest["redactions"].as_array().unwrap().iter().map(|one| one["rule"].as_str().unwrap()).collect();
    for rule in [
        "assignment-in-text",
        "aws-secret-access-key",
        "issued-token",
        "named-secret",
        "password-in-address",
        "private-key",
        "shared-secret-in-condition",
    ] {
        assert!(told.contains(rule), "{rule} {told:?}");
    }
    // Every redaction leads to its mark, and what is no secret is still there.
    for one in manifest["redactions"].as_array().unwrap() {
        let (file, path) = (one["file"].as_str().unwrap(), one["path"].as_str().unwrap());
        if path.starts_with('/') {
            let document: Value = serde_json::from_slice(&files[file]).unwrap();
            let found = document.pointer(path).unwrap_or_else(|| panic!("{one} leads nowhere"));
            assert!(path.contains("[REDACTED]") || found.to_string().contains("[REDACTED]"), "{one}");
        } else {
            assert_eq!(file, "audit/entries.jsonl");
        }
    }
    assert!(files.values().any(|bytes| String::from_utf8_lossy(bytes).contains("\"secret_rotation\": \"weekly\"")));
    // Entries that are told by their hash only keep the log whole.
    assert!(manifest["counts"]["audit_entries_withheld"].as_u64().unwrap() > 0);
    ciacm.run(["evidence", "verify", "pack.zip"]).expect_code(0);
    if let Some(python) = tool("python3") {
        let pack = ciacm.unpacked("pack", &files);
        python.must([pack.join("verify/verify.py")]);
    }
}

#[test]
fn nothing_of_the_demo_is_taken_for_a_secret() {
    let (_, files) = pack(|_| {});
    let manifest: Value = serde_json::from_slice(&files["manifest.json"]).unwrap();
    assert_eq!(manifest["redactions"], json!([]));
}

#[test]
fn names_that_are_markup_or_formulas_do_nothing() {
    const MARKUP: &str = "</script><script>alert(1)</script><img src=x onerror=alert(2)>";
    let (ciacm, files) = pack(|document| {
        if kind(document) == "aws.s3.bucket" {
            document["name"] = MARKUP.into();
        }
        if kind(document) == "aws.iam.user" {
            document["name"] = "=HYPERLINK(\"http://evil.example\")".into();
        }
    });
    let page = String::from_utf8(files["index.html"].clone()).unwrap();
    assert!(!page.contains("<script>alert") && !page.contains("<img"), "markup in index.html");
    assert_eq!(page.matches("<script").count(), 2);
    let data = page.split("id=\"data\">").nth(1).unwrap().split("</script>").next().unwrap();
    let data: Value = serde_json::from_str(data).unwrap();
    assert!(data["findings"].to_string().contains("alert(1)"));
    // Nothing is loaded, and only the script of the page runs.
    assert!(page.contains("content=\"default-src 'none'; script-src 'sha256-"));
    let shell = page.replace(page.split("id=\"data\">").nth(1).unwrap().split("</script>").next().unwrap(), "");
    assert!(!shell.contains("http://") && !shell.contains("https://") && !shell.contains("src="));

    let mut table = csv::Reader::from_reader(files["findings/findings.csv"].as_slice());
    let mut seen = 0;
    for row in table.records().map(Result::unwrap) {
        for cell in &row {
            assert!(!cell.starts_with(['=', '+', '-', '@']), "{cell}");
            seen += usize::from(cell.starts_with("'=HYPERLINK"));
        }
    }
    assert!(seen > 0);
    ciacm.run(["evidence", "verify", "pack.zip"]).expect_code(0);
}

/// The demo estate as that of another account.
fn other_account() -> Vec<u8> {
    let demo = root().join("src/provider/demo_estate.snapshot");
    let text = |file: &File| {
        let mut text = String::new();
        std::io::Read::read_to_string(&mut flate2::read::MultiGzDecoder::new(file), &mut text).unwrap();
        text.replace("123456789012", "999999999999")
    };
    let lines = text(&File::open(&demo).unwrap());
    let header = serde_json::from_str(lines.lines().next().unwrap()).unwrap();
    let mut writer = Writer::new(Vec::new(), &header).unwrap();
    for line in lines.lines().skip(1).filter(|line| !line.starts_with("{\"end\"")) {
        writer.entry(&serde_json::from_str(line).unwrap()).unwrap();
    }
    writer.finish().unwrap()
}

#[test]
fn a_pack_of_several_accounts_takes_each_from_its_own_scan() {
    let ciacm = Ciacm::with_demo(&["--control", "AWS-S3-001"]);
    ciacm.write("other.snapshot", other_account());
    let scan = ["scan", "snapshot", "other.snapshot", "--fail-on", "none", "--control", "AWS-S3-001"];
    ciacm.run(scan).expect_code(0);
    ciacm.run(["evidence", "export", "--out", "pack.zip"]).expect_code(0);
    ciacm.run(["evidence", "verify", "pack.zip"]).expect_code(0);
    let files = unzip(&fs::read(ciacm.path("pack.zip")).unwrap());
    let json = |path: &str| -> Value { serde_json::from_slice(&files[path]).unwrap() };
    let manifest = json("manifest.json");
    let accounts = manifest["scope"]["accounts"].as_array().unwrap();
    let told: Vec<_> = accounts.iter().map(|one| one["id"].as_str().unwrap()).collect();
    assert_eq!(told, ["123456789012", "999999999999"]);
    assert_ne!(accounts[0]["scan"], accounts[1]["scan"]);
    let findings = json("findings/findings.json")["findings"].as_array().unwrap().clone();
    for account in accounts {
        let own = findings.iter().filter(|one| one["account"] == account["id"]);
        assert_eq!(own.clone().count() * 2, findings.len());
        for finding in own {
            let document = json(finding["resource_file"].as_str().unwrap());
            assert_eq!((&document["resource"]["account"], &document["scan"]), (&account["id"], &account["scan"]));
        }
    }
    let results = json("oscal/assessment-results.json")["assessment-results"]["results"].as_array().unwrap().clone();
    let observed: usize = results.iter().map(|one| one["observations"].as_array().unwrap().len()).sum();
    assert_eq!((results.len(), observed), (2, findings.len()));
}
