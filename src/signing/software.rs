//! P-256 keys in files: PKCS #8, encrypted with scrypt and AES-256 unless the user wants otherwise.

use super::certificate::{self, pem_blocks};
use super::passphrase::{Passphrase, PassphraseSource};
use super::{Signer, SigningError};
use der::Decode;
use der::pem::LineEnding;
use p256::ecdsa::signature::hazmat::PrehashSigner;
use p256::ecdsa::{DerSignature, SigningKey};
use pkcs8::pkcs5::{pbes2, scrypt};
use pkcs8::{DecodePrivateKey, EncodePrivateKey, EncryptedPrivateKeyInfoRef, PrivateKeyInfoRef};
use std::fmt;
use x509_cert::Certificate;
use x509_cert::spki::SubjectPublicKeyInfoOwned;
use zeroize::Zeroizing;

/// scrypt with N = 2^14, r = 8, p = 5: as strong as OWASP recommends, within the 32 MiB that OpenSSL allows.
const SCRYPT: (u8, u32, u32) = (14, 8, 5);

/// A key in memory. It is wiped when dropped, and never printed.
pub struct SoftwareKey(SigningKey);

impl fmt::Debug for SoftwareKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SoftwareKey(..)")
    }
}

impl Signer for SoftwareKey {
    fn sign_digest(&self, digest: &[u8; 32]) -> Result<Vec<u8>, SigningError> {
        // Deterministic (RFC 6979): the same digest gets the same signature.
        let signature: DerSignature =
            self.0.sign_prehash(digest).map_err(|error| SigningError::bug("signing failed", error))?;
        Ok(signature.as_bytes().to_vec())
    }
}

impl SoftwareKey {
    /// Makes a key.
    ///
    /// # Errors
    /// If the system has no random numbers.
    pub fn generate() -> Result<Self, SigningError> {
        loop {
            let mut bytes = Zeroizing::new([0; 32]);
            getrandom::fill(&mut *bytes).map_err(|error| {
                SigningError::new("no key can be made")
                    .why(format!("the system gives no random numbers: {error}"))
                    .next("check the system's random number source")
            })?;
            // One in 2^32 is no number below the order of the curve.
            if let Ok(key) = SigningKey::from_slice(&*bytes) {
                return Ok(Self(key));
            }
        }
    }

    pub(super) const fn key(&self) -> &SigningKey {
        &self.0
    }

    /// Is this the key that the certificate is for?
    #[must_use]
    pub fn belongs_to(&self, certificate: &Certificate) -> bool {
        SubjectPublicKeyInfoOwned::from_key(self.0.verifying_key())
            .is_ok_and(|key| &key == certificate.tbs_certificate().subject_public_key_info())
    }

    /// The key as PKCS #8 PEM, encrypted if there is a passphrase.
    ///
    /// # Errors
    /// If the system has no random numbers.
    pub fn to_pem(&self, passphrase: Option<&Passphrase>) -> Result<Zeroizing<String>, SigningError> {
        let failed = |error: pkcs8::Error| SigningError::bug("a key cannot be written", error);
        let Some(passphrase) = passphrase else {
            return self.0.to_pkcs8_pem(LineEnding::LF).map_err(failed);
        };
        let (mut salt, mut iv) = ([0; 16], [0; 16]);
        getrandom::fill(&mut salt)
            .and_then(|()| getrandom::fill(&mut iv))
            .map_err(|error| SigningError::bug("the system gives no random numbers", error))?;
        let (log_n, r, p) = SCRYPT;
        let parameters = scrypt::Params::new(log_n, r, p)
            .map_err(|_| pkcs8::Error::ParametersMalformed)
            .and_then(|scrypt| Ok(pbes2::Parameters::generate_scrypt_aes256cbc(scrypt, &salt, iv)?))
            .map_err(failed)?;
        let document = self.0.to_pkcs8_der().map_err(failed)?;
        let encrypted = PrivateKeyInfoRef::from_der(document.as_bytes())
            .map_err(|error| failed(error.into()))?
            .encrypt_with_params(parameters, passphrase.as_bytes())
            .map_err(failed)?;
        encrypted.to_pem("ENCRYPTED PRIVATE KEY", LineEnding::LF).map_err(|error| failed(error.into()))
    }

    /// Reads a PKCS #8 key, PEM or DER, encrypted or not. `what` names it in questions and messages. `None` if it is
    /// encrypted and no passphrase can be had.
    ///
    /// # Errors
    /// If it is no P-256 key, or the passphrase is wrong.
    pub fn read(bytes: &[u8], what: &str, source: &dyn PassphraseSource) -> Result<Option<Self>, SigningError> {
        let unreadable = |why: String| {
            SigningError::new(format!("{what} cannot be read")).why(why).next(
                "give a P-256 key as PKCS #8, PEM or DER; convert with `openssl pkcs8 -topk8 -in KEY -out KEY.p8`",
            )
        };
        if !pem_blocks(bytes, "EC PRIVATE KEY").map_err(unreadable)?.is_empty()
            || !pem_blocks(bytes, "RSA PRIVATE KEY").map_err(unreadable)?.is_empty()
        {
            return Err(unreadable("it is in an older form than PKCS #8".to_owned()));
        }
        let plain = pem_blocks(bytes, "PRIVATE KEY").map_err(unreadable)?.into_iter().next().map(Zeroizing::new);
        let sealed = pem_blocks(bytes, "ENCRYPTED PRIVATE KEY").map_err(unreadable)?.into_iter().next();
        let (plain, sealed) = match (plain, sealed) {
            (None, None) if EncryptedPrivateKeyInfoRef::try_from(bytes).is_ok() => (None, Some(bytes.to_vec())),
            (None, None) => (Some(Zeroizing::new(bytes.to_vec())), None),
            found => found,
        };
        if let Some(plain) = plain {
            return Self::from_der(&plain, what).map(Some);
        }
        let sealed = sealed.unwrap_or_default();
        let info = EncryptedPrivateKeyInfoRef::try_from(sealed.as_slice())
            .map_err(|error| unreadable(format!("its encryption is not known: {error}")))?;
        let Some(passphrase) = source.passphrase(what)? else {
            return Ok(None);
        };
        match info.decrypt(passphrase.as_bytes()) {
            Ok(document) => Self::from_der(document.as_bytes(), what).map(Some),
            Err(_) if info.encryption_algorithm.pbes2().is_none() => {
                Err(unreadable("its encryption is an old one (PBES1)".to_owned()))
            }
            Err(_) => Err(wrong_passphrase(what)),
        }
    }

    pub(super) fn from_der(der: &[u8], what: &str) -> Result<Self, SigningError> {
        SigningKey::from_pkcs8_der(der).map(Self).map_err(|error| {
            SigningError::new(format!("{what} is no key that ciacm can use"))
                .why(format!("only P-256 keys are read from files ({error})"))
                .next("keys of other kinds (RSA, P-384) can sign through an external signer; see docs/keys.md")
        })
    }
}

/// The passphrase does not open the key.
pub(super) fn wrong_passphrase(what: &str) -> SigningError {
    SigningError::new(format!("{what} cannot be opened"))
        .why("the passphrase is wrong, or the file is damaged")
        .next("give the right passphrase: at the prompt, in CIACM_PASSPHRASE, or in the file that CIACM_PASSPHRASE_FILE or --passphrase-file names")
}

/// Fails unless the key is the one that the certificate is for.
pub(super) fn must_match(key: &SoftwareKey, certificate: &Certificate, what: &str) -> Result<(), SigningError> {
    if key.belongs_to(certificate) {
        return Ok(());
    }
    Err(SigningError::new(format!("{what} does not belong to its certificate"))
        .why(format!("the certificate of {} is for another key", certificate::subject(certificate)))
        .next("give the key and the certificate that belong together"))
}
