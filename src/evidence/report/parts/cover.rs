//! The cover: what this is about, who made it and how, and how to check that it is genuine.

use crate::evidence::dossier::{Dossier, Scope};
use crate::evidence::report::figures::Figures;
use crate::evidence::report::flow::{Flow, styled};
use crate::evidence::report::fonts::{Face, Fonts};
use crate::evidence::report::structure::Role;
use crate::evidence::report::text::{Span, Style, small, small_code, small_strong};
use crate::evidence::report::theme::{self, ACCENT, MARGIN, WIDTH};
use crate::evidence::report::words::{count, counted, date, framework, listed, time};
use crate::finding::Verdict;

/// How many accounts the cover lists.
const ACCOUNTS: usize = 6;

/// The first page.
pub fn cover<'a>(fonts: &'a Fonts, dossier: &Dossier, figures: &Figures<'_>) -> Flow<'a> {
    let mut flow = Flow::new(fonts);
    flow.open(Role::Section);
    flow.decorate(MARGIN, 60.0, WIDTH, 3.0, ACCENT);
    flow.y = 74.0;
    line(&mut flow, Role::Paragraph, "EVIDENCE REPORT", Style::new(Face::Bold, 8.5).color(theme::QUIET));
    flow.y += 4.0;
    line(&mut flow, Role::Title, "Cloud compliance evidence report", Style::new(Face::Bold, 25.0).color(ACCENT));
    line(&mut flow, Role::Paragraph, &dossier.organisation, Style::new(Face::Regular, 15.0));
    flow.y += 12.0;
    flow.facts("What this report covers", subject(dossier, figures));
    title(&mut flow, "Information produced by the entity");
    flow.facts("Source, method, parameters and completeness of the information", origin(dossier, figures));
    title(&mut flow, "Is this document genuine?");
    flow.facts("The certificate that signs this document", genuine(dossier));
    flow.note(&[
        small(
            "Compare the fingerprint above with the one that the organisation gave you through another channel, such as a \
             contract or its portal: a document that brings its own root certificate proves that it was not changed, not \
             who made it. Then run ",
        ),
        small_code("pdfsig evidence-report.pdf"),
        small(
            " or open the signature panel of your PDF reader after importing keys/ca.crt of the evidence pack. Appendix C \
             lists all commands.",
        ),
    ]);
    flow.close();
    flow
}

fn line(flow: &mut Flow<'_>, role: Role, words: &str, style: Style) {
    let part = flow.structure.part(flow.parent(), role);
    let lines = flow.lines(&[styled(words, style)], WIDTH);
    flow.place_lines(part, &lines, MARGIN, style.leading());
}

fn title(flow: &mut Flow<'_>, words: &str) {
    flow.begin_block(60.0);
    line(flow, Role::Paragraph, words, Style::new(Face::Bold, 10.5).color(ACCENT));
    flow.y += 3.0;
}

fn subject(dossier: &Dossier, figures: &Figures<'_>) -> Vec<(&'static str, Vec<Vec<Span>>)> {
    let frameworks: Vec<_> = dossier.frameworks.iter().map(framework).collect();
    let frameworks = if frameworks.is_empty() { "None".to_owned() } else { listed(&frameworks) };
    let mut accounts: Vec<Vec<Span>> = dossier
        .scope
        .accounts
        .iter()
        .take(ACCOUNTS)
        .map(|account| vec![small_code(&account.id), small(format!(" ({})", account.provider))])
        .collect();
    match dossier.scope.accounts.len() {
        0 => accounts.push(vec![small("None")]),
        all if all > ACCOUNTS => {
            accounts
                .push(vec![small(format!("and {} more, see section 2", counted((all - ACCOUNTS) as u64, "account")))]);
        }
        _ => {}
    }
    let controls = match dossier.scope.controls.as_slice() {
        [] => format!("All of the library that ran: {}", count(dossier.library.controls)),
        chosen => format!("{}: {}", listed(chosen), counted(dossier.library.controls, "control")),
    };
    let population = format!(
        "{} seen, {} evaluated by at least one control, {}",
        counted(figures.seen, "resource"),
        count(figures.evaluated),
        counted(figures.verdicts.values().sum(), "verdict"),
    );
    vec![
        ("Frameworks", vec![vec![small(frameworks)]]),
        ("Controls", vec![vec![small(controls)]]),
        ("Period", vec![vec![small(period(&dossier.scope))]]),
        ("State as of", vec![vec![small(format!("{}, the last entry of the audit log", time(dossier.as_of)))]]),
        ("Accounts", accounts),
        ("Population", vec![vec![small(population)]]),
        ("Result", vec![vec![small_strong(result(dossier, figures))]]),
    ]
}

/// The period in words.
pub fn period(scope: &Scope) -> String {
    match (scope.from, scope.to) {
        (Some(from), Some(to)) => format!("{} to {}", date(from), date(to)),
        (Some(from), None) => format!("From {}", date(from)),
        (None, Some(to)) => format!("Until {}", date(to)),
        (None, None) => "Not limited; the newest finished scan of each account".to_owned(),
    }
}

/// The result in one line.
pub fn result(dossier: &Dossier, figures: &Figures<'_>) -> String {
    let complete = if figures.complete(dossier) { "complete" } else { "not complete, see section 5" };
    format!(
        "{}, {} accepted, {} without verdict; the scans are {complete}",
        counted(figures.open_total(), "open failure"),
        count(figures.waived),
        count(figures.verdict(Verdict::Error)),
    )
}

/// Where the readings come from. A snapshot is what somebody recorded, and the report must not pass it off as the cloud.
fn source(dossier: &Dossier) -> String {
    let recorded = dossier.scans.iter().filter(|scan| scan.provider == "snapshot").count();
    let all = dossier.scans.len();
    match recorded {
        0 => "The providers' own APIs, read with the access below. Nothing was entered by hand.".to_owned(),
        _ if recorded == all => {
            "A recorded inventory (snapshot), evaluated offline: what the providers' APIs answered to the \
                                 access below when it was recorded."
                .to_owned()
        }
        _ => format!(
            "The providers' own APIs, read with the access below; {recorded} of {all} scans evaluated a recorded inventory \
             (snapshot) offline."
        ),
    }
}

fn origin(dossier: &Dossier, figures: &Figures<'_>) -> Vec<(&'static str, Vec<Vec<Span>>)> {
    let identities: Vec<_> =
        dossier.scope.accounts.iter().take(ACCOUNTS).map(|account| vec![small_code(&account.identity)]).collect();
    let identities = if identities.is_empty() { vec![vec![small("None")]] } else { identities };
    let changed = dossier.scans.iter().any(|scan| scan.parameters.as_object().is_some_and(|all| !all.is_empty()));
    let parameters = if changed {
        "Some differ from the defaults; appendix A lists the values used"
    } else {
        "The defaults; appendix A lists them"
    };
    let listings = dossier.population.len() as u64;
    let completeness = format!(
        "{} of {} were read to the last page; {} failed",
        count(listings - figures.incomplete.len() as u64),
        counted(listings, "list"),
        counted(dossier.failed_calls.iter().map(|call| call.count).sum(), "API call"),
    );
    vec![
        ("Source", vec![vec![small(source(dossier))]]),
        ("Read as", identities),
        (
            "Made by",
            vec![
                vec![small(format!(
                    "ciacm {}, control library of {}",
                    dossier.tool_version,
                    counted(dossier.library.controls, "control")
                ))],
                vec![small_code(&dossier.library.hash)],
            ],
        ),
        ("Parameters", vec![vec![small(parameters)]]),
        ("Completeness", vec![vec![small(completeness)]]),
    ]
}

fn genuine(dossier: &Dossier) -> Vec<(&'static str, Vec<Vec<Span>>)> {
    vec![
        ("Root certificate", vec![vec![small(&dossier.signer.root)]]),
        ("SHA-256 fingerprint", vec![vec![small_code(&dossier.signer.root_fingerprint)]]),
        (
            "Signed by",
            vec![vec![small(format!(
                "{}, certificate valid until {}",
                dossier.signer.subject,
                date(dossier.signer.not_after)
            ))]],
        ),
    ]
}
