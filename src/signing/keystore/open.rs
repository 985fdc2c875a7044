//! Opening the keys of a home and using them.

use super::files;
use super::index::{Index, Key, Kind, Role, State};
use crate::signing::certificate;
use crate::signing::external::ExternalSigner;
use crate::signing::passphrase::{Environment, PassphraseSource};
use crate::signing::path::Trust;
use crate::signing::software::{SoftwareKey, must_match};
use crate::signing::{Identity, Signer, SigningError};
use jiff::{SignedDuration, Timestamp};
use std::path::{Path, PathBuf};
use x509_cert::Certificate;

/// The directory of keys inside the home.
pub(super) const DIRECTORY: &str = "keys";
/// The root certificate.
pub(super) const ROOT: &str = "ca.crt";
/// The root's key, which should be moved offline.
pub(super) const ROOT_KEY: &str = "ca.key";
/// The revocation list.
pub(super) const REVOCATION_LIST: &str = "org.crl";
const INDEX: &str = "keys.json";

/// A signing key should not be older than this.
const ROTATE_AFTER: SignedDuration = SignedDuration::from_hours(24 * 90);
/// A revocation list is renewed, and a certificate's end is told, so long before.
pub(super) const SOON: SignedDuration = SignedDuration::from_hours(24 * 30);

/// The keys of a home.
#[derive(Debug)]
pub struct Keystore {
    pub(super) home: PathBuf,
    pub(super) directory: PathBuf,
    pub(super) index: Option<Index>,
}

/// What is told of a key.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct KeyInfo {
    /// The name that it goes by in commands.
    pub name: String,
    /// What it may do.
    pub role: Role,
    /// Where it is.
    pub kind: Kind,
    /// Whether it is in use.
    pub state: State,
    /// Who it belongs to; for an SSH key its comment.
    pub subject: String,
    /// The serial number of its certificate.
    pub serial: Option<String>,
    /// The SHA-256 fingerprint of its certificate or SSH key.
    pub fingerprint: String,
    /// When it was made or registered.
    pub created: Timestamp,
    /// Until when its certificate is valid.
    pub valid_until: Option<Timestamp>,
}

/// What is told of the organisation's own root.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct RootInfo {
    /// Who it belongs to.
    pub subject: String,
    /// Its SHA-256 fingerprint.
    pub fingerprint: String,
    /// Until when it is valid.
    pub valid_until: Timestamp,
    /// True if its key is in the home; it should be offline.
    pub key_in_home: bool,
    /// Until when the revocation list is valid.
    pub revocation_list_until: Timestamp,
}

impl Keystore {
    /// Reads what keys there are; none is fine.
    ///
    /// # Errors
    /// If the key directory cannot be read, or a newer program wrote it.
    pub fn open(home: &Path) -> Result<Self, SigningError> {
        let mut keystore = Self { home: home.to_owned(), directory: home.join(DIRECTORY), index: None };
        keystore.reload()?;
        Ok(keystore)
    }

    pub(super) fn reload(&mut self) -> Result<(), SigningError> {
        let path = self.directory.join(INDEX);
        let Some(bytes) = files::read(&path)? else {
            self.index = None;
            return Ok(());
        };
        let unreadable = |why: String| {
            SigningError::new(format!("the list of keys {} cannot be read", path.display()))
                .why(why)
                .next("restore the directory `keys` of the home from a backup")
        };
        #[derive(serde::Deserialize)]
        struct Format {
            format: u32,
        }
        let format: Format = serde_json::from_slice(&bytes).map_err(|error| unreadable(error.to_string()))?;
        if format.format != super::index::FORMAT {
            return Err(SigningError::new(format!("the list of keys {} was written by a newer ciacm", path.display()))
                .why(format!("its format is {}, this program knows {}", format.format, super::index::FORMAT))
                .next("update ciacm, or choose another home with --home or CIACM_HOME"));
        }
        self.index = Some(serde_json::from_slice(&bytes).map_err(|error| unreadable(error.to_string()))?);
        Ok(())
    }

    /// Puts the list of keys in its place: from here on a change counts.
    pub(super) fn save(&self) -> Result<(), SigningError> {
        let text = serde_json::to_vec_pretty(&self.index)
            .map_err(|error| SigningError::bug("the list of keys cannot be written", error))?;
        files::write(&self.directory.join(INDEX), &text)
    }

    /// The directory of the keys.
    #[must_use]
    pub fn directory(&self) -> &Path {
        &self.directory
    }

    /// The organisation, once there are keys.
    #[must_use]
    pub fn organisation(&self) -> Option<&str> {
        self.index.as_ref().map(|index| index.organisation.as_str())
    }

    /// True if no signing key was made or registered yet.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.signing_key().is_none()
    }

    pub(super) fn keys(&self) -> impl Iterator<Item = &Key> {
        self.index.iter().flat_map(|index| index.keys.iter())
    }

    fn signing_key(&self) -> Option<&Key> {
        self.keys().find(|key| key.role == Role::Signer && key.state == State::Active)
    }

    /// The organisation's own root, if it has one.
    ///
    /// # Errors
    /// If its file is missing or damaged.
    pub fn root(&self) -> Result<Option<Certificate>, SigningError> {
        match self.index.as_ref().and_then(|index| index.authority.as_ref()) {
            None => Ok(None),
            Some(_) => Ok(self.read_certificates(ROOT)?.into_iter().next()),
        }
    }

    /// What is told of the organisation's own root, if it has one.
    ///
    /// # Errors
    /// If its file is missing or damaged.
    pub fn root_info(&self) -> Result<Option<RootInfo>, SigningError> {
        let authority = self.index.as_ref().and_then(|index| index.authority.as_ref());
        let (Some(authority), Some(root)) = (authority, self.root()?) else { return Ok(None) };
        Ok(Some(RootInfo {
            subject: certificate::subject(&root),
            fingerprint: certificate::fingerprint(&root),
            valid_until: certificate::not_after(&root),
            key_in_home: self.directory.join(ROOT_KEY).exists(),
            revocation_list_until: authority.revocation_list_until,
        }))
    }

    /// The organisation's revocation list as DER, if it has a root of its own.
    ///
    /// # Errors
    /// If its file is missing or damaged.
    pub fn revocation_list(&self) -> Result<Option<Vec<u8>>, SigningError> {
        if self.index.as_ref().and_then(|index| index.authority.as_ref()).is_none() {
            return Ok(None);
        }
        let bytes = self.must_read(REVOCATION_LIST)?;
        certificate::read_revocation_list(&bytes).map(Some).map_err(|why| self.damaged(REVOCATION_LIST, why))
    }

    /// The identity that signs for the organisation; `None` if nothing was made yet. `source` is asked for the
    /// passphrase if the key is encrypted.
    ///
    /// # Errors
    /// If a file is missing or damaged, the passphrase is wrong, or there is none.
    pub fn identity(&self, source: &dyn PassphraseSource) -> Result<Option<Identity>, SigningError> {
        let Some(key) = self.signing_key() else { return Ok(None) };
        match self.load(key, source)? {
            Some(identity) => Ok(Some(identity)),
            None => Err(no_passphrase(&describe(key))),
        }
    }

    /// The identity, if it can be used without asking anyone: the key has no passphrase, the environment holds it, or
    /// an external signer has the key.
    ///
    /// # Errors
    /// As [`Keystore::identity`], but not for lack of a passphrase.
    pub fn unattended_identity(&self) -> Result<Option<Identity>, SigningError> {
        match self.signing_key() {
            Some(key) => self.load(key, &Environment),
            None => Ok(None),
        }
    }

    /// The identity of a named key that is in use, for instance an approver's.
    ///
    /// # Errors
    /// If there is no such key here, and as [`Keystore::identity`].
    pub fn identity_of(&self, name: &str, source: &dyn PassphraseSource) -> Result<Identity, SigningError> {
        let Some(key) = self.keys().find(|key| key.name == name && key.state == State::Active) else {
            let known: Vec<&str> =
                self.keys().filter(|key| key.state == State::Active).map(|key| key.name.as_str()).collect();
            return Err(SigningError::new(format!("no key in use is called `{name}`"))
                .why(if known.is_empty() {
                    "there are no keys yet".to_owned()
                } else {
                    format!("there are: {}", known.join(", "))
                })
                .next("see `ciacm key list`; make one with `ciacm key new`"));
        };
        if matches!(key.kind, Kind::Certificate | Kind::Ssh) {
            return Err(SigningError::new(format!("the key `{name}` cannot sign here"))
                .why("only its public half is known to this home")
                .next("sign where the key is, or register the key itself with `ciacm key enroll`"));
        }
        self.load(key, source)?.ok_or_else(|| no_passphrase(&describe(key)))
    }

    fn load(&self, key: &Key, source: &dyn PassphraseSource) -> Result<Option<Identity>, SigningError> {
        let chain = self.read_certificates(&format!("{}.crt", key.file))?;
        let signer: Box<dyn Signer> = match key.kind {
            Kind::External => Box::new(ExternalSigner::new(key.command.clone())),
            _ => {
                let bytes = self.must_read(&format!("{}.key", key.file))?;
                let what = describe(key);
                let Some(software) = SoftwareKey::read(&bytes, &what, source)? else { return Ok(None) };
                if let Some(first) = chain.first() {
                    must_match(&software, first, &what)?;
                }
                Box::new(software)
            }
        };
        let root = self.root()?;
        let ours = root.is_some() && root.as_ref() == chain.last();
        let revocation_lists = if ours { self.revocation_list()?.into_iter().collect() } else { Vec::new() };
        Ok(Some(Identity { signer, chain, revocation_lists }))
    }

    /// What this home itself trusts: its own roots, and the revocation list as it is now.
    ///
    /// # Errors
    /// If a file is missing or damaged.
    pub fn trust(&self) -> Result<Trust, SigningError> {
        let mut roots: Vec<Certificate> = self.root()?.into_iter().collect();
        for key in self.keys().filter(|key| matches!(key.kind, Kind::File | Kind::External)) {
            let last = self.read_certificates(&format!("{}.crt", key.file))?.pop();
            roots.extend(last.filter(|last| !roots.contains(last)));
        }
        Ok(Trust { roots, revocation_lists: self.revocation_list()?.into_iter().collect(), ..Trust::default() })
    }

    /// All keys, those in use first.
    ///
    /// # Errors
    /// If a file is missing or damaged.
    pub fn list(&self) -> Result<Vec<KeyInfo>, SigningError> {
        let mut keys: Vec<&Key> = self.keys().collect();
        keys.sort_by_key(|key| (key.state, key.role, key.created));
        keys.into_iter().map(|key| self.info(key)).collect()
    }

    pub(super) fn info(&self, key: &Key) -> Result<KeyInfo, SigningError> {
        let (subject, serial, fingerprint, valid_until) = if key.kind == Kind::Ssh {
            let file = format!("{}.pub", key.file);
            let text = String::from_utf8_lossy(&self.must_read(&file)?).into_owned();
            let ssh = crate::signing::ssh::PublicKey::parse(&text).map_err(|why| self.damaged(&file, why))?;
            (ssh.comment.clone(), None, ssh.fingerprint(), None)
        } else {
            let file = format!("{}.crt", key.file);
            let chain = self.read_certificates(&file)?;
            let first = chain.first().ok_or_else(|| self.damaged(&file, "it holds no certificate".to_owned()))?;
            let until = certificate::not_after(first);
            (
                certificate::subject(first),
                Some(certificate::serial(first)),
                certificate::fingerprint(first),
                Some(until),
            )
        };
        Ok(KeyInfo {
            name: key.name.clone(),
            role: key.role,
            kind: key.kind,
            state: key.state,
            subject,
            serial,
            fingerprint,
            created: key.created,
            valid_until,
        })
    }

    /// The SSH key with that fingerprint, if it is registered.
    ///
    /// # Errors
    /// If a file is missing or damaged.
    pub fn ssh_key(&self, fingerprint: &str) -> Result<Option<crate::signing::ssh::PublicKey>, SigningError> {
        for key in self.keys().filter(|key| key.kind == Kind::Ssh) {
            let file = format!("{}.pub", key.file);
            let text = String::from_utf8_lossy(&self.must_read(&file)?).into_owned();
            let public = crate::signing::ssh::PublicKey::parse(&text).map_err(|why| self.damaged(&file, why))?;
            if public.fingerprint() == fingerprint {
                return Ok(Some(public));
            }
        }
        Ok(None)
    }

    /// What the user should know when the signing key is used: it is old, its certificate or the revocation list ends
    /// soon.
    ///
    /// # Errors
    /// If a file is missing or damaged.
    pub fn advice(&self, now: Timestamp) -> Result<Vec<String>, SigningError> {
        let mut advice = Vec::new();
        let Some(key) = self.signing_key() else { return Ok(advice) };
        let days = |duration: SignedDuration| duration.as_hours() / 24;
        let age = now.duration_since(key.created);
        if age > ROTATE_AFTER {
            advice.push(format!("the signing key is {} days old; replace it with `ciacm key rotate`", days(age)));
        }
        if let Some(first) = self.read_certificates(&format!("{}.crt", key.file))?.first() {
            let left = certificate::not_after(first).duration_since(now);
            if left < SignedDuration::ZERO {
                advice.push("the signing certificate has ended; replace it with `ciacm key rotate`".to_owned());
            } else if left < SOON {
                advice.push(format!(
                    "the signing certificate ends in {} days; replace it with `ciacm key rotate`",
                    days(left)
                ));
            }
        }
        if let Some(authority) = self.index.as_ref().and_then(|index| index.authority.as_ref()) {
            let left = authority.revocation_list_until.duration_since(now);
            if left < SOON {
                let when = if left < SignedDuration::ZERO {
                    "has ended".to_owned()
                } else {
                    format!("ends in {} days", days(left))
                };
                advice.push(format!(
                    "the revocation list {when}; renew it with `ciacm key rotate --only-revocation-list`"
                ));
            }
        }
        Ok(advice)
    }

    pub(super) fn read_certificates(&self, file: &str) -> Result<Vec<Certificate>, SigningError> {
        let bytes = self.must_read(file)?;
        certificate::read(&bytes).map_err(|why| self.damaged(file, why))
    }

    pub(super) fn must_read(&self, file: &str) -> Result<Vec<u8>, SigningError> {
        files::read(&self.directory.join(file))?.ok_or_else(|| self.damaged(file, "it is not there".to_owned()))
    }

    pub(super) fn damaged(&self, file: &str, why: String) -> SigningError {
        SigningError::new(format!("the key file {} is missing or damaged", self.directory.join(file).display()))
            .why(why)
            .next("restore the directory `keys` of the home from a backup")
    }
}

pub(super) fn describe(key: &Key) -> String {
    format!("the key `{}`", key.name)
}

pub(super) fn no_passphrase(what: &str) -> SigningError {
    SigningError::new(format!("{what} cannot be opened"))
        .why("it is encrypted, no passphrase is configured, and there is no terminal to ask at")
        .next("set CIACM_PASSPHRASE_FILE or CIACM_PASSPHRASE, or give --passphrase-file")
}
