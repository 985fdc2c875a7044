//! `ciacm audit checkpoint`, and the checkpoint at the end of every command that wrote.

use crate::audit::{Checkpoint, Event, NewEntry, Outcome, files};
use crate::cli::error::CommandError;
use crate::cli::output::{Format, OutputArgs};
use crate::cli::passphrase::PassphraseArgs;
use crate::cli::{Context, exit, warn};
use crate::hash::hex;
use crate::signing::Identity;
use crate::signing::cms::{Profile, sign_detached};
use crate::signing::tsa::Timestamper;
use crate::store::Store;
use clap::Args;
use serde_json::json;
use sha2::{Digest, Sha256};
use std::io;
use std::path::{Path, PathBuf};

#[derive(Debug, Args)]
pub struct CheckpointArgs {
    /// Ask this time-stamping authority (RFC 3161) for a time stamp; it is sent a hash and nothing else
    #[arg(long, value_name = "URL")]
    tsa: Option<String>,
    /// Fail if there is no time stamp, instead of warning
    #[arg(long, requires = "tsa")]
    tsa_required: bool,
    #[command(flatten)]
    passphrase: PassphraseArgs,
    #[command(flatten)]
    output: OutputArgs,
}

pub fn run(context: &Context, args: &CheckpointArgs) -> Result<u8, CommandError> {
    let authority = args.tsa.as_deref().map(Timestamper::new).transpose().map_err(|error| told(&error))?;
    let mut store = context.store()?;
    let directory = store.home().join(files::DIRECTORY);
    let nothing = || {
        CommandError::new("there is nothing to make a checkpoint of")
            .why("the audit log has no entry yet")
            .next("run `ciacm scan demo`")
    };
    if store.audit_size()? == 0 {
        return Err(nothing());
    }
    let identity = context.signing_identity(&mut store, &args.passphrase)?;
    let checkpoint = make(&mut store, &directory)?.ok_or_else(nothing)?;
    let kept = keep(&directory, &checkpoint, Some(&identity))?;
    let stamped = match authority.map(|authority| stamp(&kept, &authority)) {
        None => false,
        Some(Ok(())) => true,
        Some(Err(error)) if args.tsa_required => return Err(error),
        Some(Err(error)) => {
            warn(&error.to_string());
            false
        }
    };
    match args.output.format {
        Format::Json => args.output.emit_json(&json!({
            "file": kept, "origin": checkpoint.origin, "size": checkpoint.size, "root": hex(&checkpoint.root),
            "signed": true, "stamped": stamped,
        }))?,
        Format::Table => args.output.emit(|out| -> io::Result<()> {
            writeln!(out, "{checkpoint}")?;
            writeln!(out, "signed{}: {}", if stamped { " and stamped" } else { "" }, kept.display())?;
            writeln!(out, "Keep a copy where who can write the home cannot: `ciacm audit anchor`.")
        })?,
    }
    Ok(exit::FINE)
}

/// A checkpoint of the log as it is.
fn make(store: &mut Store, directory: &Path) -> Result<Option<Checkpoint>, CommandError> {
    let checkpoint = store.audit_advance()?;
    // One that covers more than the log now has says that entries are missing.
    if let Some(newest) = files::newest(directory)?.and_then(|newest| newest.checkpoint.ok()) {
        let size = store.audit_size()?;
        if newest.size > size {
            return Err(CommandError::new("entries of the audit log are missing")
                .why(format!("it has {size}, and a checkpoint was made of {}", newest.size))
                .next("run `ciacm audit verify`")
                .integrity());
        }
    }
    Ok(checkpoint)
}

/// Writes the checkpoint and its signature, unless they are there; answers the file.
fn keep(directory: &Path, checkpoint: &Checkpoint, identity: Option<&Identity>) -> Result<PathBuf, CommandError> {
    let text = checkpoint.to_string();
    let path = files::path(directory, checkpoint.size);
    let problem = |path: &Path, error: &io::Error| {
        if error.kind() == io::ErrorKind::AlreadyExists {
            return CommandError::new(format!("the audit log is not the one that {} was made of", path.display()))
                .why("it had as many entries, and they were others")
                .next("run `ciacm audit verify`")
                .integrity();
        }
        CommandError::new(format!("the checkpoint {} cannot be written", path.display()))
            .why(error.to_string())
            .next("make it writable, or free some space; the next command tries again")
    };
    files::keep(&path, text.as_bytes()).map_err(|error| problem(&path, &error))?;
    let signature = path.with_extension("p7s");
    if let Some(identity) = identity
        && !signature.exists()
    {
        let signed = sign_detached(&Sha256::digest(text.as_bytes()).into(), identity, Profile::File)?;
        match files::keep(&signature, &signed) {
            // Another process signed the same text meanwhile.
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            result => result.map_err(|error| problem(&signature, &error))?,
        }
    }
    Ok(path)
}

/// Asks for a time stamp of a checkpoint and keeps it beside it, unless there is one.
fn stamp(kept: &Path, authority: &Timestamper) -> Result<(), CommandError> {
    let beside = kept.with_extension("tst");
    if beside.exists() {
        return Ok(());
    }
    let text = std::fs::read(kept)?;
    let token = authority.stamp(&text).map_err(|error| told(&error))?;
    match files::keep(&beside, &token) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        result => Ok(result?),
    }
}

fn told(error: &impl ToString) -> CommandError {
    CommandError::new(error.to_string())
}

/// The end of a command that may have written: tells the log of a refusal, and makes a checkpoint of what is new.
///
/// Nobody is asked for a passphrase here. What goes wrong is told and undoes nothing: the command has done its work.
pub fn finish(context: &Context, result: &Result<u8, CommandError>) {
    if !context.may_have_written() {
        return;
    }
    let refused = result.as_ref().err().filter(|error| error.code() == exit::INTEGRITY);
    if let Err(error) = close(context, refused) {
        warn(&format!("the audit log has no new checkpoint: {}", error.what()));
    }
}

fn close(context: &Context, refused: Option<&CommandError>) -> Result<(), CommandError> {
    let mut store = context.store()?;
    if let Some(error) = refused {
        let detail = json!({"what": error.what(), "why": error.reason()});
        store.log(&NewEntry::new(Event::Refused, detail).outcome(Outcome::Refused))?;
    }
    let directory = store.home().join(files::DIRECTORY);
    let size = store.audit_size()?;
    if size == 0 || size == store.audit_remembered()? && files::path(&directory, size).exists() {
        return Ok(());
    }
    let Some(checkpoint) = make(&mut store, &directory)? else { return Ok(()) };
    // A key that cannot be used is no reason to have no checkpoint.
    let (identity, problem) = match context.unattended_identity() {
        Ok(identity) => (identity, None),
        Err(error) => (None, Some(error)),
    };
    keep(&directory, &checkpoint, identity.as_ref())?;
    if let Some(error) = problem {
        warn(&format!("the checkpoint of the audit log is not signed: {}", error.what()));
    }
    Ok(())
}
