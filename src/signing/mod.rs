//! Signing: who signs, with which certificate, and how a signature is checked.
//!
//! Everything that is signed comes down to one question, "sign this SHA-256 digest", so that a key in a KMS, an HSM or
//! a smart card serves as well as one in a file. See `docs/keys.md`.

mod algorithm;
pub mod certificate;
pub mod cms;
pub mod external;
mod identity;
mod issue;
pub mod keystore;
pub mod passphrase;
pub mod path;
pub mod pkcs12;
pub mod software;
pub mod ssh;
pub mod ssh_signature;
pub mod tsa;

pub use identity::{Identity, Signer, SigningError};

#[cfg(test)]
pub(crate) mod testing;
