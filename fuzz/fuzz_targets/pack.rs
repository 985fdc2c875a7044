//! Any bytes as an evidence pack: as a zip file, and as files of a directory, which reach every reader.
//!
//! See `fuzz/README.md`.

#![no_main]

use ciacm::evidence::archive::Archive;
use ciacm::evidence::verify::{Question, verify};
use ciacm::signing::path::Trust;
use libfuzzer_sys::fuzz_target;

/// Files that a verification reads, in the order in which the parts of the input become their content.
const FILES: [&str; 10] = [
    "SHA256SUMS",
    "SHA256SUMS.p7s",
    "manifest.json",
    "audit/entries.jsonl",
    "audit/checkpoint.txt",
    "audit/inclusion.json",
    "audit/consistency.json",
    "findings/findings.json",
    "keys/ca.crt",
    "report/evidence-report.pdf",
];
/// Stands between the contents of two files.
const BETWEEN: &[u8] = b"\xff\xfe";

fuzz_target!(|bytes: &[u8]| {
    let directory = tempfile::tempdir().expect("a directory for the pack");
    let zip = directory.path().join("pack.zip");
    std::fs::write(&zip, bytes).expect("a file");
    if let Ok(mut archive) = Archive::open(&zip) {
        drop(verify(&mut archive, Question { trust: Trust::default(), against: None }));
    }
    let pack = directory.path().join("pack");
    for folder in ["audit", "findings", "keys", "report"] {
        std::fs::create_dir_all(pack.join(folder)).expect("a folder");
    }
    let mut rest = bytes;
    for file in FILES {
        let end = rest.windows(2).position(|window| window == BETWEEN).unwrap_or(rest.len());
        std::fs::write(pack.join(file), &rest[..end]).expect("a file");
        rest = rest.get(end + 2..).unwrap_or_default();
    }
    let mut archive = Archive::open(&pack).expect("a directory can be opened");
    drop(verify(&mut archive, Question { trust: Trust::default(), against: None }));
});
