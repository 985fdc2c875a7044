//! Detached signatures: CMS `SignedData` (RFC 5652) with the signed attributes of CAdES and PAdES baseline.

mod attribute;
mod sign;
mod verify;

pub use sign::{Profile, add_timestamp, sign_detached, signature_value};
pub use verify::{Stamp, Verified, VerifyError, verify_detached};

pub(super) use verify::{Parsed, SignerCheck, value};

#[cfg(test)]
mod tests;
