//! `ciacm key new`.

use super::{list, told};
use crate::audit::{Event, NewEntry};
use crate::cli::error::CommandError;
use crate::cli::identity::now;
use crate::cli::key::rotate::RootKeyArgs;
use crate::cli::output::{Format, OutputArgs};
use crate::cli::passphrase::{Configured, NewPassphraseArgs, new_passphrase};
use crate::cli::{Context, exit};
use crate::signing::keystore::Role;
use clap::Args;

#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  ciacm key new 'Ann Approver'\n  \
    ciacm key new ann --passphrase-file ann.txt --ca-passphrase-file org.txt\n\n\
    The organisation's root key issues the certificate. The new key has a passphrase of its own.")]
pub struct NewArgs {
    /// The person or role, as it stands in the certificate
    name: String,
    #[command(flatten)]
    root: RootKeyArgs,
    #[command(flatten)]
    passphrase: NewPassphraseArgs,
    #[command(flatten)]
    output: OutputArgs,
}

pub fn run(context: &Context, args: NewArgs) -> Result<u8, CommandError> {
    let mut keystore = context.keystore()?;
    super::rotate::must_have_identity(&keystore)?;
    let source = Configured::new(args.root.passphrase_file());
    let passphrase = new_passphrase(&args.passphrase, &format!("the key of {}", args.name))?;
    let mut store = context.store()?;
    let change = keystore.issue(&args.name, Role::Approver, args.root.with(&source), passphrase.as_ref(), now())?;
    store.log(&NewEntry::new(Event::KeyCreated, told(&change.new)))?;
    match args.output.format {
        Format::Json => args.output.emit_json(&change.new)?,
        Format::Table => args.output.emit(|out| -> Result<(), CommandError> { Ok(list::one(out, &change.new)?) })?,
    }
    Ok(exit::FINE)
}
