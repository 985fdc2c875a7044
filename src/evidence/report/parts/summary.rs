//! The executive summary.

use super::control_anchor;
use super::cover::{period, result};
use crate::evidence::dossier::{Dossier, FrameworkFacts};
use crate::evidence::report::chart::{Amount, Stack, bars, stacks};
use crate::evidence::report::figures::Figures;
use crate::evidence::report::flow::Flow;
use crate::evidence::report::table::{Cell, Table, column, numbers};
use crate::evidence::report::text::{body, small, small_code, strong};
use crate::evidence::report::theme;
use crate::evidence::report::words::{count, counted, percent};
use crate::finding::{Severity, Verdict};
use crate::framework::status::{Standing, Totals};

/// How many frameworks one chart shows, so that it fits on a page.
const STACKS: usize = 20;
/// How many controls the summary names.
const WORST: usize = 10;

/// Section 1.
pub fn summary(flow: &mut Flow<'_>, dossier: &Dossier, figures: &Figures<'_>) {
    flow.heading(1, "Executive summary", "summary");
    flow.paragraph(&[
        body(format!(
            "{} evaluated {} in {} against {}. Period: {}. Result: ",
            dossier.organisation,
            counted(figures.evaluated, "resource"),
            counted(dossier.scope.accounts.len() as u64, "cloud account"),
            counted(dossier.library.controls, "control"),
            lower_first(&period(&dossier.scope)),
        )),
        strong(format!("{}.", result(dossier, figures))),
    ]);
    flow.paragraph(&[body(
        "A verdict says what a control found on one resource at the time of the scan. FAIL means that the rule is broken; \
         ERROR means that it could not be evaluated, and nothing may be concluded from it; it is never counted as met. This \
         report is evidence for an audit. It is not an audit opinion.",
    )]);
    flow.heading(2, "Open failures by severity", "summary:severity");
    let open: Vec<_> = Severity::ALL
        .iter()
        .rev()
        .map(|&severity| Amount {
            label: severity.as_str().to_owned(),
            number: figures.open.get(&severity).copied().unwrap_or(0),
            color: theme::severity(severity),
        })
        .collect();
    bars(flow, "open failures by severity", &open);
    flow.heading(2, "Verdicts", "summary:verdicts");
    let verdicts: Vec<_> = [Verdict::Fail, Verdict::Error, Verdict::Manual, Verdict::Pass, Verdict::NotApplicable]
        .into_iter()
        .map(|verdict| Amount {
            label: described(verdict).to_owned(),
            number: figures.verdict(verdict),
            color: theme::verdict(verdict),
        })
        .collect();
    bars(flow, "verdicts", &verdicts);
    flow.heading(2, "Frameworks", "summary:frameworks");
    if dossier.frameworks.is_empty() {
        flow.say("No framework is in scope.");
    } else {
        let all: Vec<_> = dossier.frameworks.iter().map(stack).collect();
        for some in all.chunks(STACKS) {
            stacks(flow, "requirements by framework and standing", some);
        }
        coverage(flow, dossier);
    }
    worst(flow, figures);
}

fn lower_first(text: &str) -> String {
    let mut characters = text.chars();
    characters.next().map(|first| first.to_lowercase().chain(characters).collect()).unwrap_or_default()
}

/// A verdict with its meaning.
pub fn described(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Fail => "FAIL, rule broken",
        Verdict::Error => "ERROR, not evaluated",
        Verdict::Manual => "MANUAL, to be attested",
        Verdict::Pass => "PASS, rule met",
        Verdict::NotApplicable => "NOT_APPLICABLE",
    }
}

/// The standings with their counts.
pub fn standings(totals: Totals) -> [(Standing, u64); 4] {
    [
        (Standing::Met, totals.met as u64),
        (Standing::Failing, totals.failing as u64),
        (Standing::NotEvaluated, totals.not_evaluated as u64),
        (Standing::NotCovered, totals.not_covered as u64),
    ]
}

fn stack(framework: &FrameworkFacts) -> Stack {
    let parts = standings(framework.totals).into_iter().map(|(standing, number)| Amount {
        label: standing.words().to_owned(),
        number,
        color: theme::standing(standing),
    });
    Stack { label: framework.title.clone(), parts: parts.collect() }
}

/// How many requirements at least one control serves, and all.
pub fn covered(totals: Totals) -> (u64, u64) {
    let covered = (totals.met + totals.failing + totals.not_evaluated) as u64;
    (covered, covered + totals.not_covered as u64)
}

fn coverage(flow: &mut Flow<'_>, dossier: &Dossier) {
    let rows = dossier.frameworks.iter().map(|framework| {
        let (covered, all) = covered(framework.totals);
        let number = |number: usize| Cell::from(small(count(number as u64)));
        vec![
            small(&framework.title).link(format!("framework:{}", framework.id)).into(),
            number(framework.totals.met),
            number(framework.totals.failing),
            number(framework.totals.not_evaluated),
            number(framework.totals.not_covered),
            small(format!("{} of {} ({})", count(covered), count(all), percent(covered, all))).into(),
        ]
    });
    flow.table(&Table {
        summary: "Requirements of each framework by standing".to_owned(),
        columns: vec![
            column("Framework", 0.32),
            numbers("Met", 0.1),
            numbers("Failing", 0.1),
            numbers("Not evaluated", 0.14),
            numbers("Not covered", 0.13),
            numbers("Covered by controls", 0.21),
        ],
        rows: rows.collect(),
        empty: "No framework is in scope.",
    });
    flow.say(
        "“Met” means that every control mapped to the requirement ran on every resource and none fails. It does not mean that \
         the requirement as a whole is fulfilled: most requirements also ask for policies, people and records that no API \
         shows. What no control covers must be shown by other evidence.",
    );
}

fn worst(flow: &mut Flow<'_>, figures: &Figures<'_>) {
    flow.heading(2, "What to look at first", "summary:first");
    let rows = figures.groups.iter().filter(|group| !group.open.is_empty()).take(WORST).map(|group| {
        vec![
            small_code(group.id).link(control_anchor(group.id)).into(),
            small(group.title).into(),
            Cell::from(small(group.severity.as_str())).sign(theme::severity(group.severity)),
            small(count(group.open.len() as u64)).into(),
        ]
    });
    flow.table(&Table {
        summary: "The controls of the highest severity that fail".to_owned(),
        columns: vec![
            column("Control", 0.17),
            column("What must be true", 0.5),
            column("Severity", 0.17),
            numbers("Open", 0.1),
        ],
        rows: rows.collect(),
        empty: "No control has an open failure.",
    });
    let more = figures.groups.iter().filter(|group| !group.open.is_empty()).count().saturating_sub(WORST);
    if more > 0 {
        flow.say(format!("{} with open failures follow in section 4.", counted(more as u64, "further control")));
    }
}
