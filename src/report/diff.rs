//! What changed between two scans, for people.

use super::style::{self, DIM, STRONG, cut, cut_middle, paint, wrap};
use crate::finding::difference::Said;
use crate::store::{Compared, Scan};
use std::io::{self, Write};

/// The differences of two scans.
#[derive(Debug, Clone, Default)]
pub struct Differences {
    /// What fails and did not before.
    pub new: Vec<Compared>,
    /// What failed and no longer does.
    pub resolved: Vec<Compared>,
    /// What else changed.
    pub changed: Vec<Compared>,
    /// Findings that only one of the scans looked at.
    pub not_compared: u64,
}

/// New, resolved and changed findings, one or two lines each.
///
/// # Errors
/// If the output cannot be written.
pub fn show(out: &mut dyn Write, before: &Scan, after: &Scan, differences: &Differences) -> io::Result<()> {
    for (word, scan) in [("From", before), ("To  ", after)] {
        writeln!(out, "{word} scan {} of {:.0}", scan.id, scan.now)?;
    }
    let Differences { new, resolved, changed, not_compared } = differences;
    for (title, compared) in [("New", new), ("Resolved", resolved), ("Changed", changed)] {
        writeln!(out, "\n{}: {}", paint(STRONG, title), style::grouped(compared.len() as u64))?;
        for one in compared {
            line(out, one)?;
        }
    }
    if *not_compared > 0 {
        let text = format!(
            "{} not compared: one of the scans did not run the control, or did not list all resources of the type",
            style::count(*not_compared, "finding")
        );
        writeln!(out)?;
        for line in wrap(&text, style::width()) {
            writeln!(out, "{line}")?;
        }
    }
    Ok(())
}

fn line(out: &mut dyn Write, compared: &Compared) -> io::Result<()> {
    let width = style::width();
    let finding = &compared.finding;
    let severity = paint(style::severity(finding.severity), format!("{:<8}", style::short_severity(finding.severity)));
    let head = format!("{}  {}", finding.id.short(), finding.control);
    let room = width.saturating_sub(9 + head.len() + 2);
    writeln!(out, "{severity} {head}  {}", cut(&finding.title, room))?;
    let place = format!("         {:<14}  ", cut(&finding.region, 14));
    let name = cut_middle(&finding.resource, width.saturating_sub(place.len()));
    writeln!(out, "{place}{name}")?;
    let (then, now) = (words(compared.before.as_ref()), words(compared.after.as_ref()));
    let reason = compared.after.as_ref().and_then(|said| said.reason.as_deref());
    let step = if then == now { now } else { format!("{then} -> {now}") };
    let text = reason.map_or_else(|| step.clone(), |reason| format!("{step}: {reason}"));
    for line in wrap(&text, width - 9) {
        writeln!(out, "         {}", paint(DIM, line))?;
    }
    Ok(())
}

/// Verdict and status, `FAIL WAIVED`. That what fails is open goes without saying.
fn words(said: Option<&Said>) -> String {
    use crate::finding::{Status, Verdict};
    match said {
        None => "not there".to_owned(),
        Some(Said { verdict: Verdict::Fail, status: Some(Status::Open), .. }) => Verdict::Fail.to_string(),
        Some(Said { verdict, status: Some(Status::Waived), .. }) => format!("{verdict} {}", Status::Waived),
        Some(Said { verdict, .. }) => verdict.to_string(),
    }
}
