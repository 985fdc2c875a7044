//! Changing which keys there are. Each change counts once the index is saved; nothing is ever deleted, so that what
//! was signed stays verifiable.

use super::authority::{OpenRoot, SIGNING, check_name, file_name};
use super::files;
use super::index::{Index, Key, Kind, Reason, Revoked, Role, State};
use super::open::{KeyInfo, Keystore};
use crate::signing::passphrase::{Passphrase, PassphraseSource};
use crate::signing::path::{self, Moment};
use crate::signing::software::{SoftwareKey, must_match};
use crate::signing::ssh::PublicKey;
use crate::signing::{SigningError, certificate};
use jiff::Timestamp;
use std::path::{Path, PathBuf};
use x509_cert::Certificate;

/// The root's key, for a change that needs it.
#[derive(Clone, Copy)]
pub struct RootKey<'a> {
    /// Where it is, if it is not in the home.
    pub file: Option<&'a Path>,
    /// Where its passphrase comes from.
    pub source: &'a dyn PassphraseSource,
}

impl std::fmt::Debug for RootKey<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("RootKey").field("file", &self.file).finish_non_exhaustive()
    }
}

/// A key that is registered, with what else became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// The key that is new.
    pub new: KeyInfo,
    /// The key that it takes the place of.
    pub old: Option<KeyInfo>,
}

/// What signs for a certificate.
#[derive(Debug)]
pub enum Material<'a> {
    /// A key that is kept in the home, encrypted if there is a passphrase.
    Key(&'a SoftwareKey, Option<&'a Passphrase>),
    /// A command.
    External(Vec<String>),
    /// Nothing here: the holder signs elsewhere.
    Nothing,
}

impl Keystore {
    /// Issues a certificate for a new key of a person or a role.
    ///
    /// # Errors
    /// If the name is taken, or the root's key cannot be used.
    pub fn issue(
        &mut self,
        name: &str,
        role: Role,
        root: RootKey<'_>,
        passphrase: Option<&Passphrase>,
        now: Timestamp,
    ) -> Result<Change, SigningError> {
        let name = check_name("name", name)?;
        let opened = self.open_root(root.file, root.source)?;
        self.change(|keystore| {
            keystore.must_be_free(&name)?;
            keystore.add_issued(&opened, &name, &name, role, passphrase, now)
        })
    }

    /// Replaces the signing key by a new one, and renews the revocation list. The old key's certificate stays.
    ///
    /// # Errors
    /// If the root's key cannot be used.
    pub fn rotate(
        &mut self,
        root: RootKey<'_>,
        passphrase: Option<&Passphrase>,
        now: Timestamp,
    ) -> Result<Change, SigningError> {
        let opened = self.open_root(root.file, root.source)?;
        self.change(|keystore| {
            let current = keystore.keys().find(|key| key.role == Role::Signer && key.state == State::Active);
            let chain = current.map(|key| keystore.read_certificates(&format!("{}.crt", key.file))).transpose()?;
            let subject = match chain.unwrap_or_default().first() {
                Some(first) => certificate::common_name(first),
                None => keystore.organisation().unwrap_or_default().to_owned(),
            };
            let old = keystore.retire_signer()?;
            let change = keystore.add_issued(&opened, SIGNING, &subject, Role::Signer, passphrase, now)?;
            keystore.write_revocation_list(&opened, now)?;
            Ok(Change { old, ..change })
        })
    }

    /// Renews the revocation list, however long it is still valid.
    ///
    /// # Errors
    /// If the root's key cannot be used.
    pub fn renew_now(&mut self, root: RootKey<'_>, now: Timestamp) -> Result<Timestamp, SigningError> {
        let opened = self.open_root(root.file, root.source)?;
        self.change(|keystore| keystore.write_revocation_list(&opened, now))?;
        let until = self.index.as_ref().and_then(|index| index.authority.as_ref());
        Ok(until.map_or(now, |authority| authority.revocation_list_until))
    }

    /// Revokes a certificate that the organisation's root issued, and renews the revocation list.
    ///
    /// # Errors
    /// If there is no such certificate, it is revoked already, or the root's key cannot be used.
    pub fn revoke(
        &mut self,
        serial: &str,
        reason: Reason,
        root: RootKey<'_>,
        now: Timestamp,
    ) -> Result<KeyInfo, SigningError> {
        let serial = serial.trim().replace(':', "").to_uppercase();
        let opened = self.open_root(root.file, root.source)?;
        self.change(|keystore| {
            let refused = |why: String| {
                SigningError::new(format!("the certificate {serial} cannot be revoked"))
                    .why(why)
                    .next("see `ciacm key list` for the serial numbers")
            };
            let mut found = None;
            for (index, key) in keystore.keys().enumerate().filter(|(_, key)| key.kind != Kind::Ssh) {
                let chain = keystore.read_certificates(&format!("{}.crt", key.file))?;
                let issued = chain.last() == Some(&opened.certificate);
                if issued && chain.first().is_some_and(|first| certificate::serial(first) == serial) {
                    found = Some((index, key.state));
                }
            }
            let Some((place, state)) = found else {
                return Err(refused(
                    "the organisation's root issued no certificate with this serial number".to_owned(),
                ));
            };
            if state == State::Revoked {
                return Err(refused("it is revoked already".to_owned()));
            }
            let index = keystore.index.as_mut().ok_or_else(|| refused("there are no keys".to_owned()))?;
            if let Some(authority) = &mut index.authority {
                authority.revoked.push(Revoked { serial: serial.clone(), at: now, reason });
            }
            if let Some(key) = index.keys.get_mut(place) {
                key.state = State::Revoked;
            }
            keystore.write_revocation_list(&opened, now)?;
            let key = keystore.keys().nth(place).ok_or_else(|| refused("it is gone".to_owned()))?;
            keystore.info(key)
        })
    }

    /// Registers a certificate with what signs for it. As signer it takes the place of the present one.
    ///
    /// # Errors
    /// If the key is not the certificate's, the chain does not hold, or the name is taken.
    pub fn enroll(
        &mut self,
        name: &str,
        role: Role,
        chain: &[Certificate],
        material: Material<'_>,
        now: Timestamp,
    ) -> Result<Change, SigningError> {
        let name = check_name("name", name)?;
        let chain = ordered(chain, &material, now)?;
        let Some(first) = chain.first() else { return Err(no_certificate()) };
        let file = file_name(first);
        let kind = match &material {
            Material::Key(..) => Kind::File,
            Material::External(_) => Kind::External,
            Material::Nothing => Kind::Certificate,
        };
        self.change(|keystore| {
            let old = if role == Role::Signer { keystore.retire_signer()? } else { None };
            keystore.must_be_free(&name)?;
            keystore.must_be_new(&file)?;
            let mut command = Vec::new();
            match material {
                Material::Key(key, passphrase) => {
                    keystore.put(&format!("{file}.key"), key.to_pem(passphrase)?.as_bytes())?
                }
                Material::External(external) => command = external,
                Material::Nothing => (),
            }
            keystore.put(&format!("{file}.crt"), certificate::pem(&chain)?.as_bytes())?;
            let organisation = crate::signing::issue::organisation(first);
            let index = keystore.index.get_or_insert_with(|| Index::new(organisation));
            let key =
                Key { name: name.clone(), role, kind, state: State::Active, created: now, file: file.clone(), command };
            index.keys.push(key.clone());
            Ok(Change { new: keystore.info(&key)?, old })
        })
    }

    /// Registers the SSH key of an approver.
    ///
    /// # Errors
    /// If the name is taken.
    pub fn enroll_ssh(
        &mut self,
        name: &str,
        public: &PublicKey,
        organisation: &str,
        now: Timestamp,
    ) -> Result<Change, SigningError> {
        let name = check_name("name", name)?;
        let file: String = crate::hash::sha256_hex(&public.blob).chars().take(16).collect();
        self.change(|keystore| {
            keystore.must_be_free(&name)?;
            keystore.must_be_new(&file)?;
            keystore.put(&format!("{file}.pub"), public.line().as_bytes())?;
            let index = keystore.index.get_or_insert_with(|| Index::new(organisation.to_owned()));
            let key = Key {
                name: name.clone(),
                role: Role::Approver,
                kind: Kind::Ssh,
                state: State::Active,
                created: now,
                file: file.clone(),
                command: Vec::new(),
            };
            index.keys.push(key.clone());
            Ok(Change { new: keystore.info(&key)?, old: None })
        })
    }

    /// Copies what others need into a directory: the root, the signing certificate and the revocation list; with
    /// `private` also the signing key, if it is encrypted. Answers the files.
    ///
    /// # Errors
    /// If there is no identity, the directory cannot be written, or the key is not encrypted.
    pub fn export(&self, directory: &Path, private: bool) -> Result<Vec<PathBuf>, SigningError> {
        let Some(key) = self.keys().find(|key| key.role == Role::Signer && key.state == State::Active) else {
            return Err(SigningError::new("there is nothing to export")
                .why("this home has no signing identity yet")
                .next("run `ciacm init`"));
        };
        let chain = self.read_certificates(&format!("{}.crt", key.file))?;
        let (Some(first), Some(last)) = (chain.first(), chain.last()) else { return Err(no_certificate()) };
        let pem = |certificate: &Certificate| certificate::pem(std::slice::from_ref(certificate));
        let mut contents = vec![("signer.crt", pem(first)?.into_bytes()), ("ca.crt", pem(last)?.into_bytes())];
        if self.root()?.as_ref() == Some(last) {
            contents.push(("org.crl", self.must_read(super::open::REVOCATION_LIST)?));
        }
        if private {
            let refused = |why: &str| {
                SigningError::new("the signing key is not exported").why(why).next("export without --private")
            };
            if key.kind != Kind::File {
                return Err(refused("it is not in a file: an external signer has it"));
            }
            let content = self.must_read(&format!("{}.key", key.file))?;
            let encrypted =
                certificate::pem_blocks(&content, "ENCRYPTED PRIVATE KEY").is_ok_and(|found| !found.is_empty());
            if !encrypted {
                return Err(refused("it is not encrypted; only encrypted keys leave the home this way"));
            }
            contents.push(("signer.key", content));
        }
        files::make_directory(directory)?;
        let mut written = Vec::new();
        for (name, content) in contents {
            let path = directory.join(name);
            files::write(&path, &content)?;
            written.push(path);
        }
        Ok(written)
    }

    /// Changes the index while no other process does. If the change fails, the index stays as it was.
    fn change<T>(&mut self, change: impl FnOnce(&mut Self) -> Result<T, SigningError>) -> Result<T, SigningError> {
        let _lock = files::lock(&self.home)?;
        self.reload()?;
        files::make_directory(&self.directory)?;
        let result = change(self).and_then(|value| self.save().map(|()| value));
        if result.is_err() {
            self.reload()?;
        }
        result
    }

    fn add_issued(
        &mut self,
        root: &OpenRoot,
        name: &str,
        common_name: &str,
        role: Role,
        passphrase: Option<&Passphrase>,
        now: Timestamp,
    ) -> Result<Change, SigningError> {
        let key = SoftwareKey::generate()?;
        let leaf = root.authority().leaf(common_name, key.key(), now)?;
        let file = file_name(&leaf);
        self.put(&format!("{file}.key"), key.to_pem(passphrase)?.as_bytes())?;
        self.put(&format!("{file}.crt"), certificate::pem(&[leaf, root.certificate.clone()])?.as_bytes())?;
        let key = Key {
            name: name.to_owned(),
            role,
            kind: Kind::File,
            state: State::Active,
            created: now,
            file,
            command: Vec::new(),
        };
        if let Some(index) = &mut self.index {
            index.keys.push(key.clone());
        }
        Ok(Change { new: self.info(&key)?, old: None })
    }

    fn retire_signer(&mut self) -> Result<Option<KeyInfo>, SigningError> {
        let keys = self.index.iter_mut().flat_map(|index| index.keys.iter_mut());
        let mut retired = None;
        for key in keys.filter(|key| key.role == Role::Signer && key.state == State::Active) {
            key.state = State::Retired;
            retired = Some(key.clone());
        }
        retired.map(|key| self.info(&key)).transpose()
    }

    fn must_be_free(&self, name: &str) -> Result<(), SigningError> {
        if self.keys().any(|key| key.name == name && key.state == State::Active) {
            return Err(SigningError::new(format!("a key called `{name}` is in use"))
                .why("names of keys in use must differ")
                .next("choose another name"));
        }
        Ok(())
    }

    fn must_be_new(&self, file: &str) -> Result<(), SigningError> {
        match self.keys().find(|key| key.file == file) {
            None => Ok(()),
            Some(key) => Err(SigningError::new("this key is registered already")
                .why(format!("it is the key `{}`, which is {}", key.name, key.state))
                .next("see `ciacm key list`")),
        }
    }
}

fn no_certificate() -> SigningError {
    SigningError::new("there is no certificate")
        .why("a key needs one to sign")
        .next("give the certificate with its chain")
}

/// The chain from the signer's certificate upwards, without what does not belong to it.
fn ordered(chain: &[Certificate], material: &Material<'_>, now: Timestamp) -> Result<Vec<Certificate>, SigningError> {
    let leaf = match material {
        // Files order certificates as they like; the key tells which one is its own.
        Material::Key(key, _) => chain.iter().find(|certificate| key.belongs_to(certificate)).or_else(|| chain.first()),
        _ => chain.first(),
    };
    let Some(leaf) = leaf else { return Err(no_certificate()) };
    if let Material::Key(key, _) = material {
        must_match(key, leaf, "the key")?;
    }
    let path = path::must_sign_documents(leaf)
        .and_then(|()| path::check(leaf, chain, &[], &[], Moment { at: now, stamped: false }));
    match path {
        Ok(path) => Ok(path.certificates),
        // Its signature stays unchecked here; the auditor's tools know more algorithms.
        Err(path::PathError::Unknown { .. }) => Ok(chain.to_vec()),
        Err(error) => {
            Err(SigningError::new(format!("the certificate of {} cannot be used", certificate::subject(leaf)))
                .why(error)
                .next("give a valid certificate with the certificates of its issuers"))
        }
    }
}
