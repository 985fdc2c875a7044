//! `ciacm controls list|show|lint|test|permissions|docs`.

use super::error::CommandError;
use super::output::{Format, OutputArgs};
use super::selection::SelectionArgs;
use super::{Context, exit};
use crate::control::inline_test::{self, TestOutcome};
use crate::control::selection::known_control;
use crate::control::{Control, Library, Selection, docs, permissions};
use crate::report::{json, style, table};
use clap::{Args, Subcommand};
use std::io::Write;
use std::path::{Path, PathBuf};

#[derive(Debug, Subcommand)]
pub enum ControlsCommand {
    /// List controls
    #[command(
        after_help = "Examples:\n  ciacm controls list --service s3\n  ciacm controls list --framework cis-aws-7.0:6.3"
    )]
    List(ListArgs),
    /// Explain one control
    #[command(after_help = "Example:\n  ciacm controls show AWS-S3-001")]
    Show(ShowArgs),
    /// Check control files: fields, types, expressions, framework ids, tests
    #[command(after_help = "Examples:\n  ciacm controls lint                      the shipped library\n  \
        ciacm controls lint my-controls/          your own")]
    Lint(LintArgs),
    /// Run the tests that stand in control files
    #[command(
        after_help = "Examples:\n  ciacm controls test\n  ciacm controls test --controls my-controls/ --control ACME-S3-001"
    )]
    Test(TestArgs),
    /// Print the least-privilege IAM policy that scanning a selection needs
    #[command(after_help = "Example:\n  ciacm controls permissions --framework cis-aws-7.0 > policy.json")]
    Permissions(PermissionsArgs),
    /// Write the reference pages of all controls and resource types
    #[command(after_help = "Examples:\n  ciacm controls docs --write docs\n  ciacm controls docs --check docs")]
    Docs(DocsArgs),
}

#[derive(Debug, Args)]
pub struct ListArgs {
    #[command(flatten)]
    selection: SelectionArgs,
    #[command(flatten)]
    output: OutputArgs,
}

#[derive(Debug, Args)]
pub struct ShowArgs {
    /// The control's id
    id: String,
    #[command(flatten)]
    output: OutputArgs,
}

#[derive(Debug, Args)]
pub struct LintArgs {
    /// Control files or directories [default: the shipped library, or the directories of --controls]
    paths: Vec<PathBuf>,
}

#[derive(Debug, Args)]
pub struct TestArgs {
    #[command(flatten)]
    selection: SelectionArgs,
    #[command(flatten)]
    output: OutputArgs,
}

#[derive(Debug, Args)]
pub struct PermissionsArgs {
    #[command(flatten)]
    selection: SelectionArgs,
    /// Also what `ciacm scan aws --repair-readings` reads
    #[arg(long, help_heading = "Output")]
    repair_readings: bool,
    /// Write to this file instead of stdout
    #[arg(long, short, value_name = "FILE", help_heading = "Output")]
    output: Option<PathBuf>,
}

#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
pub struct DocsArgs {
    /// Write the pages below this directory
    #[arg(long, value_name = "DIR")]
    write: Option<PathBuf>,
    /// Compare the pages below this directory with the library
    #[arg(long, value_name = "DIR")]
    check: Option<PathBuf>,
}

pub fn run(context: &Context, command: ControlsCommand) -> Result<u8, CommandError> {
    match command {
        ControlsCommand::List(args) => list(context, args),
        ControlsCommand::Show(args) => show(context, &args),
        ControlsCommand::Lint(args) => lint(context, args),
        ControlsCommand::Test(args) => test(context, args),
        ControlsCommand::Permissions(args) => policy(context, args),
        ControlsCommand::Docs(args) => write_docs(context, &args),
    }
}

fn list(context: &Context, args: ListArgs) -> Result<u8, CommandError> {
    let library = context.library()?;
    let controls = Selection::from(args.selection).choose(&library, None)?;
    match args.output.format {
        Format::Json => {
            let values: Vec<_> = controls.iter().map(|control| json::control(control)).collect();
            args.output.emit_json(&values)?;
        }
        Format::Table => args.output.emit(|out| table::controls(out, &controls))?,
    }
    Ok(exit::FINE)
}

fn show(context: &Context, args: &ShowArgs) -> Result<u8, CommandError> {
    let library = context.library()?;
    let control = known_control(&library, &args.id)?;
    match args.output.format {
        Format::Json => args.output.emit_json(&json::control(control))?,
        Format::Table => args.output.emit(|out| table::control(out, control))?,
    }
    Ok(exit::FINE)
}

fn lint(context: &Context, args: LintArgs) -> Result<u8, CommandError> {
    let paths = if args.paths.is_empty() { context.control_directories.clone() } else { args.paths };
    let library = Library::lint(&paths)?;
    writeln!(anstream::stdout(), "{} and nothing to object to", style::count(library.len() as u64, "control"))?;
    Ok(exit::FINE)
}

fn test(context: &Context, args: TestArgs) -> Result<u8, CommandError> {
    let library = if context.control_directories.is_empty() {
        context.library()?
    } else {
        Library::lint(&context.control_directories)?
    };
    let controls = Selection::from(args.selection).choose(&library, None)?;
    let results: Vec<_> = controls
        .iter()
        .flat_map(|control| control.tests.iter().map(|test| (*control, test, inline_test::run(control, test))))
        .collect();
    let failed = results.iter().any(|(_, _, outcome)| matches!(outcome, TestOutcome::Failed(_)));
    let untested: Vec<&Control> = controls.iter().copied().filter(|control| control.tests.is_empty()).collect();
    match args.output.format {
        Format::Json => args.output.emit_json(&json::inline_tests(&results))?,
        Format::Table => args.output.emit(|out| table::inline_tests(out, &results, controls.len()))?,
    }
    if let Some(control) = untested.first() {
        return Err(CommandError::new(format!("{} has no test", control.id))
            .next("give every control a test that passes and one that fails"));
    }
    Ok(if failed { exit::FINDINGS } else { exit::FINE })
}

fn policy(context: &Context, args: PermissionsArgs) -> Result<u8, CommandError> {
    let library = context.library()?;
    let controls = Selection::from(args.selection).choose(&library, Some("aws"))?;
    let output = OutputArgs { format: Format::Json, output: args.output };
    output.emit_json(&permissions::iam_policy(controls, args.repair_readings))?;
    Ok(exit::FINE)
}

fn write_docs(context: &Context, args: &DocsArgs) -> Result<u8, CommandError> {
    let library = context.library()?;
    let pages = docs::pages(&library);
    if let Some(root) = &args.write {
        remove_stale(root, &pages)?;
        for (name, text) in &pages {
            let path = root.join(name);
            if let Some(parent) = path.parent() {
                std::fs::create_dir_all(parent)?;
            }
            std::fs::write(path, text)?;
        }
        writeln!(anstream::stdout(), "{} written", style::count(pages.len() as u64, "page"))?;
        return Ok(exit::FINE);
    }
    let Some(root) = &args.check else { return Ok(exit::FINE) };
    let differing: Vec<_> = pages
        .iter()
        .filter(|(name, text)| std::fs::read_to_string(root.join(name)).ok().as_ref() != Some(*text))
        .map(|(name, _)| name.clone())
        .chain(stale(root, &pages))
        .collect();
    if differing.is_empty() {
        return Ok(exit::FINE);
    }
    Err(CommandError::new(format!("{} out of date: {}", root.display(), differing.join(", ")))
        .next(format!("run `ciacm controls docs --write {}`", root.display())))
}

fn stale(root: &Path, pages: &std::collections::BTreeMap<String, String>) -> Vec<String> {
    let entries = std::fs::read_dir(root.join("controls")).into_iter().flatten().flatten();
    entries
        .map(|entry| format!("controls/{}", entry.file_name().to_string_lossy()))
        .filter(|name| name.ends_with(".md") && !pages.contains_key(name))
        .collect()
}

fn remove_stale(root: &Path, pages: &std::collections::BTreeMap<String, String>) -> Result<(), CommandError> {
    for name in stale(root, pages) {
        std::fs::remove_file(root.join(name))?;
    }
    Ok(())
}
