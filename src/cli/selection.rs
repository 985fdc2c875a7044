//! The options that choose controls.

use crate::control::{Selection, Severity};
use clap::Args;

/// `--control`, `--framework`, `--service`, `--severity`.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Selection")]
pub struct SelectionArgs {
    /// Only this control (repeatable, or separated by commas)
    #[arg(long = "control", value_name = "ID", value_delimiter = ',')]
    pub controls: Vec<String>,
    /// Not this control (repeatable)
    #[arg(long = "exclude", value_name = "ID", value_delimiter = ',')]
    pub excluded: Vec<String>,
    /// Only controls that serve this framework, or one requirement of it: soc2, cis-aws-7.0:6.3 (repeatable)
    #[arg(long = "framework", value_name = "ID[:REQUIREMENT]", value_delimiter = ',')]
    pub frameworks: Vec<String>,
    /// Only controls of this service: s3, iam, ... (repeatable)
    #[arg(long = "service", value_name = "SERVICE", value_delimiter = ',')]
    pub services: Vec<String>,
    /// Only controls of this severity or a worse one
    #[arg(long = "severity", value_name = "SEVERITY", value_parser = severity)]
    pub severity: Option<Severity>,
}

impl From<SelectionArgs> for Selection {
    fn from(args: SelectionArgs) -> Self {
        Self {
            controls: args.controls,
            excluded: args.excluded,
            frameworks: args.frameworks,
            services: args.services,
            severity: args.severity,
        }
    }
}

/// Reads a severity for clap.
pub fn severity(text: &str) -> Result<Severity, String> {
    text.parse().map_err(|error: crate::finding::UnknownWord| error.to_string())
}
