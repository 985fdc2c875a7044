//! The values that go into the store and come out of it.

use super::error::{Failure, Inner};
use crate::finding::difference::Said;
use crate::finding::word::words;
use crate::finding::{FindingId, Severity, Status, Verdict};
use crate::inventory::{CallFailure, CallRecord, Listing, Resource};
use crate::provider::{Account, FailedCall, Unit};
use jiff::Timestamp;
use serde::{Serialize, Serializer};
use serde_json::Value;
use std::collections::BTreeMap;
use std::fmt;

/// The id of a scan: a UUID of version 7, so ids sort by time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ScanId(uuid::Uuid);

impl ScanId {
    pub(super) fn fresh() -> Self {
        Self(uuid::Uuid::now_v7())
    }

    #[cfg(test)]
    pub(crate) fn for_tests() -> Self {
        Self::fresh()
    }

    pub(super) fn stored(text: &str) -> Inner<Self> {
        uuid::Uuid::parse_str(text).map(Self).map_err(|_| Failure::Unreadable(format!("`{text}` is no scan id")))
    }
}

impl fmt::Display for ScanId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.0.hyphenated().encode_lower(&mut uuid::Uuid::encode_buffer()))
    }
}

impl Serialize for ScanId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// How a person names a scan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ScanRef {
    /// The scan that began last.
    Latest,
    /// The scan whose id begins so.
    Prefix(String),
}

impl From<&str> for ScanRef {
    fn from(text: &str) -> Self {
        let text = text.trim().to_lowercase();
        if text == "latest" { Self::Latest } else { Self::Prefix(text) }
    }
}

impl From<ScanId> for ScanRef {
    fn from(id: ScanId) -> Self {
        Self::Prefix(id.to_string())
    }
}

words! {
    /// Where a scan stands.
    ScanState, "state of a scan" {
        /// A process works on it.
        Running = "running",
        /// It did all that was selected, some calls perhaps failed.
        Complete = "complete",
        /// It was stopped, or its process died; it can be resumed.
        Interrupted = "interrupted",
        /// It could not go on.
        Failed = "failed",
    }
}

/// A scan that is about to begin.
#[derive(Debug, Clone)]
pub struct NewScan {
    /// The provider, or `snapshot`.
    pub provider: String,
    /// When it begins.
    pub started: Timestamp,
    /// The clock that controls see, and the time that findings are dated with. Kept to the millisecond.
    pub now: Timestamp,
    /// The version of this program.
    pub tool_version: String,
    /// The hash of the control library.
    pub library_hash: String,
    /// What was asked for: controls, frameworks, regions, roles; enough to go on after an interruption.
    pub selection: Value,
    /// The parameters that differ from the controls' defaults.
    pub parameters: Value,
    /// The selected controls.
    pub controls: Vec<ScanControl>,
}

/// A control as a scan used it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ScanControl {
    /// The control's id.
    pub control: String,
    /// The values of its parameters.
    pub parameters: Value,
    /// The hash of its definition.
    pub hash: String,
}

/// A scan that goes on after an interruption.
#[derive(Debug, Clone)]
pub struct ResumedScan {
    /// The scan as it began: its clock, selection, parameters and library hash still hold.
    pub scan: Scan,
    /// What need not be done again, ordered.
    pub finished_units: Vec<Unit>,
}

/// How a scan ended.
#[derive(Debug, Clone, Copy)]
pub struct ScanEnd {
    /// The state; only `Complete` closes findings whose resource is gone.
    pub state: ScanState,
    /// When.
    pub finished: Timestamp,
    /// How many API calls this process made for it; added to those of earlier attempts.
    pub calls: u64,
}

/// A scan.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Scan {
    /// Its id.
    pub id: ScanId,
    /// The provider, or `snapshot`.
    pub provider: String,
    /// Where it stands; a `running` scan whose process is dead counts as interrupted.
    pub state: ScanState,
    /// When it began.
    pub started: Timestamp,
    /// When it ended.
    pub finished: Option<Timestamp>,
    /// The clock that controls saw.
    pub now: Timestamp,
    /// The version of the program.
    pub tool_version: String,
    /// The hash of the control library.
    pub library_hash: String,
    /// What was asked for.
    pub selection: Value,
    /// The parameters that differed from the controls' defaults.
    pub parameters: Value,
    /// The accounts that were entered, ordered by id.
    pub accounts: Vec<Account>,
    /// How many API calls were made.
    pub calls: u64,
    /// Everything selected could be evaluated: no ERROR verdict, no failed listing, no failed call that is not about
    /// one resource.
    pub complete: bool,
}

/// What one control says of one resource.
#[derive(Debug, Clone, PartialEq)]
pub struct Evaluation {
    /// The control's id.
    pub control: String,
    /// The control's title.
    pub title: String,
    /// The control's severity.
    pub severity: Severity,
    /// The verdict.
    pub verdict: Verdict,
    /// Why, in a sentence.
    pub reason: Option<String>,
    /// The paths and values that decided it.
    pub evidence: Value,
    /// The requirements that the control serves: framework id to requirement ids.
    pub frameworks: BTreeMap<String, Vec<String>>,
}

/// A resource and everything said of it.
#[derive(Debug, Clone, PartialEq)]
pub struct ScannedResource {
    /// The resource.
    pub resource: Resource,
    /// One evaluation for each selected control of its type.
    pub evaluations: Vec<Evaluation>,
}

/// A type that could not be listed in one account and region: its controls say ERROR of `*`, all resources nobody saw.
///
/// These findings vanish when a later listing is complete.
#[derive(Debug, Clone, PartialEq)]
pub struct Unlisted {
    /// The provider.
    pub provider: String,
    /// The account id.
    pub account: String,
    /// The region, or `global`.
    pub region: String,
    /// The resource type's name.
    pub kind: String,
    /// One evaluation, ERROR, for each selected control of the type.
    pub evaluations: Vec<Evaluation>,
}

impl Unlisted {
    /// The resource id that stands for all resources nobody saw.
    pub const ID: &'static str = "*";

    /// What is said of the resources of a listing that failed.
    #[must_use]
    pub fn new(listing: &Listing, evaluations: Vec<Evaluation>) -> Self {
        Self {
            provider: listing.provider.clone(),
            account: listing.account.clone(),
            region: listing.region.clone(),
            kind: listing.kind.clone(),
            evaluations,
        }
    }
}

/// What is recorded together, wholly or not at all. About 500 resources make a good batch.
#[derive(Debug, Clone, Default)]
pub struct Batch {
    /// Accounts that were entered.
    pub accounts: Vec<Account>,
    /// Resources and what is said of them.
    pub resources: Vec<ScannedResource>,
    /// What is said of resources that could not be listed.
    pub unlisted: Vec<Unlisted>,
    /// Listings that ended.
    pub listings: Vec<Listing>,
    /// Calls that failed.
    pub errors: Vec<FailedCall>,
    /// Calls that were made; put them with, or before, what was made of their answers.
    pub calls: Vec<CallRecord>,
    /// Units that need not be done again; put one here only with, or after, all that it brought.
    pub finished_units: Vec<Unit>,
}

impl Batch {
    /// True if there is nothing to record.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.accounts.is_empty()
            && self.resources.is_empty()
            && self.unlisted.is_empty()
            && self.listings.is_empty()
            && self.errors.is_empty()
            && self.calls.is_empty()
            && self.finished_units.is_empty()
    }
}

/// A failed call of a scan, equal ones counted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ScanError {
    /// The account id.
    pub account: String,
    /// The region, or `global`.
    pub region: String,
    /// The resource that the call was about, if it was about one.
    pub resource: Option<String>,
    /// What came back.
    #[serde(flatten)]
    pub failure: CallFailure,
    /// How often.
    pub count: u64,
}

impl ScanError {
    /// The failed call, told once.
    #[must_use]
    pub fn into_failed_call(self) -> FailedCall {
        FailedCall { account: self.account, region: self.region, resource: self.resource, failure: self.failure }
    }
}

/// A verdict that lasts across scans. Its JSON is the one that `ciacm` prints.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Finding {
    /// Its identity.
    pub id: FindingId,
    /// The control's id.
    pub control: String,
    /// The control's title.
    pub title: String,
    /// The control's severity.
    pub severity: Severity,
    /// The provider.
    pub provider: String,
    /// The account id.
    pub account: String,
    /// The region, or `global`.
    pub region: String,
    /// The resource's id; `*` if the type could not be listed.
    pub resource: String,
    /// The resource type's name.
    #[serde(rename = "type")]
    pub kind: String,
    /// What people call the resource.
    pub name: Option<String>,
    /// The last verdict, or that of the scan asked for.
    pub verdict: Verdict,
    /// Where it stands, or stood in the scan asked for; none if it never failed.
    pub status: Option<Status>,
    /// Why, in a sentence.
    pub reason: Option<String>,
    /// The paths and values that decided it.
    pub evidence: Value,
    /// The requirements that the control serves.
    pub frameworks: BTreeMap<String, Vec<String>>,
    /// The time of the first scan that evaluated it.
    pub first_seen: Timestamp,
    /// The time of the last scan that evaluated it.
    pub last_seen: Timestamp,
    /// The time of the scan in which status or verdict changed last.
    pub last_changed: Timestamp,
    /// How often it was opened again.
    pub reopened: u32,
    /// The last scan that evaluated it.
    pub last_scan: ScanId,
    /// The time of the scan that found its resource gone.
    pub gone_since: Option<Timestamp>,
}

/// A change in the life of a finding.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct HistoryEntry {
    /// The scan's time, or when somebody changed the status.
    pub at: Timestamp,
    /// The scan; none if it was not a scan that changed the status.
    pub scan: Option<ScanId>,
    /// The status before.
    pub from_status: Option<Status>,
    /// The status after.
    pub to_status: Option<Status>,
    /// The verdict before; none if there was none.
    pub from_verdict: Option<Verdict>,
    /// The verdict after.
    pub verdict: Verdict,
    /// Why, in a sentence.
    pub reason: Option<String>,
    /// The paths and values that decided it.
    pub evidence: Value,
}

/// A finding of which two scans do not say the very same.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Compared {
    /// The finding, as the later scan left it, or the earlier one if the later did not see it.
    pub finding: Finding,
    /// What the earlier scan said.
    pub before: Option<Said>,
    /// What the later scan said.
    pub after: Option<Said>,
    /// Whether the earlier scan ran the control and listed all resources of the type.
    #[serde(skip)]
    pub looked_before: bool,
    /// Whether the later one did.
    #[serde(skip)]
    pub looked_after: bool,
}

/// Which findings to read. Values in one list are alternatives; different fields must all hold; empty means any.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FindingFilter {
    /// As this scan left them, instead of as they are now.
    pub scan: Option<ScanId>,
    /// This severity or a worse one.
    pub at_least: Option<Severity>,
    /// One of these severities.
    pub severities: Vec<Severity>,
    /// One of these statuses.
    pub statuses: Vec<Status>,
    /// One of these verdicts.
    pub verdicts: Vec<Verdict>,
    /// One of these control ids; `*` stands for any text: `AWS-S3-*`.
    pub controls: Vec<String>,
    /// Controls that serve this framework ...
    pub framework: Option<String>,
    /// ... and one of these requirements of it (of any framework, if none is named).
    pub requirements: Vec<String>,
    /// One of these providers.
    pub providers: Vec<String>,
    /// One of these accounts.
    pub accounts: Vec<String>,
    /// One of these regions.
    pub regions: Vec<String>,
    /// One of these services: `s3` of `aws.s3.bucket`.
    pub services: Vec<String>,
    /// One of these resource types.
    pub types: Vec<String>,
    /// A resource whose id or name contains one of these texts, in any case of letters.
    pub resources: Vec<String>,
    /// Also findings that never failed and whose resource is gone.
    pub gone: bool,
    /// The moment at which waivers are looked at: none means now, or, with [`FindingFilter::scan`], as the scan left
    /// its findings.
    pub as_of: Option<Timestamp>,
}
