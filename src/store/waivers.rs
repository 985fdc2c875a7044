//! Waivers: granting, taking back, expiring, reading.

use super::Store;
use super::error::{Failure, Inner, StoreError};
use super::model::ScanId;
use super::open::Writing;
use super::rows::{stamp, time, word};
use crate::audit::{Event, NewEntry};
use crate::finding::waiver::not_waivable;
use crate::finding::{Change, FindingId, Previous, Status, Waiver, WaiverEnding, WaiverTerms, life};
use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension as _, Row, named_params};
use serde_json::{Value, json};

impl Store {
    /// Accepts findings from `now` on: all of them, or none. A waiver that a finding had is replaced.
    ///
    /// # Errors
    /// [`StoreError::NotWaivable`] if one of them does not fail.
    pub fn waive(&mut self, ids: &[FindingId], terms: &WaiverTerms, now: Timestamp) -> Result<Vec<Waiver>, StoreError> {
        self.write("recording a waiver", |tx| {
            expire(tx, now, None)?;
            ids.iter().map(|id| grant(tx, id, terms, now)).collect()
        })
    }

    /// Takes the waivers of findings back: all of them, or none.
    ///
    /// # Errors
    /// [`StoreError::NotWaivable`] if one of them has none.
    pub fn unwaive(&mut self, ids: &[FindingId], reason: &str, now: Timestamp) -> Result<Vec<Waiver>, StoreError> {
        self.write("taking a waiver back", |tx| {
            expire(tx, now, None)?;
            ids.iter().map(|id| revoke(tx, id, reason, now)).collect()
        })
    }

    /// All waivers that ever were, ordered by control, account, region, resource and time.
    ///
    /// # Errors
    /// If the store cannot be read.
    pub fn waivers(&self) -> Result<Vec<Waiver>, StoreError> {
        self.read("reading waivers", |db| {
            let mut select = db.prepare_cached(&format!(
                "SELECT {COLUMNS} FROM waivers AS w JOIN findings AS f ON f.key = w.finding
                 ORDER BY f.control, f.account, f.region, f.resource, f.provider, w.granted, w.key"
            ))?;
            let mut rows = select.query([])?;
            let mut waivers = Vec::new();
            while let Some(row) = rows.next()? {
                waivers.push(waiver(row)?);
            }
            Ok(waivers)
        })
    }
}

/// The status of finding `f` with verdict `v` in SQL, if `status` says what was recorded: a waiver counts as long as it
/// is in force at the moment `at`, whether or not its end was recorded since.
pub(super) fn status(status: &str, at: &str) -> String {
    format!(
        "(CASE WHEN {status} NOT IN ('OPEN', 'WAIVED') THEN {status}
          WHEN EXISTS (SELECT 1 FROM waivers AS w WHERE w.finding = f.key AND w.granted <= {at} AND {at} <= w.until
              AND (w.ended IS NULL OR {at} < w.ended)) THEN 'WAIVED'
          WHEN {status} = 'WAIVED' AND v.verdict IN ('PASS', 'NOT_APPLICABLE') THEN 'RESOLVED'
          WHEN {status} = 'WAIVED' THEN 'OPEN' ELSE {status} END)"
    )
}

/// Records that waivers whose date is before `now` have expired; `scan` is the scan that noticed it, if one did.
pub(super) fn expire(tx: &Writing<'_>, now: Timestamp, scan: Option<(i64, ScanId)>) -> Inner<()> {
    let mut select = tx.prepare_cached(
        "SELECT f.id FROM waivers AS w JOIN findings AS f ON f.key = w.finding
         WHERE w.ended IS NULL AND w.until < :now ORDER BY f.id",
    )?;
    // Read first, then changed: a statement must not walk over what it changes.
    let ids = select
        .query_map(named_params! { ":now": stamp(now) }, |row| row.get(0))?
        .collect::<Result<Vec<String>, _>>()?;
    for id in ids {
        let standing = standing(tx, &id)?;
        let expired = ended(tx, &standing, WaiverEnding::Expired, None, not_to_come(now))?;
        let change = life::waiver_ended(&standing.previous, now);
        change_status(tx, &standing, change, scan.map(|(key, _)| key), now)?;
        let scan = scan.map(|(_, id)| id.to_string());
        tell(tx, Event::WaiverExpired, &expired, &standing, change, &[("scan", json!(scan))])?;
    }
    Ok(())
}

/// The clock of a scan may be ahead: a snapshot comes from elsewhere. What it ends, ends now.
pub(super) fn not_to_come(moment: Timestamp) -> Timestamp {
    moment.min(Timestamp::now())
}

/// Ends the waiver of a finding, if it has one.
pub(super) fn end(
    tx: &Connection,
    finding: i64,
    at: Timestamp,
    ending: WaiverEnding,
    reason: Option<&str>,
) -> Inner<()> {
    tx.prepare_cached(
        "UPDATE waivers SET ended = :at, ending = :ending, ending_reason = :reason WHERE finding = :finding AND ended IS NULL",
    )?
    .execute(named_params! { ":finding": finding, ":at": stamp(at), ":ending": ending.as_str(), ":reason": reason })?;
    Ok(())
}

/// A finding as it stands.
struct Standing {
    key: i64,
    verdict: i64,
    previous: Previous,
}

fn standing(tx: &Connection, id: &str) -> Inner<Standing> {
    let mut select = tx.prepare_cached(
        "SELECT f.key, f.verdict, f.status, v.verdict, f.last_changed, f.reopened
         FROM findings AS f JOIN verdicts AS v ON v.key = f.verdict WHERE f.id = :id",
    )?;
    let mut rows = select.query(named_params! { ":id": id })?;
    let Some(row) = rows.next()? else {
        let why = "no finding has that id".to_owned();
        return Err(StoreError::NoSuchFinding { wanted: id.to_owned(), why }.into());
    };
    let text = |index: usize| row.get_ref(index).and_then(|value| Ok(value.as_str()?));
    Ok(Standing {
        key: row.get(0)?,
        verdict: row.get(1)?,
        previous: Previous {
            status: row.get_ref(2)?.as_str_or_null().map_err(rusqlite::Error::from)?.map(word).transpose()?,
            verdict: word(text(3)?)?,
            last_changed: time(text(4)?)?,
            reopened: row.get(5)?,
        },
    })
}

fn grant(tx: &Writing<'_>, id: &FindingId, terms: &WaiverTerms, now: Timestamp) -> Inner<Waiver> {
    let standing = standing(tx, &id.to_string())?;
    let Previous { status, verdict, .. } = standing.previous;
    if let Some(why) = not_waivable(status, verdict) {
        return Err(StoreError::NotWaivable {
            finding: id.short(),
            wanted: "waived",
            why: format!("{why} (its verdict is {verdict})"),
            next: "choose findings of `ciacm findings list --status open`; nothing was waived",
        }
        .into());
    }
    let replaced = match status {
        Some(Status::Waived) => Some(ended(tx, &standing, WaiverEnding::Replaced, None, now)?),
        _ => None,
    };
    tx.prepare_cached(
        "INSERT INTO waivers (finding, granted, until, reason, owner, approver)
         VALUES (:finding, :granted, :until, :reason, :owner, :approver)",
    )?
    .execute(named_params! {
        ":finding": standing.key,
        ":granted": stamp(now),
        ":until": stamp(terms.until),
        ":reason": terms.reason,
        ":owner": terms.owner,
        ":approver": terms.approver,
    })?;
    let granted = read(tx, tx.last_insert_rowid())?;
    let change = life::waived(&standing.previous, now);
    change_status(tx, &standing, change, None, now)?;
    let replaces = replaced.map(|waiver| json!({"granted": stamp(waiver.granted), "until": stamp(waiver.until)}));
    tell(tx, Event::WaiverGranted, &granted, &standing, change, &[("replaces", json!(replaces))])?;
    Ok(granted)
}

fn revoke(tx: &Writing<'_>, id: &FindingId, reason: &str, now: Timestamp) -> Inner<Waiver> {
    let standing = standing(tx, &id.to_string())?;
    if standing.previous.status != Some(Status::Waived) {
        return Err(StoreError::NotWaivable {
            finding: id.short(),
            wanted: "unwaived",
            why: "it is not waived".to_owned(),
            next: "choose findings of `ciacm findings list --status waived`; nothing was changed",
        }
        .into());
    }
    let revoked = ended(tx, &standing, WaiverEnding::Revoked, Some(reason), now)?;
    let change = life::waiver_ended(&standing.previous, now);
    change_status(tx, &standing, change, None, now)?;
    tell(tx, Event::WaiverRevoked, &revoked, &standing, change, &[("because", json!(reason))])?;
    Ok(revoked)
}

/// Ends the waiver that a finding has, and answers it.
fn ended(
    tx: &Connection,
    standing: &Standing,
    ending: WaiverEnding,
    reason: Option<&str>,
    now: Timestamp,
) -> Inner<Waiver> {
    let key: Option<i64> = tx
        .prepare_cached("SELECT key FROM waivers WHERE finding = :finding AND ended IS NULL")?
        .query_row(named_params! { ":finding": standing.key }, |row| row.get(0))
        .optional()?;
    let key = key.ok_or_else(|| Failure::Unreadable("a waived finding has no waiver".to_owned()))?;
    end(tx, standing.key, now, ending, reason)?;
    read(tx, key)
}

fn change_status(tx: &Connection, standing: &Standing, change: Change, scan: Option<i64>, now: Timestamp) -> Inner<()> {
    if !change.recorded {
        return Ok(());
    }
    let status = change.status.map(Status::as_str);
    tx.prepare_cached("UPDATE findings SET status = :status, last_changed = :changed WHERE key = :finding")?.execute(
        named_params! { ":finding": standing.key, ":status": status, ":changed": stamp(change.last_changed) },
    )?;
    tx.prepare_cached(
        "INSERT INTO finding_history (finding, scan, at, from_status, to_status, from_verdict, verdict)
         VALUES (:finding, :scan, :at, :from_status, :to_status, :from_verdict, :verdict)",
    )?
    .execute(named_params! {
        ":finding": standing.key,
        ":scan": scan,
        ":at": stamp(now),
        ":from_status": standing.previous.status.map(Status::as_str),
        ":to_status": status,
        ":from_verdict": standing.previous.verdict.as_str(),
        ":verdict": standing.verdict,
    })?;
    Ok(())
}

fn tell(
    tx: &Writing<'_>,
    event: Event,
    waiver: &Waiver,
    standing: &Standing,
    change: Change,
    more: &[(&str, Value)],
) -> Inner<()> {
    let mut detail = json!({
        "finding": waiver.finding.to_string(),
        "granted": stamp(waiver.granted),
        "until": stamp(waiver.until),
        "reason": waiver.reason,
        "owner": waiver.owner,
        "approver": waiver.approver,
    });
    for (name, value) in more {
        detail[*name] = value.clone();
    }
    let entry = NewEntry::new(event, detail)
        .about(&waiver.account, &waiver.control, &waiver.resource)
        .change(json!({"status": standing.previous.status}), json!({"status": change.status}));
    tx.log(&entry)?;
    Ok(())
}

/// The columns of [`waiver`]; `w` is the waiver, `f` the finding.
const COLUMNS: &str = "f.id, f.control, f.account, f.region, f.resource, w.reason, w.owner, w.approver, w.granted, \
     w.until, w.ended, w.ending, w.ending_reason";

fn read(tx: &Connection, key: i64) -> Inner<Waiver> {
    let mut select = tx.prepare_cached(&format!(
        "SELECT {COLUMNS} FROM waivers AS w JOIN findings AS f ON f.key = w.finding WHERE w.key = :key"
    ))?;
    let mut rows = select.query(named_params! { ":key": key })?;
    let row = rows.next()?.ok_or_else(|| Failure::Unreadable("a waiver is missing".to_owned()))?;
    waiver(row)
}

fn waiver(row: &Row<'_>) -> Inner<Waiver> {
    let text = |index: usize| row.get_ref(index).and_then(|value| Ok(value.as_str()?));
    let maybe = |index: usize| row.get_ref(index).and_then(|value| Ok(value.as_str_or_null()?));
    let id = text(0)?;
    Ok(Waiver {
        finding: id.parse().map_err(|_| Failure::Unreadable(format!("`{id}` is no finding id")))?,
        control: row.get(1)?,
        account: row.get(2)?,
        region: row.get(3)?,
        resource: row.get(4)?,
        reason: row.get(5)?,
        owner: row.get(6)?,
        approver: row.get(7)?,
        granted: time(text(8)?)?,
        until: time(text(9)?)?,
        ended: maybe(10)?.map(time).transpose()?,
        ending: maybe(11)?.map(word).transpose()?,
        ending_reason: row.get(12)?,
    })
}
