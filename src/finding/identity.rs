//! The identity of a finding: the same control on the same resource is the same finding for ever.

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use sha2::{Digest, Sha256};
use std::fmt::{self, Write as _};
use std::str::FromStr;

/// The identity of a finding; its text is 64 lower-case hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FindingId([u8; 32]);

/// The identity of what `control` says of the resource.
///
/// SHA-256 over the five texts in this order, each preceded by its length in bytes as eight bytes, big-endian, so
/// that no two different tuples feed the same bytes.
#[must_use]
pub fn identity(control: &str, provider: &str, account: &str, region: &str, resource_id: &str) -> FindingId {
    let mut hash = Sha256::new();
    for field in [control, provider, account, region, resource_id] {
        hash.update((field.len() as u64).to_be_bytes());
        hash.update(field.as_bytes());
    }
    FindingId(hash.finalize().into())
}

impl FindingId {
    /// How many digits people are shown.
    pub const SHORT: usize = 12;

    /// The first twelve digits: enough to type, and any unique prefix is understood.
    #[must_use]
    pub fn short(&self) -> String {
        let mut text = self.to_string();
        text.truncate(Self::SHORT);
        text
    }
}

impl fmt::Display for FindingId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = String::with_capacity(64);
        for byte in self.0 {
            write!(text, "{byte:02x}")?;
        }
        f.pad(&text)
    }
}

impl fmt::Debug for FindingId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// A text that is no finding id.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no finding id; an id has 64 hexadecimal digits")]
pub struct NotAFindingId(pub String);

impl FromStr for FindingId {
    type Err = NotAFindingId;
    fn from_str(text: &str) -> Result<Self, NotAFindingId> {
        let refuse = || NotAFindingId(text.to_owned());
        let digits = text.as_bytes();
        let mut id = [0; 32];
        if digits.len() != 2 * id.len() {
            return Err(refuse());
        }
        for (byte, pair) in id.iter_mut().zip(digits.chunks_exact(2)) {
            let high = char::from(pair[0]).to_digit(16).ok_or_else(refuse)?;
            let low = char::from(pair[1]).to_digit(16).ok_or_else(refuse)?;
            *byte = u8::try_from(high * 16 + low).map_err(|_| refuse())?;
        }
        Ok(Self(id))
    }
}

impl Serialize for FindingId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for FindingId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_identity_never_changes() {
        let id = identity("AWS-S3-001", "aws", "111111111111", "eu-central-1", "arn:aws:s3:::ledger");
        assert_eq!(id.to_string(), "4c3506dc0321e22c0e426d1fc97d4eda73501b4cd411e1072e1bcdc8400948e4");
        assert_eq!(id.short(), "4c3506dc0321");
    }

    #[test]
    fn fields_cannot_run_into_each_other() {
        assert_ne!(identity("ab", "c", "", "", ""), identity("a", "bc", "", "", ""));
        assert_ne!(identity("a", "", "b", "", ""), identity("a", "b", "", "", ""));
    }

    #[test]
    fn what_is_no_id_is_refused() {
        for text in ["", "abc", &"g".repeat(64), &"ä".repeat(32), &"a".repeat(65)] {
            assert_eq!(text.parse::<FindingId>(), Err(NotAFindingId(text.to_owned())));
        }
    }

    proptest! {
        #[test]
        fn the_text_reads_back(control in ".*", resource in ".*") {
            let id = identity(&control, "aws", "1", "global", &resource);
            prop_assert_eq!(id.to_string().parse(), Ok(id));
            prop_assert!(id.to_string().starts_with(&id.short()));
        }

        #[test]
        fn different_resources_differ(one in any::<[String; 5]>(), other in any::<[String; 5]>()) {
            let id = |f: &[String; 5]| identity(&f[0], &f[1], &f[2], &f[3], &f[4]);
            prop_assert_eq!(id(&one) == id(&other), one == other);
        }
    }
}
