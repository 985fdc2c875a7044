//! Where the audit log stands: the next checkpoint, which costs what was appended since the last.

use super::Store;
use super::error::{Failure, Inner, StoreError};
use crate::audit::merkle::{Frontier, Hash};
use crate::audit::{Checkpoint, Entry};
use rusqlite::{Connection, OptionalExtension as _, named_params};

const DOING: &str = "making a checkpoint of the audit log";

impl Store {
    /// A checkpoint of the whole audit log; none if it has no entry.
    ///
    /// Entries that were there at the last [`Store::audit_advance`] are not read again: one that was changed since is
    /// not vouched for.
    ///
    /// # Errors
    /// If the store cannot be read, or the log is shorter than it was: [`StoreError::LogCut`].
    pub fn audit_checkpoint(&self) -> Result<Option<Checkpoint>, StoreError> {
        self.read(DOING, |db| {
            let Some(origin) = origin(db)? else { return Ok(None) };
            let frontier = frontier(db)?;
            Ok(Some(Checkpoint { origin, size: frontier.size(), root: frontier.root() }))
        })
    }

    /// Like [`Store::audit_checkpoint`], and remembers up to where entries need not be read again.
    ///
    /// # Errors
    /// As there, and if the store cannot be written.
    pub fn audit_advance(&mut self) -> Result<Option<Checkpoint>, StoreError> {
        self.write(DOING, |tx| {
            let Some(origin) = origin(tx)? else { return Ok(None) };
            let frontier = frontier(tx)?;
            tx.execute(
                "UPDATE audit_frontier SET size = :size, hashes = :hashes",
                named_params! { ":size": frontier.size(), ":hashes": frontier.roots().concat() },
            )?;
            Ok(Some(Checkpoint { origin, size: frontier.size(), root: frontier.root() }))
        })
    }

    /// How many entries the audit log had when it was last checkpointed.
    ///
    /// # Errors
    /// If the store cannot be read.
    pub fn audit_remembered(&self) -> Result<u64, StoreError> {
        self.read(DOING, |db| Ok(remembered(db)?.size()))
    }
}

/// The log's name, from its first entry.
fn origin(db: &Connection) -> Inner<Option<String>> {
    let first: Option<Vec<u8>> =
        db.query_row("SELECT body FROM audit_log WHERE seq = 1", [], |row| row.get(0)).optional()?;
    let Some(first) = first else { return Ok(None) };
    let entry: Option<Entry> = serde_json::from_slice(&first).ok();
    let name = entry.as_ref().and_then(|entry| entry.detail.get("origin")?.as_str());
    match name {
        Some(name) => Ok(Some(name.to_owned())),
        None => Err(Failure::Unreadable("the first entry of the audit log does not name it".to_owned())),
    }
}

/// What was remembered.
fn remembered(db: &Connection) -> Inner<Frontier> {
    let (size, hashes): (u64, Vec<u8>) =
        db.query_row("SELECT size, hashes FROM audit_frontier", [], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let (roots, rest) = hashes.as_chunks::<32>();
    let frontier = Frontier::new(size, roots.to_vec()).filter(|_| rest.is_empty());
    frontier.ok_or_else(|| Failure::Unreadable("what is remembered of the audit log contradicts itself".to_owned()))
}

/// What was remembered, and the leaves since.
fn frontier(db: &Connection) -> Inner<Frontier> {
    let mut frontier = remembered(db)?;
    let checkpointed = frontier.size();
    let mut select = db.prepare("SELECT seq, leaf FROM audit_log WHERE seq > :size ORDER BY seq")?;
    let mut rows = select.query(named_params! { ":size": checkpointed })?;
    while let Some(row) = rows.next()? {
        let (seq, leaf): (u64, Hash) = (row.get(0)?, row.get(1)?);
        if seq != frontier.size() + 1 {
            return Err(StoreError::LogCut { size: frontier.size(), checkpointed: seq }.into());
        }
        frontier.push(leaf);
    }
    if frontier.size() == checkpointed {
        let size: u64 = db.query_row("SELECT coalesce(max(seq), 0) FROM audit_log", [], |row| row.get(0))?;
        if size < checkpointed {
            return Err(StoreError::LogCut { size, checkpointed }.into());
        }
    }
    Ok(frontier)
}
