//! What people decided: failures that were accepted, changes that were made.

use crate::evidence::dossier::{ActionFacts, Dossier};
use crate::evidence::report::figures::Figures;
use crate::evidence::report::flow::Flow;
use crate::evidence::report::table::{Cell, Table, column};
use crate::evidence::report::text::{Span, small, small_code, small_quiet};
use crate::evidence::report::theme;
use crate::evidence::report::words::{self, date, listed, shortened, time};
use serde_json::Value;

/// How many characters of a state are shown.
const STATE: usize = 600;

/// Section 6.
pub fn waivers(flow: &mut Flow<'_>, dossier: &Dossier, _: &Figures<'_>) {
    flow.heading(1, "Accepted failures", "waivers");
    flow.say(
        "A waiver accepts one failure until a date. It needs a reason, an owner and an approver, and ends by itself. An \
         accepted failure stays a failure: it is shown as such in section 4.",
    );
    let rows = dossier.waivers.iter().map(|waiver| {
        let status = waiver.status.map_or_else(|| "not failing".to_owned(), |status| status.to_string());
        let resource = vec![
            vec![small_code(&waiver.control)],
            vec![small_code(&waiver.resource)],
            vec![small_quiet(format!("finding {}", waiver.finding.short()))],
        ];
        vec![
            Cell::from(resource),
            small(&waiver.reason).into(),
            vec![vec![small(&waiver.owner)], vec![small_quiet(format!("approved by {}", waiver.approver))]].into(),
            vec![vec![small(date(waiver.until))], vec![small_quiet(format!("since {}", date(waiver.granted)))]].into(),
            waiver
                .status
                .map_or_else(|| small(&status).into(), |one| Cell::from(small(&status)).sign(theme::status(one))),
        ]
    });
    flow.table(&Table {
        summary: "Accepted failures: reason, owner, approver, dates".to_owned(),
        columns: vec![
            column("Control and resource", 0.3),
            column("Reason", 0.27),
            column("Owner", 0.18),
            column("Until", 0.13),
            column("Status", 0.13),
        ],
        rows: rows.collect(),
        empty: "No failure in scope was accepted.",
    });
}

/// Section 7.
pub fn actions(flow: &mut Flow<'_>, dossier: &Dossier, _: &Figures<'_>) {
    flow.heading(1, "Remediations", "actions");
    flow.say(
        "Each change was planned, approved by its hash, applied only if the resource still was what the plan saw, and checked \
         by reading again.",
    );
    let rows = dossier.actions.iter().map(|action| {
        vec![
            subject(action).into(),
            vec![vec![small(&action.state)], vec![small_quiet(time(action.at))]].into(),
            small(if action.approvers.is_empty() { "nobody".to_owned() } else { listed(&action.approvers) }).into(),
            state(&action.before).into(),
            state(&action.after).into(),
        ]
    });
    flow.table(&Table {
        summary: "Remediations: state, approvers, the resource before and after".to_owned(),
        columns: vec![
            column("Operation and resource", 0.28),
            column("State", 0.13),
            column("Approved by", 0.15),
            column("Before", 0.22),
            column("After", 0.22),
        ],
        rows: rows.collect(),
        empty: "No remediation was planned or made for a finding in scope.",
    });
}

fn subject(action: &ActionFacts) -> Vec<Vec<Span>> {
    let mut lines = vec![
        vec![small_code(&action.operation)],
        vec![small_code(&action.resource)],
        vec![small_quiet(format!("finding {}", action.finding.short()))],
        vec![small_quiet(format!("plan {}", action.plan.chars().take(12).collect::<String>()))],
    ];
    lines.extend(action.run.as_ref().map(|run| vec![small_quiet(format!("run {run}"))]));
    lines
}

fn state(value: &Value) -> Vec<Vec<Span>> {
    let text = if value.is_null() { "nothing".to_owned() } else { words::value(value) };
    vec![vec![small_code(shortened(&text, STATE))]]
}
