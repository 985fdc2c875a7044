//! Certificates: read, named, told by their fingerprint.

use super::SigningError;
use der::asn1::{BmpString, Utf8StringRef};
use der::oid::db::rfc4519;
use der::pem::LineEnding;
use der::{Any, Decode, Encode, EncodePem, Tag, Tagged};
use jiff::Timestamp;
use sha2::{Digest, Sha256};
use std::fmt::Write as _;
use x509_cert::Certificate;
use x509_cert::attr::AttributeTypeAndValue;
use x509_cert::crl::CertificateList;
use x509_cert::ext::pkix::{BasicConstraints, ExtendedKeyUsage, KeyUsage};
use x509_cert::name::{Name, RdnSequence, RelativeDistinguishedName};
use x509_cert::time::Time;

/// The largest file of certificates, keys or revocation lists that is read.
pub const MAX_FILE: u64 = 1024 * 1024;

/// The extended key usage of signatures of documents (RFC 9336).
pub const DOCUMENT_SIGNING: der::asn1::ObjectIdentifier = der::asn1::ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.3.36");

/// SHA-256 of the DER, as `openssl x509 -fingerprint -sha256` prints it: upper-case hex pairs with colons.
#[must_use]
pub fn fingerprint(certificate: &Certificate) -> String {
    colons(&Sha256::digest(der(certificate)))
}

/// The serial number: upper-case hex digits, as `openssl x509 -serial` prints it.
#[must_use]
pub fn serial(certificate: &Certificate) -> String {
    hex_serial(certificate.tbs_certificate().serial_number().as_bytes())
}

pub(super) fn hex_serial(bytes: &[u8]) -> String {
    crate::hash::hex(bytes).to_uppercase()
}

fn colons(bytes: &[u8]) -> String {
    bytes.iter().enumerate().fold(String::with_capacity(bytes.len() * 3), |mut text, (index, byte)| {
        // Writing to a String cannot fail.
        let _ = write!(text, "{}{byte:02X}", if index == 0 { "" } else { ":" });
        text
    })
}

/// The DER. What was read encodes again, so this does not fail; a hash of nothing matches nothing.
#[must_use]
pub fn der(certificate: &Certificate) -> Vec<u8> {
    certificate.to_der().unwrap_or_default()
}

/// The subject as people read it: `CN=..., O=...`.
#[must_use]
pub fn subject(certificate: &Certificate) -> String {
    name_text(certificate.tbs_certificate().subject())
}

/// The issuer as people read it.
#[must_use]
pub fn issuer(certificate: &Certificate) -> String {
    name_text(certificate.tbs_certificate().issuer())
}

/// The common name of the subject, or all of it where it has none.
#[must_use]
pub fn common_name(certificate: &Certificate) -> String {
    let name = certificate.tbs_certificate().subject();
    let found = name.iter().find(|attribute| attribute.oid == rfc4519::COMMON_NAME).and_then(|it| text(&it.value));
    found.unwrap_or_else(|| name_text(name))
}

/// Certificates name the most general part first; people the most particular. Control characters of foreign names
/// must not reach a terminal.
fn name_text(name: &Name) -> String {
    let parts: Vec<String> = name
        .iter()
        .map(|attribute| {
            let value = &attribute.value;
            let value = text(value).unwrap_or_else(|| format!("#{}", crate::hash::hex(value.value())));
            let key = match attribute.oid {
                rfc4519::COMMON_NAME => "CN".to_owned(),
                rfc4519::ORGANIZATION_NAME => "O".to_owned(),
                rfc4519::ORGANIZATIONAL_UNIT_NAME => "OU".to_owned(),
                rfc4519::COUNTRY_NAME => "C".to_owned(),
                rfc4519::LOCALITY_NAME => "L".to_owned(),
                oid => oid.to_string(),
            };
            format!("{key}={value}")
        })
        .collect();
    parts.into_iter().rev().collect::<Vec<_>>().join(", ")
}

pub(super) fn text(value: &Any) -> Option<String> {
    let text = match value.tag() {
        Tag::Utf8String | Tag::PrintableString | Tag::Ia5String | Tag::VisibleString => {
            std::str::from_utf8(value.value()).ok()?.to_owned()
        }
        Tag::BmpString => BmpString::from_ucs2(value.value().to_vec()).ok()?.to_string(),
        // T.61 in old certificates; read as Latin-1, as everyone does.
        Tag::TeletexString => value.value().iter().map(|byte| char::from(*byte)).collect(),
        _ => return None,
    };
    Some(text.chars().map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect())
}

/// A name of an organisation's own.
pub(super) fn name(organisation: &str, common_name: &str) -> der::Result<Name> {
    let mut sequence = RdnSequence::default();
    for (oid, value) in [(rfc4519::ORGANIZATION_NAME, organisation), (rfc4519::COMMON_NAME, common_name)] {
        let value = Any::encode_from(&Utf8StringRef::new(value)?)?;
        sequence.push(RelativeDistinguishedName::try_from(vec![AttributeTypeAndValue { oid, value }])?);
    }
    Name::from_der(&sequence.to_der()?)
}

/// When it begins to be valid.
#[must_use]
pub fn not_before(certificate: &Certificate) -> Timestamp {
    timestamp(certificate.tbs_certificate().validity().not_before)
}

/// Until when it is valid.
#[must_use]
pub fn not_after(certificate: &Certificate) -> Timestamp {
    timestamp(certificate.tbs_certificate().validity().not_after)
}

pub(super) fn timestamp(time: Time) -> Timestamp {
    // ASN.1 times end with the year 9999, as those of jiff do.
    let seconds = i64::try_from(time.to_unix_duration().as_secs()).unwrap_or(i64::MAX);
    Timestamp::from_second(seconds).unwrap_or(Timestamp::MAX)
}

/// The certificates of a file: PEM (one or many, text around them is ignored) or one in DER.
///
/// # Errors
/// If it holds none, or one that cannot be read.
pub fn read(bytes: &[u8]) -> Result<Vec<Certificate>, String> {
    let blocks = pem_blocks(bytes, "CERTIFICATE")?;
    if blocks.is_empty() {
        let certificate = Certificate::from_der(bytes).map_err(|_| "it is neither PEM nor DER".to_owned())?;
        return Ok(vec![certificate]);
    }
    let read = |block: &Vec<u8>| {
        Certificate::from_der(block).map_err(|error| format!("a certificate in it cannot be read: {error}"))
    };
    blocks.iter().map(read).collect()
}

/// The revocation list of a file, PEM or DER, as DER.
///
/// # Errors
/// If it is none.
pub fn read_revocation_list(bytes: &[u8]) -> Result<Vec<u8>, String> {
    let der = pem_blocks(bytes, "X509 CRL")?.into_iter().next().unwrap_or_else(|| bytes.to_vec());
    CertificateList::<x509_cert::certificate::Rfc5280>::from_der(&der)
        .map_err(|error| format!("it is no revocation list: {error}"))?;
    Ok(der)
}

/// The contents of all PEM blocks with this label.
pub(super) fn pem_blocks(bytes: &[u8], label: &str) -> Result<Vec<Vec<u8>>, String> {
    let begin = format!("-----BEGIN {label}-----");
    let end = format!("-----END {label}-----");
    let text = String::from_utf8_lossy(bytes);
    let mut rest = text.as_ref();
    let mut blocks = Vec::new();
    while let Some(start) = rest.find(&begin) {
        let block = &rest[start..];
        let Some(stop) = block.find(&end) else {
            return Err(format!("it has `{begin}` without an end"));
        };
        let stop = stop + end.len();
        let (_, der) = der::pem::decode_vec(&block.as_bytes()[..stop])
            .map_err(|error| format!("a PEM block in it cannot be read: {error}"))?;
        blocks.push(der);
        rest = &block[stop..];
    }
    Ok(blocks)
}

/// The certificates as PEM, one after the other.
///
/// # Errors
/// Never for certificates that were read or made.
pub fn pem(chain: &[Certificate]) -> Result<String, SigningError> {
    chain
        .iter()
        .map(|certificate| certificate.to_pem(LineEnding::LF))
        .collect::<Result<String, _>>()
        .map_err(|error| SigningError::bug("a certificate cannot be written", error))
}

/// What an auditor's tools might not like about a certificate that signs documents.
#[must_use]
pub fn shortcomings(certificate: &Certificate) -> Vec<&'static str> {
    let mut found = Vec::new();
    let tbs = certificate.tbs_certificate();
    if let Ok(Some((_, usage))) = tbs.get_extension::<KeyUsage>() {
        if !usage.non_repudiation() {
            found.push("its key usage lacks nonRepudiation; some tools refuse its signatures on documents");
        }
        if !usage.digital_signature() && !usage.non_repudiation() {
            found.push("its key usage does not allow signatures at all");
        }
    } else {
        found.push("it has no key usage; it should have digitalSignature and nonRepudiation");
    }
    match tbs.get_extension::<ExtendedKeyUsage>() {
        Ok(Some((_, usage))) if !usage.0.contains(&DOCUMENT_SIGNING) => {
            found.push("its extended key usage lacks documentSigning (1.3.6.1.5.5.7.3.36)");
        }
        _ => (),
    }
    if matches!(tbs.get_extension::<BasicConstraints>(), Ok(Some((_, constraints))) if constraints.ca) {
        found.push("it is the certificate of a certificate authority, which should sign nothing else");
    }
    found
}
