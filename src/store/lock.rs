//! Who works on a scan: a lock file for each running scan, which the system lets go of when the process dies.

use super::model::ScanId;
use std::fs::{File, OpenOptions, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// Where lock files are, inside the home.
pub(super) const DIRECTORY: &str = "locks";

const PAUSE: Duration = Duration::from_millis(10);

/// A lock that is held until it is dropped.
#[derive(Debug)]
pub(super) struct Held {
    file: File,
    /// The file to remove with the lock.
    path: Option<PathBuf>,
}

impl Drop for Held {
    fn drop(&mut self) {
        // Removed while still locked, so nobody takes it in between. What cannot be removed is an empty file.
        if let Some(path) = &self.path {
            let _ = std::fs::remove_file(path);
        }
        let _ = self.file.unlock();
    }
}

fn scan_path(home: &Path, scan: ScanId) -> PathBuf {
    home.join(DIRECTORY).join(format!("{scan}.lock"))
}

/// Takes the lock of a file, waiting so long at most; `None` if another holds it.
fn take(path: &Path, patience: Duration) -> io::Result<Option<File>> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let file = options.open(path)?;
    let begun = Instant::now();
    loop {
        match file.try_lock() {
            Ok(()) => return Ok(Some(file)),
            Err(TryLockError::Error(error)) => return Err(error),
            Err(TryLockError::WouldBlock) if begun.elapsed() >= patience => return Ok(None),
            Err(TryLockError::WouldBlock) => std::thread::sleep(PAUSE),
        }
    }
}

/// Makes this process the one that works on the scan; `None` if another one does.
pub(super) fn hold(home: &Path, scan: ScanId) -> io::Result<Option<Held>> {
    let path = scan_path(home, scan);
    // Patience for those who only look whether it is taken.
    Ok(take(&path, 20 * PAUSE)?.map(|file| Held { file, path: Some(path) }))
}

/// Keeps others from opening the store at the same time; `None` if they did not end in time.
pub(super) fn opening(home: &Path, patience: Duration) -> io::Result<Option<Held>> {
    Ok(take(&home.join(DIRECTORY).join("open.lock"), patience)?.map(|file| Held { file, path: None }))
}

/// Takes the lock of that name, waiting so long at most; `None` if another process keeps it.
pub(super) fn named(home: &Path, name: &str, patience: Duration) -> io::Result<Option<Held>> {
    let path = home.join(DIRECTORY).join(format!("{name}.lock"));
    Ok(take(&path, patience)?.map(|file| Held { file, path: None }))
}

/// True unless it is certain that no process holds the lock of that name.
pub(super) fn is_taken(home: &Path, name: &str) -> bool {
    taken(&home.join(DIRECTORY).join(format!("{name}.lock")))
}

/// True unless it is certain that no process works on the scan.
pub(super) fn alive(home: &Path, scan: ScanId) -> bool {
    taken(&scan_path(home, scan))
}

fn taken(path: &Path) -> bool {
    match File::open(path) {
        Ok(file) => match file.try_lock_shared() {
            Ok(()) => false,
            Err(TryLockError::WouldBlock | TryLockError::Error(_)) => true,
        },
        Err(error) => error.kind() != io::ErrorKind::NotFound,
    }
}
