//! Passphrases: where they come from, and that nobody sees them.

use super::SigningError;
use std::path::Path;
use std::{env, fmt, fs};
use zeroize::Zeroizing;

/// The environment variable that holds the passphrase.
pub const VARIABLE: &str = "CIACM_PASSPHRASE";
/// The environment variable that names the file with the passphrase.
pub const FILE_VARIABLE: &str = "CIACM_PASSPHRASE_FILE";

/// Longer ones are files given by mistake.
const MAX_FILE: u64 = 4096;

/// A passphrase; wiped from memory when it is dropped.
#[derive(Clone)]
pub struct Passphrase(Zeroizing<String>);

impl fmt::Debug for Passphrase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Passphrase(..)")
    }
}

impl Passphrase {
    /// A passphrase that was given.
    ///
    /// # Errors
    /// If it is empty.
    pub fn new(text: String) -> Result<Self, SigningError> {
        let text = Zeroizing::new(text);
        if text.is_empty() {
            return Err(SigningError::new("the passphrase is empty")
                .why("an empty passphrase protects nothing")
                .next("give one, or say `--no-passphrase` if the key shall not be encrypted"));
        }
        Ok(Self(text))
    }

    /// The passphrase in a file: its content without the line end.
    ///
    /// # Errors
    /// If it cannot be read, is empty, or is no text of at most 4 KiB.
    pub fn read(path: &Path) -> Result<Self, SigningError> {
        let failed = |why: String| {
            SigningError::new(format!("the passphrase file {} cannot be used", path.display()))
                .why(why)
                .next("name a readable text file that holds the passphrase in one line")
        };
        let size = fs::metadata(path).map_err(|error| failed(error.to_string()))?.len();
        if size > MAX_FILE {
            return Err(failed(format!("it has {size} bytes, at most {MAX_FILE} are read")));
        }
        let text = Zeroizing::new(fs::read_to_string(path).map_err(|error| failed(error.to_string()))?);
        let line = text.strip_suffix('\n').unwrap_or(&text);
        let line = line.strip_suffix('\r').unwrap_or(line);
        if line.is_empty() || line.contains('\n') {
            return Err(failed("it must hold exactly one line".to_owned()));
        }
        Self::new(line.to_owned())
    }

    /// The bytes that the key is derived from.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        self.0.as_bytes()
    }
}

/// Where the passphrases of existing keys come from.
pub trait PassphraseSource {
    /// The passphrase of a key, told as `of` (for instance "the signing key of Example Corp"). `None` if none can be
    /// had: nothing was configured and nobody can be asked.
    ///
    /// # Errors
    /// If what was configured cannot be read.
    fn passphrase(&self, of: &str) -> Result<Option<Passphrase>, SigningError>;
}

/// `CIACM_PASSPHRASE`, else the file that `CIACM_PASSPHRASE_FILE` names; nobody is asked.
#[derive(Debug, Clone, Copy)]
pub struct Environment;

impl PassphraseSource for Environment {
    fn passphrase(&self, _of: &str) -> Result<Option<Passphrase>, SigningError> {
        if let Some(value) = env::var_os(VARIABLE).filter(|value| !value.is_empty()) {
            let text = value.into_string().map_err(|_| {
                SigningError::new(format!("{VARIABLE} cannot be used"))
                    .why("it is no UTF-8 text")
                    .next(format!("set {FILE_VARIABLE} or another passphrase"))
            })?;
            return Passphrase::new(text).map(Some);
        }
        env::var_os(FILE_VARIABLE)
            .filter(|value| !value.is_empty())
            .map(|path| Passphrase::read(Path::new(&path)))
            .transpose()
    }
}

/// A passphrase that is known already, or certainly none.
impl PassphraseSource for Option<Passphrase> {
    fn passphrase(&self, _of: &str) -> Result<Option<Passphrase>, SigningError> {
        Ok(self.clone())
    }
}
