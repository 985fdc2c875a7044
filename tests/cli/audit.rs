//! `ciacm audit`: listing, showing, verifying, checkpoints and their copies.

use crate::support::ciacm::Ciacm;
use crate::support::root;
use crate::support::tools::tool;
use crate::support::tsa::{Manner, Tsa};
use serde_json::Value;
use std::path::Path;
use std::process::Command;

const SCAN: [&str; 6] = ["scan", "demo", "--fail-on", "none", "--service", "sns"];

fn scanned() -> Ciacm {
    let ciacm = Ciacm::new();
    ciacm.args(SCAN).run().expect_code(0);
    ciacm
}

/// Without what differs from run to run and from machine to machine.
fn scrubbed(text: &str) -> String {
    let mut text = text.to_owned();
    for (pattern, name) in [
        (r"\b[0-9a-f]{64}\b|[A-Za-z0-9+/]{43}=", "[HASH]"),
        (r"(?m)by           \S+ on \S+, with", "by           [USER] on [HOST], with"),
        (r"(ciacm/|scan )[0-9a-f]{8}-[0-9a-f-]*…", "$1[ID]…"),
        (r"([0-9A-F]{2}:){31}[0-9A-F]{2}", "[FINGERPRINT]"),
    ] {
        text = regex::Regex::new(pattern).unwrap().replace_all(&text, name).into_owned();
    }
    text
}

fn lines(ciacm: &Ciacm, filter: &[&str]) -> Vec<Value> {
    let output = ciacm.args(["audit", "list", "--format", "jsonl"]).args(filter).run().expect_code(0);
    output.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn verify(ciacm: &Ciacm, arguments: &[&str], code: i32) -> Value {
    ciacm.args(["audit", "verify", "--format", "json"]).args(arguments).run().expect_code(code).json()
}

#[test]
fn every_command_that_writes_leaves_a_checkpoint_of_what_is_new() {
    let ciacm = Ciacm::new();
    let checkpoints = || {
        let mut names: Vec<_> = std::fs::read_dir(ciacm.home().join("checkpoints"))
            .map(|files| files.map(|file| file.unwrap().file_name().into_string().unwrap()).collect())
            .unwrap_or_default();
        names.sort();
        names
    };
    ciacm.args(SCAN).run().expect_code(0);
    let after_scan = checkpoints();
    let size = lines(&ciacm, &[]).len();
    assert_eq!(after_scan, [format!("{size:012}.txt")]);
    let text = std::fs::read_to_string(ciacm.home().join("checkpoints").join(&after_scan[0])).unwrap();
    let origin = lines(&ciacm, &["--event", "log"])[0]["detail"]["origin"].as_str().unwrap().to_owned();
    assert!(text.starts_with(&format!("{origin}\n{size}\n")), "{text}");
    // Those that only read leave none.
    for reading in [&["audit", "list"][..], &["findings", "list"], &["audit", "show", "1"]] {
        ciacm.args(reading).run().expect_code(0);
    }
    assert_eq!(checkpoints(), after_scan);
    // A scan that could not begin wrote nothing.
    ciacm.args(["scan", "demo", "--control", "NO-SUCH-1"]).run().expect_code(2);
    assert_eq!(checkpoints(), after_scan);
    ciacm.args(["audit", "verify"]).run().expect_code(0);
    assert_eq!(checkpoints().len(), 2);
}

#[test]
fn entries_are_listed_filtered_and_shown() {
    let ciacm = scanned();
    let table = ciacm.args(["audit", "list"]).run().expect_code(0);
    assert!(table.stdout.lines().all(|line| line.chars().count() <= 80), "{}", table.stdout);
    insta::assert_snapshot!(scrubbed(&table.snapshot()));
    let all = lines(&ciacm, &[]);
    let seqs: Vec<_> = all.iter().map(|entry| entry["seq"].as_u64().unwrap()).collect();
    assert_eq!(seqs, (1..=all.len() as u64).collect::<Vec<_>>());
    assert_eq!(all[1]["action"], "scan demo");
    for (filter, key, expected) in [
        (&["--event", "finding.opened"][..], "event", "finding.opened"),
        (&["--control", "aws-sns-001"], "control", "AWS-SNS-001"),
        (&["--account", "123456789012"], "account", "123456789012"),
        (&["--resource", "ACME-OLD"], "resource", "arn:aws:sns:us-east-1:123456789012:acme-old-alerts"),
    ] {
        let found = lines(&ciacm, filter);
        assert!(!found.is_empty() && found.len() < all.len(), "{filter:?}");
        assert!(found.iter().all(|entry| entry[key] == expected), "{filter:?}: {found:?}");
    }
    assert_eq!(lines(&ciacm, &["--event", "scan"]).len(), 2);
    assert_eq!(lines(&ciacm, &["--event", "scan,log.started"]).len(), 3);
    let actor = all[0]["actor"]["user"].as_str().unwrap();
    assert_eq!(lines(&ciacm, &["--actor", actor]).len(), all.len());
    assert_eq!(lines(&ciacm, &["--actor", "somebody-else"]).len(), 0);
    assert_eq!(lines(&ciacm, &["--since", "2020-01-01", "--until", "2100-01-01"]).len(), all.len());
    assert_eq!(lines(&ciacm, &["--until", "2020-01-01"]).len(), 0);
    assert_eq!(lines(&ciacm, &["--text", "CIACM/"]), all[..1]);
    assert_eq!(lines(&ciacm, &["--last", "2"]), all[all.len() - 2..]);
    let nothing = ciacm.args(["audit", "list", "--text", "no such thing"]).run().expect_code(0);
    assert!(nothing.stdout.starts_with("No entry"), "{}", nothing.stdout);

    insta::assert_snapshot!(scrubbed(&ciacm.args(["audit", "show", "3"]).run().expect_code(0).snapshot()));
    let shown = ciacm.args(["audit", "show", "3", "--format", "json"]).run().expect_code(0).json();
    assert_eq!(shown["entry"], all[2]);
    assert_eq!(shown["leaf"], all[3]["prev"]);
    assert_eq!(shown["inclusion"]["index"], 2);
    insta::assert_snapshot!(ciacm.args(["audit", "show", "4000"]).run().expect_code(2).snapshot());
    for wrong in [&["--event", "scans"][..], &["--since", "yesterday"]] {
        ciacm.args(["audit", "list"]).args(wrong).run().expect_code(2);
    }
}

#[test]
fn an_export_has_the_exact_bytes_and_verifies_without_a_database() {
    let ciacm = scanned();
    ciacm.args(["audit", "list", "--export", "entries.jsonl"]).run().expect_code(0);
    let exported = std::fs::read_to_string(ciacm.path("entries.jsonl")).unwrap();
    let printed = ciacm.args(["audit", "list", "--format", "jsonl"]).run().expect_code(0).stdout;
    assert_eq!(exported, printed);
    let array = ciacm.args(["audit", "list", "--format", "json"]).run().expect_code(0);
    assert_eq!(array.json().as_array().unwrap().len(), exported.lines().count());
    assert!(exported.lines().all(|line| array.stdout.contains(line)), "byte for byte in the array too");

    std::fs::rename(ciacm.home().join("checkpoints"), ciacm.path("elsewhere")).unwrap();
    std::fs::remove_dir_all(ciacm.home()).unwrap();
    let entries = ["--entries", "entries.jsonl"];
    let found = verify(&ciacm, &[&entries[..], &["--against", "elsewhere"]].concat(), 0);
    let size = exported.lines().count();
    assert_eq!((&found["size"], &found["covered_elsewhere"]), (&size.into(), &size.into()));
    assert_eq!((&found["chain_only"], &found["recorded"]), (&Value::Null, &Value::Null));
    assert!(!ciacm.home().exists(), "nothing is made");
    // Without a checkpoint nothing but the chain speaks for it.
    assert_eq!(verify(&ciacm, &entries, 0)["chain_only"]["from"], 1);
    let changed = |change: &dyn Fn(&mut Vec<String>), bad: u64| {
        let mut lines: Vec<String> = exported.lines().map(str::to_owned).collect();
        change(&mut lines);
        ciacm.write("changed.jsonl", lines.join("\n"));
        let found = verify(&ciacm, &["--entries", "changed.jsonl"], 4);
        assert_eq!(found["first_bad"]["from"], bad, "{found:#}");
    };
    changed(&|lines| drop(lines.remove(0)), 1);
    changed(&|lines| drop(lines.remove(4)), 5);
    changed(&|lines| lines.swap(4, 5), 5);
    changed(&|lines| lines[4].clear(), 5);
    changed(&|lines| lines.push("{}".to_owned()), size as u64 + 1);
    changed(&|lines| lines[4] = lines[4].replace("FAIL", "PASS"), 6);
    ciacm.args(["audit", "verify", "--entries", "missing.jsonl"]).run().expect_code(2);
}

#[test]
fn verifying_says_what_is_proved_and_is_itself_recorded() {
    let ciacm = scanned();
    insta::assert_snapshot!(scrubbed(&ciacm.args(["audit", "verify"]).run().expect_code(0).snapshot()));
    let last = &lines(&ciacm, &["--last", "1"])[0];
    assert_eq!((&last["event"], &last["outcome"]), (&"log.verified".into(), &"success".into()));
    // Without any checkpoint.
    std::fs::remove_dir_all(ciacm.home().join("checkpoints")).unwrap();
    let found = verify(&ciacm, &[], 0);
    assert_eq!((&found["covered"], &found["chain_only"]["from"]), (&0.into(), &1.into()));
    // With one that is no checkpoint, one of another log, none at all.
    ciacm.write("other/1.txt", "ciacm/other\n1\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n");
    assert_eq!(verify(&ciacm, &["--against", "other/1.txt"], 4)["checkpoints"][0]["agreement"], "another_log");
    ciacm.write("bad/1.txt", "nonsense");
    let found = verify(&ciacm, &["--against", "bad/1.txt"], 4);
    assert!(found["checkpoints"][0]["agreement"]["unreadable"].as_str().unwrap().contains("no checkpoint"));
    ciacm.write("empty/readme.md", "");
    // The signature of a checkpoint, which is easily named instead of it.
    ciacm.write("bad/1.p7s", [0x30, 0x80]);
    for nothing in ["empty", "nowhere", "bad/1.p7s"] {
        ciacm.args(["audit", "verify", "--against", nothing]).run().expect_code(2);
    }
    let failed = &lines(&ciacm, &["--last", "1"])[0];
    assert_eq!((&failed["event"], &failed["outcome"]), (&"log.verified".into(), &"failure".into()));
}

#[test]
fn a_log_that_does_not_hold_is_told_with_its_first_bad_entry() {
    let ciacm = scanned();
    let db = rusqlite::Connection::open(ciacm.home().join("ciacm.db")).unwrap();
    db.execute_batch("DROP TRIGGER audit_log_refuses_update").unwrap();
    db.execute(
        "UPDATE audit_log SET body = CAST(replace(CAST(body AS TEXT), 'FAIL', 'PASS') AS BLOB) WHERE seq = 4",
        [],
    )
    .unwrap();
    drop(db);
    insta::assert_snapshot!(scrubbed(&ciacm.args(["audit", "verify"]).run().expect_code(4).snapshot()));
    // One that is no JSON is told where it is asked for.
    let path = ciacm.home().join("ciacm.db");
    let mut bytes = std::fs::read(&path).unwrap();
    let sixth = ciacm.args(["audit", "list", "--format", "jsonl"]).run().stdout.lines().nth(5).unwrap().to_owned();
    let places: Vec<usize> =
        (0..bytes.len() - sixth.len()).filter(|&at| bytes[at..].starts_with(sixth.as_bytes())).collect();
    places.iter().for_each(|&at| bytes[at] = b'!');
    assert!(!places.is_empty());
    std::fs::write(&path, bytes).unwrap();
    assert_eq!(verify(&ciacm, &[], 4)["first_bad"]["from"], 4);
    for asking in [&["show", "6"][..], &["list"], &["list", "--event", "scan"]] {
        let output = ciacm.args(["audit"]).args(asking).run().expect_code(2);
        assert!(output.stderr.contains("audit verify"), "{asking:?}: {}", output.stderr);
    }
}

#[test]
fn checkpoints_are_signed_where_nobody_must_be_asked() {
    let ciacm = Ciacm::new();
    ciacm.args(["init", "--organisation", "Example Corp", "--no-passphrase"]).run().expect_code(0);
    ciacm.args(SCAN).run().expect_code(0);
    let told = ciacm.args(["audit", "verify"]).run().expect_code(0);
    insta::assert_snapshot!(scrubbed(&told.snapshot()));
    let found = verify(&ciacm, &[], 0);
    let newest = found["signed"].as_u64().unwrap();
    assert_eq!(found["signed"], found["covered"]);
    assert!(lines(&ciacm, &["--last", "1"])[0]["org"] == "Example Corp");

    // Other people's tools agree.
    let checkpoints = ciacm.home().join("checkpoints");
    let file = |extension: &str| checkpoints.join(format!("{newest:012}.{extension}"));
    ciacm.args(["key", "export", "public"]).run().expect_code(0);
    let root = ciacm.path("public/ca.crt");
    if let Some(openssl) = tool("openssl") {
        let arguments = ["cms", "-verify", "-binary", "-inform", "DER", "-purpose", "any", "-out", "/dev/null", "-in"];
        let arguments = arguments.map(std::ffi::OsString::from).into_iter();
        openssl.must(arguments.chain([
            file("p7s").into(),
            "-content".into(),
            file("txt").into(),
            "-CAfile".into(),
            root.clone().into(),
        ]));
    }

    // Only the root that was given counts.
    let trusted = ["--trusted-ca", root.to_str().unwrap()];
    assert_eq!(verify(&ciacm, &trusted, 0)["checkpoints"][0]["signature"]["valid"]["trusted"], true);
    let other = Ciacm::new();
    other.args(["init", "--organisation", "Other", "--no-passphrase"]).run().expect_code(0);
    other.args(["key", "export", "public"]).run().expect_code(0);
    let stranger = other.path("public/ca.crt");
    let found = verify(&ciacm, &["--trusted-ca", stranger.to_str().unwrap()], 4);
    assert!(found["checkpoints"][0]["signature"]["invalid"].as_str().unwrap().contains("root"), "{found:#}");
    ciacm.args(["audit", "verify", "--trusted-ca", "missing.crt"]).run().expect_code(2);
    ciacm.write("no.crt", "nonsense");
    ciacm.args(["audit", "verify", "--trusted-ca", "no.crt"]).run().expect_code(2);

    // A signature of another text, and one that is none.
    let (newer, older) = (
        file("p7s"),
        checkpoints.join(
            std::fs::read_dir(&checkpoints)
                .unwrap()
                .find_map(|file| {
                    let name = file.unwrap().file_name();
                    let name = name.to_str().unwrap();
                    (name.ends_with(".p7s") && !name.starts_with(&format!("{newest:012}"))).then(|| name.to_owned())
                })
                .unwrap(),
        ),
    );
    for forged in [std::fs::read(&older).unwrap(), b"nonsense".to_vec()] {
        std::fs::write(&newer, forged).unwrap();
        let found = verify(&ciacm, &[], 4);
        assert_eq!(found["holds"], false);
    }
}

#[test]
fn a_key_with_a_passphrase_signs_where_the_passphrase_is_configured() {
    let ciacm = Ciacm::new();
    let scan = |variable: Option<&str>| {
        let command = ciacm.args(SCAN);
        variable.map_or_else(|| ciacm.args(SCAN), |text| command.env("CIACM_PASSPHRASE", text)).run().expect_code(0)
    };
    let signed = || verify(&ciacm, &[], 0)["signed"].as_u64().unwrap();
    let init = ciacm.args(["init", "--organisation", "Example Corp"]).env("CIACM_PASSPHRASE", "correct horse battery");
    init.run().expect_code(0);
    let before = signed();
    // Nobody is asked: the checkpoint is there, without a signature.
    assert_eq!(scan(None).stderr, "");
    assert_eq!(signed(), before);
    let wrong = scan(Some("something else altogether"));
    assert!(wrong.stderr.starts_with("warning: the checkpoint of the audit log is not signed"), "{}", wrong.stderr);
    scan(Some("correct horse battery"));
    assert!(signed() > before);

    // Asked for by name, a checkpoint is signed or refused.
    let refused = ciacm.args(["audit", "checkpoint"]).run().expect_code(2);
    assert!(refused.stderr.contains("CIACM_PASSPHRASE"), "{}", refused.stderr);
    let made = ciacm.args(["audit", "checkpoint"]).env("CIACM_PASSPHRASE", "correct horse battery");
    insta::assert_snapshot!(scrubbed(&made.run().expect_code(0).snapshot()));
    let found = verify(&ciacm, &[], 0);
    assert_eq!(found["signed"], found["covered"]);
    // No time stamp is a warning, or a failure where it is required.
    let nobody = ["audit", "checkpoint", "--tsa", "http://127.0.0.1:9/"];
    let checkpoint = |more: &[&str], code| {
        let command = ciacm.args(nobody).args(more).env("CIACM_PASSPHRASE", "correct horse battery");
        command.run().expect_code(code)
    };
    assert!(checkpoint(&[], 0).stderr.contains("no time stamp"));
    assert!(checkpoint(&["--tsa-required"], 2).stderr.contains("no time stamp"));
    ciacm.args(["audit", "checkpoint", "--tsa", "nonsense"]).run().expect_code(2);
}

#[test]
fn checkpoints_are_stamped_and_time_stamps_are_checked() {
    let Some(authority) = Tsa::start(Manner::Honest) else { return };
    let ciacm = Ciacm::new();
    ciacm.args(["init", "--organisation", "Example Corp", "--no-passphrase"]).run().expect_code(0);
    let made = ciacm.args(["audit", "checkpoint", "--format", "json", "--tsa-required", "--tsa"]);
    let made = made.args([authority.url()]).run().expect_code(0).json();
    assert_eq!((&made["signed"], &made["stamped"]), (&true.into(), &true.into()));
    let newest = |more: &[&str], code| {
        let found = verify(&ciacm, more, code);
        let all = found["checkpoints"].as_array().unwrap().clone();
        all.into_iter().find(|checked| checked["size"] == made["size"]).unwrap()["timestamp"].clone()
    };
    assert_eq!(newest(&[], 0)["valid"]["trusted"], false);
    let root = authority.root();
    assert_eq!(newest(&["--tsa-ca", root.to_str().unwrap()], 0)["valid"]["trusted"], true);
    let told = ciacm.args(["audit", "verify"]).run().expect_code(0).stdout;
    let told = told.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(told.contains("stamped at") && told.contains("by CN=Time stamps"), "{told}");
    // Openssl reads the same token.
    let (text, token) = (made["file"].as_str().unwrap(), made["file"].as_str().unwrap().replace(".txt", ".tst"));
    let openssl = tool("openssl").expect("the authority is one");
    openssl.must(["ts", "-verify", "-data", text, "-in", &token, "-token_in", "-CAfile", root.to_str().unwrap()]);
    // A token of something else is found, and that alone.
    let checkpoints = verify(&ciacm, &[], 0)["checkpoints"].as_array().unwrap().clone();
    let other = checkpoints.iter().position(|checked| checked["timestamp"] == "none").unwrap();
    std::fs::copy(&token, checkpoints[other]["file"].as_str().unwrap().replace(".txt", ".tst")).unwrap();
    let found = verify(&ciacm, &[], 4);
    assert_eq!((&found["holds"], &found["first_bad"]), (&false.into(), &Value::Null));
    let told = found["checkpoints"][other]["timestamp"]["invalid"].as_str().unwrap();
    assert!(told.contains("other content"), "{found:#}");
}

#[test]
fn there_is_nothing_to_verify_without_a_home() {
    let ciacm = Ciacm::new();
    for command in ["list", "verify"] {
        ciacm.args(["audit", command]).run().expect_code(2);
    }
    assert!(!ciacm.home().exists());
    for command in [&["checkpoint"][..], &["anchor", "--to", "copies"]] {
        ciacm.args(["audit"]).args(command).run().expect_code(2);
    }
}

#[test]
fn checkpoints_are_copied_and_copies_are_never_replaced() {
    let ciacm = scanned();
    let anchor = |to: &str| ciacm.args(["audit", "anchor", "--to", to]).run();
    insta::assert_snapshot!(scrubbed(&anchor("copies").expect_code(0).snapshot()));
    let anchored = &lines(&ciacm, &["--last", "1"])[0];
    assert_eq!((&anchored["event"], &anchored["detail"]["to"]), (&"checkpoint.anchored".into(), &"copies".into()));
    assert!(anchor("copies").expect_code(0).stdout.contains("1 new file of 2 files"));
    let found = verify(&ciacm, &["--against", "copies"], 0);
    assert!(found["covered_elsewhere"].as_u64().unwrap() > 5);
    // One that differs is left as it is, and the refusal is recorded.
    let first = std::fs::read_dir(ciacm.path("copies")).unwrap().next().unwrap().unwrap().path();
    std::fs::write(&first, "another").unwrap();
    let refused = anchor("copies").expect_code(4);
    assert!(refused.stderr.contains("is not what this home has"), "{}", refused.stderr);
    assert_eq!(std::fs::read_to_string(&first).unwrap(), "another");
    let last = &lines(&ciacm, &["--last", "1"])[0];
    assert_eq!(
        (&last["event"], &last["outcome"], &last["action"]),
        (&"refused".into(), &"refused".into(), &"audit anchor".into())
    );
    ciacm.write("file", "");
    anchor("file/below").expect_code(2);
    anchor("s3://").expect_code(2);
    if !cfg!(feature = "aws") {
        anchor("s3://bucket/prefix").expect_code(2);
    }
}

#[test]
fn checkpoints_are_committed_to_a_git_repository() {
    let ciacm = scanned();
    let git = |arguments: &[&str]| {
        let output = Command::new("git").arg("-C").arg(ciacm.path("repository")).args(arguments).output().unwrap();
        assert!(output.status.success(), "{output:?}");
        String::from_utf8(output.stdout).unwrap()
    };
    std::fs::create_dir(ciacm.path("repository")).unwrap();
    let anchor = || {
        let command = ciacm.args(["audit", "anchor", "--to", "git:repository"]);
        let command = ["AUTHOR", "COMMITTER"].iter().fold(command, |command, role| {
            command.env(&format!("GIT_{role}_NAME"), "ann").env(&format!("GIT_{role}_EMAIL"), "ann@example.org")
        });
        command.run()
    };
    // Not yet a repository.
    let refused = anchor().expect_code(2);
    assert!(refused.stderr.contains("git cannot commit"), "{}", refused.stderr);
    git(&["init", "--quiet"]);
    ciacm.write("repository/other.txt", "not ours, and not to be committed");
    anchor().expect_code(0);
    anchor().expect_code(0);
    assert_eq!(git(&["log", "--format=%s"]).lines().count(), 2);
    assert!(git(&["log", "-1", "--format=%s"]).starts_with("Anchor the audit log at entry "));
    assert_eq!(git(&["status", "--porcelain"]), "?? other.txt\n");
}

#[test]
fn several_processes_scan_and_verify_at_once() {
    let ciacm = scanned();
    let scans: Vec<_> = (0..2).map(|_| ciacm.args(SCAN).spawn()).collect();
    for _ in 0..6 {
        let output = ciacm.args(["audit", "verify"]).run().expect_code(0);
        assert_eq!(output.stderr, "");
    }
    for scan in scans {
        let output = scan.wait_with_output().unwrap();
        assert!(output.status.success() && output.stderr.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
    }
    assert_eq!(verify(&ciacm, &[], 0)["holds"], true);
}

#[cfg(target_os = "linux")]
#[test]
fn a_read_only_home_is_verified_and_nothing_is_recorded() {
    let ciacm = Ciacm::new();
    let script = r#"
        $ciacm scan demo --service sns --fail-on none > /dev/null
        mount -o remount,ro home
        $ciacm audit verify | grep -E "holds|cover|recorded|written"
        $ciacm audit list --event scan | grep -c scan\\.
    "#;
    if let Some(said) = crate::homes::with_small_disk(&ciacm, "64m", script) {
        insta::assert_snapshot!(said);
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_costs_no_entry_that_was_appended() {
    let ciacm = Ciacm::new();
    let script = r#"
        $ciacm scan demo --service sns --fail-on none > /dev/null
        before=$($ciacm audit list --format jsonl | wc -l)
        dd if=/dev/zero of=home/ballast bs=4k 2> /dev/null || true
        $ciacm scan demo --fail-on none > /dev/null 2>&1 && echo "it had room"
        $ciacm audit verify > full 2>&1 || cat full
        grep holds full
        rm home/ballast
        after=$($ciacm audit list --format jsonl | wc -l)
        test "$after" -ge "$before" && echo "nothing is lost"
        $ciacm scan demo --fail-on none > /dev/null && $ciacm audit verify | grep holds
    "#;
    if let Some(said) = crate::homes::with_small_disk(&ciacm, "64m", script) {
        insta::assert_snapshot!(said);
    }
}

/// The program of docs/audit-log.md verifies an export, and finds what was changed.
#[test]
fn the_second_implementation_in_the_documentation_works() {
    let page = std::fs::read_to_string(root().join("docs/audit-log.md")).unwrap();
    let program = page.split("```python\n").nth(1).unwrap().split("```").next().unwrap();
    let ciacm = scanned();
    ciacm.write("verify.py", program);
    ciacm.args(["audit", "list", "--export", "entries.jsonl"]).run().expect_code(0);
    let exported = std::fs::read_to_string(ciacm.path("entries.jsonl")).unwrap();
    let size = exported.lines().count();
    let checkpoint = ciacm.home().join(format!("checkpoints/{size:012}.txt"));
    let run = |entries: &str, checkpoint: &Path| {
        let python =
            Command::new("python3").current_dir(ciacm.path("")).args(["verify.py", entries]).arg(checkpoint).output();
        match python {
            Ok(output) => Some((output.status.success(), String::from_utf8_lossy(&output.stdout).into_owned())),
            Err(_) => {
                crate::support::announce(
                    "SKIPPED: there is no python3, so the program in docs/audit-log.md is not run",
                );
                None
            }
        }
    };
    let Some((held, said)) = run("entries.jsonl", &checkpoint) else { return };
    assert!(held && said.contains(&format!("{size} entries")), "{said}");
    ciacm.write("edited.jsonl", exported.replacen("FAIL", "PASS", 1));
    ciacm.write("cut.jsonl", exported.lines().take(size - 1).map(|line| format!("{line}\n")).collect::<String>());
    let other =
        std::fs::read_to_string(&checkpoint).unwrap().replace(&format!("\n{size}\n"), &format!("\n{}\n", size - 1));
    let other = ciacm.write("other.txt", other);
    for (entries, checkpoint) in [("edited.jsonl", &checkpoint), ("cut.jsonl", &checkpoint), ("entries.jsonl", &other)]
    {
        assert!(!run(entries, checkpoint).unwrap().0, "{entries}");
    }
}
