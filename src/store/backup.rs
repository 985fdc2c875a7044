//! Copies of the database, made while it is in use.

use super::error::{At, Failure, Inner, StoreError};
use super::open::Store;
use jiff::Timestamp;
use rusqlite::backup::{Backup, StepResult};
use rusqlite::{Connection, OpenFlags};
use std::path::{Path, PathBuf};

/// Where backups before migrations go, inside the home.
pub(super) const DIRECTORY: &str = "backups";

impl Store {
    /// Writes a copy of the database to `to`, consistent although other processes may write meanwhile. The copy is
    /// one file of its own.
    ///
    /// # Errors
    /// If `to` exists, cannot be written, or the disk is full; no partial copy is left.
    pub fn backup(&self, to: &Path) -> Result<(), StoreError> {
        copy(self.at(), self.connection(), to)
    }
}

/// Copies the database to `backups/ciacm-v<version>-<time>.db`.
pub(super) fn before_migration(at: At<'_>, version: i64) -> Result<PathBuf, StoreError> {
    const DOING: &str = "backing up the database before a migration";
    let directory = at.home.join(DIRECTORY);
    super::open::make_directory(&directory).map_err(|error| at.io(DOING, &directory, &error))?;
    let time = Timestamp::now().strftime("%Y%m%dT%H%M%S.%6fZ");
    let to = directory.join(format!("ciacm-v{version}-{time}.db"));
    // A connection of its own: the caller's one is inside the transaction that keeps writers out.
    let source =
        Connection::open_with_flags(at.path, OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX)
            .map_err(|error| at.sql(DOING, &error))?;
    copy(at, &source, &to)?;
    Ok(to)
}

fn copy(at: At<'_>, source: &Connection, to: &Path) -> Result<(), StoreError> {
    const DOING: &str = "backing up the database";
    let directory = to.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let partial = tempfile::Builder::new()
        .prefix(".ciacm-backup-")
        .tempfile_in(directory)
        .map_err(|error| at.io(DOING, directory, &error))?;
    let fill = || -> Inner<()> {
        let mut target = Connection::open(partial.path())?;
        {
            let backup = Backup::new(source, &mut target)?;
            // All pages in one step: a second step would begin anew whenever another process wrote between.
            while backup.step(-1)? != StepResult::Done {
                std::thread::sleep(std::time::Duration::from_millis(50));
            }
        }
        // Out of WAL mode, so that the copy can be read where nothing can be written.
        target.pragma_update(None, "journal_mode", "DELETE")?;
        target.close().map_err(|(_, error)| Failure::Sql(error))
    };
    fill().map_err(|failure| At { path: to, ..at }.failure(DOING, failure))?;
    partial.as_file().sync_all().map_err(|error| at.io(DOING, to, &error))?;
    partial.persist_noclobber(to).map_err(|error| at.io(DOING, to, &error.error))?;
    Ok(())
}
