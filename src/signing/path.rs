//! From a certificate up to a root: every link is checked, and what was found out is told.

use super::algorithm::{self, Unproved};
use super::certificate::{self, der, fingerprint, subject};
use der::asn1::ObjectIdentifier as Oid;
use der::oid::db::rfc5280 as ext;
use der::{Decode, Encode};
use jiff::Timestamp;
use x509_cert::Certificate;
use x509_cert::certificate::Rfc5280;
use x509_cert::crl::CertificateList;
use x509_cert::ext::pkix::{
    AuthorityKeyIdentifier, BasicConstraints, CrlReason, ExtendedKeyUsage, KeyUsage, SubjectKeyIdentifier,
};

/// No honest chain is longer.
const MAX_LENGTH: usize = 8;

/// Critical extensions that the checks below take into account, or that restrict nothing that matters here.
const UNDERSTOOD: [Oid; 4] =
    [ext::ID_CE_BASIC_CONSTRAINTS, ext::ID_CE_KEY_USAGE, ext::ID_CE_EXT_KEY_USAGE, ext::ID_CE_CERTIFICATE_POLICIES];

/// The extended key usages of which a signer's certificate must have one, if it names any.
const FOR_DOCUMENTS: [Oid; 5] = [
    certificate::DOCUMENT_SIGNING,
    ext::ID_KP_EMAIL_PROTECTION,
    ext::ANY_EXTENDED_KEY_USAGE,
    // Adobe's and Microsoft's own, from before RFC 9336.
    Oid::new_unwrap("1.2.840.113583.1.1.5"),
    Oid::new_unwrap("1.3.6.1.4.1.311.10.3.12"),
];

/// What a verifier brings along.
#[derive(Debug, Clone, Default)]
pub struct Trust {
    /// The roots that the verifier got by another channel. If there are none, a chain may end at any root, and only
    /// integrity is proved.
    pub roots: Vec<Certificate>,
    /// Further revocation lists (DER), beside those that come with the signature.
    pub revocation_lists: Vec<Vec<u8>>,
    /// The roots of time-stamping authorities.
    pub timestamp_roots: Vec<Certificate>,
    /// When the signature claims to have been made. The certificates must have been valid then; a verified time stamp
    /// takes its place.
    pub claimed: Option<Timestamp>,
}

/// Where a chain ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// At a root that the verifier trusts.
    Trusted {
        /// The root's SHA-256 fingerprint.
        root: String,
    },
    /// At a root that came with the signature: whoever made the signature may have made the root too.
    Unconfirmed {
        /// The root's SHA-256 fingerprint, to compare with one got by another channel.
        root: String,
    },
    /// Nowhere: an issuer's certificate is missing.
    Incomplete {
        /// The issuer that is missing.
        issuer: String,
    },
}

/// What is known of revocation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Revocation {
    /// Every issuer's list was there, and names none of the certificates.
    NotRevoked,
    /// As above, but a list was out of date at the time that counts.
    OutOfDate,
    /// There was no list of some issuer.
    NotChecked,
}

/// A chain that was checked.
#[derive(Debug, Clone)]
pub struct Path {
    /// From the signer's certificate upwards.
    pub certificates: Vec<Certificate>,
    /// Where it ends.
    pub origin: Origin,
    /// What is known of revocation.
    pub revocation: Revocation,
}

/// Why a chain proves nothing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PathError {
    /// A certificate was not valid at the time.
    #[error("the certificate of {subject} was not valid at {at}: it is valid from {from} to {until}")]
    NotValid {
        /// Whose certificate.
        subject: String,
        /// The time that counts.
        at: Timestamp,
        /// Its beginning.
        from: Timestamp,
        /// Its end.
        until: Timestamp,
    },
    /// A certificate was revoked.
    #[error("the certificate of {subject} (serial {serial}) was revoked at {at}: {reason}")]
    Revoked {
        /// Whose certificate.
        subject: String,
        /// Its serial number.
        serial: String,
        /// When.
        at: Timestamp,
        /// Why, and why that counts here.
        reason: String,
    },
    /// The chain ends at another root than those trusted.
    #[error("the signature does not come from the trusted root: its chain ends at {root}")]
    Untrusted {
        /// The root's fingerprint, or the issuer that is missing.
        root: String,
    },
    /// A certificate may not do what it does here.
    #[error("the certificate of {subject} {why}")]
    Misused {
        /// Whose certificate.
        subject: String,
        /// What is wrong.
        why: String,
    },
    /// A signature in the chain is wrong.
    #[error("the certificate of {subject} was not signed by {issuer}")]
    Forged {
        /// Whose certificate.
        subject: String,
        /// Who should have signed.
        issuer: String,
    },
    /// A signature in the chain cannot be checked by this program.
    #[error("not checked by ciacm: the certificate of {subject} is signed with {algorithm}")]
    Unknown {
        /// Whose certificate.
        subject: String,
        /// The algorithm.
        algorithm: String,
    },
}

/// The time for which a chain is checked.
#[derive(Debug, Clone, Copy)]
pub(super) struct Moment {
    pub at: Timestamp,
    /// A time-stamping authority says so; else the signer does.
    pub stamped: bool,
}

/// Fails unless the certificate may sign documents: one of the same authority for a web server may not.
pub(super) fn must_sign_documents(certificate: &Certificate) -> Result<(), PathError> {
    match certificate.tbs_certificate().get_extension::<ExtendedKeyUsage>() {
        Ok(None) => Ok(()),
        Ok(Some((_, purposes))) if purposes.0.iter().any(|purpose| FOR_DOCUMENTS.contains(purpose)) => Ok(()),
        Ok(Some(_)) => Err(misused(certificate, "is not for signatures of documents")),
        Err(_) => Err(misused(certificate, "has an extension that cannot be read")),
    }
}

/// Builds and checks the chain of `leaf`. `pool` came with the signature, as did `lists`.
pub(super) fn check(
    leaf: &Certificate,
    pool: &[Certificate],
    roots: &[Certificate],
    lists: &[CertificateList<Rfc5280>],
    moment: Moment,
) -> Result<Path, PathError> {
    let mut certificates = vec![leaf.clone()];
    let origin = loop {
        let Some(last) = certificates.last() else { unreachable!("the chain begins with the leaf") };
        if roots.iter().any(|root| der(root) == der(last)) {
            break Origin::Trusted { root: fingerprint(last) };
        }
        if names_itself(last) {
            check_issued(last, last)?;
            break Origin::Unconfirmed { root: fingerprint(last) };
        }
        let candidates = roots.iter().chain(pool).filter(|candidate| may_have_issued(candidate, last));
        let Some(issuer) = pick(candidates, last)? else {
            break Origin::Incomplete { issuer: certificate::issuer(last) };
        };
        if certificates.len() >= MAX_LENGTH {
            return Err(misused(last, format!("is in a chain of more than {MAX_LENGTH} certificates")));
        }
        certificates.push(issuer.clone());
    };
    for (index, certificate) in certificates.iter().enumerate() {
        check_certificate(certificate, index, moment.at)?;
    }
    if !roots.is_empty() {
        match &origin {
            Origin::Trusted { .. } => (),
            Origin::Unconfirmed { root } => return Err(PathError::Untrusted { root: root.clone() }),
            Origin::Incomplete { issuer } => return Err(PathError::Untrusted { root: issuer.clone() }),
        }
    }
    let revocation = match (check_revocation(&certificates, lists, moment)?, &origin) {
        // The last certificate of a chain that is cut off was not looked at.
        (_, Origin::Incomplete { .. }) => Revocation::NotChecked,
        (revocation, _) => revocation,
    };
    Ok(Path { certificates, origin, revocation })
}

/// The candidate that signed `certificate`: several roots may carry one name.
fn pick<'a>(
    candidates: impl Iterator<Item = &'a Certificate>,
    certificate: &Certificate,
) -> Result<Option<&'a Certificate>, PathError> {
    let mut wrong = None;
    for candidate in candidates {
        match check_issued(certificate, candidate) {
            Ok(()) => return Ok(Some(candidate)),
            Err(error) => wrong = Some(error),
        }
    }
    wrong.map_or(Ok(None), Err)
}

fn names_itself(certificate: &Certificate) -> bool {
    let tbs = certificate.tbs_certificate();
    tbs.subject() == tbs.issuer() && may_have_issued(certificate, certificate)
}

fn may_have_issued(issuer: &Certificate, certificate: &Certificate) -> bool {
    let (issuer, certificate) = (issuer.tbs_certificate(), certificate.tbs_certificate());
    if issuer.subject() != certificate.issuer() {
        return false;
    }
    let wanted = certificate.get_extension::<AuthorityKeyIdentifier>().ok().flatten();
    let wanted = wanted.and_then(|(_, identifier)| identifier.key_identifier);
    let has = issuer.get_extension::<SubjectKeyIdentifier>().ok().flatten();
    match (wanted, has) {
        (Some(wanted), Some((_, has))) => wanted == has.0,
        _ => true,
    }
}

fn check_issued(certificate: &Certificate, issuer: &Certificate) -> Result<(), PathError> {
    let forged = || PathError::Forged { subject: subject(certificate), issuer: subject(issuer) };
    let tbs = certificate.tbs_certificate();
    if tbs.signature() != certificate.signature_algorithm() {
        return Err(forged());
    }
    let message = tbs.to_der().map_err(|_| forged())?;
    let signature = certificate.signature().as_bytes().ok_or_else(forged)?;
    let key = issuer.tbs_certificate().subject_public_key_info();
    algorithm::check(key, certificate.signature_algorithm(), None, &message, signature).map_err(|error| match error {
        Unproved::Wrong => forged(),
        Unproved::Unknown(algorithm) => PathError::Unknown { subject: subject(certificate), algorithm },
    })
}

fn misused(certificate: &Certificate, why: impl Into<String>) -> PathError {
    PathError::Misused { subject: subject(certificate), why: why.into() }
}

/// What must hold of the certificate at this place of the chain: 0 is the signer, above are issuers.
fn check_certificate(certificate: &Certificate, index: usize, at: Timestamp) -> Result<(), PathError> {
    let (from, until) = (certificate::not_before(certificate), certificate::not_after(certificate));
    if at < from || at > until {
        return Err(PathError::NotValid { subject: subject(certificate), at, from, until });
    }
    let tbs = certificate.tbs_certificate();
    let unreadable = |_| misused(certificate, "has an extension that cannot be read");
    let strange = tbs.extensions().into_iter().flatten().find(|it| it.critical && !UNDERSTOOD.contains(&it.extn_id));
    if let Some(extension) = strange {
        return Err(misused(
            certificate,
            format!("has a critical extension that ciacm does not know: {}", extension.extn_id),
        ));
    }
    let usage = tbs.get_extension::<KeyUsage>().map_err(unreadable)?.map(|(_, usage)| usage);
    let constraints = tbs.get_extension::<BasicConstraints>().map_err(unreadable)?.map(|(_, constraints)| constraints);
    if index == 0 {
        if usage.is_some_and(|usage| !usage.digital_signature() && !usage.non_repudiation()) {
            return Err(misused(certificate, "does not allow signatures"));
        }
        return Ok(());
    }
    let Some(constraints) = constraints.filter(|constraints| constraints.ca) else {
        return Err(misused(certificate, "issued a certificate, but is not of a certificate authority"));
    };
    // The path length counts the authorities between this one and the signer.
    if constraints.path_len_constraint.is_some_and(|most| usize::from(most) < index - 1) {
        return Err(misused(certificate, "allows no further authority below it"));
    }
    if usage.is_some_and(|usage| !usage.key_cert_sign()) {
        return Err(misused(certificate, "does not allow to sign certificates"));
    }
    Ok(())
}

fn check_revocation(
    chain: &[Certificate],
    lists: &[CertificateList<Rfc5280>],
    moment: Moment,
) -> Result<Revocation, PathError> {
    let mut result = Revocation::NotRevoked;
    for (certificate, issuer) in chain.iter().zip(chain.iter().skip(1)) {
        let mut found = None;
        for list in lists.iter().filter(|list| is_list_of(list, issuer)) {
            check_listed(certificate, list, moment)?;
            if is_partial(list) {
                continue;
            }
            let fresh = list.tbs_cert_list.next_update.is_some_and(|next| certificate::timestamp(next) >= moment.at);
            found = Some(found.unwrap_or(false) || fresh);
        }
        result = match (found, result) {
            (None, _) | (_, Revocation::NotChecked) => Revocation::NotChecked,
            (Some(false), _) | (_, Revocation::OutOfDate) => Revocation::OutOfDate,
            (Some(true), Revocation::NotRevoked) => Revocation::NotRevoked,
        };
    }
    // A root alone has nobody to revoke it.
    Ok(if chain.len() == 1 { Revocation::NotChecked } else { result })
}

/// A list that may leave out certificates of its issuer: what it does not name may be revoked all the same.
fn is_partial(list: &CertificateList<Rfc5280>) -> bool {
    list.tbs_cert_list.crl_extensions.iter().flatten().any(|extension| extension.critical)
}

/// A list that the issuer signed. Of others nothing is believed: anyone can write one.
pub(super) fn is_list_of(list: &CertificateList<Rfc5280>, issuer: &Certificate) -> bool {
    let signed = || -> Option<bool> {
        let tbs = issuer.tbs_certificate();
        let usage = tbs.get_extension::<KeyUsage>().ok()?;
        let message = list.tbs_cert_list.to_der().ok()?;
        let signature = list.signature.as_bytes()?;
        let key = tbs.subject_public_key_info();
        Some(
            usage.is_none_or(|(_, usage)| usage.crl_sign())
                && list.tbs_cert_list.signature == list.signature_algorithm
                && algorithm::check(key, &list.signature_algorithm, None, &message, signature).is_ok(),
        )
    };
    &list.tbs_cert_list.issuer == issuer.tbs_certificate().subject() && signed().unwrap_or(false)
}

fn check_listed(certificate: &Certificate, list: &CertificateList<Rfc5280>, moment: Moment) -> Result<(), PathError> {
    let serial = certificate.tbs_certificate().serial_number();
    let mut entries = list.tbs_cert_list.revoked_certificates.iter().flatten();
    let Some(entry) = entries.find(|entry| &entry.serial_number == serial) else {
        return Ok(());
    };
    let at = certificate::timestamp(entry.revocation_date);
    let reason =
        entry.crl_entry_extensions.iter().flatten().find(|extension| extension.extn_id == ext::ID_CE_CRL_REASONS);
    let reason = reason.and_then(|extension| CrlReason::from_der(extension.extn_value.as_bytes()).ok());
    // A key that was given up in good order did sign before that. Of a key that others may have, the time of a
    // signature is believed only if an authority says so.
    let orderly =
        matches!(reason, Some(CrlReason::Superseded | CrlReason::CessationOfOperation | CrlReason::AffiliationChanged));
    if moment.at < at && (moment.stamped || orderly) {
        return Ok(());
    }
    let reason = match reason {
        Some(CrlReason::KeyCompromise) if moment.at < at => {
            "the key was stolen, and no trusted time stamp shows that the signature is older".to_owned()
        }
        Some(CrlReason::KeyCompromise) => "the key was stolen".to_owned(),
        Some(CrlReason::Superseded) => "the key was replaced".to_owned(),
        Some(CrlReason::CessationOfOperation) => "the key is no longer used".to_owned(),
        Some(CrlReason::AffiliationChanged) => "its holder left".to_owned(),
        _ => "no reason is given".to_owned(),
    };
    Err(PathError::Revoked { subject: subject(certificate), serial: certificate::serial(certificate), at, reason })
}
