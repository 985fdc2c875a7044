//! What repairs need of AWS: read one resource past every cache, make one write call.

use super::collector::{Collector, Task};
use super::scope::{Limits, UNREACHABLE};
use super::session::AccountSession;
use super::transport::Meter;
use super::write::{Parameters, WriteCall, refused};
use super::{
    Options, accessanalyzer, account, cloudtrail, collectors, config, driver, dynamodb, ec2, ecr, efs, elbv2,
    guardduty, iam, kms, lambda, logs, rds, s3, securityhub, sns, sqs, ssm,
};
use crate::inventory::resource::GLOBAL;
use crate::inventory::{CallFailure, Resource, resource_type};
use crate::provider::{Collected, ProviderError, Wanted};
use crate::remediation::cloud::{Cloud, Identity, Target, WriteFailure};
use crate::remediation::operation::Call;
use crate::remediation::operations;
use serde_json::Value;
use std::collections::BTreeSet;
use std::sync::Arc;
use tokio::runtime::Runtime;
use tokio::sync::mpsc;

/// Every write call that this provider can make.
pub fn writes() -> impl Iterator<Item = &'static WriteCall> {
    [
        s3::WRITES,
        ec2::WRITES,
        iam::WRITES,
        kms::WRITES,
        cloudtrail::WRITES,
        rds::WRITES,
        sns::WRITES,
        account::WRITES,
        logs::WRITES,
        sqs::WRITES,
        dynamodb::WRITES,
        lambda::WRITES,
        ecr::WRITES,
        elbv2::WRITES,
        ssm::WRITES,
        config::WRITES,
        guardduty::WRITES,
        accessanalyzer::WRITES,
        securityhub::WRITES,
        efs::WRITES,
    ]
    .into_iter()
    .flatten()
}

/// AWS accounts, entered.
#[derive(Debug)]
pub struct AwsCloud {
    runtime: Runtime,
    sessions: Vec<Arc<AccountSession>>,
}

impl AwsCloud {
    /// Enters the accounts that `options` name.
    ///
    /// # Errors
    /// If none could be entered, or one of several roles refused.
    pub fn connect(options: &Options) -> Result<Self, ProviderError> {
        let failed = |why: String| ProviderError {
            what: "AWS cannot be called".to_owned(),
            why,
            next: "run the command again".to_owned(),
        };
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .build()
            .map_err(|error| failed(error.to_string()))?;
        let limits = Limits::new(options.concurrency.within(options.max_rate, options.call_timeout));
        let (output, _unheard) = mpsc::channel(1);
        let entering = driver::enter_accounts(options, Meter::new(options.max_rate), &limits, &output);
        let (sessions, refused) = runtime.block_on(entering)?;
        if let Some(refused) = refused.first() {
            return Err(ProviderError {
                what: format!("account {} cannot be entered", refused.account),
                why: refused.failure.to_string(),
                next: "check the role's trust policy and --external-id, or leave the role out".to_owned(),
            });
        }
        Ok(Self { runtime, sessions })
    }

    fn session(&self, account: &str) -> Option<&Arc<AccountSession>> {
        self.sessions.iter().find(|session| session.account.id == account)
    }

    /// The accounts, and who we are in each.
    pub fn identities(&self) -> impl Iterator<Item = Identity> + '_ {
        self.sessions
            .iter()
            .map(|session| Identity { account: session.account.id.clone(), arn: session.account.identity.clone() })
    }
}

impl Cloud for AwsCloud {
    fn identity(&self, account: &str) -> Option<Identity> {
        self.identities().find(|identity| identity.account == account)
    }

    fn read(&self, target: &Target, fields: &BTreeSet<&'static str>) -> Result<Option<Resource>, CallFailure> {
        let impossible = |message: String| CallFailure {
            call: target.kind.clone(),
            code: UNREACHABLE.to_owned(),
            message,
            permission: "credentials of that account".to_owned(),
        };
        let kind = resource_type(&target.kind).ok_or_else(|| impossible("there is no such type".to_owned()))?;
        let collector = collectors()
            .into_iter()
            .find(|collector| collector.kinds.contains(&kind))
            .ok_or_else(|| impossible("nothing collects this type".to_owned()))?;
        let session = self
            .session(&target.account)
            .ok_or_else(|| impossible(format!("account {} was not entered", target.account)))?;
        let mut wanted = Wanted::default();
        wanted.add(kind, fields.iter().copied());
        self.runtime.block_on(read_one(collector, session, target, wanted))
    }

    fn write(&self, account: &str, call: &Call) -> Result<Value, WriteFailure> {
        let session = self
            .session(account)
            .ok_or_else(|| refused(&call.call, UNREACHABLE, format!("account {account} was not entered")))?;
        let write = writes()
            .find(|write| write.name == call.call)
            .ok_or_else(|| refused(&call.call, "NotImplemented", "this version cannot make the call".to_owned()))?;
        let scope = session.writing(&call.region);
        let written = self.runtime.block_on((write.run)(&scope, Parameters::new(&call.call, &call.parameters)));
        written.map_err(|mut failure| {
            let api = operations().find_map(|operation| operation.write_api(&call.call));
            failure.failure.permission = api.map_or_else(String::new, |api| api.call.permissions.join(", "));
            failure
        })
    }
}

/// Collects with a session of its own that knows one resource and remembers nothing.
async fn read_one(
    collector: &'static Collector,
    session: &AccountSession,
    target: &Target,
    wanted: Wanted,
) -> Result<Option<Resource>, CallFailure> {
    let (output, mut input) = mpsc::channel(64);
    let session = Arc::new(session.asking_about(&target.id, &target.region, &output));
    let scope = if target.region == GLOBAL || matches!(collector.reach, super::Reach::Account) {
        session.home()
    } else {
        session.scope(&target.region)
    };
    let task = Task { scope, session, wanted: Arc::new(wanted) };
    let collecting = async move {
        let outcome = (collector.run)(task).await;
        drop(output);
        outcome
    };
    let receiving = async {
        let mut found = None;
        while let Some(collected) = input.recv().await {
            if let Collected::Resource(resource) = collected
                && resource.kind() == target.kind
                && resource.id() == target.id
                && resource.region() == target.region
            {
                found = Some(resource);
            }
        }
        found
    };
    let (outcome, found) = tokio::join!(collecting, receiving);
    if found.is_some() {
        return Ok(found);
    }
    // A listing that failed may have hidden it.
    match outcome.into_iter().find(|(kind, _)| kind.name == target.kind) {
        Some((_, Err(failure))) => Err(failure),
        _ => Ok(None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_call_of_every_operation_can_be_made() {
        let known: BTreeSet<_> = writes().map(|write| write.name).collect();
        for operation in operations().filter(|operation| operation.kind.provider() == "aws") {
            for write in operation.writes {
                assert!(known.contains(write.call.name), "{} of {}", write.call.name, operation.name);
            }
        }
        let wanted: BTreeSet<_> =
            operations().flat_map(|operation| operation.writes).map(|write| write.call.name).collect();
        assert_eq!(known.difference(&wanted).collect::<Vec<_>>(), Vec::<&&str>::new(), "calls that no operation makes");
    }
}
