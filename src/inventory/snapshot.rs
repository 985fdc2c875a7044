//! The snapshot file: the inventory of one scan, to be evaluated again offline. `docs/snapshots.md` documents the format.
//!
//! A gzip stream of JSON lines: a header, then resources, listings, failed calls and calls, then an end line that
//! counts them and carries the SHA-256 of every byte before it, so that a file that was cut or changed is told from a whole one.

use super::{Account, CallRecord, FailedCall, Listing, Resource};
use crate::hash::hex;
use flate2::Compression;
use flate2::read::MultiGzDecoder;
use flate2::write::GzEncoder;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::io::{BufRead, BufReader, Read, Write};

/// The `format` of the header.
pub const FORMAT: &str = "ciacm-snapshot";
/// The version that this program writes, and the newest that it reads. Version 2 added [`Entry::Call`].
pub const VERSION: u32 = 2;
/// A line longer than this is no resource of ours.
const LINE_LIMIT: u64 = 32 * 1024 * 1024;

/// The first line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Header {
    /// Always [`FORMAT`].
    pub format: String,
    /// Up to [`VERSION`].
    pub version: u32,
    /// The program that wrote it, `ciacm 0.1.0`.
    pub tool: String,
    /// `aws`, `azure` or `m365`.
    pub provider: String,
    /// The id of the recorded scan.
    pub scan: String,
    /// The scan's time: `now` of every evaluation, RFC 3339.
    pub collected_at: String,
    /// False if the scan was interrupted.
    pub complete: bool,
    /// The accounts that were entered.
    pub accounts: Vec<Account>,
}

/// A line between header and end.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Entry {
    /// A resource document.
    Resource(Resource),
    /// How a listing ended.
    Listing(Listing),
    /// A call that failed.
    FailedCall(FailedCall),
    /// A call that was made.
    Call(CallRecord),
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct End {
    end: Totals,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Totals {
    entries: u64,
    sha256: String,
}

/// Why a file is no snapshot that can be trusted.
#[derive(Debug, thiserror::Error)]
pub enum SnapshotError {
    /// It cannot be read or written.
    #[error("{0}")]
    Io(#[from] std::io::Error),
    /// It is something else.
    #[error("this is no ciacm snapshot: {0}")]
    NotASnapshot(String),
    /// A newer program wrote it.
    #[error("the snapshot has version {0}; this ciacm reads up to version {VERSION}")]
    Newer(u32),
    /// The end is missing.
    #[error("the snapshot is cut off: its end line is missing, so part of the inventory is lost")]
    Truncated,
    /// It was changed after it was written.
    #[error("the snapshot is damaged: {0}")]
    Damaged(String),
}

/// Writes a snapshot.
pub struct Writer<W: Write> {
    output: GzEncoder<W>,
    digest: Sha256,
    entries: u64,
}

impl<W: Write> Writer<W> {
    /// Begins a snapshot.
    ///
    /// # Errors
    /// If the output cannot be written.
    pub fn new(output: W, header: &Header) -> Result<Self, SnapshotError> {
        let mut writer =
            Self { output: GzEncoder::new(output, Compression::default()), digest: Sha256::new(), entries: 0 };
        writer.line(header)?;
        Ok(writer)
    }

    /// Adds an entry.
    ///
    /// # Errors
    /// If the output cannot be written.
    pub fn entry(&mut self, entry: &Entry) -> Result<(), SnapshotError> {
        self.line(entry)?;
        self.entries += 1;
        Ok(())
    }

    /// Ends the snapshot and gives the output back.
    ///
    /// # Errors
    /// If the output cannot be written.
    pub fn finish(mut self) -> Result<W, SnapshotError> {
        let totals = Totals { entries: self.entries, sha256: hex(&self.digest.clone().finalize()) };
        self.line(&End { end: totals })?;
        Ok(self.output.finish()?)
    }

    fn line(&mut self, value: &impl Serialize) -> Result<(), SnapshotError> {
        let mut line = serde_json::to_vec(value).map_err(std::io::Error::from)?;
        line.push(b'\n');
        self.digest.update(&line);
        Ok(self.output.write_all(&line)?)
    }
}

/// Reads the whole snapshot, checks it, and answers its header.
///
/// # Errors
/// If it is no whole, unchanged snapshot of a version that we read.
pub fn verify(input: impl Read) -> Result<Header, SnapshotError> {
    let mut lines = Lines::new(input);
    let header = lines.header()?;
    let mut previous: Option<Vec<u8>> = None;
    let mut entries = 0;
    while let Some(line) = lines.next()? {
        if let Some(entry) = previous.replace(line) {
            lines.digest.update(&entry);
            entries += 1;
        }
    }
    let last = previous.ok_or(SnapshotError::Truncated)?;
    let End { end } = serde_json::from_slice(&last).map_err(|_| SnapshotError::Truncated)?;
    if end.entries != entries {
        return Err(SnapshotError::Damaged(format!("it has {entries} entries, its end line says {}", end.entries)));
    }
    if end.sha256 != hex(&lines.digest.finalize()) {
        return Err(SnapshotError::Damaged("its content does not have the SHA-256 of its end line".to_owned()));
    }
    Ok(header)
}

/// Hands over the entries of a snapshot that was verified.
///
/// # Errors
/// If a line is no entry, or `take` says so.
pub fn replay<E: From<SnapshotError>>(input: impl Read, mut take: impl FnMut(Entry) -> Result<(), E>) -> Result<(), E> {
    let mut lines = Lines::new(input);
    lines.header()?;
    let mut number = 1;
    while let Some(line) = lines.next()? {
        number += 1;
        if serde_json::from_slice::<End>(&line).is_ok() {
            break;
        }
        let entry: Entry = serde_json::from_slice(&line)
            .map_err(|error| SnapshotError::Damaged(format!("line {number} is no entry: {error}")))?;
        if let Entry::Resource(resource) = &entry {
            Resource::from_document(resource.document().clone())
                .map_err(|error| SnapshotError::Damaged(format!("line {number} is {error}")))?;
        }
        take(entry)?;
    }
    Ok(())
}

struct Lines<R: Read> {
    input: BufReader<MultiGzDecoder<R>>,
    digest: Sha256,
}

impl<R: Read> Lines<R> {
    fn new(input: R) -> Self {
        Self { input: BufReader::with_capacity(64 * 1024, MultiGzDecoder::new(input)), digest: Sha256::new() }
    }

    fn header(&mut self) -> Result<Header, SnapshotError> {
        let not_ours = |why: &str| SnapshotError::NotASnapshot(why.to_owned());
        let line = match self.next() {
            Ok(Some(line)) => line,
            Ok(None) | Err(SnapshotError::Truncated) => {
                return Err(not_ours("it is empty or cut off in its first line"));
            }
            Err(SnapshotError::Damaged(_)) => return Err(not_ours("it is not gzip-compressed")),
            Err(error) => return Err(error),
        };
        let probe: serde_json::Value =
            serde_json::from_slice(&line).map_err(|_| not_ours("its first line is no JSON"))?;
        if probe.get("format").and_then(serde_json::Value::as_str) != Some(FORMAT) {
            return Err(not_ours("its first line is no snapshot header"));
        }
        match probe.get("version").and_then(serde_json::Value::as_u64) {
            Some(version) if version > u64::from(VERSION) => {
                return Err(SnapshotError::Newer(u32::try_from(version).unwrap_or(u32::MAX)));
            }
            Some(1..) => {}
            _ => return Err(not_ours("its header has no version")),
        }
        let header =
            serde_json::from_value(probe).map_err(|error| not_ours(&format!("its header is incomplete: {error}")))?;
        self.digest.update(&line);
        Ok(header)
    }

    fn next(&mut self) -> Result<Option<Vec<u8>>, SnapshotError> {
        let mut line = Vec::new();
        let read = (&mut self.input).take(LINE_LIMIT).read_until(b'\n', &mut line);
        match read {
            Ok(0) => Ok(None),
            Ok(_) if line.ends_with(b"\n") => Ok(Some(line)),
            Ok(length) if length as u64 >= LINE_LIMIT => Err(SnapshotError::Damaged("a line is too long".to_owned())),
            Ok(_) => Err(SnapshotError::Truncated),
            Err(error) if error.kind() == std::io::ErrorKind::UnexpectedEof => Err(SnapshotError::Truncated),
            Err(error) if error.kind() == std::io::ErrorKind::InvalidInput => {
                Err(SnapshotError::Damaged("it is not gzip-compressed".to_owned()))
            }
            Err(error) => Err(SnapshotError::Damaged(error.to_string())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn sample() -> Vec<u8> {
        let header = Header {
            format: FORMAT.to_owned(),
            version: VERSION,
            tool: "ciacm test".to_owned(),
            provider: "aws".to_owned(),
            scan: "0".to_owned(),
            collected_at: "2026-11-01T00:00:00Z".to_owned(),
            complete: true,
            accounts: Vec::new(),
        };
        let mut writer = Writer::new(Vec::new(), &header).unwrap();
        for id in ["a", "b", "c"] {
            let document =
                json!({"provider": "aws", "account": "1", "region": "global", "type": "aws.s3.bucket", "id": id});
            writer.entry(&Entry::Resource(Resource::from_document(document).unwrap())).unwrap();
        }
        writer.finish().unwrap()
    }

    fn recompressed(change: impl Fn(String) -> String) -> Vec<u8> {
        let mut text = String::new();
        MultiGzDecoder::new(sample().as_slice()).read_to_string(&mut text).unwrap();
        let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(change(text).as_bytes()).unwrap();
        encoder.finish().unwrap()
    }

    #[test]
    fn what_is_written_is_read_again() {
        let file = sample();
        assert_eq!(verify(file.as_slice()).unwrap().collected_at, "2026-11-01T00:00:00Z");
        let mut ids = Vec::new();
        replay::<SnapshotError>(file.as_slice(), |entry| {
            if let Entry::Resource(resource) = entry {
                ids.push(resource.id().to_owned());
            }
            Ok(())
        })
        .unwrap();
        assert_eq!(ids, ["a", "b", "c"]);
    }

    #[test]
    fn every_cut_is_noticed() {
        let file = sample();
        for length in 0..file.len() - 8 {
            assert!(verify(&file[..length]).is_err(), "cut at {length}");
        }
    }

    #[test]
    fn changes_are_noticed() {
        let changed = recompressed(|text| text.replace("\"id\":\"b\"", "\"id\":\"x\""));
        assert!(matches!(verify(changed.as_slice()), Err(SnapshotError::Damaged(_))));
        let without_end = recompressed(|text| text.lines().take(4).map(|line| format!("{line}\n")).collect());
        assert!(matches!(verify(without_end.as_slice()), Err(SnapshotError::Truncated)));
        let fewer = recompressed(|text| {
            text.lines().filter(|line| !line.contains("\"id\":\"c\"")).map(|line| format!("{line}\n")).collect()
        });
        assert!(matches!(verify(fewer.as_slice()), Err(SnapshotError::Damaged(_))));
    }

    #[test]
    fn other_files_and_newer_versions_are_refused() {
        assert!(matches!(verify(&b"hello"[..]), Err(SnapshotError::NotASnapshot(_))));
        assert!(matches!(verify(&b""[..]), Err(SnapshotError::NotASnapshot(_))));
        let newer = recompressed(|text| text.replacen("\"version\":2", "\"version\":7", 1));
        assert!(matches!(verify(newer.as_slice()), Err(SnapshotError::Newer(7))));
        let other = recompressed(|text| text.replacen(FORMAT, "other", 1));
        assert!(matches!(verify(other.as_slice()), Err(SnapshotError::NotASnapshot(_))));
    }

    proptest::proptest! {
        #[test]
        fn arbitrary_bytes_never_panic(bytes in proptest::collection::vec(proptest::num::u8::ANY, 0..512)) {
            let _ = verify(bytes.as_slice());
        }

        #[test]
        fn a_flipped_byte_never_gives_other_resources(at in 0usize..400, flip in 1u8..=255) {
            let mut file = sample();
            let at = at % file.len();
            file[at] ^= flip;
            if verify(file.as_slice()).is_ok() {
                let mut ids = Vec::new();
                let replayed = replay::<SnapshotError>(file.as_slice(), |entry| {
                    if let Entry::Resource(resource) = entry { ids.push(resource.id().to_owned()); }
                    Ok(())
                });
                proptest::prop_assert!(replayed.is_err() || ids == ["a", "b", "c"]);
            }
        }
    }
}
