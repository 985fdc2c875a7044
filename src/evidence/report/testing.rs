//! A small report for unit tests. Large ones, from a real store, are in `tests/cli/pdf.rs`.

use super::{Attachments, render};
use crate::evidence::dossier::{AuditFacts, Dossier, LibraryFacts, Scope, SignerFacts};
use jiff::Timestamp;

/// A dossier in which nothing was found.
pub fn dossier() -> Dossier {
    Dossier {
        organisation: "Example Corp".to_owned(),
        as_of: "2026-10-01T12:00:00Z".parse().unwrap(),
        scope: Scope { frameworks: Vec::new(), controls: Vec::new(), from: None, to: None, accounts: Vec::new() },
        tool_version: "0.1.0".to_owned(),
        library: LibraryFacts { hash: "ab".repeat(32), controls: 0 },
        scans: Vec::new(),
        population: Vec::new(),
        frameworks: Vec::new(),
        controls: Vec::new(),
        findings: Vec::new(),
        waivers: Vec::new(),
        actions: Vec::new(),
        failed_calls: Vec::new(),
        audit: AuditFacts {
            origin: "ciacm/test".to_owned(),
            size: 0,
            root: "00".repeat(32),
            first: None,
            last: None,
            verified: "There are no entries.".to_owned(),
        },
        signer: SignerFacts {
            subject: "CN=Evidence".to_owned(),
            root: "CN=Root".to_owned(),
            root_fingerprint: vec!["A7"; 32].join(":"),
            not_after: Timestamp::UNIX_EPOCH,
        },
    }
}

/// Its report.
pub fn pdf() -> Vec<u8> {
    render(&dossier(), &Attachments { findings_json: b"[]" }).unwrap()
}
