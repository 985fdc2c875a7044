//! A scan from beginning to end.

use super::error::{Inner, StoreError};
use super::model::{NewScan, ResumedScan, ScanEnd, ScanId, ScanRef, ScanState};
use super::rows::{RunningScan, running, stamp, to_json};
use super::summary::ScanSummary;
use super::{Store, gone, lock, waivers};
use crate::audit::{Event, NewEntry, Outcome};
use crate::provider::Unit;
use rusqlite::{Connection, named_params};
use serde_json::json;
use std::collections::BTreeMap;

impl Store {
    /// Records that a scan begins; this process works on it until [`Store::finish_scan`] or until it dies.
    ///
    /// # Errors
    /// If it cannot be recorded.
    pub fn begin_scan(&mut self, scan: &NewScan) -> Result<ScanId, StoreError> {
        let id = ScanId::fresh();
        let held = self.hold(id)?;
        self.write("recording that a scan begins", |tx| {
            tx.execute(
                "INSERT INTO scans (id, provider, state, started, now, tool_version, library_hash, selection, parameters)
                 VALUES (:id, :provider, 'running', :started, :now, :tool_version, :library_hash, :selection, :parameters)",
                named_params! {
                    ":id": id.to_string(),
                    ":provider": scan.provider,
                    ":started": stamp(scan.started),
                    ":now": stamp(scan.now),
                    ":tool_version": scan.tool_version,
                    ":library_hash": scan.library_hash,
                    ":selection": to_json(&scan.selection)?,
                    ":parameters": to_json(&scan.parameters)?,
                },
            )?;
            let key = tx.last_insert_rowid();
            let mut insert = tx.prepare_cached(
                "INSERT INTO scan_controls (scan, control, parameters, hash) VALUES (:scan, :control, :parameters, :hash)
                 ON CONFLICT DO UPDATE SET parameters = excluded.parameters, hash = excluded.hash",
            )?;
            for control in &scan.controls {
                insert.execute(named_params! {
                    ":scan": key,
                    ":control": control.control,
                    ":parameters": to_json(&control.parameters)?,
                    ":hash": control.hash,
                })?;
            }
            tx.log(&NewEntry::new(
                Event::ScanStarted,
                json!({
                    "scan": id.to_string(),
                    "provider": scan.provider,
                    "now": stamp(scan.now),
                    "tool_version": scan.tool_version,
                    "library": scan.library_hash,
                    "controls": scan.controls.len(),
                }),
            ))?;
            waivers::expire(tx, scan.now, Some((key, id)))?;
            Ok(())
        })?;
        self.working.insert(id, held);
        Ok(id)
    }

    /// Goes on with a scan that was interrupted. What it recorded so far stands.
    ///
    /// # Errors
    /// If there is no such scan, another process works on it, or it was not interrupted.
    pub fn resume_scan(&mut self, scan: &ScanRef) -> Result<ResumedScan, StoreError> {
        let id = self.scan(scan)?.id;
        let refuse = |why, next| StoreError::NotResumable { scan: id, why, next };
        if self.working.contains_key(&id) {
            return Err(refuse("this process works on it already", "let it end"));
        }
        let held = lock::hold(self.home(), id)
            .map_err(|error| self.at().io("locking the scan", self.home(), &error))?
            .ok_or_else(|| refuse("another process works on it", "wait until that one ends"))?;
        let finished_units = self.write("recording that a scan goes on", |tx| {
            let state: String =
                tx.query_row("SELECT state FROM scans WHERE id = :id", named_params! { ":id": id.to_string() }, |row| {
                    row.get(0)
                })?;
            if state == ScanState::Complete.as_str() {
                return Err(refuse("it is complete", "begin a new scan").into());
            }
            let RunningScan { key, .. } = running(tx, id)?;
            tx.execute(
                "UPDATE scans SET state = 'running', finished = NULL, complete = 0, attempt = attempt + 1 WHERE key = :scan",
                named_params! { ":scan": key },
            )?;
            // Where no unit was finished everything is done again, and what failed there fails again or does not.
            tx.execute(
                "DELETE FROM scan_errors WHERE scan = :scan AND NOT EXISTS (SELECT 1 FROM scan_units AS u
                     WHERE u.scan = scan_errors.scan AND u.account = scan_errors.account AND u.region = scan_errors.region)",
                named_params! { ":scan": key },
            )?;
            let units = units(tx, key)?;
            let detail = json!({"scan": id.to_string(), "finished_units": units.len()});
            tx.log(&NewEntry::new(Event::ScanResumed, detail))?;
            Ok(units)
        })?;
        self.working.insert(id, held);
        Ok(ResumedScan { scan: self.scan(&id.into())?, finished_units })
    }

    /// Ends a scan. If it is complete, findings whose resource is gone are closed: those of the scan's controls on
    /// resources that are missing from a complete listing, and no others.
    ///
    /// # Errors
    /// If it cannot be recorded; the scan then counts as interrupted.
    pub fn finish_scan(&mut self, id: &ScanId, end: ScanEnd) -> Result<ScanSummary, StoreError> {
        let id = *id;
        self.write("recording that a scan ends", |tx| {
            let scan = running(tx, id)?;
            if end.state == ScanState::Complete {
                gone::close(tx, &scan)?;
            }
            let complete = end.state == ScanState::Complete && nothing_missing(tx, scan.key)?;
            let calls: u64 = tx.query_row(
                "UPDATE scans SET state = :state, finished = :finished, calls = calls + :calls, complete = :complete
                 WHERE key = :scan RETURNING calls",
                named_params! {
                    ":scan": scan.key,
                    ":state": end.state.as_str(),
                    ":finished": stamp(end.finished),
                    ":calls": i64::try_from(end.calls).unwrap_or(i64::MAX),
                    ":complete": complete,
                },
                |row| row.get(0),
            )?;
            let (event, outcome) = match end.state {
                ScanState::Complete => (Event::ScanFinished, Outcome::Success),
                ScanState::Running | ScanState::Interrupted | ScanState::Failed => {
                    (Event::ScanInterrupted, Outcome::Failure)
                }
            };
            let detail = json!({
                "scan": id.to_string(),
                "state": end.state,
                "complete": complete,
                "calls": calls,
                "resources": resources(tx, scan.key)?,
                "verdicts": verdicts(tx, scan.key)?,
            });
            tx.log(&NewEntry::new(event, detail).outcome(outcome))?;
            Ok(())
        })?;
        self.working.remove(&id);
        self.summary(&id)
    }

    fn hold(&self, id: ScanId) -> Result<lock::Held, StoreError> {
        lock::hold(self.home(), id)
            .map_err(|error| self.at().io("locking the scan", self.home(), &error))?
            .ok_or_else(|| StoreError::Locked { path: self.path().to_owned(), seconds: 0 })
    }
}

/// The finished units of a scan, ordered.
fn units(connection: &Connection, scan: i64) -> Inner<Vec<Unit>> {
    let mut select = connection.prepare_cached(
        "SELECT account, region, collector FROM scan_units WHERE scan = :scan ORDER BY account, region, collector",
    )?;
    let units = select.query_map(named_params! { ":scan": scan }, |row| {
        Ok(Unit { account: row.get(0)?, region: row.get(1)?, collector: row.get(2)? })
    })?;
    Ok(units.collect::<Result<_, _>>()?)
}

/// How many resources the scan recorded.
fn resources(connection: &Connection, scan: i64) -> Inner<u64> {
    let count = "SELECT count(*) FROM scan_resources WHERE scan = :scan";
    Ok(connection.query_row(count, named_params! { ":scan": scan }, |row| row.get(0))?)
}

/// How often the scan said what.
fn verdicts(connection: &Connection, scan: i64) -> Inner<BTreeMap<String, u64>> {
    let mut select = connection.prepare_cached(
        "SELECT v.verdict, count(*) FROM scan_verdicts AS s JOIN verdicts AS v ON v.key = s.verdict
         WHERE s.scan = :scan GROUP BY v.verdict",
    )?;
    let counts = select.query_map(named_params! { ":scan": scan }, |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(counts.collect::<Result<_, _>>()?)
}

/// True if everything that the scan selected could be evaluated.
fn nothing_missing(connection: &Connection, scan: i64) -> Inner<bool> {
    Ok(connection.query_row(
        "SELECT NOT EXISTS (SELECT 1 FROM listings WHERE scan = :scan AND NOT complete)
            AND NOT EXISTS (SELECT 1 FROM scan_errors WHERE scan = :scan AND resource = '')
            AND NOT EXISTS (SELECT 1 FROM scan_verdicts AS s JOIN verdicts AS v ON v.key = s.verdict
                WHERE s.scan = :scan AND v.verdict = 'ERROR')",
        named_params! { ":scan": scan },
        |row| row.get(0),
    )?)
}
