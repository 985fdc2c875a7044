//! `ciacm key enroll`.

use super::list;
use super::material::{Given, register};
use crate::cli::error::CommandError;
use crate::cli::output::{Format, OutputArgs};
use crate::cli::passphrase::NewPassphraseArgs;
use crate::cli::{Context, exit};
use crate::signing::certificate;
use crate::signing::keystore::Role;
use clap::Args;
use std::path::PathBuf;

#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  ciacm key enroll ann.pub --name ann               an approver's SSH key\n  \
    ciacm key enroll ann.crt                          an approver's certificate\n  \
    ciacm key enroll chain.pem --key signing.p8       an own signing key\n  \
    ciacm key enroll chain.pem --external-signer kms-sign --key-id 1234")]
pub struct EnrollArgs {
    /// A certificate with those of its issuers, an SSH public key (ed25519), or a PKCS #12 file
    file: PathBuf,
    /// What the key is called in commands [default: the name in the certificate, the comment of the SSH key]
    #[arg(long)]
    name: Option<String>,
    /// `signer` signs for the organisation in place of the present key, `approver` approves plans [default: signer if
    /// the key can sign here, else approver]
    #[arg(long, value_parser = role)]
    role: Option<Role>,
    /// The key of the certificate: P-256 as PKCS #8, PEM or DER, encrypted or not
    #[arg(long, value_name = "FILE")]
    key: Option<PathBuf>,
    #[command(flatten)]
    passphrase: NewPassphraseArgs,
    #[command(flatten)]
    output: OutputArgs,
    /// A command that signs: it gets a SHA-256 digest (32 bytes) on stdin and writes the signature to stdout. Must come
    /// last: everything after it is the command
    #[arg(long, value_name = "COMMAND", num_args = 1.., allow_hyphen_values = true, conflicts_with = "key")]
    external_signer: Vec<String>,
}

fn role(text: &str) -> Result<Role, String> {
    text.parse().map_err(|error: crate::finding::UnknownWord| error.to_string())
}

pub fn run(context: &Context, args: EnrollArgs) -> Result<u8, CommandError> {
    let given = Given::detect(&args.file, args.key.as_deref(), &args.external_signer)?;
    let role = args.role.unwrap_or(if given.signs() { Role::Signer } else { Role::Approver });
    if role == Role::Signer && !given.signs() {
        return Err(CommandError::new("this key cannot sign for the organisation")
            .why(format!("{} holds only its public half", args.file.display()))
            .next("give --key or --external-signer, or enroll it with `--role approver`"));
    }
    let named = match &given {
        Given::Certificate { chain, .. } => chain.first().map(certificate::common_name),
        Given::Ssh(public) => Some(public.comment.clone()).filter(|comment| !comment.is_empty()),
        Given::Pkcs12 { .. } => None,
    };
    let name = match (args.name, role) {
        (Some(name), _) => name,
        (None, Role::Signer) => "signing".to_owned(),
        (None, Role::Approver) => named.ok_or_else(|| {
            CommandError::new("the key has no name").why("its file does not name it").next("give --name NAME")
        })?,
    };
    let mut store = context.store()?;
    let mut keystore = context.keystore()?;
    let change = register(&mut store, &mut keystore, &name, role, given, &args.passphrase)?;
    match args.output.format {
        Format::Json => args.output.emit_json(&change.new)?,
        Format::Table => args.output.emit(|out| -> Result<(), CommandError> { Ok(list::one(out, &change.new)?) })?,
    }
    Ok(exit::FINE)
}
