//! `ciacm audit verify`.

use super::signatures;
use crate::audit::assess::{Assessment, Checked, Signature};
use crate::audit::files::{self, Kept};
use crate::audit::verify::{self, Chunk, Log, MAX_BODY};
use crate::audit::{Event, NewEntry, Outcome};
use crate::cli::error::CommandError;
use crate::cli::output::{Format, OutputArgs};
use crate::cli::{Context, exit};
use crate::report::audit as table;
use crate::signing::path::Trust;
use crate::store::Store;
use clap::Args;
use jiff::Timestamp;
use serde_json::{Value, json};
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read as _};
use std::path::{Path, PathBuf};

#[derive(Debug, Args)]
pub struct VerifyArgs {
    /// A checkpoint that was kept elsewhere, or a directory of them (repeatable)
    #[arg(long, value_name = "FILE")]
    against: Vec<PathBuf>,
    /// Verify this export (`audit list --export`) instead of the home's log; needs no home
    #[arg(long, value_name = "FILE")]
    entries: Option<PathBuf>,
    /// The root certificate that signatures must come from, got by another channel (repeatable) [default: the home's]
    #[arg(long = "trusted-ca", value_name = "FILE")]
    trusted_ca: Vec<PathBuf>,
    /// The root certificate of a time-stamping authority that is believed (repeatable)
    #[arg(long = "tsa-ca", value_name = "FILE")]
    tsa_ca: Vec<PathBuf>,
    #[command(flatten)]
    output: OutputArgs,
}

pub fn run(context: &Context, args: &VerifyArgs) -> Result<u8, CommandError> {
    // Checkpoints first: whatever is appended meanwhile, the log that is read then has what they cover.
    let mut kept = Vec::new();
    for path in &args.against {
        kept.extend(given(path)?.into_iter().map(|kept| (kept, true)));
    }
    let (assessment, written) = match &args.entries {
        Some(path) => {
            let trust = signatures::trust(None, &args.trusted_ca, &args.tsa_ca)?;
            let log = export(path, &sizes(&kept))?;
            let last = log.last;
            (assess(log, 0, &kept, &trust, |_| last), None)
        }
        None => {
            let store = context.store_to_read()?;
            let directory = store.home().join(files::DIRECTORY);
            let own = files::read_all(&directory).map_err(|error| unreadable(&directory, &error))?;
            kept.extend(own.into_iter().map(|kept| (kept, false)));
            let trust = signatures::trust(Some(store.home()), &args.trusted_ca, &args.tsa_ca)?;
            let remembered = store.audit_remembered()?;
            let log = store.audit_verify(&sizes(&kept))?;
            let assessment = assess(log, remembered, &kept, &trust, |size| made(&store, size));
            drop(store);
            let written = record(context, &assessment);
            (assessment, Some(written))
        }
    };
    match args.output.format {
        Format::Table => args.output.emit(|out| table::assessment(out, &assessment, written.as_ref()))?,
        Format::Json => args.output.emit_json(&as_json(&assessment, written.as_ref()))?,
    }
    Ok(if assessment.holds() { exit::FINE } else { exit::INTEGRITY })
}

/// The checkpoints that the user means.
fn given(path: &Path) -> Result<Vec<Kept>, CommandError> {
    // They stand beside checkpoints, so it is easily the wrong one of three: no reason to say that the log does not hold.
    if path.extension().is_some_and(|ending| ending == "p7s" || ending == "tst") {
        return Err(CommandError::new(format!("{} is no checkpoint", path.display()))
            .why("it is the signature or the time stamp of one, and is read with it")
            .next("name the file that ends in .txt, or the directory"));
    }
    let found = if path.is_dir() { files::read_all(path) } else { files::read(path).map(|kept| vec![kept]) };
    let found = found.map_err(|error| unreadable(path, &error))?;
    if found.is_empty() {
        return Err(CommandError::new(format!("there is no checkpoint in {}", path.display()))
            .why("it has no file that ends in .txt")
            .next("name a checkpoint, or a directory that `ciacm audit anchor` filled"));
    }
    Ok(found)
}

fn unreadable(path: &Path, error: &io::Error) -> CommandError {
    CommandError::new(format!("{} cannot be read", path.display()))
        .why(error.to_string())
        .next("check the path and its permissions")
}

fn sizes(kept: &[(Kept, bool)]) -> Vec<u64> {
    kept.iter().filter_map(|(kept, _)| kept.checkpoint.as_ref().ok()).map(|checkpoint| checkpoint.size).collect()
}

fn assess(
    log: Log,
    remembered: u64,
    kept: &[(Kept, bool)],
    trust: &Trust,
    made: impl Fn(u64) -> Option<Timestamp>,
) -> Assessment {
    let check = |(kept, elsewhere): &(Kept, bool)| {
        let made = kept.checkpoint.as_ref().ok().and_then(|checkpoint| made(checkpoint.size));
        Checked::new(kept, *elsewhere, &log, signatures::check(kept, trust, made), signatures::check_stamp(kept, trust))
    };
    let checkpoints = kept.iter().map(check).collect();
    Assessment { log, remembered, checkpoints }
}

/// When the entry was made with which the log had that size.
fn made(store: &Store, size: u64) -> Option<Timestamp> {
    store.audit_entry(size).ok()??.entry().ok()?.ts.parse().ok()
}

/// Verifies an export.
fn export(path: &Path, watched: &[u64]) -> Result<Log, CommandError> {
    let problem = |error: io::Error| unreadable(path, &error);
    let mut file = BufReader::with_capacity(1 << 20, File::open(path).map_err(problem)?);
    let mut line = Vec::new();
    verify::verify(watched, |chunk: &mut Chunk| {
        while !chunk.is_full() {
            line.clear();
            let read = file.by_ref().take(MAX_BODY as u64).read_until(b'\n', &mut line).map_err(problem)?;
            if read == 0 {
                break;
            }
            chunk.push(line.strip_suffix(b"\n").unwrap_or(&line), None);
        }
        Ok(())
    })
}

/// Tells the log that it was verified, where it may be written; else why not.
fn record(context: &Context, assessment: &Assessment) -> Result<u64, String> {
    let detail = json!({
        "size": assessment.log.size,
        "root": assessment.log.root_hex(),
        "covered": assessment.covered(),
        "checkpoints": assessment.checkpoints.len(),
        "first_bad": assessment.first_bad(),
    });
    let outcome = if assessment.holds() { Outcome::Success } else { Outcome::Failure };
    let entry = NewEntry::new(Event::LogVerified, detail).outcome(outcome);
    let appended = context.store().and_then(|mut store| Ok(store.log(&entry)?));
    appended.map_err(|error| {
        let text = error.to_string();
        text.lines().find_map(|line| line.trim().strip_prefix("why: ")).unwrap_or(&text).to_owned()
    })
}

fn as_json(assessment: &Assessment, written: Option<&Result<u64, String>>) -> Value {
    let log = &assessment.log;
    json!({
        "holds": assessment.holds(),
        "origin": log.origin,
        "size": log.size,
        "root": log.root_hex(),
        "first": log.first.map(|time| time.to_string()),
        "last": log.last.map(|time| time.to_string()),
        "first_bad": assessment.first_bad(),
        "covered": assessment.covered(),
        "covered_elsewhere": assessment.covered_by(|checked| checked.elsewhere),
        "signed": assessment.covered_by(|checked| matches!(checked.signature, Signature::Valid { .. })),
        "chain_only": assessment.chain_only().map(|(from, to)| json!({"from": from, "to": to})),
        "checkpoints": assessment.checkpoints,
        "recorded": written.and_then(|written| written.as_ref().ok()),
    })
}
