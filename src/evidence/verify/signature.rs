//! The signatures and time stamps of a pack.

use super::report::Checks;
use crate::evidence::archive::Archive;
use crate::signing::certificate;
use crate::signing::cms::{Stamp, Verified, VerifyError, verify_detached};
use crate::signing::path::{Origin, Revocation, Trust};
use crate::signing::tsa::{StampedTime, TokenError, verify_token};
use sha2::{Digest, Sha256};

/// No signature or token is longer.
const MAX_SIGNATURE: u64 = 8 << 20;

/// What was found out of a signed file.
#[derive(Debug)]
pub struct Signed {
    /// The signature, if it is good.
    pub signature: Option<Verified>,
    /// The best time stamp, if there is a good one.
    pub stamp: Option<StampedTime>,
}

/// Checks the signature beside a file, and its time stamp if there is one.
pub fn check(archive: &mut Archive, path: &str, content: &[u8], trust: &Trust, checks: &mut Checks) -> Signed {
    let what = format!("{path} is signed");
    let mut signed = Signed { signature: None, stamp: None };
    let signature = archive.read(&format!("{path}.p7s"), MAX_SIGNATURE).map_err(|error| error.to_string());
    match signature.map(|cms| verify_detached(&cms, &Sha256::digest(content).into(), trust)) {
        Ok(Ok(verified)) => {
            let signer = certificate::subject(&verified.signer);
            checks.note(format!("{what} by {signer}"), Ok(()));
            match &verified.stamp {
                Some(Stamp::Proved(stamp)) => signed.stamp = Some(stamp.clone()),
                Some(Stamp::NotChecked(why)) => checks.open(format!("the time stamp in the signature of {path}"), why),
                None => {}
            }
            match verified.path.revocation {
                Revocation::NotRevoked => {}
                Revocation::OutOfDate => {
                    checks.open(
                        "the certificate was not revoked",
                        "the revocation list that the signature brings was out of date",
                    );
                }
                Revocation::NotChecked => checks.open("the certificate was not revoked", "there is no revocation list"),
            }
            signed.signature = Some(verified);
        }
        Ok(Err(error @ VerifyError::NotChecked { .. })) => checks.open(what, error.to_string()),
        Ok(Err(error)) => {
            checks.note(what, Err(error.to_string()));
        }
        Err(why) => {
            checks.note(what, Err(why));
        }
    }
    let token = format!("{path}.tst");
    if archive.has(&token) {
        let what = format!("{token} is a time stamp of {path}");
        match archive.read(&token, MAX_SIGNATURE).map(|token| verify_token(&token, content, &trust.timestamp_roots)) {
            Ok(Ok(stamp)) => {
                checks.note(what, Ok(()));
                signed.stamp = Some(stamp);
            }
            Ok(Err(error @ TokenError::NotChecked(_))) => checks.open(what, error.to_string()),
            Ok(Err(error)) => {
                checks.note(what, Err(error.to_string()));
            }
            Err(error) => {
                checks.note(what, Err(error.to_string()));
            }
        }
    }
    signed
}

/// The fingerprint of the root where a chain ends, and whether it is trusted.
pub fn root(origin: &Origin) -> (String, bool) {
    match origin {
        Origin::Trusted { root } => (root.clone(), true),
        Origin::Unconfirmed { root } => (root.clone(), false),
        Origin::Incomplete { issuer } => (format!("none: the certificate of {issuer} is missing"), false),
    }
}
