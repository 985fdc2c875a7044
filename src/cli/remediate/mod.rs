//! `ciacm remediate plan|approve|apply|status|resume`, and what `ciacm rollback` shares with it.

mod apply;
mod approve;
mod cloud;
mod integrity;
mod plan;
mod print;
pub mod rollback;
mod status;
mod work;

use super::Context;
use super::error::CommandError;
use clap::{Args, Subcommand};

#[derive(Debug, Args)]
#[command(
    args_conflicts_with_subcommands = true,
    after_help = "Examples:\n  ciacm remediate plan --control AWS-S3-001 --out plan.json\n  \
        ciacm remediate approve plan.json\n  ciacm remediate apply plan.json\n  ciacm remediate status\n\n\
        Planning reads and never writes. See docs/remediation.md."
)]
pub struct RemediateArgs {
    #[command(subcommand)]
    command: Option<RemediateCommand>,
    /// Show what would be done, as `remediate plan`
    #[arg(long)]
    dry_run: bool,
    #[command(flatten)]
    plan: plan::PlanArgs,
}

#[derive(Debug, Subcommand)]
pub enum RemediateCommand {
    /// Show what would be done, and write it down to be approved: nothing is changed
    Plan(Box<plan::PlanArgs>),
    /// Approve a plan, or a rollback that needs it, with your key
    Approve(Box<approve::ApproveArgs>),
    /// Apply an approved plan: each change is compared, written down, made once, verified
    Apply(Box<apply::ApplyArgs>),
    /// Show runs, and what became of their actions
    Status(status::StatusArgs),
    /// Go on with a run that was interrupted, stopped, or waits after its canaries
    Resume(Box<apply::ResumeArgs>),
}

pub fn run(context: &Context, args: RemediateArgs) -> Result<u8, CommandError> {
    match args.command {
        None if args.dry_run => plan::run(context, args.plan),
        None => Err(CommandError::new("nothing is repaired in one step")
            .why("a repair is planned, approved by somebody, and then applied")
            .next(
                "`ciacm remediate plan --out plan.json`, then `approve`, then `apply`; `--dry-run` only shows the plan",
            )),
        Some(RemediateCommand::Plan(args)) => plan::run(context, *args),
        Some(RemediateCommand::Approve(args)) => approve::run(context, *args),
        Some(RemediateCommand::Apply(args)) => apply::run(context, *args),
        Some(RemediateCommand::Status(args)) => status::run(context, &args),
        Some(RemediateCommand::Resume(args)) => apply::resume(context, *args),
    }
}
