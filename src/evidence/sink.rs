//! Where a pack is written: a zip file or a directory, which appears whole or not at all, and of which every byte
//! depends on what is added and on nothing else.

use crate::hash::hex;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::fs::{self, File};
use std::io::{self, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use tempfile::{NamedTempFile, TempDir};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

/// A file of a pack.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileFacts {
    /// Its path inside the pack, with `/`.
    pub path: String,
    /// Its size in bytes.
    pub size: u64,
    /// Its SHA-256, hex.
    pub sha256: String,
    /// What it is, for instance `application/json`.
    pub media_type: String,
}

/// A pack that is being written beside its place.
#[derive(Debug)]
pub struct Sink {
    to: To,
    path: PathBuf,
    files: Vec<FileFacts>,
}

#[derive(Debug)]
enum To {
    Zip(Box<ZipWriter<Outlet>>),
    Directory(TempDir),
}

impl Sink {
    /// Begins a pack: a zip file if the path ends in `.zip`, else a directory.
    ///
    /// # Errors
    /// If there is something already, or nothing can be written there. The error names the path.
    pub fn create(path: &Path) -> io::Result<Self> {
        let named = |error: &io::Error| named(path, error);
        let zip = path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("zip"));
        if path.symlink_metadata().is_ok() && (zip || !is_empty_directory(path)) {
            return Err(named(&io::Error::new(io::ErrorKind::AlreadyExists, "it is there already")));
        }
        let beside = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
        if !beside.is_dir() {
            let why = format!("there is no directory {}", beside.display());
            return Err(named(&io::Error::new(io::ErrorKind::NotFound, why)));
        }
        let mut builder = tempfile::Builder::new();
        builder.prefix(".ciacm-");
        let to = if zip {
            // As any file that a program makes: the user's umask decides who may read it.
            #[cfg(unix)]
            builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
            let file = builder.tempfile_in(beside).map_err(|error| named(&error))?;
            To::Zip(Box::new(ZipWriter::new(Outlet { file, broken: false })))
        } else {
            #[cfg(unix)]
            builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o777));
            To::Directory(builder.tempdir_in(beside).map_err(|error| named(&error))?)
        };
        Ok(Self { to, path: path.to_owned(), files: Vec::new() })
    }

    /// Adds a file.
    ///
    /// # Errors
    /// If it cannot be written.
    pub fn add(&mut self, path: &str, bytes: &[u8]) -> io::Result<()> {
        self.write(path, |out| out.write_all(bytes))
    }

    /// Adds a file that `write` writes piece by piece.
    ///
    /// # Errors
    /// If it cannot be written, and those of `write`.
    pub fn write<E: From<io::Error>>(
        &mut self,
        path: &str,
        write: impl FnOnce(&mut dyn Write) -> Result<(), E>,
    ) -> Result<(), E> {
        let place = &self.path;
        let told = |error: io::Error| E::from(named(place, &error));
        let mut counted = match &mut self.to {
            To::Zip(zip) => {
                let options = SimpleFileOptions::default()
                    .compression_method(CompressionMethod::Deflated)
                    .compression_level(Some(6))
                    .last_modified_time(DateTime::DEFAULT)
                    .unix_permissions(0o644);
                zip.start_file(path, options).map_err(|error| told(error.into()))?;
                Counted { to: Box::new(&mut **zip) as Box<dyn Write>, hash: Sha256::new(), size: 0, place }
            }
            To::Directory(directory) => {
                let file = directory.path().join(path);
                if let Some(parent) = file.parent() {
                    fs::create_dir_all(parent).map_err(told)?;
                }
                let file = File::create_new(file).map_err(told)?;
                Counted { to: Box::new(Synced(io::BufWriter::new(file))), hash: Sha256::new(), size: 0, place }
            }
        };
        write(&mut counted)?;
        counted.flush()?;
        let (sha256, size) = (hex(&counted.hash.finalize()), counted.size);
        self.files.push(FileFacts { path: path.to_owned(), size, sha256, media_type: media_type(path).to_owned() });
        Ok(())
    }

    /// The files so far, in the order in which they were added.
    #[must_use]
    pub fn files(&self) -> &[FileFacts] {
        &self.files
    }

    /// Puts the pack in its place.
    ///
    /// # Errors
    /// If the disk is full or the place is taken meanwhile; then there is nothing.
    pub fn finish(self) -> io::Result<()> {
        let told = |error: io::Error| named(&self.path, &error);
        match self.to {
            To::Zip(zip) => {
                let Outlet { file, broken } = zip.finish().map_err(|error| told(error.into()))?;
                if broken {
                    return Err(told(io::Error::other("a part of it could not be written")));
                }
                file.as_file().sync_all().map_err(told)?;
                file.persist_noclobber(&self.path).map_err(|error| told(error.error))?;
            }
            To::Directory(directory) => {
                sync_directories(directory.path()).map_err(told)?;
                if is_empty_directory(&self.path) {
                    fs::remove_dir(&self.path).map_err(told)?;
                }
                fs::rename(directory.path(), &self.path).map_err(told)?;
                // What it would remove is not there any more.
                let _ = directory.keep();
            }
        }
        let parent = self.path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
        sync(parent).map_err(told)
    }
}

fn is_empty_directory(path: &Path) -> bool {
    !path.is_symlink() && fs::read_dir(path).is_ok_and(|mut entries| entries.next().is_none())
}

fn sync_directories(directory: &Path) -> io::Result<()> {
    for entry in fs::read_dir(directory)? {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            sync_directories(&entry.path())?;
        }
    }
    sync(directory)
}

/// Directories can be synced on Unix only; elsewhere the system does it.
fn sync(directory: &Path) -> io::Result<()> {
    if cfg!(unix) { File::open(directory)?.sync_all() } else { Ok(()) }
}

/// The file of a zip. After its first failure it takes everything and keeps nothing: the zip writer would complain on
/// stderr that it cannot end a file which nobody wants any more.
#[derive(Debug)]
struct Outlet {
    file: NamedTempFile,
    broken: bool,
}

impl Outlet {
    fn noting<T>(&mut self, result: io::Result<T>) -> io::Result<T> {
        let interrupted = |error: &io::Error| error.kind() == io::ErrorKind::Interrupted;
        self.broken |= result.as_ref().is_err_and(|error| !interrupted(error));
        result
    }
}

impl Write for Outlet {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.broken {
            return Ok(bytes.len());
        }
        let result = self.file.write(bytes);
        self.noting(result)
    }

    fn flush(&mut self) -> io::Result<()> {
        if self.broken {
            return Ok(());
        }
        let result = self.file.flush();
        self.noting(result)
    }
}

impl Seek for Outlet {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let result = self.file.seek(to);
        self.noting(result)
    }
}

/// Hashes and counts what goes through.
struct Counted<'a> {
    to: Box<dyn Write + 'a>,
    hash: Sha256,
    size: u64,
    place: &'a Path,
}

impl Write for Counted<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.to.write(bytes).map_err(|error| named(self.place, &error))?;
        self.hash.update(bytes.get(..written).unwrap_or_default());
        self.size += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.to.flush().map_err(|error| named(self.place, &error))
    }
}

/// A file whose flush reaches the disk.
struct Synced(io::BufWriter<File>);

impl Write for Synced {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()?;
        self.0.get_ref().sync_all()
    }
}

/// The error with the path that the user gave, instead of the one that is written to meanwhile.
fn named(path: &Path, error: &io::Error) -> io::Error {
    let why = error.to_string();
    if why.starts_with(&*path.to_string_lossy()) {
        return io::Error::new(error.kind(), why);
    }
    let why = why.split(" at path ").next().unwrap_or(&why);
    io::Error::new(error.kind(), format!("{}: {why}", path.display()))
}

fn media_type(path: &str) -> &'static str {
    match path.rsplit('.').next().unwrap_or_default() {
        "json" => "application/json",
        "jsonl" => "application/jsonl",
        "csv" => "text/csv",
        "pdf" => "application/pdf",
        "html" => "text/html",
        "md" => "text/markdown",
        "py" => "text/x-python",
        "sh" => "application/x-sh",
        "p7s" => "application/pkcs7-signature",
        "tst" => "application/timestamp-token",
        "crt" => "application/x-pem-file",
        "crl" => "application/pkix-crl",
        _ => "text/plain",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fill(path: &Path) {
        let mut sink = Sink::create(path).unwrap();
        sink.add("README.md", b"# hello\n").unwrap();
        sink.add("a/b.json", b"{}").unwrap();
        assert_eq!(sink.files()[1].sha256, crate::hash::sha256_hex(b"{}"));
        assert_eq!((sink.files()[0].size, sink.files()[0].media_type.as_str()), (8, "text/markdown"));
        assert!(!path.join("README.md").exists());
        sink.finish().unwrap();
    }

    #[test]
    fn the_same_files_give_the_same_bytes() {
        let directory = tempfile::tempdir().unwrap();
        let (one, two) = (directory.path().join("one.zip"), directory.path().join("two.zip"));
        fill(&one);
        std::thread::sleep(std::time::Duration::from_millis(5));
        fill(&two);
        assert_eq!(fs::read(&one).unwrap(), fs::read(&two).unwrap());
    }

    #[test]
    fn a_directory_takes_its_place_and_what_is_there_stays() {
        let directory = tempfile::tempdir().unwrap();
        let pack = directory.path().join("pack");
        fs::create_dir(&pack).unwrap();
        fill(&pack);
        assert_eq!(fs::read(pack.join("a/b.json")).unwrap(), b"{}");
        for taken in [pack.clone(), directory.path().join("x.zip")] {
            fs::write(directory.path().join("x.zip"), "mine").unwrap();
            let error = Sink::create(&taken).unwrap_err();
            assert!(error.to_string().ends_with("it is there already"), "{error}");
        }
        assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 2);
    }

    #[test]
    fn what_is_given_up_leaves_nothing() {
        let directory = tempfile::tempdir().unwrap();
        for name in ["pack", "pack.zip"] {
            let mut sink = Sink::create(&directory.path().join(name)).unwrap();
            sink.add("a/b", b"c").unwrap();
        }
        assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 0);
        assert!(Sink::create(&directory.path().join("no/such/pack")).is_err());
    }
}
