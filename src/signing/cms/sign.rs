//! Making a signature.

use super::attribute;
use crate::signing::algorithm::{self, SHA256, plain};
use crate::signing::certificate;
use crate::signing::{Identity, SigningError};
use cms::cert::{CertificateChoices, IssuerAndSerialNumber};
use cms::content_info::{CmsVersion, ContentInfo};
use cms::revocation::{RevocationInfoChoice, RevocationInfoChoices};
use cms::signed_data::{
    CertificateSet, EncapsulatedContentInfo, SignedData, SignerIdentifier, SignerInfo, SignerInfos,
};
use der::asn1::{OctetString, SetOfVec};
use der::oid::db::{rfc3161::ID_AA_TIME_STAMP_TOKEN, rfc5911};
use der::{Any, Decode, Encode};
use sha2::{Digest, Sha256};
use x509_cert::attr::Attributes;
use x509_cert::certificate::Rfc5280;
use x509_cert::crl::CertificateList;

/// Where a signature goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Profile {
    /// Beside a file, as `.p7s`: revocation lists go along.
    File,
    /// Into a PDF (`ETSI.CAdES.detached`): revocation lists belong into the PDF's own store.
    Pdf,
}

/// Signs content of which only the SHA-256 is given. The result is the DER of a detached CMS signature.
///
/// # Errors
/// If the key cannot be used, or signs so that its own certificate does not verify it.
pub fn sign_detached(
    content_digest: &[u8; 32],
    identity: &Identity,
    profile: Profile,
) -> Result<Vec<u8>, SigningError> {
    let signer = identity.certificate()?;
    let key = signer.tbs_certificate().subject_public_key_info();
    let algorithm = algorithm::of_signature(key).ok_or_else(|| {
        SigningError::new("the signing certificate cannot be used")
            .why("its key is neither ECDSA nor RSA")
            .next("use a P-256 key")
    })?;
    let bug = |error: der::Error| SigningError::bug("the signature cannot be put together", error);
    let attributes = attribute::signed(rfc5911::ID_DATA, content_digest, signer).map_err(bug)?;
    // What is signed is the SET OF with its own tag, not with the implicit one that it has in the message.
    let message = attributes.to_der().map_err(bug)?;
    let signature = identity.signer.sign_digest(&Sha256::digest(&message).into())?;
    algorithm::check(key, &algorithm, Some(SHA256), &message, &signature).map_err(|_| {
        SigningError::new("the signature that the key made is wrong")
            .why(format!("the certificate of {} does not verify it", certificate::subject(signer)))
            .next("check that the key belongs to the certificate, and that it signs the digest that it is given")
    })?;
    assemble(identity, profile, attributes, algorithm, signature).map_err(bug)
}

fn assemble(
    identity: &Identity,
    profile: Profile,
    attributes: Attributes,
    signature_algorithm: x509_cert::spki::AlgorithmIdentifierOwned,
    signature: Vec<u8>,
) -> der::Result<Vec<u8>> {
    let signer = identity.chain.first().ok_or(der::ErrorKind::Failed)?.tbs_certificate();
    let info = SignerInfo {
        version: CmsVersion::V1,
        sid: SignerIdentifier::IssuerAndSerialNumber(IssuerAndSerialNumber {
            issuer: signer.issuer().clone(),
            serial_number: signer.serial_number().clone(),
        }),
        digest_alg: plain(SHA256),
        signed_attrs: Some(attributes),
        signature_algorithm,
        signature: OctetString::new(signature)?,
        unsigned_attrs: None,
    };
    let mut certificates = SetOfVec::new();
    for certificate in &identity.chain {
        // A chain that names a certificate twice is the user's; a set holds it once.
        let choice = CertificateChoices::Certificate(certificate.clone());
        if !certificates.iter().any(|known| known == &choice) {
            certificates.insert(choice)?;
        }
    }
    let mut lists = SetOfVec::new();
    if profile == Profile::File {
        for list in &identity.revocation_lists {
            lists.insert(RevocationInfoChoice::Crl(CertificateList::<Rfc5280>::from_der(list)?))?;
        }
    }
    let data = SignedData {
        version: CmsVersion::V1,
        digest_algorithms: SetOfVec::try_from(vec![plain(SHA256)])?,
        encap_content_info: EncapsulatedContentInfo { econtent_type: rfc5911::ID_DATA, econtent: None },
        certificates: Some(CertificateSet(certificates)),
        crls: (!lists.is_empty()).then_some(RevocationInfoChoices(lists)),
        signer_infos: SignerInfos(SetOfVec::try_from(vec![info])?),
    };
    wrap(&data)
}

fn wrap(data: &SignedData) -> der::Result<Vec<u8>> {
    ContentInfo { content_type: rfc5911::ID_SIGNED_DATA, content: Any::encode_from(data)? }.to_der()
}

/// The signature's own bytes, of which a time stamp inside the message tells the time.
///
/// # Errors
/// If `cms` is no signature by one signer.
pub fn signature_value(cms: &[u8]) -> Result<Vec<u8>, SigningError> {
    Ok(open(cms)?.1.signature.into_bytes().into_vec())
}

/// Puts a time stamp of [`signature_value`] into the message, as an unsigned attribute: the signature stays as it is.
///
/// # Errors
/// If `cms` is no signature by one signer, or `token` no DER.
pub fn add_timestamp(cms: &[u8], token: &[u8]) -> Result<Vec<u8>, SigningError> {
    let (mut data, mut info) = open(cms)?;
    let mut add = || -> der::Result<Vec<u8>> {
        let token = attribute::attribute(ID_AA_TIME_STAMP_TOKEN, Any::from_der(token)?)?;
        let others = info.unsigned_attrs.take().map(SetOfVec::into_vec).unwrap_or_default();
        let others = others.into_iter().filter(|attribute| attribute.oid != ID_AA_TIME_STAMP_TOKEN);
        info.unsigned_attrs = Some(Attributes::from_iter(others.chain([token]))?);
        data.signer_infos = SignerInfos(SetOfVec::try_from(vec![info.clone()])?);
        wrap(&data)
    };
    add().map_err(|error| SigningError::bug("the time stamp cannot be added to the signature", error))
}

fn open(cms: &[u8]) -> Result<(SignedData, SignerInfo), SigningError> {
    let read = || -> der::Result<(SignedData, SignerInfo)> {
        let data: SignedData = ContentInfo::from_der(cms)?.content.decode_as()?;
        let info = data.signer_infos.0.get(0).cloned().ok_or(der::ErrorKind::Failed)?;
        Ok((data, info))
    };
    read().map_err(|error| {
        SigningError::new("the signature cannot be read").why(error).next("sign again; the file may be damaged")
    })
}
