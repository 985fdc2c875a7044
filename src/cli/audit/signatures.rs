//! Signatures of checkpoints: making and checking them.

use crate::audit::assess::Signature;
use crate::audit::files::Kept;
use crate::cli::error::CommandError;
use crate::signing::certificate;
use crate::signing::cms::{VerifyError, verify_detached};
use crate::signing::keystore::Keystore;
use crate::signing::path::{Origin, Trust};
use jiff::Timestamp;
use sha2::{Digest, Sha256};
use std::path::{Path, PathBuf};

/// Whom to believe: the given roots, else those of the home.
pub fn trust(home: Option<&Path>, given: &[PathBuf]) -> Result<Trust, CommandError> {
    if given.is_empty() {
        return match home {
            Some(home) => Ok(Keystore::open(home)?.trust()?),
            None => Ok(Trust::default()),
        };
    }
    let mut trust = Trust::default();
    for path in given {
        let problem = |why: String| {
            CommandError::new(format!("the certificate {} cannot be read", path.display()))
                .why(why)
                .next("give the PEM or DER file of the root: `ciacm key export` writes it as ca.crt")
        };
        let bytes = std::fs::read(path).map_err(|error| problem(error.to_string()))?;
        trust.roots.extend(certificate::read(&bytes).map_err(problem)?);
    }
    Ok(trust)
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
