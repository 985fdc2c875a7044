//! Checking a signature, and telling what it proves.

use super::attribute::SigningCertificateV2;
use crate::signing::algorithm::{self, SHA256, Unproved, plain};
use crate::signing::certificate::{der, subject};
use crate::signing::path::{self, Moment, Origin, Path, PathError, Trust};
use crate::signing::tsa::{self, StampedTime, TokenError};
use cms::cert::{CertificateChoices, IssuerAndSerialNumber};
use cms::content_info::{CmsVersion, ContentInfo};
use cms::revocation::RevocationInfoChoice;
use cms::signed_data::{SignedData, SignerIdentifier, SignerInfo};
use der::asn1::{ObjectIdentifier as Oid, OctetString};
use der::oid::db::{rfc3161::ID_AA_TIME_STAMP_TOKEN, rfc5911};
use der::{Decode, Encode};
use jiff::Timestamp;
use x509_cert::Certificate;
use x509_cert::attr::Attributes;
use x509_cert::certificate::Rfc5280;
use x509_cert::crl::CertificateList;
use x509_cert::ext::pkix::SubjectKeyIdentifier;

/// What a good signature proves: that the content is what was signed, and the rest as said here.
#[derive(Debug, Clone)]
pub struct Verified {
    /// The certificate of the signer.
    pub signer: Certificate,
    /// Its chain: where it ends, and what is known of revocation.
    pub path: Path,
    /// The time stamp inside the signature, if there is one.
    pub stamp: Option<Stamp>,
    /// The time for which the certificates were checked: the stamped one, else the claimed one, else now.
    pub at: Timestamp,
}

/// A time stamp of the signature.
#[derive(Debug, Clone)]
pub enum Stamp {
    /// It is right.
    Proved(StampedTime),
    /// This program cannot check it; the words say why.
    NotChecked(String),
}

/// Why a signature proves nothing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum VerifyError {
    /// It is no CMS signature as this program makes them.
    #[error("the signature cannot be read: {0}")]
    Malformed(String),
    /// It is of other content.
    #[error("the content is not what was signed: its SHA-256 is another one")]
    OtherContent,
    /// The signature is wrong: a byte of it was changed, or another key made it.
    #[error("the signature is wrong: the key of {signer} did not make it")]
    Wrong {
        /// Who is said to have signed.
        signer: String,
    },
    /// This program does not know the algorithm. This is no verdict on the signature.
    #[error("not checked by ciacm: the signature of {signer} is {algorithm}; use openssl")]
    NotChecked {
        /// Who is said to have signed.
        signer: String,
        /// The algorithm.
        algorithm: String,
    },
    /// The certificates do not hold.
    #[error(transparent)]
    Path(#[from] PathError),
    /// The time stamp inside the signature is wrong.
    #[error("the time stamp inside the signature does not hold: {0}")]
    Stamp(TokenError),
}

/// Checks a detached signature of content with this SHA-256. `Ok` means that the content is unchanged since the signer
/// signed it; whether the signer is who the certificate says depends on [`Path::origin`].
///
/// # Errors
/// [`VerifyError`] says what does not hold.
pub fn verify_detached(cms: &[u8], content_digest: &[u8; 32], trust: &Trust) -> Result<Verified, VerifyError> {
    let parsed = Parsed::read(cms)?;
    parsed.must_be_ours()?;
    parsed.check(SignerCheck {
        content_type: rfc5911::ID_DATA,
        digest: &|oid| (oid == SHA256).then(|| content_digest.to_vec()),
    })?;
    if !parsed.names_signer_v2()? {
        return Err(VerifyError::Malformed("it does not name the signer's certificate".to_owned()));
    }
    let stamp = parsed.stamp(trust)?;
    let (at, stamped) = match &stamp {
        Some(Stamp::Proved(stamp)) => (stamp.time, matches!(stamp.origin, Origin::Trusted { .. })),
        _ => (trust.claimed.unwrap_or_else(Timestamp::now), false),
    };
    let mut lists = parsed.lists.clone();
    for list in &trust.revocation_lists {
        let list = CertificateList::<Rfc5280>::from_der(list)
            .map_err(|error| VerifyError::Malformed(format!("a given revocation list cannot be read: {error}")))?;
        lists.push(list);
    }
    path::must_sign_documents(&parsed.signer)?;
    let path = path::check(&parsed.signer, &parsed.certificates, &trust.roots, &lists, Moment { at, stamped })?;
    parsed.must_be_about(&path)?;
    Ok(Verified { signer: parsed.signer, path, stamp, at })
}

/// What the content must be.
pub(in crate::signing) struct SignerCheck<'a> {
    pub content_type: Oid,
    /// The digest of the content by this algorithm, if it can be had.
    pub digest: &'a dyn Fn(Oid) -> Option<Vec<u8>>,
}

/// A signature by one signer that was taken apart, with nothing checked yet.
pub(in crate::signing) struct Parsed {
    pub data: SignedData,
    pub info: SignerInfo,
    pub signer: Certificate,
    pub certificates: Vec<Certificate>,
    pub lists: Vec<CertificateList<Rfc5280>>,
}

impl Parsed {
    pub fn read(bytes: &[u8]) -> Result<Self, VerifyError> {
        let malformed = |error: der::Error| VerifyError::Malformed(error.to_string());
        let told = |why: &str| VerifyError::Malformed(why.to_owned());
        let message = ContentInfo::from_der(bytes).map_err(malformed)?;
        if message.content_type != rfc5911::ID_SIGNED_DATA {
            return Err(told("it is a CMS message, but no signature"));
        }
        let data: SignedData = message.content.decode_as().map_err(malformed)?;
        let [info] = data.signer_infos.0.as_slice() else {
            return Err(told("it has not exactly one signer"));
        };
        let info = info.clone();
        let mut certificates = Vec::new();
        for choice in data.certificates.iter().flat_map(|set| set.0.iter()) {
            if let CertificateChoices::Certificate(certificate) = choice {
                certificates.push(certificate.clone());
            }
        }
        let mut lists = Vec::new();
        for choice in data.crls.iter().flat_map(|set| set.0.iter()) {
            if let RevocationInfoChoice::Crl(list) = choice {
                lists.push(list.clone());
            }
        }
        let signer = certificates.iter().find(|certificate| identifies(&info.sid, certificate)).cloned();
        let signer = signer.ok_or_else(|| told("the signer's certificate is missing"))?;
        Ok(Self { data, info, signer, certificates, lists })
    }

    /// Nothing that is not signed may vary: what we write is checked to the last byte.
    fn must_be_ours(&self) -> Result<(), VerifyError> {
        let unsigned = self.info.unsigned_attrs.iter().flat_map(|attributes| attributes.iter());
        let ours = self.data.version == CmsVersion::V1
            && self.info.version == CmsVersion::V1
            && self.data.digest_algorithms.as_slice() == [plain(SHA256)]
            && self.data.encap_content_info.econtent.is_none()
            && self.data.certificates.iter().all(|set| set.0.len() == self.certificates.len())
            && self.data.crls.iter().all(|set| set.0.len() == self.lists.len() && !set.0.is_empty())
            && unsigned.clone().count() <= 1
            && unsigned.clone().all(|attribute| attribute.oid == ID_AA_TIME_STAMP_TOKEN && attribute.values.len() == 1);
        if ours { Ok(()) } else { Err(VerifyError::Malformed("it is not of the form that ciacm writes".to_owned())) }
    }

    /// Certificates and lists are not signed by the signer: none may be there that the chain does not need.
    fn must_be_about(&self, path: &Path) -> Result<(), VerifyError> {
        let chain = &path.certificates;
        let certificates = self.certificates.iter().all(|certificate| chain.contains(certificate));
        let lists = self.lists.iter().all(|list| chain.iter().any(|issuer| path::is_list_of(list, issuer)));
        if certificates && lists {
            return Ok(());
        }
        let what =
            if certificates { "a revocation list that no issuer signed" } else { "a certificate of someone else" };
        Err(VerifyError::Malformed(format!("it brings {what}")))
    }

    /// The signature over the attributes, and the content that they name.
    pub fn check(&self, expected: SignerCheck<'_>) -> Result<(), VerifyError> {
        let told = |why: &str| VerifyError::Malformed(why.to_owned());
        let attributes = self.info.signed_attrs.as_ref().ok_or_else(|| told("it has no signed attributes"))?;
        let content_type: Oid =
            value(attributes, rfc5911::ID_CONTENT_TYPE)?.ok_or_else(|| told("it does not say what is signed"))?;
        if content_type != expected.content_type || self.data.encap_content_info.econtent_type != expected.content_type
        {
            return Err(told("it signs content of another type"));
        }
        let digest: OctetString =
            value(attributes, rfc5911::ID_MESSAGE_DIGEST)?.ok_or_else(|| told("it names no digest"))?;
        let of_content = (expected.digest)(self.info.digest_alg.oid);
        let of_content = of_content.ok_or_else(|| self.not_checked(format!("digest {}", self.info.digest_alg.oid)))?;
        let message = attributes.to_der().map_err(|error| VerifyError::Malformed(error.to_string()))?;
        let key = self.signer.tbs_certificate().subject_public_key_info();
        let digest_algorithm = Some(self.info.digest_alg.oid);
        algorithm::check(
            key,
            &self.info.signature_algorithm,
            digest_algorithm,
            &message,
            self.info.signature.as_bytes(),
        )
        .map_err(|error| match error {
            Unproved::Wrong => VerifyError::Wrong { signer: subject(&self.signer) },
            Unproved::Unknown(algorithm) => self.not_checked(algorithm),
        })?;
        if digest.as_bytes() == of_content { Ok(()) } else { Err(VerifyError::OtherContent) }
    }

    fn not_checked(&self, algorithm: String) -> VerifyError {
        VerifyError::NotChecked { signer: subject(&self.signer), algorithm }
    }

    /// Does the attribute signing-certificate-v2 name the signer's certificate? `false` if there is none.
    pub fn names_signer_v2(&self) -> Result<bool, VerifyError> {
        let Some(attributes) = &self.info.signed_attrs else { return Ok(false) };
        let Some(named) = value::<SigningCertificateV2>(attributes, rfc5911::ID_AA_SIGNING_CERTIFICATE_V_2)? else {
            return Ok(false);
        };
        let tbs = self.signer.tbs_certificate();
        let first = named.certs.first();
        let matches = first.is_some_and(|first| {
            algorithm::digest(
                first.hash_algorithm.as_ref().map_or(SHA256, |algorithm| algorithm.oid),
                &der(&self.signer),
            )
            .as_deref()
                == Some(first.cert_hash.as_bytes())
                && first.issuer_serial.as_ref().is_none_or(|named| &named.serial_number == tbs.serial_number())
        });
        if matches {
            Ok(true)
        } else {
            Err(VerifyError::Malformed("it names another certificate than the signer's".to_owned()))
        }
    }

    fn stamp(&self, trust: &Trust) -> Result<Option<Stamp>, VerifyError> {
        let mut attributes = self.info.unsigned_attrs.iter().flat_map(|attributes| attributes.iter());
        let Some(attribute) = attributes.find(|attribute| attribute.oid == ID_AA_TIME_STAMP_TOKEN) else {
            return Ok(None);
        };
        let token = attribute.values.get(0).map(der::Encode::to_der);
        let Some(Ok(token)) = token else {
            return Err(VerifyError::Malformed("its time stamp cannot be read".to_owned()));
        };
        match tsa::verify_token(&token, self.info.signature.as_bytes(), &trust.timestamp_roots) {
            Ok(stamp) => Ok(Some(Stamp::Proved(stamp))),
            Err(TokenError::NotChecked(why)) => Ok(Some(Stamp::NotChecked(why))),
            Err(error) => Err(VerifyError::Stamp(error)),
        }
    }
}

fn identifies(sid: &SignerIdentifier, certificate: &Certificate) -> bool {
    let tbs = certificate.tbs_certificate();
    match sid {
        SignerIdentifier::IssuerAndSerialNumber(IssuerAndSerialNumber { issuer, serial_number }) => {
            issuer == tbs.issuer() && serial_number == tbs.serial_number()
        }
        SignerIdentifier::SubjectKeyIdentifier(wanted) => {
            matches!(tbs.get_extension::<SubjectKeyIdentifier>(), Ok(Some((_, has))) if &has == wanted)
        }
    }
}

/// The one value of an attribute; an attribute that is there twice or has several values is refused.
pub(in crate::signing) fn value<T>(attributes: &Attributes, oid: Oid) -> Result<Option<T>, VerifyError>
where
    T: for<'a> Decode<'a, Error = der::Error>,
{
    let mut found = attributes.iter().filter(|attribute| attribute.oid == oid);
    let Some(attribute) = found.next() else { return Ok(None) };
    let unreadable = || VerifyError::Malformed(format!("its attribute {oid} cannot be read"));
    let [value] = attribute.values.as_slice() else { return Err(unreadable()) };
    if found.next().is_some() {
        return Err(unreadable());
    }
    let bytes = value.to_der().map_err(|_| unreadable())?;
    T::from_der(&bytes).map(Some).map_err(|_| unreadable())
}
