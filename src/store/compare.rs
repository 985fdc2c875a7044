//! Comparing what two scans said.

use super::Store;
use super::error::{Inner, StoreError};
use super::model::{Compared, ScanId};
use super::rows::{self, json, running, word};
use crate::finding::difference::Said;
use rusqlite::{Row, named_params};

/// The columns of [`rows::FINDING`] come first.
const BEFORE: usize = 21;
const AFTER: usize = BEFORE + 4;
const LOOKED: usize = AFTER + 4;

impl Store {
    /// Hands over the findings of which two scans do not say the very same, ordered by control, account, region and
    /// resource.
    ///
    /// # Errors
    /// If there is no such scan, the store cannot be read, or `each` fails.
    pub fn compare<E: From<StoreError>>(
        &self,
        before: &ScanId,
        after: &ScanId,
        mut each: impl FnMut(Compared) -> Result<(), E>,
    ) -> Result<(), E> {
        self.stream("comparing two scans", |db, stop| {
            let columns =
                rows::FINDING.replace("{status}", "CASE WHEN b.verdict IS NULL THEN a.status ELSE b.status END");
            let looked = |scan: &str| {
                format!(
                    "(EXISTS (SELECT 1 FROM scan_controls AS s WHERE s.scan = {scan} AND s.control = f.control)
                      AND EXISTS (SELECT 1 FROM listings AS s WHERE s.scan = {scan} AND s.provider = f.provider
                          AND s.account = f.account AND s.region = f.region AND s.type = f.type AND s.complete))"
                )
            };
            let mut select = db.prepare_cached(&format!(
                "SELECT {columns}, va.verdict, a.status, va.reason, va.evidence, vb.verdict, b.status, vb.reason,
                     vb.evidence, {looked_before}, {looked_after}
                 FROM findings AS f LEFT JOIN scan_verdicts AS a ON a.scan = :before AND a.finding = f.key
                     LEFT JOIN scan_verdicts AS b ON b.scan = :after AND b.finding = f.key
                     LEFT JOIN verdicts AS va ON va.key = a.verdict LEFT JOIN verdicts AS vb ON vb.key = b.verdict
                     JOIN verdicts AS v ON v.key = coalesce(b.verdict, a.verdict)
                     JOIN control_versions AS c ON c.key = v.control_version JOIN scans AS l ON l.key = f.last_scan
                 WHERE a.verdict IS NOT b.verdict OR a.status IS NOT b.status
                 ORDER BY f.control, f.account, f.region, f.resource, f.provider",
                looked_before = looked(":before"),
                looked_after = looked(":after"),
            ))?;
            let (before, after) = (running(db, *before)?.key, running(db, *after)?.key);
            let mut rows = select.query(named_params! { ":before": before, ":after": after })?;
            while let Some(row) = rows.next()? {
                let compared = Compared {
                    finding: rows::finding(row)?,
                    before: said(row, BEFORE)?,
                    after: said(row, AFTER)?,
                    looked_before: row.get(LOOKED)?,
                    looked_after: row.get(LOOKED + 1)?,
                };
                if let Err(error) = each(compared) {
                    *stop = Some(error);
                    break;
                }
            }
            Ok(())
        })
    }
}

/// What a scan said, in four columns from `first` on; none if it said nothing.
fn said(row: &Row<'_>, first: usize) -> Inner<Option<Said>> {
    let maybe = |index: usize| row.get_ref(index).and_then(|value| Ok(value.as_str_or_null()?));
    let Some(verdict) = maybe(first)? else { return Ok(None) };
    Ok(Some(Said {
        verdict: word(verdict)?,
        status: maybe(first + 1)?.map(word).transpose()?,
        reason: row.get(first + 2)?,
        evidence: json(maybe(first + 3)?.unwrap_or("null"))?,
    }))
}
