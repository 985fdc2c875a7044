//! The controls with their parameters and hashes, how to verify, words.

use super::control_anchor;
use crate::evidence::dossier::{ControlFacts, Dossier};
use crate::evidence::report::figures::Figures;
use crate::evidence::report::flow::Flow;
use crate::evidence::report::table::{Cell, Table, column, numbers};
use crate::evidence::report::text::{Span, body, code, small, small_code, small_quiet};
use crate::evidence::report::theme;
use crate::evidence::report::words::{count, counted, value};
use crate::finding::Verdict;
use std::collections::BTreeMap;

/// The appendices.
pub fn appendix(flow: &mut Flow<'_>, dossier: &Dossier, figures: &Figures<'_>) {
    flow.unnumbered(1, "Appendix A: controls", "appendix:controls");
    flow.paragraph(&[
        body(
            "The controls that ran, with the parameters they ran with and the SHA-256 of their definitions. Library: ",
        ),
        code(&dossier.library.hash),
    ]);
    controls(flow, dossier, figures);
    flow.unnumbered(1, "Appendix B: resources", "appendix:resources");
    flow.say(
        "The resources that were seen, by account and region. resources/ of the pack has each with all its readings.",
    );
    resources(flow, dossier);
    flow.unnumbered(1, "Appendix C: how to verify", "appendix:verify");
    verify(flow);
}

fn controls(flow: &mut Flow<'_>, dossier: &Dossier, figures: &Figures<'_>) {
    let rows = dossier.controls.iter().map(|control| {
        let told = figures.groups.iter().any(|group| group.id == control.id);
        let id = small_code(&control.id);
        let id = if told { id.link(control_anchor(&control.id)) } else { id };
        let mut title: Vec<Vec<Span>> = vec![vec![small(&control.title)]];
        title.extend(parameters(control).into_iter().map(|line| vec![small_code(line)]));
        title.push(vec![small_quiet(format!("SHA-256 {}", control.hash))]);
        let number = |verdict| Cell::from(small(count(control.verdicts.get(&verdict).copied().unwrap_or(0))));
        vec![
            Cell::from(id),
            title.into(),
            Cell::from(small(control.severity.as_str())).sign(theme::severity(control.severity)),
            number(Verdict::Pass),
            number(Verdict::Fail),
            number(Verdict::Error),
        ]
    });
    flow.table(&Table {
        summary: "The controls that ran: parameters, hash, severity, verdicts".to_owned(),
        columns: vec![
            column("Control", 0.21),
            column("What must be true, parameters, hash", 0.4),
            column("Severity", 0.15),
            numbers("PASS", 0.08),
            numbers("FAIL", 0.08),
            numbers("ERROR", 0.08),
        ],
        rows: rows.collect(),
        empty: "No control ran.",
    });
}

fn parameters(control: &ControlFacts) -> Vec<String> {
    let all = control.parameters.as_object();
    all.into_iter().flatten().map(|(name, set)| format!("{name} = {}", value(set))).collect()
}

fn resources(flow: &mut Flow<'_>, dossier: &Dossier) {
    let mut places: BTreeMap<(&str, &str), (u64, u64, Vec<String>)> = BTreeMap::new();
    for one in dossier.population.iter().filter(|one| one.seen > 0) {
        let (seen, evaluated, kinds) = places.entry((&one.account, &one.region)).or_default();
        *seen += one.seen;
        *evaluated += one.evaluated;
        kinds.push(format!("{} {}", count(one.seen), one.kind));
    }
    let rows = places.into_iter().map(|((account, region), (seen, evaluated, kinds))| {
        vec![
            vec![vec![small_code(account)], vec![small_code(region)]].into(),
            small_code(kinds.join(", ")).into(),
            small(count(seen)).into(),
            small(count(evaluated)).into(),
        ]
    });
    flow.table(&Table {
        summary: "Resources by account and region".to_owned(),
        columns: vec![
            column("Place", 0.2),
            column("Resources", 0.58),
            numbers("Seen", 0.1),
            numbers("Evaluated", 0.12),
        ],
        rows: rows.collect(),
        empty: "No resource was seen.",
    });
    let empty = dossier.population.iter().filter(|one| one.seen == 0).count();
    if empty > 0 {
        flow.say(format!("{} had no resources.", counted(empty as u64, "further list")));
    }
}

/// The commands of the pack's README that concern this document.
const COMMANDS: [(&str, &str); 5] = [
    ("Nothing in the pack was changed", "sha256sum -c SHA256SUMS"),
    (
        "The list of hashes is signed",
        "openssl cms -verify -binary -inform DER -in SHA256SUMS.p7s -content SHA256SUMS -CAfile keys/ca.crt -purpose any -out /dev/null",
    ),
    ("The root certificate is the right one", "openssl x509 -in keys/ca.crt -noout -fingerprint -sha256"),
    ("This document is signed", "pdfsig report/evidence-report.pdf"),
    ("The audit log holds together", "python3 verify/verify.py"),
];

fn verify(flow: &mut Flow<'_>) {
    flow.say(
        "In the directory of the unpacked evidence pack, on any machine, without the program that made it. README.md of the \
         pack tells what each command should print.",
    );
    flow.table(&Table {
        summary: "What to verify, and the command for it".to_owned(),
        columns: vec![column("What", 0.3), column("Command", 0.7)],
        rows: COMMANDS.iter().map(|(what, command)| vec![small(*what).into(), small_code(*command).into()]).collect(),
        empty: "",
    });
    flow.say(
        "pdfsig should say “Signature is Valid” and “Total document signed”. The latter means that nothing was appended to \
         the file after it was signed. An auditor may add a signature of their own; then the first one covers the revision \
         that the organisation signed.",
    );
}
