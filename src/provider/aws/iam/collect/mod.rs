//! Reads the identities of an account and its account-wide IAM settings.

mod account;
mod administrators;
mod authorization;
mod certificates;
mod credential_report;
mod keys;
mod principals;
mod texts;

use crate::inventory::aws::iam::{Account, Group, Policy, Role, ServerCertificate, User};
use crate::inventory::schema::Moment;
use crate::provider::aws::collector::{Collector, Outcome, Reach};

/// The collectors of this service.
pub const COLLECTORS: &[Collector] = &[
    Collector {
        name: "iam.principals",
        kinds: &[User::TYPE, Group::TYPE, Role::TYPE, Policy::TYPE],
        reach: Reach::Account,
        run: |task| Box::pin(principals::collect(task)),
    },
    Collector {
        name: "iam.account",
        kinds: &[Account::TYPE],
        reach: Reach::Account,
        run: |task| Box::pin(async move { vec![(Account::TYPE, account::collect(task).await)] as Outcome }),
    },
    Collector {
        name: "iam.server_certificates",
        kinds: &[ServerCertificate::TYPE],
        reach: Reach::Account,
        run: |task| {
            Box::pin(async move { vec![(ServerCertificate::TYPE, certificates::collect(task).await)] as Outcome })
        },
    },
];

fn moment(at: aws_smithy_types::DateTime) -> Option<Moment> {
    Moment::from_unix_seconds(at.secs())
}
