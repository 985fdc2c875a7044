//! `ciacm findings show`.

use crate::cli::error::CommandError;
use crate::cli::output::{Format, OutputArgs};
use crate::cli::{Context, exit};
use crate::inventory::call::fields_of;
use crate::inventory::{CallRecord, CallsBehind};
use crate::report::finding::{self, Shown};
use crate::store::{Finding, Store, StoreError};
use clap::Args;
use jiff::Timestamp;
use serde_json::json;

#[derive(Debug, Args)]
pub struct ShowArgs {
    /// The finding's id, or the beginning of it
    id: String,
    #[command(flatten)]
    output: OutputArgs,
}

pub fn run(context: &Context, args: &ShowArgs) -> Result<u8, CommandError> {
    let store = context.store_to_read()?;
    let library = context.library()?;
    let finding = store.finding(&args.id)?;
    let history = store.finding_history(&finding.id)?;
    let mut waivers = store.waivers()?;
    waivers.retain(|waiver| waiver.finding == finding.id);
    let calls = calls_behind(&store, &finding)?;
    let control = library.control(&finding.control);
    match args.output.format {
        Format::Table => {
            let now = Timestamp::now();
            let shown = Shown { finding: &finding, control, calls: &calls, waivers: &waivers, now, history: &history };
            args.output.emit(|out| finding::show(out, &shown))?;
        }
        Format::Json => args.output.emit_json(&json!({
            "finding": finding,
            "calls": calls,
            "waivers": waivers,
            "history": history,
            "rationale": control.map(|control| control.rationale.trim()),
            "remediation": control.map(|control| control.remediation.manual.trim()),
        }))?,
    }
    Ok(exit::FINE)
}

/// The calls that brought what the last verdict rests on.
fn calls_behind(store: &Store, finding: &Finding) -> Result<Vec<CallRecord>, StoreError> {
    let resource = store.resource_of(finding, &finding.last_scan)?;
    let behind = match &resource {
        Some(resource) => CallsBehind::resource(resource, fields_of(&finding.evidence)),
        None => CallsBehind::listing(&finding.kind, &finding.account, &finding.region),
    };
    let mut calls = Vec::new();
    store.calls(&finding.last_scan, |call| -> Result<(), StoreError> {
        calls.push(call);
        Ok(())
    })?;
    Ok(behind.choose(calls))
}
