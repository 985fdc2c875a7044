//! Identities for tests.

use super::Identity;
use super::keystore::Keystore;
use super::passphrase::Passphrase;
use super::path::Trust;
use jiff::Timestamp;
use tempfile::TempDir;

/// A home with an identity without a passphrase.
pub fn home() -> (TempDir, Keystore) {
    let home = tempfile::tempdir().unwrap();
    let mut keystore = Keystore::open(home.path()).unwrap();
    let now = Timestamp::from_second(Timestamp::now().as_second()).unwrap();
    keystore.create("Example Corp", None, now).unwrap();
    (home, keystore)
}

/// Its identity and what trusts it.
pub fn identity() -> (Identity, Trust) {
    let (_home, keystore) = home();
    (keystore.identity(&None::<Passphrase>).unwrap().unwrap(), keystore.trust().unwrap())
}
