//! Which signature algorithms are used and checked.
//!
//! Signatures are made with `p256`, and checked with `ring`, which TLS brings along: it also knows the RSA and P-384
//! keys of other organisations and of time-stamping authorities. The crate `rsa` is never used (RUSTSEC-2023-0071).

use der::asn1::ObjectIdentifier as Oid;
use der::oid::db::{rfc5912, rfc8410};
use der::{Decode, Encode};
use ring::signature::{self as verify, UnparsedPublicKey, VerificationAlgorithm};
use x509_cert::spki::{AlgorithmIdentifierOwned, SubjectPublicKeyInfoOwned};

pub(super) const SHA256: Oid = rfc5912::ID_SHA_256;
pub(super) const SHA384: Oid = rfc5912::ID_SHA_384;
pub(super) const SHA512: Oid = rfc5912::ID_SHA_512;

/// Why a signature is not shown to be right.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Unproved {
    /// It is wrong.
    Wrong,
    /// It cannot be checked: this program does not know the algorithm.
    Unknown(String),
}

/// The algorithm identifier without parameters.
pub(super) const fn plain(oid: Oid) -> AlgorithmIdentifierOwned {
    AlgorithmIdentifierOwned { oid, parameters: None }
}

/// How a key of this kind signs a SHA-256 digest.
pub(super) fn of_signature(key: &SubjectPublicKeyInfoOwned) -> Option<AlgorithmIdentifierOwned> {
    match key.algorithm.oid {
        rfc5912::ID_EC_PUBLIC_KEY => Some(plain(rfc5912::ECDSA_WITH_SHA_256)),
        rfc5912::RSA_ENCRYPTION => Some(AlgorithmIdentifierOwned {
            oid: rfc5912::SHA_256_WITH_RSA_ENCRYPTION,
            parameters: Some(der::Any::null()),
        }),
        _ => None,
    }
}

/// The digest of `bytes` by a SHA-2 algorithm; `None` for others.
pub(super) fn digest(algorithm: Oid, bytes: &[u8]) -> Option<Vec<u8>> {
    let algorithm = match algorithm {
        SHA256 => &ring::digest::SHA256,
        SHA384 => &ring::digest::SHA384,
        SHA512 => &ring::digest::SHA512,
        _ => return None,
    };
    Some(ring::digest::digest(algorithm, bytes).as_ref().to_vec())
}

/// Checks a signature of `message`. `digest` is the digest algorithm that goes with `algorithm`, where that does not
/// name it itself (CMS writes `rsaEncryption` beside `sha256`).
pub(super) fn check(
    key: &SubjectPublicKeyInfoOwned,
    algorithm: &AlgorithmIdentifierOwned,
    digest: Option<Oid>,
    message: &[u8],
    signature: &[u8],
) -> Result<(), Unproved> {
    let verifier = verifier(key, algorithm, digest)
        .ok_or_else(|| Unproved::Unknown(name(algorithm.oid, key.algorithm.oid, digest)))?;
    let public = key.subject_public_key.as_bytes().ok_or(Unproved::Wrong)?;
    UnparsedPublicKey::new(verifier, public).verify(message, signature).map_err(|_| Unproved::Wrong)
}

fn verifier(
    key: &SubjectPublicKeyInfoOwned,
    algorithm: &AlgorithmIdentifierOwned,
    digest: Option<Oid>,
) -> Option<&'static dyn VerificationAlgorithm> {
    let named = match algorithm.oid {
        rfc5912::ECDSA_WITH_SHA_256 | rfc5912::SHA_256_WITH_RSA_ENCRYPTION => SHA256,
        rfc5912::ECDSA_WITH_SHA_384 | rfc5912::SHA_384_WITH_RSA_ENCRYPTION => SHA384,
        rfc5912::SHA_512_WITH_RSA_ENCRYPTION => SHA512,
        rfc5912::RSA_ENCRYPTION => digest?,
        rfc8410::ID_ED_25519 => {
            return (key.algorithm.oid == rfc8410::ID_ED_25519).then_some(&verify::ED25519 as _);
        }
        _ => return None,
    };
    if digest.is_some_and(|digest| digest != named) {
        return None;
    }
    let curve = || -> Option<Oid> { Oid::from_der(&key.algorithm.parameters.as_ref()?.to_der().ok()?).ok() };
    let ecdsa = matches!(algorithm.oid, rfc5912::ECDSA_WITH_SHA_256 | rfc5912::ECDSA_WITH_SHA_384);
    match key.algorithm.oid {
        rfc5912::ID_EC_PUBLIC_KEY if ecdsa => match (curve()?, named) {
            (rfc5912::SECP_256_R_1, SHA256) => Some(&verify::ECDSA_P256_SHA256_ASN1),
            (rfc5912::SECP_256_R_1, SHA384) => Some(&verify::ECDSA_P256_SHA384_ASN1),
            (rfc5912::SECP_384_R_1, SHA256) => Some(&verify::ECDSA_P384_SHA256_ASN1),
            (rfc5912::SECP_384_R_1, SHA384) => Some(&verify::ECDSA_P384_SHA384_ASN1),
            _ => None,
        },
        rfc5912::RSA_ENCRYPTION if !ecdsa => match named {
            SHA256 => Some(&verify::RSA_PKCS1_2048_8192_SHA256),
            SHA384 => Some(&verify::RSA_PKCS1_2048_8192_SHA384),
            SHA512 => Some(&verify::RSA_PKCS1_2048_8192_SHA512),
            _ => None,
        },
        _ => None,
    }
}

/// What people call the algorithm, for messages.
fn name(signature: Oid, key: Oid, digest: Option<Oid>) -> String {
    let name = |oid: Oid| der::oid::db::DB.by_oid(&oid).map_or_else(|| oid.to_string(), str::to_owned);
    let digest = digest.map(|oid| format!(", digest {}", name(oid))).unwrap_or_default();
    format!("{} with a key of type {}{digest}", name(signature), name(key))
}
