//! What people read: fits 80 columns, groups by control, ends with what to do next.

use super::style::{self, STRONG, cut, cut_middle, paint, wrap};
use super::{layout, waiver};
use crate::control::Control;
use crate::control::inline_test::TestOutcome;
use crate::control::model::InlineTest;
use crate::control::parameter::show;
use crate::finding::{Severity, Verdict};
use crate::framework::Framework;
use crate::framework::status::{RequirementStatus, Standing, Totals};
use crate::store::{Finding, ScanError, ScanSummary};
use comfy_table::{CellAlignment, ContentArrangement, Table, presets};
use std::collections::BTreeMap;
use std::io::{self, Write};

/// A table without lines; the given columns are numbers.
fn plain(header: &[&str], numbers: &[usize]) -> Table {
    let mut table = Table::new();
    table.load_style(presets::NOTHING).set_content_arrangement(ContentArrangement::Dynamic);
    table.set_width(u16::try_from(style::width()).unwrap_or(80));
    table.set_header(header.to_vec());
    for index in numbers {
        if let Some(column) = table.column_mut(*index) {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    table
}

fn print(out: &mut dyn Write, table: &Table) -> io::Result<()> {
    for line in table.lines() {
        writeln!(out, "{}", line.trim_end())?;
    }
    Ok(())
}

/// One line a control, by service.
///
/// # Errors
/// If the output cannot be written.
pub fn controls(out: &mut dyn Write, controls: &[&Control]) -> io::Result<()> {
    let width = style::width();
    let ids = controls.iter().map(|control| control.id.len()).max().unwrap_or_default();
    for control in controls {
        let severity = format!("{:<13}", control.severity.to_string());
        let title = cut(&control.title, width.saturating_sub(ids + 17));
        writeln!(out, "{:<ids$}  {}  {title}", control.id, paint(style::severity(control.severity), severity))?;
    }
    writeln!(out, "\n{}; `ciacm controls show ID` explains one", style::count(controls.len() as u64, "control"))
}

/// Everything about one control.
///
/// # Errors
/// If the output cannot be written.
pub fn control(out: &mut dyn Write, control: &Control) -> io::Result<()> {
    let width = style::width();
    let paragraph = |out: &mut dyn Write, text: &str, indent: &str| -> io::Result<()> {
        for line in style::wrap_prose(text, width - indent.len()) {
            writeln!(out, "{}", format!("{indent}{line}").trim_end())?;
        }
        Ok(())
    };
    writeln!(out, "{}  {}", paint(STRONG, &control.id), paint(style::severity(control.severity), control.severity))?;
    paragraph(out, &control.title, "")?;
    writeln!(out)?;
    paragraph(out, &control.summary, "")?;
    writeln!(out, "\n{}", paint(STRONG, "Why"))?;
    paragraph(out, &control.rationale, "  ")?;
    writeln!(out, "\n{}", paint(STRONG, "Looks at"))?;
    let calls: Vec<_> = control.resource.calls_for(control.reads()).iter().map(|call| call.name).collect();
    paragraph(out, &format!("{}, through {}", control.resource.name, calls.join(", ")), "  ")?;
    if !control.parameters.is_empty() {
        writeln!(out, "\n{}", paint(STRONG, "Parameters"))?;
        for parameter in &control.parameters {
            let bounds = match (&parameter.min, &parameter.max) {
                (Some(min), Some(max)) => format!(", {} to {}", show(min), show(max)),
                (Some(min), None) => format!(", at least {}", show(min)),
                (None, Some(max)) => format!(", at most {}", show(max)),
                (None, None) => String::new(),
            };
            let line = format!(
                "{} = {} ({}{bounds}): {}",
                parameter.name,
                show(&parameter.default),
                parameter.kind,
                parameter.about
            );
            paragraph(out, &line, "  ")?;
        }
    }
    writeln!(out, "\n{}", paint(STRONG, "Check"))?;
    if let Some(applies_when) = &control.check.applies_when {
        writeln!(out, "  applies when")?;
        lines(out, layout::expression(applies_when.source(), 4, width))?;
    }
    for condition in &control.check.pass_when {
        lines(out, layout::expression(condition.program.source(), 4, width))?;
        paragraph(out, &format!("otherwise: {}", condition.otherwise), "  ")?;
    }
    writeln!(out, "\n{}", paint(STRONG, "Repair"))?;
    lines(out, layout::instructions(&control.remediation.manual, 2, width))?;
    if let Some(automatic) = &control.remediation.automatic {
        let operation = automatic.operation;
        writeln!(out, "\n{}", paint(STRONG, "Automatic repair"))?;
        paragraph(out, &format!("{}: {}", operation.name, operation.about), "  ")?;
        paragraph(out, &format!("risk {}; {}", automatic.risk, automatic.impact), "  ")?;
        paragraph(out, &format!("rollback {}", operation.rollback_told(automatic.rollback)), "  ")?;
        paragraph(out, &format!("needs {}", operation.permissions().join(", ")), "  ")?;
    }
    writeln!(out, "\n{}", paint(STRONG, "Serves"))?;
    for (framework, ids) in &control.frameworks {
        paragraph(out, &format!("{framework}: {}", ids.join(", ")), "  ")?;
    }
    for reference in &control.references {
        writeln!(out, "  {reference}")?;
    }
    Ok(())
}

pub(super) fn lines(out: &mut dyn Write, lines: Vec<String>) -> io::Result<()> {
    lines.iter().try_for_each(|line| writeln!(out, "{line}"))
}

/// Failed tests with their differences, and the count.
///
/// # Errors
/// If the output cannot be written.
pub fn inline_tests(
    out: &mut dyn Write,
    results: &[(&Control, &InlineTest, TestOutcome)],
    controls: usize,
) -> io::Result<()> {
    let (mut passed, mut failed) = (0_u64, 0_u64);
    for (control, test, outcome) in results {
        match outcome {
            TestOutcome::Passed => passed += 1,
            TestOutcome::Failed(differences) => {
                failed += 1;
                writeln!(out, "FAILED: {}:{} {} `{}`", control.file, test.line, control.id, test.name)?;
                for difference in differences {
                    writeln!(out, "  {difference}")?;
                }
            }
        }
    }
    writeln!(
        out,
        "{} of {}: {passed} passed, {failed} failed",
        style::count(results.len() as u64, "test"),
        style::count(controls as u64, "control")
    )
}

/// The failing resources of one control, as many as are shown, and how many there are.
#[derive(Debug, Clone)]
pub struct FailingControl {
    /// The control's id.
    pub control: String,
    /// Its title.
    pub title: String,
    /// Its severity.
    pub severity: Severity,
    /// The first few findings.
    pub shown: Vec<Finding>,
    /// How many there are.
    pub total: u64,
}

/// Groups findings, which come ordered by control, keeping the first few of each.
pub fn group(groups: &mut Vec<FailingControl>, finding: Finding, keep: usize) {
    match groups.last_mut() {
        Some(group) if group.control == finding.control => {
            group.total += 1;
            if group.shown.len() < keep {
                group.shown.push(finding);
            }
        }
        _ => groups.push(FailingControl {
            control: finding.control.clone(),
            title: finding.title.clone(),
            severity: finding.severity,
            total: 1,
            shown: vec![finding],
        }),
    }
}

/// Findings grouped by control, worst first, with the waivers that accept them.
///
/// # Errors
/// If the output cannot be written.
pub fn findings(
    out: &mut dyn Write,
    groups: &mut [FailingControl],
    accounts: usize,
    waivers: &waiver::ByFinding,
) -> io::Result<()> {
    let width = style::width();
    groups.sort_by(|a, b| b.severity.cmp(&a.severity).then_with(|| a.control.cmp(&b.control)));
    for group in groups {
        let severity = format!("{:<8}", style::short_severity(group.severity));
        let total = format!("{:>5}", style::grouped(group.total));
        let room = width.saturating_sub(8 + 1 + group.control.len() + 2 + total.len());
        writeln!(
            out,
            "{} {}  {:<room$}{total}",
            paint(style::severity(group.severity), severity),
            paint(STRONG, &group.control),
            cut(&group.title, room.saturating_sub(1)),
        )?;
        for finding in &group.shown {
            finding_line(out, finding, accounts > 1, width)?;
            if let Some(waiver) = waivers.get(&finding.id) {
                let terms = cut(&waiver::terms(waiver), width.saturating_sub(16));
                writeln!(out, "                {}", paint(style::DIM, terms))?;
            }
        }
        let rest = group.total - group.shown.len() as u64;
        if rest > 0 {
            writeln!(out, "  … {} more: ciacm findings list --control {}", style::grouped(rest), group.control)?;
        }
    }
    Ok(())
}

fn finding_line(out: &mut dyn Write, finding: &Finding, with_account: bool, width: usize) -> io::Result<()> {
    let verdict = if finding.verdict == Verdict::Fail { String::new() } else { format!("{} ", finding.verdict) };
    let place = if with_account {
        format!("{} {:<14}", finding.account, cut(&finding.region, 14))
    } else {
        format!("{:<14}", cut(&finding.region, 14))
    };
    let head = format!("  {}  {place}  {verdict}", finding.id.short());
    let named = match &finding.name {
        Some(name) if *name != finding.resource && !finding.resource.ends_with(name.as_str()) => {
            format!("{} ({name})", finding.resource)
        }
        _ => finding.resource.clone(),
    };
    writeln!(out, "{head}{}", cut_middle(&named, width.saturating_sub(head.chars().count())))
}

/// The summary of a scan: what was seen, what came out, by severity, service and framework.
///
/// # Errors
/// If the output cannot be written.
pub fn summary(out: &mut dyn Write, summary: &ScanSummary, frameworks: &BTreeMap<String, Totals>) -> io::Result<()> {
    let verdicts = &summary.verdicts;
    let severities: Vec<_> = Severity::ALL
        .iter()
        .rev()
        .filter_map(|severity| {
            let count = summary.severities.get(severity).copied().unwrap_or_default();
            (count > 0).then(|| paint(style::severity(*severity), format!("{} {severity}", style::grouped(count))))
        })
        .collect();
    writeln!(out, "{}", paint(STRONG, "Failures by severity"))?;
    writeln!(out, "  {}\n", if severities.is_empty() { "none".to_owned() } else { severities.join("   ") })?;

    let mut table = plain(&["Service", "fail", "error", "pass", "not applicable"], &[1, 2, 3, 4]);
    for (service, tally) in &summary.services {
        table.add_row(row(service, tally));
    }
    table.add_row(row("all", verdicts));
    print(out, &table)?;
    writeln!(out)?;

    let mut table = plain(&["Framework", "met", "failing", "not evaluated", "not covered"], &[1, 2, 3, 4]);
    for (framework, totals) in frameworks {
        let numbers = [totals.met, totals.failing, totals.not_evaluated, totals.not_covered];
        table.add_row(std::iter::once(framework.clone()).chain(numbers.map(|number| number.to_string())));
    }
    print(out, &table)
}

fn row(name: &str, tally: &crate::store::Tally) -> Vec<String> {
    let numbers = [tally.fail, tally.error, tally.pass, tally.not_applicable];
    std::iter::once(name.to_owned()).chain(numbers.map(style::grouped)).collect()
}

/// Failed calls, those of the same kind together.
///
/// # Errors
/// If the output cannot be written.
pub fn errors(out: &mut dyn Write, errors: &[ScanError], verdicts: u64) -> io::Result<()> {
    if errors.is_empty() && verdicts == 0 {
        return Ok(());
    }
    let width = style::width();
    let mut kinds: BTreeMap<(&str, &str, &str), (u64, &ScanError)> = BTreeMap::new();
    for error in errors {
        let failure = &error.failure;
        let entry = kinds.entry((&failure.call, &failure.code, &failure.permission)).or_insert((0, error));
        entry.0 += error.count;
    }
    if verdicts == 0 {
        writeln!(out, "{} (no verdict depends on them)", paint(STRONG, "Calls that failed"))?;
    } else {
        writeln!(out, "{} ({})", paint(STRONG, "Could not be evaluated"), style::count(verdicts, "verdict"))?;
    }
    for ((call, code, permission), (count, example)) in kinds {
        let times = if count == 1 { String::new() } else { format!(" ({} times)", style::grouped(count)) };
        for line in wrap(&format!("{call} answered {code}{times}; needs {permission}"), width - 2) {
            writeln!(out, "  {line}")?;
        }
        let place = example.resource.as_deref().unwrap_or(&example.region);
        for line in wrap(&format!("{} {place}: {}", example.account, example.failure.message), width - 4) {
            writeln!(out, "    {line}")?;
        }
    }
    writeln!(out)
}

/// The frameworks with their sizes.
///
/// # Errors
/// If the output cannot be written.
pub fn frameworks(out: &mut dyn Write, frameworks: &[(&Framework, usize)]) -> io::Result<()> {
    let mut table = plain(&["Framework", "title", "requirements", "covered"], &[2, 3]);
    for (framework, covered) in frameworks {
        table.add_row([
            framework.id.clone(),
            framework.title.clone(),
            framework.in_force().count().to_string(),
            covered.to_string(),
        ]);
    }
    print(out, &table)?;
    writeln!(out, "\n`ciacm frameworks show ID` lists requirements, `status ID` shows where you stand")
}

/// The requirements of a framework with the controls that serve them.
///
/// # Errors
/// If the output cannot be written.
pub fn requirements(out: &mut dyn Write, framework: &Framework, statuses: &[RequirementStatus]) -> io::Result<()> {
    let width = style::width();
    writeln!(out, "{}\n{}\n", paint(STRONG, &framework.title), framework.source)?;
    let ids = framework.in_force().map(|one| one.id.chars().count()).max().unwrap_or_default();
    for requirement in statuses {
        writeln!(out, "{:<ids$}  {}", requirement.id, cut(&requirement.title, width.saturating_sub(ids + 2)))?;
        let controls =
            if requirement.controls.is_empty() { "not covered".to_owned() } else { requirement.controls.join(", ") };
        for line in wrap(&controls, width.saturating_sub(ids + 4)) {
            writeln!(out, "{:ids$}    {}", "", paint(style::DIM, line))?;
        }
    }
    Ok(())
}

/// Where an organisation stands with a framework.
///
/// # Errors
/// If the output cannot be written.
pub fn framework_status(
    out: &mut dyn Write,
    framework: &Framework,
    statuses: &[RequirementStatus],
    totals: Totals,
    all: bool,
) -> io::Result<()> {
    let width = style::width();
    writeln!(out, "{}", paint(STRONG, &framework.title))?;
    let Totals { met, failing, not_evaluated, not_covered } = totals;
    writeln!(out, "{met} met, {failing} failing, {not_evaluated} could not be evaluated, {not_covered} not covered\n")?;
    let ids = statuses.iter().map(|one| one.id.chars().count()).max().unwrap_or_default();
    for one in statuses.iter().filter(|one| all || one.status != Standing::NotCovered) {
        let room = width.saturating_sub(ids + 2 + 24);
        writeln!(out, "{:<ids$}  {:<22}  {}", one.id, one.status.words(), cut(&one.title, room))?;
        for reason in &one.reasons {
            for line in wrap(reason, width.saturating_sub(ids + 26)) {
                writeln!(out, "{:ids$}  {:22}  {}", "", "", paint(style::DIM, line))?;
            }
        }
    }
    if !all && not_covered > 0 {
        writeln!(out, "\n{not_covered} requirements have no control and need other evidence; --all lists them too")?;
    }
    Ok(())
}
