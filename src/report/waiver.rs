//! Waivers, for people.

use super::style::{self, DIM, STRONG, cut_middle, paint, wrap};
use crate::finding::{FindingId, Waiver};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use std::collections::BTreeMap;
use std::io::{self, Write};

/// Waivers by the finding that they accept.
pub type ByFinding = BTreeMap<FindingId, Waiver>;

/// The day of a moment in UTC, `2027-03-31`.
fn day(moment: Timestamp) -> String {
    moment.to_zoned(TimeZone::UTC).date().to_string()
}

/// Until when, and who answers for it: `until 2027-03-31, owner Ann`.
#[must_use]
pub fn terms(waiver: &Waiver) -> String {
    format!("until {}, owner {}", day(waiver.until), waiver.owner)
}

/// What was waived.
///
/// # Errors
/// If the output cannot be written.
pub fn granted(out: &mut dyn Write, waivers: &[Waiver]) -> io::Result<()> {
    if let Some(first) = waivers.first() {
        let head = format!("Waived {}, approver {}", terms(first), first.approver);
        for line in wrap(&head, style::width()) {
            writeln!(out, "{}", paint(STRONG, line))?;
        }
    }
    places(out, waivers)
}

/// What is no longer waived.
///
/// # Errors
/// If the output cannot be written.
pub fn revoked(out: &mut dyn Write, waivers: &[Waiver]) -> io::Result<()> {
    writeln!(out, "{}", paint(STRONG, "No longer waived"))?;
    places(out, waivers)
}

fn places(out: &mut dyn Write, waivers: &[Waiver]) -> io::Result<()> {
    for waiver in waivers {
        let head = format!("  {}  {}  {}  ", waiver.finding.short(), waiver.control, waiver.region);
        let room = style::width().saturating_sub(head.chars().count());
        writeln!(out, "{head}{}", cut_middle(&waiver.resource, room))?;
    }
    Ok(())
}

/// The waivers of one finding, oldest first.
///
/// # Errors
/// If the output cannot be written.
pub fn history(out: &mut dyn Write, waivers: &[Waiver], now: Timestamp) -> io::Result<()> {
    if waivers.is_empty() {
        return Ok(());
    }
    let width = style::width();
    writeln!(out, "\n{}", paint(STRONG, "Waivers"))?;
    for waiver in waivers {
        let standing = waiver.ending_at(now).map_or("in force", |ending| ending.as_str());
        writeln!(out, "  {} to {}, {standing}", day(waiver.granted), day(waiver.until))?;
        let who = format!("owner {}, approver {}: {}", waiver.owner, waiver.approver, waiver.reason);
        let why = waiver.ending_reason.as_ref().map(|reason| format!("{standing}: {reason}"));
        for text in [Some(who), why].into_iter().flatten() {
            for line in wrap(&text, width - 4) {
                writeln!(out, "    {}", paint(DIM, line))?;
            }
        }
    }
    Ok(())
}
