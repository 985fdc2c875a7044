//! Everything that an evidence pack tells, as values: collected once from the store, then written as PDF, JSON, OSCAL,
//! CSV and HTML, which therefore agree.

use crate::control::Severity;
use crate::finding::{FindingId, Status, Verdict};
use crate::framework::status::{RequirementStatus, Totals};
use crate::store::{Finding, HistoryEntry, Scan, ScanError};
use jiff::Timestamp;
use serde::Serialize;
use serde_json::Value;
use std::collections::BTreeMap;

/// What a pack tells.
///
/// Nothing in it depends on the clock of the export: the same store gives the same dossier.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Dossier {
    /// The organisation's name.
    pub organisation: String,
    /// The time up to which the store was read: that of the last entry of the audit log.
    pub as_of: Timestamp,
    /// What was asked for.
    pub scope: Scope,
    /// The program that collected and wrote it.
    pub tool_version: String,
    /// The control library that the newest scan used.
    pub library: LibraryFacts,
    /// The scans that the verdicts come from: the newest of each account within the period, or the one asked for.
    pub scans: Vec<Scan>,
    /// What was looked at, ordered by account, region and type.
    pub population: Vec<Population>,
    /// The frameworks of the scope, ordered by id.
    pub frameworks: Vec<FrameworkFacts>,
    /// The controls that ran, ordered by id.
    pub controls: Vec<ControlFacts>,
    /// What the controls say, ordered by control, account, region and resource; PASS and NOT_APPLICABLE too.
    pub findings: Vec<FindingFacts>,
    /// Accepted findings, ordered by finding.
    pub waivers: Vec<WaiverFacts>,
    /// Remediations, ordered by time.
    pub actions: Vec<ActionFacts>,
    /// Calls that failed.
    pub failed_calls: Vec<ScanError>,
    /// The proof that the log was not changed.
    pub audit: AuditFacts,
    /// Who signs.
    pub signer: SignerFacts,
}

/// What was asked for.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Scope {
    /// The chosen frameworks; empty means all.
    pub frameworks: Vec<String>,
    /// The chosen controls, with `*` as typed; empty means all.
    pub controls: Vec<String>,
    /// Its first moment; none if it was not limited.
    pub from: Option<Timestamp>,
    /// Its last moment.
    pub to: Option<Timestamp>,
    /// The accounts, ordered by provider and id.
    pub accounts: Vec<AccountFacts>,
}

/// An account of the scope.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AccountFacts {
    /// `aws`, `azure`, `m365`.
    pub provider: String,
    /// Its id.
    pub id: String,
    /// Who asked, for instance the ARN of a role session.
    pub identity: String,
    /// The regions that were looked at.
    pub regions: Vec<String>,
    /// The regions that the account has not enabled.
    pub disabled_regions: Vec<String>,
    /// The scan that its verdicts come from.
    pub scan: String,
    /// Whether that scan could evaluate everything that was selected.
    pub complete: bool,
}

/// The control library.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LibraryFacts {
    /// Its hash, as the scan recorded it.
    pub hash: String,
    /// How many controls ran.
    pub controls: u64,
}

/// The resources of one type in one region of one account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Population {
    /// The account id.
    pub account: String,
    /// The region, or `global`.
    pub region: String,
    /// The resource type.
    #[serde(rename = "type")]
    pub kind: String,
    /// Resources that were seen.
    pub seen: u64,
    /// Resources that at least one control evaluated.
    pub evaluated: u64,
    /// Whether all pages of the list were read.
    pub listed_completely: bool,
}

/// A framework and where the scope stands with it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct FrameworkFacts {
    /// Its id.
    pub id: String,
    /// Its official name.
    pub title: String,
    /// Its edition.
    pub edition: String,
    /// How many requirements stand where.
    pub totals: Totals,
    /// Every requirement in force, in official order.
    pub requirements: Vec<RequirementStatus>,
}

/// A control as it ran.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ControlFacts {
    /// Its id.
    pub id: String,
    /// Its title.
    pub title: String,
    /// Its severity.
    pub severity: Severity,
    /// The resource type it looks at.
    #[serde(rename = "type")]
    pub kind: String,
    /// One sentence; empty if the library no longer has the control.
    pub summary: String,
    /// Why it matters.
    pub rationale: String,
    /// How a human repairs it.
    pub remediation: String,
    /// Framework id to requirement ids.
    pub frameworks: BTreeMap<String, Vec<String>>,
    /// Its parameters as they were.
    pub parameters: Value,
    /// The hash of its definition.
    pub hash: String,
    /// How many verdicts of each kind it gave.
    pub verdicts: BTreeMap<Verdict, u64>,
}

/// A finding with its history and the reading it rests on.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct FindingFacts {
    /// The finding.
    #[serde(flatten)]
    pub finding: Finding,
    /// Its life, oldest first.
    pub history: Vec<HistoryEntry>,
    /// The path, inside the pack, of the resource's document; none if the resource could not be listed or is gone.
    pub resource_file: Option<String>,
}

/// An accepted finding.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct WaiverFacts {
    /// The finding.
    pub finding: FindingId,
    /// The control's id.
    pub control: String,
    /// The resource's id.
    pub resource: String,
    /// Why it is accepted.
    pub reason: String,
    /// Who answers for it.
    pub owner: String,
    /// Who approved it.
    pub approver: String,
    /// Since when.
    pub granted: Timestamp,
    /// Until when.
    pub until: Timestamp,
    /// Where the finding stands.
    pub status: Option<Status>,
}

/// A remediation that was planned or done.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ActionFacts {
    /// The plan's hash.
    pub plan: String,
    /// The run, if it was applied.
    pub run: Option<String>,
    /// The finding.
    pub finding: FindingId,
    /// The resource's id.
    pub resource: String,
    /// What is done, for instance `aws.s3.put_public_access_block`.
    pub operation: String,
    /// Where it stands.
    pub state: String,
    /// When it came to stand there.
    pub at: Timestamp,
    /// Who approved it.
    pub approvers: Vec<String>,
    /// The state before.
    pub before: Value,
    /// The state after.
    pub after: Value,
}

/// The audit log, as the pack holds it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AuditFacts {
    /// The log's name.
    pub origin: String,
    /// How many entries it has.
    pub size: u64,
    /// The Merkle root over all of them, hex.
    pub root: String,
    /// The time of the first entry.
    pub first: Option<Timestamp>,
    /// The time of the last entry.
    pub last: Option<Timestamp>,
    /// What verifying it said, in one sentence.
    pub verified: String,
}

/// Who signs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SignerFacts {
    /// The subject of the signing certificate.
    pub subject: String,
    /// The subject of the root.
    pub root: String,
    /// The SHA-256 fingerprint of the root: hex pairs with colons.
    pub root_fingerprint: String,
    /// The last day of the signing certificate.
    pub not_after: Timestamp,
}
