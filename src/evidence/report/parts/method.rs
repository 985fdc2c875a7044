//! How the evidence came about, and the proof that the log of it was not changed.

use crate::evidence::dossier::Dossier;
use crate::evidence::report::figures::Figures;
use crate::evidence::report::flow::Flow;
use crate::evidence::report::text::{body, small, small_code};
use crate::evidence::report::words::{count, counted, time};

/// Section 8.
pub fn method(flow: &mut Flow<'_>, dossier: &Dossier, figures: &Figures<'_>) {
    flow.heading(1, "Methodology", "method");
    flow.heading(2, "How a verdict comes about", "method:verdict");
    flow.bullets(&[
        vec![body("The program lists the resources of the types that the controls in scope look at, in every enabled region, and reads only the settings that these controls name. It calls no operation that changes anything.")],
        vec![body("Each control is an expression over one resource. It is evaluated without network, clock or randomness: the same readings give the same verdict. The readings behind each verdict are in resources/ of the pack.")],
        vec![body("PASS and FAIL carry the values that decided them. NOT_APPLICABLE means that the control does not concern the resource. A setting that could not be read gives ERROR, unless the verdict does not depend on it.")],
        vec![body("A finding is one control on one resource, across scans. It is OPEN while it fails, FIXED by a verified remediation, RESOLVED when a later scan finds it repaired or gone, WAIVED while accepted. An ERROR never closes a finding.")],
        vec![body("A requirement is met if every control mapped to it ran on every resource and none fails. A control with a parameter looser than the framework asks makes the requirement fail.")],
    ]);
    flow.heading(2, "What was looked at", "method:looked");
    let calls: u64 = dossier.scans.iter().map(|scan| scan.calls).sum();
    flow.bullets(&[
        vec![body(format!(
            "{} in {}, with {}.",
            counted(figures.seen, "resource"),
            counted(dossier.scope.accounts.len() as u64, "account"),
            counted(calls, "API call"),
        ))],
        vec![body(format!(
            "{} gave {}.",
            counted(dossier.library.controls, "control"),
            counted(figures.verdicts.values().sum(), "verdict"),
        ))],
    ]);
    flow.heading(2, "What was not looked at", "method:not");
    flow.bullets(&not_looked_at(dossier, figures).into_iter().map(|text| vec![body(text)]).collect::<Vec<_>>());
}

fn not_looked_at(dossier: &Dossier, figures: &Figures<'_>) -> Vec<String> {
    let failed: u64 = dossier.failed_calls.iter().map(|call| call.count).sum();
    let mut points = vec![
        "What happened between scans: a setting that was changed and changed back is not seen.".to_owned(),
        "What no API shows: policies on paper, training, physical access, the content of data.".to_owned(),
    ];
    let uncovered: usize = dossier.frameworks.iter().map(|one| one.totals.not_covered).sum();
    if uncovered > 0 {
        points.push(format!("{} without a control; section 3 lists them.", counted(uncovered as u64, "requirement")));
    }
    for account in dossier.scope.accounts.iter().filter(|account| !account.disabled_regions.is_empty()) {
        points.push(format!(
            "{} of account {} that it has not enabled, where no resources can be: {}.",
            counted(account.disabled_regions.len() as u64, "region"),
            account.id,
            account.disabled_regions.join(", "),
        ));
    }
    if failed > 0 {
        points.push(format!("What {} would have told; section 5 lists them.", counted(failed, "failed API call")));
    } else {
        points.push("No API call failed.".to_owned());
    }
    if figures.incomplete.is_empty() {
        points.push("Every list was read to the last page.".to_owned());
    } else {
        points.push(format!(
            "Resources on pages of {} that could not be read.",
            counted(figures.incomplete.len() as u64, "list"),
        ));
    }
    points
}

/// Section 9.
pub fn audit_log(flow: &mut Flow<'_>, dossier: &Dossier, _: &Figures<'_>) {
    flow.heading(1, "Proof of the audit log", "audit");
    flow.say(
        "Every step is an entry of an append-only log: scans, findings, waivers, plans, approvals, exports, keys. Each entry \
         holds the hash of the one before, and a Merkle tree (RFC 6962) over all of them has the root below. Changing, \
         leaving out or adding an entry changes the root, which is part of this signed document. The entries, the signed \
         checkpoint and the proofs are in audit/ of the pack; docs/audit-log.md of the program tells the algorithm well enough \
         to check it with a program of your own.",
    );
    let log = &dossier.audit;
    let span = |text: String| vec![vec![small(text)]];
    let at = |when: Option<jiff::Timestamp>| when.map_or_else(|| "none".to_owned(), time);
    flow.facts(
        "The audit log",
        vec![
            ("Log", vec![vec![small_code(&log.origin)]]),
            ("Entries", span(count(log.size))),
            ("Merkle root", vec![vec![small_code(&log.root)]]),
            ("First entry", span(at(log.first))),
            ("Last entry", span(at(log.last))),
            ("Verification", span(log.verified.clone())),
        ],
    );
}
