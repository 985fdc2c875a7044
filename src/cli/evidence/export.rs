//! `ciacm evidence export`.

use super::period::{self, Period, period};
use crate::audit::{Checkpoint, Event, NewEntry};
use crate::cli::error::CommandError;
use crate::cli::output::Format;
use crate::cli::passphrase::PassphraseArgs;
use crate::cli::{Context, exit, warn};
use crate::control::selection::known_control;
use crate::evidence::archive::Archive;
use crate::evidence::collect::Request;
use crate::evidence::export::{ExportError, Exported, Job, export};
use crate::evidence::proofs::CHECKPOINT;
use crate::report::style;
use crate::signing::tsa::Timestamper;
use crate::store::{ScanRef, Store};
use clap::Args;
use jiff::Timestamp;
use serde_json::json;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

#[derive(Debug, Args)]
pub struct ExportArgs {
    /// Where to write: a zip file if it ends in `.zip`, else a directory; it appears whole or not at all
    #[arg(long, value_name = "FILE.zip|DIR")]
    out: PathBuf,
    /// Only this framework (repeatable, or separated by commas)
    #[arg(long = "framework", value_name = "ID", value_delimiter = ',', help_heading = "Scope")]
    frameworks: Vec<String>,
    /// Only this control; `*` stands for any text (repeatable)
    #[arg(long = "control", value_name = "ID", value_delimiter = ',', help_heading = "Scope")]
    controls: Vec<String>,
    /// Of each account the newest finished scan of this period: dates or times, either may be left out
    #[arg(long, value_name = "FROM..TO", value_parser = period, conflicts_with_all = ["from", "to"], help_heading = "Scope")]
    period: Option<Period>,
    /// The first day or moment of the period
    #[arg(long, value_name = "TIME", value_parser = period::from, help_heading = "Scope")]
    from: Option<Timestamp>,
    /// The last day or moment of the period
    #[arg(long, value_name = "TIME", value_parser = period::to, help_heading = "Scope")]
    to: Option<Timestamp>,
    /// This scan, by its id, the beginning of it, or `latest`
    #[arg(long, value_name = "SCAN", conflicts_with_all = ["period", "from", "to"], help_heading = "Scope")]
    scan: Option<String>,
    /// Prove that the audit log goes on from this pack [default: from the last pack of this home]
    #[arg(long, value_name = "PACK")]
    previous: Option<PathBuf>,
    /// Ask this time-stamping authority (RFC 3161); it receives hashes only
    #[arg(long, value_name = "URL", help_heading = "Time stamps")]
    tsa: Option<String>,
    /// Write no pack if the authority gives no time stamp
    #[arg(long, requires = "tsa", help_heading = "Time stamps")]
    tsa_required: bool,
    #[command(flatten)]
    passphrase: PassphraseArgs,
    /// How to tell what was written
    #[arg(long, value_enum, default_value_t = Format::Table, help_heading = "Output")]
    format: Format,
}

pub fn run(context: &Context, args: ExportArgs) -> Result<u8, CommandError> {
    let library = context.library()?;
    for id in args.controls.iter().filter(|id| !id.contains('*')) {
        known_control(&library, id)?;
    }
    for id in &args.frameworks {
        crate::cli::report::known_framework(id)?;
    }
    let timestamper = args.tsa.as_deref().map(Timestamper::new).transpose().map_err(|error| told(&error))?;
    let previous = args.previous.as_deref().map(checkpoint_of).transpose()?;
    let period = args.period.unwrap_or(Period { from: args.from, to: args.to });
    if let (Some(from), Some(to)) = (period.from, period.to)
        && to < from
    {
        return Err(CommandError::new("the period ends before it begins").next("exchange --from and --to"));
    }
    // Before a key is made for nothing.
    context.store_to_read()?;
    let mut store = context.store()?;
    let identity = context.signing_identity(&mut store, &args.passphrase)?;
    let job = Job {
        store: &store,
        library: &library,
        request: Request {
            frameworks: args.frameworks,
            controls: args.controls,
            from: period.from,
            to: period.to,
            scan: args.scan.as_deref().map(ScanRef::from),
        },
        organisation: store.organisation()?.unwrap_or_default(),
        identity: &identity,
        timestamper: timestamper.as_ref(),
        timestamps_required: args.tsa_required,
        previous,
        now: Timestamp::now(),
    };
    let exported = export(&job, &args.out).map_err(refuse)?;
    record(&mut store, &exported, &args.out)?;
    for warning in &exported.warnings {
        warn(warning);
    }
    let mut out = anstream::stdout().lock();
    match args.format {
        Format::Json => writeln!(out, "{}", serde_json::to_string_pretty(&exported)?)?,
        Format::Table => table(&mut out, &exported, &args.out)?,
    }
    Ok(exit::FINE)
}

/// The checkpoint of an earlier pack.
fn checkpoint_of(path: &Path) -> Result<Checkpoint, CommandError> {
    const LONGEST: u64 = 64 * 1024;
    let refuse = |why: String| {
        CommandError::new(format!("{} cannot be gone on from", path.display()))
            .why(why)
            .next("give an evidence pack that `ciacm evidence verify` accepts")
    };
    let mut archive = Archive::open(path).map_err(|error| refuse(error.to_string()))?;
    let text = archive.read(CHECKPOINT, LONGEST).map_err(|error| refuse(error.to_string()))?;
    String::from_utf8_lossy(&text)
        .parse()
        .map_err(|error: crate::audit::checkpoint::NoCheckpoint| refuse(error.to_string()))
}

/// Tells why there is no pack. That a log does not verify is a refusal, which the log itself tells.
fn refuse(error: ExportError) -> CommandError {
    match error {
        ExportError::Log(why) => CommandError::new("the audit log does not verify, so no pack can rest on it")
            .why(why)
            .next("run `ciacm audit verify`, and restore the newest good backup")
            .integrity(),
        other => told(&other),
    }
}

/// An error that says what, why and next itself.
fn told(error: &dyn std::error::Error) -> CommandError {
    CommandError::new(error.to_string())
}

fn record(store: &mut Store, exported: &Exported, out: &Path) -> Result<(), CommandError> {
    let file = out.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let mut detail = json!({
        "pack": exported.pack,
        "file": file,
        "scans": exported.scans,
        "checkpoint": exported.checkpoint,
        "findings": exported.counts.findings,
        "stamped": exported.stamped,
    });
    if let Some(size) = exported.continues {
        detail["continues"] = size.into();
    }
    store.log(&NewEntry::new(Event::EvidenceExported, detail))?;
    Ok(())
}

fn table(out: &mut dyn Write, exported: &Exported, path: &Path) -> io::Result<()> {
    let counts = &exported.counts;
    writeln!(out, "Evidence pack {}", path.display())?;
    writeln!(
        out,
        "  {} of {} on {}",
        style::count(counts.findings, "finding"),
        style::count(counts.controls, "control"),
        style::count(counts.resource_documents, "resource")
    )?;
    let verdicts: Vec<_> = counts
        .verdicts
        .iter()
        .filter(|(_, count)| **count > 0)
        .map(|(verdict, count)| format!("{} {verdict}", style::grouped(*count)))
        .collect();
    writeln!(out, "  {}", verdicts.join(", "))?;
    writeln!(out, "  {} redacted", style::count(exported.redactions, "value"))?;
    let word = if counts.audit_entries == 1 { "entry" } else { "entries" };
    let log = format!("{} {word}", style::grouped(counts.audit_entries));
    match exported.continues {
        Some(size) => {
            writeln!(out, "  audit log: {log}, going on from the {} of the pack before", style::grouped(size))?
        }
        None => writeln!(out, "  audit log: {log}")?,
    }
    writeln!(out, "  time stamps: {}", if exported.stamped { "yes" } else { "none" })?;
    writeln!(out, "\nRoot certificate, SHA-256")?;
    // Two lines, as long as 80 columns allow.
    let (first, second) = exported.root_fingerprint.split_at(exported.root_fingerprint.len().min(48));
    writeln!(out, "  {first}\n  {second}")?;
    writeln!(out, "\nNext")?;
    writeln!(out, "  Hand the fingerprint over by another way than the pack: without it, the")?;
    writeln!(out, "  pack proves that nothing was changed, but not who signed.")?;
    writeln!(out, "  ciacm evidence verify {}", path.display())
}
