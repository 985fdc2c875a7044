//! Checkpoints as files of a directory: `000000000205.txt`, with a signature (`.p7s`) and a time stamp (`.tst`) of the
//! same name where there are any.

use super::Checkpoint;
use std::fs;
use std::io::{self, ErrorKind, Write as _};
use std::path::{Path, PathBuf};

/// The directory's name inside the home.
pub const DIRECTORY: &str = "checkpoints";

/// More than any checkpoint, signature or time stamp is long.
const MAX_FILE: u64 = 1 << 20;

/// A checkpoint as it was found.
#[derive(Debug, Clone)]
pub struct Kept {
    /// Its file.
    pub path: PathBuf,
    /// The exact text, which is what was signed.
    pub text: Vec<u8>,
    /// What it says, or why it does not read.
    pub checkpoint: Result<Checkpoint, String>,
    /// The detached signature (CMS, DER).
    pub signature: Option<Vec<u8>>,
    /// The time-stamp token (RFC 3161, DER).
    pub timestamp: Option<Vec<u8>>,
}

/// The file of a checkpoint of that size.
#[must_use]
pub fn path(directory: &Path, size: u64) -> PathBuf {
    directory.join(format!("{size:012}.txt"))
}

/// Reads a checkpoint and what lies beside it.
///
/// # Errors
/// If the file cannot be read; one that is no checkpoint is no error here.
pub fn read(path: &Path) -> io::Result<Kept> {
    let text = small(path)?;
    let checkpoint = match std::str::from_utf8(&text) {
        Ok(text) => text.parse().map_err(|error: super::checkpoint::NoCheckpoint| error.to_string()),
        Err(_) => Err("it is no checkpoint: it is no UTF-8".to_owned()),
    };
    let beside = |extension| match small(&path.with_extension(extension)) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    };
    Ok(Kept { path: path.to_owned(), text, checkpoint, signature: beside("p7s")?, timestamp: beside("tst")? })
}

/// Reads all checkpoints of a directory, in the order of their names; none if there is no such directory.
///
/// # Errors
/// If one cannot be read.
pub fn read_all(directory: &Path) -> io::Result<Vec<Kept>> {
    names(directory)?.iter().map(|path| read(path)).collect()
}

/// The checkpoint of the greatest size in a directory, by its name.
///
/// # Errors
/// If it cannot be read.
pub fn newest(directory: &Path) -> io::Result<Option<Kept>> {
    names(directory)?.last().map(|path| read(path)).transpose()
}

/// The `.txt` files of a directory, ordered.
fn names(directory: &Path) -> io::Result<Vec<PathBuf>> {
    let entries = match fs::read_dir(directory) {
        Ok(entries) => entries,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(error),
    };
    let mut names = Vec::new();
    for entry in entries {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "txt") {
            names.push(path);
        }
    }
    names.sort();
    Ok(names)
}

fn small(path: &Path) -> io::Result<Vec<u8>> {
    use std::io::Read as _;
    let mut bytes = Vec::new();
    fs::File::open(path)?.take(MAX_FILE + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > MAX_FILE {
        return Err(io::Error::new(ErrorKind::FileTooLarge, "it is too long for a checkpoint"));
    }
    Ok(bytes)
}

/// Writes a file of a checkpoint: whole and durable, or not at all. One that is there with the same bytes stays.
///
/// # Errors
/// If it cannot be written, or is there with other bytes ([`ErrorKind::AlreadyExists`]).
pub fn keep(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let directory = path.parent().unwrap_or(Path::new("."));
    make_directory(directory)?;
    let mut file = tempfile::Builder::new().prefix(".ciacm-").tempfile_in(directory)?;
    file.write_all(bytes)?;
    file.as_file().sync_all()?;
    match file.persist_noclobber(path) {
        Ok(_) => sync_directory(directory),
        Err(error) if error.error.kind() == ErrorKind::AlreadyExists => {
            if small(path)? == bytes {
                Ok(())
            } else {
                Err(error.error)
            }
        }
        Err(error) => Err(error.error),
    }
}

/// Makes a directory for its owner alone.
fn make_directory(path: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)
}

/// A new name survives a power cut only once its directory is written.
fn sync_directory(directory: &Path) -> io::Result<()> {
    if cfg!(unix) { fs::File::open(directory)?.sync_all() } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::audit::merkle::empty_root;

    #[test]
    fn checkpoints_are_kept_once_and_found_in_order() {
        let home = tempfile::tempdir().unwrap();
        let directory = home.path().join(DIRECTORY);
        assert!(read_all(&directory).unwrap().is_empty() && newest(&directory).unwrap().is_none());
        for size in [11, 2, 100] {
            let checkpoint = Checkpoint { origin: "log".to_owned(), size, root: empty_root() };
            keep(&path(&directory, size), checkpoint.to_string().as_bytes()).unwrap();
        }
        keep(&path(&directory, 11).with_extension("p7s"), b"signature").unwrap();
        let found = read_all(&directory).unwrap();
        let sizes: Vec<_> = found.iter().map(|kept| kept.checkpoint.as_ref().unwrap().size).collect();
        assert_eq!(sizes, [2, 11, 100]);
        assert_eq!((found[1].signature.as_deref(), found[0].signature.as_ref()), (Some(&b"signature"[..]), None));
        assert_eq!(newest(&directory).unwrap().unwrap().path, path(&directory, 100));
        // The same again is fine; another one is not, and nothing is left lying about.
        keep(&found[0].path, &found[0].text).unwrap();
        assert_eq!(keep(&found[0].path, b"other").unwrap_err().kind(), ErrorKind::AlreadyExists);
        assert_eq!(read(&found[0].path).unwrap().text, found[0].text);
        assert_eq!(fs::read_dir(&directory).unwrap().count(), 4);
    }

    #[test]
    fn what_is_no_checkpoint_says_why() {
        let home = tempfile::tempdir().unwrap();
        let file = home.path().join("1.txt");
        for (bytes, why) in [(&b"\xff"[..], "no UTF-8"), (b"", "missing"), (b"a\nb\nc\n", "no size")] {
            fs::write(&file, bytes).unwrap();
            let told = read(&file).unwrap().checkpoint.unwrap_err();
            assert!(told.contains(why), "{told}");
        }
        fs::write(&file, vec![b'a'; 2 << 20]).unwrap();
        assert_eq!(read(&file).unwrap_err().kind(), ErrorKind::FileTooLarge);
    }
}
