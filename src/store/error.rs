//! What can go wrong with the store, each told as what failed, why, and what to do next.

use super::model::ScanId;
use rusqlite::ErrorCode;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

/// The store could not do what was asked; the exit code is 2.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The home cannot be written to.
    #[error(
        "cannot write to the home {path}\n  why: {why}\n  next: make it writable, or choose another with --home or CIACM_HOME"
    )]
    ReadOnly {
        /// What could not be written.
        path: PathBuf,
        /// The system's words.
        why: String,
    },
    /// The disk is full.
    #[error(
        "cannot write to {path}\n  why: no space is left on its disk\n  next: free some space and run the command again; what was recorded before is kept"
    )]
    Full {
        /// What could not be written.
        path: PathBuf,
    },
    /// There is no database yet.
    #[error(
        "there is no ciacm database in {home}\n  why: nothing was recorded there yet\n  next: run `ciacm scan demo`, or name the right home with --home or CIACM_HOME"
    )]
    Missing {
        /// The home.
        home: PathBuf,
    },
    /// The file is no SQLite database, or another program's.
    #[error(
        "{path} is not a ciacm database\n  why: {why}\n  next: move it away, or choose another home with --home or CIACM_HOME"
    )]
    Foreign {
        /// The file.
        path: PathBuf,
        /// What was found instead.
        why: String,
    },
    /// The database is damaged.
    #[error(
        "the database {path} is damaged\n  why: {why}\n  next: keep a copy of it, then restore the newest file of {backups}"
    )]
    Corrupt {
        /// The file.
        path: PathBuf,
        /// What does not fit.
        why: String,
        /// Where backups are.
        backups: PathBuf,
    },
    /// A newer `ciacm` wrote the database.
    #[error(
        "the database {path} was written by a newer ciacm\n  why: its schema is version {found}, this program knows up to {known}\n  next: update ciacm, or choose another home with --home or CIACM_HOME"
    )]
    Newer {
        /// The file.
        path: PathBuf,
        /// Its schema version.
        found: i64,
        /// The newest version that this program knows.
        known: i64,
    },
    /// An older `ciacm` wrote the database and it cannot be brought up to date while it is only read.
    #[error(
        "the database {path} was written by an older ciacm\n  why: its schema is version {found}, this program reads {known}\n  next: run any command that may write to the home, for instance `ciacm scan`; it keeps a backup first"
    )]
    Older {
        /// The file.
        path: PathBuf,
        /// Its schema version.
        found: i64,
        /// The version that this program reads.
        known: i64,
    },
    /// Another process held the database for too long.
    #[error(
        "the database {path} is locked\n  why: another process did not let go of it for {seconds} seconds\n  next: wait until the other ciacm ends, then run the command again"
    )]
    Locked {
        /// The file.
        path: PathBuf,
        /// How long was waited.
        seconds: u64,
    },
    /// No scan is called that.
    #[error(
        "no scan is called `{wanted}`\n  why: {why}\n  next: name a scan by its id, by the beginning of it, or as `latest`"
    )]
    NoSuchScan {
        /// What was asked for.
        wanted: String,
        /// None at all, none of that name, or several.
        why: String,
    },
    /// No finding is called that.
    #[error("no finding is called `{wanted}`\n  why: {why}\n  next: copy an id from `ciacm findings list`")]
    NoSuchFinding {
        /// What was asked for.
        wanted: String,
        /// None of that name, or several.
        why: String,
    },
    /// The finding cannot be waived, or its waiver cannot be taken back.
    #[error("finding {finding} cannot be {wanted}\n  why: {why}\n  next: {next}")]
    NotWaivable {
        /// The finding's id, as people are shown it.
        finding: String,
        /// `waived` or `unwaived`.
        wanted: &'static str,
        /// Its state.
        why: String,
        /// What to do instead.
        next: &'static str,
    },
    /// The scan cannot be resumed.
    #[error("scan {scan} cannot be resumed\n  why: {why}\n  next: {next}")]
    NotResumable {
        /// The scan.
        scan: ScanId,
        /// Its state.
        why: &'static str,
        /// What to do instead.
        next: &'static str,
    },
    /// An entry of the audit log does not read.
    #[error(
        "entry {seq} of the audit log cannot be read\n  why: {why}\n  next: `ciacm audit verify` says what of the log holds"
    )]
    BadEntry {
        /// Its number.
        seq: u64,
        /// What does not fit.
        why: String,
    },
    /// Entries of the audit log are missing.
    #[error(
        "entries of the audit log are missing\n  why: it has {size} in a row, and there was one of number {checkpointed}\n  next: `ciacm audit verify` says what of the log holds"
    )]
    LogCut {
        /// How many it has from the first.
        size: u64,
        /// The number of one that was there.
        checkpointed: u64,
    },
    /// Anything else that the system or SQLite reports.
    #[error("{doing} failed at {path}\n  why: {why}\n  next: {next}")]
    Other {
        /// What was being done.
        doing: &'static str,
        /// The file or directory.
        path: PathBuf,
        /// The words of the system or of SQLite.
        why: String,
        /// What to do next.
        next: &'static str,
    },
}

/// What goes wrong inside a transaction, before it is known in which file.
#[derive(Debug)]
pub(super) enum Failure {
    Sql(rusqlite::Error),
    /// A stored text does not read back.
    Unreadable(String),
    Told(StoreError),
}

const CHECK_PATH: &str = "check the path and your rights to it, or choose another home with --home or CIACM_HOME";

/// The result of what runs inside a transaction.
pub(super) type Inner<T> = Result<T, Failure>;

impl From<rusqlite::Error> for Failure {
    fn from(error: rusqlite::Error) -> Self {
        Self::Sql(error)
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        Self::Told(error)
    }
}

/// Where a failure happened, to tell it well.
#[derive(Debug, Clone, Copy)]
pub(super) struct At<'a> {
    pub home: &'a Path,
    pub path: &'a Path,
    pub waited: u64,
}

impl At<'_> {
    pub fn failure(&self, doing: &'static str, failure: Failure) -> StoreError {
        match failure {
            Failure::Sql(error) => self.sql(doing, &error),
            Failure::Unreadable(why) => self.corrupt(why),
            Failure::Told(error) => error,
        }
    }

    fn corrupt(&self, why: String) -> StoreError {
        StoreError::Corrupt { path: self.path.to_owned(), why, backups: self.home.join(super::backup::DIRECTORY) }
    }

    pub fn sql(&self, doing: &'static str, error: &rusqlite::Error) -> StoreError {
        /// The shared-memory file could not grow, which only a full disk does.
        const IOERR_SHMSIZE: i32 = 4874;
        let path = || self.path.to_owned();
        let why = error.to_string();
        match (error, error.sqlite_error()) {
            (_, Some(sqlite)) => match sqlite.code {
                ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked | ErrorCode::FileLockingProtocolFailed => {
                    StoreError::Locked { path: path(), seconds: self.waited }
                }
                ErrorCode::DiskFull => StoreError::Full { path: path() },
                _ if sqlite.extended_code == IOERR_SHMSIZE => StoreError::Full { path: path() },
                ErrorCode::ReadOnly | ErrorCode::PermissionDenied => StoreError::ReadOnly { path: path(), why },
                ErrorCode::NotADatabase => {
                    StoreError::Foreign { path: path(), why: "it is no SQLite database".to_owned() }
                }
                ErrorCode::DatabaseCorrupt => self.corrupt(why),
                ErrorCode::CannotOpen | ErrorCode::SystemIoFailure => StoreError::Other {
                    doing,
                    path: path(),
                    why,
                    next: "check the disk and the rights of the home, then run the command again",
                },
                _ => self.bug(doing, why),
            },
            (
                rusqlite::Error::FromSqlConversionFailure(..)
                | rusqlite::Error::IntegralValueOutOfRange(..)
                | rusqlite::Error::InvalidColumnType(..)
                | rusqlite::Error::Utf8Error(..),
                None,
            ) => self.corrupt(why),
            _ => self.bug(doing, why),
        }
    }

    fn bug(&self, doing: &'static str, why: String) -> StoreError {
        StoreError::Other {
            doing,
            path: self.path.to_owned(),
            why,
            next: "this is a bug in ciacm: please report it with this message; nothing of this step was recorded",
        }
    }

    /// `path` is what the system refused, not the database.
    pub fn io(&self, doing: &'static str, path: &Path, error: &std::io::Error) -> StoreError {
        let path = path.to_owned();
        let why = error.to_string();
        match error.kind() {
            ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem => StoreError::ReadOnly { path, why },
            ErrorKind::StorageFull | ErrorKind::QuotaExceeded => StoreError::Full { path },
            _ => StoreError::Other { doing, path, why, next: CHECK_PATH },
        }
    }

    /// `path` is what the system did not let us read.
    pub fn reading(&self, doing: &'static str, path: &Path, error: &std::io::Error) -> StoreError {
        match error.kind() {
            ErrorKind::PermissionDenied => {
                StoreError::Other { doing, path: path.to_owned(), why: error.to_string(), next: CHECK_PATH }
            }
            _ => self.io(doing, path, error),
        }
    }
}
