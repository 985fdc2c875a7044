//! Reading the audit log.

use super::Store;
use super::error::{Failure, Inner, StoreError};
use crate::audit::merkle::{Hash, Tree};
use crate::audit::verify::{self, Chunk, Log};
use crate::audit::{Entry, Event};
use jiff::Timestamp;
use rusqlite::types::ToSql;
use rusqlite::{OptionalExtension as _, Row, named_params};

const READING: &str = "reading the audit log";

/// Which entries to read. Values in one list are alternatives; different fields must all hold; empty means any.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct EntryFilter {
    /// One of these events.
    pub events: Vec<Event>,
    /// Made at this time or later.
    pub since: Option<Timestamp>,
    /// Made before this time.
    pub until: Option<Timestamp>,
    /// About one of these accounts.
    pub accounts: Vec<String>,
    /// About one of these controls.
    pub controls: Vec<String>,
    /// About a resource whose id contains one of these texts, in any case of letters.
    pub resources: Vec<String>,
    /// Made by one of these users.
    pub actors: Vec<String>,
    /// With this text anywhere, in any case of letters.
    pub text: Option<String>,
    /// Only so many, the last ones.
    pub last: Option<u64>,
}

/// An entry of the audit log as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredEntry {
    /// Its number.
    pub seq: u64,
    /// The exact bytes that were hashed.
    pub body: Vec<u8>,
    /// Its leaf hash.
    pub leaf: Hash,
}

impl StoredEntry {
    fn of(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self { seq: row.get(0)?, body: row.get(1)?, leaf: row.get(2)? })
    }

    /// What it says.
    ///
    /// # Errors
    /// If the text is not that of an entry; `ciacm audit verify` says more.
    pub fn entry(&self) -> Result<Entry, StoreError> {
        serde_json::from_slice(&self.body)
            .map_err(|error| StoreError::BadEntry { seq: self.seq, why: error.to_string() })
    }
}

impl Store {
    /// How many entries the audit log has.
    ///
    /// # Errors
    /// If the store cannot be read.
    pub fn audit_size(&self) -> Result<u64, StoreError> {
        let size = "SELECT coalesce(max(seq), 0) FROM audit_log";
        self.read(READING, |db| Ok(db.query_row(size, [], |row| row.get(0))?))
    }

    /// The entry of that number.
    ///
    /// # Errors
    /// If the store cannot be read.
    pub fn audit_entry(&self, seq: u64) -> Result<Option<StoredEntry>, StoreError> {
        self.read(READING, |db| {
            let mut select = db.prepare_cached("SELECT seq, body, leaf FROM audit_log WHERE seq = :seq")?;
            Ok(select.query_row(named_params! { ":seq": seq }, StoredEntry::of).optional()?)
        })
    }

    /// Hands over the entries of the audit log that the filter means, in order.
    ///
    /// # Errors
    /// If the store cannot be read, or `each` fails.
    pub fn audit_entries<E: From<StoreError>>(
        &self,
        filter: &EntryFilter,
        mut each: impl FnMut(StoredEntry) -> Result<(), E>,
    ) -> Result<(), E> {
        let (condition, values) = condition(filter);
        let mut select = format!("SELECT seq, body, leaf FROM audit_log WHERE {condition}");
        if let Some(last) = filter.last {
            select = format!(
                "SELECT * FROM ({select} ORDER BY seq DESC LIMIT {limit})",
                limit = i64::try_from(last).unwrap_or(i64::MAX)
            );
        }
        self.stream(READING, |db, stop| {
            let mut select = db.prepare(&format!("{select} ORDER BY seq"))?;
            let mut rows = select.query(rusqlite::params_from_iter(values.iter()))?;
            while let Some(row) = rows.next().map_err(told)? {
                if let Err(error) = each(StoredEntry::of(row)?) {
                    *stop = Some(error);
                    break;
                }
            }
            Ok(())
        })
    }

    /// The Merkle tree over all entries, from the leaf hashes that are kept: for proofs, not for verifying.
    ///
    /// # Errors
    /// If the store cannot be read.
    pub fn audit_tree(&self) -> Result<Tree, StoreError> {
        self.read(READING, |db| {
            let mut select = db.prepare("SELECT leaf FROM audit_log ORDER BY seq")?;
            let leaves = select.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?;
            Ok(Tree::new(leaves))
        })
    }

    /// Recomputes everything of the audit log, and tells its roots at the sizes of `watched`.
    ///
    /// # Errors
    /// If the store cannot be read. What does not fit is no error but [`Log::fault`].
    pub fn audit_verify(&self, watched: &[u64]) -> Result<Log, StoreError> {
        self.read("verifying the audit log", |db| {
            let mut select = db.prepare("SELECT seq, body, leaf FROM audit_log ORDER BY seq")?;
            let mut rows = select.query([])?;
            verify::verify(watched, |chunk: &mut Chunk| -> Inner<()> {
                while !chunk.is_full()
                    && let Some(row) = rows.next()?
                {
                    chunk.push(
                        row.get_ref(1)?.as_blob().map_err(rusqlite::Error::from)?,
                        Some((row.get(0)?, row.get(2)?)),
                    );
                }
                Ok(())
            })
        })
    }
}

/// The columns are generated from the bodies; one that is no JSON says so only when it is asked.
fn told(error: rusqlite::Error) -> Failure {
    if error.to_string().contains("malformed JSON") {
        return Failure::Unreadable("an entry of the audit log is no JSON: `ciacm audit verify` says which".to_owned());
    }
    error.into()
}

/// The condition of a filter with its values.
fn condition(filter: &EntryFilter) -> (String, Vec<Box<dyn ToSql>>) {
    let mut conditions = vec!["1".to_owned()];
    let mut values: Vec<Box<dyn ToSql>> = Vec::new();
    let mut one_of = |test: &str, texts: Vec<String>| {
        if !texts.is_empty() {
            let tests: Vec<String> = texts
                .into_iter()
                .map(|text| {
                    values.push(Box::new(text));
                    test.replace('?', &format!("?{}", values.len()))
                })
                .collect();
            conditions.push(format!("({})", tests.join(" OR ")));
        }
    };
    one_of("event = ?", filter.events.iter().map(ToString::to_string).collect());
    one_of("ts >= ?", filter.since.into_iter().map(super::rows::stamp).collect());
    one_of("ts < ?", filter.until.into_iter().map(super::rows::stamp).collect());
    one_of("account = ?", filter.accounts.clone());
    one_of("control = ? COLLATE NOCASE", filter.controls.clone());
    one_of("instr(lower(resource), lower(?)) > 0", filter.resources.clone());
    one_of("actor = ?", filter.actors.clone());
    one_of("instr(lower(CAST(body AS TEXT)), lower(?)) > 0", filter.text.clone().into_iter().collect());
    (conditions.join(" AND "), values)
}
