//! The arguments of `ciacm scan`.

#[cfg(feature = "aws")]
use crate::cli::connection::ConnectionArgs;
use crate::cli::error::CommandError;
use crate::cli::file::WholeFile;
use crate::cli::output::OutputArgs;
use crate::cli::selection::SelectionArgs;
use crate::finding::Gate;
use clap::{Args, Subcommand};
use std::path::PathBuf;

#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  ciacm scan demo                                  offline, no account needed\n  \
    ciacm scan aws --profile audit                   every enabled region\n  \
    ciacm scan aws --region eu-west-1 --framework cis-aws-7.0 --fail-on high\n  \
    ciacm scan aws --role-arn arn:aws:iam::111122223333:role/audit --record estate.snapshot\n  \
    ciacm scan snapshot estate.snapshot --format json")]
pub struct ScanArgs {
    #[command(subcommand)]
    pub source: ScanSource,
}

#[derive(Debug, Subcommand)]
pub enum ScanSource {
    /// Scan AWS accounts, reading only
    #[cfg(feature = "aws")]
    #[command(
        after_help = "Credentials come from the official chain: environment, profile, SSO, role, instance metadata.\n\
        `ciacm controls permissions` prints the IAM policy that a scan needs.\n\n\
        Examples:\n  ciacm scan aws --profile audit --region eu-west-1,eu-central-1\n  \
        ciacm scan aws --role-arn arn:aws:iam::111122223333:role/audit --external-id example\n  \
        ciacm scan aws --resume"
    )]
    Aws(Box<AwsArgs>),
    /// Scan a recorded inventory, offline, with the verdicts of its time
    #[command(after_help = "Example:\n  ciacm scan snapshot estate.snapshot --framework soc2")]
    Snapshot(SnapshotArgs),
    /// Scan the built-in demo estate, offline: no account, no network
    #[command(after_help = "Example:\n  ciacm scan demo --severity high")]
    Demo(DemoArgs),
}

/// What every scan takes.
#[derive(Debug, Args)]
pub struct CommonArgs {
    #[command(flatten)]
    pub selection: SelectionArgs,
    /// Set a parameter of a control: AWS-IAM-004.max_age=60d (repeatable)
    #[arg(long = "param", value_name = "CONTROL.NAME=VALUE", help_heading = "Selection")]
    pub parameters: Vec<String>,
    /// Exit with 1 if a finding of this severity or a worse one is open; `none` never
    #[arg(long, value_name = "SEVERITY", default_value_t = Gate::default(), value_parser = gate, help_heading = "Output")]
    pub fail_on: Gate,
    /// Write the inventory to this snapshot file, to scan it again offline
    #[arg(long, value_name = "FILE", help_heading = "Output")]
    pub record: Option<PathBuf>,
    #[command(flatten)]
    pub output: OutputArgs,
}

impl CommonArgs {
    /// Tells before a long scan whether the files that it shall write can be written.
    pub fn check_files(&self) -> Result<(), CommandError> {
        for path in self.record.iter().chain(&self.output.output) {
            WholeFile::check(path)?;
        }
        Ok(())
    }
}

fn gate(text: &str) -> Result<Gate, String> {
    text.parse().map_err(|error: crate::finding::UnknownWord| error.to_string())
}

#[derive(Debug, Args)]
pub struct SnapshotArgs {
    /// A file that `--record` wrote
    pub file: PathBuf,
    #[command(flatten)]
    pub common: CommonArgs,
}

#[derive(Debug, Args)]
pub struct DemoArgs {
    #[command(flatten)]
    pub common: CommonArgs,
}

#[cfg(feature = "aws")]
#[derive(Debug, Args)]
pub struct AwsArgs {
    #[command(flatten)]
    pub connection: ConnectionArgs,
    /// Only this region (repeatable, or separated by commas) [default: all that the account has enabled]
    #[arg(long = "region", value_name = "REGION", value_delimiter = ',', help_heading = "Account")]
    pub regions: Vec<String>,
    /// Go on with an interrupted scan [default: the latest]; its selection holds
    #[arg(long, value_name = "SCAN", num_args = 0..=1, default_missing_value = "latest",
        conflicts_with_all = ["regions", "role_arns", "controls", "excluded", "frameworks", "services", "severity", "parameters"],
        help_heading = "Account")]
    pub resume: Option<String>,
    /// Also read what repairs look at and checks do not, so that repairs can be planned from a recording; takes the
    /// permissions of `ciacm controls permissions --repair-readings`
    #[arg(long, help_heading = "Output")]
    pub repair_readings: bool,
    #[command(flatten)]
    pub common: CommonArgs,
}
