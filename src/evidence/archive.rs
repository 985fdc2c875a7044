//! Reading a pack that a stranger may have made: a zip file or a directory. Nothing is ever unpacked to the disk.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::io::{self, BufReader, Read};
use std::path::{Path, PathBuf};
use zip::{CompressionMethod, DateTime, ZipArchive};

/// No pack has more files.
const MAX_FILES: usize = 2_000_000;
/// No file of a pack is longer.
const MAX_FILE: u64 = 16 << 30;
/// All files together are not longer.
const MAX_TOTAL: u64 = 64 << 30;
/// Text never shrinks further; what does is a bomb. Small packs may.
const MAX_RATIO: u64 = 200;
/// Below this total no ratio is asked for.
const SMALL: u64 = 64 << 20;
/// No path of a pack is longer.
const MAX_PATH: usize = 400;

/// Why something is no pack that can be read.
#[derive(Debug, thiserror::Error)]
pub enum ArchiveError {
    /// The system does not let us read it.
    #[error("{path}: {why}")]
    Io {
        /// What could not be read.
        path: PathBuf,
        /// The system's words.
        why: String,
    },
    /// It is damaged, or was made to deceive.
    #[error("{0}")]
    Bad(String),
}

/// An open pack.
#[derive(Debug)]
pub struct Archive {
    from: From,
    sizes: BTreeMap<String, u64>,
    /// True for a zip file whose entries have other times or rights than this program writes: somebody packed it anew,
    /// which changes no file.
    pub repacked: bool,
}

#[derive(Debug)]
enum From {
    Zip { archive: Box<ZipArchive<BufReader<File>>>, places: BTreeMap<String, usize> },
    Directory(PathBuf),
}

fn bad<T>(what: impl Into<String>) -> Result<T, ArchiveError> {
    Err(ArchiveError::Bad(what.into()))
}

impl Archive {
    /// Opens a zip file or a directory, and refuses what no honest pack has.
    ///
    /// # Errors
    /// [`ArchiveError`] says what is wrong.
    pub fn open(path: &Path) -> Result<Self, ArchiveError> {
        let io = |error: io::Error| ArchiveError::Io { path: path.to_owned(), why: error.to_string() };
        let archive = if fs::metadata(path).map_err(io)?.is_dir() {
            Self::directory(path)?
        } else {
            Self::zip(File::open(path).map_err(io)?)?
        };
        let mut folded = BTreeSet::new();
        for name in archive.sizes.keys() {
            if !folded.insert(name.to_lowercase()) {
                return bad(format!("two files differ in upper and lower case only: {}", shown(name)));
            }
        }
        Ok(archive)
    }

    fn zip(file: File) -> Result<Self, ArchiveError> {
        let length = file.metadata().map(|metadata| metadata.len()).unwrap_or_default();
        let broken = |error: zip::result::ZipError| ArchiveError::Bad(format!("it is no whole zip file: {error}"));
        let mut archive = ZipArchive::new(BufReader::new(file)).map_err(broken)?;
        if archive.len() > MAX_FILES {
            return bad(format!("it has {} files", archive.len()));
        }
        if archive.has_duplicate_names() {
            return bad("it has two files of the same name");
        }
        if archive.offset() != 0 || !archive.comment().is_empty() {
            return bad("it has bytes before or behind its files that belong to none");
        }
        if archive.has_overlapping_entries().map_err(broken)? {
            return bad("files of it share bytes");
        }
        archive.validate_header_consistency().map_err(broken)?;
        let (mut sizes, mut places, mut total, mut repacked) = (BTreeMap::new(), BTreeMap::new(), 0_u64, false);
        for index in 0..archive.len() {
            let entry = archive.by_index_raw(index).map_err(broken)?;
            let Ok(name) = std::str::from_utf8(entry.name_raw()) else {
                return bad("it has a file whose name is no UTF-8");
            };
            let name = name.to_owned();
            if entry.is_symlink() {
                return bad(format!("{} is a link", shown(&name)));
            }
            if entry.is_dir() {
                repacked = true;
                let directory = name.trim_end_matches('/');
                if entry.size() > 0 || !is_plain(directory) {
                    return bad(format!("{} is no directory of a pack", shown(&name)));
                }
                continue;
            }
            if entry.encrypted() {
                return bad(format!("{} is encrypted", shown(&name)));
            }
            if !matches!(entry.compression(), CompressionMethod::Stored | CompressionMethod::Deflated) {
                return bad(format!("{} is compressed in a way that packs are not", shown(&name)));
            }
            if !is_plain(&name) {
                return bad(format!(
                    "a file is called {}, which leads out of the pack or means something",
                    shown(&name)
                ));
            }
            repacked |= entry.last_modified() != Some(DateTime::DEFAULT) || entry.unix_mode() != Some(0o100_644);
            total = total.saturating_add(entry.size());
            if entry.size() > MAX_FILE || total > MAX_TOTAL {
                return bad("it is longer than any pack");
            }
            if total > SMALL && total / MAX_RATIO > length {
                return bad("it would grow without measure: a bomb");
            }
            sizes.insert(name.clone(), entry.size());
            places.insert(name, index);
        }
        if sizes.len() != places.len() {
            return bad("it has two files of the same name");
        }
        Ok(Self { from: From::Zip { archive: Box::new(archive), places }, sizes, repacked })
    }

    fn directory(root: &Path) -> Result<Self, ArchiveError> {
        let mut sizes = BTreeMap::new();
        let mut waiting = vec![(root.to_owned(), String::new())];
        while let Some((directory, prefix)) = waiting.pop() {
            let io = |error: io::Error| ArchiveError::Io { path: directory.clone(), why: error.to_string() };
            for entry in fs::read_dir(&directory).map_err(io)? {
                let entry = entry.map_err(io)?;
                let Some(name) = entry.file_name().to_str().map(|name| format!("{prefix}{name}")) else {
                    return bad(format!("{} has a name that is no UTF-8", entry.path().display()));
                };
                let kind = entry.file_type().map_err(io)?;
                if !is_plain(&name) {
                    return bad(format!("a file is called {}, as none of a pack is", shown(&name)));
                }
                if kind.is_dir() {
                    waiting.push((entry.path(), format!("{name}/")));
                } else if kind.is_file() {
                    sizes.insert(name, entry.metadata().map_err(io)?.len());
                } else {
                    return bad(format!("{} is a link, or no file at all", shown(&name)));
                }
                if sizes.len() + waiting.len() > MAX_FILES {
                    return bad("it has more files than any pack");
                }
            }
        }
        Ok(Self { from: From::Directory(root.to_owned()), sizes, repacked: false })
    }

    /// The files, ordered by name, with their sizes as the archive tells them.
    #[must_use]
    pub const fn files(&self) -> &BTreeMap<String, u64> {
        &self.sizes
    }

    /// True if there is such a file.
    #[must_use]
    pub fn has(&self, name: &str) -> bool {
        self.sizes.contains_key(name)
    }

    /// Hands over the bytes of a file piece by piece.
    ///
    /// # Errors
    /// If there is no such file, it is damaged, or longer than the archive says.
    pub fn stream(&mut self, name: &str, mut each: impl FnMut(&[u8])) -> Result<(), ArchiveError> {
        let Some(&size) = self.sizes.get(name) else { return bad(format!("{} is missing", shown(name))) };
        let broken =
            |error: &dyn std::fmt::Display| ArchiveError::Bad(format!("{} cannot be read: {error}", shown(name)));
        let mut reader: Box<dyn Read> = match &mut self.from {
            From::Zip { archive, places } => {
                let Some(&place) = places.get(name) else { return bad(format!("{} is missing", shown(name))) };
                Box::new(archive.by_index(place).map_err(|error| broken(&error))?)
            }
            From::Directory(root) => Box::new(File::open(root.join(name)).map_err(|error| broken(&error))?),
        };
        let mut buffer = vec![0; 64 * 1024];
        let mut read = 0_u64;
        loop {
            let count = match reader.read(&mut buffer) {
                Ok(0) => break,
                Ok(count) => count,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(broken(&error)),
            };
            read += count as u64;
            if read > size {
                return bad(format!("{} is longer than it says", shown(name)));
            }
            each(buffer.get(..count).unwrap_or_default());
        }
        if read == size { Ok(()) } else { bad(format!("{} is shorter than it says", shown(name))) }
    }

    /// A whole file of at most `limit` bytes.
    ///
    /// # Errors
    /// As [`Archive::stream`], and if it is longer.
    pub fn read(&mut self, name: &str, limit: u64) -> Result<Vec<u8>, ArchiveError> {
        if self.sizes.get(name).is_some_and(|&size| size > limit) {
            return bad(format!("{} is longer than this program reads", shown(name)));
        }
        let mut bytes = Vec::new();
        self.stream(name, |piece| bytes.extend_from_slice(piece))?;
        Ok(bytes)
    }
}

/// True for a relative path that means the same file everywhere.
fn is_plain(path: &str) -> bool {
    path.len() <= MAX_PATH
        && !path.contains(['\\', ':'])
        && !path.chars().any(char::is_control)
        && path.split('/').all(|part| !matches!(part, "" | "." | "..") && !part.ends_with(['.', ' ']))
}

/// A name that a stranger chose, for a message.
pub fn shown(name: &str) -> String {
    let text: String = name.chars().take(120).flat_map(char::escape_debug).collect();
    format!("`{text}`")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::io::Write;
    use zip::ZipWriter;
    use zip::write::SimpleFileOptions;

    fn zipped(fill: impl FnOnce(&mut ZipWriter<io::Cursor<Vec<u8>>>)) -> Vec<u8> {
        let mut zip = ZipWriter::new(io::Cursor::new(Vec::new()));
        fill(&mut zip);
        zip.finish().unwrap().into_inner()
    }

    fn named(names: &[&str]) -> Vec<u8> {
        zipped(|zip| {
            for name in names {
                zip.start_file(*name, SimpleFileOptions::default()).unwrap();
                zip.write_all(b"content").unwrap();
            }
        })
    }

    fn open(bytes: &[u8]) -> Result<Archive, String> {
        let mut file = tempfile::Builder::new().suffix(".zip").tempfile().unwrap();
        file.write_all(bytes).unwrap();
        Archive::open(file.path()).map_err(|error| error.to_string())
    }

    #[test]
    fn plain_files_are_read() {
        let mut archive = open(&named(&["a.txt", "b/c.txt"])).unwrap();
        assert_eq!(archive.files().keys().collect::<Vec<_>>(), ["a.txt", "b/c.txt"]);
        assert_eq!(archive.read("b/c.txt", 7).unwrap(), b"content");
        assert!(archive.read("b/c.txt", 6).is_err() && archive.read("no", 9).is_err());
    }

    #[test]
    fn names_that_lead_elsewhere_are_refused() {
        for name in ["../x", "/etc/passwd", "a/../../x", "a\\..\\x", "C:x", "a//b", "./a", "a/.", "x\u{0}y", "con. "] {
            let error = open(&named(&["ok", name])).unwrap_err();
            assert!(error.contains("leads out") || error.contains("no whole zip"), "{name}: {error}");
        }
    }

    #[test]
    fn names_that_are_one_file_elsewhere_are_refused() {
        assert!(open(&named(&["a/B", "a/b"])).unwrap_err().contains("upper and lower case"));
        // The writer refuses to write it, so a name of the same length is overwritten.
        let bytes = named(&["same-name", "other-one"]);
        let text = b"other-one";
        let mut double = bytes.clone();
        for place in 0..bytes.len() - text.len() {
            if &bytes[place..place + text.len()] == text {
                double[place..place + text.len()].copy_from_slice(b"same-name");
            }
        }
        assert!(open(&double).unwrap_err().contains("same name"));
    }

    #[test]
    fn links_bombs_and_appended_bytes_are_refused() {
        let link = zipped(|zip| zip.add_symlink("link", "/etc/passwd", SimpleFileOptions::default()).unwrap());
        assert!(open(&link).unwrap_err().contains("is a link"));
        let bomb = zipped(|zip| {
            zip.start_file("bomb", SimpleFileOptions::default()).unwrap();
            let zeros = vec![0; 1 << 20];
            for _ in 0..80 {
                zip.write_all(&zeros).unwrap();
            }
        });
        assert!(open(&bomb).unwrap_err().contains("bomb"));
        let mut before = b"#!/bin/sh\n".to_vec();
        before.extend(named(&["a"]));
        assert!(open(&before).is_err());
        let mut commented = named(&["a"]);
        let end = commented.len();
        commented[end - 2] = 3;
        commented.extend(b"abc");
        assert!(open(&commented).is_err());
    }

    #[test]
    fn a_cut_file_is_refused_and_a_false_size_is_noticed() {
        let bytes = named(&["a.txt"]);
        for length in 0..bytes.len() {
            assert!(open(&bytes[..length]).is_err(), "{length}");
        }
        let stored = zipped(|zip| {
            zip.start_file("a", SimpleFileOptions::default().compression_method(CompressionMethod::Stored)).unwrap();
            zip.write_all(b"content").unwrap();
        });
        for place in 0..stored.len() {
            let mut changed = stored.clone();
            changed[place] ^= 1;
            if let Ok(mut archive) = open(&changed)
                && let Ok(content) = archive.read("a", 100)
            {
                assert_eq!(content, b"content", "byte {place}");
            }
        }
    }

    #[cfg(unix)]
    #[test]
    fn links_in_directories_are_refused() {
        let directory = tempfile::tempdir().unwrap();
        fs::create_dir(directory.path().join("sub")).unwrap();
        fs::write(directory.path().join("sub/file"), "x").unwrap();
        assert_eq!(Archive::open(directory.path()).unwrap().files().len(), 1);
        std::os::unix::fs::symlink("/etc/passwd", directory.path().join("sub/link")).unwrap();
        assert!(Archive::open(directory.path()).is_err());
    }

    proptest! {
        #[test]
        fn strange_bytes_never_panic(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
            let _ = open(&bytes);
        }

        #[test]
        fn changed_archives_never_panic(place in any::<proptest::sample::Index>(), with in any::<[u8; 4]>()) {
            let mut bytes = named(&["a.txt", "dir/b.txt"]);
            let place = place.index(bytes.len() - 4);
            bytes[place..place + 4].copy_from_slice(&with);
            if let Ok(mut archive) = open(&bytes) {
                for name in archive.files().keys().cloned().collect::<Vec<_>>() {
                    let _ = archive.read(&name, 1 << 20);
                }
            }
        }
    }
}
