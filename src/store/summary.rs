//! What a scan came to.

use super::Store;
use super::error::{Inner, StoreError};
use super::model::{Scan, ScanId};
use super::rows::{json, running, word};
use crate::finding::{Gate, Severity, Status, Verdict};
use rusqlite::{Connection, named_params};
use serde::Serialize;
use std::collections::BTreeMap;

/// Verdicts, counted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Tally {
    /// PASS.
    pub pass: u64,
    /// FAIL that nobody accepted.
    pub fail: u64,
    /// FAIL under a waiver.
    pub waived: u64,
    /// ERROR.
    pub error: u64,
    /// NOT_APPLICABLE.
    pub not_applicable: u64,
    /// MANUAL.
    pub manual: u64,
}

impl Tally {
    /// All of them.
    #[must_use]
    pub const fn total(&self) -> u64 {
        self.pass + self.fail + self.waived + self.error + self.not_applicable + self.manual
    }

    const fn add(&mut self, verdict: Verdict, status: Option<Status>, count: u64) {
        *match (verdict, status) {
            (Verdict::Pass, _) => &mut self.pass,
            (Verdict::Fail, Some(Status::Waived)) => &mut self.waived,
            (Verdict::Fail, _) => &mut self.fail,
            (Verdict::Error, _) => &mut self.error,
            (Verdict::NotApplicable, _) => &mut self.not_applicable,
            (Verdict::Manual, _) => &mut self.manual,
        } += count;
    }
}

/// What a scan came to.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ScanSummary {
    /// The scan.
    #[serde(skip)]
    pub scan: Scan,
    /// The resources that it recorded.
    pub resources: u64,
    /// Of these, those of which at least one control said something.
    pub resources_evaluated: u64,
    /// The selected controls.
    pub controls: u64,
    /// All verdicts.
    pub verdicts: Tally,
    /// Failures that nobody accepted, by severity.
    pub severities: BTreeMap<Severity, u64>,
    /// Verdicts by service: `s3` of `aws.s3.bucket`.
    pub services: BTreeMap<String, Tally>,
    /// Verdicts by framework that the controls serve.
    pub frameworks: BTreeMap<String, Tally>,
    /// Findings that failed for the first time.
    pub opened: u64,
    /// Findings that failed again.
    pub reopened: u64,
    /// Findings that no longer fail, or whose resource is gone.
    pub resolved: u64,
    /// Findings that are open again because the date of their waiver has passed.
    pub waivers_expired: u64,
    /// Failed calls.
    pub errors: u64,
    /// Listings that failed.
    pub listings_failed: u64,
}

impl ScanSummary {
    /// True if a finding of the scan counts for the gate.
    #[must_use]
    pub fn fails(&self, gate: Gate) -> bool {
        self.severities
            .iter()
            .any(|(&severity, &count)| count > 0 && gate.counts(Some(Status::Open), Verdict::Fail, severity))
    }
}

impl Store {
    /// What the scan came to so far.
    ///
    /// # Errors
    /// If there is no such scan or the store cannot be read.
    pub fn summary(&self, id: &ScanId) -> Result<ScanSummary, StoreError> {
        let scan = self.scan(&(*id).into())?;
        self.read("summing up a scan", |db| summarize(db, running(db, *id)?.key, scan))
    }
}

fn summarize(db: &Connection, key: i64, scan: Scan) -> Inner<ScanSummary> {
    let mut verdicts = Tally::default();
    let mut severities: BTreeMap<_, _> = Severity::ALL.iter().map(|&severity| (severity, 0)).collect();
    let mut services: BTreeMap<String, Tally> = BTreeMap::new();
    let mut frameworks: BTreeMap<String, Tally> = BTreeMap::new();
    let mut groups = db.prepare_cached(
        "SELECT c.severity, c.frameworks, f.type, v.verdict, s.status, count(*)
         FROM scan_verdicts AS s JOIN findings AS f ON f.key = s.finding JOIN verdicts AS v ON v.key = s.verdict
             JOIN control_versions AS c ON c.key = v.control_version
         WHERE s.scan = :scan GROUP BY v.control_version, f.type, v.verdict, s.status",
    )?;
    let mut rows = groups.query(named_params! { ":scan": key })?;
    while let Some(row) = rows.next()? {
        let text = |index: usize| row.get_ref(index).and_then(|value| Ok(value.as_str()?));
        let severity: Severity = word(text(0)?)?;
        let served: BTreeMap<String, Vec<String>> = json(text(1)?)?;
        let service = text(2)?.split('.').nth(1).unwrap_or_default().to_owned();
        let verdict: Verdict = word(text(3)?)?;
        let status = row.get::<_, Option<String>>(4)?.as_deref().map(word).transpose()?;
        let count = row.get(5)?;
        verdicts.add(verdict, status, count);
        services.entry(service).or_default().add(verdict, status, count);
        for framework in served.into_keys() {
            frameworks.entry(framework).or_default().add(verdict, status, count);
        }
        if verdict == Verdict::Fail && status == Some(Status::Open) {
            *severities.entry(severity).or_default() += count;
        }
    }
    let count = |sql: &str| -> rusqlite::Result<u64> {
        db.prepare_cached(sql)?.query_row(named_params! { ":scan": key }, |row| row.get(0))
    };
    let changes = "SELECT count(*) FROM finding_history WHERE scan = :scan AND to_status";
    Ok(ScanSummary {
        scan,
        resources: count("SELECT count(*) FROM scan_resources WHERE scan = :scan")?,
        resources_evaluated: count("SELECT count(*) FROM scan_resources WHERE scan = :scan AND evaluations > 0")?,
        controls: count("SELECT count(*) FROM scan_controls WHERE scan = :scan")?,
        verdicts,
        severities,
        services,
        frameworks,
        opened: count(&format!("{changes} = 'OPEN' AND from_status IS NULL"))?,
        reopened: count(&format!("{changes} = 'OPEN' AND from_status IN ('FIXED', 'RESOLVED')"))?,
        resolved: count(&format!("{changes} = 'RESOLVED' AND from_status IN ('OPEN', 'WAIVED')"))?,
        waivers_expired: count(&format!("{changes} = 'OPEN' AND from_status = 'WAIVED'"))?,
        errors: count("SELECT coalesce(sum(count), 0) FROM scan_errors WHERE scan = :scan")?,
        listings_failed: count("SELECT count(*) FROM listings WHERE scan = :scan AND NOT complete")?,
    })
}
