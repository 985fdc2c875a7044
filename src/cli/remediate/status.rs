//! `ciacm remediate status`.

use super::apply::{find, show};
use super::print;
use crate::cli::error::CommandError;
use crate::cli::output::{Format, OutputArgs};
use crate::cli::{Context, exit};
use clap::Args;

#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  ciacm remediate status\n  ciacm remediate status 0199f3a2 --format json")]
pub struct StatusArgs {
    /// A run's id or the beginning of it; `latest` is the newest [default: all, in short]
    run: Option<String>,
    #[command(flatten)]
    output: OutputArgs,
}

pub fn run(context: &Context, args: &StatusArgs) -> Result<u8, CommandError> {
    let store = context.store_to_read()?;
    match &args.run {
        Some(name) => show(&find(&store, name)?, &args.output)?,
        None => {
            let runs = store.runs()?;
            match args.output.format {
                Format::Json => args.output.emit_json(&runs.iter().map(print::run_json).collect::<Vec<_>>())?,
                Format::Table => {
                    args.output.emit(|out| -> Result<(), CommandError> { Ok(print::runs(out, &runs)?) })?
                }
            }
        }
    }
    Ok(exit::FINE)
}
