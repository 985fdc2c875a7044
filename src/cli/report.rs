//! Puts together what the reports show.

use super::error::CommandError;
use super::output::{Format, OutputArgs};
use crate::control::Library;
use crate::finding::Verdict;
use crate::framework::status::{self, ControlResult};
use crate::framework::{self, Framework};
use crate::report::{style, table};
use crate::store::{Finding, FindingFilter, ScanError, ScanId, ScanSummary, Store, StoreError};
use jiff::Timestamp;
use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;

/// Resources shown of one control in a table.
pub const SHOWN: usize = 5;

/// Reports a scan.
pub fn scan(store: &Store, summary: &ScanSummary, library: &Library, output: &OutputArgs) -> Result<(), CommandError> {
    match output.format {
        Format::Json => output.emit(|out| scan_json(out, store, summary)),
        Format::Table => output.emit(|out| scan_table(out, store, summary, library)),
    }
}

/// Streams, so that memory does not grow with the number of findings.
fn scan_json(out: &mut dyn Write, store: &Store, summary: &ScanSummary) -> Result<(), CommandError> {
    write!(out, "{{\"scan\":")?;
    serde_json::to_writer(&mut *out, &summary.scan)?;
    write!(out, ",\n\"summary\":")?;
    serde_json::to_writer(&mut *out, summary)?;
    write!(out, ",\n\"findings\":[")?;
    let mut separator = "\n";
    let filter = FindingFilter { scan: Some(summary.scan.id), ..FindingFilter::default() };
    store.findings(&filter, |finding| {
        write!(out, "{separator}")?;
        separator = ",\n";
        serde_json::to_writer(&mut *out, &finding).map_err(CommandError::from)
    })?;
    write!(out, "],\n\"errors\":[")?;
    let mut separator = "\n";
    store.errors(&summary.scan.id, |error| {
        write!(out, "{separator}")?;
        separator = ",\n";
        serde_json::to_writer(&mut *out, &error).map_err(CommandError::from)
    })?;
    Ok(writeln!(out, "]}}")?)
}

fn scan_table(
    out: &mut dyn Write,
    store: &Store,
    summary: &ScanSummary,
    library: &Library,
) -> Result<(), CommandError> {
    let scan = &summary.scan;
    let accounts: Vec<_> = scan.accounts.iter().map(|account| account.id.as_str()).collect();
    let regions: BTreeSet<_> = scan.accounts.iter().flat_map(|account| &account.regions).collect();
    let disabled: BTreeSet<_> = scan.accounts.iter().flat_map(|account| &account.disabled_regions).collect();
    let head = format!(
        "Account {} · {} · {} · {} · {}",
        accounts.join(", "),
        style::count(regions.len() as u64, "region"),
        style::count(summary.resources, "resource"),
        style::count(summary.controls, "control"),
        style::count(scan.calls, "call"),
    );
    for line in style::wrap(&head, style::width()) {
        writeln!(out, "{line}")?;
    }
    if !disabled.is_empty() {
        writeln!(out, "{} not enabled in the account and not scanned", style::count(disabled.len() as u64, "region"))?;
    }
    writeln!(out)?;

    let mut groups = Vec::new();
    let filter = FindingFilter { scan: Some(scan.id), verdicts: vec![Verdict::Fail], ..FindingFilter::default() };
    store.findings(&filter, |finding| -> Result<(), CommandError> {
        table::group(&mut groups, finding, SHOWN);
        Ok(())
    })?;
    table::findings(out, &mut groups, accounts.len(), &BTreeMap::new())?;
    let worst = groups.first().and_then(|group| group.shown.first()).map(|finding| finding.id.short());
    if !groups.is_empty() {
        writeln!(out)?;
    }
    let mut errors: Vec<ScanError> = Vec::new();
    store.errors(&scan.id, |error| -> Result<(), CommandError> {
        errors.push(error);
        Ok(())
    })?;
    table::errors(out, &errors, summary.verdicts.error)?;
    let results = control_results(store, &scan.id, library, None)?;
    let mut frameworks = BTreeMap::new();
    for framework in framework::all()? {
        let statuses = status::status(framework, &library.serving(&framework.id), &results);
        frameworks.insert(framework.id.clone(), status::totals(&statuses));
    }
    table::summary(out, summary, &frameworks)?;
    changes(out, summary)?;
    writeln!(out, "\nNext")?;
    if let Some(id) = worst {
        writeln!(out, "  ciacm findings show {id:<17} what is wrong and how to repair it")?;
    }
    writeln!(out, "  ciacm findings list --severity high   all that is severe, not the first few")?;
    Ok(writeln!(out, "  ciacm frameworks status soc2          where you stand, by requirement")?)
}

fn changes(out: &mut dyn Write, summary: &ScanSummary) -> Result<(), CommandError> {
    let parts: Vec<_> = [
        (summary.opened, "new"),
        (summary.reopened, "reopened"),
        (summary.resolved, "resolved"),
        (summary.waivers_expired, "no longer waived"),
    ]
    .into_iter()
    .filter(|(count, _)| *count > 0)
    .map(|(count, word)| format!("{} {word}", style::grouped(count)))
    .collect();
    let text = if parts.is_empty() { "nothing".to_owned() } else { parts.join(", ") };
    Ok(writeln!(out, "\nChanged since the last scan: {text}")?)
}

/// What a scan found of each control that it ran; with the waivers of the moment `as_of`, or else of the scan.
pub fn control_results(
    store: &Store,
    scan: &ScanId,
    library: &Library,
    as_of: Option<Timestamp>,
) -> Result<BTreeMap<String, ControlResult>, CommandError> {
    let mut results: BTreeMap<String, ControlResult> = BTreeMap::new();
    for ran in store.scan_controls(scan)? {
        let loosened =
            library.control(&ran.control).map(|control| control.loosened(&ran.parameters)).unwrap_or_default();
        let result = ControlResult { loosened, ..ControlResult::default() };
        results.insert(ran.control, result);
    }
    let filter = FindingFilter { scan: Some(*scan), as_of, ..FindingFilter::default() };
    store.findings(&filter, |finding: Finding| -> Result<(), StoreError> {
        results.entry(finding.control).or_default().count(finding.verdict, finding.status);
        Ok(())
    })?;
    Ok(results)
}

/// The framework of that id.
pub fn known_framework(id: &str) -> Result<&'static Framework, CommandError> {
    let found = framework::all()?.iter().find(|framework| framework.id == id);
    found.ok_or_else(|| crate::control::selection::unknown_framework(id).into())
}
