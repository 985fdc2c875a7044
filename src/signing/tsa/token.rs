//! Checking a time-stamp token.

use super::message::TstInfo;
use crate::signing::algorithm;
use crate::signing::certificate::{self, der};
use crate::signing::cms::{Parsed, SignerCheck, VerifyError, value};
use crate::signing::path::{self, Moment, Origin, PathError, Revocation};
use der::asn1::OctetString;
use der::oid::db::rfc3161::ID_CT_TST_INFO;
use der::oid::db::rfc5280::ID_KP_TIME_STAMPING;
use der::oid::db::rfc5911::ID_AA_SIGNING_CERTIFICATE;
use der::{Any, Decode, Sequence};
use jiff::Timestamp;
use x509_cert::Certificate;
use x509_cert::ext::pkix::ExtendedKeyUsage;

/// What a good token proves: that what it stamps existed at this time, as far as the authority is believed.
#[derive(Debug, Clone)]
pub struct StampedTime {
    /// The time.
    pub time: Timestamp,
    /// The authority's name.
    pub authority: String,
    /// Where the chain of the authority's certificate ends.
    pub origin: Origin,
    /// What is known of the revocation of its certificates.
    pub revocation: Revocation,
    /// The authority's certificates, from its own upwards.
    pub certificates: Vec<Certificate>,
}

/// Why a token proves nothing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TokenError {
    /// It is no token.
    #[error("it cannot be read: {0}")]
    Malformed(String),
    /// It stamps something else.
    #[error("it is of other content")]
    OtherContent,
    /// The authority's signature is wrong.
    #[error("the authority's signature is wrong")]
    Wrong,
    /// The certificate is not one of an authority.
    #[error("the certificate of {0} is not one for time stamps")]
    NotAnAuthority(String),
    /// The certificates do not hold.
    #[error(transparent)]
    Path(#[from] PathError),
    /// This program does not know the algorithm. This is no verdict on the token.
    #[error("not checked by ciacm: {0}; use openssl")]
    NotChecked(String),
}

/// `ESSCertID` of RFC 2634, which older authorities use: the hash is SHA-1.
#[derive(Debug, Clone, PartialEq, Eq, Sequence)]
struct EssCertId {
    cert_hash: OctetString,
    #[asn1(optional = "true")]
    issuer_serial: Option<Any>,
}

/// `SigningCertificate` of RFC 2634.
#[derive(Debug, Clone, PartialEq, Eq, Sequence)]
struct SigningCertificate {
    certs: Vec<EssCertId>,
    #[asn1(optional = "true")]
    policies: Option<Any>,
}

/// Checks a token over `data`. Without `roots` the chain may end anywhere; [`StampedTime::origin`] tells.
///
/// # Errors
/// [`TokenError`] says what does not hold.
pub fn verify_token(token: &[u8], data: &[u8], roots: &[Certificate]) -> Result<StampedTime, TokenError> {
    let (parsed, info) = read(token)?;
    let imprint = &info.message_imprint;
    let algorithm = imprint.hash_algorithm.oid;
    let digest = algorithm::digest(algorithm, data)
        .ok_or_else(|| TokenError::NotChecked(format!("the token uses the digest {algorithm}")))?;
    if digest != imprint.hashed_message.as_bytes() {
        return Err(TokenError::OtherContent);
    }
    check(&parsed, &info, roots)
}

/// Takes a token apart.
pub(super) fn read(token: &[u8]) -> Result<(Parsed, TstInfo), TokenError> {
    let malformed = |error: &dyn std::fmt::Display| TokenError::Malformed(error.to_string());
    let parsed = Parsed::read(token).map_err(|error| malformed(&error))?;
    let content = content(&parsed).ok_or_else(|| malformed(&"it holds no time"))?;
    let info = TstInfo::from_der(&content).map_err(|error| malformed(&error))?;
    if info.version != 1 {
        return Err(malformed(&format!("its version is {}", info.version)));
    }
    Ok((parsed, info))
}

fn content(parsed: &Parsed) -> Option<Vec<u8>> {
    let content = parsed.data.encap_content_info.econtent.as_ref()?;
    Some(content.decode_as::<OctetString>().ok()?.into_bytes().into_vec())
}

/// The authority's signature and certificate.
pub(super) fn check(parsed: &Parsed, info: &TstInfo, roots: &[Certificate]) -> Result<StampedTime, TokenError> {
    let content = content(parsed).unwrap_or_default();
    let signed = SignerCheck { content_type: ID_CT_TST_INFO, digest: &|oid| algorithm::digest(oid, &content) };
    parsed.check(signed).map_err(told)?;
    if !parsed.names_signer_v2().map_err(told)? && !names_signer_v1(parsed)? {
        return Err(TokenError::Malformed("it does not name the authority's certificate".to_owned()));
    }
    let tbs = parsed.signer.tbs_certificate();
    let authority = certificate::subject(&parsed.signer);
    // RFC 3161: exactly this purpose, and critical.
    match tbs.get_extension::<ExtendedKeyUsage>() {
        Ok(Some((true, usage))) if usage.0 == [ID_KP_TIME_STAMPING] => (),
        _ => return Err(TokenError::NotAnAuthority(authority)),
    }
    // If its key was stolen, its word for the time is worth nothing.
    let moment = Moment { at: info.time.0, stamped: false };
    let path = path::check(&parsed.signer, &parsed.certificates, roots, &parsed.lists, moment)?;
    Ok(StampedTime {
        time: info.time.0,
        authority,
        origin: path.origin,
        revocation: path.revocation,
        certificates: path.certificates,
    })
}

fn told(error: VerifyError) -> TokenError {
    match error {
        VerifyError::OtherContent | VerifyError::Wrong { .. } => TokenError::Wrong,
        VerifyError::NotChecked { signer, algorithm } => {
            TokenError::NotChecked(format!("the signature of {signer} is {algorithm}"))
        }
        error => TokenError::Malformed(error.to_string()),
    }
}

fn names_signer_v1(parsed: &Parsed) -> Result<bool, TokenError> {
    let Some(attributes) = &parsed.info.signed_attrs else { return Ok(false) };
    let Some(named) = value::<SigningCertificate>(attributes, ID_AA_SIGNING_CERTIFICATE).map_err(told)? else {
        return Ok(false);
    };
    let hash = ring::digest::digest(&ring::digest::SHA1_FOR_LEGACY_USE_ONLY, &der(&parsed.signer));
    match named.certs.first() {
        Some(first) if first.cert_hash.as_bytes() == hash.as_ref() => Ok(true),
        _ => Err(TokenError::Malformed("it names another certificate than the authority's".to_owned())),
    }
}
