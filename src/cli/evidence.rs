//! `ciacm evidence export|verify`.

mod export;
mod period;
mod verify;

use super::Context;
use super::error::CommandError;
use clap::Subcommand;

#[derive(Debug, Subcommand)]
pub enum EvidenceCommand {
    /// Write a signed evidence pack for an auditor
    #[command(after_help = "Examples:\n  ciacm evidence export --out pack.zip\n  \
        ciacm evidence export --framework soc2 --period 2026-07-01..2026-09-30 --out q3.zip\n  \
        ciacm evidence export --out pack.zip --tsa http://timestamp.example.com\n  \
        ciacm evidence export --previous q2.zip --out q3/\n\n\
        The pack verifies without ciacm; its README.md has the commands.")]
    Export(Box<export::ExportArgs>),
    /// Verify an evidence pack, and say what that proves and what not
    #[command(after_help = "Examples:\n  ciacm evidence verify pack.zip --trusted-ca ca.crt\n  \
        ciacm evidence verify pack/ --against last-year.zip --format json\n\n\
        Needs no home and writes nothing. Exit codes: 0 verified; 3 a signature is of a kind that ciacm cannot\n\
        check; 4 something does not verify.")]
    Verify(verify::VerifyArgs),
}

pub fn run(context: &Context, command: EvidenceCommand) -> Result<u8, CommandError> {
    match command {
        EvidenceCommand::Export(args) => export::run(context, *args),
        EvidenceCommand::Verify(args) => verify::run(&args),
    }
}
