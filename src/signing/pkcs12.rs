//! Reading PKCS #12 files (RFC 7292): a key with its certificates under one passphrase.
//!
//! Only what current tools write: PBES2 (PBKDF2 or scrypt, AES-CBC). Older files are refused with the command that
//! converts them. The file's MAC is not checked: a wrong passphrase does not decrypt, and the key that comes out must
//! belong to its certificate, which is checked.

use super::SigningError;
use super::passphrase::PassphraseSource;
use super::software::{SoftwareKey, wrong_passphrase};
use cms::encrypted_data::EncryptedData;
use der::asn1::{ObjectIdentifier as Oid, OctetString};
use der::oid::db::rfc5911::{ID_DATA, ID_ENCRYPTED_DATA};
use der::{Any, Decode, Encode, Sequence};
use pkcs8::EncryptedPrivateKeyInfoRef;
use pkcs8::pkcs5::EncryptionScheme;
use x509_cert::Certificate;
use zeroize::Zeroizing;

const KEY_BAG: Oid = Oid::new_unwrap("1.2.840.113549.1.12.10.1.1");
const SHROUDED_KEY_BAG: Oid = Oid::new_unwrap("1.2.840.113549.1.12.10.1.2");
const CERTIFICATE_BAG: Oid = Oid::new_unwrap("1.2.840.113549.1.12.10.1.3");
const X509_CERTIFICATE: Oid = Oid::new_unwrap("1.2.840.113549.1.9.22.1");

const CONVERT: &str = "convert it: `openssl pkcs12 -legacy -in OLD.p12 -nodes -out all.pem && openssl pkcs12 -export -in all.pem -out NEW.p12`, then remove all.pem";

/// `PFX`.
#[derive(Debug, Clone, PartialEq, Eq, Sequence)]
struct Pfx {
    version: u8,
    content: cms::content_info::ContentInfo,
    #[asn1(optional = "true")]
    mac: Option<Any>,
}

/// `SafeBag`.
#[derive(Debug, Clone, PartialEq, Eq, Sequence)]
struct Bag {
    id: Oid,
    #[asn1(context_specific = "0", tag_mode = "EXPLICIT")]
    value: Any,
    #[asn1(optional = "true")]
    attributes: Option<Any>,
}

/// `CertBag`.
#[derive(Debug, Clone, PartialEq, Eq, Sequence)]
struct CertificateBag {
    id: Oid,
    #[asn1(context_specific = "0", tag_mode = "EXPLICIT")]
    value: OctetString,
}

/// Is this a PKCS #12 file, whether it can be read or not?
#[must_use]
pub fn is_pkcs12(bytes: &[u8]) -> bool {
    Pfx::from_der(bytes).is_ok_and(|pfx| pfx.version == 3)
}

/// The key and all certificates of the file, in its order.
///
/// # Errors
/// If the passphrase is wrong or missing, the encryption is an old one, or the file has not exactly one P-256 key.
pub fn read(
    bytes: &[u8],
    what: &str,
    source: &dyn PassphraseSource,
) -> Result<(SoftwareKey, Vec<Certificate>), SigningError> {
    let unreadable = |error: der::Error| {
        SigningError::new(format!("{what} cannot be read"))
            .why(format!("it is no PKCS #12 file that ciacm understands: {error}"))
            .next("give the key as PKCS #8 with its certificate instead: `--key` and `--certificate`")
    };
    let pfx = Pfx::from_der(bytes).map_err(unreadable)?;
    let passphrase = source.passphrase(what)?.ok_or_else(|| {
        SigningError::new(format!("{what} cannot be opened"))
            .why("it needs a passphrase, and none is configured")
            .next("set CIACM_PASSPHRASE_FILE or CIACM_PASSPHRASE, or give --passphrase-file")
    })?;
    let decrypt = |scheme: EncryptionScheme, sealed: &[u8]| -> Result<Zeroizing<Vec<u8>>, SigningError> {
        if scheme.pbes2().is_none() {
            return Err(legacy(what));
        }
        scheme.decrypt(passphrase.as_bytes(), sealed).map(Zeroizing::new).map_err(|_| wrong_passphrase(what))
    };
    let safe = pfx.content.content.decode_as::<OctetString>().map_err(unreadable)?;
    let contents = Vec::<cms::content_info::ContentInfo>::from_der(safe.as_bytes()).map_err(unreadable)?;
    let (mut keys, mut certificates) = (Vec::new(), Vec::new());
    for content in contents {
        let bags = match content.content_type {
            ID_DATA => {
                Zeroizing::new(content.content.decode_as::<OctetString>().map_err(unreadable)?.into_bytes().into_vec())
            }
            ID_ENCRYPTED_DATA => {
                let data: EncryptedData = content.content.decode_as().map_err(unreadable)?;
                let sealed = data.enc_content_info;
                let scheme = sealed.content_enc_alg.to_der().map_err(unreadable)?;
                // What is not known as PBES1 or PBES2 is one of PKCS #12's own old schemes.
                let scheme = EncryptionScheme::from_der(&scheme).map_err(|_| legacy(what))?;
                decrypt(scheme, sealed.encrypted_content.as_ref().map_or(&[], |content| content.as_bytes()))?
            }
            _ => continue,
        };
        for bag in Vec::<Bag>::from_der(&bags).map_err(unreadable)? {
            match bag.id {
                KEY_BAG => {
                    keys.push(SoftwareKey::from_der(&Zeroizing::new(bag.value.to_der().map_err(unreadable)?), what)?)
                }
                SHROUDED_KEY_BAG => {
                    let der = bag.value.to_der().map_err(unreadable)?;
                    let sealed = EncryptedPrivateKeyInfoRef::try_from(der.as_slice()).map_err(|_| legacy(what))?;
                    let key = decrypt(sealed.encryption_algorithm.clone(), sealed.encrypted_data.as_bytes())?;
                    keys.push(SoftwareKey::from_der(&key, what)?);
                }
                CERTIFICATE_BAG => {
                    let bag: CertificateBag = bag.value.decode_as().map_err(unreadable)?;
                    if bag.id == X509_CERTIFICATE {
                        certificates.push(Certificate::from_der(bag.value.as_bytes()).map_err(unreadable)?);
                    }
                }
                _ => (),
            }
        }
    }
    let count = keys.len();
    match (keys.pop(), count) {
        (Some(key), 1) => Ok((key, certificates)),
        _ => Err(SigningError::new(format!("{what} cannot be used"))
            .why(format!("it holds {count} private keys"))
            .next("give a file with exactly one key and its certificates")),
    }
}

fn legacy(what: &str) -> SigningError {
    SigningError::new(format!("{what} cannot be read"))
        .why("its encryption is an old one (RC2 or 3DES, SHA-1)")
        .next(CONVERT)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::signing::passphrase::Passphrase;
    use proptest::prelude::*;

    /// Made by `openssl pkcs12 -export` with a P-256 key, AES-256 and one PBKDF2 iteration; the passphrase is `test`.
    const FILE: &[u8] = include_bytes!("pkcs12/example.p12");

    fn test() -> Option<Passphrase> {
        Some(Passphrase::new("test".to_owned()).unwrap())
    }

    #[test]
    fn a_file_is_read() {
        assert!(is_pkcs12(FILE));
        let (key, certificates) = read(FILE, "the file", &test()).unwrap();
        assert!(key.belongs_to(&certificates[0]));
    }

    proptest! {
        #[test]
        fn foreign_bytes_never_panic(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
            prop_assert!(read(&bytes, "the file", &test()).is_err());
        }

        #[test]
        fn changed_bytes_never_panic(place in 0..FILE.len(), byte: u8) {
            let mut changed = FILE.to_vec();
            changed[place] = byte;
            // A change may make it demand millions of iterations; those are not tried.
            let iterations = FILE.windows(3).enumerate().filter(|(_, window)| *window == [2, 1, 1]).map(|(at, _)| at);
            prop_assume!(iterations.into_iter().all(|at| !(at..at + 3).contains(&place)));
            let _ = read(&changed, "the file", &test());
        }
    }
}
