//! `ciacm findings`: one file a subcommand.

mod diff;
mod list;
mod show;
mod waive;

use super::Context;
use super::error::CommandError;
use clap::Subcommand;

#[derive(Debug, Subcommand)]
pub enum FindingsCommand {
    /// List findings: by default those that are open, and what could not be evaluated
    #[command(after_help = "Examples:\n  ciacm findings list --severity high\n  \
        ciacm findings list --control AWS-S3-001 --status resolved\n  \
        ciacm findings list --framework soc2 --region eu-west-1 --format json")]
    List(Box<list::ListArgs>),
    /// Explain one finding: what, why, evidence, how to repair, history
    #[command(after_help = "Example:\n  ciacm findings show 3f2a9c01")]
    Show(show::ShowArgs),
    /// Compare two scans: what is new, what is resolved, what changed
    #[command(
        after_help = "Examples:\n  ciacm findings diff                     the latest scan and the one before\n  ciacm findings diff 01a20190\n  ciacm findings diff 01a20190 01a2f3c4 --format json"
    )]
    Diff(diff::DiffArgs),
    /// Accept findings until a day, for a reason
    #[command(override_usage = "ciacm findings waive ID... --until DATE --reason TEXT --owner NAME")]
    #[command(after_help = "Until then they do not count for the gate. Then they are open again by themselves.\n\n\
        Example:\n  ciacm findings waive 3f2a9c01 --until 2027-03-31 --owner \"Ann Lee\" \\\n    \
        --approver \"Bo Diaz\" --reason \"The vendor replaces the device in March\"")]
    Waive(waive::WaiveArgs),
    /// Take the waivers of findings back
    #[command(after_help = "Example:\n  ciacm findings unwaive 3f2a9c01 --reason \"The device was replaced\"")]
    Unwaive(waive::UnwaiveArgs),
}

pub fn run(context: &Context, command: FindingsCommand) -> Result<u8, CommandError> {
    match command {
        FindingsCommand::List(args) => list::run(context, *args),
        FindingsCommand::Show(args) => show::run(context, &args),
        FindingsCommand::Diff(args) => diff::run(context, &args),
        FindingsCommand::Waive(args) => waive::waive(context, &args),
        FindingsCommand::Unwaive(args) => waive::unwaive(context, &args),
    }
}
