//! The audit log inside a pack: chain, root, proofs.

use crate::audit::Checkpoint;
use crate::audit::merkle::{Frontier, Hash, leaf_hash, verify_consistency, verify_inclusion};
use crate::evidence::archive::Archive;
use crate::evidence::proofs::{CHECKPOINT, CONSISTENCY, Consistency, ENTRIES, INCLUSION, Inclusions, Withheld};
use crate::hash::hex;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use std::collections::{BTreeMap, BTreeSet};

/// No entry is longer.
const MAX_LINE: usize = 64 << 20;
/// No proof or checkpoint is longer.
pub const MAX_SMALL: u64 = 256 << 20;

/// What one pass over the entries found.
#[derive(Debug, Default)]
pub struct Entries {
    /// How many there are.
    pub size: u64,
    /// Of these, those of which only the hash is told.
    pub withheld: u64,
    /// The Merkle root.
    pub root: Hash,
    /// The log's name, as its first entry tells it; none if that is withheld.
    pub origin: Option<String>,
    /// The roots at the sizes that were asked for, as far as the log reaches.
    pub roots: BTreeMap<u64, Hash>,
    /// The leaf hashes of the entries that were asked for.
    leaves: BTreeMap<u64, Hash>,
}

/// What links an entry to its place.
#[derive(Deserialize)]
struct Link<'a> {
    seq: u64,
    #[serde(borrow)]
    prev: &'a str,
    #[serde(default)]
    detail: Detail,
}

#[derive(Default, Deserialize)]
struct Detail {
    origin: Option<String>,
}

/// What is to be noted in the one pass over the entries.
#[derive(Debug, Default)]
pub struct Watched {
    /// Sizes whose roots are needed.
    pub sizes: BTreeSet<u64>,
    /// Entries whose leaf hashes are needed.
    pub entries: BTreeSet<u64>,
}

/// Checks that the entries are a chain without gaps.
///
/// # Errors
/// The first entry that does not fit.
pub fn entries(archive: &mut Archive, watched: &Watched) -> Result<Entries, String> {
    let mut pass = Pass::default();
    if watched.sizes.contains(&0) {
        pass.found.roots.insert(0, crate::audit::merkle::empty_root());
    }
    let mut line: Vec<u8> = Vec::new();
    let mut problem = None;
    let read = archive.stream(ENTRIES, |piece| {
        for part in piece.split_inclusive(|byte| *byte == b'\n') {
            if problem.is_some() {
                return;
            }
            line.extend_from_slice(part);
            if line.len() > MAX_LINE {
                problem = Some(format!("entry {} is longer than any entry", pass.frontier.size() + 1));
            } else if line.last() == Some(&b'\n') {
                line.pop();
                problem = pass.take(&line, watched).err();
                line.clear();
            }
        }
    });
    read.map_err(|error| error.to_string())?;
    if let Some(problem) = problem {
        return Err(problem);
    }
    if !line.is_empty() {
        return Err("the last line does not end".to_owned());
    }
    pass.found.size = pass.frontier.size();
    pass.found.root = pass.frontier.root();
    Ok(pass.found)
}

#[derive(Default)]
struct Pass {
    frontier: Frontier,
    last: Hash,
    found: Entries,
}

impl Pass {
    fn take(&mut self, line: &[u8], watched: &Watched) -> Result<(), String> {
        let seq = self.frontier.size() + 1;
        let wrong = |why: &str| format!("entry {seq}: {why}");
        // The canonical form of an entry begins with `account`.
        let leaf = if line.starts_with(b"{\"leaf\":") {
            let withheld: Withheld = serde_json::from_slice(line).map_err(|error| wrong(&error.to_string()))?;
            if withheld.seq != seq {
                return Err(wrong("another number stands in its place"));
            }
            self.found.withheld += 1;
            hash(&withheld.leaf).ok_or_else(|| wrong("its leaf hash is none"))?
        } else {
            let link: Link<'_> = serde_json::from_slice(line).map_err(|error| wrong(&error.to_string()))?;
            if link.seq != seq {
                return Err(wrong("another number stands in its place"));
            }
            if link.prev != hex(&self.last) {
                return Err(wrong("it does not follow the entry before it"));
            }
            if seq == 1 {
                self.found.origin = link.detail.origin;
            }
            leaf_hash(line)
        };
        self.frontier.push(leaf);
        self.last = leaf;
        if watched.entries.contains(&seq) {
            self.found.leaves.insert(seq, leaf);
        }
        if watched.sizes.contains(&seq) {
            self.found.roots.insert(seq, self.frontier.root());
        }
        Ok(())
    }
}

/// The checkpoint of a pack.
///
/// # Errors
/// What is wrong with it.
pub fn checkpoint(archive: &mut Archive) -> Result<Checkpoint, String> {
    let text = archive.read(CHECKPOINT, MAX_SMALL).map_err(|error| error.to_string())?;
    let text = String::from_utf8(text).map_err(|_| "it is no text".to_owned())?;
    text.parse().map_err(|error: crate::audit::checkpoint::NoCheckpoint| error.to_string())
}

/// The proofs of inclusion.
///
/// # Errors
/// If they cannot be read.
pub fn inclusions(archive: &mut Archive) -> Result<Inclusions, String> {
    json(archive, INCLUSION)
}

/// The proof that the log goes on from an earlier pack, if there is one.
///
/// # Errors
/// If it cannot be read.
pub fn consistency(archive: &mut Archive) -> Result<Option<Consistency>, String> {
    archive.has(CONSISTENCY).then(|| json(archive, CONSISTENCY)).transpose()
}

/// Reads a small JSON file.
///
/// # Errors
/// If it cannot be read.
pub fn json<T: DeserializeOwned>(archive: &mut Archive, path: &str) -> Result<T, String> {
    let bytes = archive.read(path, MAX_SMALL).map_err(|error| error.to_string())?;
    serde_json::from_slice(&bytes).map_err(|error| format!("{path}: {error}"))
}

/// Every proof leads from its entry to the checkpoint.
///
/// # Errors
/// The first that does not.
pub fn check_inclusions(proofs: &Inclusions, entries: &Entries, checkpoint: &Checkpoint) -> Result<(), String> {
    if proofs.entries.is_empty() {
        return Err("there is none, not even for a scan".to_owned());
    }
    for proof in &proofs.entries {
        let path: Option<Vec<Hash>> = proof.path.iter().map(|step| hash(step)).collect();
        let good = entries.leaves.get(&proof.seq).is_some_and(|leaf| {
            hash(&proof.leaf) == Some(*leaf)
                && path.is_some_and(|path| {
                    verify_inclusion(leaf, proof.seq.saturating_sub(1), checkpoint.size, &path, &checkpoint.root)
                })
        });
        if !good {
            return Err(format!("that of entry {} does not", proof.seq));
        }
    }
    Ok(())
}

/// The proof holds, and the entries agree with it.
///
/// # Errors
/// What does not.
pub fn check_consistency(proof: &Consistency, entries: &Entries, checkpoint: &Checkpoint) -> Result<(), String> {
    let path: Option<Vec<Hash>> = proof.path.iter().map(|step| hash(step)).collect();
    let (Some(old), Some(path)) = (hash(&proof.old.root), path) else { return Err("it has no hashes".to_owned()) };
    if proof.old.origin != checkpoint.origin || entries.roots.get(&proof.old.size) != Some(&old) {
        return Err(format!("the first {} entries are not those of the earlier checkpoint", proof.old.size));
    }
    if !verify_consistency(proof.old.size, &old, checkpoint.size, &checkpoint.root, &path) {
        return Err("the proof does not lead from the one to the other".to_owned());
    }
    Ok(())
}

/// A hash of hex digits.
pub fn hash(text: &str) -> Option<Hash> {
    let digits = text.as_bytes();
    let mut hash = [0; 32];
    if digits.len() != 64 {
        return None;
    }
    for (byte, pair) in hash.iter_mut().zip(digits.chunks_exact(2)) {
        let pair = std::str::from_utf8(pair).ok().filter(|pair| pair.bytes().all(|c| c.is_ascii_hexdigit()))?;
        *byte = u8::from_str_radix(pair, 16).ok()?;
    }
    Some(hash)
}
