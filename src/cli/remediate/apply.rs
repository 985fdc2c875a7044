//! `ciacm remediate apply` and `ciacm remediate resume`.

use super::approve::counting;
use super::cloud::{AccountArgs, connect};
use super::integrity::{read_plan, refuse_plan};
use super::{print, work};
use crate::cli::error::CommandError;
use crate::cli::identity::now;
use crate::cli::output::{Format, OutputArgs};
use crate::cli::passphrase::attended;
use crate::cli::{Context, exit, warn};
use crate::control::Library;
use crate::remediation::Risk;
use crate::remediation::approval;
use crate::remediation::cloud::Cloud;
use crate::remediation::plan::{Plan, Source};
use crate::store::Store;
use crate::store::remediation::{Run, RunOptions, RunState};
use clap::Args;
use std::io::Write;
use std::path::PathBuf;

#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  ciacm remediate apply plan.json\n  \
    ciacm remediate apply plan.json --canary 1 --yes\n\n\
    Exit codes: 0 every action was applied and verified; 3 some were not; 4 the plan or its approvals are refused")]
pub struct ApplyArgs {
    /// The plan that was approved
    plan: PathBuf,
    /// Refuse a plan that changes more resources; the plan's own limit holds too
    #[arg(long, value_name = "N", help_heading = "Limits")]
    max_changes: Option<u32>,
    /// Stop after so many failures; the plan's own limit holds too
    #[arg(long, value_name = "N", help_heading = "Limits")]
    max_failures: Option<u32>,
    /// So many disruptive actions first; then wait for `ciacm remediate resume`
    #[arg(long, value_name = "N", help_heading = "Limits")]
    canary: Option<u32>,
    /// Never touch resources whose id or name matches; `*` stands for any text (repeatable)
    #[arg(long = "protect", value_name = "PATTERN", help_heading = "Limits")]
    protected: Vec<String>,
    /// Do not ask
    #[arg(long, short)]
    yes: bool,
    #[command(flatten)]
    more: MoreArgs,
}

#[derive(Debug, Args)]
#[command(after_help = "Example:\n  ciacm remediate resume 0199f3a2")]
pub struct ResumeArgs {
    /// The run's id or the beginning of it; `latest` is the newest
    #[arg(default_value = "latest")]
    run: String,
    #[command(flatten)]
    more: MoreArgs,
}

/// What everything that changes takes.
#[derive(Debug, Args)]
pub struct MoreArgs {
    /// At most so many seconds until a change shows [default: what the change may take]
    #[arg(long, value_name = "SECONDS", help_heading = "Limits")]
    pub wait: Option<u32>,
    #[command(flatten)]
    pub account: AccountArgs,
    #[command(flatten)]
    pub output: OutputArgs,
}

pub fn run(context: &Context, args: ApplyArgs) -> Result<u8, CommandError> {
    let library = context.library()?;
    let mut store = context.store()?;
    let plan = read_plan(&args.plan)?;
    may_be_applied(context, &store, &library, &plan)?;
    let limits = plan.body.limits;
    let options = RunOptions {
        max_changes: args.max_changes.unwrap_or(limits.max_changes).min(limits.max_changes),
        max_failures: args.max_failures.unwrap_or(limits.max_failures).min(limits.max_failures),
        canary: args.canary,
        protected: args.protected.clone(),
    };
    if plan.body.actions.len() > options.max_changes as usize {
        return Err(CommandError::new("the plan changes too much at once")
            .why(format!("it has {} actions, and {} are allowed", plan.body.actions.len(), options.max_changes))
            .next("plan less with --control or --severity, or plan again with a higher --max-changes"));
    }
    let cloud = connect(&args.more.account)?;
    must_lead_to_its_accounts(&plan, &*cloud)?;
    confirm(&plan, args.yes)?;
    store.record_plan(&plan)?;
    let Some(id) = store.begin_run(&plan, &options)? else {
        let why = "another run has applied it meanwhile".to_owned();
        return Err(refuse_plan(&plan, why));
    };
    carry_on(&mut store, &library, &*cloud, &id, &args.more)
}

pub fn resume(context: &Context, args: ResumeArgs) -> Result<u8, CommandError> {
    let library = context.library()?;
    let mut store = context.store()?;
    let mut run = find(&store, &args.run)?;
    if matches!(run.state, RunState::Complete | RunState::RolledBack) {
        return Err(CommandError::new(format!("run {} has nothing left to do", run.id))
            .why(format!("it is {}", run.state))
            .next("`ciacm remediate status` shows all runs"));
    }
    if run.actions.iter().all(|action| action.state.is_settled()) {
        return Err(CommandError::new(format!("run {} has nothing left to do", run.id))
            .why("every action has ended; those that failed take a new plan")
            .next("scan again and make a new plan, or undo it with `ciacm rollback`"));
    }
    let cloud = connect(&args.more.account)?;
    must_lead_to_its_accounts(&run.plan, &*cloud)?;
    controls_must_be_the_same(&library, &run.plan)?;
    if run.state == RunState::Paused {
        run.options.canary = None;
        store.set_run_options(&run.id, &run.options)?;
    }
    carry_on(&mut store, &library, &*cloud, &run.id, &args.more)
}

/// The run of that name.
pub fn find(store: &Store, name: &str) -> Result<Run, CommandError> {
    store.run(name)?.ok_or_else(|| match name {
        "latest" => CommandError::new("there is no run")
            .why("no plan was applied in this home")
            .next("`ciacm remediate plan --out plan.json` makes a plan"),
        _ => CommandError::new(format!("there is no run {name}"))
            .why("none, or several, have an id that begins so")
            .next("`ciacm remediate status` lists them"),
    })
}

fn carry_on(
    store: &mut Store,
    library: &Library,
    cloud: &dyn Cloud,
    id: &str,
    args: &MoreArgs,
) -> Result<u8, CommandError> {
    let Some(_locked) = store.lock_run(id)? else {
        return Err(CommandError::new(format!("run {id} is being worked on")).next("wait until that process ends"));
    };
    let run = find(store, id)?;
    let state = work::with_engine(store, library, cloud, &run, args.wait, |engine| Ok(engine.apply(&run)?))?;
    let run = find(store, id)?;
    show(&run, &args.output)?;
    match state {
        RunState::Paused => warn(&format!("the others wait; `ciacm remediate resume {}` goes on", run.id)),
        RunState::Incomplete if now() >= run.plan.body.expires_at => {
            warn("the plan has expired: what was begun has ended, the rest takes a new plan");
        }
        RunState::Incomplete if run.actions.iter().any(|action| !action.state.is_settled()) => {
            warn(&format!("not everything was begun; `ciacm remediate resume {}` goes on", run.id));
        }
        _ => {}
    }
    Ok(if matches!(state, RunState::Complete | RunState::Paused) { exit::FINE } else { exit::INCOMPLETE })
}

/// Prints a run.
pub fn show(run: &Run, output: &OutputArgs) -> Result<(), CommandError> {
    match output.format {
        Format::Json => output.emit_json(&print::run_json(run)),
        Format::Table => output.emit(|out| -> Result<(), CommandError> { Ok(print::run(out, run)?) }),
    }
}

/// Refuses what expired, was used, is not approved, or was made with other controls.
fn may_be_applied(context: &Context, store: &Store, library: &Library, plan: &Plan) -> Result<(), CommandError> {
    if plan.body.source == Source::Recording {
        return Err(CommandError::new("the plan cannot be applied")
            .why("it was made from a recording and shows what would be done")
            .next("scan the account itself, then plan again"));
    }
    let now = now();
    if now >= plan.body.expires_at {
        let why = format!("it expired at {}", plan.body.expires_at);
        return Err(refuse_plan(plan, why));
    }
    if let Some(run) = store.run_of_plan(&plan.hash)? {
        let why = format!("run {run} has applied it; `ciacm remediate resume {run}` goes on with it");
        return Err(refuse_plan(plan, why));
    }
    controls_must_be_the_same(library, plan)?;
    let keystore = context.keystore()?;
    let (counted, rejected) = counting(store, &keystore, &plan.hash, now)?;
    rejected.iter().for_each(|why| warn(why));
    let risk = plan.body.actions.iter().map(|action| action.risk).max().unwrap_or(Risk::Safe);
    match approval::missing(risk, &plan.body.requester, &counted) {
        None => Ok(()),
        Some(why) => Err(refuse_plan(plan, why)
            .next("have it approved: `ciacm remediate approve PLAN`, with --key or --ssh-key of an approver")),
    }
}

fn controls_must_be_the_same(library: &Library, plan: &Plan) -> Result<(), CommandError> {
    let findings = plan.body.actions.iter().flat_map(|action| &action.findings);
    for finding in findings {
        if library.control(&finding.control).is_none_or(|control| control.hash != finding.control_hash) {
            let why = format!("the control {} is not the one that it was made with", finding.control);
            return Err(refuse_plan(plan, why));
        }
    }
    Ok(())
}

fn must_lead_to_its_accounts(plan: &Plan, cloud: &dyn Cloud) -> Result<(), CommandError> {
    match plan.body.accounts.keys().find(|account| cloud.identity(account).is_none()) {
        None => Ok(()),
        Some(account) => {
            let why = format!("it is for account {account}, and these credentials lead elsewhere");
            Err(refuse_plan(plan, why))
        }
    }
}

fn confirm(plan: &Plan, yes: bool) -> Result<(), CommandError> {
    if yes || plan.body.actions.is_empty() {
        return Ok(());
    }
    if !attended() {
        return Err(CommandError::new("nobody can be asked").why("there is no terminal").next("give --yes"));
    }
    let mut stderr = anstream::stderr();
    print::summary(&mut stderr, plan)?;
    write!(stderr, "Apply it? [y/N] ")?;
    stderr.flush()?;
    let mut answer = String::new();
    std::io::stdin().read_line(&mut answer)?;
    if matches!(answer.trim().to_lowercase().as_str(), "y" | "yes") {
        return Ok(());
    }
    Err(CommandError::new("nothing was changed").why("you did not say yes"))
}
