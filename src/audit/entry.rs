//! What an entry of the audit log says.

use super::canonical::{self, NotCanonical};
use super::merkle::Hash;
use crate::finding::word::words;
use crate::hash::hex;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

words! {
    /// What happened.
    Event, "event" {
        /// The log begins.
        LogStarted = "log.started",
        /// A scan began.
        ScanStarted = "scan.started",
        /// A scan goes on after an interruption.
        ScanResumed = "scan.resumed",
        /// A scan did all that was selected.
        ScanFinished = "scan.finished",
        /// A scan was stopped or failed.
        ScanInterrupted = "scan.interrupted",
        /// A finding failed for the first time.
        FindingOpened = "finding.opened",
        /// A finding failed again after it was fixed or resolved.
        FindingReopened = "finding.reopened",
        /// A finding no longer fails, or its resource is gone.
        FindingResolved = "finding.resolved",
        /// A verified remediation repaired a finding.
        FindingFixed = "finding.fixed",
        /// A finding was accepted until a date.
        WaiverGranted = "waiver.granted",
        /// A waiver was taken back.
        WaiverRevoked = "waiver.revoked",
        /// A waiver's date has passed.
        WaiverExpired = "waiver.expired",
        /// A remediation was planned.
        PlanMade = "plan.made",
        /// A plan was approved.
        PlanApproved = "plan.approved",
        /// A run began to apply a plan.
        RunStarted = "run.started",
        /// A run ended.
        RunFinished = "run.finished",
        /// A write call is about to be made.
        ActionIntended = "action.intended",
        /// What became of a write call.
        ActionResult = "action.result",
        /// A rollback began.
        RollbackStarted = "rollback.started",
        /// A rollback ended.
        RollbackFinished = "rollback.finished",
        /// An evidence pack was exported.
        EvidenceExported = "evidence.exported",
        /// An evidence pack was verified.
        EvidenceVerified = "evidence.verified",
        /// The audit log was verified.
        LogVerified = "log.verified",
        /// Checkpoints were copied elsewhere.
        CheckpointAnchored = "checkpoint.anchored",
        /// A key or certificate was made.
        KeyCreated = "key.created",
        /// A key or certificate of someone else was registered.
        KeyEnrolled = "key.enrolled",
        /// The signing key was replaced.
        KeyRotated = "key.rotated",
        /// A key or certificate was exported.
        KeyExported = "key.exported",
        /// A certificate was revoked.
        KeyRevoked = "key.revoked",
        /// A setting changed.
        ConfigurationChanged = "configuration.changed",
        /// The database got a newer schema, or was restored.
        StoreMigrated = "store.migrated",
        /// The program refused to do something, for instance with an expired approval.
        Refused = "refused",
    }
}

words! {
    /// How it went.
    Outcome, "outcome" {
        /// As wanted.
        Success = "success",
        /// It failed.
        Failure = "failure",
        /// It is not known, for instance after a lost answer.
        Unknown = "unknown",
        /// The program refused.
        Refused = "refused",
    }
}

/// Who made an entry: the user of the operating system that ran the program, and where.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Actor {
    /// The user's name, or id where it has none.
    pub user: String,
    /// The host's name.
    pub host: String,
}

/// Who acts and by which command: what all entries of one run of the program have in common.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Acting {
    /// Who.
    pub actor: Actor,
    /// The command, for instance `scan demo`.
    pub action: String,
}

/// What is to be appended. Sequence, time, chain, actor and the command are added by the store.
///
/// Numbers in the values are integers: the canonical form has no others.
#[derive(Debug, Clone, PartialEq)]
pub struct NewEntry {
    /// What happened.
    pub event: Event,
    /// How it went.
    pub outcome: Outcome,
    /// The cloud account, if it is about one.
    pub account: Option<String>,
    /// The control's id, if it is about one.
    pub control: Option<String>,
    /// The resource's id, if it is about one.
    pub resource: Option<String>,
    /// The state before, where a state changes.
    pub before: Value,
    /// The state after.
    pub after: Value,
    /// Everything else, as an object: ids of scans, plans and findings, hashes, reasons.
    pub detail: Value,
}

impl NewEntry {
    /// An entry of success about nothing in particular.
    #[must_use]
    pub const fn new(event: Event, detail: Value) -> Self {
        Self {
            event,
            outcome: Outcome::Success,
            account: None,
            control: None,
            resource: None,
            before: Value::Null,
            after: Value::Null,
            detail,
        }
    }

    /// Sets how it went.
    #[must_use]
    pub fn outcome(self, outcome: Outcome) -> Self {
        Self { outcome, ..self }
    }

    /// Sets the account, control and resource that it is about.
    #[must_use]
    pub fn about(self, account: &str, control: &str, resource: &str) -> Self {
        let text = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        Self { account: text(account), control: text(control), resource: text(resource), ..self }
    }

    /// Sets the states before and after.
    #[must_use]
    pub fn change(self, before: Value, after: Value) -> Self {
        Self { before, after, ..self }
    }
}

/// The version of the format of entries.
pub const VERSION: u64 = 1;

/// An entry as it is kept.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Entry {
    /// The version of the format.
    pub v: u64,
    /// Its number, from 1, without gaps.
    pub seq: u64,
    /// The clock when it was made: RFC 3339 in UTC, to the millisecond.
    pub ts: String,
    /// The leaf hash of the entry before it, in hex; zeros for the first.
    pub prev: String,
    /// Who made it.
    pub actor: Actor,
    /// What happened.
    pub event: Event,
    /// The command that made it.
    pub action: String,
    /// How it went.
    pub outcome: Outcome,
    /// The organisation, if it is known.
    pub org: Option<String>,
    /// The cloud account, if it is about one.
    pub account: Option<String>,
    /// The control's id, if it is about one.
    pub control: Option<String>,
    /// The resource's id, if it is about one.
    pub resource: Option<String>,
    /// The state before, where a state changes.
    pub before: Value,
    /// The state after.
    pub after: Value,
    /// Everything else.
    pub detail: Value,
    /// The clock said less than it did for the entry before.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub clock_regressed: bool,
}

/// The last entry of a log, to which the next is chained.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tail {
    /// Its number; 0 if the log is empty.
    pub seq: u64,
    /// Its leaf hash; zeros if the log is empty.
    pub leaf: Hash,
    /// Its time; empty if the log is empty.
    pub ts: String,
}

impl NewEntry {
    /// The entry that follows `tail`.
    #[must_use]
    pub fn follow(&self, tail: &Tail, acting: &Acting, org: Option<&str>, now: Timestamp) -> Entry {
        let ts = format!("{now:.3}");
        Entry {
            v: VERSION,
            seq: tail.seq + 1,
            prev: hex(&tail.leaf),
            actor: acting.actor.clone(),
            event: self.event,
            action: acting.action.clone(),
            outcome: self.outcome,
            org: org.map(ToOwned::to_owned),
            account: self.account.clone(),
            control: self.control.clone(),
            resource: self.resource.clone(),
            before: self.before.clone(),
            after: self.after.clone(),
            detail: self.detail.clone(),
            // Of one width, so texts sort as times do.
            clock_regressed: ts < tail.ts,
            ts,
        }
    }
}

impl Entry {
    /// The bytes that are hashed and kept.
    ///
    /// # Errors
    /// If a value has a number that is no integer.
    pub fn body(&self) -> Result<Vec<u8>, NotCanonical> {
        [&self.before, &self.after, &self.detail].into_iter().try_for_each(canonical::check)?;
        canonical::write(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_documentation_knows_every_event() {
        let page = include_str!("../../docs/audit-log.md");
        for event in Event::ALL {
            assert!(page.contains(&format!("| `{event}` |")), "docs/audit-log.md does not tell of {event}");
        }
    }
}
