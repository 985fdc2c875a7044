//! Signing: who signs, with which certificate, and how a signature is checked.
//!
//! Everything that is signed comes down to one question, "sign this SHA-256 digest", so that a key in a KMS, an HSM or
//! a smart card serves as well as one in a file.

use x509_cert::Certificate;

/// Signs digests.
pub trait Signer: Send + Sync + std::fmt::Debug {
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

/// Why something could not be signed.
#[derive(Debug, thiserror::Error)]
#[error("{what}\n  why: {why}\n  next: {next}")]
pub struct SigningError {
    /// What failed.
    pub what: String,
    /// Why.
    pub why: String,
    /// What to do next.
    pub next: String,
}
