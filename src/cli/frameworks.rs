//! `ciacm frameworks list|show|status`.

use super::error::CommandError;
use super::output::{Format, OutputArgs};
use super::{Context, exit, report};
use crate::framework::{self, status};
use crate::report::table;
use crate::store::ScanRef;
use clap::{Args, Subcommand};
use jiff::Timestamp;
use serde_json::json;
use std::collections::BTreeMap;

#[derive(Debug, Subcommand)]
pub enum FrameworksCommand {
    /// List the frameworks and how much of each the controls cover
    #[command(after_help = "Example:\n  ciacm frameworks list --format json")]
    List(ListArgs),
    /// List the requirements of a framework and the controls that serve them
    #[command(after_help = "Example:\n  ciacm frameworks show cis-aws-7.0")]
    Show(ShowArgs),
    /// Show where you stand: per requirement met, failing, could not be evaluated, not covered
    #[command(after_help = "Example:\n  ciacm frameworks status iso27001-2022")]
    Status(StatusArgs),
}

#[derive(Debug, Args)]
pub struct ListArgs {
    #[command(flatten)]
    output: OutputArgs,
}

#[derive(Debug, Args)]
pub struct ShowArgs {
    /// The framework's id
    id: String,
    #[command(flatten)]
    output: OutputArgs,
}

#[derive(Debug, Args)]
pub struct StatusArgs {
    /// The framework's id
    id: String,
    /// The scan to take, by its id or the beginning of it
    #[arg(long, value_name = "SCAN", default_value = "latest")]
    scan: String,
    /// Also list the requirements that no control covers
    #[arg(long)]
    all: bool,
    #[command(flatten)]
    output: OutputArgs,
}

pub fn run(context: &Context, command: FrameworksCommand) -> Result<u8, CommandError> {
    match command {
        FrameworksCommand::List(args) => list(context, &args),
        FrameworksCommand::Show(args) => show(context, &args),
        FrameworksCommand::Status(args) => standing(context, &args),
    }
}

fn list(context: &Context, args: &ListArgs) -> Result<u8, CommandError> {
    let library = context.library()?;
    let frameworks: Vec<_> = framework::all()?
        .iter()
        .map(|framework| {
            let mapped = library.serving(&framework.id);
            (framework, framework.in_force().filter(|one| mapped.contains_key(&one.id)).count())
        })
        .collect();
    match args.output.format {
        Format::Table => args.output.emit(|out| table::frameworks(out, &frameworks))?,
        Format::Json => {
            let values: Vec<_> = frameworks
                .iter()
                .map(|(framework, covered)| {
                    json!({
                        "id": framework.id, "title": framework.title, "publisher": framework.publisher,
                        "edition": framework.edition, "source": framework.source,
                        "requirements": framework.in_force().count(), "covered": covered,
                    })
                })
                .collect();
            args.output.emit_json(&values)?;
        }
    }
    Ok(exit::FINE)
}

fn show(context: &Context, args: &ShowArgs) -> Result<u8, CommandError> {
    let framework = report::known_framework(&args.id)?;
    let library = context.library()?;
    let mapped = library.serving(&framework.id);
    match args.output.format {
        Format::Table => {
            let statuses = status::status(framework, &mapped, &BTreeMap::new());
            args.output.emit(|out| table::requirements(out, framework, &statuses))?;
        }
        Format::Json => {
            let requirements: Vec<_> = framework
                .in_force()
                .map(|requirement| {
                    json!({
                        "id": requirement.id, "title": requirement.title, "group": requirement.group,
                        "level": requirement.level, "assessment": requirement.assessment,
                        "controls": mapped.get(&requirement.id).cloned().unwrap_or_default(),
                    })
                })
                .collect();
            args.output.emit_json(&json!({
                "id": framework.id, "title": framework.title, "publisher": framework.publisher,
                "edition": framework.edition, "source": framework.source, "note": framework.note,
                "requirements": requirements,
            }))?;
        }
    }
    Ok(exit::FINE)
}

fn standing(context: &Context, args: &StatusArgs) -> Result<u8, CommandError> {
    let framework = report::known_framework(&args.id)?;
    let library = context.library()?;
    let store = context.store_to_read()?;
    let scan = store.scan(&ScanRef::from(args.scan.as_str()))?;
    // What was waived since the latest scan counts where we stand now.
    let as_of = (args.scan == "latest").then(Timestamp::now);
    let results = report::control_results(&store, &scan.id, &library, as_of)?;
    let statuses = status::status(framework, &library.serving(&framework.id), &results);
    let totals = status::totals(&statuses);
    match args.output.format {
        Format::Table => {
            args.output.emit(|out| table::framework_status(out, framework, &statuses, totals, args.all))?;
        }
        Format::Json => args.output.emit_json(&json!({
            "id": framework.id, "title": framework.title, "scan": scan.id, "totals": totals, "requirements": statuses,
        }))?,
    }
    Ok(exit::FINE)
}
