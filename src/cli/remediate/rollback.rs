//! `ciacm rollback`.

use super::apply::{MoreArgs, find};
use super::approve::counting;
use super::cloud::connect;
use super::integrity::refuse;
use super::{print, work};
use crate::audit::Actor;
use crate::cli::error::CommandError;
use crate::cli::identity::now;
use crate::cli::output::Format;
use crate::cli::{Context, exit, warn};
use crate::remediation::Risk;
use crate::remediation::approval;
use crate::remediation::rollback::{OnConflict, roll_back, to_undo};
use crate::store::Store;
use crate::store::remediation::{ActionState, Run};
use clap::Args;

#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  ciacm rollback 0199f3a2\n  ciacm rollback latest --action 3\n  \
    ciacm rollback 0199f3a2 --only-ours\n\n\
    A resource that is no longer as the run left it is left alone, and the difference is shown. A rollback that opens a\n\
    gap (a trail that stops), and --force, take an approval: `ciacm remediate approve --rollback RUN`.\n\n\
    Exit codes: 0 everything was undone; 3 something was not; 4 an approval is missing")]
pub struct RollbackArgs {
    /// The run's id or the beginning of it; `latest` is the newest
    run: String,
    /// Only this action (repeatable) [default: all, the last first]
    #[arg(long = "action", value_name = "N")]
    actions: Vec<u32>,
    /// Keep what somebody else changed since, and never ask again
    #[arg(long, conflicts_with_all = ["only_ours", "force"])]
    keep: bool,
    /// Where somebody else changed the resource since, undo only what is still as the run left it
    #[arg(long, conflicts_with = "force")]
    only_ours: bool,
    /// Undo even what somebody else changed since; takes an approval
    #[arg(long)]
    force: bool,
    #[command(flatten)]
    more: MoreArgs,
}

/// The rollback that is approved.
#[derive(Debug, Args)]
pub struct Which {
    /// Approve the rollback of this run
    #[arg(long = "rollback", value_name = "RUN", id = "run")]
    run: Option<String>,
    /// Only of this action (repeatable) [default: all]
    #[arg(long = "action", value_name = "N", requires = "run")]
    actions: Vec<u32>,
    /// The rollback with --force
    #[arg(long, requires = "run")]
    force: bool,
}

/// What a rollback would undo, and the hash that approvals of it sign.
pub struct Request {
    /// The actions, the last first.
    pub numbers: Vec<u32>,
    /// The hash.
    pub hash: String,
}

/// The rollback that is to be approved.
pub fn request(store: &Store, which: &Which) -> Result<(Run, Request), CommandError> {
    let run = find(store, which.run.as_deref().unwrap_or_default())?;
    let request = request_of(&run, &which.actions, which.force)?;
    Ok((run, request))
}

fn request_of(run: &Run, only: &[u32], force: bool) -> Result<Request, CommandError> {
    for number in only {
        if run.plan.action(*number).is_none() {
            return Err(CommandError::new(format!("run {} has no action {number}", run.id))
                .next(format!("`ciacm remediate status {}` lists them", run.id)));
        }
    }
    let numbers: Vec<u32> =
        to_undo(run).into_iter().filter(|number| only.is_empty() || only.contains(number)).collect();
    // Approved is what is undone from here on: what was undone since takes a new approval.
    let since = run.finished.map_or_else(String::new, |finished| finished.to_string());
    let (_, hash) = approval::rollback_request(&run.id, &since, &numbers, force)
        .map_err(|error| CommandError::new(error.to_string()))?;
    Ok(Request { numbers, hash })
}

pub fn run(context: &Context, args: &RollbackArgs) -> Result<u8, CommandError> {
    let library = context.library()?;
    let mut store = context.store()?;
    let id = find(&store, &args.run)?.id;
    let Some(_locked) = store.lock_run(&id)? else {
        return Err(CommandError::new(format!("run {id} is being worked on")).next("wait until that process ends"));
    };
    let run = find(&store, &id)?;
    if run.actions.iter().any(|action| action.state == ActionState::Running) {
        return Err(CommandError::new(format!("run {id} was interrupted in the middle of an action"))
            .next(format!("settle it first: `ciacm remediate resume {id}`")));
    }
    let Request { numbers, hash } = request_of(&run, &args.actions, args.force)?;
    if numbers.is_empty() {
        return Err(CommandError::new("there is nothing to undo")
            .why(format!("no such action of run {id} is in place"))
            .next(format!("`ciacm remediate status {id}` shows where they stand")));
    }
    let needs = numbers.iter().filter_map(|number| run.plan.action(*number)).any(|one| one.rollback.needs_approval);
    if needs || args.force {
        must_be_approved(context, &store, &id, &hash, args)?;
    }
    let cloud = connect(&args.more.account)?;
    if let Some(account) = run.plan.body.accounts.keys().find(|account| cloud.identity(account).is_none()) {
        let why = format!("run {id} changed account {account}, and these credentials lead elsewhere");
        return Err(refuse(format!("the rollback of run {id} is refused"), why));
    }
    let on_conflict = match (args.keep, args.only_ours, args.force) {
        (true, ..) => OnConflict::Keep,
        (_, true, _) => OnConflict::OnlyOurs,
        (_, _, true) => OnConflict::Force,
        _ => OnConflict::Stop,
    };
    if needs || args.force {
        store.use_approvals(&hash, &id)?;
    }
    let undone = work::with_engine(&mut store, &library, &*cloud, &run, args.more.wait, |engine| {
        Ok(roll_back(engine, &run, &numbers, on_conflict)?)
    })?;
    let after = find(&store, &id)?;
    let aliases = store.aliases(&id)?;
    let output = &args.more.output;
    match output.format {
        Format::Json => output.emit_json(&print::rollback_json(&after, &undone, &aliases))?,
        Format::Table => {
            output.emit(|out| -> Result<(), CommandError> { Ok(print::rollback(out, &run, &undone, &aliases)?) })?;
        }
    }
    let whole = undone.iter().all(|one| matches!(one.state, ActionState::RolledBack | ActionState::Kept));
    Ok(if whole { exit::FINE } else { exit::INCOMPLETE })
}

fn must_be_approved(
    context: &Context,
    store: &Store,
    id: &str,
    hash: &str,
    args: &RollbackArgs,
) -> Result<(), CommandError> {
    let keystore = context.keystore()?;
    let (counted, rejected) = counting(store, &keystore, hash, now())?;
    rejected.iter().for_each(|why| warn(why));
    let Some(missing) = approval::missing(Risk::Disruptive, &Actor::current(), &counted) else { return Ok(()) };
    let actions: String = args.actions.iter().map(|number| format!(" --action {number}")).collect();
    let force = if args.force { " --force" } else { "" };
    let what = format!("the rollback of run {id} is refused");
    let refused = refuse(what, format!("it opens a gap or overrides others: {missing}"));
    Err(refused.next(format!("have it approved: `ciacm remediate approve --rollback {id}{actions}{force}`")))
}
