//! What a run does to findings: a verified repair fixes them, a rollback opens them again.

use super::{ActionState, runs};
use crate::audit::{Event, NewEntry};
use crate::finding::{Status, Verdict};
use crate::remediation::plan::Action;
use crate::store::Store;
use crate::store::error::{Inner, StoreError};
use crate::store::open::Writing;
use crate::store::rows::{stamp, to_json};
use jiff::Timestamp;
use rusqlite::{OptionalExtension as _, named_params};
use serde_json::{Map, Value, json};

/// What a control says of a resource after a run changed it.
#[derive(Debug, Clone, PartialEq)]
pub struct Judged {
    /// The finding's id.
    pub finding: String,
    /// The verdict.
    pub verdict: Verdict,
    /// Why, in a sentence.
    pub reason: Option<String>,
    /// What it rests on.
    pub evidence: Value,
}

impl Store {
    /// Records that an action was verified, or undone, and what that does to its findings, all at once.
    ///
    /// # Errors
    /// If it cannot be recorded.
    pub fn finish_action(
        &mut self,
        run: &str,
        action: &Action,
        state: ActionState,
        found: &Map<String, Value>,
        judged: &[Judged],
    ) -> Result<(), StoreError> {
        self.write("recording a verified change", |tx| {
            runs::set_action(tx, run, action.number, state, None, Some(found))?;
            judged.iter().try_for_each(|one| judge(tx, run, action, one))
        })
    }
}

/// A pass fixes what was open, a fail opens what was fixed; everything else stays.
fn judge(tx: &Writing<'_>, run: &str, action: &Action, judged: &Judged) -> Inner<()> {
    let row = tx
        .query_row(
            "SELECT f.key, f.status, v.control_version, f.last_scan, v.verdict FROM findings AS f
                 JOIN verdicts AS v ON v.key = f.verdict WHERE f.id = :id",
            named_params! { ":id": judged.finding },
            |row| {
                let status: Option<String> = row.get(1)?;
                Ok((
                    row.get::<_, i64>(0)?,
                    status,
                    row.get::<_, i64>(2)?,
                    row.get::<_, i64>(3)?,
                    row.get::<_, String>(4)?,
                ))
            },
        )
        .optional()?;
    let Some((finding, had, control_version, scan, verdict_before)) = row else { return Ok(()) };
    let (to, event) = match (had.as_deref(), judged.verdict) {
        (Some("OPEN"), Verdict::Pass | Verdict::NotApplicable) => (Status::Fixed, Event::FindingFixed),
        (Some("FIXED" | "RESOLVED"), Verdict::Fail) => (Status::Open, Event::FindingReopened),
        _ => return Ok(()),
    };
    let now = stamp(Timestamp::now());
    let verdict: i64 = tx.query_row(
        "INSERT INTO verdicts (control_version, verdict, reason, evidence)
         VALUES (:control_version, :verdict, :reason, :evidence) RETURNING key",
        named_params! {
            ":control_version": control_version, ":verdict": judged.verdict.as_str(), ":reason": judged.reason,
            ":evidence": to_json(&judged.evidence)?,
        },
        |row| row.get(0),
    )?;
    tx.execute(
        "UPDATE findings SET status = :status, verdict = :verdict, last_changed = max(last_changed, :now),
             reopened = reopened + :again WHERE key = :finding",
        named_params! {
            ":finding": finding, ":status": to.as_str(), ":verdict": verdict, ":now": now,
            ":again": i64::from(to == Status::Open),
        },
    )?;
    tx.execute(
        "INSERT INTO finding_history (finding, scan, at, from_status, to_status, from_verdict, verdict)
         VALUES (:finding, :scan, :at, :from, :to, :from_verdict, :verdict)",
        named_params! {
            ":finding": finding, ":scan": scan, ":at": now, ":from": had, ":to": to.as_str(),
            ":from_verdict": verdict_before, ":verdict": verdict,
        },
    )?;
    let control =
        action.findings.iter().find(|one| one.finding == judged.finding).map_or("", |one| one.control.as_str());
    let entry = NewEntry::new(event, json!({"finding": judged.finding, "run": run, "action": action.number}))
        .about(&action.account, control, &action.resource)
        .change(json!({"status": had, "verdict": verdict_before}), json!({"status": to, "verdict": judged.verdict}));
    tx.log(&entry)?;
    Ok(())
}
