//! `ciacm key list`.

use crate::cli::error::CommandError;
use crate::cli::output::{Format, OutputArgs};
use crate::cli::{Context, exit};
use crate::report::style;
use crate::signing::keystore::{KeyInfo, Kind, RootInfo};
use clap::Args;
use jiff::Timestamp;
use serde::Serialize;
use std::io::{self, Write};

#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  ciacm key list\n  ciacm key list --format json")]
pub struct ListArgs {
    #[command(flatten)]
    output: OutputArgs,
}

#[derive(Debug, Serialize)]
struct Report {
    organisation: Option<String>,
    root: Option<RootInfo>,
    keys: Vec<KeyInfo>,
}

pub fn run(context: &Context, args: ListArgs) -> Result<u8, CommandError> {
    let keystore = context.keystore()?;
    let report = Report {
        organisation: keystore.organisation().map(ToOwned::to_owned),
        root: keystore.root_info()?,
        keys: keystore.list()?,
    };
    match args.output.format {
        Format::Json => args.output.emit_json(&report)?,
        Format::Table => args.output.emit(|out| table(out, &report))?,
    }
    Ok(exit::FINE)
}

fn table(out: &mut dyn Write, report: &Report) -> Result<(), CommandError> {
    if report.keys.is_empty() {
        writeln!(out, "There are no keys yet; `ciacm init` makes them.")?;
        return Ok(());
    }
    for key in &report.keys {
        one(out, key)?;
        writeln!(out)?;
    }
    if let Some(root) = &report.root {
        let place = if root.key_in_home { "its key is in the home; move it offline" } else { "its key is offline" };
        writeln!(out, "root    {place}")?;
        indented(out, &root.subject)?;
        indented(
            out,
            &format!(
                "valid until {}, revocation list until {}",
                day(root.valid_until),
                day(root.revocation_list_until)
            ),
        )?;
        fingerprint(out, "        fingerprint ", &root.fingerprint)?;
    }
    Ok(())
}

/// One key, for people.
pub fn one(out: &mut dyn Write, key: &KeyInfo) -> io::Result<()> {
    let place = match key.kind {
        Kind::File => "in a file",
        Kind::External => "behind an external signer",
        Kind::Certificate => "elsewhere; its certificate is known",
        Kind::Ssh => "elsewhere; its SSH public key is known",
    };
    writeln!(out, "{}    {}, {}, {place}", key.name, key.role, key.state)?;
    indented(out, &key.subject)?;
    if let (Some(serial), Some(until)) = (&key.serial, key.valid_until) {
        indented(out, &format!("serial {serial}"))?;
        indented(out, &format!("made {}, valid until {}", day(key.created), day(until)))?;
    }
    fingerprint(out, "        fingerprint ", &key.fingerprint)
}

fn indented(out: &mut dyn Write, text: &str) -> io::Result<()> {
    for line in style::wrap(text, style::width().saturating_sub(8)) {
        writeln!(out, "        {line}")?;
    }
    Ok(())
}

/// A fingerprint after a label. Those of certificates are too long for a line of 80 columns; they get two.
pub fn fingerprint(out: &mut dyn Write, label: &str, fingerprint: &str) -> io::Result<()> {
    match fingerprint.split_at_checked(48) {
        Some((first, second)) if fingerprint.contains(':') && fingerprint.len() == 95 => {
            writeln!(out, "{label}{first}")?;
            writeln!(out, "{:width$}{second}", "", width = label.len())
        }
        _ => writeln!(out, "{label}{fingerprint}"),
    }
}

fn day(time: Timestamp) -> String {
    time.strftime("%Y-%m-%d").to_string()
}
