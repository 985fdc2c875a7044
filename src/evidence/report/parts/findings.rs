//! What fails, control by control.

use super::control_anchor;
use crate::evidence::dossier::{Dossier, FindingFacts};
use crate::evidence::report::figures::{Figures, Group};
use crate::evidence::report::flow::Flow;
use crate::evidence::report::table::{Cell, Table, column};
use crate::evidence::report::text::{BODY, Span, body, small, small_code, small_quiet, small_strong, strong};
use crate::evidence::report::theme;
use crate::evidence::report::words::{count, counted, date, prose, shortened, value};
use crate::finding::{Status, Verdict};

/// How many resources of a control are listed.
const ROWS: usize = 500;
/// How many characters of a value are shown.
const VALUE: usize = 160;
/// How many values of a finding are shown.
const VALUES: usize = 4;
/// How many changes of a finding are shown.
const CHANGES: usize = 4;

/// Where everything is that this report shortens.
const IN_FULL: &str = "findings/findings.json, which is also attached to this document";

/// Section 4.
pub fn findings(flow: &mut Flow<'_>, _: &Dossier, figures: &Figures<'_>) {
    flow.heading(1, "Findings", "findings");
    flow.say(format!(
        "By control, the highest severity first; each with the resources that fail, since when, why, and the values that \
         decided it. Resources that pass are counted, not listed. Long values, histories of more than {CHANGES} changes \
         and more than {ROWS} resources of one control are shortened where it is said; everything is in {IN_FULL}.",
    ));
    let failing = figures.groups.iter().filter(|group| !group.open.is_empty() || !group.waived.is_empty());
    let mut any = false;
    for group in failing {
        any = true;
        control(flow, group);
    }
    if !any {
        flow.say("No control fails on any resource.");
    }
    flow.heading(2, "Findings that were closed", "findings:closed");
    closed(flow, figures);
}

fn control(flow: &mut Flow<'_>, group: &Group<'_>) {
    flow.heading(2, &format!("{}: {}", group.id, group.title), &control_anchor(group.id));
    flow.paragraph(&[strong(format!("Severity {}. ", group.severity)), body(format!("{}.", tally(group)))]);
    if let Some(control) = group.control {
        let frameworks: Vec<_> = control
            .frameworks
            .iter()
            .map(|(framework, requirements)| format!("{framework}: {}", requirements.join(", ")))
            .collect();
        if !frameworks.is_empty() {
            flow.paragraph(&[strong("Serves "), body(format!("{}.", frameworks.join("; ")))]);
        }
        labelled(flow, "Why it matters. ", &control.rationale);
    }
    let all: Vec<_> = group.open.iter().chain(&group.waived).collect();
    flow.table(&Table {
        summary: format!("Resources on which {} fails", group.id),
        columns: vec![
            column("Resource", 0.31),
            column("Place", 0.15),
            column("Status", 0.15),
            column("Why, and the values that decided it", 0.4),
        ],
        rows: all.iter().take(ROWS).map(|facts| row(facts)).collect(),
        empty: "None.",
    });
    if all.len() > ROWS {
        flow.say(format!(
            "{} of this control are not listed here; they are in {IN_FULL}.",
            counted((all.len() - ROWS) as u64, "further failure"),
        ));
    }
    if let Some(control) = group.control {
        labelled(flow, "How to repair. ", &control.remediation);
    }
}

fn tally(group: &Group<'_>) -> String {
    let mut parts = vec![format!("Fails on {}", counted((group.open.len() + group.waived.len()) as u64, "resource"))];
    if !group.waived.is_empty() {
        parts.push(format!("of which {} accepted", count(group.waived.len() as u64)));
    }
    parts.push(format!("passes on {}", count(group.verdict(Verdict::Pass))));
    for (verdict, words) in [
        (Verdict::NotApplicable, "does not apply to"),
        (Verdict::Error, "could not be evaluated on"),
        (Verdict::Manual, "is to be attested for"),
    ] {
        if group.verdict(verdict) > 0 {
            parts.push(format!("{words} {}", count(group.verdict(verdict))));
        }
    }
    parts.join(", ")
}

/// Prose of the control library after a label; nothing if the library no longer has it.
fn labelled(flow: &mut Flow<'_>, label: &str, text: &str) {
    for (number, mut paragraph) in prose(text, BODY).into_iter().enumerate() {
        if number == 0 {
            paragraph.insert(0, strong(label));
        }
        flow.paragraph(&paragraph);
    }
}

fn row(facts: &FindingFacts) -> Vec<Cell> {
    let finding = &facts.finding;
    let mut why = vec![vec![small(finding.reason.as_deref().unwrap_or("No reason was recorded."))]];
    why.extend(values(facts));
    vec![
        resource(facts).into(),
        vec![vec![small_code(&finding.account)], vec![small_code(&finding.region)]].into(),
        status(facts),
        why.into(),
    ]
}

/// The name, the id and the finding's own id.
pub fn resource(facts: &FindingFacts) -> Vec<Vec<Span>> {
    let finding = &facts.finding;
    let name = finding.name.as_deref().filter(|name| !name.is_empty() && *name != finding.resource);
    let mut lines: Vec<_> = name.map(|name| vec![small_strong(name)]).into_iter().collect();
    let id = if finding.resource == "*" { "all that could not be listed" } else { &finding.resource };
    lines.push(vec![small_code(id)]);
    lines.push(vec![small_quiet(format!("finding {}", finding.id.short()))]);
    lines
}

fn status(facts: &FindingFacts) -> Cell {
    let finding = &facts.finding;
    let status = finding.status.unwrap_or(Status::Open);
    let mut lines =
        vec![vec![small(status.as_str())], vec![small_quiet(format!("first seen {}", date(finding.first_seen)))]];
    if finding.reopened > 0 {
        lines.push(vec![small_quiet(format!("reopened {}", counted(finding.reopened.into(), "time")))]);
    }
    lines.extend(history(facts).into_iter().map(|line| vec![small_quiet(line)]));
    Cell::from(lines).sign(theme::status(status))
}

/// The changes after the first one, the newest first.
fn history(facts: &FindingFacts) -> Vec<String> {
    let changes = facts.history.get(1..).unwrap_or_default();
    let told = changes.iter().rev().take(CHANGES).map(|change| {
        let words = change.to_status.map_or_else(|| change.verdict.to_string(), |status| status.to_string());
        format!("{} {}", date(change.at), words.to_lowercase())
    });
    let mut lines: Vec<_> = told.collect();
    if changes.len() > CHANGES {
        lines.push(format!("and {} before", counted((changes.len() - CHANGES) as u64, "change")));
    }
    lines
}

/// The values that decided it.
fn values(facts: &FindingFacts) -> Vec<Vec<Span>> {
    let Some(evidence) = facts.finding.evidence.as_array() else { return Vec::new() };
    let mut lines: Vec<_> = evidence
        .iter()
        .take(VALUES)
        .map(|one| {
            let path = one.get("path").and_then(serde_json::Value::as_str).unwrap_or("value");
            let shown = one.get("value").map_or_else(|| value(one), value);
            let path = path.strip_prefix("resource.").unwrap_or(path);
            vec![small_code(format!("{path} = {}", shortened(&shown, VALUE)))]
        })
        .collect();
    if evidence.len() > VALUES {
        lines.push(vec![small_quiet(format!("and {}", counted((evidence.len() - VALUES) as u64, "more value")))]);
    }
    lines
}

fn closed(flow: &mut Flow<'_>, figures: &Figures<'_>) {
    let rows = figures.closed.iter().take(ROWS).map(|facts| {
        let finding = &facts.finding;
        let words = match finding.status {
            Some(Status::Fixed) => "fixed, by a verified remediation",
            _ => "resolved, found repaired or gone by a scan",
        };
        vec![
            resource(facts).into(),
            small_code(&finding.control).into(),
            small(date(finding.first_seen)).into(),
            small(date(finding.last_changed)).into(),
            Cell::from(small(words)).sign(theme::verdict(Verdict::Pass)),
        ]
    });
    flow.table(&Table {
        summary: "Findings that failed once and do so no more".to_owned(),
        columns: vec![
            column("Resource", 0.34),
            column("Control", 0.16),
            column("First seen", 0.13),
            column("Closed", 0.13),
            column("How", 0.24),
        ],
        rows: rows.collect(),
        empty: "No finding that once failed was closed by the scans of this report.",
    });
    if figures.closed.len() > ROWS {
        flow.say(format!(
            "{} are in {IN_FULL}.",
            counted((figures.closed.len() - ROWS) as u64, "further closed finding")
        ));
    }
}
