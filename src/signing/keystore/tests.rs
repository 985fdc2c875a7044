use super::*;
use crate::signing::cms::{Profile, VerifyError, sign_detached, verify_detached};
use crate::signing::passphrase::Passphrase;
use crate::signing::path::{PathError, Revocation, Trust};
use crate::signing::ssh::PublicKey;
use crate::signing::{Identity, certificate, testing};
use jiff::{SignedDuration, Timestamp};
use std::fs;

const NONE: Option<Passphrase> = None;
const DIGEST: [u8; 32] = [1; 32];

fn passphrase(text: &str) -> Option<Passphrase> {
    Some(Passphrase::new(text.to_owned()).unwrap())
}

fn root_key() -> RootKey<'static> {
    RootKey { file: None, source: &NONE }
}

fn sign(identity: &Identity) -> Vec<u8> {
    sign_detached(&DIGEST, identity, Profile::File).unwrap()
}

fn now() -> Timestamp {
    Timestamp::from_second(Timestamp::now().as_second()).unwrap()
}

fn days(days: i64) -> SignedDuration {
    SignedDuration::from_hours(24 * days)
}

#[test]
fn an_empty_home_has_no_identity() {
    let home = tempfile::tempdir().unwrap();
    let keystore = Keystore::open(home.path()).unwrap();
    assert!(keystore.is_empty());
    assert!(keystore.identity(&NONE).unwrap().is_none());
    assert!(keystore.list().unwrap().is_empty());
    assert!(fs::read_dir(home.path()).unwrap().next().is_none(), "looking makes nothing");
}

#[test]
fn an_encrypted_key_opens_with_its_passphrase_only() {
    let home = tempfile::tempdir().unwrap();
    let mut keystore = Keystore::open(home.path()).unwrap();
    let secret = passphrase("correct horse");
    assert!(keystore.create("Example Corp", secret.as_ref(), now()).unwrap().made);
    let keystore = Keystore::open(home.path()).unwrap();
    assert!(keystore.identity(&secret).unwrap().is_some());
    let wrong = keystore.identity(&passphrase("wrong")).unwrap_err();
    assert_eq!(wrong.why, "the passphrase is wrong, or the file is damaged");
    assert!(keystore.identity(&NONE).unwrap_err().why.starts_with("it is encrypted, no passphrase is configured"));
    assert!(keystore.unattended_identity().unwrap().is_none(), "checkpoints stay unsigned, nobody is asked");
    for entry in fs::read_dir(keystore.directory()).unwrap() {
        let text = fs::read_to_string(entry.unwrap().path()).unwrap();
        assert!(!text.contains("BEGIN PRIVATE KEY") && !text.contains("correct horse"), "{text}");
    }
}

#[test]
#[cfg(unix)]
fn keys_are_for_their_owner_alone() {
    use std::os::unix::fs::PermissionsExt;
    let (_home, keystore) = testing::home();
    let mode = |path: &std::path::Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(keystore.directory()), 0o700);
    for entry in fs::read_dir(keystore.directory()).unwrap() {
        assert_eq!(mode(&entry.unwrap().path()), 0o600);
    }
}

#[test]
fn processes_that_begin_at_once_make_one_identity() {
    let home = tempfile::tempdir().unwrap();
    let create = || {
        let mut keystore = Keystore::open(home.path()).unwrap();
        keystore.create("Example Corp", None, now()).unwrap()
    };
    let made: Vec<Created> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..8).map(|_| scope.spawn(create)).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    assert_eq!(made.iter().filter(|created| created.made).count(), 1);
    assert!(made.iter().all(|created| created.root_fingerprint == made[0].root_fingerprint));
}

#[test]
fn what_an_interrupted_command_left_does_not_count() {
    let (home, keystore) = testing::home();
    fs::remove_file(keystore.directory().join("keys.json")).unwrap();
    let mut keystore = Keystore::open(home.path()).unwrap();
    assert!(keystore.is_empty());
    assert!(keystore.create("Example Corp", None, now()).unwrap().made);
    let (identity, trust) = (keystore.identity(&NONE).unwrap().unwrap(), keystore.trust().unwrap());
    assert!(verify_detached(&sign(&identity), &DIGEST, &trust).is_ok());
}

#[test]
fn what_an_old_key_signed_stays_good() {
    let (_home, mut keystore) = testing::home();
    let before = sign(&keystore.identity(&NONE).unwrap().unwrap());
    let change = keystore.rotate(root_key(), None, now()).unwrap();
    assert_eq!(change.old.unwrap().state, State::Retired);
    assert_eq!(change.new.subject, "CN=Example Corp evidence signing, O=Example Corp");
    let after = sign(&keystore.identity(&NONE).unwrap().unwrap());
    let trust = keystore.trust().unwrap();
    let signer = |cms: &[u8]| certificate::serial(&verify_detached(cms, &DIGEST, &trust).unwrap().signer);
    assert_ne!(signer(&before), signer(&after));
}

#[test]
fn a_revoked_key_counts_by_the_reason() {
    let (_home, mut keystore) = testing::home();
    let cms = sign(&keystore.identity(&NONE).unwrap().unwrap());
    let serial = keystore.list().unwrap()[0].serial.clone().unwrap();
    let verify = |keystore: &Keystore, hours| {
        let claimed = Some(now() + SignedDuration::from_hours(hours));
        verify_detached(&cms, &DIGEST, &Trust { claimed, ..keystore.trust().unwrap() })
    };
    let mut stolen = Keystore::open(&keystore.home).unwrap();
    keystore.revoke(&serial.to_lowercase(), Reason::Superseded, root_key(), now()).unwrap();
    assert_eq!(verify(&keystore, 0).unwrap_err().to_string().split(" was revoked").count(), 2);
    assert!(verify(&keystore, -1).is_ok(), "what it signed before it was replaced is good");

    let again = stolen.revoke(&serial, Reason::KeyCompromise, root_key(), now()).unwrap_err();
    assert_eq!(again.why, "it is revoked already");
    let index = stolen.directory().join("keys.json");
    let text = fs::read_to_string(&index).unwrap();
    fs::write(&index, text.replace("superseded", "key-compromise")).unwrap();
    stolen.renew_now(root_key(), now()).unwrap();
    let error = verify(&stolen, -1).unwrap_err();
    let VerifyError::Path(PathError::Revoked { reason, .. }) = error else { panic!("{error}") };
    assert_eq!(reason, "the key was stolen, and no trusted time stamp shows that the signature is older");
    assert!(stolen.is_empty(), "a revoked key does not sign");
}

#[test]
fn a_serial_number_of_nobody_is_not_revoked() {
    let (_home, mut keystore) = testing::home();
    let error = keystore.revoke("12:34", Reason::Superseded, root_key(), now()).unwrap_err();
    assert_eq!(error.what, "the certificate 1234 cannot be revoked");
}

#[test]
fn the_roots_key_may_be_elsewhere() {
    let (home, mut keystore) = testing::home();
    let offline = home.path().join("stick.key");
    fs::rename(keystore.directory().join("ca.key"), &offline).unwrap();
    let error = keystore.rotate(root_key(), None, now()).unwrap_err();
    assert_eq!(error.what, "the organisation's root key is not in the home");
    assert_eq!(keystore.list().unwrap().len(), 1, "nothing was changed");
    assert!(!keystore.root_info().unwrap().unwrap().key_in_home);
    keystore.rotate(RootKey { file: Some(&offline), source: &NONE }, None, now()).unwrap();
    let (_other_home, other) = testing::home();
    let wrong = other.directory().join("ca.key");
    let error = keystore.rotate(RootKey { file: Some(&wrong), source: &NONE }, None, now()).unwrap_err();
    assert_eq!(error.what, "the organisation's root key does not belong to its certificate");
}

#[test]
fn the_revocation_list_is_renewed_before_it_ends() {
    let (_home, mut keystore) = testing::home();
    assert_eq!(keystore.renew_revocation_list(&NONE, now() + days(300)).unwrap(), Renewal::NotNeeded);
    assert_eq!(keystore.renew_revocation_list(&NONE, now() + days(340)).unwrap(), Renewal::Renewed);
    assert_eq!(keystore.renew_revocation_list(&NONE, now() + days(340)).unwrap(), Renewal::NotNeeded);
    fs::remove_file(keystore.directory().join("ca.key")).unwrap();
    assert_eq!(keystore.renew_revocation_list(&NONE, now() + days(700)).unwrap(), Renewal::NotPossible);
    let identity = keystore.identity(&NONE).unwrap().unwrap();
    let trust = Trust { claimed: Some(now() + days(600)), ..keystore.trust().unwrap() };
    assert_eq!(verify_detached(&sign(&identity), &DIGEST, &trust).unwrap().path.revocation, Revocation::NotRevoked);
}

#[test]
fn old_keys_and_ends_that_come_near_are_told() {
    let (_home, keystore) = testing::home();
    let made = keystore.list().unwrap()[0].created;
    let advice = |later| keystore.advice(made + days(later)).unwrap();
    assert!(advice(89).is_empty());
    assert_eq!(advice(91), ["the signing key is 91 days old; replace it with `ciacm key rotate`"]);
    assert!(advice(340)[1].starts_with("the revocation list ends in 25 days"), "{:?}", advice(340));
    assert!(advice(366)[1].starts_with("the revocation list has ended"), "{:?}", advice(366));
    assert!(advice(710)[1].starts_with("the signing certificate ends in 20 days"), "{:?}", advice(710));
    assert!(advice(731)[1].starts_with("the signing certificate has ended"), "{:?}", advice(731));
}

#[test]
fn a_person_gets_a_certificate_and_a_key_of_their_own() {
    let (_home, mut keystore) = testing::home();
    let secret = passphrase("ann's");
    let change = keystore.issue(" Ann Approver ", Role::Approver, root_key(), secret.as_ref(), now()).unwrap();
    assert_eq!(change.new.subject, "CN=Ann Approver, O=Example Corp");
    let identity = keystore.identity_of("Ann Approver", &secret).unwrap();
    assert!(verify_detached(&sign(&identity), &DIGEST, &keystore.trust().unwrap()).is_ok());
    assert_eq!(keystore.identity_of("Bob", &NONE).unwrap_err().why, "there are: signing, Ann Approver");
    let twice = keystore.issue("Ann Approver", Role::Approver, root_key(), None, now()).unwrap_err();
    assert_eq!(twice.what, "a key called `Ann Approver` is in use");
    assert_eq!(keystore.list().unwrap().len(), 2);
}

#[test]
fn names_that_cannot_stand_in_a_certificate_are_refused() {
    let home = tempfile::tempdir().unwrap();
    let mut keystore = Keystore::open(home.path()).unwrap();
    let mut why = |name: &str| keystore.create(name, None, now()).unwrap_err().why;
    assert_eq!(why("  "), "it is empty");
    assert_eq!(why("Exa\nmple"), "it has control characters");
    assert_eq!(why(&"x".repeat(65)), "it has 65 characters; certificates hold at most 64");
    let long = "ÖÄÜ & Söhne, \"GmbH\"=#+;".to_owned() + &"x".repeat(40);
    assert_eq!(keystore.create(&long, None, now()).unwrap().organisation, long);
    assert!(keystore.list().unwrap()[0].subject.ends_with(&format!("O={long}")));
}

#[test]
fn another_organisations_certificate_can_take_over() {
    let (_home, mut keystore) = testing::home();
    let (_other_home, mut other) = testing::home();
    let material = other.issue("Other signing", Role::Approver, root_key(), None, now()).unwrap();
    let identity = other.identity_of("Other signing", &NONE).unwrap();
    let key = fs::read(
        other.directory().join(format!("{}.key", &material.new.fingerprint.replace(':', "").to_lowercase()[..16])),
    )
    .unwrap();
    let key = crate::signing::software::SoftwareKey::read(&key, "the key", &NONE).unwrap().unwrap();
    let mut shuffled = identity.chain.clone();
    shuffled.reverse();
    let change = keystore.enroll("corporate", Role::Signer, &shuffled, Material::Key(&key, None), now()).unwrap();
    assert_eq!(change.old.unwrap().name, "signing");
    let signing = keystore.identity(&NONE).unwrap().unwrap();
    assert_eq!(certificate::common_name(&signing.chain[0]), "Other signing");
    assert!(verify_detached(&sign(&signing), &DIGEST, &keystore.trust().unwrap()).is_ok());
    let again = keystore.enroll("again", Role::Approver, &identity.chain, Material::Nothing, now()).unwrap_err();
    assert_eq!(again.what, "this key is registered already");
    let foreign =
        keystore.enroll("x", Role::Signer, &signing.chain[1..], Material::Key(&key, None), now()).unwrap_err();
    assert_eq!(foreign.what, "the key does not belong to its certificate");
}

#[test]
fn an_approver_may_have_an_ssh_key() {
    let (_home, mut keystore) = testing::home();
    let line = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIBo7nhXLJNdTLnLsvvdnOgEvkkJkHzg4kAAoQV3nS3hq ann@example.com";
    let public = PublicKey::parse(line).unwrap();
    let change = keystore.enroll_ssh("ann", &public, "Example Corp", now()).unwrap();
    assert_eq!((change.new.kind, change.new.subject.as_str()), (Kind::Ssh, "ann@example.com"));
    assert!(change.new.fingerprint.starts_with("SHA256:"));
    assert_eq!(keystore.identity_of("ann", &NONE).unwrap_err().why, "only its public half is known to this home");
}

#[test]
fn damaged_and_newer_lists_of_keys_are_told() {
    let (home, keystore) = testing::home();
    let index = keystore.directory().join("keys.json");
    let text = fs::read_to_string(&index).unwrap();
    let what = |text: &str| {
        fs::write(&index, text).unwrap();
        Keystore::open(home.path()).unwrap_err().what
    };
    assert!(what("{").ends_with("keys.json cannot be read"));
    assert!(what(&text.replace("\"format\": 1", "\"format\": 2")).ends_with("was written by a newer ciacm"));
    fs::write(&index, text).unwrap();
    fs::write(keystore.directory().join("ca.crt"), "nothing").unwrap();
    let error = Keystore::open(home.path()).unwrap().trust().unwrap_err();
    assert!(error.what.ends_with("ca.crt is missing or damaged"), "{error}");
}
