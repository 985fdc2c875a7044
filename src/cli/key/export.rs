//! `ciacm key export`.

use super::told;
use crate::audit::{Event, NewEntry};
use crate::cli::error::CommandError;
use crate::cli::output::{Format, OutputArgs};
use crate::cli::{Context, exit};
use crate::signing::keystore::{Role, State};
use clap::Args;
use serde_json::json;
use std::path::PathBuf;

#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  ciacm key export keys-for-the-auditor\n  ciacm key export backup --private")]
pub struct ExportArgs {
    /// The directory, made if it is not there: ca.crt, signer.crt, org.crl
    directory: PathBuf,
    /// Also the signing key, encrypted as it is in the home
    #[arg(long)]
    private: bool,
    #[command(flatten)]
    output: OutputArgs,
}

pub fn run(context: &Context, args: ExportArgs) -> Result<u8, CommandError> {
    let keystore = context.keystore()?;
    super::rotate::must_have_identity(&keystore)?;
    let files = keystore.export(&args.directory, args.private)?;
    let mut store = context.store()?;
    let signing = keystore.list()?.into_iter().find(|key| key.role == Role::Signer && key.state == State::Active);
    let mut detail = signing.as_ref().map_or_else(|| json!({}), told);
    if let Some(detail) = detail.as_object_mut() {
        detail.insert("private".to_owned(), json!(args.private));
    }
    store.log(&NewEntry::new(Event::KeyExported, detail))?;
    match args.output.format {
        Format::Json => args.output.emit_json(&json!({ "files": files }))?,
        Format::Table => args.output.emit(|out| -> Result<(), CommandError> {
            for file in &files {
                writeln!(out, "{}", file.display())?;
            }
            Ok(())
        })?,
    }
    Ok(exit::FINE)
}
