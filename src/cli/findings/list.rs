//! `ciacm findings list`.

use crate::cli::error::CommandError;
use crate::cli::output::{Format, OutputArgs};
use crate::cli::selection::severity;
use crate::cli::{Context, exit};
use crate::control::Severity;
use crate::control::selection::{FrameworkChoice, known_control};
use crate::finding::{Status, Verdict, Waiver};
use crate::report::waiver::ByFinding;
use crate::report::{style, table};
use crate::store::{Finding, FindingFilter, ScanRef, StoreError};
use clap::Args;
use jiff::Timestamp;
use serde::Serialize;

#[derive(Debug, Args)]
pub struct ListArgs {
    /// This severity or a worse one
    #[arg(long, value_parser = severity, help_heading = "Filter")]
    severity: Option<Severity>,
    /// open, fixed, resolved or waived (repeatable)
    #[arg(long, value_delimiter = ',', value_parser = status, help_heading = "Filter")]
    status: Vec<Status>,
    /// PASS, FAIL, ERROR, NOT_APPLICABLE or MANUAL (repeatable)
    #[arg(long, value_delimiter = ',', value_parser = verdict, help_heading = "Filter")]
    verdict: Vec<Verdict>,
    /// A control id; `*` stands for any text (repeatable)
    #[arg(long, value_name = "ID", value_delimiter = ',', help_heading = "Filter")]
    control: Vec<String>,
    /// Controls that serve this framework, or one requirement of it
    #[arg(long, value_name = "ID[:REQUIREMENT]", help_heading = "Filter")]
    framework: Option<String>,
    /// An account (repeatable)
    #[arg(long, value_delimiter = ',', help_heading = "Filter")]
    account: Vec<String>,
    /// A region (repeatable)
    #[arg(long, value_delimiter = ',', help_heading = "Filter")]
    region: Vec<String>,
    /// A service: s3, iam, ... (repeatable)
    #[arg(long, value_delimiter = ',', help_heading = "Filter")]
    service: Vec<String>,
    /// A resource type: aws.s3.bucket, ... (repeatable)
    #[arg(long = "type", value_name = "TYPE", value_delimiter = ',', help_heading = "Filter")]
    kind: Vec<String>,
    /// A text in the resource's id or name (repeatable)
    #[arg(long, value_name = "TEXT", help_heading = "Filter")]
    resource: Vec<String>,
    /// As this scan left them [default: as they are now]
    #[arg(long, value_name = "SCAN", help_heading = "Filter")]
    scan: Option<String>,
    /// Everything, whatever its verdict and status
    #[arg(long, conflicts_with_all = ["status", "verdict"], help_heading = "Filter")]
    all: bool,
    #[command(flatten)]
    output: OutputArgs,
}

/// A finding with the waiver that accepts it.
#[derive(Debug, Serialize)]
struct Listed<'a> {
    #[serde(flatten)]
    finding: Finding,
    waiver: Option<&'a Waiver>,
}

fn status(text: &str) -> Result<Status, String> {
    text.parse().map_err(|error: crate::finding::UnknownWord| error.to_string())
}

fn verdict(text: &str) -> Result<Verdict, String> {
    text.replace('-', "_").parse().map_err(|error: crate::finding::UnknownWord| error.to_string())
}

pub fn run(context: &Context, args: ListArgs) -> Result<u8, CommandError> {
    let store = context.store_to_read()?;
    let library = context.library()?;
    for id in args.control.iter().filter(|id| !id.contains('*')) {
        known_control(&library, id)?;
    }
    let chosen = args.framework.as_deref().map(FrameworkChoice::parse).transpose()?;
    let scan = args.scan.as_deref().map(|name| store.scan(&ScanRef::from(name))).transpose()?;
    let moment = scan.as_ref().map_or_else(Timestamp::now, |scan| scan.now);
    let scan = scan.map(|scan| scan.id);
    let open_only = args.status.is_empty() && args.verdict.is_empty() && !args.all;
    let filter = FindingFilter {
        scan,
        at_least: args.severity,
        statuses: args.status,
        verdicts: if open_only { vec![Verdict::Fail, Verdict::Error] } else { args.verdict },
        controls: args.control,
        framework: chosen.map(|chosen| chosen.framework.to_owned()),
        requirements: chosen.and_then(|chosen| chosen.requirement).map(ToOwned::to_owned).into_iter().collect(),
        accounts: args.account,
        regions: args.region,
        services: args.service,
        types: args.kind,
        resources: args.resource,
        gone: args.all,
        as_of: scan.is_none().then_some(moment),
        ..FindingFilter::default()
    };
    let waivers = store.waivers()?.into_iter().filter(|waiver| waiver.in_force(moment));
    let waivers: ByFinding = waivers.map(|waiver| (waiver.finding, waiver)).collect();
    match args.output.format {
        Format::Json => args.output.emit(|out| -> Result<(), CommandError> {
            write!(out, "[")?;
            let mut separator = "\n";
            store.findings(&filter, |finding| {
                write!(out, "{separator}")?;
                separator = ",\n";
                let waiver = waivers.get(&finding.id);
                serde_json::to_writer(&mut *out, &Listed { finding, waiver }).map_err(CommandError::from)
            })?;
            Ok(writeln!(out, "]")?)
        })?,
        Format::Table => {
            let mut groups = Vec::new();
            let mut accounts = std::collections::BTreeSet::new();
            store.findings(&filter, |finding| -> Result<(), StoreError> {
                accounts.insert(finding.account.clone());
                table::group(&mut groups, finding, usize::MAX);
                Ok(())
            })?;
            let total: u64 = groups.iter().map(|group| group.total).sum();
            args.output.emit(|out| -> Result<(), CommandError> {
                table::findings(out, &mut groups, accounts.len(), &waivers)?;
                if total > 0 {
                    writeln!(out)?;
                }
                let next = if total > 0 { "; `ciacm findings show ID` explains one" } else { "" };
                Ok(writeln!(out, "{}{next}", style::count(total, "finding"))?)
            })?;
        }
    }
    Ok(exit::FINE)
}
