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

    /// The line of a `.pub` file.
    #[must_use]
    pub fn line(&self) -> String {
        format!("{} {} {}\n", self.kind, Base64::encode_string(&self.blob), self.comment)
    }

    /// The fingerprint as `ssh-keygen -l` prints it.
    #[must_use]
    pub fn fingerprint(&self) -> String {
        format!("SHA256:{}", Base64Unpadded::encode_string(&Sha256::digest(&self.blob)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const LINE: &str =
        "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIBo7nhXLJNdTLnLsvvdnOgEvkkJkHzg4kAAoQV3nS3hq ann@example.com";

    #[test]
    fn a_public_key_is_read_and_written() {
        let key = PublicKey::parse(LINE).unwrap();
        assert_eq!((key.kind, key.comment.as_str(), key.blob.len()), ("ssh-ed25519", "ann@example.com", 51));
        assert_eq!(key.line().trim_end(), LINE);
    }

    #[test]
    fn other_keys_are_refused() {
        let why = |text: &str| PublicKey::parse(text).unwrap_err();
        assert!(why("ssh-rsa AAAAB3NzaC1yc2E= ann").contains("`ssh-rsa` is not accepted"));
        assert_eq!(why("ssh-ed25519 AAAA! ann"), "its base64 is damaged");
        assert_eq!(why("ssh-ed25519 AAAA ann"), "its content is damaged");
        assert_eq!(why(&LINE.replace("ssh-ed25519 ", "sk-ssh-ed25519@openssh.com ")), "its content is damaged");
        assert_eq!(why(""), "an SSH public key is one line");
        assert_eq!(why(&format!("{LINE}\n{LINE}")), "an SSH public key is one line");
    }

    proptest! {
        #[test]
        fn foreign_text_never_panics(text in "(ssh-ed25519 )?[ -~\\n]{0,120}") {
            let _ = PublicKey::parse(&text);
        }
    }
}
