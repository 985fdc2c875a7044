//! Where results go: stdout or a file, as a table or as JSON.

use super::error::CommandError;
use super::file::WholeFile;
use clap::{Args, ValueEnum};
use std::io::{self, BufWriter, Write};
use std::path::PathBuf;

/// `--format` and `--output`.
#[derive(Debug, Clone, Args)]
pub struct OutputArgs {
    /// How to print: `table` for people, `json` for programs (stable, documented in docs/json.md)
    #[arg(long, value_enum, default_value_t = Format::Table, help_heading = "Output")]
    pub format: Format,
    /// Write to this file instead of stdout; it appears whole or not at all
    #[arg(long, short, value_name = "FILE", help_heading = "Output")]
    pub output: Option<PathBuf>,
}

/// How to print.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people; fits 80 columns.
    Table,
    /// For programs.
    Json,
}

impl OutputArgs {
    /// Lets `write` produce the result and puts it where the user wants it.
    ///
    /// # Errors
    /// If it cannot be written.
    pub fn emit<E: From<io::Error>>(&self, write: impl FnOnce(&mut dyn Write) -> Result<(), E>) -> Result<(), E> {
        match &self.output {
            None => flushed(anstream::stdout().lock(), write),
            Some(path) => {
                let mut file = WholeFile::create(path)?;
                flushed(anstream::StripStream::new(file.file()), write)?;
                Ok(file.finish()?)
            }
        }
    }

    /// The same of bytes of which none may be taken for a colour.
    ///
    /// # Errors
    /// If it cannot be written.
    pub fn emit_exactly<E: From<io::Error>>(
        &self,
        write: impl FnOnce(&mut dyn Write) -> Result<(), E>,
    ) -> Result<(), E> {
        match &self.output {
            None => flushed(io::stdout().lock(), write),
            Some(path) => {
                let mut file = WholeFile::create(path)?;
                flushed(file.file(), write)?;
                Ok(file.finish()?)
            }
        }
    }

    /// Prints a value as JSON, for people who read it too: indented.
    ///
    /// # Errors
    /// If it cannot be written.
    pub fn emit_json(&self, value: &impl serde::Serialize) -> Result<(), CommandError> {
        self.emit(|out| {
            serde_json::to_writer_pretty(&mut *out, value)?;
            Ok(writeln!(out)?)
        })
    }
}

fn flushed<E: From<io::Error>>(to: impl Write, write: impl FnOnce(&mut dyn Write) -> Result<(), E>) -> Result<(), E> {
    let mut buffered = BufWriter::new(to);
    write(&mut buffered)?;
    Ok(buffered.flush()?)
}
