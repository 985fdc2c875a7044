//! `ciacm evidence verify`.

use crate::cli::error::CommandError;
use crate::cli::exit;
use crate::cli::output::{Format, OutputArgs};
use crate::evidence::archive::{Archive, ArchiveError};
use crate::evidence::verify::{Answer, Check, Outcome, Question, Report, verify};
use crate::report::style;
use crate::signing::certificate;
use crate::signing::path::Trust;
use clap::Args;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use x509_cert::Certificate;

#[derive(Debug, Args)]
pub struct VerifyArgs {
    /// The pack: a zip file or a directory
    pack: PathBuf,
    /// The root certificate of whoever should have signed, got by another way than the pack (repeatable)
    #[arg(long = "trusted-ca", value_name = "FILE")]
    trusted: Vec<PathBuf>,
    /// The root certificate of the time-stamping authority (repeatable)
    #[arg(long = "tsa-ca", value_name = "FILE")]
    authorities: Vec<PathBuf>,
    /// An older pack of the same organisation: nothing of its audit log may have been changed or taken out since
    #[arg(long, value_name = "PACK")]
    against: Option<PathBuf>,
    #[command(flatten)]
    output: OutputArgs,
}

pub fn run(args: &VerifyArgs) -> Result<u8, CommandError> {
    let trust = Trust {
        roots: certificates(&args.trusted)?,
        timestamp_roots: certificates(&args.authorities)?,
        ..Trust::default()
    };
    let mut archive = open(&args.pack)?;
    let against = args.against.as_deref().map(open).transpose()?;
    let report = verify(&mut archive, Question { trust, against });
    match args.output.format {
        Format::Json => args.output.emit_json(&report)?,
        Format::Table => args.output.emit(|out| table(out, &report, &args.pack))?,
    }
    Ok(if report.failed() {
        exit::INTEGRITY
    } else if report.open() {
        exit::INCOMPLETE
    } else {
        exit::FINE
    })
}

fn certificates(paths: &[PathBuf]) -> Result<Vec<Certificate>, CommandError> {
    let mut all = Vec::new();
    for path in paths {
        let refuse = |why: String| {
            CommandError::new(format!("{} cannot be used", path.display()))
                .why(why)
                .next("give a certificate, PEM or DER, for instance the ca.crt that you got by another way")
        };
        let length = std::fs::metadata(path).map_err(|error| refuse(error.to_string()))?.len();
        if length > certificate::MAX_FILE {
            return Err(refuse("it is too long for a certificate".to_owned()));
        }
        let bytes = std::fs::read(path).map_err(|error| refuse(error.to_string()))?;
        all.extend(certificate::read(&bytes).map_err(refuse)?);
    }
    Ok(all)
}

fn open(path: &Path) -> Result<Archive, CommandError> {
    Archive::open(path).map_err(|error| {
        let told =
            CommandError::new(format!("{} is no pack that can be verified", path.display())).why(error.to_string());
        match error {
            ArchiveError::Io { .. } => told.next("check the path and its permissions"),
            ArchiveError::Bad(_) => {
                told.next("do not unpack it; ask whoever gave it to you for another copy").integrity()
            }
        }
    })
}

fn table(out: &mut dyn Write, report: &Report, path: &Path) -> io::Result<()> {
    let whose = report.organisation.as_deref().unwrap_or("an unknown organisation");
    let until = report.as_of.map(|time| format!(", up to {time}")).unwrap_or_default();
    let head = visible(&format!("Evidence pack {} of {whose}{until}", path.display()));
    for line in style::wrap(&head, style::width()) {
        writeln!(out, "{line}")?;
    }
    writeln!(out)?;
    for Check { what, outcome, detail } in &report.checks {
        let word = match outcome {
            Outcome::Passed => "ok",
            Outcome::Failed => "FAILED",
            Outcome::NotChecked => "open",
        };
        let text = match detail {
            Some(detail) => format!("{what}: {detail}"),
            None => what.clone(),
        };
        hanging(out, word, &text)?;
    }
    writeln!(out, "\nWhat this proves")?;
    let proved = &report.proved;
    for (name, Answer { proved, words }) in [
        ("integrity", &proved.integrity),
        ("origin", &proved.origin),
        ("time", &proved.time),
        ("whole log", &proved.completeness),
    ] {
        hanging(out, name, &format!("{}: {words}", if *proved { "proved" } else { "NOT proved" }))?;
    }
    Ok(())
}

/// A word, and a text beside it.
fn hanging(out: &mut dyn Write, word: &str, text: &str) -> io::Result<()> {
    const INDENT: usize = 11;
    let text = &visible(text);
    for (number, line) in style::wrap(text, style::width().saturating_sub(INDENT)).iter().enumerate() {
        writeln!(out, "{:<INDENT$}{line}", if number == 0 { word } else { "" })?;
    }
    Ok(())
}

/// A text that a stranger may have written, without what would steer the terminal.
fn visible(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { char::REPLACEMENT_CHARACTER } else { c }).collect()
}
