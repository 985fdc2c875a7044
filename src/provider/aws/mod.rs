//! The AWS provider: official SDK, one folder a service, every call of a scan read-only; write calls are in each
//! service's `remediate`, and in `bucket`, which copies checkpoints.

pub mod accessanalyzer;
pub mod account;
pub mod bucket;
pub mod calls;
pub mod clients;
pub mod cloudtrail;
pub mod cloudwatch;
pub mod collector;
pub mod config;
pub mod driver;
pub mod dynamodb;
pub mod ec2;
pub mod ecr;
pub mod efs;
pub mod elbv2;
pub mod guardduty;
pub mod iam;
pub mod kms;
pub mod lambda;
pub mod logs;
pub mod rds;
pub mod repair;
pub mod s3;
pub mod scope;
pub mod securityhub;
pub mod session;
pub mod sns;
pub mod sqs;
pub mod ssm;
mod stopwatch;
pub mod transport;
pub mod write;

pub use collector::{Collector, Reach};
pub use driver::collect;
pub use scope::{Concurrency, Scope};

use std::num::NonZeroU32;
use std::time::Duration;

/// What to scan and how hard.
#[derive(Debug, Clone)]
pub struct Options {
    /// A profile of the shared configuration files.
    pub profile: Option<String>,
    /// Regions; empty for all that the account has enabled.
    pub regions: Vec<String>,
    /// Roles to assume, one account each; empty for the account of the base credentials.
    pub role_arns: Vec<String>,
    /// The accounts that a scan which is resumed began with; empty for a new scan.
    pub began_with: Vec<String>,
    /// The external id that the roles' trust policies ask for.
    pub external_id: Option<String>,
    /// The name of the role sessions, as CloudTrail will show it.
    pub session_name: String,
    /// One endpoint for every service, for emulators and private endpoints.
    pub endpoint_url: Option<String>,
    /// HTTP requests a second at most.
    pub max_rate: Option<NonZeroU32>,
    /// Attempts of one call at most, the first included.
    pub max_attempts: NonZeroU32,
    /// Calls under way at once.
    pub concurrency: Concurrency,
    /// How long a connection may take.
    pub connect_timeout: Duration,
    /// How long one attempt of a call may take.
    pub call_timeout: Duration,
}

/// Every collector, in the order in which units are started: first what takes longest.
#[must_use]
pub fn collectors() -> Vec<&'static Collector> {
    [
        s3::COLLECTORS,
        iam::COLLECTORS,
        ec2::COLLECTORS,
        kms::COLLECTORS,
        rds::COLLECTORS,
        cloudtrail::COLLECTORS,
        cloudwatch::COLLECTORS,
        logs::COLLECTORS,
        sns::COLLECTORS,
        efs::COLLECTORS,
        sqs::COLLECTORS,
        dynamodb::COLLECTORS,
        lambda::COLLECTORS,
        ecr::COLLECTORS,
        elbv2::COLLECTORS,
        ssm::COLLECTORS,
        config::COLLECTORS,
        guardduty::COLLECTORS,
        securityhub::COLLECTORS,
        accessanalyzer::COLLECTORS,
        account::COLLECTORS,
    ]
    .into_iter()
    .flatten()
    .collect()
}
