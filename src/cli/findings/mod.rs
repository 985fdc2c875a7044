//! `ciacm findings`: one file a subcommand.

mod list;
mod show;

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
}

pub fn run(context: &Context, command: FindingsCommand) -> Result<u8, CommandError> {
    match command {
        FindingsCommand::List(args) => list::run(context, *args),
        FindingsCommand::Show(args) => show::run(context, &args),
    }
}
