//! The files of the key directory: whole or not at all, for their owner alone.

use crate::signing::SigningError;
use std::fs::{DirBuilder, File, OpenOptions, TryLockError};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

/// How long to wait for another process that changes keys.
const PATIENCE: Duration = Duration::from_secs(30);

/// Makes a directory and those above it, for the owner alone.
pub(super) fn make_directory(path: &Path) -> Result<(), SigningError> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path).map_err(|error| failed("make the directory", path, &error))
}

/// Writes a file beside its place, makes it durable, and moves it there.
pub(super) fn write(path: &Path, content: &[u8]) -> Result<(), SigningError> {
    let directory = path.parent().unwrap_or(Path::new("."));
    let put = || -> io::Result<()> {
        // Temporary files are for their owner alone.
        let mut file = tempfile::Builder::new().prefix(".ciacm-").tempfile_in(directory)?;
        file.write_all(content)?;
        file.as_file().sync_all()?;
        file.persist(path).map_err(|error| error.error)?;
        // The name is durable once its directory is.
        #[cfg(unix)]
        File::open(directory)?.sync_all()?;
        Ok(())
    };
    put().map_err(|error| failed("write", path, &error))
}

/// Reads a file; `None` if it is not there. What is far too large is no key file.
pub(in crate::signing) fn read(path: &Path) -> Result<Option<Vec<u8>>, SigningError> {
    let most = crate::signing::certificate::MAX_FILE;
    let get = || -> io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        File::open(path)?.take(most + 1).read_to_end(&mut bytes)?;
        if u64::try_from(bytes.len()).is_ok_and(|length| length > most) {
            return Err(io::Error::new(io::ErrorKind::FileTooLarge, format!("it is larger than {most} bytes")));
        }
        Ok(bytes)
    };
    match get() {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(failed("read", path, &error)),
    }
}

fn failed(doing: &str, path: &Path, error: &io::Error) -> SigningError {
    SigningError::new(format!("cannot {doing} {}", path.display()))
        .why(error)
        .next("check the path, its permissions and the free space")
}

/// Keeps other processes from changing keys at the same time, until it is dropped.
#[derive(Debug)]
pub(super) struct Lock(File);

impl Drop for Lock {
    fn drop(&mut self) {
        let _ = self.0.unlock();
    }
}

pub(super) fn lock(home: &Path) -> Result<Lock, SigningError> {
    let directory = home.join("locks");
    make_directory(&directory)?;
    let path: PathBuf = directory.join("keys.lock");
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let file = options.open(&path).map_err(|error| failed("open", &path, &error))?;
    let begun = Instant::now();
    loop {
        match file.try_lock() {
            Ok(()) => return Ok(Lock(file)),
            Err(TryLockError::Error(error)) => return Err(failed("lock", &path, &error)),
            Err(TryLockError::WouldBlock) if begun.elapsed() >= PATIENCE => {
                return Err(SigningError::new("the keys are locked")
                    .why(format!("another process did not let go of {} for {} s", path.display(), PATIENCE.as_secs()))
                    .next("wait until the other ciacm ends, then run the command again"));
            }
            Err(TryLockError::WouldBlock) => thread::sleep(Duration::from_millis(10)),
        }
    }
}
