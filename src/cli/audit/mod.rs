//! `ciacm audit list|show|verify|checkpoint|anchor`: one file each, and what every writing command does at its end.

mod anchor;
mod checkpoint;
mod list;
mod show;
mod signatures;
mod verify;

use super::Context;
use super::error::CommandError;
use clap::Subcommand;

pub use checkpoint::finish;

#[derive(Debug, Subcommand)]
pub enum AuditCommand {
    /// List the entries of the audit log, the last 100 in a table, or export them byte for byte
    #[command(after_help = "Examples:\n  ciacm audit list --event finding --since 2026-11-01\n  \
        ciacm audit list --control AWS-S3-001 --text acme\n  \
        ciacm audit list --export entries.jsonl")]
    List(Box<list::ListArgs>),
    /// Show one entry, with the proof that it is in the log
    #[command(after_help = "Example:\n  ciacm audit show 12")]
    Show(show::ShowArgs),
    /// Recompute the whole log and compare it with every checkpoint; exit code 4 if it does not hold
    #[command(after_help = "Examples:\n  ciacm audit verify\n  \
        ciacm audit verify --against /mnt/usb/checkpoints --trusted-ca ca.crt\n  \
        ciacm audit verify --entries entries.jsonl --against checkpoint.txt\n\n\
        Whoever can write the database can write the whole log anew, and the checkpoints of the home too.\n\
        Checkpoints that were kept elsewhere (`ciacm audit anchor`) are what catches that.")]
    Verify(verify::VerifyArgs),
    /// Make a signed checkpoint of the log now
    #[command(
        after_help = "Examples:\n  ciacm audit checkpoint\n  ciacm audit checkpoint --tsa http://timestamp.example.org"
    )]
    Checkpoint(checkpoint::CheckpointArgs),
    /// Copy the checkpoints to where who can write the home cannot
    #[command(after_help = "Examples:\n  ciacm audit anchor --to /mnt/usb/checkpoints\n  \
        ciacm audit anchor --to git:/srv/checkpoints\n  ciacm audit anchor --to s3://audit-bucket/ciacm")]
    Anchor(anchor::AnchorArgs),
}

pub fn run(context: &Context, command: AuditCommand) -> Result<u8, CommandError> {
    match command {
        AuditCommand::List(args) => list::run(context, *args),
        AuditCommand::Show(args) => show::run(context, &args),
        AuditCommand::Verify(args) => verify::run(context, &args),
        AuditCommand::Checkpoint(args) => checkpoint::run(context, &args),
        AuditCommand::Anchor(args) => anchor::run(context, &args),
    }
}
