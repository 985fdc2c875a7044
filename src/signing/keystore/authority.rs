//! The organisation's root: made once, and used to issue, to revoke, and to renew the revocation list.

use super::files;
use super::index::{Authority, Index, Key, Kind, Reason, Role, State};
use super::open::{Keystore, REVOCATION_LIST, ROOT, ROOT_KEY, SOON, no_passphrase};
use crate::signing::issue::{self, MAX_NAME};
use crate::signing::passphrase::{Passphrase, PassphraseSource};
use crate::signing::software::{SoftwareKey, must_match};
use crate::signing::{SigningError, certificate};
use der::pem::LineEnding;
use jiff::Timestamp;
use std::path::Path;
use x509_cert::Certificate;
use x509_cert::ext::pkix::CrlReason;

/// The name of the key that signs for the organisation.
pub(super) const SIGNING: &str = "signing";

/// An identity that was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Created {
    /// False if another process was quicker, and the identity is that one's.
    pub made: bool,
    /// The organisation.
    pub organisation: String,
    /// The SHA-256 fingerprint of the root, to hand over to auditors by another channel.
    pub root_fingerprint: String,
    /// That of the signing certificate.
    pub fingerprint: String,
    /// The serial number of the signing certificate.
    pub serial: String,
}

/// What became of the revocation list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Renewal {
    /// It is valid for long.
    NotNeeded,
    /// It was renewed.
    Renewed,
    /// It ends soon, but the root's key is offline or needs a passphrase.
    NotPossible,
}

/// The root's key, opened.
#[derive(Debug)]
pub(super) struct OpenRoot {
    pub certificate: Certificate,
    pub key: SoftwareKey,
}

impl OpenRoot {
    pub fn authority(&self) -> issue::Authority<'_> {
        issue::Authority { certificate: &self.certificate, key: self.key.key() }
    }
}

impl Keystore {
    /// Makes the organisation's root, its revocation list and a signing key. If they are there already, because
    /// another process made them meanwhile, those are kept.
    ///
    /// # Errors
    /// If the name cannot stand in a certificate, or the files cannot be written.
    pub fn create(
        &mut self,
        organisation: &str,
        passphrase: Option<&Passphrase>,
        now: Timestamp,
    ) -> Result<Created, SigningError> {
        let organisation = check_name("organisation's name", organisation)?;
        let _lock = files::lock(&self.home)?;
        self.reload()?;
        if !self.is_empty() {
            return self.created(false);
        }
        files::make_directory(&self.directory)?;
        let (root_key, key) = (SoftwareKey::generate()?, SoftwareKey::generate()?);
        let root = OpenRoot { certificate: issue::root(&organisation, root_key.key(), now)?, key: root_key };
        let common_name = format!("{organisation} evidence signing");
        let common_name = if common_name.chars().count() > MAX_NAME { "Evidence signing" } else { &common_name };
        let leaf = root.authority().leaf(common_name, key.key(), now)?;
        let file = file_name(&leaf);
        self.put(ROOT_KEY, root.key.to_pem(passphrase)?.as_bytes())?;
        self.put(ROOT, certificate::pem(std::slice::from_ref(&root.certificate))?.as_bytes())?;
        self.put(&format!("{file}.key"), key.to_pem(passphrase)?.as_bytes())?;
        self.put(&format!("{file}.crt"), certificate::pem(&[leaf, root.certificate.clone()])?.as_bytes())?;
        // Keys of approvers may have been registered before there was a root.
        let index = self.index.get_or_insert_with(|| Index::new(organisation.clone()));
        index.organisation = organisation;
        index.authority = Some(Authority { revocation_list: 0, revocation_list_until: now, revoked: Vec::new() });
        index.keys.push(Key {
            name: SIGNING.to_owned(),
            role: Role::Signer,
            kind: Kind::File,
            state: State::Active,
            created: now,
            file,
            command: Vec::new(),
        });
        self.write_revocation_list(&root, now)?;
        self.save()?;
        self.created(true)
    }

    fn created(&self, made: bool) -> Result<Created, SigningError> {
        let signing = self.keys().find(|key| key.role == Role::Signer && key.state == State::Active);
        let file = signing.map(|key| format!("{}.crt", key.file)).unwrap_or_default();
        let chain = self.read_certificates(&file)?;
        let (Some(first), Some(last)) = (chain.first(), chain.last()) else {
            return Err(self.damaged(&file, "it holds no certificate".to_owned()));
        };
        Ok(Created {
            made,
            organisation: self.organisation().unwrap_or_default().to_owned(),
            root_fingerprint: certificate::fingerprint(last),
            fingerprint: certificate::fingerprint(first),
            serial: certificate::serial(first),
        })
    }

    /// The identity that is there, as [`Keystore::create`] tells it; `None` if there is none.
    ///
    /// # Errors
    /// If a file is missing or damaged.
    pub fn existing(&self) -> Result<Option<Created>, SigningError> {
        if self.is_empty() { Ok(None) } else { self.created(false).map(Some) }
    }

    /// Renews the revocation list if it ends soon and the root's key can be used with what `source` has.
    ///
    /// # Errors
    /// If a file is damaged or cannot be written.
    pub fn renew_revocation_list(
        &mut self,
        source: &dyn PassphraseSource,
        now: Timestamp,
    ) -> Result<Renewal, SigningError> {
        let ends_soon = |keystore: &Self| {
            let authority = keystore.index.as_ref().and_then(|index| index.authority.as_ref());
            authority.is_some_and(|authority| authority.revocation_list_until.duration_since(now) < SOON)
        };
        if !ends_soon(self) {
            return Ok(Renewal::NotNeeded);
        }
        // The passphrase may be another one than that of the signing key. What does not open is told as advice.
        let Ok(Some(root)) = self.try_open_root(None, source) else { return Ok(Renewal::NotPossible) };
        let _lock = files::lock(&self.home)?;
        self.reload()?;
        if !ends_soon(self) {
            return Ok(Renewal::NotNeeded);
        }
        self.write_revocation_list(&root, now)?;
        self.save()?;
        Ok(Renewal::Renewed)
    }

    /// Writes the next revocation list; the caller saves the index.
    pub(super) fn write_revocation_list(&mut self, root: &OpenRoot, now: Timestamp) -> Result<(), SigningError> {
        let Some(authority) = self.index.as_mut().and_then(|index| index.authority.as_mut()) else {
            return Err(no_authority());
        };
        let number = authority.revocation_list + 1;
        let revoked = authority.revoked.iter().map(|entry| {
            let reason = match entry.reason {
                Reason::KeyCompromise => CrlReason::KeyCompromise,
                Reason::Superseded => CrlReason::Superseded,
                Reason::CessationOfOperation => CrlReason::CessationOfOperation,
                Reason::AffiliationChanged => CrlReason::AffiliationChanged,
            };
            let serial = crate::hash::from_hex(&entry.serial).ok_or_else(|| {
                SigningError::new("the list of keys is damaged")
                    .why(format!("`{}` is no serial number", entry.serial))
                    .next("restore the directory `keys` of the home from a backup")
            })?;
            Ok((serial, entry.at, reason))
        });
        let revoked = revoked.collect::<Result<Vec<_>, SigningError>>()?;
        let (list, until) = root.authority().revocation_list(number, &revoked, now)?;
        authority.revocation_list = number;
        authority.revocation_list_until = until;
        let pem = der::pem::encode_string("X509 CRL", LineEnding::LF, &list)
            .map_err(|error| SigningError::bug("the revocation list cannot be written", error))?;
        self.put(REVOCATION_LIST, pem.as_bytes())
    }

    /// Opens the root's key: the file that is given, or the one in the home.
    pub(super) fn open_root(
        &self,
        file: Option<&Path>,
        source: &dyn PassphraseSource,
    ) -> Result<OpenRoot, SigningError> {
        if self.root()?.is_none() {
            return Err(no_authority());
        }
        if file.is_none() && files::read(&self.directory.join(ROOT_KEY))?.is_none() {
            return Err(SigningError::new("the organisation's root key is not in the home")
                .why(format!("it was moved offline: there is no {}", self.directory.join(ROOT_KEY).display()))
                .next("bring it and give it as `--ca-key FILE`"));
        }
        self.try_open_root(file, source)?.ok_or_else(|| no_passphrase("the organisation's root key"))
    }

    fn try_open_root(
        &self,
        file: Option<&Path>,
        source: &dyn PassphraseSource,
    ) -> Result<Option<OpenRoot>, SigningError> {
        const WHAT: &str = "the organisation's root key";
        let Some(certificate) = self.root()? else { return Ok(None) };
        let bytes = match file {
            Some(file) => files::read(file)?.ok_or_else(|| {
                SigningError::new(format!("there is no file {}", file.display()))
                    .why("the organisation's root key was looked for there")
                    .next("name the file that holds it")
            })?,
            None => match files::read(&self.directory.join(ROOT_KEY))? {
                Some(bytes) => bytes,
                None => return Ok(None),
            },
        };
        let Some(key) = SoftwareKey::read(&bytes, WHAT, source)? else { return Ok(None) };
        must_match(&key, &certificate, WHAT)?;
        Ok(Some(OpenRoot { certificate, key }))
    }

    pub(super) fn put(&self, file: &str, content: &[u8]) -> Result<(), SigningError> {
        files::write(&self.directory.join(file), content)
    }
}

fn no_authority() -> SigningError {
    SigningError::new("this home has no certificate authority of its own")
        .why("its signing certificate was issued by someone else")
        .next("get a certificate from them, and register it with `ciacm key enroll`")
}

/// The file name of a certificate's files: the first digits of its fingerprint.
pub(super) fn file_name(certificate: &Certificate) -> String {
    crate::hash::sha256_hex(&certificate::der(certificate)).chars().take(16).collect()
}

/// A name that can stand in a certificate, without spaces around it.
pub(super) fn check_name(what: &str, name: &str) -> Result<String, SigningError> {
    let name = name.trim();
    let refused = |why: String| {
        SigningError::new(format!("the {what} cannot be used"))
            .why(why)
            .next(format!("give 1 to {MAX_NAME} printable characters"))
    };
    if name.is_empty() {
        return Err(refused("it is empty".to_owned()));
    }
    if name.chars().any(char::is_control) {
        return Err(refused("it has control characters".to_owned()));
    }
    let length = name.chars().count();
    if length > MAX_NAME {
        return Err(refused(format!("it has {length} characters; certificates hold at most {MAX_NAME}")));
    }
    Ok(name.to_owned())
}
