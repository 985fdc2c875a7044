//! `ciacm findings diff`.

use crate::cli::error::CommandError;
use crate::cli::output::{Format, OutputArgs};
use crate::cli::{Context, exit};
use crate::finding::difference::{Difference, Side, difference};
use crate::report::diff::{self, Differences};
use crate::store::{Compared, Scan, ScanRef, ScanState, Store, StoreError};
use clap::Args;
use serde_json::json;

#[derive(Debug, Args)]
pub struct DiffArgs {
    /// The earlier scan: its id, or the beginning of it [default: the last complete scan of the same accounts before]
    #[arg(value_name = "BEFORE")]
    before: Option<String>,
    /// The later scan
    #[arg(value_name = "AFTER", default_value = "latest")]
    after: String,
    #[command(flatten)]
    output: OutputArgs,
}

pub fn run(context: &Context, args: &DiffArgs) -> Result<u8, CommandError> {
    let store = context.store_to_read()?;
    let after = store.scan(&ScanRef::from(args.after.as_str()))?;
    let before = match &args.before {
        Some(name) => store.scan(&ScanRef::from(name.as_str()))?,
        None => scan_before(&store, &after)?,
    };
    let mut differences = Differences::default();
    store.compare(&before.id, &after.id, |compared: Compared| -> Result<(), StoreError> {
        let side = |said, looked| Side { said, looked };
        let sides = (
            side(compared.before.as_ref(), compared.looked_before),
            side(compared.after.as_ref(), compared.looked_after),
        );
        match difference(sides.0, sides.1) {
            Some(Difference::New) => differences.new.push(compared),
            Some(Difference::Resolved) => differences.resolved.push(compared),
            Some(Difference::Changed) => differences.changed.push(compared),
            Some(Difference::NotCompared) => differences.not_compared += 1,
            None => {}
        }
        Ok(())
    })?;
    match args.output.format {
        Format::Table => args.output.emit(|out| diff::show(out, &before, &after, &differences))?,
        Format::Json => args.output.emit_json(&json!({
            "before": before,
            "after": after,
            "new": differences.new,
            "resolved": differences.resolved,
            "changed": differences.changed,
            "not_compared": differences.not_compared,
        }))?,
    }
    Ok(exit::FINE)
}

/// The last complete scan of the same accounts that began before `after`.
fn scan_before(store: &Store, after: &Scan) -> Result<Scan, CommandError> {
    let accounts = |scan: &Scan| scan.accounts.iter().map(|account| account.id.clone()).collect::<Vec<_>>();
    let earlier = store
        .scans()?
        .into_iter()
        .find(|scan| scan.id < after.id && scan.state == ScanState::Complete && accounts(scan) == accounts(after));
    earlier.ok_or_else(|| {
        CommandError::new("there is nothing to compare with")
            .why(format!("no complete scan of these accounts was recorded before scan {}", after.id))
            .next("name two scans, or scan once more")
    })
}
