//! `ciacm completions SHELL`.

use super::error::CommandError;
use super::exit;
use clap::Args;
use clap_complete::Shell;
use std::io::Write;

#[derive(Debug, Args)]
#[command(after_help = "Example:\n  ciacm completions bash > ~/.local/share/bash-completion/completions/ciacm")]
pub struct CompletionsArgs {
    /// The shell
    #[arg(value_enum)]
    shell: Shell,
}

pub fn run(args: &CompletionsArgs) -> Result<u8, CommandError> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut super::command(), "ciacm", &mut script);
    anstream::stdout().write_all(&script)?;
    Ok(exit::FINE)
}
