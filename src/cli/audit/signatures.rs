//! What signatures and time stamps of checkpoints prove.

use crate::audit::assess::{Signature, Stamp};
use crate::audit::files::Kept;
use crate::cli::error::CommandError;
use crate::signing::certificate;
use crate::signing::cms::{VerifyError, verify_detached};
use crate::signing::keystore::Keystore;
use crate::signing::path::{Origin, Trust};
use crate::signing::tsa::{TokenError, verify_token};
use jiff::Timestamp;
use sha2::{Digest, Sha256};
use std::path::{Path, PathBuf};
use x509_cert::Certificate;

/// Whom to believe: the given roots, else those of the home.
pub fn trust(home: Option<&Path>, given: &[PathBuf], authorities: &[PathBuf]) -> Result<Trust, CommandError> {
    let own = match home {
        Some(home) if given.is_empty() => Keystore::open(home)?.trust()?,
        _ => Trust { roots: read(given)?, ..Trust::default() },
    };
    Ok(Trust { timestamp_roots: read(authorities)?, ..own })
}

/// The certificates of these files.
fn read(paths: &[PathBuf]) -> Result<Vec<Certificate>, CommandError> {
    let mut certificates = Vec::new();
    for path in paths {
        let problem = |why: String| {
            CommandError::new(format!("the certificate {} cannot be read", path.display()))
                .why(why)
                .next("give the PEM or DER file of the root: `ciacm key export` writes it as ca.crt")
        };
        let bytes = std::fs::read(path).map_err(|error| problem(error.to_string()))?;
        certificates.extend(certificate::read(&bytes).map_err(problem)?);
    }
    Ok(certificates)
}

/// What the time stamp of a checkpoint proves.
pub fn check_stamp(kept: &Kept, trust: &Trust) -> Stamp {
    let Some(token) = &kept.timestamp else { return Stamp::None };
    match verify_token(token, &kept.text, &trust.timestamp_roots) {
        Ok(stamp) => Stamp::Valid {
            time: stamp.time,
            authority: stamp.authority,
            trusted: matches!(stamp.origin, Origin::Trusted { .. }),
        },
        Err(error @ TokenError::NotChecked(_)) => Stamp::NotChecked(error.to_string()),
        Err(error) => Stamp::Invalid(error.to_string()),
    }
}

/// What the signature of a checkpoint proves. It claims to have been made when the last entry that it covers was.
pub fn check(kept: &Kept, trust: &Trust, made: Option<Timestamp>) -> Signature {
    let Some(signature) = &kept.signature else { return Signature::None };
    let trust = Trust { claimed: made, ..trust.clone() };
    match verify_detached(signature, &Sha256::digest(&kept.text).into(), &trust) {
        Ok(verified) => {
            let (root, trusted) = match verified.path.origin {
                Origin::Trusted { root } => (root, true),
                Origin::Unconfirmed { root } => (root, false),
                Origin::Incomplete { issuer } => (issuer, false),
            };
            Signature::Valid { signer: certificate::subject(&verified.signer), root, trusted }
        }
        Err(error @ VerifyError::NotChecked { .. }) => Signature::NotChecked(error.to_string()),
        Err(error) => Signature::Invalid(error.to_string()),
    }
}
