//! The arguments of `ciacm scan`.

use crate::cli::error::CommandError;
use crate::cli::file::WholeFile;
use crate::cli::output::OutputArgs;
use crate::cli::selection::SelectionArgs;
use crate::finding::Gate;
use clap::{Args, Subcommand};
#[cfg(feature = "aws")]
use std::num::NonZeroU32;
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
fn role_arn(text: &str) -> Result<String, String> {
    let parts: Vec<_> = text.splitn(6, ':').collect();
    let is_role = matches!(parts[..], ["arn", partition, "iam", "", account, role]
        if partition.starts_with("aws") && account.len() == 12 && account.bytes().all(|digit| digit.is_ascii_digit())
            && role.strip_prefix("role/").is_some_and(|name| !name.is_empty()));
    is_role.then(|| text.to_owned()).ok_or_else(|| "write arn:aws:iam::ACCOUNT:role/NAME".to_owned())
}

#[cfg(feature = "aws")]
fn endpoint_url(text: &str) -> Result<String, String> {
    let host = text.strip_prefix("http://").or_else(|| text.strip_prefix("https://"));
    if host.is_some_and(|host| !host.is_empty() && !host.contains(char::is_whitespace)) {
        Ok(text.to_owned())
    } else {
        Err("write http://HOST:PORT or https://HOST".to_owned())
    }
}

#[cfg(feature = "aws")]
#[derive(Debug, Args)]
pub struct AwsArgs {
    /// The profile of the AWS configuration files; before credentials of the environment [env: AWS_PROFILE, after them]
    #[arg(long, help_heading = "Account")]
    pub profile: Option<String>,
    /// Only this region (repeatable, or separated by commas) [default: all that the account has enabled]
    #[arg(long = "region", value_name = "REGION", value_delimiter = ',', help_heading = "Account")]
    pub regions: Vec<String>,
    /// Scan the account of this role instead of your own (repeatable, one account each)
    #[arg(long = "role-arn", value_name = "ARN", value_parser = role_arn, help_heading = "Account")]
    pub role_arns: Vec<String>,
    /// The external id that the roles' trust policies ask for
    #[arg(long, value_name = "ID", help_heading = "Account")]
    pub external_id: Option<String>,
    /// The name of the role sessions, as CloudTrail will show it
    #[arg(long, value_name = "NAME", default_value = "ciacm", help_heading = "Account")]
    pub session_name: String,
    /// One endpoint for every service: an emulator or a private endpoint
    #[arg(long, value_name = "URL", value_parser = endpoint_url, help_heading = "Account")]
    pub endpoint_url: Option<String>,
    /// At most so many HTTP requests a second
    #[arg(long, value_name = "N", help_heading = "Limits")]
    pub max_rate: Option<NonZeroU32>,
    /// At most so many attempts of one call
    #[arg(
        long,
        value_name = "N",
        default_value = "5",
        env = "AWS_MAX_ATTEMPTS",
        hide_env_values = true,
        help_heading = "Limits"
    )]
    pub max_attempts: NonZeroU32,
    /// Give up an attempt of a call after so many seconds
    #[arg(long, value_name = "SECONDS", default_value = "30", help_heading = "Limits")]
    pub call_timeout: NonZeroU32,
    /// At most so many calls at once
    #[arg(long, value_name = "N", default_value = "64", help_heading = "Limits")]
    pub concurrency: NonZeroU32,
    /// Go on with an interrupted scan [default: the latest]; its selection holds
    #[arg(long, value_name = "SCAN", num_args = 0..=1, default_missing_value = "latest",
        conflicts_with_all = ["regions", "role_arns", "controls", "excluded", "frameworks", "services", "severity", "parameters"],
        help_heading = "Account")]
    pub resume: Option<String>,
    #[command(flatten)]
    pub common: CommonArgs,
}
