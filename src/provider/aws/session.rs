//! Entering accounts: credentials, roles, identity, regions.

use super::scope::{Limits, Scope, id_of, innermost, judge};
use super::stopwatch::Stopwatch;
use super::transport::{self, Meter};
use super::{Options, calls};
use crate::inventory::CallFailure;
use crate::inventory::resource::GLOBAL;
use crate::provider::{Account, CallRecord, Collected, ProviderError};
use crate::suggest::did_you_mean;
use aws_config::BehaviorVersion;
use aws_config::profile::ProfileFileCredentialsProvider;
use aws_config::provider_config::ProviderConfig;
use aws_config::sts::AssumeRoleProvider;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use aws_smithy_types::retry::{RetryConfig, RetrySpec};
use aws_smithy_types::timeout::TimeoutConfig;
use aws_types::SdkConfig;
use aws_types::os_shim_internal::{Env, Fs};
use aws_types::region::Region;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::mpsc;

/// An account that was entered.
#[derive(Debug)]
pub struct AccountSession {
    /// What is known of the account.
    pub account: Account,
    /// The calls that told who asks and which regions there are.
    pub entered_by: Vec<CallRecord>,
    unscanned_regions: Vec<String>,
    partition: String,
    config: SdkConfig,
    limits: Arc<Limits>,
    output: mpsc::WeakSender<Collected>,
    /// The only resource that is wanted.
    only: Option<String>,
    scopes: Mutex<HashMap<String, Arc<Scope>>>,
}

impl AccountSession {
    /// The scope of a region; always the same one, so that answers are shared.
    pub fn scope(&self, region: &str) -> Arc<Scope> {
        let mut scopes = self.scopes.lock().unwrap_or_else(PoisonError::into_inner);
        let scope =
            scopes.entry(region.to_owned()).or_insert_with(|| Arc::new(self.scope_of(region, self.config.clone())));
        Arc::clone(scope)
    }

    fn scope_of(&self, region: &str, config: SdkConfig) -> Scope {
        let config = config.to_builder().region(Region::new(region.to_owned())).build();
        let limits = Arc::clone(&self.limits);
        Scope::new(&self.account.id, &self.partition, config, limits, self.output.clone()).only_for(self.only.clone())
    }

    /// The same account, asked anew about one resource in a region (or in all, for what belongs to the account).
    #[must_use]
    pub fn asking_about(&self, resource: &str, region: &str, output: &mpsc::Sender<Collected>) -> Self {
        let mut account = self.account.clone();
        if region != GLOBAL {
            account.regions = vec![region.to_owned()];
        }
        Self {
            account,
            unscanned_regions: self.unscanned_regions.clone(),
            entered_by: self.entered_by.clone(),
            partition: self.partition.clone(),
            config: self.config.clone(),
            limits: Arc::clone(&self.limits),
            output: output.downgrade(),
            only: Some(resource.to_owned()),
            scopes: Mutex::default(),
        }
    }

    /// A scope for write calls, each of which is made once: nothing is repeated behind the back of who records them.
    #[must_use]
    pub fn writing(&self, region: &str) -> Scope {
        let region = if region == GLOBAL { self.home().region().to_owned() } else { region.to_owned() };
        self.scope_of(&region, self.config.to_builder().retry_config(RetryConfig::disabled()).build())
    }

    /// The scope from which global services (IAM, S3's bucket list, the account API) are called.
    pub fn home(&self) -> Arc<Scope> {
        self.scope(
            home_region(&self.partition)
                .unwrap_or_else(|| self.account.regions.first().map_or("us-east-1", String::as_str)),
        )
    }

    /// The regions that the account has enabled and that are not scanned; none if nobody may list them.
    #[must_use]
    pub fn unscanned_regions(&self) -> &[String] {
        &self.unscanned_regions
    }

    /// The scanned regions.
    #[must_use]
    pub fn regions(&self) -> &[String] {
        &self.account.regions
    }
}

/// Where the global services of a partition live; the SDK's endpoint rules know the rest.
fn home_region(partition: &str) -> Option<&'static str> {
    match partition {
        "aws" => Some("us-east-1"),
        "aws-cn" => Some("cn-north-1"),
        "aws-us-gov" => Some("us-gov-west-1"),
        _ => None,
    }
}

/// An account that could not be entered.
#[derive(Debug)]
pub struct Refused {
    /// The account id, from the role's ARN, or the role itself.
    pub account: String,
    /// What came back.
    pub failure: CallFailure,
}

/// The configuration that all accounts start from: the official chain of profile, environment, SSO, role, IMDS.
///
/// # Errors
/// If there is no profile of the name that was given.
pub async fn base_config(options: &Options, meter: Arc<Meter>) -> Result<SdkConfig, ProviderError> {
    let client = transport::client(meter);
    let mut loader = aws_config::defaults(BehaviorVersion::latest())
        .http_client(client.clone())
        .retry_config(retry_config(options))
        .timeout_config(
            TimeoutConfig::builder()
                .connect_timeout(options.connect_timeout)
                .operation_attempt_timeout(options.call_timeout)
                .operation_timeout((options.call_timeout * 3).max(SHORTEST_CALL))
                .build(),
        );
    if let Some(profile) = &options.profile {
        known_profile(profile).await?;
        // The chain alone would take credentials of the environment first, and so scan another account than asked for.
        let region = options.regions.first().map(|region| Region::new(region.clone()));
        let mut provider_config = ProviderConfig::without_region().with_http_client(client).with_region(region);
        if options.regions.is_empty() {
            provider_config = provider_config.load_default_region().await;
        }
        let credentials =
            ProfileFileCredentialsProvider::builder().configure(&provider_config).profile_name(profile).build();
        loader = loader.profile_name(profile).credentials_provider(credentials);
    }
    if let Some(endpoint) = &options.endpoint_url {
        loader = loader.endpoint_url(endpoint);
    }
    if let Some(region) = options.regions.first() {
        loader = loader.region(Region::new(region.clone()));
    }
    let config = loader.load().await;
    if config.region().is_some() {
        return Ok(config);
    }
    Ok(config.to_builder().region(Region::new("us-east-1")).build())
}

/// Throttling slows a service down. The SDK's older way of doing so, still its default, takes twenty seconds off a
/// service that was throttled once while it had few calls; version 2.1 backs off exponentially, as every call does.
fn retry_config(options: &Options) -> RetryConfig {
    RetryConfig::adaptive().with_max_attempts(options.max_attempts.get()).with_retry_spec(RetrySpec::v2_1())
}

/// Refuses a profile that no configuration file has.
async fn known_profile(name: &str) -> Result<(), ProviderError> {
    let refused = |why: String, next: String| ProviderError { what: format!("there is no profile {name}"), why, next };
    let profiles =
        aws_config::profile::load(&Fs::real(), &Env::real(), &Default::default(), None).await.map_err(|error| {
            refused(
                format!("the configuration files cannot be read: {}", innermost(&error)),
                "check ~/.aws/config and ~/.aws/credentials, or AWS_CONFIG_FILE and AWS_SHARED_CREDENTIALS_FILE"
                    .to_owned(),
            )
        })?;
    if profiles.get_profile(name).is_some() {
        return Ok(());
    }
    let mut known: Vec<_> = profiles.profiles().collect();
    known.sort_unstable();
    let why = if known.is_empty() {
        "~/.aws/config and ~/.aws/credentials have no profile".to_owned()
    } else {
        format!("the configuration files have {}", known.join(", "))
    };
    let next = did_you_mean(name, known.iter().copied());
    Err(refused(why, next.unwrap_or_else(|| "name another with --profile, or leave it out".to_owned())))
}

/// Enters the account of the base credentials.
///
/// # Errors
/// A [`ProviderError`] that tells apart missing, expired and wrong credentials and unreachable endpoints.
pub async fn enter_base(
    options: &Options,
    config: SdkConfig,
    limits: &Arc<Limits>,
    output: &mpsc::Sender<Collected>,
) -> Result<AccountSession, ProviderError> {
    let session = enter(options, config, limits, output).await.map_err(|problem| match problem {
        Problem::Call(failure) => credentials_error(&failure, options.profile.as_deref()),
        Problem::Region(error) => error,
    })?;
    let entered = &session.account.id;
    if !options.began_with.is_empty() && !options.began_with.contains(entered) {
        return Err(ProviderError {
            what: "the scan cannot go on".to_owned(),
            why: format!("it is of account {}, these credentials belong to {entered}", options.began_with.join(", ")),
            next: "use the credentials that it began with, or begin a new scan without --resume".to_owned(),
        });
    }
    Ok(session)
}

/// Enters the account of a role.
///
/// # Errors
/// `Ok(Err(..))` if the role cannot be assumed; `Err(..)` if the selection of regions is wrong.
pub async fn enter_role(
    options: &Options,
    base: &SdkConfig,
    role_arn: &str,
    limits: &Arc<Limits>,
    output: &mpsc::Sender<Collected>,
) -> Result<Result<AccountSession, Refused>, ProviderError> {
    let mut role = AssumeRoleProvider::builder(role_arn).session_name(&options.session_name).configure(base);
    if let Some(region) = base.region() {
        role = role.region(region.clone());
    }
    if let Some(external_id) = &options.external_id {
        role = role.external_id(external_id);
    }
    let credentials = role.build().await;
    // Asked here, and not by the first call, so that a refusal is told as what it is.
    if let Err(error) = aws_credential_types::provider::ProvideCredentials::provide_credentials(&credentials).await {
        let (code, message) = assume_role_failure(&error);
        return Ok(Err(Refused {
            account: account_of_role(role_arn),
            failure: CallFailure {
                call: calls::ASSUME_ROLE.name.to_owned(),
                code,
                message: format!("{role_arn}: {message}"),
                permission: "sts:AssumeRole".to_owned(),
            },
        }));
    }
    let config = base
        .to_builder()
        .credentials_provider(aws_credential_types::provider::SharedCredentialsProvider::new(credentials))
        .build();
    match enter(options, config, limits, output).await {
        Ok(session) => Ok(Ok(session)),
        Err(Problem::Call(failure)) => Ok(Err(Refused { account: account_of_role(role_arn), failure })),
        Err(Problem::Region(error)) => Err(error),
    }
}

/// Code and message of the answer of STS, or the innermost cause if there was none.
fn assume_role_failure(error: &(dyn std::error::Error + 'static)) -> (String, String) {
    let mut cause = Some(error);
    while let Some(current) = cause {
        if let Some(answer) = current.downcast_ref::<aws_sdk_sts::operation::assume_role::AssumeRoleError>() {
            let code = answer.code().unwrap_or("AssumeRoleFailed");
            return (code.to_owned(), answer.message().unwrap_or("STS gave no message").to_owned());
        }
        cause = current.source();
    }
    ("AssumeRoleFailed".to_owned(), innermost(error))
}

fn account_of_role(role_arn: &str) -> String {
    role_arn.split(':').nth(4).filter(|account| !account.is_empty()).unwrap_or(role_arn).to_owned()
}

enum Problem {
    Call(CallFailure),
    Region(ProviderError),
}

async fn enter(
    options: &Options,
    config: SdkConfig,
    limits: &Arc<Limits>,
    output: &mpsc::Sender<Collected>,
) -> Result<AccountSession, Problem> {
    let region = config.region().map(ToString::to_string).unwrap_or_default();
    let stopwatch = Stopwatch::start();
    let identity = aws_sdk_sts::Client::new(&config)
        .get_caller_identity()
        .send()
        .await
        .map_err(|error| Problem::Call(judge(&calls::GET_CALLER_IDENTITY, &error)))?;
    let id = identity.account.clone().unwrap_or_default();
    let asked_who = stopwatch.record(&calls::GET_CALLER_IDENTITY, &id, &region, None, id_of(&identity), None);
    let arn = identity.arn.unwrap_or_default();
    let partition = arn.split(':').nth(1).filter(|part| !part.is_empty()).unwrap_or("aws").to_owned();
    let stopwatch = Stopwatch::start();
    let answer = aws_sdk_ec2::Client::new(&config).describe_regions().all_regions(true).send().await;
    let request_id = answer.as_ref().map_or_else(id_of, id_of);
    let answer = answer.map_err(|error| judge(&calls::DESCRIBE_REGIONS, &error));
    let failure = answer.as_ref().err();
    let asked_where = stopwatch.record(&calls::DESCRIBE_REGIONS, &id, &region, None, request_id, failure);
    let (enabled, disabled) = match answer {
        Ok(answer) => split_regions(answer.regions.unwrap_or_default()),
        // Regions that were named can be scanned without the list.
        Err(_) if !options.regions.is_empty() => (options.regions.clone(), Vec::new()),
        Err(failure) => return Err(Problem::Call(failure)),
    };
    let regions = choose_regions(&options.regions, &enabled, &disabled).map_err(Problem::Region)?;
    Ok(AccountSession {
        unscanned_regions: enabled.into_iter().filter(|region| !regions.contains(region)).collect(),
        account: Account { id, identity: arn, regions, disabled_regions: disabled },
        entered_by: vec![asked_who, asked_where],
        partition,
        config,
        limits: Arc::clone(limits),
        output: output.downgrade(),
        only: None,
        scopes: Mutex::default(),
    })
}

fn split_regions(regions: Vec<aws_sdk_ec2::types::Region>) -> (Vec<String>, Vec<String>) {
    let (mut enabled, mut disabled) = (Vec::new(), Vec::new());
    for region in regions {
        let opted_out = region.opt_in_status.as_deref() == Some("not-opted-in");
        let Some(name) = region.region_name else { continue };
        if opted_out { disabled.push(name) } else { enabled.push(name) }
    }
    enabled.sort();
    disabled.sort();
    (enabled, disabled)
}

fn choose_regions(asked: &[String], enabled: &[String], disabled: &[String]) -> Result<Vec<String>, ProviderError> {
    if asked.is_empty() {
        return Ok(enabled.to_vec());
    }
    for region in asked {
        if disabled.contains(region) {
            return Err(ProviderError {
                what: format!("region {region} cannot be scanned"),
                why: "the account has not enabled it".to_owned(),
                next: "enable the region in the account settings, or leave it out of --region".to_owned(),
            });
        }
        if !enabled.contains(region) {
            let nearest = enabled.iter().min_by_key(|known| strsim::levenshtein(known, region));
            return Err(ProviderError {
                what: format!("there is no region {region} in this account"),
                why: format!("the account's regions are {}", enabled.join(", ")),
                next: nearest.map_or_else(|| "check --region".to_owned(), |near| format!("did you mean {near}?")),
            });
        }
    }
    let mut regions = asked.to_vec();
    regions.sort();
    regions.dedup();
    Ok(regions)
}

const NO_CREDENTIALS: &str =
    "set AWS_PROFILE or --profile, run `aws sso login`, or export AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY";

fn credentials_error(failure: &CallFailure, profile: Option<&str>) -> ProviderError {
    let what = "AWS did not let us in".to_owned();
    let (why, next) = match failure.code.as_str() {
        "ExpiredToken" | "ExpiredTokenException" | "RequestExpired" => (
            format!("the session token has expired ({failure})"),
            "sign in again (for instance `aws sso login`), or export fresh credentials".to_owned(),
        ),
        "InvalidClientTokenId" | "UnrecognizedClientException" | "SignatureDoesNotMatch" | "AuthFailure" => (
            format!("AWS does not know these credentials ({failure})"),
            "check the access key; for GovCloud or China also give --region of that partition".to_owned(),
        ),
        "DispatchFailure" if failure.message.starts_with("no credentials found in chain") => (
            "there are no credentials: environment, profile, web identity, container and instance metadata were tried"
                .to_owned(),
            NO_CREDENTIALS.to_owned(),
        ),
        "DispatchFailure" => (
            match profile {
                Some(profile) => format!("profile {profile} gives no usable credentials: {}", failure.message),
                None => format!("no usable credentials were found: {}", failure.message),
            },
            NO_CREDENTIALS.to_owned(),
        ),
        super::scope::UNREACHABLE | super::scope::TIMEOUT => (
            format!("the endpoint of {} could not be reached: {}", failure.call, failure.message),
            "check the network, the proxy, --region and --endpoint-url".to_owned(),
        ),
        _ => (failure.to_string(), format!("grant {}", failure.permission)),
    };
    ProviderError { what, why, next }
}

/// The error when not one account could be entered.
#[must_use]
pub fn none_entered(refused: &[Refused]) -> ProviderError {
    let reasons: Vec<_> = refused.iter().map(|one| format!("{}: {}", one.account, one.failure)).collect();
    ProviderError {
        what: "no account could be entered".to_owned(),
        why: reasons.join("; "),
        next: "check each role's trust policy, --external-id, and that the base credentials may call sts:AssumeRole"
            .to_owned(),
    }
}

/// What a call with all its attempts may take at least: attempts that are throttled wait for each other.
const SHORTEST_CALL: Duration = Duration::from_secs(30);
/// How long a connection may take when nothing else is said.
pub const DEFAULT_CONNECT_TIMEOUT: Duration = Duration::from_secs(4);
