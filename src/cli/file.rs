//! Files that appear whole or not at all.

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use tempfile::NamedTempFile;

/// A file that is being written beside its place, and takes it when it is complete.
#[derive(Debug)]
pub struct WholeFile {
    file: NamedTempFile,
    path: PathBuf,
}

impl WholeFile {
    /// Begins a file; what is at `path` stays until [`WholeFile::finish`].
    ///
    /// # Errors
    /// If nothing can be written there. The error names the path.
    pub fn create(path: &Path) -> io::Result<Self> {
        let named = |error: &io::Error| named(path, error);
        if path.is_dir() {
            return Err(named(&io::ErrorKind::IsADirectory.into()));
        }
        // It would take the place of a device or a pipe, which the whole system may need.
        if std::fs::metadata(path).is_ok_and(|there| !there.is_file()) {
            let why = "it is no regular file; without --output the result goes to stdout";
            return Err(named(&io::Error::new(io::ErrorKind::InvalidInput, why)));
        }
        let directory = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
        if !directory.is_dir() {
            return Err(named(&io::Error::new(
                io::ErrorKind::NotFound,
                format!("there is no directory {}", directory.display()),
            )));
        }
        let mut builder = tempfile::Builder::new();
        builder.prefix(".ciacm-");
        // As any file that a program makes: the user's umask decides who may read it.
        #[cfg(unix)]
        builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
        let file = builder.tempfile_in(directory).map_err(|error| named(&error))?;
        Ok(Self { file, path: path.to_owned() })
    }

    /// Tells, before long work begins, whether its result could be written.
    ///
    /// # Errors
    /// As [`WholeFile::create`].
    pub fn check(path: &Path) -> io::Result<()> {
        Self::create(path).map(drop)
    }

    /// To write to.
    pub fn file(&mut self) -> &mut File {
        self.file.as_file_mut()
    }

    /// Puts the file in its place.
    ///
    /// # Errors
    /// If the disk is full or the place cannot be taken.
    pub fn finish(self) -> io::Result<()> {
        self.file.as_file().sync_all().map_err(|error| named(&self.path, &error))?;
        self.file.persist(&self.path).map_err(|error| named(&self.path, &error.error))?;
        Ok(())
    }
}

/// The error with the path that the user gave, instead of the one that is written to meanwhile.
fn named(path: &Path, error: &io::Error) -> io::Error {
    let why = error.to_string();
    let why = why.split(" at path ").next().unwrap_or(&why);
    io::Error::new(error.kind(), format!("{}: {why}", path.display()))
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn devices_keep_their_place() {
        let refused = WholeFile::create(Path::new("/dev/null")).unwrap_err().to_string();
        assert!(refused.starts_with("/dev/null: it is no regular file"), "{refused}");
    }
}
