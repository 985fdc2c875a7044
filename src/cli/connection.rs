//! How to reach AWS accounts: what `scan aws` and everything that repairs have in common.

use crate::provider::aws::session::DEFAULT_CONNECT_TIMEOUT;
use crate::provider::aws::{Concurrency, Options};
use clap::Args;
use std::num::NonZeroU32;
use std::time::Duration;

/// Calls to one service in one region at once.
const BY_SERVICE: usize = 16;

/// Whose account, and how hard to ask.
#[derive(Debug, Args)]
pub struct ConnectionArgs {
    /// The profile of the AWS configuration files; before credentials of the environment [env: AWS_PROFILE, after them]
    #[arg(long, help_heading = "Account")]
    pub profile: Option<String>,
    /// The account of this role instead of your own (repeatable, one account each)
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
}

impl ConnectionArgs {
    /// The options of the provider, for these regions and roles.
    pub fn options(&self, regions: Vec<String>, role_arns: Vec<String>) -> Options {
        Options {
            profile: self.profile.clone(),
            regions,
            role_arns,
            began_with: Vec::new(),
            external_id: self.external_id.clone(),
            session_name: self.session_name.clone(),
            endpoint_url: self.endpoint_url.clone(),
            max_rate: self.max_rate,
            max_attempts: self.max_attempts,
            concurrency: Concurrency { total: self.concurrency.get() as usize, by_service: BY_SERVICE },
            connect_timeout: DEFAULT_CONNECT_TIMEOUT,
            call_timeout: Duration::from_secs(self.call_timeout.get().into()),
        }
    }
}

fn role_arn(text: &str) -> Result<String, String> {
    let parts: Vec<_> = text.splitn(6, ':').collect();
    let is_role = matches!(parts[..], ["arn", partition, "iam", "", account, role]
        if partition.starts_with("aws") && account.len() == 12 && account.bytes().all(|digit| digit.is_ascii_digit())
            && role.strip_prefix("role/").is_some_and(|name| !name.is_empty()));
    is_role.then(|| text.to_owned()).ok_or_else(|| "write arn:aws:iam::ACCOUNT:role/NAME".to_owned())
}

fn endpoint_url(text: &str) -> Result<String, String> {
    let host = text.strip_prefix("http://").or_else(|| text.strip_prefix("https://"));
    if host.is_some_and(|host| !host.is_empty() && !host.contains(char::is_whitespace)) {
        Ok(text.to_owned())
    } else {
        Err("write http://HOST:PORT or https://HOST".to_owned())
    }
}
