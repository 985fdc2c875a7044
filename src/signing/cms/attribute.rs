//! The attributes that are signed along with the content.

use der::asn1::{OctetString, SetOfVec};
use der::oid::db::rfc5911::{ID_AA_SIGNING_CERTIFICATE_V_2, ID_CONTENT_TYPE, ID_MESSAGE_DIGEST};
use der::{Any, Encode, Sequence, asn1::ObjectIdentifier as Oid};
use sha2::{Digest, Sha256};
use x509_cert::Certificate;
use x509_cert::attr::{Attribute, Attributes};
use x509_cert::ext::pkix::name::{GeneralName, GeneralNames};
use x509_cert::serial_number::SerialNumber;
use x509_cert::spki::AlgorithmIdentifierOwned;

/// `IssuerSerial` of RFC 5035.
#[derive(Debug, Clone, PartialEq, Eq, Sequence)]
pub(in crate::signing) struct IssuerSerial {
    pub issuer: GeneralNames,
    pub serial_number: SerialNumber,
}

/// `ESSCertIDv2` of RFC 5035: names a certificate by its hash.
#[derive(Debug, Clone, PartialEq, Eq, Sequence)]
pub(in crate::signing) struct EssCertIdV2 {
    /// SHA-256 if it is left out.
    #[asn1(optional = "true")]
    pub hash_algorithm: Option<AlgorithmIdentifierOwned>,
    pub cert_hash: OctetString,
    #[asn1(optional = "true")]
    pub issuer_serial: Option<IssuerSerial>,
}

/// `SigningCertificateV2` of RFC 5035: ties a signature to one certificate.
#[derive(Debug, Clone, PartialEq, Eq, Sequence)]
pub(in crate::signing) struct SigningCertificateV2 {
    pub certs: Vec<EssCertIdV2>,
    #[asn1(optional = "true")]
    pub policies: Option<Any>,
}

/// The signed attributes: exactly content-type, message-digest and signing-certificate-v2. The time is not among them
/// (PAdES baseline wants it in the PDF); a time that counts comes from a time-stamping authority.
pub(super) fn signed(content_type: Oid, content_digest: &[u8; 32], signer: &Certificate) -> der::Result<Attributes> {
    let tbs = signer.tbs_certificate();
    let certificate = SigningCertificateV2 {
        certs: vec![EssCertIdV2 {
            hash_algorithm: None,
            cert_hash: OctetString::new(Sha256::digest(signer.to_der()?).to_vec())?,
            issuer_serial: Some(IssuerSerial {
                issuer: vec![GeneralName::DirectoryName(tbs.issuer().clone())],
                serial_number: tbs.serial_number().clone(),
            }),
        }],
        policies: None,
    };
    let digest = OctetString::new(content_digest.to_vec())?;
    Attributes::try_from(vec![
        attribute(ID_CONTENT_TYPE, Any::encode_from(&content_type)?)?,
        attribute(ID_MESSAGE_DIGEST, Any::encode_from(&digest)?)?,
        attribute(ID_AA_SIGNING_CERTIFICATE_V_2, Any::encode_from(&certificate)?)?,
    ])
}

/// An attribute with one value.
pub(super) fn attribute(oid: Oid, value: Any) -> der::Result<Attribute> {
    Ok(Attribute { oid, values: SetOfVec::try_from(vec![value])? })
}
