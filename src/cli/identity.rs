//! The identity that signs for the organisation: opened, or made at its first need.

use super::error::CommandError;
use super::passphrase::{Configured, NewPassphraseArgs, PassphraseArgs, new_passphrase};
use super::{Context, warn};
use crate::audit::{Event, NewEntry};
use crate::signing::Identity;
use crate::signing::keystore::{Created, Keystore, Renewal};
use crate::signing::passphrase::{Passphrase, PassphraseSource};
use crate::store::Store;
use jiff::Timestamp;
use serde_json::json;

/// The name where nobody gave one.
pub(super) const UNNAMED: &str = "Unnamed organisation";

impl Context {
    /// The keys of the home.
    pub(super) fn keystore(&self) -> Result<Keystore, CommandError> {
        Ok(Keystore::open(&self.home()?)?)
    }

    /// The identity for something that must be signed now. If there is none yet it is made: on a terminal with a
    /// passphrase that is asked for, elsewhere with the configured one.
    pub(super) fn signing_identity(
        &self,
        store: &mut Store,
        passphrase: &PassphraseArgs,
    ) -> Result<Identity, CommandError> {
        let source = Configured::new(passphrase.passphrase_file.clone());
        let mut keystore = self.keystore()?;
        if keystore.is_empty() {
            let organisation = store.organisation()?.unwrap_or_else(|| {
                warn(&format!("the organisation has no name; its certificates say \"{UNNAMED}\" (`ciacm init --organisation NAME` names it first)"));
                UNNAMED.to_owned()
            });
            let new = NewPassphraseArgs { passphrase_file: passphrase.passphrase_file.clone(), no_passphrase: false };
            let passphrase = new_passphrase(&new, &format!("the keys of {organisation}"))?;
            let created = make_identity(store, &mut keystore, &organisation, passphrase.as_ref())?;
            source.remember(passphrase);
            warn(&format!(
                "a signing identity was made; hand over the fingerprint of its root by another channel: {}",
                created.root_fingerprint
            ));
        }
        let none = || CommandError::new("there is no signing identity").next("run `ciacm init`");
        let identity = keystore.identity(&source)?.ok_or_else(none)?;
        // The root's key mostly has the same passphrase; nobody is asked for another.
        if tend(store, &mut keystore, &source.used())? == Renewal::Renewed {
            return keystore.identity(&source)?.ok_or_else(none);
        }
        Ok(identity)
    }

    /// The identity for checkpoints: `None` if there is none, or it cannot be used without asking anyone.
    pub(super) fn unattended_identity(&self) -> Result<Option<Identity>, CommandError> {
        Ok(self.keystore()?.unattended_identity()?)
    }
}

/// Makes the organisation's identity and tells the audit log.
pub(super) fn make_identity(
    store: &mut Store,
    keystore: &mut Keystore,
    organisation: &str,
    passphrase: Option<&Passphrase>,
) -> Result<Created, CommandError> {
    let created = keystore.create(organisation, passphrase, now())?;
    store.set_organisation(&created.organisation)?;
    if created.made {
        store.log(&NewEntry::new(
            Event::KeyCreated,
            json!({
                "name": "signing",
                "role": "signer",
                "serial": created.serial,
                "fingerprint": created.fingerprint,
                "root_fingerprint": created.root_fingerprint,
                "encrypted": passphrase.is_some(),
            }),
        ))?;
    }
    Ok(created)
}

/// Renews what ends soon where nobody has to be asked, and tells the rest.
fn tend(store: &mut Store, keystore: &mut Keystore, source: &dyn PassphraseSource) -> Result<Renewal, CommandError> {
    let now = now();
    let renewal = keystore.renew_revocation_list(source, now)?;
    if renewal == Renewal::Renewed {
        store.log(&NewEntry::new(Event::KeyRotated, json!({"renewed": "revocation list"})))?;
    }
    for advice in keystore.advice(now)? {
        warn(&advice);
    }
    Ok(renewal)
}

/// The clock in whole seconds, which is what certificates hold.
pub(super) fn now() -> Timestamp {
    let now = Timestamp::now();
    Timestamp::from_second(now.as_second()).unwrap_or(now)
}
