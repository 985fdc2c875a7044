//! A key with its certificates.

use super::certificate;
use std::fmt;
use x509_cert::Certificate;

/// Signs digests.
pub trait Signer: Send + Sync + fmt::Debug {
    /// The signature of a SHA-256 digest: for ECDSA the DER `SEQUENCE { r, s }`, for RSA the PKCS #1 v1.5 block.
    ///
    /// # Errors
    /// If the key cannot be used: a locked token, a process that failed, a signature that does not verify.
    fn sign_digest(&self, digest: &[u8; 32]) -> Result<Vec<u8>, SigningError>;
}

/// A key with what an auditor needs to check its signatures.
#[derive(Debug)]
pub struct Identity {
    /// The key.
    pub signer: Box<dyn Signer>,
    /// Its certificate, then those of the issuers up to the root.
    pub chain: Vec<Certificate>,
    /// The DER of the issuers' revocation lists.
    pub revocation_lists: Vec<Vec<u8>>,
}

impl Identity {
    /// The certificate of the key.
    ///
    /// # Errors
    /// If the chain is empty.
    pub fn certificate(&self) -> Result<&Certificate, SigningError> {
        self.chain.first().ok_or_else(|| {
            SigningError::new("the signing identity has no certificate")
                .why("its chain is empty")
                .next("register the key again with its certificate: `ciacm key enroll`")
        })
    }

    /// The SHA-256 fingerprint of the last certificate of the chain, which an auditor compares with what was handed
    /// over by another channel.
    ///
    /// # Errors
    /// If the chain is empty.
    pub fn root_fingerprint(&self) -> Result<String, SigningError> {
        self.certificate()?;
        Ok(self.chain.last().map(certificate::fingerprint).unwrap_or_default())
    }
}

/// Why something could not be signed, or a key not be made or read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{what}\n  why: {why}\n  next: {next}")]
pub struct SigningError {
    /// What failed.
    pub what: String,
    /// Why.
    pub why: String,
    /// What to do next.
    pub next: String,
}

impl SigningError {
    /// What failed; the reason and the next step are added with [`SigningError::why`] and [`SigningError::next`].
    #[must_use]
    pub fn new(what: impl Into<String>) -> Self {
        Self { what: what.into(), why: String::new(), next: String::new() }
    }

    /// Sets the reason.
    #[must_use]
    pub fn why(self, why: impl fmt::Display) -> Self {
        Self { why: why.to_string(), ..self }
    }

    /// Sets what to do next.
    #[must_use]
    pub fn next(self, next: impl Into<String>) -> Self {
        Self { next: next.into(), ..self }
    }

    /// What should never happen: values of our own that cannot be encoded.
    pub(super) fn bug(what: &str, why: impl fmt::Display) -> Self {
        Self::new(what).why(why).next("this is a bug in ciacm: please report it with this message")
    }
}
