//! The command line: one file a command.

mod audit;
mod completions;
#[cfg(feature = "aws")]
mod connection;
mod controls;
#[cfg(test)]
mod documentation;
mod error;
mod evidence;
mod exit;
mod file;
mod findings;
mod frameworks;
mod home;
mod identity;
mod init;
mod key;
mod man;
mod output;
mod passphrase;
mod remediate;
mod report;
mod scan;
mod selection;

use clap::{ArgMatches, CommandFactory, FromArgMatches, Parser, Subcommand};
use error::CommandError;
use std::cell::Cell;
use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

/// Scans cloud accounts against a library of controls, keeps the findings, and shows where you stand with ISO 27001,
/// SOC 2, GDPR, NIST 800-53 and CIS.
#[derive(Debug, Parser)]
#[command(name = "ciacm", version, about, long_about = None, propagate_version = true, disable_help_subcommand = true)]
#[command(after_help = "Examples:\n  ciacm scan demo                   needs no account and no network\n  \
    ciacm scan aws --profile audit    every enabled region of an account\n  \
    ciacm findings list               what is open\n\n\
    Exit codes: 0 fine; 1 findings at or above the gate; 2 wrong use, configuration or credentials;\n\
    3 something selected could not be evaluated; 4 a signature, a hash or the audit log does not hold")]
#[command(max_term_width = 100)]
pub struct Cli {
    /// Where findings are kept [default: the platform's data directory]
    #[arg(
        long,
        global = true,
        env = "CIACM_HOME",
        value_name = "DIR",
        hide_env_values = true,
        help_heading = "Global"
    )]
    home: Option<PathBuf>,
    /// Also load the controls of this directory (repeatable); the same id replaces a shipped control
    #[arg(long = "controls", global = true, value_name = "DIR", help_heading = "Global")]
    control_directories: Vec<PathBuf>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Make the home: database, organisation, signing identity
    Init(init::InitArgs),
    /// Collect an inventory, evaluate the controls, record the findings
    Scan(scan::ScanArgs),
    /// List and explain findings
    #[command(
        subcommand,
        after_help = "Examples:\n  ciacm findings list --severity high\n  ciacm findings show 3f2a9c01"
    )]
    Findings(findings::FindingsCommand),
    /// List, explain, check and test controls
    #[command(
        subcommand,
        after_help = "Examples:\n  ciacm controls list --service s3\n  ciacm controls show AWS-S3-001\n  \
            ciacm controls lint my-controls/"
    )]
    Controls(controls::ControlsCommand),
    /// List frameworks and show where you stand with them
    #[command(subcommand, after_help = "Examples:\n  ciacm frameworks list\n  ciacm frameworks status iso27001-2022")]
    Frameworks(frameworks::FrameworksCommand),
    /// Export evidence packs for auditors, and verify them
    #[command(
        subcommand,
        after_help = "Examples:\n  ciacm evidence export --out pack.zip\n  ciacm evidence verify pack.zip --trusted-ca ca.crt"
    )]
    Evidence(evidence::EvidenceCommand),
    /// List, make, register, replace and export signing keys
    #[command(
        subcommand,
        after_help = "Examples:\n  ciacm key list\n  ciacm key rotate\n  ciacm key export keys-for-the-auditor"
    )]
    Key(key::KeyCommand),
    /// List, show and verify the entries of the audit log; make and copy its checkpoints
    #[command(
        subcommand,
        after_help = "Examples:\n  ciacm audit verify\n  ciacm audit list --event scan\n  ciacm audit anchor --to /mnt/usb"
    )]
    Audit(audit::AuditCommand),
    /// Plan, approve and apply repairs, each verified and reversible
    Remediate(Box<remediate::RemediateArgs>),
    /// Undo a run: every resource goes back to what it was, if it is still as the run left it
    Rollback(Box<remediate::rollback::RollbackArgs>),
    /// Print the completion script of a shell
    Completions(completions::CompletionsArgs),
    /// Print the manual page
    #[command(after_help = "Example:\n  ciacm man > ~/.local/share/man/man1/ciacm.1")]
    Man,
}

/// What every command may need.
#[derive(Debug)]
struct Context {
    home: Option<PathBuf>,
    control_directories: Vec<PathBuf>,
    /// The command that runs, for the audit log: `scan demo`.
    action: String,
    /// The store was opened for writing.
    wrote: Cell<bool>,
}

/// The whole command line, for completions, the manual page and its tests.
#[must_use]
pub fn command() -> clap::Command {
    Cli::command()
}

/// Parses the arguments, runs the command, tells errors on stderr.
#[must_use]
pub fn main() -> ExitCode {
    let parsed = Cli::command()
        .try_get_matches()
        .and_then(|matches| Ok((Cli::from_arg_matches(&matches)?, subcommands(&matches).join(" "))));
    let (cli, action) = match parsed {
        Ok(parsed) => parsed,
        Err(error) => {
            // Help and version come this way too, with exit code 0; wrong use has 2.
            let _ = error.print();
            return ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(exit::WRONG_USE));
        }
    };
    let context =
        Context { home: cli.home, control_directories: cli.control_directories, action, wrote: Cell::new(false) };
    let result = run(&context, cli.command);
    audit::finish(&context, &result);
    match result {
        Ok(code) => ExitCode::from(code),
        Err(error) if error.is_broken_pipe() => ExitCode::from(exit::FINE),
        Err(error) => {
            let _ = writeln!(anstream::stderr(), "{error}");
            ExitCode::from(error.code())
        }
    }
}

/// The names of the chosen subcommands, one below the other.
fn subcommands(matches: &ArgMatches) -> Vec<&str> {
    let mut names = Vec::new();
    let mut matches = matches;
    while let Some((name, below)) = matches.subcommand() {
        names.push(name);
        matches = below;
    }
    names
}

fn run(context: &Context, command: Command) -> Result<u8, CommandError> {
    match command {
        Command::Scan(args) => scan::run(context, args),
        Command::Findings(command) => findings::run(context, command),
        Command::Controls(command) => controls::run(context, command),
        Command::Frameworks(command) => frameworks::run(context, command),
        Command::Evidence(command) => evidence::run(context, command),
        Command::Init(args) => init::run(context, args),
        Command::Key(command) => key::run(context, command),
        Command::Audit(command) => audit::run(context, command),
        Command::Remediate(args) => remediate::run(context, *args),
        Command::Rollback(args) => remediate::rollback::run(context, &args),
        Command::Completions(args) => completions::run(&args),
        Command::Man => man::run(),
    }
}

impl Context {
    /// Loads the control library and tells its warnings.
    fn library(&self) -> Result<crate::control::Library, CommandError> {
        let library = crate::control::Library::load(&self.control_directories)?;
        for warning in &library.warnings {
            warn(warning);
        }
        Ok(library)
    }
}

/// Tells something that does not stop the command.
fn warn(message: &str) {
    let _ = writeln!(anstream::stderr(), "warning: {message}");
}
