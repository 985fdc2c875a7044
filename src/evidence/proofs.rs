//! The audit log inside a pack: all entries, the checkpoint, and the proofs that lead from one to the other.

use super::manifest::{CheckpointFacts, FileRedaction};
use super::redact;
use super::redact::rules::Rule;
use super::sink::Sink;
use crate::audit::entry::Entry;
use crate::audit::merkle::{Hash, Tree};
use crate::audit::{Checkpoint, Event};
use crate::hash::hex;
use crate::store::{EntryFilter, Store, StoreError};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeSet;
use std::io::Write;

/// The file of all entries.
pub const ENTRIES: &str = "audit/entries.jsonl";
/// The checkpoint over them.
pub const CHECKPOINT: &str = "audit/checkpoint.txt";
/// The proofs of inclusion.
pub const INCLUSION: &str = "audit/inclusion.json";
/// The proof that the log goes on from an earlier checkpoint.
pub const CONSISTENCY: &str = "audit/consistency.json";

/// An entry of which only the hash is told, because its text held a secret.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Withheld {
    /// Its leaf hash, hex: the entry after it and the Merkle tree hold it in its place.
    pub leaf: String,
    /// Its number.
    pub seq: u64,
    /// Why: the rule that found a secret.
    pub withheld: String,
}

/// `audit/inclusion.json`.
#[derive(Debug, Serialize, Deserialize)]
pub struct Inclusions {
    /// The checkpoint that the proofs lead to.
    pub checkpoint: CheckpointFacts,
    /// The entries that the pack rests on.
    pub entries: Vec<Inclusion>,
}

/// That an entry is in the tree of a checkpoint (RFC 6962, 2.1.1).
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Inclusion {
    /// The entry's number; its place in the tree is one less.
    pub seq: u64,
    /// What happened.
    pub event: String,
    /// Its leaf hash, hex.
    pub leaf: String,
    /// The path, from below, hex.
    pub path: Vec<String>,
}

/// `audit/consistency.json`: the tree of `old` is the beginning of that of `new` (RFC 6962, 2.1.2).
#[derive(Debug, Serialize, Deserialize)]
pub struct Consistency {
    /// The checkpoint of the previous pack.
    pub old: CheckpointFacts,
    /// That of this one.
    pub new: CheckpointFacts,
    /// The proof, hex.
    pub path: Vec<String>,
}

/// What was written.
#[derive(Debug, Default)]
pub struct Entries {
    /// The entries that the pack rests on: number, event, leaf hash.
    resting: Vec<(u64, Event, Hash)>,
    /// The entries of which only the hash is told.
    pub withheld: Vec<FileRedaction>,
}

/// Writes all entries, one a line, byte for byte as they were hashed.
///
/// # Errors
/// If the store cannot be read or the pack cannot be written.
pub fn entries<E>(store: &Store, sink: &mut Sink, resting: &Resting) -> Result<Entries, E>
where
    E: From<StoreError> + From<std::io::Error> + From<serde_json::Error>,
{
    let mut written = Entries::default();
    sink.write(ENTRIES, |out: &mut dyn Write| -> Result<(), E> {
        store.audit_entries(&EntryFilter::default(), |stored| -> Result<(), E> {
            let mut value: Value = serde_json::from_slice(&stored.body)?;
            let found = redact::value(&mut value);
            if let Some(redaction) = found.first() {
                written.withhold(stored.seq, redaction.rule);
                let withheld =
                    Withheld { leaf: hex(&stored.leaf), seq: stored.seq, withheld: redaction.rule.to_string() };
                serde_json::to_writer(&mut *out, &withheld)?;
            } else {
                out.write_all(&stored.body)?;
            }
            out.write_all(b"\n")?;
            let entry = stored.entry()?;
            if resting.on(&entry) {
                written.resting.push((stored.seq, entry.event, stored.leaf));
            }
            Ok(())
        })
    })?;
    Ok(written)
}

/// What a pack rests on: the entries about these are proved to be in the log.
#[derive(Debug, Default)]
pub struct Resting {
    /// Its scans.
    pub scans: BTreeSet<String>,
    /// The findings that a waiver accepts.
    pub waived: BTreeSet<String>,
}

impl Resting {
    fn on(&self, entry: &Entry) -> bool {
        let about = |name: &str, ids: &BTreeSet<String>| {
            entry.detail.get(name).and_then(Value::as_str).is_some_and(|id| ids.contains(id))
        };
        match entry.event {
            Event::ScanStarted | Event::ScanResumed | Event::ScanFinished | Event::ScanInterrupted => {
                about("scan", &self.scans)
            }
            Event::WaiverGranted => about("finding", &self.waived),
            _ => false,
        }
    }
}

impl Entries {
    fn withhold(&mut self, seq: u64, rule: Rule) {
        self.withheld.push(FileRedaction { file: ENTRIES.to_owned(), path: format!("line {seq}"), rule });
    }

    /// Proofs that the entries which the pack rests on are in the tree.
    #[must_use]
    pub fn inclusions(&self, tree: &Tree, checkpoint: &Checkpoint) -> Inclusions {
        let entries = self.resting.iter().filter_map(|(seq, event, leaf)| {
            let path = tree.inclusion(seq.checked_sub(1)?, checkpoint.size)?;
            Some(Inclusion {
                seq: *seq,
                event: event.to_string(),
                leaf: hex(leaf),
                path: path.iter().map(|hash| hex(hash)).collect(),
            })
        });
        Inclusions { checkpoint: checkpoint.into(), entries: entries.collect() }
    }
}

/// The proof that the log goes on from `old`; none if it is longer than the log.
#[must_use]
pub fn consistency(tree: &Tree, old: &Checkpoint, new: &Checkpoint) -> Option<Consistency> {
    let path = tree.consistency(old.size, new.size)?;
    Some(Consistency { old: old.into(), new: new.into(), path: path.iter().map(|hash| hex(hash)).collect() })
}

/// The checkpoint that the last exported pack of this home has.
///
/// # Errors
/// If the store cannot be read.
pub fn last_exported(store: &Store) -> Result<Option<Checkpoint>, StoreError> {
    let mut last = None;
    let filter = EntryFilter { events: vec![Event::EvidenceExported], last: Some(1), ..EntryFilter::default() };
    store.audit_entries(&filter, |stored| -> Result<(), StoreError> {
        last = stored.entry()?.detail.get("checkpoint").and_then(Value::as_str).and_then(|text| text.parse().ok());
        Ok(())
    })?;
    Ok(last)
}
