//! The calls that scans made.

use super::Store;
use super::error::{Failure, Inner, StoreError};
use super::model::ScanId;
use super::rows::running;
use crate::inventory::CallRecord;
use jiff::Timestamp;
use rusqlite::{OptionalExtension as _, Transaction, named_params};
use std::collections::HashMap;

impl Store {
    /// Hands over the calls that a scan made, ordered by account, region, call, resource and time; none if it was
    /// recorded before calls were kept.
    ///
    /// # Errors
    /// If there is no such scan, the store cannot be read, or `each` fails.
    pub fn calls<E: From<StoreError>>(
        &self,
        scan: &ScanId,
        mut each: impl FnMut(CallRecord) -> Result<(), E>,
    ) -> Result<(), E> {
        self.stream("reading the calls of a scan", |db, stop| {
            let mut select = db.prepare_cached(
                "SELECT a.text, r.text, o.text, c.text, s.request_id, s.started, s.duration, e.text
                 FROM scan_calls AS s JOIN call_texts AS a ON a.key = s.account JOIN call_texts AS r ON r.key = s.region
                     JOIN call_texts AS c ON c.key = s.call LEFT JOIN call_texts AS o ON o.key = s.resource
                     LEFT JOIN call_texts AS e ON e.key = s.error
                 WHERE s.scan = :scan ORDER BY a.text, r.text, c.text, o.text, s.started, s.number",
            )?;
            let mut rows = select.query(named_params! { ":scan": running(db, *scan)?.key })?;
            while let Some(row) = rows.next()? {
                let milliseconds: i64 = row.get(5)?;
                let record = CallRecord {
                    account: row.get(0)?,
                    region: row.get(1)?,
                    resource: row.get(2)?,
                    call: row.get(3)?,
                    request_id: row.get(4)?,
                    started: Timestamp::from_millisecond(milliseconds)
                        .map_err(|_| Failure::Unreadable(format!("`{milliseconds}` is no time")))?,
                    duration_ms: row.get(6)?,
                    error: row.get(7)?,
                };
                if let Err(error) = each(record) {
                    *stop = Some(error);
                    break;
                }
            }
            Ok(())
        })
    }
}

pub(super) fn record(tx: &Transaction<'_>, scan: i64, calls: &[CallRecord]) -> Inner<()> {
    if calls.is_empty() {
        return Ok(());
    }
    let mut texts = Texts::default();
    let last: Option<i64> = tx
        .prepare_cached("SELECT max(number) FROM scan_calls WHERE scan = :scan")?
        .query_row(named_params! { ":scan": scan }, |row| row.get(0))?;
    let mut insert = tx.prepare_cached(
        "INSERT INTO scan_calls (scan, number, account, region, resource, call, request_id, started, duration, error)
         VALUES (:scan, :number, :account, :region, :resource, :call, :request_id, :started, :duration, :error)",
    )?;
    for (number, call) in (last.unwrap_or_default() + 1..).zip(calls) {
        insert.execute(named_params! {
            ":scan": scan,
            ":number": number,
            ":account": texts.key(tx, &call.account)?,
            ":region": texts.key(tx, &call.region)?,
            ":resource": call.resource.as_deref().map(|text| texts.key(tx, text)).transpose()?,
            ":call": texts.key(tx, &call.call)?,
            ":request_id": call.request_id,
            ":started": call.started.as_millisecond(),
            ":duration": i64::try_from(call.duration_ms).unwrap_or(i64::MAX),
            ":error": call.error.as_deref().map(|text| texts.key(tx, text)).transpose()?,
        })?;
    }
    Ok(())
}

/// The keys of texts, remembered for one batch.
#[derive(Debug, Default)]
struct Texts<'a> {
    known: HashMap<&'a str, i64>,
}

impl<'a> Texts<'a> {
    fn key(&mut self, tx: &Transaction<'_>, text: &'a str) -> Inner<i64> {
        if let Some(key) = self.known.get(text) {
            return Ok(*key);
        }
        let known = tx
            .prepare_cached("SELECT key FROM call_texts WHERE text = ?1")?
            .query_row([text], |row| row.get(0))
            .optional()?;
        let key = match known {
            Some(key) => key,
            None => tx.prepare_cached("INSERT INTO call_texts (text) VALUES (?1)")?.insert([text])?,
        };
        self.known.insert(text, key);
        Ok(key)
    }
}
