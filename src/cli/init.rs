//! `ciacm init`: the home with its database, the organisation's name and its signing identity.

use super::error::CommandError;
use super::identity::{UNNAMED, make_identity};
use super::key::{MaterialArgs, fingerprint, register};
use super::output::{Format, OutputArgs};
use super::passphrase::{NewPassphraseArgs, attended, new_passphrase};
use super::{Context, exit, warn};
use crate::signing::keystore::{Created, Keystore, Role};
use clap::Args;
use serde::Serialize;
use std::io::{BufRead, Write};
use std::path::PathBuf;

#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  ciacm init --organisation 'Example Corp'\n  \
    ciacm init --organisation 'Example Corp' --passphrase-file /run/secrets/ciacm\n  \
    ciacm init --pkcs12 signing.p12\n  \
    ciacm init --certificate chain.pem --external-signer kms-sign --key-id 1234\n\n\
    Run again, it tells what is there and changes nothing. docs/keys.md tells how keys are kept.")]
pub struct InitArgs {
    /// The organisation's name, as it stands in certificates and reports
    #[arg(long, alias = "organization", value_name = "NAME")]
    organisation: Option<String>,
    #[command(flatten)]
    material: MaterialArgs,
    #[command(flatten)]
    passphrase: NewPassphraseArgs,
    #[command(flatten)]
    output: OutputArgs,
}

/// What is there, as JSON.
#[derive(Debug, Serialize)]
struct Report {
    home: PathBuf,
    organisation: String,
    /// False if all of it was there before.
    made: bool,
    root_fingerprint: String,
    fingerprint: String,
    serial: String,
    /// The organisation's root key, which should be moved offline; absent if there is none in the home.
    root_key: Option<PathBuf>,
}

pub fn run(context: &Context, args: InitArgs) -> Result<u8, CommandError> {
    let mut store = context.store()?;
    let mut keystore = context.keystore()?;
    let created = match keystore.existing()? {
        Some(existing) => same(&args, existing)?,
        None => match args.material.given()? {
            Some(given) => {
                let name = args.organisation.clone().or(store.organisation()?);
                register(&mut store, &mut keystore, "signing", Role::Signer, given, &args.passphrase)?;
                let created = existing(&keystore)?;
                let named =
                    if created.organisation.is_empty() { UNNAMED.to_owned() } else { created.organisation.clone() };
                let organisation = name.unwrap_or(named);
                store.set_organisation(&organisation)?;
                Created { made: true, organisation, ..created }
            }
            None => {
                let organisation = match args.organisation.clone().or(store.organisation()?) {
                    Some(name) => name,
                    None => ask_name()?,
                };
                let passphrase = new_passphrase(&args.passphrase, &format!("the keys of {organisation}"))?;
                make_identity(&mut store, &mut keystore, &organisation, passphrase.as_ref())?
            }
        },
    };
    let report = Report {
        home: context.home()?,
        organisation: store.organisation()?.unwrap_or(created.organisation),
        made: created.made,
        root_fingerprint: created.root_fingerprint,
        fingerprint: created.fingerprint,
        serial: created.serial,
        root_key: Some(keystore.directory().join("ca.key")).filter(|path| path.exists()),
    };
    match args.output.format {
        Format::Json => args.output.emit_json(&report)?,
        Format::Table => args.output.emit(|out| table(out, &report))?,
    }
    Ok(exit::FINE)
}

fn existing(keystore: &Keystore) -> Result<Created, CommandError> {
    keystore
        .existing()?
        .ok_or_else(|| CommandError::new("the identity that was made is gone").next("run the command again"))
}

/// Told again: fine if it asks for what is there.
fn same(args: &InitArgs, existing: Created) -> Result<Created, CommandError> {
    let refused = |why: String| {
        Err(CommandError::new("the home has an identity already, and init replaces nothing")
            .why(why)
            .next("use `ciacm key enroll` or `ciacm key rotate` for another key, or another --home"))
    };
    match &args.organisation {
        Some(name) if name.trim() != existing.organisation => {
            return refused(format!("it is of \"{}\", not of \"{}\"", existing.organisation, name.trim()));
        }
        _ => (),
    }
    if let Some(certificate) = args.material.certificate_fingerprint()? {
        if certificate != existing.fingerprint {
            return refused(format!("its certificate is another one, with the fingerprint {}", existing.fingerprint));
        }
    } else if args.material.is_given() {
        return refused("a key was given".to_owned());
    }
    Ok(existing)
}

fn ask_name() -> Result<String, CommandError> {
    if !attended() {
        warn(&format!("no --organisation was given; the certificates say \"{UNNAMED}\""));
        return Ok(UNNAMED.to_owned());
    }
    write!(anstream::stderr(), "The organisation's name: ")?;
    let mut line = String::new();
    std::io::stdin().lock().read_line(&mut line)?;
    Ok(line.trim().to_owned())
}

fn table(out: &mut dyn Write, report: &Report) -> Result<(), CommandError> {
    let done = if report.made { "made" } else { "there already; nothing was changed" };
    writeln!(out, "Home                 {}", report.home.display())?;
    writeln!(out, "Organisation         {}", report.organisation)?;
    writeln!(out, "Signing identity     {done}")?;
    writeln!(out, "  serial number      {}", report.serial)?;
    fingerprint(out, "  fingerprint        ", &report.fingerprint)?;
    fingerprint(out, "Root's fingerprint   ", &report.root_fingerprint)?;
    writeln!(out)?;
    writeln!(out, "Hand the root's fingerprint over to your auditors by another channel than the")?;
    writeln!(out, "evidence: a contract, a portal, a DNS record. Only that shows whose it is.")?;
    if let Some(key) = &report.root_key {
        writeln!(out)?;
        writeln!(out, "Move the root's key offline: {}", key.display())?;
        writeln!(out, "Signing does not need it; `ciacm key rotate --ca-key FILE` does.")?;
    }
    Ok(())
}
