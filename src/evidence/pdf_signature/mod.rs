//! The signature inside a PDF: PAdES baseline, as ETSI EN 319 142-1 tells.
//!
//! Signing appends a revision: the bytes before it stay as they are. The signature covers the whole file but the hole
//! that holds it, so checking it needs no PDF parser: only the place of the hole, which the signed bytes name.

mod sign;
mod verify;

pub use sign::{SignError, SignatureMeta, sign};
pub use verify::{VerifiedPdf, VerifyError, verify};

/// What stands before the numbers that say which bytes are signed.
const BYTE_RANGE: &[u8] = b"/ByteRange [";
/// What stands before the time that the signer claims.
const CLAIMED: &[u8] = b"/M (D:";
/// Its format.
const CLAIMED_FORMAT: &str = "%Y%m%d%H%M%SZ";

#[cfg(test)]
mod tests;
