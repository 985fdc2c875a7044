//! Passphrases on the command line: from a file, the environment, or asked for at the terminal.

use crate::signing::SigningError;
use crate::signing::passphrase::{Environment, Passphrase, PassphraseSource};
use clap::Args;
use std::cell::RefCell;
use std::io::{IsTerminal, stderr, stdin};
use std::path::PathBuf;

/// The passphrase of keys that are there.
#[derive(Debug, Clone, Default, Args)]
pub struct PassphraseArgs {
    /// The file with the passphrase of the keys, instead of CIACM_PASSPHRASE or CIACM_PASSPHRASE_FILE
    #[arg(long, value_name = "FILE", help_heading = "Passphrase")]
    pub passphrase_file: Option<PathBuf>,
}

/// The passphrase of a key that is made.
#[derive(Debug, Clone, Default, Args)]
pub struct NewPassphraseArgs {
    /// The file with the passphrase of the new keys, instead of CIACM_PASSPHRASE or CIACM_PASSPHRASE_FILE
    #[arg(long, value_name = "FILE", help_heading = "Passphrase", conflicts_with = "no_passphrase")]
    pub passphrase_file: Option<PathBuf>,
    /// Do not encrypt the new keys: whoever reads their files can sign
    #[arg(long, help_heading = "Passphrase")]
    pub no_passphrase: bool,
}

/// Is there somebody to ask?
pub fn attended() -> bool {
    stdin().is_terminal() && stderr().is_terminal()
}

/// A file, else the environment, else the terminal. What was found is remembered, so nobody is asked twice.
#[derive(Debug, Default)]
pub struct Configured {
    file: Option<PathBuf>,
    found: RefCell<Option<Passphrase>>,
}

impl Configured {
    /// With the file of the command line, if one was given.
    pub const fn new(file: Option<PathBuf>) -> Self {
        Self { file, found: RefCell::new(None) }
    }

    /// The passphrase is known already, because the key was made just now.
    pub fn remember(&self, passphrase: Option<Passphrase>) {
        self.found.replace(passphrase);
    }

    /// The passphrase that opened a key, if one was needed.
    pub fn used(&self) -> Option<Passphrase> {
        self.found.borrow().clone()
    }
}

impl PassphraseSource for Configured {
    fn passphrase(&self, of: &str) -> Result<Option<Passphrase>, SigningError> {
        if let Some(known) = self.used() {
            return Ok(Some(known));
        }
        let mut found = match &self.file {
            Some(file) => Some(Passphrase::read(file)?),
            None => Environment.passphrase(of)?,
        };
        if found.is_none() && attended() {
            found = Some(ask(&format!("Passphrase of {of}: "))?);
        }
        self.found.replace(found.clone());
        Ok(found)
    }
}

/// The passphrase of a new key, told as `of`: `None` only if the user wants none.
pub fn new_passphrase(args: &NewPassphraseArgs, of: &str) -> Result<Option<Passphrase>, SigningError> {
    if args.no_passphrase {
        return Ok(None);
    }
    let configured = match &args.passphrase_file {
        Some(file) => Some(Passphrase::read(file)?),
        None => Environment.passphrase(of)?,
    };
    if configured.is_some() {
        return Ok(configured);
    }
    if !attended() {
        return Err(SigningError::new(format!("there is no passphrase for {of}"))
            .why("none is configured, and there is no terminal to ask at")
            .next("set CIACM_PASSPHRASE_FILE or give --passphrase-file; for keys that are not encrypted: `ciacm init --no-passphrase`, or --no-passphrase of `ciacm key`"));
    }
    let first = ask(&format!("New passphrase for {of}: "))?;
    let second = ask("The same again: ")?;
    if first.as_bytes() != second.as_bytes() {
        return Err(SigningError::new("the two passphrases differ")
            .why("a passphrase that was mistyped would lock the key for ever")
            .next("run the command again"));
    }
    Ok(Some(first))
}

fn ask(prompt: &str) -> Result<Passphrase, SigningError> {
    let text = rpassword::prompt_password(prompt).map_err(|error| {
        SigningError::new("the passphrase cannot be asked for")
            .why(error)
            .next("set CIACM_PASSPHRASE_FILE, or give --passphrase-file")
    })?;
    Passphrase::new(text)
}
