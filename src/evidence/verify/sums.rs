//! The list of hashes against the files, both ways.

use crate::evidence::archive::{Archive, shown};
use crate::evidence::export::SUMS;
use crate::hash::hex;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;

/// The files that the list cannot name: itself, its signature and its time stamp.
const UNLISTED: [&str; 3] = [SUMS, "SHA256SUMS.p7s", "SHA256SUMS.tst"];

/// How many names a message tells.
const TOLD: usize = 3;

/// Reads the list: lines of a SHA-256 in hex, two spaces, and a path; ordered, nothing twice.
///
/// # Errors
/// What is wrong with it.
pub fn parse(bytes: &[u8]) -> Result<BTreeMap<String, String>, String> {
    let text = std::str::from_utf8(bytes).map_err(|_| "it is no UTF-8 text".to_owned())?;
    if !text.is_empty() && !text.ends_with('\n') {
        return Err("its last line does not end".to_owned());
    }
    let mut sums = BTreeMap::new();
    let mut before = "";
    for (number, line) in text.lines().enumerate() {
        let wrong = |why: &str| format!("line {}: {why}", number + 1);
        let (sha256, path) = line.split_once("  ").ok_or_else(|| wrong("no hash and path"))?;
        let digits = sha256.len() == 64 && sha256.bytes().all(|c| c.is_ascii_digit() || (b'a'..=b'f').contains(&c));
        if !digits {
            return Err(wrong("no SHA-256 in hex"));
        }
        if path <= before {
            return Err(wrong("the paths are not in order, or one stands there twice"));
        }
        before = path;
        sums.insert(path.to_owned(), sha256.to_owned());
    }
    Ok(sums)
}

/// No listed file is missing, and no other is there.
///
/// # Errors
/// The names.
pub fn same_files(archive: &Archive, sums: &BTreeMap<String, String>) -> Result<(), String> {
    let missing: Vec<&String> = sums.keys().filter(|path| !archive.has(path)).collect();
    let extra: Vec<&String> =
        archive.files().keys().filter(|path| !sums.contains_key(*path) && !UNLISTED.contains(&path.as_str())).collect();
    let told = |what: &str, names: &[&String]| {
        (!names.is_empty()).then(|| {
            let mut list: Vec<_> = names.iter().take(TOLD).map(|name| shown(name)).collect();
            if names.len() > TOLD {
                list.push(format!("{} more", names.len() - TOLD));
            }
            format!("{what}: {}", list.join(", "))
        })
    };
    let problems: Vec<_> = [told("missing", &missing), told("not in the list", &extra)].into_iter().flatten().collect();
    if problems.is_empty() { Ok(()) } else { Err(problems.join("; ")) }
}

/// Every file that is there has its hash. Answers the sizes.
///
/// # Errors
/// The names of those that have not.
pub fn hashes(archive: &mut Archive, sums: &BTreeMap<String, String>) -> Result<BTreeMap<String, u64>, String> {
    let mut sizes = BTreeMap::new();
    let mut wrong = Vec::new();
    for (path, expected) in sums.iter().filter(|(path, _)| archive.has(path)).collect::<Vec<_>>() {
        let (mut hash, mut size) = (Sha256::new(), 0);
        let read = archive.stream(path, |piece| {
            hash.update(piece);
            size += piece.len() as u64;
        });
        match read {
            Ok(()) if hex(&hash.finalize()) == *expected => {
                sizes.insert(path.clone(), size);
            }
            Ok(()) => wrong.push(format!("{} was changed", shown(path))),
            Err(error) => wrong.push(error.to_string()),
        }
    }
    if wrong.is_empty() {
        return Ok(sizes);
    }
    let more = wrong.len().saturating_sub(TOLD);
    wrong.truncate(TOLD);
    if more > 0 {
        wrong.push(format!("{more} more"));
    }
    Err(wrong.join("; "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn lists_are_read_strictly() {
        let hash = "a".repeat(64);
        let good = format!("{hash}  a b.txt\n{hash}  b/c\n");
        assert_eq!(parse(good.as_bytes()).unwrap().keys().collect::<Vec<_>>(), ["a b.txt", "b/c"]);
        for bad in [
            format!("{hash}  b\n{hash}  a\n"),
            format!("{hash}  a\n{hash}  a\n"),
            format!("{hash}  a"),
            format!("{hash} *a\n"),
            format!("{}  a\n", hash.to_uppercase()),
            format!("{}  a\n", &hash[1..]),
        ] {
            assert!(parse(bad.as_bytes()).is_err(), "{bad}");
        }
    }

    proptest! {
        #[test]
        fn strange_lists_never_panic(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
            let _ = parse(&bytes);
        }
    }
}
