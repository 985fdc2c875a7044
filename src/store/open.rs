//! Opening the store: for reading and writing, or for reading alone.

use super::error::{At, Inner, StoreError};
use super::model::ScanId;
use super::{audit, lock, schema};
use crate::audit::entry::Tail;
use crate::audit::{Acting, Actor, Event, NewEntry};
use jiff::Timestamp;
use rusqlite::{Connection, OpenFlags, Transaction, TransactionBehavior};
use serde_json::json;
use std::cell::RefCell;
use std::collections::HashMap;
use std::io;
use std::ops::Deref;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// The database's name inside the home.
const FILE: &str = "ciacm.db";

const OPENING: &str = "opening the database";

/// How the store behaves; tests choose other values.
#[derive(Debug, Clone, Copy)]
pub(super) struct Settings {
    /// How long to wait for other processes.
    pub patience: Duration,
    /// The schema.
    pub migrations: &'static [&'static str],
}

impl Default for Settings {
    fn default() -> Self {
        Self { patience: Duration::from_secs(30), migrations: schema::MIGRATIONS }
    }
}

/// The open store. Several may be open at once, in one process or in many.
#[derive(Debug)]
pub struct Store {
    connection: Connection,
    home: PathBuf,
    path: PathBuf,
    waited: u64,
    /// The scans that this store works on.
    pub(super) working: HashMap<ScanId, lock::Held>,
    acting: Acting,
    /// What happened when the store was opened; appended to the audit log with the first write.
    untold: Option<NewEntry>,
    /// The copy that is read, where the original cannot be.
    _copy: Option<tempfile::TempDir>,
}

impl Store {
    /// Opens the store of this home, makes it if it is not there, and brings its schema up to date.
    ///
    /// # Errors
    /// See [`StoreError`]: the home cannot be written, the disk is full, the file is not ours, damaged, or newer than
    /// this program, or another process keeps it locked.
    pub fn open(home: &Path) -> Result<Self, StoreError> {
        Self::open_with(home, Settings::default())
    }

    pub(super) fn open_with(home: &Path, settings: Settings) -> Result<Self, StoreError> {
        let path = home.join(FILE);
        let at = At { home, path: &path, waited: settings.patience.as_secs() };
        let locks = home.join(lock::DIRECTORY);
        make_directory(&locks).map_err(|error| at.io("making the home", home, &error))?;
        // Making the file, switching it to WAL and migrating it are for one at a time.
        let _opening = lock::opening(home, settings.patience)
            .map_err(|error| at.io("locking the home", &locks, &error))?
            .ok_or_else(|| StoreError::Locked { path: path.clone(), seconds: at.waited })?;
        make_file(&path).map_err(|error| at.io("making the database", &path, &error))?;
        let connect = || -> rusqlite::Result<Connection> {
            let connection = Connection::open_with_flags(
                &path,
                OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX,
            )?;
            configure(&connection, settings.patience)?;
            Ok(connection)
        };
        let connection = connect().map_err(|error| at.sql(OPENING, &error))?;
        let known = i64::try_from(settings.migrations.len()).unwrap_or(i64::MAX);
        schema::version(&connection, at, known)?;
        let prepare = || -> rusqlite::Result<()> {
            let mode: String = connection.pragma_query_value(None, "journal_mode", |row| row.get(0))?;
            if mode != "wal" {
                connection.pragma_update_and_check(None, "journal_mode", "WAL", |_| Ok(()))?;
            }
            // A verdict that was reported must survive a power cut.
            connection.pragma_update(None, "synchronous", "FULL")
        };
        prepare().map_err(|error| at.sql(OPENING, &error))?;
        let migrated = schema::migrate(&connection, at, settings.migrations)?;
        let mut store = Self::new(connection, at, None);
        store.untold = migrated.map(|from| {
            NewEntry::new(Event::StoreMigrated, json!({}))
                .change(json!({"schema": from}), json!({"schema": settings.migrations.len()}))
        });
        Ok(store)
    }

    fn new(connection: Connection, at: At<'_>, copy: Option<tempfile::TempDir>) -> Self {
        Self {
            connection,
            home: at.home.to_owned(),
            path: at.path.to_owned(),
            waited: at.waited,
            working: HashMap::new(),
            acting: Acting { actor: Actor::current(), action: String::new() },
            untold: None,
            _copy: copy,
        }
    }

    /// Sets who acts and by which command; every entry of the audit log says so.
    #[must_use]
    pub fn acting_as(mut self, actor: Actor, action: impl Into<String>) -> Self {
        self.acting = Acting { actor, action: action.into() };
        self
    }

    /// Opens the store of this home for reading; works where nothing may be written.
    ///
    /// # Errors
    /// [`StoreError::Missing`] if there is none, and as [`Store::open`] otherwise.
    pub fn open_read_only(home: &Path) -> Result<Self, StoreError> {
        Self::open_read_only_with(home, Settings::default())
    }

    pub(super) fn open_read_only_with(home: &Path, settings: Settings) -> Result<Self, StoreError> {
        let path = home.join(FILE);
        let at = At { home, path: &path, waited: settings.patience.as_secs() };
        match std::fs::metadata(&path) {
            Ok(file) if file.len() > 0 => (),
            Ok(_) => return Err(StoreError::Missing { home: home.to_owned() }),
            Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => {
                return Err(StoreError::Missing { home: home.to_owned() });
            }
            Err(error) => return Err(at.reading(OPENING, &path, &error)),
        }
        let (connection, copy) = connect_read_only(at, settings.patience)?;
        let known = i64::try_from(settings.migrations.len()).unwrap_or(i64::MAX);
        match schema::version(&connection, at, known)? {
            0 => return Err(StoreError::Missing { home: home.to_owned() }),
            found if found < known => return Err(StoreError::Older { path, found, known }),
            _ => (),
        }
        Ok(Self::new(connection, at, copy))
    }

    /// The directory that holds the store.
    #[must_use]
    pub fn home(&self) -> &Path {
        &self.home
    }

    /// The database file.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    pub(super) const fn connection(&self) -> &Connection {
        &self.connection
    }

    pub(super) fn at(&self) -> At<'_> {
        At { home: &self.home, path: &self.path, waited: self.waited }
    }

    /// Runs `change` in one immediate transaction: all of it is recorded, or nothing. Every write of the store goes
    /// through here; what it means is told with [`Writing::log`].
    pub(super) fn write<T>(
        &mut self,
        doing: &'static str,
        change: impl FnOnce(&Writing<'_>) -> Inner<T>,
    ) -> Result<T, StoreError> {
        let run = || -> Inner<T> {
            let transaction = Transaction::new_unchecked(&self.connection, TransactionBehavior::Immediate)?;
            let writing = Writing { transaction, acting: &self.acting, last: RefCell::new(None) };
            if let Some(entry) = &self.untold {
                writing.log(entry)?;
            }
            let value = change(&writing)?;
            writing.transaction.commit()?;
            Ok(value)
        };
        let value = run().map_err(|failure| self.at().failure(doing, failure))?;
        self.untold = None;
        Ok(value)
    }

    /// Runs `look`, which sees the state of one moment however often it reads, whatever other processes write meanwhile.
    ///
    /// # Errors
    /// If the store cannot be read, or `look` fails.
    pub fn moment<T, E: From<StoreError>>(&self, look: impl FnOnce() -> Result<T, E>) -> Result<T, E> {
        self.read("reading the state of one moment", |_| Ok(look()))?
    }

    /// Runs `look` on the state of one moment, whatever other processes write meanwhile.
    pub(super) fn read<T>(
        &self,
        doing: &'static str,
        look: impl FnOnce(&Connection) -> Inner<T>,
    ) -> Result<T, StoreError> {
        let run = || -> Inner<T> {
            // Inside another read, that one's moment holds.
            let _moment = self
                .connection
                .is_autocommit()
                .then(|| Transaction::new_unchecked(&self.connection, TransactionBehavior::Deferred))
                .transpose()?;
            look(&self.connection)
        };
        run().map_err(|failure| self.at().failure(doing, failure))
    }
}

/// A transaction that writes, and tells the audit log what it does.
#[derive(Debug)]
pub(super) struct Writing<'a> {
    transaction: Transaction<'a>,
    acting: &'a Acting,
    /// The last entry of the audit log, once this transaction has appended.
    last: RefCell<Option<Tail>>,
}

impl<'a> Deref for Writing<'a> {
    type Target = Transaction<'a>;

    fn deref(&self) -> &Transaction<'a> {
        &self.transaction
    }
}

impl Writing<'_> {
    /// Appends an entry to the audit log, in this transaction; answers its number.
    pub fn log(&self, entry: &NewEntry) -> Inner<u64> {
        // Taken out meanwhile: after a failure it is read again.
        let last = self.last.borrow_mut().take();
        let last = audit::append(&self.transaction, self.acting, last, entry, Timestamp::now())?;
        let seq = last.seq;
        self.last.replace(Some(last));
        Ok(seq)
    }
}

/// Settings that change nothing in the file.
fn configure(connection: &Connection, patience: Duration) -> rusqlite::Result<()> {
    connection.busy_timeout(patience)?;
    connection.set_prepared_statement_cache_capacity(64);
    connection.pragma_update(None, "foreign_keys", true)?;
    connection.pragma_update(None, "trusted_schema", false)?;
    connection.pragma_update(None, "cache_size", -8_000)?;
    // Measured: copying the log into the file every 16 MB instead of 4 saves a sixth of a first scan.
    connection.pragma_update(None, "wal_autocheckpoint", 4_000)
}

/// Makes a directory and those above it, for its owner alone.
pub(super) fn make_directory(path: &Path) -> io::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)
}

/// Makes an empty file for its owner alone, unless there is one. A file that is there is not opened: closing it
/// would let go of the locks that SQLite holds on it for this process.
fn make_file(path: &Path) -> io::Result<()> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    match options.open(path) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        result => result.map(drop),
    }
}

/// SQLite needs the shared-memory file of a database in WAL mode even to read it. Where it is not there and cannot be
/// made, nobody writes: without a log the file alone is read as it is, with one (its writer was killed) a copy of both.
fn connect_read_only(at: At<'_>, patience: Duration) -> Result<(Connection, Option<tempfile::TempDir>), StoreError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connect = |path: &Path, flags| -> rusqlite::Result<Connection> {
        let connection = Connection::open_with_flags(path, flags)?;
        configure(&connection, patience)?;
        connection.query_row("SELECT count(*) FROM sqlite_schema", [], |_| Ok(()))?;
        Ok(connection)
    };
    let refused = match connect(at.path, flags) {
        Ok(connection) => return Ok((connection, None)),
        Err(error) => error,
    };
    let beside = |suffix: &str| {
        let mut name = at.path.as_os_str().to_owned();
        name.push(suffix);
        PathBuf::from(name)
    };
    let code = refused.sqlite_error_code();
    let unshared = matches!(code, Some(rusqlite::ErrorCode::CannotOpen | rusqlite::ErrorCode::ReadOnly));
    if !unshared || beside("-shm").exists() {
        return Err(at.sql(OPENING, &refused));
    }
    let log = beside("-wal");
    if std::fs::metadata(&log).map_or(0, |file| file.len()) == 0 {
        let connection = connect(Path::new(&immutable_uri(at.path)), flags | OpenFlags::SQLITE_OPEN_URI)
            .map_err(|error| at.sql(OPENING, &error))?;
        return Ok((connection, None));
    }
    let copy = || -> io::Result<tempfile::TempDir> {
        let directory = tempfile::Builder::new().prefix("ciacm-").tempdir()?;
        std::fs::copy(at.path, directory.path().join(FILE))?;
        std::fs::copy(&log, directory.path().join(format!("{FILE}-wal")))?;
        Ok(directory)
    };
    let copy = copy().map_err(|error| at.reading("copying the database to read it", at.path, &error))?;
    let connection = connect(&copy.path().join(FILE), flags).map_err(|error| at.sql(OPENING, &error))?;
    Ok((connection, Some(copy)))
}

/// The path as the URI of a file that nobody changes.
pub(super) fn immutable_uri(path: &Path) -> String {
    use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_encode};
    const KEPT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'/').remove(b'.').remove(b'-').remove(b'_');
    let absolute = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let bytes = if cfg!(windows) {
        format!("/{}", absolute.to_string_lossy().replace('\\', "/")).into_bytes()
    } else {
        absolute.into_os_string().into_encoded_bytes()
    };
    format!("file://{}?immutable=1", percent_encode(&bytes, KEPT))
}
