//! `keys.json`: which keys there are. It is the one file that counts; a file that it does not name is left over from an
//! interrupted command.

use crate::finding::word::words;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// The format of `keys.json`.
pub(super) const FORMAT: u32 = 1;

/// All keys of a home.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Index {
    pub format: u32,
    pub organisation: String,
    /// The organisation's own root; absent where certificates come from elsewhere.
    pub authority: Option<Authority>,
    pub keys: Vec<Key>,
}

impl Index {
    pub const fn new(organisation: String) -> Self {
        Self { format: FORMAT, organisation, authority: None, keys: Vec::new() }
    }
}

/// The organisation's root.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Authority {
    /// The number of the newest revocation list.
    pub revocation_list: u64,
    /// Until when that list is valid.
    pub revocation_list_until: Timestamp,
    pub revoked: Vec<Revoked>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Revoked {
    pub serial: String,
    pub at: Timestamp,
    pub reason: Reason,
}

words! {
    /// Why a certificate is revoked.
    Reason, "reason" {
        /// Somebody else may have the key. Signatures count only where a time stamp shows that they are older.
        KeyCompromise = "key-compromise",
        /// The key was replaced. What it signed before stays good.
        Superseded = "superseded",
        /// The key is no longer used. What it signed before stays good.
        CessationOfOperation = "cessation-of-operation",
        /// Its holder left. What it signed before stays good.
        AffiliationChanged = "affiliation-changed",
    }
}

words! {
    /// What a key may do.
    Role, "role" {
        /// Signs checkpoints and evidence packs for the organisation.
        Signer = "signer",
        /// Approves plans.
        Approver = "approver",
    }
}

words! {
    /// Where a key is.
    Kind, "kind" {
        /// In a file of the home.
        File = "file",
        /// Behind a command.
        External = "external",
        /// Elsewhere: only its certificate is known.
        Certificate = "certificate",
        /// Elsewhere: only its SSH public key is known.
        Ssh = "ssh",
    }
}

words! {
    /// Whether a key is in use.
    State, "state" {
        /// In use.
        Active = "active",
        /// Replaced: what it signed stays good.
        Retired = "retired",
        /// Revoked.
        Revoked = "revoked",
    }
}

/// One key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Key {
    pub name: String,
    pub role: Role,
    pub kind: Kind,
    pub state: State,
    pub created: Timestamp,
    /// The file name of its certificates (`.crt`), key (`.key`) or SSH key (`.pub`), without the extension.
    pub file: String,
    /// The command of an external signer.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub command: Vec<String>,
}
