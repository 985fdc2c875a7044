//! `ciacm init` and `ciacm key`: what they make, what openssl says of it, and what they refuse.

use crate::support::ciacm::{Ciacm, Invocation, Output};
use crate::support::tools::tool;
use ciacm::signing::cms::{Profile, sign_detached};
use ciacm::signing::keystore::Keystore;
use ciacm::signing::passphrase::Passphrase;
use sha2::{Digest, Sha256};

/// What differs from key to key.
const FILTERS: [(&str, &str); 3] = [
    (r"([0-9A-F]{2}:){16}\n( *)([0-9A-F]{2}:){15}[0-9A-F]{2}", "[FINGERPRINT]\n$2[FINGERPRINT]"),
    (r"\b[0-9A-F]{32}\b", "[SERIAL]"),
    (r"\b20\d\d-\d\d-\d\d\b", "[DATE]"),
];

fn assert_snapshot(name: &str, output: &Output) {
    insta::with_settings!({filters => FILTERS.to_vec()}, {
        insta::assert_snapshot!(name, output.snapshot());
    });
}

fn init<'a>(ciacm: &'a Ciacm, more: &[&str]) -> Invocation<'a> {
    ciacm.args(["init", "--organisation", "Example Corp"]).args(more)
}

/// A home with keys that have no passphrase.
pub fn home() -> Ciacm {
    let ciacm = Ciacm::new();
    init(&ciacm, &["--no-passphrase"]).run().expect_code(0);
    ciacm
}

/// The keys as JSON.
fn list(ciacm: &Ciacm) -> serde_json::Value {
    ciacm.args(["key", "list", "--format", "json"]).run().expect_code(0).json()
}

/// Signs `content` as the evidence of this home is signed, into `name` and `name.p7s`.
pub fn sign(ciacm: &Ciacm, name: &str, content: &[u8]) {
    let identity = Keystore::open(&ciacm.home()).unwrap().identity(&None::<Passphrase>).unwrap().unwrap();
    ciacm.write(name, content);
    let signature = sign_detached(&Sha256::digest(content).into(), &identity, Profile::File).unwrap();
    ciacm.write(&format!("{name}.p7s"), signature);
}

/// The entries of the audit log: event and detail.
fn audit_log(ciacm: &Ciacm) -> Vec<(String, serde_json::Value)> {
    let database = rusqlite::Connection::open(ciacm.home().join("ciacm.db")).unwrap();
    let mut select = database.prepare("SELECT body FROM audit_log ORDER BY seq").unwrap();
    let bodies = select.query_map([], |row| row.get::<_, Vec<u8>>(0)).unwrap();
    bodies
        .map(|body| serde_json::from_slice::<serde_json::Value>(&body.unwrap()).unwrap())
        .map(|entry| (entry["event"].as_str().unwrap().to_owned(), entry["detail"].clone()))
        .collect()
}

fn events(ciacm: &Ciacm) -> Vec<String> {
    audit_log(ciacm).into_iter().map(|(event, _)| event).filter(|event| event.starts_with("key.")).collect()
}

#[test]
fn init_tells_what_it_made_and_then_what_is_there() {
    let ciacm = Ciacm::new();
    ciacm.write("passphrase", "correct horse\n");
    let made = init(&ciacm, &["--passphrase-file", "passphrase"]).run().expect_code(0);
    assert_snapshot("init", &made);
    let again = ciacm.args(["init", "--organization", "Example Corp"]).run().expect_code(0);
    assert!(again.stdout.contains("there already; nothing was changed"), "{}", again.stdout);
    assert_snapshot("init_of_another", &ciacm.args(["init", "--organisation", "Other Ltd"]).run().expect_code(2));
    assert_eq!(events(&ciacm), ["key.created"]);
}

#[test]
fn init_as_json_names_the_fingerprints() {
    let ciacm = home();
    let told = init(&ciacm, &["--format", "json"]).run().expect_code(0).json();
    let keys = list(&ciacm);
    assert_eq!(told["organisation"], "Example Corp");
    assert_eq!(told["made"], false);
    assert_eq!(told["root_fingerprint"], keys["root"]["fingerprint"]);
    assert_eq!(told["fingerprint"], keys["keys"][0]["fingerprint"]);
    assert_eq!(told["serial"], keys["keys"][0]["serial"]);
}

#[test]
fn init_needs_a_passphrase_or_the_word_that_there_is_none() {
    let ciacm = Ciacm::new();
    assert_snapshot("init_without_passphrase", &init(&ciacm, &[]).run().expect_code(2));
    assert!(list(&ciacm)["keys"].as_array().unwrap().is_empty());
    ciacm.write("empty", "\n");
    let empty = init(&ciacm, &["--passphrase-file", "empty"]).run().expect_code(2);
    assert!(empty.stderr.contains("it must hold exactly one line"), "{}", empty.stderr);
    let missing = init(&ciacm, &["--passphrase-file", "nowhere"]).run().expect_code(2);
    assert!(missing.stderr.contains("the passphrase file nowhere cannot be used"), "{}", missing.stderr);
    init(&ciacm, &["--no-passphrase", "--passphrase-file", "empty"]).run().expect_code(2);
    init(&ciacm, &[]).env("CIACM_PASSPHRASE", "correct horse").run().expect_code(0);
}

#[test]
fn init_where_no_home_can_be_made_is_told() {
    let ciacm = Ciacm::new();
    ciacm.write("home/keys", "a file where a directory should be");
    let output = init(&ciacm, &["--no-passphrase"]).run().expect_code(2);
    assert!(output.stderr.contains("home/keys"), "{}", output.stderr);
}

#[test]
fn processes_that_init_at_once_agree() {
    let ciacm = Ciacm::new();
    let running: Vec<_> = (0..4).map(|_| init(&ciacm, &["--no-passphrase", "--format", "json"]).spawn()).collect();
    let told: Vec<serde_json::Value> = running
        .into_iter()
        .map(|child| {
            let output = child.wait_with_output().unwrap();
            assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
            serde_json::from_slice(&output.stdout).unwrap()
        })
        .collect();
    assert_eq!(told.iter().filter(|told| told["made"] == true).count(), 1);
    assert!(told.iter().all(|other| other["fingerprint"] == told[0]["fingerprint"]));
    assert_eq!(events(&ciacm), ["key.created"]);
}

#[test]
fn a_name_that_cannot_stand_in_a_certificate_is_refused() {
    let ciacm = Ciacm::new();
    let output = ciacm.args(["init", "--no-passphrase", "--organisation", &"x".repeat(70)]).run().expect_code(2);
    assert!(output.stderr.contains("it has 70 characters; certificates hold at most 64"), "{}", output.stderr);
}

#[test]
fn no_secret_leaves_the_encrypted_files() {
    let ciacm = Ciacm::new();
    init(&ciacm, &[]).env("CIACM_PASSPHRASE", "correct-horse-battery").run().expect_code(0);
    ciacm.args(["key", "new", "Ann"]).env("CIACM_PASSPHRASE", "correct-horse-battery").run().expect_code(0);
    let mut seen = 0;
    for directory in [ciacm.home(), ciacm.home().join("keys")] {
        for entry in std::fs::read_dir(directory).unwrap().map(Result::unwrap).filter(|entry| entry.path().is_file()) {
            let text = String::from_utf8_lossy(&std::fs::read(entry.path()).unwrap()).into_owned();
            assert!(!text.contains("correct-horse-battery"), "{:?}", entry.path());
            assert!(!text.contains("BEGIN PRIVATE KEY"), "{:?}", entry.path());
            seen += usize::from(text.contains("BEGIN ENCRYPTED PRIVATE KEY"));
        }
    }
    assert_eq!(seen, 3, "the root's, the signing and the approver's key");
}

#[test]
fn certificates_are_what_openssl_and_auditors_expect() {
    let Some(openssl) = tool("openssl") else { return };
    let ciacm = home();
    ciacm.args(["key", "export", "out"]).run().expect_code(0);
    let openssl = openssl.at(ciacm.path("out"));
    let root = openssl.must(["x509", "-in", "ca.crt", "-noout", "-text"]);
    for expected in [
        "Issuer: O = Example Corp, CN = Evidence root",
        "X509v3 Basic Constraints: critical\n                CA:TRUE, pathlen:0",
        "X509v3 Key Usage: critical\n                Certificate Sign, CRL Sign",
        "NIST CURVE: P-256",
    ] {
        assert!(root.contains(expected), "{expected}\n{root}");
    }
    let leaf = openssl.must(["x509", "-in", "signer.crt", "-noout", "-text"]);
    for expected in [
        "Subject: O = Example Corp, CN = Example Corp evidence signing",
        "X509v3 Basic Constraints: critical\n                CA:FALSE",
        "X509v3 Key Usage: critical\n                Digital Signature, Non Repudiation",
        "1.3.6.1.5.5.7.3.36, E-mail Protection",
        "X509v3 Subject Key Identifier",
        "X509v3 Authority Key Identifier",
    ] {
        assert!(leaf.contains(expected), "{expected}\n{leaf}");
    }
    openssl.must([
        "verify",
        "-x509_strict",
        "-purpose",
        "smimesign",
        "-crl_check",
        "-CAfile",
        "ca.crt",
        "-CRLfile",
        "org.crl",
        "signer.crt",
    ]);
    let told = list(&ciacm);
    let fingerprint = |file: &str| {
        let text = openssl.must(["x509", "-in", file, "-noout", "-fingerprint", "-sha256"]);
        text.trim().rsplit('=').next().unwrap().to_owned()
    };
    assert_eq!(told["root"]["fingerprint"], fingerprint("ca.crt"));
    assert_eq!(told["keys"][0]["fingerprint"], fingerprint("signer.crt"));
    let serial = openssl.must(["x509", "-in", "signer.crt", "-noout", "-serial"]);
    assert_eq!(serial.trim(), format!("serial={}", told["keys"][0]["serial"].as_str().unwrap()));
}

#[test]
fn openssl_accepts_signatures_and_notices_changes() {
    let Some(openssl) = tool("openssl") else { return };
    let ciacm = home();
    ciacm.args(["key", "export", "out"]).run().expect_code(0);
    sign(&ciacm, "list", b"content\n");
    let openssl = openssl.at(ciacm.path("."));
    let verify = |content: &str| {
        openssl.run([
            "cms",
            "-verify",
            "-binary",
            "-inform",
            "DER",
            "-in",
            "list.p7s",
            "-content",
            content,
            "-CAfile",
            "out/ca.crt",
            "-purpose",
            "any",
            "-crl_check",
            "-out",
            "/dev/null",
        ])
    };
    let good = verify("list");
    assert!(good.success && good.stderr.contains("CMS Verification successful"), "{good}");
    ciacm.write("changed", b"Content\n");
    assert!(!verify("changed").success);
}

#[test]
fn openssl_opens_the_key_with_the_passphrase_only() {
    let Some(openssl) = tool("openssl") else { return };
    let ciacm = Ciacm::new();
    ciacm.write("passphrase", "correct horse");
    init(&ciacm, &["--passphrase-file", "passphrase"]).run().expect_code(0);
    ciacm.args(["key", "export", "out", "--private"]).run().expect_code(0);
    let openssl = openssl.at(ciacm.path("out"));
    assert!(
        openssl.must(["pkcs8", "-in", "signer.key", "-passin", "pass:correct horse"]).contains("BEGIN PRIVATE KEY")
    );
    assert!(!openssl.run(["pkcs8", "-in", "signer.key", "-passin", "pass:wrong"]).success);
    let scheme = openssl.must(["asn1parse", "-in", "signer.key"]);
    assert!(scheme.contains("scrypt") && scheme.contains("aes-256-cbc"), "{scheme}");
}

#[test]
fn keys_are_listed_rotated_and_revoked() {
    let Some(openssl) = tool("openssl") else { return };
    let ciacm = home();
    assert_snapshot("key_list", &ciacm.args(["key", "list"]).run().expect_code(0));
    sign(&ciacm, "before", b"signed by the first key");
    let first = list(&ciacm)["keys"][0]["serial"].as_str().unwrap().to_owned();
    assert_snapshot("key_rotate", &ciacm.args(["key", "rotate", "--no-passphrase"]).run().expect_code(0));
    let keys = list(&ciacm)["keys"].clone();
    assert_eq!((&keys[0]["state"], &keys[1]["state"]), (&"active".into(), &"retired".into()));
    assert_eq!(keys[1]["serial"], first.as_str());
    ciacm.args(["key", "export", "out"]).run().expect_code(0);
    let openssl = openssl.at(ciacm.path("."));
    let verify = |more: &[&str]| {
        let mut args = vec!["cms", "-verify", "-binary", "-inform", "DER", "-in", "before.p7s", "-content", "before"];
        args.extend(["-CAfile", "out/ca.crt", "-purpose", "any", "-out", "/dev/null"]);
        openssl.run(args.iter().chain(more))
    };
    assert!(verify(&[]).success, "what the old key signed stays good");

    let revoked = ciacm.args(["key", "rotate", "--only-revocation-list", "--revoke", &first]).run().expect_code(0);
    assert!(revoked.stdout.contains(&format!("Revoked: serial {first} (key-compromise)")), "{}", revoked.stdout);
    ciacm.args(["key", "export", "out"]).run().expect_code(0);
    let text = openssl.must(["crl", "-in", "out/org.crl", "-noout", "-text"]);
    assert!(text.contains(&first) && text.contains("Key Compromise"), "{text}");
    openssl.must(["crl", "-in", "out/org.crl", "-CAfile", "out/ca.crt", "-noout"]);
    let old = ciacm.home().join("keys");
    let old = std::fs::read_dir(old).unwrap().map(|entry| entry.unwrap().path());
    let old = old
        .filter(|path| path.extension().is_some_and(|it| it == "crt"))
        .find(|path| openssl.must(["x509", "-noout", "-serial", "-in", path.to_str().unwrap()]).contains(&first));
    let answer = openssl.run([
        "verify",
        "-crl_check",
        "-CAfile",
        "out/ca.crt",
        "-CRLfile",
        "out/org.crl",
        old.unwrap().to_str().unwrap(),
    ]);
    assert!(!answer.success && answer.stderr.contains("certificate revoked"), "{answer}");

    let again = ciacm.args(["key", "rotate", "--only-revocation-list", "--revoke", &first]).run().expect_code(2);
    assert!(again.stderr.contains("it is revoked already"), "{}", again.stderr);
    assert_eq!(events(&ciacm), ["key.created", "key.rotated", "key.exported", "key.revoked", "key.exported"]);
    let log = audit_log(&ciacm);
    let rotated = &log.iter().find(|(event, _)| event == "key.rotated").unwrap().1;
    assert_eq!(rotated["replaces"]["serial"], first.as_str());
}

#[test]
fn the_roots_key_may_be_moved_offline() {
    let ciacm = home();
    std::fs::rename(ciacm.home().join("keys/ca.key"), ciacm.path("stick.key")).unwrap();
    assert_snapshot("key_rotate_offline", &ciacm.args(["key", "rotate", "--no-passphrase"]).run().expect_code(2));
    ciacm.args(["key", "rotate", "--no-passphrase", "--ca-key", "stick.key"]).run().expect_code(0);
    let told = list(&ciacm);
    assert_eq!((&told["root"]["key_in_home"], told["keys"].as_array().unwrap().len()), (&false.into(), 2));
    let missing = ciacm.args(["key", "rotate", "--no-passphrase", "--ca-key", "nowhere"]).run().expect_code(2);
    assert!(missing.stderr.contains("there is no file nowhere"), "{}", missing.stderr);
}

#[test]
fn a_wrong_passphrase_is_told_and_changes_nothing() {
    let ciacm = Ciacm::new();
    init(&ciacm, &[]).env("CIACM_PASSPHRASE", "right").run().expect_code(0);
    let wrong = ciacm.args(["key", "rotate"]).env("CIACM_PASSPHRASE", "wrong").run().expect_code(2);
    assert_snapshot("key_rotate_wrong_passphrase", &wrong);
    ciacm.args(["key", "rotate", "--no-passphrase"]).run().expect_code(2);
    assert_eq!(list(&ciacm)["keys"].as_array().unwrap().len(), 1);
    ciacm.write("right", "right\r\n");
    ciacm.args(["key", "rotate", "--passphrase-file", "right"]).run().expect_code(0);
}

#[test]
fn a_person_gets_a_key_with_a_passphrase_of_its_own() {
    let ciacm = Ciacm::new();
    ciacm.write("org", "organisation's");
    ciacm.write("ann", "ann's");
    init(&ciacm, &["--passphrase-file", "org"]).run().expect_code(0);
    let new = ["key", "new", "Ann Approver", "--passphrase-file", "ann", "--ca-passphrase-file", "org"];
    assert_snapshot("key_new", &ciacm.args(new).run().expect_code(0));
    let twice = ciacm.args(new).run().expect_code(2);
    assert!(twice.stderr.contains("a key called `Ann Approver` is in use"), "{}", twice.stderr);
    let keystore = Keystore::open(&ciacm.home()).unwrap();
    let opens = |passphrase: &str| {
        keystore.identity_of("Ann Approver", &Some(Passphrase::new(passphrase.to_owned()).unwrap())).is_ok()
    };
    assert!(opens("ann's") && !opens("organisation's"));
}

#[test]
fn commands_that_need_an_identity_say_so() {
    let ciacm = Ciacm::new();
    for args in [vec!["key", "rotate"], vec!["key", "new", "Ann"], vec!["key", "export", "out"]] {
        let output = ciacm.args(&args).run().expect_code(2);
        assert!(output.stderr.contains("next: run `ciacm init`"), "{args:?}: {}", output.stderr);
    }
    let none = ciacm.args(["key", "list"]).run().expect_code(0);
    assert_eq!(none.stdout, "There are no keys yet; `ciacm init` makes them.\n");
}

#[test]
fn only_an_encrypted_key_is_exported() {
    let ciacm = home();
    let output = ciacm.args(["key", "export", "out", "--private"]).run().expect_code(2);
    assert!(output.stderr.contains("it is not encrypted"), "{}", output.stderr);
    assert!(!ciacm.path("out").exists());
    ciacm.write("file", "");
    let output = ciacm.args(["key", "export", "file"]).run().expect_code(2);
    assert!(output.stderr.contains("cannot make the directory file"), "{}", output.stderr);
}

#[test]
fn an_approvers_ssh_key_is_registered() {
    let Some(keygen) = tool("ssh-keygen") else { return };
    let ciacm = Ciacm::new();
    let keygen = keygen.at(ciacm.path("."));
    keygen.must(["-q", "-t", "ed25519", "-N", "", "-C", "ann@example.com", "-f", "ann"]);
    ciacm.args(["key", "enroll", "ann.pub"]).run().expect_code(0);
    let told = list(&ciacm);
    assert_eq!(told["keys"][0]["name"], "ann@example.com");
    assert_eq!((&told["keys"][0]["kind"], &told["keys"][0]["role"]), (&"ssh".into(), &"approver".into()));
    let fingerprint = told["keys"][0]["fingerprint"].as_str().unwrap();
    assert!(keygen.must(["-l", "-f", "ann.pub"]).contains(fingerprint), "{fingerprint}");
    let again = ciacm.args(["key", "enroll", "ann.pub", "--name", "other"]).run().expect_code(2);
    assert!(again.stderr.contains("it is the key `ann@example.com`, which is active"), "{}", again.stderr);
    keygen.must(["-q", "-t", "rsa", "-N", "", "-f", "bob"]);
    let rsa = ciacm.args(["key", "enroll", "bob.pub"]).run().expect_code(2);
    assert!(rsa.stderr.contains("the kind of key `ssh-rsa` is not accepted"), "{}", rsa.stderr);
    let signer = ciacm.args(["key", "enroll", "ann.pub", "--role", "signer"]).run().expect_code(2);
    assert!(signer.stderr.contains("holds only its public half"), "{}", signer.stderr);
    init(&ciacm, &["--no-passphrase"]).run().expect_code(0);
    assert_eq!(list(&ciacm)["keys"].as_array().unwrap().len(), 2, "init keeps who was registered before");
}

#[test]
#[cfg(target_os = "linux")]
fn a_new_passphrase_is_asked_for_twice() {
    let Some(script) = tool("script") else { return };
    let ask = |ciacm: &Ciacm, arguments: &str, typed: &str| {
        let command = format!("{} {arguments}", env!("CARGO_BIN_EXE_ciacm"));
        let script = script.clone().at(ciacm.path(".")).env("CIACM_HOME", ciacm.home());
        script.run_with(["-q", "-e", "-c", &command, "/dev/null"], typed.as_bytes())
    };
    let ciacm = Ciacm::new();
    let differ = ask(&ciacm, "init --organisation Example", "first one\nsecond one\n");
    assert!(!differ.success && differ.text().contains("the two passphrases differ"), "{differ}");
    let made = ask(&ciacm, "init", "Example Corp\ncorrect horse\ncorrect horse\n");
    assert!(made.success && made.text().contains("New passphrase for the keys of Example Corp:"), "{made}");
    assert_eq!(list(&ciacm)["organisation"], "Example Corp");
    let rotated = ask(&ciacm, "key rotate", "new horse\nnew horse\ncorrect horse\n");
    assert!(rotated.success && rotated.text().contains("Passphrase of the organisation's root key:"), "{rotated}");
    let wrong = ask(&ciacm, "key rotate", "new horse\nnew horse\nwrong horse\n");
    assert_eq!(wrong.code, Some(2), "{wrong}");
}

#[test]
fn old_checkpoints_verify_after_the_key_was_replaced() {
    let ciacm = home();
    let first = list(&ciacm)["keys"][0]["serial"].as_str().unwrap().to_owned();
    ciacm.args(["audit", "verify"]).run().expect_code(0);
    // Certificates hold whole seconds: what was signed in the second of the revocation is not before it.
    std::thread::sleep(std::time::Duration::from_millis(1100));
    let rotate = ["key", "rotate", "--no-passphrase", "--revoke", &first, "--reason", "superseded"];
    ciacm.args(rotate).run().expect_code(0);
    let verified = ciacm.args(["audit", "verify"]).run().expect_code(0);
    assert!(!verified.stdout.to_lowercase().contains("revoked"), "{}", verified.stdout);
    ciacm.args(["key", "rotate", "--no-passphrase"]).run().expect_code(0);
    ciacm.args(["audit", "verify"]).run().expect_code(0);
}

#[test]
fn a_stolen_keys_checkpoints_are_told() {
    let ciacm = home();
    let first = list(&ciacm)["keys"][0]["serial"].as_str().unwrap().to_owned();
    ciacm.args(["key", "rotate", "--no-passphrase", "--revoke", &first]).run().expect_code(0);
    let verified = ciacm.args(["audit", "verify"]).run();
    assert!(
        verified.stdout.contains("the key was stolen") || verified.stderr.contains("the key was stolen"),
        "{}",
        verified.snapshot()
    );
}

#[test]
#[cfg(unix)]
fn a_killed_rotation_leaves_the_old_key_or_the_new_one() {
    let ciacm = home();
    for delay in 0..12 {
        let mut child = ciacm.args(["key", "rotate", "--no-passphrase"]).spawn();
        std::thread::sleep(std::time::Duration::from_millis(delay * 4));
        child.kill().unwrap();
        child.wait().unwrap();
        let keys = list(&ciacm)["keys"].clone();
        let active = keys.as_array().unwrap().iter().filter(|key| key["state"] == "active").count();
        assert_eq!(active, 1, "{keys}");
        sign(&ciacm, "content", b"after the kill");
    }
    ciacm.args(["key", "rotate", "--no-passphrase"]).run().expect_code(0);
}
