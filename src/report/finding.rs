//! One finding, for people.

use super::style::{self, STRONG, cut_middle, paint, wrap};
use super::table::lines;
use super::{layout, waiver};
use crate::control::Control;
use crate::finding::{Verdict, Waiver};
use crate::inventory::CallRecord;
use crate::store::{Finding, HistoryEntry};
use jiff::Timestamp;
use std::io::{self, Write};

/// Everything about one finding.
#[derive(Debug, Clone, Copy)]
pub struct Shown<'a> {
    /// The finding.
    pub finding: &'a Finding,
    /// Its control, if the library has it.
    pub control: Option<&'a Control>,
    /// The calls behind its evidence.
    pub calls: &'a [CallRecord],
    /// Its waivers, oldest first.
    pub waivers: &'a [Waiver],
    /// When it is looked at.
    pub now: Timestamp,
    /// Its life, oldest first.
    pub history: &'a [HistoryEntry],
}

/// One finding: what, why, evidence and the calls behind it, how to repair, history.
///
/// # Errors
/// If the output cannot be written.
pub fn show(out: &mut dyn Write, shown: &Shown<'_>) -> io::Result<()> {
    let Shown { finding, control, calls, waivers, now, history } = *shown;
    let width = style::width();
    let status = finding.status.map_or_else(|| "never failed".to_owned(), |status| status.to_string());
    writeln!(
        out,
        "{}  {}  {}  {status}",
        paint(STRONG, &finding.control),
        paint(style::severity(finding.severity), finding.severity),
        finding.verdict
    )?;
    for line in wrap(&finding.title, width) {
        writeln!(out, "{line}")?;
    }
    writeln!(out)?;
    let name = finding.name.as_deref().filter(|name| *name != finding.resource);
    for (label, value) in [
        ("finding", Some(finding.id.to_string())),
        ("resource", Some(finding.resource.clone())),
        ("name", name.map(ToOwned::to_owned)),
        ("type", Some(finding.kind.clone())),
        ("account", Some(format!("{} {} {}", finding.provider, finding.account, finding.region))),
        ("first seen", Some(finding.first_seen.to_string())),
        ("last seen", Some(finding.last_seen.to_string())),
    ] {
        if let Some(value) = value {
            if 13 + value.chars().count() > width && !value.contains(' ') {
                writeln!(out, "  {label}\n    {value}")?;
            } else {
                writeln!(out, "  {label:<11}{value}")?;
            }
        }
    }
    if let Some(reason) = &finding.reason {
        writeln!(
            out,
            "\n{}",
            paint(STRONG, if finding.verdict == Verdict::Error { "Why not evaluated" } else { "What" })
        )?;
        for line in wrap(reason, width - 2) {
            writeln!(out, "  {line}")?;
        }
    }
    if let Some(evidence) = finding.evidence.as_array().filter(|evidence| !evidence.is_empty()) {
        writeln!(out, "\n{}", paint(STRONG, "Evidence"))?;
        for one in evidence {
            let path = one.get("path").and_then(serde_json::Value::as_str).unwrap_or_default();
            let value = one.get("value").map(layout::json).unwrap_or_default();
            for line in wrap(&format!("{path} = {value}"), width - 2) {
                writeln!(out, "  {line}")?;
            }
        }
    }
    calls_behind(out, calls, width)?;
    if let Some(control) = control {
        writeln!(out, "\n{}", paint(STRONG, "Why it matters"))?;
        for line in style::wrap_prose(&control.rationale, width - 2) {
            writeln!(out, "  {line}")?;
        }
        writeln!(out, "\n{}", paint(STRONG, "Repair"))?;
        lines(out, layout::instructions(&control.remediation.manual, 2, width))?;
    }
    writeln!(out, "\n{}", paint(STRONG, "Serves"))?;
    for (framework, ids) in &finding.frameworks {
        for line in wrap(&format!("{framework}: {}", ids.join(", ")), width - 2) {
            writeln!(out, "  {line}")?;
        }
    }
    waiver::history(out, waivers, now)?;
    if !history.is_empty() {
        writeln!(out, "\n{}", paint(STRONG, "History"))?;
        for entry in history {
            let from = entry.from_status.map_or_else(String::new, |status| format!("{status} -> "));
            let to = entry.to_status.map_or_else(String::new, |status| format!("{status}, "));
            writeln!(out, "  {}  {from}{to}{}", entry.at, entry.verdict)?;
        }
    }
    Ok(())
}

/// Calls shown in a table; JSON has them all.
const CALLS_SHOWN: usize = 12;

fn calls_behind(out: &mut dyn Write, calls: &[CallRecord], width: usize) -> io::Result<()> {
    if calls.is_empty() {
        return Ok(());
    }
    writeln!(out, "\n{}", paint(STRONG, "Calls behind it"))?;
    for call in calls.iter().take(CALLS_SHOWN) {
        let error = call.error.as_ref().map(|code| format!(" answered {code}")).unwrap_or_default();
        for line in wrap(&format!("{}{error}, {}, {:.3}", call.call, call.region, call.started), width - 2) {
            writeln!(out, "  {line}")?;
        }
        if let Some(about) = &call.resource {
            writeln!(out, "    {}", cut_middle(&format!("about {about}"), width - 4))?;
        }
        let id = call.request_id.as_ref().map_or_else(|| "no request id".to_owned(), |id| format!("request id {id}"));
        writeln!(out, "    {}", paint(style::DIM, id))?;
    }
    if calls.len() > CALLS_SHOWN {
        writeln!(out, "  … {} more: --format json", style::grouped((calls.len() - CALLS_SHOWN) as u64))?;
    }
    Ok(())
}
