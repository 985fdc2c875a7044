//! `manifest.json`: what the pack is about, what it counts, and every file of it.

use super::dossier::{AccountFacts, Dossier, SignerFacts};
use super::redact::rules::Rule;
use super::sink::FileFacts;
use crate::audit::{Checkpoint, NotCanonical, canonical};
use crate::finding::Verdict;
use crate::hash::hex;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The `format` of every manifest.
pub const FORMAT: &str = "ciacm-evidence";
/// The version that this program writes, and the newest that it reads.
pub const VERSION: u32 = 1;

/// The manifest as it is written. Its bytes are canonical JSON (RFC 8785).
#[derive(Debug, Serialize)]
pub struct Manifest<'a> {
    format: &'static str,
    version: u32,
    organisation: &'a str,
    as_of: Timestamp,
    tool: Tool<'a>,
    library: &'a super::dossier::LibraryFacts,
    scope: Scope<'a>,
    counts: Counts,
    checkpoint: CheckpointFacts,
    signer: &'a SignerFacts,
    redactions: &'a [FileRedaction],
    files: &'a [FileFacts],
}

#[derive(Debug, Serialize)]
struct Tool<'a> {
    name: &'static str,
    version: &'a str,
}

#[derive(Debug, Serialize)]
struct Scope<'a> {
    frameworks: &'a [String],
    controls: &'a [String],
    from: Option<Timestamp>,
    to: Option<Timestamp>,
    accounts: &'a [AccountFacts],
}

/// What a pack counts.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    /// Resources that were seen, of the types that the controls look at.
    pub resources_seen: u64,
    /// Of these, those that at least one control evaluated.
    pub resources_evaluated: u64,
    /// Documents of resources in the pack.
    pub resource_documents: u64,
    /// Controls that ran.
    pub controls: u64,
    /// Findings, whatever their verdict.
    pub findings: u64,
    /// Findings by verdict.
    pub verdicts: BTreeMap<Verdict, u64>,
    /// Waivers.
    pub waivers: u64,
    /// Remediations.
    pub actions: u64,
    /// Calls that failed, equal ones once.
    pub failed_calls: u64,
    /// Entries of the audit log.
    pub audit_entries: u64,
    /// Of these, those of which only the hash is told.
    pub audit_entries_withheld: u64,
}

impl Counts {
    /// What a dossier counts.
    #[must_use]
    pub fn of(dossier: &Dossier, resource_documents: u64, audit_entries_withheld: u64) -> Self {
        let mut verdicts: BTreeMap<Verdict, u64> = Verdict::ALL.iter().map(|&verdict| (verdict, 0)).collect();
        for facts in &dossier.findings {
            *verdicts.entry(facts.finding.verdict).or_default() += 1;
        }
        Self {
            resources_seen: dossier.population.iter().map(|one| one.seen).sum(),
            resources_evaluated: dossier.population.iter().map(|one| one.evaluated).sum(),
            resource_documents,
            controls: dossier.controls.len() as u64,
            findings: dossier.findings.len() as u64,
            verdicts,
            waivers: dossier.waivers.len() as u64,
            actions: dossier.actions.len() as u64,
            failed_calls: dossier.failed_calls.len() as u64,
            audit_entries: dossier.audit.size,
            audit_entries_withheld,
        }
    }
}

/// A checkpoint of the audit log, with the root in hex.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CheckpointFacts {
    /// The log's name.
    pub origin: String,
    /// How many entries it has.
    pub size: u64,
    /// The Merkle root over them, hex.
    pub root: String,
}

impl From<&Checkpoint> for CheckpointFacts {
    fn from(checkpoint: &Checkpoint) -> Self {
        Self { origin: checkpoint.origin.clone(), size: checkpoint.size, root: hex(&checkpoint.root) }
    }
}

/// A value that was taken out of a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FileRedaction {
    /// The file.
    pub file: String,
    /// Where it stood: a JSON pointer, or `line N`.
    pub path: String,
    /// Why.
    pub rule: Rule,
}

/// The bytes of the manifest.
///
/// # Errors
/// If a number has no canonical form, which counts have.
pub fn bytes(
    dossier: &Dossier,
    counts: Counts,
    checkpoint: &Checkpoint,
    redactions: &[FileRedaction],
    files: &[FileFacts],
) -> Result<Vec<u8>, NotCanonical> {
    let manifest = Manifest {
        format: FORMAT,
        version: VERSION,
        organisation: &dossier.organisation,
        as_of: dossier.as_of,
        tool: Tool { name: "ciacm", version: &dossier.tool_version },
        library: &dossier.library,
        scope: Scope {
            frameworks: &dossier.scope.frameworks,
            controls: &dossier.scope.controls,
            from: dossier.scope.from,
            to: dossier.scope.to,
            accounts: &dossier.scope.accounts,
        },
        counts,
        checkpoint: checkpoint.into(),
        signer: &dossier.signer,
        redactions,
        files,
    };
    // These types have no floats and no keys but texts.
    canonical(&serde_json::to_value(manifest).unwrap_or_default())
}

/// What a verifier needs of a manifest; further fields are left alone.
#[derive(Debug, Deserialize)]
pub struct ReadManifest {
    /// Must be [`FORMAT`].
    pub format: String,
    /// At most [`VERSION`].
    pub version: u32,
    /// Whose pack it says it is.
    pub organisation: String,
    /// Up to when.
    pub as_of: Timestamp,
    /// What it counts.
    pub counts: Counts,
    /// The checkpoint that it names.
    pub checkpoint: CheckpointFacts,
    /// Its files.
    pub files: Vec<FileFacts>,
}
