//! What was looked at: accounts, scans, population.

use crate::evidence::dossier::Dossier;
use crate::evidence::report::figures::Figures;
use crate::evidence::report::flow::Flow;
use crate::evidence::report::table::{Table, column, numbers};
use crate::evidence::report::text::{small, small_code, small_quiet};
use crate::evidence::report::words::{count, counted, listed, time};
use std::collections::BTreeMap;

/// Section 2.
pub fn scope(flow: &mut Flow<'_>, dossier: &Dossier, figures: &Figures<'_>) {
    flow.heading(1, "Scope and population", "scope");
    flow.heading(2, "Accounts", "scope:accounts");
    accounts(flow, dossier);
    flow.heading(2, "Scans", "scope:scans");
    scans(flow, dossier);
    flow.heading(2, "Population", "scope:population");
    let mut words = format!(
        "{} seen; {} evaluated by at least one control.",
        counted(figures.seen, "resource"),
        count(figures.evaluated)
    );
    if figures.evaluated < figures.seen {
        words.push_str(
            " The others are of types that only other controls look at, or a control in scope needs their list.",
        );
    }
    flow.say(words);
    population(flow, dossier);
}

fn accounts(flow: &mut Flow<'_>, dossier: &Dossier) {
    let rows = dossier.scope.accounts.iter().map(|account| {
        let mut regions = vec![vec![
            small(format!("{}: ", counted(account.regions.len() as u64, "region"))),
            small_code(account.regions.join(", ")),
        ]];
        if !account.disabled_regions.is_empty() {
            regions.push(vec![
                small(format!(
                    "{} not enabled, not looked at: ",
                    counted(account.disabled_regions.len() as u64, "region")
                )),
                small_code(account.disabled_regions.join(", ")),
            ]);
        }
        vec![
            vec![vec![small_code(&account.id)], vec![small_quiet(&account.provider)]].into(),
            small_code(&account.identity).into(),
            regions.into(),
            small(if account.complete { "complete" } else { "not complete" }).into(),
        ]
    });
    flow.table(&Table {
        summary: "The accounts in scope, who read them, and which regions".to_owned(),
        columns: vec![column("Account", 0.17), column("Read as", 0.27), column("Regions", 0.4), column("Scan", 0.12)],
        rows: rows.collect(),
        empty: "No account is in scope.",
    });
}

fn scans(flow: &mut Flow<'_>, dossier: &Dossier) {
    let rows = dossier.scans.iter().map(|scan| {
        vec![
            vec![
                vec![small_code(scan.id.to_string())],
                vec![small_quiet(format!("{}, ciacm {}", scan.provider, scan.tool_version))],
            ]
            .into(),
            small(time(scan.started)).into(),
            small(scan.finished.map_or_else(|| "not finished".to_owned(), time)).into(),
            small(count(scan.calls)).into(),
            small(if scan.complete { "everything selected was evaluated" } else { "something could not be evaluated" })
                .into(),
        ]
    });
    flow.table(&Table {
        summary: "The scans that the verdicts come from".to_owned(),
        columns: vec![
            column("Scan", 0.36),
            column("Started", 0.15),
            column("Finished", 0.15),
            numbers("API calls", 0.1),
            column("Completeness", 0.2),
        ],
        rows: rows.collect(),
        empty: "No scan is in scope.",
    });
}

/// All regions of an account together; the manifest of the pack has each.
#[derive(Default)]
struct Sum<'a> {
    seen: u64,
    evaluated: u64,
    lists: u64,
    broken: Vec<&'a str>,
}

fn population(flow: &mut Flow<'_>, dossier: &Dossier) {
    let mut sums: BTreeMap<(&str, &str), Sum<'_>> = BTreeMap::new();
    for one in &dossier.population {
        let sum = sums.entry((&one.account, &one.kind)).or_default();
        sum.seen += one.seen;
        sum.evaluated += one.evaluated;
        sum.lists += 1;
        if !one.listed_completely {
            sum.broken.push(&one.region);
        }
    }
    let rows = sums.into_iter().map(|((account, kind), sum)| {
        let broken: Vec<_> = sum.broken.iter().map(|&region| region.to_owned()).collect();
        let complete = match broken.len() {
            0 => format!("yes, {}", counted(sum.lists, "list")),
            _ => format!("no: not in {}", listed(&broken)),
        };
        vec![
            small_code(kind).into(),
            small_code(account).into(),
            small(count(sum.seen)).into(),
            small(count(sum.evaluated)).into(),
            small(complete).into(),
        ]
    });
    flow.table(&Table {
        summary: "Resources seen and evaluated, by type and account".to_owned(),
        columns: vec![
            column("Resource type", 0.32),
            column("Account", 0.2),
            numbers("Seen", 0.1),
            numbers("Evaluated", 0.12),
            column("Listed completely", 0.26),
        ],
        rows: rows.collect(),
        empty: "No resource was seen.",
    });
}
