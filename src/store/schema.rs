//! The schema, as migrations in order, and how a database is brought to the newest one.

use super::backup;
use super::error::{At, Failure, StoreError};
use rusqlite::{Connection, Transaction, TransactionBehavior};

/// Marks the file as ours: `ciac` in ASCII.
pub(super) const APPLICATION_ID: i64 = 0x6369_6163;

/// The migrations; the one at index `n` leads from version `n` to `n + 1`. What was released is never changed.
pub(super) const MIGRATIONS: &[&str] = &[
    include_str!("schema/001.sql"),
    include_str!("schema/002.sql"),
    include_str!("schema/003.sql"),
    include_str!("schema/004.sql"),
    include_str!("schema/005.sql"),
    include_str!("schema/006.sql"),
];

/// What the header of a database says.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Header {
    /// Nothing is in it yet.
    Empty,
    /// It is ours, of this version.
    Ours(i64),
    /// It is another program's.
    Foreign,
}

pub(super) fn header(connection: &Connection) -> rusqlite::Result<Header> {
    let number = |pragma| connection.pragma_query_value(None, pragma, |row| row.get::<_, i64>(0));
    let version = number("user_version")?;
    let application = number("application_id")?;
    if application == APPLICATION_ID {
        return Ok(Header::Ours(version));
    }
    let objects: i64 = connection.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
    Ok(if application == 0 && version == 0 && objects == 0 { Header::Empty } else { Header::Foreign })
}

/// The version of a database of ours; 0 if it is empty.
pub(super) fn version(connection: &Connection, at: At<'_>, known: i64) -> Result<i64, StoreError> {
    match header(connection).map_err(|error| at.sql("opening the database", &error))? {
        Header::Empty => Ok(0),
        Header::Foreign => Err(StoreError::Foreign {
            path: at.path.to_owned(),
            why: "it is a SQLite database of another program".to_owned(),
        }),
        Header::Ours(found) if found > known => Err(StoreError::Newer { path: at.path.to_owned(), found, known }),
        Header::Ours(found) => Ok(found),
    }
}

/// Brings the database to the newest version, one migration a transaction, after a backup each; answers the version it
/// had, if it was one of ours and older.
pub(super) fn migrate(connection: &Connection, at: At<'_>, migrations: &[&str]) -> Result<Option<i64>, StoreError> {
    const DOING: &str = "bringing the database up to date";
    let known = i64::try_from(migrations.len()).unwrap_or(i64::MAX);
    let first = version(connection, at, known)?;
    loop {
        if version(connection, at, known)? == known {
            return Ok((first > 0 && first < known).then_some(first));
        }
        // The version counts from here on: other processes may have been quicker.
        let transaction = Transaction::new_unchecked(connection, TransactionBehavior::Immediate)
            .map_err(|error| at.sql(DOING, &error))?;
        let from = version(connection, at, known)?;
        let Some(migration) = usize::try_from(from).ok().and_then(|index| migrations.get(index)) else {
            continue;
        };
        // In a database that is being made nothing is worth a backup yet.
        if first > 0 {
            backup::before_migration(at, from)?;
        }
        let step = || {
            transaction.execute_batch(migration)?;
            transaction.pragma_update(None, "application_id", APPLICATION_ID)?;
            transaction.pragma_update(None, "user_version", from + 1)
        };
        step().and_then(|()| transaction.commit()).map_err(|error| at.failure(DOING, Failure::Sql(error)))?;
    }
}
