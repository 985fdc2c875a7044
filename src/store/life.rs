//! A finding takes a verdict: the one place where findings, their history and the verdicts of scans are written.

use super::error::{Failure, Inner};
use super::model::Evaluation;
use super::open::Writing;
use super::rows::{RunningScan, time, to_json, word};
use super::waivers;
use crate::audit::{Event, NewEntry};
use crate::finding::life::Transition;
use crate::finding::{Change, Previous, Status, Verdict, WaiverEnding, identity, life};
use jiff::Timestamp;
use rusqlite::{CachedStatement, OptionalExtension as _, named_params};
use serde_json::json;

/// Where a finding is.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place<'a> {
    pub provider: &'a str,
    pub account: &'a str,
    pub region: &'a str,
    pub kind: &'a str,
    pub resource: &'a str,
    pub name: Option<&'a str>,
}

/// What the audit log tells of a finding.
struct Named<'a> {
    id: &'a str,
    control: &'a str,
    account: &'a str,
    resource: &'a str,
}

/// What the store knows of a finding.
#[derive(Debug)]
struct Known {
    finding: i64,
    previous: Previous,
    verdict: i64,
    control_version: i64,
    reason: Option<String>,
    evidence: String,
    /// A scan with a later time than this one's has looked at it.
    outdated: bool,
}

/// What is said of a finding now.
#[derive(Debug, Clone, Copy)]
struct Said<'a> {
    control_version: i64,
    verdict: Verdict,
    reason: Option<&'a str>,
    evidence: &'a str,
}

/// Writes verdicts of one scan; its statements are prepared once.
pub(super) struct Findings<'tx> {
    tx: &'tx Writing<'tx>,
    scan: i64,
    scan_id: String,
    stamp: String,
    now: Timestamp,
    by_id: CachedStatement<'tx>,
    by_key: CachedStatement<'tx>,
    insert: CachedStatement<'tx>,
    update: CachedStatement<'tx>,
    close: CachedStatement<'tx>,
    seen_before: CachedStatement<'tx>,
    insert_verdict: CachedStatement<'tx>,
    scan_verdict: CachedStatement<'tx>,
    history: CachedStatement<'tx>,
}

impl<'tx> Findings<'tx> {
    pub fn new(tx: &'tx Writing<'tx>, scan: &RunningScan) -> Inner<Self> {
        const KNOWN: &str =
            "SELECT f.key, f.status, v.verdict, f.last_changed, f.reopened, f.verdict, v.control_version,
                 v.reason, v.evidence, max(f.last_seen, coalesce(f.gone_since, '')) > ?2
             FROM findings AS f JOIN verdicts AS v ON v.key = f.verdict WHERE f.";
        Ok(Self {
            tx,
            scan: scan.key,
            scan_id: scan.id.to_string(),
            now: time(&scan.now)?,
            stamp: scan.now.clone(),
            by_id: tx.prepare_cached(&format!("{KNOWN}id = ?1"))?,
            by_key: tx.prepare_cached(&format!("{KNOWN}key = ?1"))?,
            insert: tx.prepare_cached(
                "INSERT INTO findings (id, control, provider, account, region, resource, type, name, verdict, status,
                     first_seen, last_seen, last_changed, reopened, last_scan)
                 VALUES (:id, :control, :provider, :account, :region, :resource, :type, :name, :verdict, :status,
                     :now, :now, :changed, :reopened, :scan)",
            )?,
            update: tx.prepare_cached(
                "UPDATE findings SET type = :type, name = :name, verdict = :verdict, status = :status,
                     last_seen = :now, last_changed = :changed, reopened = :reopened, last_scan = :scan,
                     gone_since = NULL
                 WHERE key = :finding",
            )?,
            close: tx.prepare_cached(
                "UPDATE findings SET verdict = :verdict, status = :status, last_changed = :changed, reopened = :reopened,
                     gone_since = :now
                 WHERE key = :finding RETURNING id, control, account, resource",
            )?,
            seen_before: tx
                .prepare_cached("UPDATE findings SET first_seen = min(first_seen, :now) WHERE key = :finding")?,
            insert_verdict: tx.prepare_cached(
                "INSERT INTO verdicts (control_version, verdict, reason, evidence)
                 VALUES (:control_version, :verdict, :reason, :evidence) RETURNING key",
            )?,
            scan_verdict: tx.prepare_cached(
                "INSERT INTO scan_verdicts (scan, finding, verdict, status) VALUES (:scan, :finding, :verdict, :status)
                 ON CONFLICT DO UPDATE SET verdict = excluded.verdict, status = excluded.status",
            )?,
            history: tx.prepare_cached(
                "INSERT INTO finding_history (finding, scan, at, from_status, to_status, from_verdict, verdict)
                 VALUES (:finding, :scan, :at, :from_status, :to_status, :from_verdict, :verdict)",
            )?,
        })
    }

    /// The scan evaluated a control on what is at `place`.
    ///
    /// If a scan with a later time has looked at it before, this scan keeps what it says, but the finding stands as
    /// that one left it: an old snapshot that is replayed, or a scan that took long, does not turn time back.
    pub fn evaluated(&mut self, place: Place<'_>, evaluation: &Evaluation, control_version: i64) -> Inner<()> {
        let id = identity(&evaluation.control, place.provider, place.account, place.region, place.resource).to_string();
        let known = known(&mut self.by_id, &id, &self.stamp)?;
        let evidence = to_json(&evaluation.evidence)?;
        let reason = evaluation.reason.as_deref();
        let said = Said { control_version, verdict: evaluation.verdict, reason, evidence: &evidence };
        let change = life::next(known.as_ref().map(|known| &known.previous), evaluation.verdict, self.now);
        let verdict = self.say(known.as_ref(), said)?;
        let status = change.status.map(Status::as_str);
        let changed = super::rows::stamp(change.last_changed);
        let finding = if let Some(known) = &known
            && known.outdated
        {
            self.seen_before.execute(named_params! { ":finding": known.finding, ":now": self.stamp })?;
            known.finding
        } else if let Some(known) = &known {
            self.update.execute(named_params! {
                ":finding": known.finding,
                ":type": place.kind,
                ":name": place.name,
                ":verdict": verdict,
                ":status": status,
                ":now": self.stamp,
                ":changed": changed,
                ":reopened": change.reopened,
                ":scan": self.scan,
            })?;
            known.finding
        } else {
            self.insert.insert(named_params! {
                ":id": id,
                ":control": evaluation.control,
                ":provider": place.provider,
                ":account": place.account,
                ":region": place.region,
                ":resource": place.resource,
                ":type": place.kind,
                ":name": place.name,
                ":verdict": verdict,
                ":status": status,
                ":now": self.stamp,
                ":changed": changed,
                ":reopened": change.reopened,
                ":scan": self.scan,
            })?
        };
        self.scan_verdict.execute(named_params! {
            ":scan": self.scan, ":finding": finding, ":verdict": verdict, ":status": status,
        })?;
        if known.as_ref().is_some_and(|known| known.outdated) {
            return Ok(());
        }
        let named = Named { id: &id, control: &evaluation.control, account: place.account, resource: place.resource };
        self.remember(finding, known.as_ref(), change, verdict)?;
        self.tell(&named, known.as_ref(), change, reason)
    }

    /// The scan found the finding's resource gone.
    pub fn gone(&mut self, finding: i64, reason: &str) -> Inner<()> {
        let Some(known) = known(&mut self.by_key, &finding, &self.stamp)? else { return Ok(()) };
        let change = life::gone(&known.previous, self.now);
        let said = Said {
            control_version: known.control_version,
            verdict: change.verdict,
            reason: Some(reason),
            evidence: "null",
        };
        let verdict = self.say(Some(&known), said)?;
        let closed = named_params! {
            ":finding": finding,
            ":verdict": verdict,
            ":status": change.status.map(Status::as_str),
            ":now": self.stamp,
            ":changed": super::rows::stamp(change.last_changed),
            ":reopened": change.reopened,
        };
        let texts = |row: &rusqlite::Row<'_>| Ok([row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?]);
        let [id, control, account, resource]: [String; 4] = self.close.query_row(closed, texts)?;
        if known.previous.status == Some(Status::Waived) {
            let ended = waivers::not_to_come(self.now);
            waivers::end(self.tx, finding, ended, WaiverEnding::Resolved, None)?;
        }
        self.remember(finding, Some(&known), change, verdict)?;
        let named = Named { id: &id, control: &control, account: &account, resource: &resource };
        self.tell(&named, Some(&known), change, Some(reason))
    }

    /// The key of what is said; said again, it is not kept twice.
    fn say(&mut self, known: Option<&Known>, said: Said<'_>) -> Inner<i64> {
        if let Some(known) = known
            && known.previous.verdict == said.verdict
            && known.control_version == said.control_version
            && known.reason.as_deref() == said.reason
            && known.evidence == said.evidence
        {
            return Ok(known.verdict);
        }
        Ok(self.insert_verdict.query_row(
            named_params! {
                ":control_version": said.control_version,
                ":verdict": said.verdict.as_str(),
                ":reason": said.reason,
                ":evidence": said.evidence,
            },
            |row| row.get(0),
        )?)
    }

    fn remember(&mut self, finding: i64, known: Option<&Known>, change: Change, verdict: i64) -> Inner<()> {
        if change.recorded {
            self.history.execute(named_params! {
                ":finding": finding,
                ":scan": self.scan,
                ":at": self.stamp,
                ":from_status": known.and_then(|known| known.previous.status).map(Status::as_str),
                ":to_status": change.status.map(Status::as_str),
                ":from_verdict": known.map(|known| known.previous.verdict.as_str()),
                ":verdict": verdict,
            })?;
        }
        Ok(())
    }

    /// Tells the audit log what happened to the status.
    fn tell(&self, named: &Named<'_>, known: Option<&Known>, change: Change, reason: Option<&str>) -> Inner<()> {
        let Some(transition) = change.transition else { return Ok(()) };
        let event = match transition {
            Transition::Opened => Event::FindingOpened,
            Transition::Reopened => Event::FindingReopened,
            Transition::Resolved => Event::FindingResolved,
        };
        let before = known.map(|known| json!({"status": known.previous.status, "verdict": known.previous.verdict}));
        let detail = json!({"finding": named.id, "scan": self.scan_id, "reason": reason});
        let entry = NewEntry::new(event, detail)
            .about(named.account, named.control, named.resource)
            .change(before.unwrap_or_default(), json!({"status": change.status, "verdict": change.verdict}));
        self.tx.log(&entry)?;
        Ok(())
    }
}

fn known(
    select: &mut CachedStatement<'_>,
    wanted: &dyn rusqlite::ToSql,
    now: &dyn rusqlite::ToSql,
) -> Inner<Option<Known>> {
    let read = |row: &rusqlite::Row<'_>| -> rusqlite::Result<Inner<Known>> {
        let text = |index: usize| row.get_ref(index).and_then(|value| Ok(value.as_str()?));
        let previous = || -> Inner<Previous> {
            Ok(Previous {
                status: row.get_ref(1)?.as_str_or_null().map_err(rusqlite::Error::from)?.map(word).transpose()?,
                verdict: word(text(2)?)?,
                last_changed: time(text(3)?)?,
                reopened: row.get(4)?,
            })
        };
        let previous = match previous() {
            Ok(previous) => previous,
            Err(Failure::Sql(error)) => return Err(error),
            Err(other) => return Ok(Err(other)),
        };
        Ok(Ok(Known {
            finding: row.get(0)?,
            previous,
            verdict: row.get(5)?,
            control_version: row.get(6)?,
            reason: row.get(7)?,
            evidence: row.get(8)?,
            outdated: row.get(9)?,
        }))
    };
    select.query_row([wanted, now], read).optional()?.transpose()
}
