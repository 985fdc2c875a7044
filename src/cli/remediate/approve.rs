//! `ciacm remediate approve`.

use super::integrity::{read_plan, refuse_plan};
use super::plan::duration;
use super::rollback::{Which, request};
use crate::audit::{Actor, Event, NewEntry};
use crate::cli::error::CommandError;
use crate::cli::identity::now;
use crate::cli::output::{Format, OutputArgs};
use crate::cli::passphrase::{Configured, PassphraseArgs};
use crate::cli::{Context, exit};
use crate::remediation::Risk;
use crate::remediation::approval::{self, Approval, Approved};
use crate::remediation::plan::{Plan, Source};
use crate::signing::keystore::{KeyInfo, Keystore, Kind, Role, State};
use crate::signing::ssh::PublicKey;
use crate::store::Store;
use crate::store::remediation::StoredApproval;
use clap::Args;
use jiff::{SignedDuration, Timestamp};
use serde_json::json;
use std::path::{Path, PathBuf};

#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  ciacm remediate approve plan.json\n  \
    ciacm remediate approve plan.json --key ann --role 'platform owner'\n  \
    ciacm remediate approve plan.json --ssh-key ~/.ssh/id_ed25519\n  \
    ciacm remediate approve --rollback 0199f3a2\n\n\
    A safe plan takes one approval, which may be the requester's. A disruptive one takes the approval of somebody else,\n\
    a destructive one of two others. Approvers are registered with `ciacm key new` or `ciacm key enroll`.")]
pub struct ApproveArgs {
    /// The plan that `ciacm remediate plan --out` wrote
    #[arg(required_unless_present = "run", conflicts_with = "run")]
    plan: Option<PathBuf>,
    #[command(flatten)]
    rollback: Which,
    /// Approve with this key of the home [default: the organisation's]
    #[arg(long, value_name = "NAME")]
    key: Option<String>,
    /// Approve with this SSH key, private, or public with the private one in ssh-agent or on a token
    #[arg(long, value_name = "FILE", conflicts_with = "key")]
    ssh_key: Option<PathBuf>,
    /// In what role you approve; it is signed with the rest
    #[arg(long, value_name = "TEXT")]
    role: Option<String>,
    /// How long the approval counts, at most as long as the plan: 24h, 90m
    #[arg(long, value_name = "TIME", default_value = "24h", value_parser = duration)]
    expires: SignedDuration,
    #[command(flatten)]
    passphrase: PassphraseArgs,
    #[command(flatten)]
    output: OutputArgs,
}

/// What is approved.
struct Subject {
    hash: String,
    what: &'static str,
    risk: Risk,
    requester: Actor,
    until: Timestamp,
    plan: Option<Plan>,
}

pub fn run(context: &Context, args: ApproveArgs) -> Result<u8, CommandError> {
    let mut store = context.store()?;
    let now = now();
    let subject = subject(&store, &args, now)?;
    let source = Configured::new(args.passphrase.passphrase_file.clone());
    let until = now.checked_add(args.expires).map_err(|error| CommandError::new(error.to_string()))?.min(subject.until);
    let role = args.role.clone();
    let approve = |key: &KeyInfo| Approval::new(&subject.hash, key, role.clone(), now, until);
    let approval = match (&args.ssh_key, &args.key) {
        (Some(file), _) => {
            let keystore = context.keystore()?;
            approve(&ssh_key(&keystore, file)?).signed_by_ssh(file)?
        }
        (None, Some(name)) => {
            let keystore = context.keystore()?;
            let identity = keystore.identity_of(name, &source)?;
            let key = key_of(&keystore, |key| key.name == *name && key.kind != Kind::Ssh)?;
            approve(&key).signed_by(&identity)?
        }
        (None, None) => {
            let identity = context.signing_identity(&mut store, &args.passphrase)?;
            let keystore = context.keystore()?;
            let key = key_of(&keystore, |key| key.role == Role::Signer && key.state == State::Active)?;
            approve(&key).signed_by(&identity)?
        }
    };
    if let Some(plan) = &subject.plan {
        store.record_plan(plan)?;
    }
    let detail = json!({
        "subject": subject.hash, "what": subject.what, "approver": approval.approver, "role": args.role,
        "key": approval.signer, "expires": until.to_string(),
    });
    store.record_approval(&approval, &NewEntry::new(Event::PlanApproved, detail))?;
    let keystore = context.keystore()?;
    let counted = counting(&store, &keystore, &subject.hash, now)?;
    let missing = approval::missing(subject.risk, &subject.requester, &counted.0);
    report(&args.output, &subject, &approval, until, missing.as_deref())?;
    Ok(exit::FINE)
}

fn subject(store: &Store, args: &ApproveArgs, now: Timestamp) -> Result<Subject, CommandError> {
    let Some(path) = &args.plan else {
        let (run, request) = request(store, &args.rollback)?;
        let until = now.checked_add(args.expires).map_err(|error| CommandError::new(error.to_string()))?;
        return Ok(Subject {
            hash: request.hash,
            what: "rollback",
            risk: Risk::Disruptive,
            requester: run.plan.body.requester,
            until,
            plan: None,
        });
    };
    let plan = read_plan(path)?;
    if plan.body.source == Source::Recording {
        return Err(CommandError::new("the plan cannot be approved")
            .why("it was made from a recording and shows what would be done; it cannot be applied")
            .next("scan the account itself, then plan again"));
    }
    if now >= plan.body.expires_at {
        let why = format!("it expired at {}", plan.body.expires_at);
        return Err(refuse_plan(&plan, why));
    }
    if let Some(run) = store.run_of_plan(&plan.hash)? {
        return Err(refuse_plan(&plan, format!("run {run} has applied it")));
    }
    let risk = plan.body.actions.iter().map(|action| action.risk).max().unwrap_or(Risk::Safe);
    Ok(Subject {
        hash: plan.hash.clone(),
        what: "plan",
        risk,
        requester: plan.body.requester.clone(),
        until: plan.body.expires_at,
        plan: Some(plan),
    })
}

/// The approvals of a subject that hold, and why the others do not.
pub fn counting(
    store: &Store,
    keystore: &Keystore,
    subject: &str,
    now: Timestamp,
) -> Result<(Vec<Approved>, Vec<String>), CommandError> {
    let (mut counted, mut rejected) = (Vec::new(), Vec::new());
    for stored in store.approvals(subject)? {
        match approval::verify(&stored, keystore, now) {
            Ok(approved) => counted.push(approved),
            Err(why) => rejected.push(format!("the approval of {} does not count: {why}", stored.approver)),
        }
    }
    Ok((counted, rejected))
}

fn key_of(keystore: &Keystore, wanted: impl Fn(&KeyInfo) -> bool) -> Result<KeyInfo, CommandError> {
    let found = keystore.list()?.into_iter().find(|key| key.state == State::Active && wanted(key));
    found.ok_or_else(|| CommandError::new("there is no such key").next("`ciacm key list` shows those that are there"))
}

/// The registered key of a file: `FILE.pub` beside a private key, or the file itself.
fn ssh_key(keystore: &Keystore, file: &Path) -> Result<KeyInfo, CommandError> {
    let public = if file.extension().is_some_and(|extension| extension == "pub") {
        file.to_owned()
    } else {
        let mut name = file.as_os_str().to_owned();
        name.push(".pub");
        name.into()
    };
    let text = std::fs::read_to_string(&public).map_err(|error| {
        CommandError::new(format!("{} cannot be read", public.display()))
            .why(error.to_string())
            .next("the public key must be beside the private one")
    })?;
    let key = PublicKey::parse(&text)
        .map_err(|why| CommandError::new(format!("{} is no SSH key that can approve", public.display())).why(why))?;
    let fingerprint = key.fingerprint();
    key_of(keystore, |known| known.fingerprint == fingerprint).map_err(|_| {
        CommandError::new("this SSH key may not approve here")
            .why(format!("{fingerprint} is not registered, or no longer in use"))
            .next(format!("register it: `ciacm key enroll {} --name NAME`", public.display()))
    })
}

fn report(
    output: &OutputArgs,
    subject: &Subject,
    approval: &StoredApproval,
    until: Timestamp,
    missing: Option<&str>,
) -> Result<(), CommandError> {
    match output.format {
        Format::Json => output.emit_json(&json!({
            "subject": subject.hash, "what": subject.what, "approver": approval.approver, "key": approval.signer,
            "expires": until, "enough": missing.is_none(), "missing": missing,
        })),
        Format::Table => output.emit(|out| -> Result<(), CommandError> {
            writeln!(out, "{} approves the {} {}", approval.approver, subject.what, subject.hash)?;
            writeln!(out, "until {until}")?;
            match missing {
                None => Ok(writeln!(out, "it has the approvals that it takes")?),
                Some(missing) => Ok(writeln!(out, "not enough yet: {missing}")?),
            }
        }),
    }
}
