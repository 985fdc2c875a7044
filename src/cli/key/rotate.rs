//! `ciacm key rotate`.

use super::{list, told, told_change};
use crate::audit::{Event, NewEntry};
use crate::cli::error::CommandError;
use crate::cli::identity::now;
use crate::cli::output::{Format, OutputArgs};
use crate::cli::passphrase::{Configured, NewPassphraseArgs, new_passphrase};
use crate::cli::{Context, exit};
use crate::signing::keystore::{KeyInfo, Keystore, Reason, RootKey};
use clap::Args;
use jiff::Timestamp;
use serde::Serialize;
use serde_json::json;
use std::path::PathBuf;

/// The organisation's root key.
#[derive(Debug, Args)]
pub struct RootKeyArgs {
    /// The organisation's root key, if it was moved out of the home
    #[arg(long, value_name = "FILE", help_heading = "Root key")]
    ca_key: Option<PathBuf>,
    /// The file with the root key's passphrase, instead of CIACM_PASSPHRASE or CIACM_PASSPHRASE_FILE
    #[arg(long, value_name = "FILE", help_heading = "Root key")]
    ca_passphrase_file: Option<PathBuf>,
}

impl RootKeyArgs {
    pub fn passphrase_file(&self) -> Option<PathBuf> {
        self.ca_passphrase_file.clone()
    }

    pub fn with<'a>(&'a self, source: &'a Configured) -> RootKey<'a> {
        RootKey { file: self.ca_key.as_deref(), source }
    }
}

#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  ciacm key rotate\n  \
    ciacm key rotate --ca-key /media/usb/ca.key\n  \
    ciacm key rotate --revoke 7B09A10A7335D849340B78AA35E8A69D --reason key-compromise\n  \
    ciacm key rotate --only-revocation-list\n\n\
    What the old key signed stays verifiable, unless it is revoked with the reason key-compromise: then only what a\n\
    time stamp shows to be older.")]
pub struct RotateArgs {
    /// Also revoke the certificate with this serial number
    #[arg(long, value_name = "SERIAL")]
    revoke: Option<String>,
    /// Why it is revoked: key-compromise, superseded, cessation-of-operation or affiliation-changed
    #[arg(long, requires = "revoke", default_value = "key-compromise", value_parser = reason)]
    reason: Reason,
    /// Keep the signing key: only renew the revocation list, and revoke what --revoke names
    #[arg(long)]
    only_revocation_list: bool,
    #[command(flatten)]
    root: RootKeyArgs,
    #[command(flatten)]
    passphrase: NewPassphraseArgs,
    #[command(flatten)]
    output: OutputArgs,
}

fn reason(text: &str) -> Result<Reason, String> {
    text.parse().map_err(|error: crate::finding::UnknownWord| error.to_string())
}

#[derive(Debug, Serialize)]
struct Report {
    /// The new signing key, if one was made.
    new: Option<KeyInfo>,
    /// The one that it replaces.
    old: Option<KeyInfo>,
    revoked: Option<KeyInfo>,
    revocation_list_until: Timestamp,
}

pub fn run(context: &Context, args: RotateArgs) -> Result<u8, CommandError> {
    let mut keystore = context.keystore()?;
    must_have_identity(&keystore)?;
    // Mostly all keys of a home have one passphrase.
    let source = Configured::new(args.root.passphrase_file().or(args.passphrase.passphrase_file.clone()));
    let now = now();
    let mut store = context.store()?;
    let mut report = Report { new: None, old: None, revoked: None, revocation_list_until: now };
    if !args.only_revocation_list {
        let passphrase = new_passphrase(&args.passphrase, "the new signing key")?;
        let change = keystore.rotate(args.root.with(&source), passphrase.as_ref(), now)?;
        store.log(&NewEntry::new(Event::KeyRotated, told_change(&change)))?;
        report.new = Some(change.new);
        report.old = change.old;
    }
    if let Some(serial) = &args.revoke {
        let revoked = keystore.revoke(serial, args.reason, args.root.with(&source), now)?;
        let mut detail = told(&revoked);
        if let Some(detail) = detail.as_object_mut() {
            detail.insert("reason".to_owned(), json!(args.reason));
        }
        store.log(&NewEntry::new(Event::KeyRevoked, detail))?;
        report.revoked = Some(revoked);
    } else if args.only_revocation_list {
        keystore.renew_now(args.root.with(&source), now)?;
        store.log(&NewEntry::new(Event::KeyRotated, json!({"renewed": "revocation list"})))?;
    }
    if let Some(root) = keystore.root_info()? {
        report.revocation_list_until = root.revocation_list_until;
    }
    match args.output.format {
        Format::Json => args.output.emit_json(&report)?,
        Format::Table => args.output.emit(|out| -> Result<(), CommandError> {
            if let Some(new) = &report.new {
                list::one(out, new)?;
                writeln!(out)?;
            }
            if let Some(revoked) = &report.revoked {
                writeln!(out, "Revoked: serial {} ({})", revoked.serial.as_deref().unwrap_or_default(), args.reason)?;
            }
            let until = report.revocation_list_until.strftime("%Y-%m-%d");
            Ok(writeln!(out, "The revocation list is valid until {until}.")?)
        })?,
    }
    Ok(exit::FINE)
}

pub fn must_have_identity(keystore: &Keystore) -> Result<(), CommandError> {
    if keystore.is_empty() {
        return Err(CommandError::new("there is no signing identity yet")
            .why("nothing was made in this home")
            .next("run `ciacm init`"));
    }
    Ok(())
}
