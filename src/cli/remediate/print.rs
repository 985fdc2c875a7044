//! Plans, runs and rollbacks for people, and runs as JSON.

use crate::control::permissions;
use crate::remediation::Risk;
use crate::remediation::diff::{self, Line};
use crate::remediation::plan::{Action, Plan, Source};
use crate::remediation::rollback::{Undone, as_left};
use crate::report::style::{self, count, cut_middle, paint, wrap};
use crate::store::remediation::{ActionState, Run};
use anstyle::{AnsiColor, Style};
use serde_json::{Map, Value, json};
use std::io::{self, Write};
use std::path::Path;

const STRONG: Style = Style::new().bold();
const GONE: Style = AnsiColor::Red.on_default();
const NEW: Style = AnsiColor::Green.on_default();
const FAINT: Style = Style::new().dimmed();

/// A plan, action by action.
pub fn plan(out: &mut dyn Write, plan: &Plan, file: Option<&Path>) -> io::Result<()> {
    for action in &plan.body.actions {
        one_action(out, action)?;
        writeln!(out)?;
    }
    left_out(out, plan)?;
    if plan.body.actions.is_empty() {
        let next = if plan.body.left_out.is_empty() {
            "there is no open finding that a machine could repair; `ciacm scan` looks for some"
        } else {
            "nothing is left that a machine could repair"
        };
        return text(out, next, "");
    }
    summary(out, plan)?;
    if !plan.body.permissions.is_empty() {
        writeln!(out, "\n{}", paint(STRONG, "IAM policy to apply it and to roll it back"))?;
        let policy = permissions::policy_of("CiacmRepair", plan.body.permissions.iter().map(String::as_str));
        writeln!(out, "{policy:#}")?;
    }
    writeln!(out, "\nplan {}", plan.hash)?;
    let next = match (plan.body.source, file) {
        (Source::Recording, _) => "made from a recording: it shows what would be done and cannot be applied".to_owned(),
        (Source::Account, None) => "nothing was changed; --out FILE writes the plan to be approved".to_owned(),
        (Source::Account, Some(file)) => {
            format!("nothing was changed; next: `ciacm remediate approve {}`", file.display())
        }
    };
    text(out, &next, "")
}

/// How much a plan does, by risk.
pub fn summary(out: &mut dyn Write, plan: &Plan) -> io::Result<()> {
    let of = |risk: Risk| plan.body.actions.iter().filter(|action| action.risk == risk).count() as u64;
    let risks: Vec<_> =
        Risk::ALL.iter().filter(|risk| of(**risk) > 0).map(|risk| format!("{} {risk}", of(*risk))).collect();
    let actions = count(plan.body.actions.len() as u64, "action");
    let findings: usize = plan.body.actions.iter().map(|action| action.findings.len()).sum();
    let risks = if risks.is_empty() { String::new() } else { format!(" ({})", risks.join(", ")) };
    writeln!(out, "{}", paint(STRONG, format!("{actions}{risks} for {}", count(findings as u64, "finding"))))?;
    writeln!(out, "to be applied before {}", plan.body.expires_at)
}

fn one_action(out: &mut dyn Write, action: &Action) -> io::Result<()> {
    let name = action.name.as_deref().unwrap_or(&action.resource);
    let name = cut_middle(name, style::width().saturating_sub(24));
    writeln!(out, "{} {} {name}", paint(STRONG, format!("{:>2}", action.number)), action.kind)?;
    writeln!(out, "   {} {}", action.account, action.region)?;
    if action.resource != name {
        writeln!(out, "   {}", cut_middle(&action.resource, style::width() - 3))?;
    }
    for finding in &action.findings {
        text(out, &format!("{} {}", finding.control, finding.title), "   ")?;
    }
    let notes: String = action.rollback.notes.iter().map(|note| format!("; {note}")).collect();
    text(out, &format!("risk {}, rollback {}{notes}", action.risk, action.rollback.exactness), "   ")?;
    if !action.depends_on.is_empty() {
        let numbers: Vec<_> = action.depends_on.iter().map(ToString::to_string).collect();
        writeln!(out, "   after action {}", numbers.join(", "))?;
    }
    for impact in &action.impact {
        for (number, line) in wrap(impact, style::width().saturating_sub(5)).iter().enumerate() {
            writeln!(out, "   {} {line}", if number == 0 { '!' } else { ' ' })?;
        }
    }
    difference(out, &action.before, &action.after)?;
    for write in &action.writes {
        writeln!(out, "   {}", paint(FAINT, format!("calls {}", write.call)))?;
    }
    Ok(())
}

fn left_out(out: &mut dyn Write, plan: &Plan) -> io::Result<()> {
    if plan.body.left_out.is_empty() {
        return Ok(());
    }
    writeln!(out, "{}", paint(STRONG, "Left as they are"))?;
    // The reason is told once, however many findings it is about.
    let mut reasons: Vec<&str> = Vec::new();
    for left in &plan.body.left_out {
        if !reasons.contains(&left.reason.as_str()) {
            reasons.push(&left.reason);
        }
    }
    for reason in reasons {
        text(out, reason, "  ")?;
        for left in plan.body.left_out.iter().filter(|left| left.reason == reason) {
            writeln!(out, "    {} {}", left.control, cut_middle(&left.resource, style::width().saturating_sub(26)))?;
        }
    }
    writeln!(out)
}

/// What leads from one state to the other.
fn difference(out: &mut dyn Write, before: &Map<String, Value>, after: &Map<String, Value>) -> io::Result<()> {
    for line in diff::states(before, after) {
        let (sign, line, style) = match line {
            Line::Same(line) => (' ', line, Style::new()),
            Line::Gone(line) => ('-', line, GONE),
            Line::New(line) => ('+', line, NEW),
            Line::Gap => (' ', "...".to_owned(), FAINT),
        };
        for part in folded(&line, style::width().saturating_sub(7)) {
            writeln!(out, "   {}", paint(style, format!("{sign} {part}").trim_end()))?;
        }
    }
    Ok(())
}

/// A line on as many as it takes, broken anywhere: it is JSON, not prose.
fn folded(line: &str, width: usize) -> Vec<String> {
    let characters: Vec<char> = line.chars().collect();
    characters.chunks(width.max(20)).map(|chunk| chunk.iter().collect()).collect()
}

fn text(out: &mut dyn Write, text: &str, indent: &str) -> io::Result<()> {
    for line in wrap(text, style::width().saturating_sub(indent.len())) {
        writeln!(out, "{indent}{line}")?;
    }
    Ok(())
}

/// A run and its actions.
pub fn run(out: &mut dyn Write, run: &Run) -> io::Result<()> {
    let alive = if run.alive && run.finished.is_none() { ", being worked on" } else { "" };
    writeln!(out, "run {}  {}{alive}", run.id, paint(STRONG, run.state))?;
    for recorded in &run.actions {
        let Some(action) = run.plan.action(recorded.number) else { continue };
        outcome(out, action, recorded.state, recorded.reason.as_deref())?;
        if recorded.state == ActionState::Drifted
            && let Some(found) = &recorded.found
        {
            three_way(out, &action.before, &action.after, found)?;
        }
    }
    Ok(())
}

fn outcome(out: &mut dyn Write, action: &Action, state: ActionState, reason: Option<&str>) -> io::Result<()> {
    let name = action.name.as_deref().unwrap_or(&action.resource);
    let name = cut_middle(name, style::width().saturating_sub(18 + action.kind.len()));
    writeln!(out, "{:>2}  {:<11} {} {name}", action.number, state, action.kind)?;
    if let Some(reason) = reason {
        text(out, reason, "    ")?;
    }
    Ok(())
}

/// What the plan saw, what it wanted, what is there.
fn three_way(
    out: &mut dyn Write,
    before: &Map<String, Value>,
    after: &Map<String, Value>,
    found: &Map<String, Value>,
) -> io::Result<()> {
    writeln!(out, "   planned:")?;
    difference(out, before, after)?;
    writeln!(out, "   since then, by others:")?;
    difference(out, before, found)
}

/// All runs, one line each.
pub fn runs(out: &mut dyn Write, runs: &[Run]) -> io::Result<()> {
    for run in runs {
        let done = run.actions.iter().filter(|action| action.state == ActionState::Applied).count();
        writeln!(
            out,
            "{}  {:<11} {done} of {} applied  {}",
            run.id,
            run.state,
            run.actions.len(),
            run.started.strftime("%Y-%m-%d %H:%M UTC")
        )?;
    }
    writeln!(out, "{}", count(runs.len() as u64, "run"))
}

/// A run as JSON.
pub fn run_json(run: &Run) -> Value {
    let actions: Vec<_> = run
        .actions
        .iter()
        .map(|recorded| {
            let action = run.plan.action(recorded.number);
            json!({
                "number": recorded.number,
                "state": recorded.state,
                "reason": recorded.reason,
                "at": recorded.at,
                "account": action.map(|action| &action.account),
                "region": action.map(|action| &action.region),
                "type": action.map(|action| &action.kind),
                "resource": action.map(|action| &action.resource),
                "findings": action.map(|action| action.findings.iter().map(|one| &one.finding).collect::<Vec<_>>()),
                "before": action.map(|action| &action.before),
                "after": action.map(|action| &action.after),
                "found": recorded.found,
                "writes": run.writes.iter().filter(|write| write.action == recorded.number).collect::<Vec<_>>(),
            })
        })
        .collect();
    json!({
        "run": run.id, "plan": run.plan.hash, "state": run.state, "started": run.started, "finished": run.finished,
        "alive": run.alive, "options": run.options, "actions": actions,
    })
}

/// What a rollback undid.
pub fn rollback(out: &mut dyn Write, run: &Run, undone: &[Undone], aliases: &[(String, String)]) -> io::Result<()> {
    writeln!(out, "rollback of run {}", run.id)?;
    for one in undone {
        let Some(action) = run.plan.action(one.number) else { continue };
        outcome(out, action, one.state, one.reason.as_deref())?;
        if let Some(found) = &one.found {
            let left = as_left(run, action);
            writeln!(out, "   before the run, and as it left it:")?;
            difference(out, &action.before, left)?;
            writeln!(out, "   since then, by others:")?;
            difference(out, left, found)?;
            text(out, "--keep leaves it, --only-ours undoes what is still ours, --force undoes all of it", "   ")?;
        }
    }
    for (old, new) in aliases {
        writeln!(out, "    {old} is {new} now")?;
    }
    Ok(())
}

/// What a rollback undid, as JSON.
pub fn rollback_json(run: &Run, undone: &[Undone], aliases: &[(String, String)]) -> Value {
    let actions: Vec<_> = undone
        .iter()
        .map(|one| json!({"number": one.number, "state": one.state, "reason": one.reason, "found": one.found}))
        .collect();
    let aliases: Vec<_> = aliases.iter().map(|(old, new)| json!({"old": old, "new": new})).collect();
    json!({"run": run.id, "state": run.state, "actions": actions, "new_ids": aliases})
}
