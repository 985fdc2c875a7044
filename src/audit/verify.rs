//! Verifying a log: one pass over its entries, in pieces that are hashed on all cores.
//!
//! Nothing is parsed and written anew: what is hashed is the bytes as they are kept. Of the JSON only what links an
//! entry to its place and to the one before is looked at.

use super::entry::Entry;
use super::merkle::{Frontier, Hash, LEAF_PREFIX, Tree};
use crate::hash::hex;
use jiff::Timestamp;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::fmt;

/// Leaves that are folded into one subtree by one thread: 2^8.
const HEIGHT: u32 = 8;
const PIECE: u64 = 1 << HEIGHT;

/// Entries that are read while those before are hashed; few enough to be still in the processor's cache then.
pub const CHUNK: usize = 16 * PIECE as usize;

/// So many bytes of bodies end a chunk early; bounds memory whatever the entries are.
const CHUNK_BYTES: usize = 16 << 20;

/// The bytes of the longest line that an export may have; a body that a program of ours wrote is far shorter.
pub const MAX_BODY: usize = 64 << 20;

/// Entries as they are kept, one after another.
#[derive(Debug, Default)]
pub struct Chunk {
    /// Each with the zero before it that its leaf hash begins with, so that it is hashed where it lies.
    bodies: Vec<u8>,
    rows: Vec<Row>,
}

#[derive(Debug)]
struct Row {
    /// Where its body ends in the bodies.
    end: usize,
    /// The number that stands beside it, where one does.
    seq: Option<u64>,
    /// The leaf hash that stands beside it, where one does.
    leaf: Option<Hash>,
}

impl Chunk {
    /// True if no more should be added.
    #[must_use]
    pub fn is_full(&self) -> bool {
        self.rows.len() >= CHUNK || self.bodies.len() >= CHUNK_BYTES
    }

    /// Adds the next entry: its body, and what is kept beside it.
    pub fn push(&mut self, body: &[u8], beside: Option<(u64, Hash)>) {
        self.bodies.push(LEAF_PREFIX);
        self.bodies.extend_from_slice(body);
        let (seq, leaf) = beside.unzip();
        self.rows.push(Row { end: self.bodies.len(), seq, leaf });
    }

    fn clear(&mut self) {
        self.bodies.clear();
        self.rows.clear();
    }

    fn body(&self, index: usize) -> &[u8] {
        &self.prefixed(index)[1..]
    }

    fn leaf(&self, index: usize) -> Hash {
        Sha256::digest(self.prefixed(index)).into()
    }

    fn prefixed(&self, index: usize) -> &[u8] {
        let start = index.checked_sub(1).map_or(0, |before| self.rows[before].end);
        &self.bodies[start..self.rows[index].end]
    }
}

/// The first entry that does not fit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// Its number.
    pub seq: u64,
    /// What does not fit.
    pub what: Mismatch,
}

/// What does not fit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Mismatch {
    /// The entry that stands at this place has another number.
    Place {
        /// The number that it has.
        found: u64,
    },
    /// The leaf hash that is kept is not that of the body.
    Leaf,
    /// The body does not name the leaf hash of the entry before.
    Chain,
    /// The body is not that of an entry with this number.
    Body,
    /// The log does not begin with the entry that names it.
    Origin,
}

impl fmt::Display for Mismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Place { found } => write!(f, "it is missing: entry {found} stands in its place"),
            Self::Leaf => f.write_str("it was changed: its hash is not the one that was kept"),
            Self::Chain => f.write_str("it does not follow the entry before it: one of the two was changed"),
            Self::Body => f.write_str("its text is not that of an entry with this number"),
            Self::Origin => f.write_str("it is not the beginning of a log"),
        }
    }
}

/// What one pass over a log found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Log {
    /// The log's name; empty if it has no entry.
    pub origin: String,
    /// How many entries fit, from the first.
    pub size: u64,
    /// The Merkle root over them.
    pub root: Hash,
    /// The roots at the sizes that were asked for, as far as the log reaches.
    pub roots: BTreeMap<u64, Hash>,
    /// The time of the first entry.
    pub first: Option<Timestamp>,
    /// The time of the last entry that fits.
    pub last: Option<Timestamp>,
    /// The first entry that does not fit, if one does not; those after it were not looked at.
    pub fault: Option<Fault>,
}

/// Verifies the entries that `read` puts into chunks, until it adds none; tells the roots at the sizes of `watched`.
///
/// # Errors
/// Those of `read`.
pub fn verify<E>(watched: &[u64], mut read: impl FnMut(&mut Chunk) -> Result<(), E>) -> Result<Log, E> {
    let mut watched = watched.to_vec();
    watched.sort_unstable();
    watched.dedup();
    let mut pass = Pass { watched, frontier: Frontier::default(), last: [0; 32], roots: BTreeMap::new(), fault: None };
    let (mut origin, mut first, mut last) = (None, None, None);
    let (mut current, mut next) = (Chunk::default(), Chunk::default());
    read(&mut current)?;
    while !current.rows.is_empty() && pass.fault.is_none() {
        let begins = pass.frontier.size();
        if begins == 0 {
            match serde_json::from_slice::<Entry>(current.body(0)).ok().and_then(|entry| name_of(&entry)) {
                Some(name) => origin = Some(name),
                None => {
                    pass.fault = Some(Fault { seq: 1, what: Mismatch::Origin });
                    break;
                }
            }
            first = time(current.body(0));
        }
        let mut spans = spans(begins, current.rows.len());
        // Those who hash need no more than what is there; meanwhile the next entries are read.
        let reading = rayon::in_place_scope(|scope| {
            for span in &mut spans {
                let (chunk, watched) = (&current, &pass.watched);
                scope.spawn(move |_| span.hash(chunk, begins, watched));
            }
            next.clear();
            read(&mut next)
        });
        for span in spans {
            pass.take(span);
        }
        let good = usize::try_from(pass.frontier.size() - begins).unwrap_or(usize::MAX);
        if let Some(place) = good.checked_sub(1) {
            last = time(current.body(place));
        }
        reading?;
        std::mem::swap(&mut current, &mut next);
    }
    if pass.watched.first() == Some(&0) {
        pass.roots.insert(0, super::merkle::empty_root());
    }
    Ok(Log {
        origin: origin.unwrap_or_default(),
        size: pass.frontier.size(),
        root: pass.frontier.root(),
        roots: pass.roots,
        first,
        last,
        fault: pass.fault,
    })
}

/// The log's name, which its first entry tells.
fn name_of(first: &Entry) -> Option<String> {
    let named = first.event == super::Event::LogStarted && first.seq == 1;
    first.detail.get("origin")?.as_str().filter(|name| named && !name.is_empty()).map(ToOwned::to_owned)
}

/// What is known so far.
struct Pass {
    /// Ordered.
    watched: Vec<u64>,
    frontier: Frontier,
    /// The hash of the last leaf.
    last: Hash,
    roots: BTreeMap<u64, Hash>,
    fault: Option<Fault>,
}

impl Pass {
    /// Adds what was hashed, until something does not fit.
    fn take(&mut self, span: Span) {
        if self.fault.is_some() || span.count == 0 {
            return;
        }
        let begins = self.frontier.size();
        // An entry without a link is told by the span itself.
        if span.prev.is_some_and(|prev| !is_hex_of(&prev, &self.last)) {
            self.fault = Some(Fault { seq: begins + 1, what: Mismatch::Chain });
            return;
        }
        if let Some(last) = span.leaves.last() {
            self.last = *last;
        }
        if let Some(subtree) = span.subtree {
            self.frontier.push_subtree(subtree, HEIGHT);
            self.watch();
        } else {
            for leaf in span.leaves {
                self.frontier.push(leaf);
                self.watch();
            }
        }
        self.fault = span.fault;
    }

    fn watch(&mut self) {
        let size = self.frontier.size();
        if self.watched.binary_search(&size).is_ok() {
            self.roots.insert(size, self.frontier.root());
        }
    }
}

/// Entries that one thread hashes.
struct Span {
    start: usize,
    count: usize,
    /// What the first one says is the hash of the one before.
    prev: Option<[u8; 64]>,
    leaves: Vec<Hash>,
    /// The root over the leaves, where they are a whole subtree and none of the sizes between is asked for.
    subtree: Option<Hash>,
    fault: Option<Fault>,
}

/// Cuts a chunk whose first entry has `begins` entries before it where subtrees end.
fn spans(begins: u64, rows: usize) -> Vec<Span> {
    let mut spans = Vec::new();
    let mut start = 0;
    while start < rows {
        let in_piece = (begins + start as u64) % PIECE;
        let count = usize::try_from(PIECE - in_piece).unwrap_or(usize::MAX).min(rows - start);
        spans.push(Span { start, count, prev: None, leaves: Vec::new(), subtree: None, fault: None });
        start += count;
    }
    spans
}

impl Span {
    fn hash(&mut self, chunk: &Chunk, begins: u64, watched: &[u64]) {
        let before = begins + self.start as u64;
        self.leaves = Vec::with_capacity(self.count);
        for offset in 0..self.count {
            let (index, seq) = (self.start + offset, before + offset as u64 + 1);
            match self.check(chunk, index, seq) {
                Ok(leaf) => self.leaves.push(leaf),
                Err(what) => {
                    self.fault = Some(Fault { seq, what });
                    return;
                }
            }
        }
        let asked = watched.partition_point(|&size| size <= before);
        let inside = watched.get(asked).is_some_and(|&size| size < before + PIECE);
        if self.count as u64 == PIECE && !inside {
            self.subtree = Tree::new(self.leaves.clone()).root(PIECE);
        }
    }

    fn check(&mut self, chunk: &Chunk, index: usize, seq: u64) -> Result<Hash, Mismatch> {
        let (row, body) = (&chunk.rows[index], chunk.body(index));
        if let Some(found) = row.seq.filter(|&found| found != seq) {
            return Err(Mismatch::Place { found });
        }
        let leaf = chunk.leaf(index);
        if row.leaf.is_some_and(|kept| kept != leaf) {
            return Err(Mismatch::Leaf);
        }
        let prev = link(body, seq).ok_or_else(|| misplaced(body, seq))?;
        match self.leaves.last() {
            None => self.prev = Some(*prev),
            Some(before) if !is_hex_of(prev, before) => return Err(Mismatch::Chain),
            Some(_) => (),
        }
        Ok(leaf)
    }
}

/// Why a body has no link at this place; here time does not matter.
fn misplaced(body: &[u8], seq: u64) -> Mismatch {
    match serde_json::from_slice::<Entry>(body) {
        Ok(entry) if entry.seq != seq => Mismatch::Place { found: entry.seq },
        _ => Mismatch::Body,
    }
}

/// The `prev` of a body, if it is the canonical text of an entry with this number.
///
/// Its members are sorted, so the last four are `prev`, `resource`, `seq`, `ts` and `v`, and but for the resource they
/// have one width. In the text of the resource every quotation mark has a backslash before it.
fn link(body: &[u8], seq: u64) -> Option<&[u8; 64]> {
    const TIME: usize = "2026-11-22T12:00:00.000Z".len();
    let rest = body.strip_suffix(b"\",\"v\":1}")?;
    let (rest, time) = rest.split_at_checked(rest.len().checked_sub(TIME)?)?;
    let rest = rest.strip_suffix(b",\"ts\":\"")?;
    let digits = rest.iter().rev().take_while(|byte| byte.is_ascii_digit()).count();
    let (rest, number) = rest.split_at_checked(rest.len() - digits)?;
    let rest = rest.strip_suffix(b",\"seq\":")?;
    let rest = if let Some(rest) = rest.strip_suffix(b"null") {
        rest
    } else {
        let mut rest = rest.strip_suffix(b"\"")?;
        loop {
            let quote = memchr::memrchr(b'"', rest)?;
            rest = &rest[..quote];
            if rest.last() != Some(&b'\\') {
                break rest;
            }
        }
    };
    let rest = rest.strip_suffix(b"\",\"resource\":")?;
    let (rest, prev) = rest.split_last_chunk::<64>()?;
    let same = number.first() != Some(&b'0')
        && number.iter().try_fold(0_u64, |value, digit| value.checked_mul(10)?.checked_add(u64::from(digit - b'0')))
            == Some(seq);
    (same && time.last() == Some(&b'Z') && rest.ends_with(b",\"prev\":\"") && rest.starts_with(b"{\"account\":"))
        .then_some(prev)
}

/// The time of a body that has a link.
fn time(body: &[u8]) -> Option<Timestamp> {
    let entry: Entry = serde_json::from_slice(body).ok()?;
    entry.ts.parse().ok()
}

/// Every digit is computed, without branches: processors do many at a time.
fn is_hex_of(text: &[u8; 64], hash: &Hash) -> bool {
    let digit = |value: u8| value + if value < 10 { b'0' } else { b'a' - 10 };
    let mut expected = [[0; 2]; 32];
    for (pair, byte) in expected.iter_mut().zip(hash) {
        *pair = [digit(byte >> 4), digit(byte & 15)];
    }
    text.as_slice() == expected.as_flattened()
}

impl Log {
    /// What the log says of a checkpoint.
    #[must_use]
    pub fn agrees(&self, checkpoint: &super::Checkpoint) -> Agreement {
        if self.size > 0 && checkpoint.origin != self.origin {
            return Agreement::AnotherLog;
        }
        match self.roots.get(&checkpoint.size) {
            Some(root) if *root == checkpoint.root => Agreement::Same,
            Some(_) => Agreement::Other,
            None => Agreement::NotReached,
        }
    }

    /// The root in hex.
    #[must_use]
    pub fn root_hex(&self) -> String {
        hex(&self.root)
    }
}

/// What a log says of a checkpoint.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Agreement {
    /// The entries are those over which the checkpoint was made.
    Same,
    /// One of the entries up to its size is another.
    Other,
    /// The log has fewer entries, or one before does not fit.
    NotReached,
    /// It is of a log of another name.
    AnotherLog,
}

#[cfg(test)]
mod tests;
