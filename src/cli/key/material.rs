//! Keys and certificates that the user brings along.

use super::{told, told_change};
use crate::audit::{Event, NewEntry};
use crate::cli::error::CommandError;
use crate::cli::identity::now;
use crate::cli::passphrase::{Configured, NewPassphraseArgs, new_passphrase};
use crate::cli::warn;
use crate::signing::cms::{Profile, sign_detached};
use crate::signing::external::ExternalSigner;
use crate::signing::keystore::{Change, Keystore, Material, Role};
use crate::signing::software::SoftwareKey;
use crate::signing::ssh::PublicKey;
use crate::signing::{Identity, SigningError, certificate, pkcs12};
use crate::store::Store;
use clap::Args;
use std::io::Read;
use std::path::{Path, PathBuf};
use x509_cert::Certificate;
use zeroize::Zeroizing;

/// A key of one's own.
#[derive(Debug, Args)]
pub struct MaterialArgs {
    /// The certificate of an own key, with those of its issuers (PEM)
    #[arg(long, value_name = "FILE", help_heading = "An own key", conflicts_with = "pkcs12")]
    certificate: Option<PathBuf>,
    /// The own key: P-256 as PKCS #8, PEM or DER, encrypted or not
    #[arg(long, value_name = "FILE", help_heading = "An own key", requires = "certificate")]
    key: Option<PathBuf>,
    /// An own key with its certificates in a PKCS #12 file
    #[arg(long, value_name = "FILE", help_heading = "An own key")]
    pkcs12: Option<PathBuf>,
    /// A command that signs: it gets a SHA-256 digest (32 bytes) on stdin and writes the signature to stdout. Must come
    /// last: everything after it is the command
    #[arg(
        long,
        value_name = "COMMAND",
        num_args = 1..,
        allow_hyphen_values = true,
        help_heading = "An own key",
        requires = "certificate",
        conflicts_with = "key"
    )]
    external_signer: Vec<String>,
}

/// What was brought along, read but not opened.
#[derive(Debug)]
pub enum Given {
    /// A certificate with its chain, and what signs for it here, if anything.
    Certificate { chain: Vec<Certificate>, key: Option<(PathBuf, Zeroizing<Vec<u8>>)>, external: Vec<String> },
    /// A PKCS #12 file.
    Pkcs12 { path: PathBuf, bytes: Vec<u8> },
    /// An SSH public key.
    Ssh(PublicKey),
}

impl MaterialArgs {
    /// Anything at all?
    pub const fn is_given(&self) -> bool {
        self.certificate.is_some() || self.pkcs12.is_some()
    }

    /// What was given, read.
    pub fn given(&self) -> Result<Option<Given>, CommandError> {
        if let Some(path) = &self.pkcs12 {
            return Ok(Some(Given::Pkcs12 { path: path.clone(), bytes: read(path)? }));
        }
        let Some(path) = &self.certificate else { return Ok(None) };
        if self.key.is_none() && self.external_signer.is_empty() {
            return Err(CommandError::new("a certificate alone cannot sign")
                .why("neither --key nor --external-signer was given")
                .next("give what signs for the certificate"));
        }
        Ok(Some(Given::certificate(path, self.key.as_deref(), &self.external_signer)?))
    }

    /// The fingerprint of the certificate that was given.
    pub fn certificate_fingerprint(&self) -> Result<Option<String>, CommandError> {
        let Some(path) = &self.certificate else { return Ok(None) };
        Ok(read_certificates(path)?.first().map(certificate::fingerprint))
    }
}

impl Given {
    fn certificate(path: &Path, key: Option<&Path>, external: &[String]) -> Result<Self, CommandError> {
        let key = key.map(|key| Ok::<_, CommandError>((key.to_owned(), Zeroizing::new(read(key)?)))).transpose()?;
        Ok(Self::Certificate { chain: read_certificates(path)?, key, external: external.to_vec() })
    }

    /// Finds out what a file is.
    pub fn detect(path: &Path, key: Option<&Path>, external: &[String]) -> Result<Self, CommandError> {
        let bytes = read(path)?;
        if bytes.starts_with(b"ssh-") || bytes.starts_with(b"sk-") || bytes.starts_with(b"ecdsa-") {
            let text = String::from_utf8_lossy(&bytes);
            return PublicKey::parse(&text).map(Self::Ssh).map_err(|why| {
                CommandError::new(format!("the SSH key {} cannot be used", path.display()))
                    .why(why)
                    .next("make one with `ssh-keygen -t ed25519`, or `ssh-keygen -t ed25519-sk` on a hardware token")
            });
        }
        if pkcs12::is_pkcs12(&bytes) {
            return Ok(Self::Pkcs12 { path: path.to_owned(), bytes });
        }
        Self::certificate(path, key, external)
    }

    /// True if it can sign here.
    pub fn signs(&self) -> bool {
        match self {
            Self::Certificate { key, external, .. } => key.is_some() || !external.is_empty(),
            Self::Pkcs12 { .. } => true,
            Self::Ssh(_) => false,
        }
    }
}

/// Registers what was brought along, and tells the audit log.
pub fn register(
    store: &mut Store,
    keystore: &mut Keystore,
    name: &str,
    role: Role,
    given: Given,
    passphrase: &NewPassphraseArgs,
) -> Result<Change, CommandError> {
    let now = now();
    let source = Configured::new(passphrase.passphrase_file.clone());
    let change = match given {
        Given::Ssh(public) => {
            let organisation = store.organisation()?.unwrap_or_default();
            keystore.enroll_ssh(name, &public, &organisation, now)?
        }
        Given::Pkcs12 { path, bytes } => {
            let (key, chain) = pkcs12::read(&bytes, &format!("the file {}", path.display()), &source)?;
            tell_shortcomings(&chain, Some(&key));
            let kept = if passphrase.no_passphrase { None } else { source.used() };
            keystore.enroll(name, role, &chain, Material::Key(&key, kept.as_ref()), now)?
        }
        Given::Certificate { chain, key: Some((path, bytes)), .. } => {
            let what = format!("the key {}", path.display());
            let key = SoftwareKey::read(&bytes, &what, &source)?.ok_or_else(|| {
                SigningError::new(format!("{what} cannot be opened"))
                    .why("it is encrypted, and no passphrase is configured")
                    .next("set CIACM_PASSPHRASE_FILE or CIACM_PASSPHRASE, or give --passphrase-file")
            })?;
            tell_shortcomings(&chain, Some(&key));
            // A key that came without a passphrase gets one, unless the user wants none.
            let kept = match source.used() {
                Some(used) if !passphrase.no_passphrase => Some(used),
                _ => new_passphrase(passphrase, &what)?,
            };
            keystore.enroll(name, role, &chain, Material::Key(&key, kept.as_ref()), now)?
        }
        Given::Certificate { chain, external, .. } if !external.is_empty() => {
            tell_shortcomings(&chain, None);
            // A signer that does not fit the certificate is noticed now, not at the first evidence.
            let signer = Box::new(ExternalSigner::new(external.clone()));
            let identity = Identity { signer, chain: chain.clone(), revocation_lists: Vec::new() };
            sign_detached(&[0; 32], &identity, Profile::File)?;
            keystore.enroll(name, role, &chain, Material::External(external), now)?
        }
        Given::Certificate { chain, .. } => keystore.enroll(name, role, &chain, Material::Nothing, now)?,
    };
    store.log(&NewEntry::new(Event::KeyEnrolled, told_change(&change)))?;
    if let Some(old) = &change.old {
        store.log(&NewEntry::new(Event::KeyRotated, told(old)))?;
    }
    Ok(change)
}

fn tell_shortcomings(chain: &[Certificate], key: Option<&SoftwareKey>) {
    let own = chain.iter().find(|certificate| key.is_some_and(|key| key.belongs_to(certificate))).or(chain.first());
    if let Some(own) = own {
        for shortcoming in certificate::shortcomings(own) {
            warn(&format!("the certificate of {}: {shortcoming}", certificate::subject(own)));
        }
    }
}

fn read_certificates(path: &Path) -> Result<Vec<Certificate>, CommandError> {
    certificate::read(&read(path)?).map_err(|why| {
        CommandError::new(format!("{} cannot be used", path.display()))
            .why(why)
            .next("give a certificate (PEM or DER), an SSH public key, or a PKCS #12 file")
    })
}

fn read(path: &Path) -> Result<Vec<u8>, CommandError> {
    let get = || -> std::io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        std::fs::File::open(path)?.take(certificate::MAX_FILE).read_to_end(&mut bytes)?;
        Ok(bytes)
    };
    get().map_err(|error| {
        CommandError::new(format!("{} cannot be read", path.display()))
            .why(error.to_string())
            .next("check the path and its permissions")
    })
}
