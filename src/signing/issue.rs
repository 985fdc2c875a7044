//! The organisation's certificate authority: its root, what it issues, what it revokes.
//!
//! The profile is the one that pdfsig (NSS), pyHanko and OpenSSL all accept.

use super::SigningError;
use super::certificate::{self, DOCUMENT_SIGNING};
use der::Encode;
use der::oid::db::rfc5280::ID_KP_EMAIL_PROTECTION;
use jiff::{SignedDuration, Timestamp};
use p256::ecdsa::{DerSignature, SigningKey};
use std::time::Duration;
use x509_cert::Certificate;
use x509_cert::builder::profile::BuilderProfile;
use x509_cert::builder::{Builder, CertificateBuilder, CrlBuilder};
use x509_cert::certificate::{Rfc5280, TbsCertificate};
use x509_cert::crl::{CertificateList, RevokedCert};
use x509_cert::ext::pkix::{
    AuthorityKeyIdentifier, BasicConstraints, CrlNumber, CrlReason, ExtendedKeyUsage, KeyUsage, KeyUsages,
    SubjectKeyIdentifier,
};
use x509_cert::ext::{Extension, ToExtension};
use x509_cert::name::Name;
use x509_cert::serial_number::SerialNumber;
use x509_cert::spki::{SubjectPublicKeyInfoOwned, SubjectPublicKeyInfoRef};
use x509_cert::time::{Time, Validity};

const DAY: SignedDuration = SignedDuration::from_hours(24);

/// How long the root is valid.
const ROOT: SignedDuration = SignedDuration::from_hours(24 * 3_652);
/// How long a signing certificate is valid.
const LEAF: SignedDuration = SignedDuration::from_hours(24 * 730);
/// How long a revocation list is valid. A year, so that the root's key may stay offline.
const REVOCATION_LIST: SignedDuration = SignedDuration::from_hours(24 * 365);
/// Certificates are valid from a little earlier, for auditors whose clocks are slow.
const CLOCK_SKEW: SignedDuration = SignedDuration::from_hours(1);

/// Names in certificates are at most this long (RFC 5280).
pub(super) const MAX_NAME: usize = 64;

/// Who a certificate is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Root,
    Leaf,
}

#[derive(Debug)]
struct Profile {
    kind: Kind,
    subject: Name,
    issuer: Name,
}

impl BuilderProfile for Profile {
    fn get_issuer(&self, _subject: &Name) -> Name {
        self.issuer.clone()
    }

    fn get_subject(&self) -> Name {
        self.subject.clone()
    }

    fn build_extensions(
        &self,
        key: SubjectPublicKeyInfoRef<'_>,
        issuer_key: SubjectPublicKeyInfoRef<'_>,
        tbs: &TbsCertificate,
    ) -> x509_cert::builder::Result<Vec<Extension>> {
        let mut extensions = Vec::new();
        let subject = tbs.subject();
        let mut add = |extension: Extension| extensions.push(extension);
        let (constraints, usage) = match self.kind {
            Kind::Root => (
                BasicConstraints { ca: true, path_len_constraint: Some(0) },
                KeyUsages::KeyCertSign | KeyUsages::CRLSign,
            ),
            Kind::Leaf => (
                BasicConstraints { ca: false, path_len_constraint: None },
                KeyUsages::DigitalSignature | KeyUsages::NonRepudiation,
            ),
        };
        add((true, &constraints).to_extension(subject, &[])?);
        add((true, &KeyUsage(usage)).to_extension(subject, &[])?);
        if self.kind == Kind::Leaf {
            let purposes = ExtendedKeyUsage(vec![DOCUMENT_SIGNING, ID_KP_EMAIL_PROTECTION]);
            add((false, &purposes).to_extension(subject, &[])?);
        }
        add((false, &SubjectKeyIdentifier::try_from(key)?).to_extension(subject, &[])?);
        add((false, &AuthorityKeyIdentifier::try_from(issuer_key)?).to_extension(subject, &[])?);
        Ok(extensions)
    }
}

/// The organisation's root certificate and its key.
#[derive(Debug)]
pub(super) struct Authority<'a> {
    pub certificate: &'a Certificate,
    pub key: &'a SigningKey,
}

/// Makes a new root.
pub(super) fn root(organisation: &str, key: &SigningKey, now: Timestamp) -> Result<Certificate, SigningError> {
    let make = || -> Result<Certificate, String> {
        let name = certificate::name(organisation, "Evidence root").map_err(|error| error.to_string())?;
        let profile = Profile { kind: Kind::Root, subject: name.clone(), issuer: name };
        issue(profile, key, key, now, now + ROOT)
    };
    make().map_err(|why| SigningError::bug("the organisation's root certificate cannot be made", why))
}

impl Authority<'_> {
    /// A certificate for the key of a person or a role.
    pub fn leaf(&self, common_name: &str, key: &SigningKey, now: Timestamp) -> Result<Certificate, SigningError> {
        let end = certificate::not_after(self.certificate);
        if end <= now + DAY {
            return Err(SigningError::new("no certificate can be issued")
                .why(format!("the organisation's root certificate ends at {end}"))
                .next("make a new home with `ciacm init`, and hand over its fingerprint; old packs stay verifiable"));
        }
        let make = || -> Result<Certificate, String> {
            let issuer = self.certificate.tbs_certificate().subject().clone();
            let organisation = organisation(self.certificate);
            let subject = certificate::name(&organisation, common_name).map_err(|error| error.to_string())?;
            issue(Profile { kind: Kind::Leaf, subject, issuer }, key, self.key, now, end.min(now + LEAF))
        };
        make().map_err(|why| SigningError::bug("a certificate cannot be issued", why))
    }

    /// The DER of the next revocation list, and until when it is valid.
    pub fn revocation_list(
        &self,
        number: u64,
        revoked: &[(Vec<u8>, Timestamp, CrlReason)],
        now: Timestamp,
    ) -> Result<(Vec<u8>, Timestamp), SigningError> {
        let until = now + REVOCATION_LIST;
        let make = || -> Result<Vec<u8>, x509_cert::builder::Error> {
            let entry = |(serial, at, reason): &(Vec<u8>, Timestamp, CrlReason)| -> der::Result<RevokedCert<Rfc5280>> {
                let reason = (false, reason).to_extension(self.certificate.tbs_certificate().subject(), &[])?;
                Ok(RevokedCert {
                    serial_number: SerialNumber::new(serial)?,
                    revocation_date: time(*at)?,
                    crl_entry_extensions: Some(vec![reason]),
                })
            };
            let entries = revoked.iter().map(entry).collect::<der::Result<Vec<_>>>()?;
            let list = CrlBuilder::<Rfc5280>::new_with_this_update(
                self.certificate,
                CrlNumber::try_from(number)?,
                time(now - CLOCK_SKEW)?,
            )?
            .with_next_update(Some(time(until)?));
            // An empty list of entries must be left out, not written as empty.
            let list = if entries.is_empty() { list } else { list.with_certificates(entries.into_iter()) };
            let list: CertificateList<Rfc5280> = list.build::<_, DerSignature>(self.key)?;
            Ok(list.to_der()?)
        };
        let list = make().map_err(|why| SigningError::bug("the revocation list cannot be made", why))?;
        Ok((list, until))
    }
}

/// The organisation that a certificate names.
pub(super) fn organisation(certificate: &Certificate) -> String {
    use der::oid::db::rfc4519::ORGANIZATION_NAME;
    let name = certificate.tbs_certificate().subject();
    let value = name.iter().find(|attribute| attribute.oid == ORGANIZATION_NAME);
    value.and_then(|attribute| certificate::text(&attribute.value)).unwrap_or_default()
}

fn issue(
    profile: Profile,
    key: &SigningKey,
    issuer: &SigningKey,
    now: Timestamp,
    until: Timestamp,
) -> Result<Certificate, String> {
    let make = || -> Result<Certificate, x509_cert::builder::Error> {
        let mut serial = [0; 16];
        getrandom::fill(&mut serial).map_err(|_| der::Error::from(der::ErrorKind::Failed))?;
        // Positive, and of the same length always.
        serial[0] = serial[0] & 0x7f | 0x40;
        let public = SubjectPublicKeyInfoOwned::from_key(key.verifying_key())?;
        let validity = Validity::new(time(now - CLOCK_SKEW)?, time(until)?);
        CertificateBuilder::new(profile, SerialNumber::new(&serial)?, validity, public)?
            .build::<_, DerSignature>(issuer)
    };
    make().map_err(|error| error.to_string())
}

/// A time in certificates: whole seconds.
fn time(at: Timestamp) -> der::Result<Time> {
    let seconds = u64::try_from(at.as_second()).map_err(|_| der::Error::from(der::ErrorKind::DateTime))?;
    Ok(Time::from(der::DateTime::from_unix_duration(Duration::from_secs(seconds))?))
}
