//! Where the organisation stands with each framework, requirement by requirement.

use super::control_anchor;
use super::summary::{covered, standings};
use crate::evidence::dossier::{Dossier, FrameworkFacts};
use crate::evidence::report::chart::{Amount, bars};
use crate::evidence::report::figures::Figures;
use crate::evidence::report::flow::Flow;
use crate::evidence::report::table::{Cell, Table, column};
use crate::evidence::report::text::{Span, body, small, small_code, strong};
use crate::evidence::report::theme;
use crate::evidence::report::words::{self, count, counted, percent};
use crate::finding::Verdict;
use crate::framework::status::{RequirementStatus, Standing};
use crate::framework::{self, Assessment};
use std::collections::BTreeSet;

/// Section 3.
pub fn frameworks(flow: &mut Flow<'_>, dossier: &Dossier, figures: &Figures<'_>) {
    flow.heading(1, "Frameworks", "frameworks");
    if dossier.frameworks.is_empty() {
        flow.say("No framework is in scope.");
    }
    let told: BTreeSet<_> = figures.groups.iter().map(|group| group.id).collect();
    let manual: BTreeSet<_> =
        figures.groups.iter().filter(|group| !group.manual.is_empty()).map(|group| group.id).collect();
    for one in &dossier.frameworks {
        flow.heading(2, &words::framework(one), &format!("framework:{}", one.id));
        framework(flow, one, &told, &manual);
    }
}

fn framework(flow: &mut Flow<'_>, one: &FrameworkFacts, told: &BTreeSet<&str>, manual: &BTreeSet<&str>) {
    let (covered, all) = covered(one.totals);
    flow.paragraph(&[
        strong(format!(
            "{} of {} covered requirements are met ({}).",
            count(one.totals.met as u64),
            count(covered),
            percent(one.totals.met as u64, covered)
        )),
        body(format!(
            " Controls cover {} of the {} in force, {} of the framework; the others must be shown by other evidence.",
            count(covered),
            counted(all, "requirement"),
            percent(covered, all),
        )),
    ]);
    let amounts: Vec<_> = standings(one.totals)
        .into_iter()
        .map(|(standing, number)| Amount {
            label: standing.words().to_owned(),
            number,
            color: theme::standing(standing),
        })
        .collect();
    bars(flow, &format!("requirements of {} by standing", one.title), &amounts);
    let rows =
        one.requirements.iter().filter(|requirement| requirement.status != Standing::NotCovered).map(|requirement| {
            let shown = Shown::of(requirement, manual);
            vec![
                small_code(&requirement.id).into(),
                small(&requirement.title).into(),
                Cell::from(small(shown.words)).sign(theme::verdict(shown.verdict)),
                controls(requirement, told).into(),
                reasons(requirement).into(),
            ]
        });
    flow.table(&Table {
        summary: format!("Requirements of {} that controls cover: standing, controls and reasons", one.title),
        columns: vec![
            column("Requirement", 0.125),
            column("Title", 0.24),
            column("Standing", 0.14),
            column("Controls", 0.215),
            column("Why", 0.28),
        ],
        rows: rows.collect(),
        empty: "No control covers a requirement of this framework.",
    });
    not_covered(flow, one);
}

struct Shown {
    words: &'static str,
    verdict: Verdict,
}

impl Shown {
    /// A requirement of which a control asks for an attestation is not met by machines alone.
    fn of(requirement: &RequirementStatus, manual: &BTreeSet<&str>) -> Self {
        let attested = requirement.controls.iter().any(|control| manual.contains(control.as_str()));
        match requirement.status {
            Standing::Met if attested => Self { words: "manual, to be attested", verdict: Verdict::Manual },
            Standing::Met => Self { words: "met", verdict: Verdict::Pass },
            Standing::Failing => Self { words: "failing", verdict: Verdict::Fail },
            Standing::NotEvaluated => Self { words: "could not be evaluated", verdict: Verdict::Error },
            Standing::NotCovered => Self { words: "not covered", verdict: Verdict::NotApplicable },
        }
    }
}

fn controls(requirement: &RequirementStatus, told: &BTreeSet<&str>) -> Vec<Vec<Span>> {
    let lines = requirement.controls.iter().map(|control| {
        let id = small_code(control);
        vec![if told.contains(control.as_str()) { id.link(control_anchor(control)) } else { id }]
    });
    lines.collect()
}

fn reasons(requirement: &RequirementStatus) -> Vec<Vec<Span>> {
    let mut lines: Vec<_> = requirement.reasons.iter().map(|reason| vec![small(reason)]).collect();
    if requirement.waived > 0 {
        lines.push(vec![small(format!("{} accepted, see section 6", counted(requirement.waived, "failure")))]);
    }
    if lines.is_empty() {
        lines.push(vec![small(format!(
            "{} evaluated, none fails",
            counted(requirement.controls.len() as u64, "control")
        ))]);
    }
    lines
}

/// What no control covers: by id only, since there may be a thousand; `ciacm frameworks show` has the titles.
fn not_covered(flow: &mut Flow<'_>, one: &FrameworkFacts) {
    let manual: BTreeSet<&str> = framework::all()
        .ok()
        .and_then(|all| all.iter().find(|framework| framework.id == one.id))
        .map(|framework| {
            let manual = framework.requirements.iter().filter(|one| one.assessment == Some(Assessment::Manual));
            manual.map(|one| one.id.as_str()).collect()
        })
        .unwrap_or_default();
    let (human, other): (Vec<_>, Vec<_>) = one
        .requirements
        .iter()
        .filter(|requirement| requirement.status == Standing::NotCovered)
        .map(|requirement| requirement.id.as_str())
        .partition(|id| manual.contains(id));
    if !human.is_empty() {
        flow.paragraph(&[
            strong(format!("Manual ({}). ", count(human.len() as u64))),
            body("The publisher says that a human must assess these:"),
        ]);
        flow.paragraph(&[small_code(human.join(", "))]);
    }
    if !other.is_empty() {
        flow.paragraph(&[
            strong(format!("Not covered ({}). ", count(other.len() as u64))),
            body("No control of the library looks at these:"),
        ]);
        flow.paragraph(&[small_code(other.join(", "))]);
    }
}
