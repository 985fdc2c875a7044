//! What could not be evaluated, and what a human must attest.

use super::control_anchor;
use super::findings::resource;
use crate::evidence::dossier::Dossier;
use crate::evidence::report::figures::Figures;
use crate::evidence::report::flow::Flow;
use crate::evidence::report::table::{Cell, Table, column, numbers};
use crate::evidence::report::text::{Span, small, small_code};
use crate::evidence::report::theme;
use crate::evidence::report::words::{count, counted, shortened};
use crate::finding::Verdict;

/// How many verdicts and calls are listed.
const ROWS: usize = 300;

/// Section 5.
pub fn gaps(flow: &mut Flow<'_>, dossier: &Dossier, figures: &Figures<'_>) {
    flow.heading(1, "What could not be evaluated", "gaps");
    flow.say(
        "A call that was denied, throttled or not implemented gives no verdict: the control says ERROR, with the call and the \
         permission that is missing. None of these counts as met anywhere in this report.",
    );
    flow.heading(2, "Verdicts ERROR", "gaps:errors");
    errors(flow, figures);
    flow.heading(2, "Lists that could not be read to the end", "gaps:lists");
    let rows = figures.incomplete.iter().map(|one| {
        vec![
            small_code(&one.kind).into(),
            small_code(&one.account).into(),
            small_code(&one.region).into(),
            small(count(one.seen)).into(),
        ]
    });
    flow.table(&Table {
        summary: "Lists of resources of which not all pages could be read".to_owned(),
        columns: vec![
            column("Resource type", 0.4),
            column("Account", 0.25),
            column("Region", 0.2),
            numbers("Seen", 0.15),
        ],
        rows: rows.collect(),
        empty: "Every list was read to the last page.",
    });
    flow.heading(2, "API calls that failed", "gaps:calls");
    calls(flow, dossier);
    flow.heading(2, "To be attested by a human", "gaps:manual");
    manual(flow, figures);
}

fn errors(flow: &mut Flow<'_>, figures: &Figures<'_>) {
    // A control that also fails has its place in section 4.
    for group in figures.groups.iter().filter(|group| group.open.is_empty() && group.waived.is_empty()) {
        flow.anchor_here(&control_anchor(group.id));
    }
    let all: Vec<_> = figures.groups.iter().flat_map(|group| &group.errors).collect();
    let rows = all.iter().take(ROWS).map(|facts| {
        let finding = &facts.finding;
        vec![
            Cell::from(small_code(&finding.control)).sign(theme::verdict(Verdict::Error)),
            resource(facts).into(),
            vec![vec![small_code(&finding.account)], vec![small_code(&finding.region)]].into(),
            small(shortened(finding.reason.as_deref().unwrap_or("No reason was recorded."), 400)).into(),
        ]
    });
    flow.table(&Table {
        summary: "Verdicts ERROR with their reasons".to_owned(),
        columns: vec![column("Control", 0.23), column("Resource", 0.29), column("Place", 0.15), column("Why", 0.35)],
        rows: rows.collect(),
        empty: "Every control could be evaluated on every resource.",
    });
    rest(flow, all.len(), "verdict ERROR is", "verdicts ERROR are");
}

fn rest(flow: &mut Flow<'_>, all: usize, one: &str, many: &str) {
    if all > ROWS {
        let more = (all - ROWS) as u64;
        let words = if more == 1 { one } else { many };
        flow.say(format!("{} further {words} not listed here; findings/findings.json has all of them.", count(more)));
    }
}

fn calls(flow: &mut Flow<'_>, dossier: &Dossier) {
    let rows = dossier.failed_calls.iter().take(ROWS).map(|failed| {
        let mut place: Vec<Vec<Span>> = vec![vec![small_code(&failed.account)], vec![small_code(&failed.region)]];
        place.extend(failed.resource.as_ref().map(|resource| vec![small_code(resource)]));
        vec![
            small_code(&failed.failure.call).into(),
            place.into(),
            vec![vec![small_code(&failed.failure.code)], vec![small(shortened(&failed.failure.message, 200))]].into(),
            small_code(&failed.failure.permission).into(),
            small(count(failed.count)).into(),
        ]
    });
    flow.table(&Table {
        summary: "API calls that failed, with the permission that each needs".to_owned(),
        columns: vec![
            column("Call", 0.24),
            column("Place", 0.23),
            column("Answer", 0.25),
            column("Permission", 0.2),
            numbers("Times", 0.09),
        ],
        rows: rows.collect(),
        empty: "No API call failed.",
    });
    if dossier.failed_calls.len() > ROWS {
        let more = (dossier.failed_calls.len() - ROWS) as u64;
        flow.say(format!(
            "{} are not listed here; findings/findings.json has them.",
            counted(more, "further failed call")
        ));
    }
}

fn manual(flow: &mut Flow<'_>, figures: &Figures<'_>) {
    let rows = figures.groups.iter().filter(|group| !group.manual.is_empty()).map(|group| {
        vec![small_code(group.id).into(), small(group.title).into(), small(count(group.manual.len() as u64)).into()]
    });
    flow.table(&Table {
        summary: "Controls that a human must attest".to_owned(),
        columns: vec![column("Control", 0.2), column("What must be true", 0.65), numbers("Resources", 0.15)],
        rows: rows.collect(),
        empty: "No control that ran asks for an attestation.",
    });
}
