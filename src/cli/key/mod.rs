//! `ciacm key`: the keys of the home.

mod enroll;
mod export;
mod list;
mod material;
mod new;
mod rotate;

pub use list::fingerprint;
pub use material::{MaterialArgs, register};

use super::Context;
use super::error::CommandError;
use crate::signing::keystore::{Change, KeyInfo};
use clap::Subcommand;
use serde_json::{Value, json};

#[derive(Debug, Subcommand)]
pub enum KeyCommand {
    /// List the keys
    List(list::ListArgs),
    /// Make a key for a named person or role, with a certificate of the organisation
    New(new::NewArgs),
    /// Register a certificate, an SSH key, or an own key with its certificate
    Enroll(enroll::EnrollArgs),
    /// Replace the signing key, renew the revocation list, revoke a certificate
    Rotate(rotate::RotateArgs),
    /// Copy the certificates and the revocation list to a directory
    Export(export::ExportArgs),
}

pub fn run(context: &Context, command: KeyCommand) -> Result<u8, CommandError> {
    match command {
        KeyCommand::List(args) => list::run(context, args),
        KeyCommand::New(args) => new::run(context, args),
        KeyCommand::Enroll(args) => enroll::run(context, args),
        KeyCommand::Rotate(args) => rotate::run(context, args),
        KeyCommand::Export(args) => export::run(context, args),
    }
}

/// What the audit log says of a key: never the key itself.
fn told(key: &KeyInfo) -> Value {
    json!({
        "name": key.name,
        "role": key.role,
        "kind": key.kind,
        "subject": key.subject,
        "serial": key.serial,
        "fingerprint": key.fingerprint,
    })
}

/// What the audit log says of a key that takes the place of another.
fn told_change(change: &Change) -> Value {
    let mut detail = told(&change.new);
    if let (Some(old), Some(detail)) = (&change.old, detail.as_object_mut()) {
        detail.insert("replaces".to_owned(), told(old));
    }
    detail
}
