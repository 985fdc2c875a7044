//! SSH public keys of approvers: `ssh-ed25519`, and `sk-ssh-ed25519@openssh.com` of hardware tokens.

use base64ct::{Base64, Base64Unpadded, Encoding};
use sha2::{Digest, Sha256};

/// The kinds of keys that may approve.
const KINDS: [&str; 2] = ["ssh-ed25519", "sk-ssh-ed25519@openssh.com"];

/// A public key in the form of `~/.ssh/*.pub`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicKey {
    /// Its kind.
    pub kind: &'static str,
    /// The key in SSH's own encoding.
    pub blob: Vec<u8>,
    /// What follows the key: mostly a name.
    pub comment: String,
}

impl PublicKey {
    /// Reads the line of a `.pub` file.
    ///
    /// # Errors
    /// If it is none, or of another kind.
    pub fn parse(text: &str) -> Result<Self, String> {
        let mut lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
        let (Some(line), None) = (lines.next(), lines.next()) else {
            return Err("an SSH public key is one line".to_owned());
        };
        let mut parts = line.splitn(3, char::is_whitespace);
        let named = parts.next().unwrap_or_default();
        let Some(kind) = KINDS.into_iter().find(|kind| *kind == named) else {
            let printable = named.chars().filter(|c| !c.is_control()).take(40).collect::<String>();
            return Err(format!("the kind of key `{printable}` is not accepted; accepted are {}", KINDS.join(" and ")));
        };
        let blob =
            Base64::decode_vec(parts.next().unwrap_or_default()).map_err(|_| "its base64 is damaged".to_owned())?;
        let comment = parts.next().unwrap_or_default().trim().chars().filter(|c| !c.is_control()).collect();
        let key = Self { kind, blob, comment };
        match key.fields().as_deref() {
            Some([first, public]) if *first == kind.as_bytes() && public.len() == 32 && kind == KINDS[0] => Ok(key),
            Some([first, public, _application])
                if *first == kind.as_bytes() && public.len() == 32 && kind == KINDS[1] =>
            {
                Ok(key)
            }
            _ => Err("its content is damaged".to_owned()),
        }
    }

    /// The strings that the encoding holds.
    fn fields(&self) -> Option<Vec<&[u8]>> {
        let mut rest = self.blob.as_slice();
        let mut fields = Vec::new();
        while !rest.is_empty() {
            let (length, after) = rest.split_first_chunk::<4>()?;
            let (field, after) = after.split_at_checked(usize::try_from(u32::from_be_bytes(*length)).ok()?)?;
            fields.push(field);
            rest = after;
        }
        Some(fields)
    }

    /// The fingerprint as `ssh-keygen -l` prints it.
    #[must_use]
    pub fn fingerprint(&self) -> String {
        format!("SHA256:{}", Base64Unpadded::encode_string(&Sha256::digest(&self.blob)))
    }
}
