//! Keys that the user brings along: PKCS #8, PKCS #12, and external signers from openssl to an HSM.

use crate::keys::sign;
use crate::support::ciacm::Ciacm;
use crate::support::tools::{Tool, tool};
use ciacm::signing::certificate;
use ciacm::signing::cms::verify_detached;
use ciacm::signing::path::{Revocation, Trust};
use sha2::{Digest, Sha256};
use std::path::Path;

const CONFIGURATION: &str = "\
[req]
distinguished_name = name
prompt = no
[name]
CN = Test
[root]
basicConstraints = critical,CA:TRUE
keyUsage = critical,keyCertSign,cRLSign
[leaf]
basicConstraints = critical,CA:FALSE
keyUsage = critical,digitalSignature,nonRepudiation
extendedKeyUsage = 1.3.6.1.5.5.7.3.36,emailProtection
[weak]
basicConstraints = CA:FALSE
keyUsage = digitalSignature
extendedKeyUsage = emailProtection
[server]
basicConstraints = CA:FALSE
keyUsage = digitalSignature
extendedKeyUsage = serverAuth
[no_authority]
basicConstraints = critical,CA:FALSE
keyUsage = critical,digitalSignature,keyCertSign
";

const P256: [&str; 4] = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"];
pub const RSA: [&str; 2] = ["-newkey", "rsa:2048"];

/// A place with a corporate root `root.crt`.
pub fn corporate() -> Option<(Ciacm, Tool)> {
    let openssl = tool("openssl")?;
    let ciacm = Ciacm::new();
    let openssl = openssl.at(ciacm.path("."));
    ciacm.write("pki.cnf", CONFIGURATION);
    issue(&openssl, "root", &P256, "root", None);
    Some((ciacm, openssl))
}

/// Makes `NAME.key`, `NAME.crt`, and with an issuer `NAME-chain.pem`.
pub fn issue(openssl: &Tool, name: &str, key: &[&str], profile: &str, issuer: Option<&str>) {
    let subject = format!("/O=Corporate/CN={name}");
    let (key_file, file) = (format!("{name}.key"), format!("{name}.crt"));
    let mut args = vec!["req", "-x509", "-config", "pki.cnf", "-nodes", "-days", "900", "-subj", &subject];
    args.extend(key);
    args.extend(["-extensions", profile, "-keyout", &key_file, "-out", &file]);
    let files = issuer.map(|issuer| (format!("{issuer}.crt"), format!("{issuer}.key")));
    if let Some((issuer, issuer_key)) = &files {
        args.extend(["-CA", issuer, "-CAkey", issuer_key]);
    }
    openssl.must(args);
    if let Some((issuer, _)) = &files {
        let read = |file: &str| std::fs::read_to_string(openssl.directory().join(file)).unwrap();
        std::fs::write(openssl.directory().join(format!("{name}-chain.pem")), read(&file) + &read(issuer)).unwrap();
    }
}

/// The signature of this home is accepted by openssl with this root.
fn openssl_accepts(ciacm: &Ciacm, openssl: &Tool, root: &str) {
    sign(ciacm, "content", b"what is signed\n");
    let answer = openssl.run([
        "cms",
        "-verify",
        "-binary",
        "-inform",
        "DER",
        "-in",
        "content.p7s",
        "-content",
        "content",
        "-CAfile",
        root,
        "-purpose",
        "any",
        "-out",
        "/dev/null",
    ]);
    assert!(answer.success, "{answer}");
}

#[test]
fn a_key_with_its_chain_signs() {
    let Some((ciacm, openssl)) = corporate() else { return };
    issue(&openssl, "signing", &P256, "leaf", Some("root"));
    let init = ["init", "--certificate", "signing-chain.pem", "--key", "signing.key"];
    let refused = ciacm.args(init).run().expect_code(2);
    assert!(refused.stderr.contains("there is no passphrase for the key signing.key"), "{}", refused.stderr);
    let told = ciacm.args(init).args(["--no-passphrase", "--format", "json"]).run().expect_code(0);
    assert_eq!(told.stderr, "", "a proper certificate is not complained of");
    assert_eq!(
        (&told.json()["organisation"], &told.json()["root_key"]),
        (&"Corporate".into(), &serde_json::Value::Null)
    );
    openssl_accepts(&ciacm, &openssl, "root.crt");
    ciacm.args(init).run().expect_code(0);
    issue(&openssl, "other", &P256, "leaf", Some("root"));
    let other = ciacm.args(["init", "--certificate", "other-chain.pem", "--key", "other.key"]).run().expect_code(2);
    assert!(other.stderr.contains("its certificate is another one"), "{}", other.stderr);
    let rotate = ciacm.args(["key", "rotate", "--no-passphrase"]).run().expect_code(2);
    assert!(rotate.stderr.contains("has no certificate authority of its own"), "{}", rotate.stderr);
    let enrolled = ciacm.args(["key", "enroll", "other-chain.pem", "--key", "other.key", "--no-passphrase"]);
    enrolled.run().expect_code(0);
    openssl_accepts(&ciacm, &openssl, "root.crt");
}

#[test]
fn encrypted_and_binary_keys_are_read() {
    let Some((ciacm, openssl)) = corporate() else { return };
    issue(&openssl, "signing", &P256, "leaf", Some("root"));
    ciacm.write("passphrase", "pkcs8 secret\n");
    let forms: [(&str, &[&str]); 4] = [
        ("pbkdf2.pem", &["-topk8", "-v2", "aes-256-cbc", "-passout", "file:passphrase"]),
        ("scrypt.pem", &["-topk8", "-scrypt", "-passout", "file:passphrase"]),
        ("sealed.der", &["-topk8", "-scrypt", "-passout", "file:passphrase", "-outform", "DER"]),
        ("plain.der", &["-topk8", "-nocrypt", "-outform", "DER"]),
    ];
    for (file, form) in forms {
        openssl.must(["pkcs8", "-in", "signing.key", "-out", file].iter().chain(form));
        let home = ciacm.path(&format!("home-{file}"));
        let enroll =
            ciacm.args(["key", "enroll", "signing-chain.pem", "--key", file, "--passphrase-file", "passphrase"]);
        enroll.env("CIACM_HOME", &home).run().expect_code(0);
        let kept = std::fs::read_dir(home.join("keys")).unwrap().map(|entry| entry.unwrap().path());
        let kept = kept.filter(|path| path.extension().is_some_and(|it| it == "key")).collect::<Vec<_>>();
        let kept = kept[0].to_str().unwrap();
        assert!(openssl.run(["pkcs8", "-in", kept, "-passin", "file:passphrase"]).success, "{file}");
        assert!(!openssl.run(["pkcs8", "-in", kept, "-passin", "pass:"]).success, "{file} is kept encrypted");
    }
    let wrong =
        ciacm.args(["key", "enroll", "signing-chain.pem", "--key", "scrypt.pem"]).env("CIACM_PASSPHRASE", "wrong");
    assert!(wrong.run().expect_code(2).stderr.contains("the passphrase is wrong"));
}

#[test]
fn keys_and_certificates_that_do_not_fit_are_refused() {
    let Some((ciacm, openssl)) = corporate() else { return };
    issue(&openssl, "signing", &P256, "leaf", Some("root"));
    issue(&openssl, "rsa", &RSA, "leaf", Some("root"));
    issue(&openssl, "not-ca", &P256, "no_authority", Some("root"));
    issue(&openssl, "below", &P256, "leaf", Some("not-ca"));
    openssl.must(["ec", "-in", "signing.key", "-out", "sec1.key"]);
    let why = |args: &[&str]| {
        let output = ciacm.args(["key", "enroll"]).args(args).args(["--no-passphrase"]).run().expect_code(2);
        assert!(!output.stderr.contains("panicked"), "{}", output.stderr);
        output.stderr
    };
    let told = why(&["signing-chain.pem", "--key", "below.key"]);
    assert!(told.contains("the key does not belong to its certificate"), "{told}");
    let told = why(&["rsa-chain.pem", "--key", "rsa.key"]);
    assert!(told.contains("only P-256 keys are read from files"), "{told}");
    let told = why(&["signing-chain.pem", "--key", "sec1.key"]);
    assert!(told.contains("it is in an older form than PKCS #8"), "{told}");
    let below = std::fs::read_to_string(ciacm.path("below-chain.pem")).unwrap();
    let root = std::fs::read_to_string(ciacm.path("root.crt")).unwrap();
    ciacm.write("below-all.pem", below + &root);
    let told = why(&["below-all.pem", "--key", "below.key"]);
    assert!(told.contains("is not of a certificate authority"), "{told}");
    issue(&openssl, "server", &P256, "server", Some("root"));
    let told = why(&["server-chain.pem", "--key", "server.key"]);
    assert!(told.contains("is not for signatures of documents"), "{told}");
    ciacm.write("noise", [7; 300]);
    assert!(why(&["noise"]).contains("it is neither PEM nor DER"));
    assert!(why(&["nowhere.pem"]).contains("nowhere.pem cannot be read"));
    let told = ciacm.args(["init", "--certificate", "signing-chain.pem"]).run().expect_code(2).stderr;
    assert!(told.contains("a certificate alone cannot sign"), "{told}");
}

#[test]
fn certificates_for_other_purposes_are_warned_of() {
    let Some((ciacm, openssl)) = corporate() else { return };
    issue(&openssl, "weak", &P256, "weak", Some("root"));
    let enroll = ciacm.args(["key", "enroll", "weak-chain.pem", "--key", "weak.key", "--no-passphrase"]).run();
    let warnings = enroll.expect_code(0).stderr;
    assert!(warnings.contains("its key usage lacks nonRepudiation"), "{warnings}");
    assert!(warnings.contains("its extended key usage lacks documentSigning"), "{warnings}");
}

#[test]
fn a_pkcs12_file_is_read() {
    let Some((ciacm, openssl)) = corporate() else { return };
    issue(&openssl, "signing", &P256, "leaf", Some("root"));
    let export = |file: &str, more: &[&str]| {
        let args = ["pkcs12", "-export", "-in", "signing.crt", "-inkey", "signing.key", "-certfile", "root.crt"];
        openssl.must(args.iter().chain(&["-passout", "pass:p12 secret", "-out", file]).chain(more));
    };
    export("signing.p12", &[]);
    export("legacy.p12", &["-legacy"]);
    let init = |file: &str, passphrase: &str| {
        ciacm
            .args(["init", "--organisation", "Example Corp", "--pkcs12", file])
            .env("CIACM_PASSPHRASE", passphrase)
            .run()
    };
    let legacy = init("legacy.p12", "p12 secret").expect_code(2);
    assert!(legacy.stderr.contains("its encryption is an old one (RC2 or 3DES, SHA-1)"), "{}", legacy.stderr);
    assert!(legacy.stderr.contains("openssl pkcs12 -legacy -in OLD.p12"), "{}", legacy.stderr);
    assert!(init("signing.p12", "wrong").expect_code(2).stderr.contains("the passphrase is wrong"));
    let none = ciacm.args(["init", "--pkcs12", "signing.p12"]).run().expect_code(2);
    assert!(none.stderr.contains("it needs a passphrase"), "{}", none.stderr);
    init("signing.p12", "p12 secret").expect_code(0);
    let list = ciacm.args(["key", "list", "--format", "json"]).run().expect_code(0).json();
    assert_eq!(list["keys"][0]["subject"], "CN=signing, O=Corporate");
    let kept = ciacm.args(["key", "export", "out", "--private"]).run().expect_code(0);
    assert_eq!(kept.stdout.lines().count(), 3, "a corporate root has no revocation list here: {}", kept.stdout);
    openssl.must(["pkcs8", "-in", "out/signer.key", "-passin", "pass:p12 secret"]);
    let replaced = ciacm.args(["init", "--pkcs12", "signing.p12"]).run().expect_code(2);
    assert!(replaced.stderr.contains("init replaces nothing"), "{}", replaced.stderr);
}

#[test]
#[cfg(unix)]
fn external_signers_of_any_kind_of_key_sign() {
    let kinds: [(&str, &[&str], &[&str]); 3] = [
        ("p256", &P256, &[]),
        ("p384", &["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:secp384r1"], &[]),
        ("rsa", &RSA, &["-pkeyopt", "digest:sha256"]),
    ];
    for (name, key, more) in kinds {
        let Some((ciacm, openssl)) = corporate() else { return };
        issue(&openssl, name, key, "leaf", Some("root"));
        let (chain, key) = (format!("{name}-chain.pem"), format!("{name}.key"));
        let key = ciacm.path(&key);
        let init = ciacm.args(["init", "--certificate", &chain, "--external-signer", "openssl", "pkeyutl", "-sign"]);
        init.args(["-inkey", key.to_str().unwrap()]).args(more).run().expect_code(0);
        openssl_accepts(&ciacm, &openssl, "root.crt");
        let listed = ciacm.args(["key", "list"]).run().expect_code(0).stdout;
        assert!(listed.contains("signer, active, behind an external signer"), "{listed}");
        let files = std::fs::read_dir(ciacm.home().join("keys")).unwrap();
        assert!(files.map(Result::unwrap).all(|entry| entry.path().extension().is_none_or(|it| it != "key")));
    }
}

#[test]
#[cfg(unix)]
fn an_external_signer_that_does_not_fit_is_noticed_when_it_is_registered() {
    let Some((ciacm, openssl)) = corporate() else { return };
    issue(&openssl, "signing", &P256, "leaf", Some("root"));
    let stderr = |command: &[&str]| {
        let init = ciacm.args(["init", "--certificate", "signing-chain.pem", "--external-signer"]).args(command);
        init.run().expect_code(2).stderr
    };
    let other = ciacm.path("root.key");
    let wrong = stderr(&["openssl", "pkeyutl", "-sign", "-inkey", other.to_str().unwrap()]);
    assert!(wrong.contains("the signature that the key made is wrong"), "{wrong}");
    let failing = stderr(&["sh", "-c", "echo 'PIN locked' >&2; exit 1"]);
    assert!(failing.contains("the external signer `sh` did not sign") && failing.contains("PIN locked"), "{failing}");
    assert!(stderr(&["nowhere-signer"]).contains("it cannot be started"));
    assert!(!ciacm.home().join("keys/keys.json").exists());
}

#[test]
#[cfg(unix)]
fn a_key_in_an_hsm_signs() {
    let (Some(softhsm), Some(pkcs11)) = (tool("softhsm2-util"), tool("pkcs11-tool")) else { return };
    let Some((ciacm, openssl)) = corporate() else { return };
    let modules = [
        "/usr/lib/softhsm/libsofthsm2.so",
        "/usr/lib64/softhsm/libsofthsm.so",
        "/usr/local/lib/softhsm/libsofthsm2.so",
    ];
    let module = modules.into_iter().find(|module| Path::new(module).exists()).expect("SoftHSM2 has its library");
    std::fs::create_dir(ciacm.path("tokens")).unwrap();
    let configuration =
        ciacm.write("softhsm2.conf", format!("directories.tokendir = {}\n", ciacm.path("tokens").display()));
    let configuration = configuration.to_str().unwrap();
    let softhsm = softhsm.env("SOFTHSM2_CONF", configuration);
    softhsm.must(["--init-token", "--free", "--label", "ciacm", "--so-pin", "5678", "--pin", "1234"]);
    let token = ["--module", module, "--token-label", "ciacm", "--login", "--pin", "1234", "--id", "01"];
    let pkcs11 = pkcs11.env("SOFTHSM2_CONF", configuration).at(ciacm.path("."));
    pkcs11.must(token.iter().chain(&["--keypairgen", "--key-type", "EC:prime256v1", "--label", "signing"]));
    pkcs11.must(token.iter().chain(&["--read-object", "--type", "pubkey", "--output-file", "public.der"]));
    openssl.must(["pkey", "-pubin", "-inform", "DER", "-in", "public.der", "-out", "public.pem"]);
    // The corporate authority certifies the public key that the device gave.
    let request =
        ["req", "-new", "-config", "pki.cnf", "-key", "root.key", "-subj", "/O=Corporate/CN=HSM", "-out", "hsm.csr"];
    openssl.must(request);
    openssl.must([
        "x509",
        "-req",
        "-in",
        "hsm.csr",
        "-force_pubkey",
        "public.pem",
        "-CA",
        "root.crt",
        "-CAkey",
        "root.key",
        "-CAcreateserial",
        "-days",
        "900",
        "-extfile",
        "pki.cnf",
        "-extensions",
        "leaf",
        "-out",
        "hsm.crt",
    ]);
    let chain = ["hsm.crt", "root.crt"].map(|file| std::fs::read_to_string(ciacm.path(file)).unwrap()).concat();
    ciacm.write("hsm-chain.pem", chain);
    let bridge = format!(
        "SOFTHSM2_CONF={configuration} exec pkcs11-tool --module {module} --token-label ciacm --login --pin 1234 \
         --id 01 --sign --mechanism ECDSA --signature-format openssl --input-file /dev/stdin --output-file /dev/stdout"
    );
    ciacm
        .args(["init", "--certificate", "hsm-chain.pem", "--external-signer", "sh", "-c", &bridge])
        .run()
        .expect_code(0);
    openssl_accepts(&ciacm, &openssl, "root.crt");
}

#[test]
fn a_revocation_list_of_some_certificates_says_nothing_of_the_others() {
    let Some((ciacm, openssl)) = corporate() else { return };
    issue(&openssl, "signing", &P256, "leaf", Some("root"));
    let init = ["init", "--certificate", "signing-chain.pem", "--key", "signing.key", "--no-passphrase"];
    ciacm.args(init).run().expect_code(0);
    sign(&ciacm, "content", b"what is signed\n");
    ciacm.write("index.txt", "");
    ciacm.write("number", "01\n");
    let authority = "[ca]\ndefault_ca = one\n[one]\ndatabase = index.txt\ncrlnumber = number\ndefault_md = sha256\n\
        [all]\nauthorityKeyIdentifier = keyid\n[some]\nissuingDistributionPoint = critical,@point\n[point]\nonlysomereasons = keyCompromise\n";
    ciacm.write("ca.cnf", authority);
    let revocation = |extensions: &str| {
        openssl.must([
            "ca", "-config", "ca.cnf", "-gencrl", "-cert", "root.crt", "-keyfile", "root.key", "-crldays", "30",
            "-crlexts", extensions, "-out", "list.crl",
        ]);
        let list = certificate::read_revocation_list(&std::fs::read(ciacm.path("list.crl")).unwrap()).unwrap();
        let roots = certificate::read(&std::fs::read(ciacm.path("root.crt")).unwrap()).unwrap();
        let trust = Trust { roots, revocation_lists: vec![list], ..Trust::default() };
        let signature = std::fs::read(ciacm.path("content.p7s")).unwrap();
        verify_detached(&signature, &Sha256::digest(b"what is signed\n").into(), &trust).unwrap().path.revocation
    };
    assert_eq!(revocation("all"), Revocation::NotRevoked);
    assert_eq!(revocation("some"), Revocation::NotChecked);
}
