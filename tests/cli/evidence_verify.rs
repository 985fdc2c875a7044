//! Verifying packs: with `ciacm`, and with other people's tools where there is no `ciacm`.

#[cfg(unix)]
use crate::own_keys::{RSA, corporate, issue};
use crate::support::ciacm::Ciacm;
use crate::support::pack::{FEW, Files, shared, unzip, zipped};
use crate::support::tools::tool;
use serde_json::Value;
use std::fs;
use std::path::Path;
use std::process::Command;

/// Runs a shell command in an environment that has the system's tools and nothing else.
fn shell(directory: &Path, command: &str) -> (bool, String) {
    let output = Command::new("sh")
        .current_dir(directory)
        .env_clear()
        .env("PATH", "/usr/local/bin:/usr/bin:/bin")
        .args(["-ec", command])
        .output()
        .unwrap();
    (
        output.status.success(),
        [output.stdout, output.stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).concat(),
    )
}

/// The shell blocks of a README.
fn commands(readme: &str) -> Vec<String> {
    readme.split("```sh\n").skip(1).filter_map(|rest| rest.split("```").next()).map(str::to_owned).collect()
}

#[test]
fn the_commands_of_its_own_readme_verify_it_without_ciacm() {
    if ["openssl", "pdfsig", "python3", "sha256sum"].iter().any(|name| tool(name).is_none()) {
        return;
    }
    let ciacm = Ciacm::with_demo(&[]);
    ciacm.run(["evidence", "export", "--out", "pack"]).expect_code(0);
    let pack = ciacm.path("pack");
    let readme = fs::read_to_string(pack.join("README.md")).unwrap();
    let commands = commands(&readme);
    assert_eq!(commands.len(), 4);
    assert!(!commands.concat().contains("ciacm"));
    let mut said = String::new();
    for command in &commands {
        let (good, text) = shell(&pack, command);
        assert!(good, "{command}\n{text}");
        said.push_str(&text);
    }
    let fingerprint = readme.lines().find(|line| line.starts_with("    ") && line.contains(':')).unwrap().trim();
    for expected in [
        "CMS Verification successful",
        fingerprint,
        "All checks passed.",
        "Signature is Valid",
        "Total document signed",
    ] {
        assert!(said.contains(expected), "{expected}\n{said}");
    }
    let (good, text) = shell(&pack, "sh verify/verify.sh");
    assert!(good && !text.contains("skipped"), "{text}");
    // From anywhere, too.
    assert!(shell(Path::new("/"), &format!("python3 {}/verify/verify.py", pack.display())).0);
}

/// The same pack with one byte of one file changed.
fn flipped(files: &Files, path: &str) -> Files {
    let mut changed = files.clone();
    let bytes = changed.get_mut(path).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    changed
}

/// What the tools of a stranger say, all together: list of hashes, signatures, `verify.py`.
fn strangers_find(pack: &Path) -> [bool; 3] {
    let sums = shell(pack, "sha256sum -c --quiet --strict SHA256SUMS").0;
    let signed = ["SHA256SUMS", "audit/checkpoint.txt"].iter().all(|file| {
        let verify = "openssl cms -verify -binary -inform DER -purpose any -CAfile keys/ca.crt -out /dev/null";
        shell(pack, &format!("{verify} -in {file}.p7s -content {file}")).0
    });
    let python = shell(pack, "python3 verify/verify.py").0;
    [!sums, !signed, !python]
}

#[test]
fn a_changed_byte_of_any_file_is_found_by_everyone() {
    if ["openssl", "python3", "sha256sum"].iter().any(|name| tool(name).is_none()) {
        return;
    }
    let shared = shared();
    let ciacm = Ciacm::new();
    let pack = ciacm.unpacked("good", &shared.files);
    assert_eq!(strangers_find(&pack), [false; 3]);
    ciacm.verify(&pack).expect_code(0);
    for path in shared.files.keys() {
        let name = path.replace('/', "_");
        let pack = ciacm.unpacked(&name, &flipped(&shared.files, path));
        let output = ciacm.verify(&pack);
        assert_eq!(output.code, Some(4), "{path}: {}", output.stdout);
        let [sums, signed, python] = strangers_find(&pack);
        match path.as_str() {
            "SHA256SUMS" => assert!(signed && python, "{path}"),
            "SHA256SUMS.p7s" => assert!(signed, "{path}"),
            _ => assert!(sums && (python || path == "verify/verify.py"), "{path}: {sums} {python}"),
        }
    }
}

#[test]
fn a_changed_byte_of_the_report_is_found_by_its_own_signature() {
    let Some(pdfsig) = tool("pdfsig") else { return };
    let shared = shared();
    let report = &shared.files["report/evidence-report.pdf"];
    for part in 1..12 {
        let mut changed = report.clone();
        changed[report.len() * part / 12] ^= 1;
        let path = shared.ciacm.write(&format!("changed-{part}.pdf"), &changed);
        let answer = pdfsig.run([Path::new("-nocert"), &path]);
        assert!(!answer.text().contains("Signature is Valid"), "part {part}: {}", answer.text());
    }
}

#[test]
fn files_that_are_missing_added_or_exchanged_are_found() {
    let shared = shared();
    let ciacm = Ciacm::new();
    let resources: Vec<&String> = shared.files.keys().filter(|path| path.starts_with("resources/")).collect();
    let mut cases: Vec<(&str, Files)> = Vec::new();
    for path in ["README.md", "SHA256SUMS.p7s", "SHA256SUMS", "manifest.json", "keys/ca.crt", "audit/entries.jsonl"] {
        let mut files = shared.files.clone();
        files.remove(path);
        cases.push(("missing", files));
    }
    for path in ["resources/extra.json", "extra", "keys/signer.key", "SHA256SUMS.txt"] {
        let mut files = shared.files.clone();
        files.insert(path.to_owned(), b"{}".to_vec());
        cases.push(("added", files));
    }
    let mut files = shared.files.clone();
    files.insert(resources[0].clone(), shared.files[resources[1]].clone());
    files.insert(resources[1].clone(), shared.files[resources[0]].clone());
    cases.push(("exchanged", files));
    // A time stamp of something else.
    let mut files = shared.files.clone();
    files.insert("SHA256SUMS.tst".to_owned(), b"0\x03\x02\x01\x00".to_vec());
    cases.push(("no time stamp", files));
    for (number, (what, files)) in cases.iter().enumerate() {
        let output = ciacm.verify(&ciacm.unpacked(&format!("case-{number}"), files));
        assert_eq!(output.code, Some(4), "{what} {number}: {}", output.stdout);
    }
}

/// Makes the hashes of a changed pack agree again, as somebody would who has no key.
fn rehashed(files: &Files) -> Files {
    let mut files = files.clone();
    let mut manifest: Value = serde_json::from_slice(&files["manifest.json"]).unwrap();
    for file in manifest["files"].as_array_mut().unwrap() {
        let bytes = &files[file["path"].as_str().unwrap()];
        file["sha256"] = sha256(bytes).into();
        file["size"] = bytes.len().into();
    }
    files.insert("manifest.json".to_owned(), serde_json::to_vec(&manifest).unwrap());
    let sums: String = files
        .iter()
        .filter(|(path, _)| !path.starts_with("SHA256SUMS"))
        .map(|(path, bytes)| format!("{}  {path}\n", sha256(bytes)))
        .collect();
    files.insert("SHA256SUMS".to_owned(), sums.into_bytes());
    files
}

fn sha256(bytes: &[u8]) -> String {
    use sha2::{Digest, Sha256};
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

#[test]
fn hashes_that_were_made_to_agree_do_not_help_without_the_key() {
    let shared = shared();
    let ciacm = Ciacm::new();
    let mut files = shared.files.clone();
    let findings = String::from_utf8(files["findings/findings.json"].clone()).unwrap();
    files.insert("findings/findings.json".to_owned(), findings.replace("\"FAIL\"", "\"PASS\"").into_bytes());
    let output = ciacm.verify(&ciacm.unpacked("forged", &rehashed(&files)));
    assert_eq!(output.code, Some(4));
    for expected in
        ["the content is not what was signed", "counts what is there: PASS", "an attachment is another file"]
    {
        let said = output.stdout.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(said.contains(expected), "{expected}\n{said}");
    }
}

#[test]
fn a_pack_that_another_root_signed_is_told_from_a_trusted_one() {
    let shared = shared();
    // The same organisation by name, with keys of its own.
    let other = Ciacm::with_demo(&FEW);
    other.run(["evidence", "export", "--out", "pack.zip"]).expect_code(0);
    let trusted = other.write("trusted.crt", &shared.root);
    let own = other.run(["evidence", "verify", "pack.zip", "--format", "json"]).expect_code(0).json();
    assert_eq!(
        (&own["proved"]["integrity"]["proved"], &own["proved"]["origin"]["proved"]),
        (&true.into(), &false.into())
    );
    let output = other.run(["evidence", "verify", "pack.zip", "--trusted-ca", "trusted.crt"]).expect_code(4);
    assert!(output.stdout.contains("does not come from the trusted root"), "{}", output.stdout);

    let good = other.write("good.zip", &shared.zip);
    let report = other.args(["evidence", "verify", "--format", "json", "--trusted-ca"]).args([&trusted, &good]).run();
    let report = report.expect_code(0).json();
    assert_eq!(report["proved"]["origin"]["proved"], true);
    assert!(report["checks"].as_array().unwrap().iter().all(|check| check["outcome"] == "passed"), "{report}");
    let (good, text) =
        shell(&other.unpacked("good", &shared.files), &format!("sh verify/verify.sh {}", trusted.display()));
    assert!(good, "{text}");
    let (good, text) = shell(
        &other.unpacked("bad", &unzip(&fs::read(other.path("pack.zip")).unwrap())),
        &format!("sh verify/verify.sh {}", trusted.display()),
    );
    assert!(!good && text.contains("FAILED  SHA256SUMS is signed"), "{text}");
}

#[test]
fn each_pack_goes_on_from_the_one_before() {
    let ciacm = Ciacm::with_demo(&FEW);
    ciacm.run(["evidence", "export", "--out", "one.zip"]).expect_code(0);
    ciacm.args(["scan", "demo", "--fail-on", "none"]).args(FEW).run().expect_code(0);
    let exported = ciacm.run(["evidence", "export", "--out", "two", "--format", "json"]).expect_code(0).json();
    assert!(exported["continues"].as_u64().unwrap() > 2);
    let proof: Value = serde_json::from_slice(&fs::read(ciacm.path("two/audit/consistency.json")).unwrap()).unwrap();
    assert_eq!(proof["old"]["size"], exported["continues"]);
    let report =
        ciacm.run(["evidence", "verify", "two", "--against", "one.zip", "--format", "json"]).expect_code(0).json();
    assert_eq!(report["proved"]["completeness"]["proved"], true);
    if tool("python3").is_some() {
        let (good, text) = shell(&ciacm.path("two"), "python3 verify/verify.py");
        assert!(good && text.contains("goes on from the previous pack's checkpoint"), "{text}");
    }
    // The older one does not go on from the newer one.
    ciacm.run(["evidence", "verify", "one.zip", "--against", "two"]).expect_code(4);
    ciacm.run(["evidence", "export", "--out", "three", "--previous", "one.zip"]).expect_code(0);
}

#[test]
fn a_log_that_was_begun_anew_is_found_by_the_older_pack() {
    let ciacm = Ciacm::with_demo(&FEW);
    let before = fs::read(ciacm.home().join("ciacm.db")).unwrap();
    ciacm.args(["scan", "demo", "--fail-on", "none"]).args(FEW).run().expect_code(0);
    ciacm.run(["evidence", "export", "--out", "one.zip"]).expect_code(0);
    // An older database is restored, and other things happen.
    for name in ["ciacm.db-wal", "ciacm.db-shm"] {
        let _ = fs::remove_file(ciacm.home().join(name));
    }
    fs::write(ciacm.home().join("ciacm.db"), before).unwrap();
    for _ in 0..3 {
        ciacm.args(["scan", "demo", "--fail-on", "none"]).args(FEW).run();
    }
    let output = ciacm.run(["evidence", "export", "--out", "two.zip", "--previous", "one.zip"]).expect_code(4);
    assert!(output.stderr.contains("are others now") || output.stderr.contains("shorter"), "{}", output.stderr);
    assert!(!ciacm.path("two.zip").exists());
    ciacm.run(["evidence", "export", "--out", "two.zip"]).expect_code(0);
    ciacm.run(["evidence", "verify", "two.zip"]).expect_code(0);
    let output = ciacm.run(["evidence", "verify", "two.zip", "--against", "one.zip"]).expect_code(4);
    assert!(output.stdout.contains("rewritten"), "{}", output.stdout);
}

#[test]
fn a_pack_verifies_after_its_key_was_replaced() {
    let ciacm = Ciacm::with_demo(&FEW);
    ciacm.run(["evidence", "export", "--out", "old.zip"]).expect_code(0);
    let root = unzip(&fs::read(ciacm.path("old.zip")).unwrap())["keys/ca.crt"].clone();
    ciacm.write("ca.crt", root);
    ciacm.run(["key", "rotate", "--no-passphrase"]).expect_code(0);
    ciacm.run(["evidence", "export", "--out", "new.zip"]).expect_code(0);
    for pack in ["old.zip", "new.zip"] {
        ciacm.run(["evidence", "verify", pack, "--trusted-ca", "ca.crt"]).expect_code(0);
    }
    ciacm.run(["evidence", "verify", "new.zip", "--trusted-ca", "ca.crt", "--against", "old.zip"]).expect_code(0);
}

#[test]
#[cfg(unix)]
fn a_pack_that_an_rsa_key_behind_a_process_signed_verifies() {
    let Some((ciacm, openssl)) = corporate() else { return };
    issue(&openssl, "rsa", &RSA, "leaf", Some("root"));
    let key = ciacm.path("rsa.key");
    let signer = ["openssl", "pkeyutl", "-sign", "-inkey", key.to_str().unwrap(), "-pkeyopt", "digest:sha256"];
    ciacm.args(["init", "--certificate", "rsa-chain.pem", "--external-signer"]).args(signer).run().expect_code(0);
    ciacm.args(["scan", "demo", "--fail-on", "none"]).args(FEW).run().expect_code(0);
    ciacm.run(["evidence", "export", "--out", "pack"]).expect_code(0);
    let report = ciacm.args(["evidence", "verify", "pack", "--format", "json", "--trusted-ca", "root.crt"]).run();
    let report = report.expect_code(0).json();
    assert_eq!(report["proved"]["origin"]["proved"], true, "{report}");
    let root = ciacm.path("root.crt");
    let verify = format!(
        "openssl cms -verify -binary -inform DER -in SHA256SUMS.p7s -content SHA256SUMS -CAfile {} -purpose any -out /dev/null",
        root.display()
    );
    let (good, text) = shell(&ciacm.path("pack"), &verify);
    assert!(good, "{text}");
}

#[test]
fn what_a_stranger_wrote_does_not_steer_the_terminal() {
    let ciacm = Ciacm::new();
    let mut files = shared().files.clone();
    let manifest = String::from_utf8(files["manifest.json"].clone()).unwrap();
    let steered = manifest.replace("\"Example Corp\"", "\"\\u001b[2J\\u001b]0;owned\\u0007\"");
    assert_ne!(steered, manifest);
    files.insert("manifest.json".to_owned(), steered.into_bytes());
    files.insert("\u{9b}31m".to_owned(), Vec::new());
    let output = ciacm.verify(&ciacm.unpacked("pack", &files)).expect_code(4);
    files.remove("\u{9b}31m");
    let second = ciacm.verify(&ciacm.unpacked("other", &files)).expect_code(4);
    for text in [&output.stdout, &output.stderr, &second.stdout, &second.stderr] {
        assert!(!text.chars().any(|c| c.is_control() && c != '\n'), "{text:?}");
    }
    assert!(second.stdout.contains("[2J"), "{}", second.stdout);
}

#[test]
fn archives_that_were_made_to_deceive_are_refused() {
    let shared = shared();
    let ciacm = Ciacm::new();
    let with = |name: &str, bytes: &[u8]| {
        let mut files: Vec<(&str, &[u8])> =
            shared.files.iter().map(|(path, bytes)| (path.as_str(), bytes.as_slice())).collect();
        files.push((name, bytes));
        zipped(files)
    };
    for (what, bytes) in [
        ("slip", with("../../evil", b"x")),
        ("absolute", with("/etc/evil", b"x")),
        ("windows", with("..\\evil", b"x")),
        ("case", with("readme.MD", b"x")),
        ("bomb", with("bomb", &vec![0; 100 << 20])),
        ("cut", shared.zip[..shared.zip.len() / 2].to_vec()),
        ("empty", Vec::new()),
        ("text", b"this is no zip file".to_vec()),
    ] {
        let path = ciacm.write(&format!("{what}.zip"), bytes);
        let output = ciacm.verify(&path);
        assert_eq!(output.code, Some(4), "{what}: {}", output.snapshot());
        assert!(output.stderr.contains("is no pack that can be verified") && output.stderr.contains("next: "));
    }
    let output = ciacm.verify(Path::new("no-such.zip")).expect_code(2);
    assert!(output.stderr.contains("no-such.zip") && output.stderr.contains("next: "), "{}", output.stderr);
    ciacm.run(["evidence", "verify", "slip.zip", "--trusted-ca", "text.zip"]).expect_code(2);
    // Nobody made a home.
    assert!(!ciacm.home().exists());
}

#[test]
fn a_changed_byte_of_the_zip_file_changes_nothing_or_is_found() {
    let shared = shared();
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("pack.zip");
    let step = shared.zip.len() / 150;
    let places = (0..shared.zip.len()).step_by(step).chain(shared.zip.len() - 400..shared.zip.len());
    let (mut found, mut harmless) = (0, 0);
    for place in places {
        let mut changed = shared.zip.clone();
        changed[place] ^= 0x10;
        fs::write(&path, &changed).unwrap();
        let Ok(mut archive) = ciacm::evidence::archive::Archive::open(&path) else {
            found += 1;
            continue;
        };
        let report = ciacm::evidence::verify::verify(&mut archive, ciacm::evidence::verify::Question::default());
        if report.failed() {
            found += 1;
        } else {
            // A time or a right of a file: its content is what was signed.
            for (name, bytes) in &shared.files {
                assert!(archive.read(name, u64::MAX).unwrap() == *bytes, "byte {place}, {name}");
            }
            harmless += 1;
        }
    }
    assert!(found > 200 && harmless < found, "{found} {harmless}");
}
