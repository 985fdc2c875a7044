//! Between rows and values.

use super::error::{Failure, Inner};
use super::model::{Finding, HistoryEntry, Scan, ScanId, ScanState};
use crate::finding::UnknownWord;
use jiff::Timestamp;
use rusqlite::{OptionalExtension as _, Row, named_params};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::str::FromStr;

/// A time as the store keeps it: to the millisecond, always of the same width.
pub(super) fn stamp(time: Timestamp) -> String {
    format!("{time:.3}")
}

pub(super) fn time(text: &str) -> Inner<Timestamp> {
    text.parse().map_err(|_| Failure::Unreadable(format!("`{text}` is no time")))
}

pub(super) fn word<T: FromStr<Err = UnknownWord>>(text: &str) -> Inner<T> {
    text.parse().map_err(|unknown: UnknownWord| Failure::Unreadable(unknown.to_string()))
}

/// Reads JSON that this program wrote.
pub(super) fn json<T: DeserializeOwned>(text: &str) -> Inner<T> {
    serde_json::from_str(text)
        .map_err(|error| Failure::Unreadable(format!("a stored JSON text does not read: {error}")))
}

pub(super) fn to_json<T: Serialize + ?Sized>(value: &T) -> Inner<String> {
    serde_json::to_string(value).map_err(|error| Failure::Unreadable(format!("a value has no JSON: {error}")))
}

/// The columns of [`scan`].
pub(super) const SCAN: &str = "id, provider, state, started, finished, now, tool_version, library_hash, selection, \
     parameters, calls, complete, key";

/// The scan of a row of [`SCAN`], without its accounts.
pub(super) fn scan(row: &Row<'_>) -> Inner<(i64, Scan)> {
    let text = |index: usize| row.get_ref(index).and_then(|value| Ok(value.as_str()?));
    let scan = Scan {
        id: ScanId::stored(text(0)?)?,
        provider: row.get(1)?,
        state: word::<ScanState>(text(2)?)?,
        started: time(text(3)?)?,
        finished: row.get_ref(4)?.as_str_or_null().map_err(rusqlite::Error::from)?.map(time).transpose()?,
        now: time(text(5)?)?,
        tool_version: row.get(6)?,
        library_hash: row.get(7)?,
        selection: json(text(8)?)?,
        parameters: json(text(9)?)?,
        accounts: Vec::new(),
        calls: row.get(10)?,
        complete: row.get(11)?,
    };
    Ok((row.get(12)?, scan))
}

/// The columns of [`finding`]; `f` is the finding, `v` the verdict, `c` the control version, `l` the last scan and
/// `{status}` stands for the status asked for.
pub(super) const FINDING: &str = "f.id, f.control, c.title, c.severity, f.provider, f.account, f.region, f.resource, \
     f.type, f.name, v.verdict, {status}, v.reason, v.evidence, c.frameworks, f.first_seen, f.last_seen, \
     f.last_changed, f.reopened, l.id, f.gone_since";

/// The finding of a row of [`FINDING`].
pub(super) fn finding(row: &Row<'_>) -> Inner<Finding> {
    let text = |index: usize| row.get_ref(index).and_then(|value| Ok(value.as_str()?));
    let maybe = |index: usize| row.get_ref(index).and_then(|value| Ok(value.as_str_or_null()?));
    let id = text(0)?;
    Ok(Finding {
        id: id.parse().map_err(|_| Failure::Unreadable(format!("`{id}` is no finding id")))?,
        control: row.get(1)?,
        title: row.get(2)?,
        severity: word(text(3)?)?,
        provider: row.get(4)?,
        account: row.get(5)?,
        region: row.get(6)?,
        resource: row.get(7)?,
        kind: row.get(8)?,
        name: row.get(9)?,
        verdict: word(text(10)?)?,
        status: maybe(11)?.map(word).transpose()?,
        reason: row.get(12)?,
        evidence: json(text(13)?)?,
        frameworks: json(text(14)?)?,
        first_seen: time(text(15)?)?,
        last_seen: time(text(16)?)?,
        last_changed: time(text(17)?)?,
        reopened: row.get(18)?,
        last_scan: ScanId::stored(text(19)?)?,
        gone_since: maybe(20)?.map(time).transpose()?,
    })
}

/// The columns of [`history`].
pub(super) const HISTORY: &str =
    "h.at, s.id, h.from_status, h.to_status, h.from_verdict, v.verdict, v.reason, v.evidence";

/// The entry of a row of [`HISTORY`].
pub(super) fn history(row: &Row<'_>) -> Inner<HistoryEntry> {
    let text = |index: usize| row.get_ref(index).and_then(|value| Ok(value.as_str()?));
    let maybe = |index: usize| row.get_ref(index).and_then(|value| Ok(value.as_str_or_null()?));
    Ok(HistoryEntry {
        at: time(text(0)?)?,
        scan: maybe(1)?.map(ScanId::stored).transpose()?,
        from_status: maybe(2)?.map(word).transpose()?,
        to_status: maybe(3)?.map(word).transpose()?,
        from_verdict: maybe(4)?.map(word).transpose()?,
        verdict: word(text(5)?)?,
        reason: row.get(6)?,
        evidence: json(text(7)?)?,
    })
}

/// The key, clock and attempt of a scan.
pub(super) fn running(connection: &rusqlite::Connection, id: ScanId) -> Inner<RunningScan> {
    connection
        .prepare_cached("SELECT key, now, attempt FROM scans WHERE id = :id")?
        .query_row(named_params! { ":id": id.to_string() }, |row| {
            Ok(RunningScan { id, key: row.get(0)?, now: row.get(1)?, attempt: row.get(2)? })
        })
        .optional()?
        .ok_or_else(|| {
            Failure::Told(super::StoreError::NoSuchScan {
                wanted: id.to_string(),
                why: "no scan of this home has that id".to_owned(),
            })
        })
}

/// What writing to a scan needs of it.
#[derive(Debug)]
pub(super) struct RunningScan {
    pub id: ScanId,
    pub key: i64,
    pub now: String,
    pub attempt: i64,
}
