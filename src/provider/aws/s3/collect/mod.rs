//! Reads buckets and the account's S3 settings.

mod account;
mod bucket;
mod look_alike;

use crate::inventory::aws::s3::{Account, Bucket};
use crate::provider::aws::collector::{Collector, Outcome, Reach};

/// The collectors of this service.
pub const COLLECTORS: &[Collector] = &[
    Collector {
        name: "s3.buckets",
        kinds: &[Bucket::TYPE],
        reach: Reach::Account,
        run: |task| Box::pin(async move { vec![(Bucket::TYPE, bucket::collect(task).await)] as Outcome }),
    },
    Collector {
        name: "s3.account",
        kinds: &[Account::TYPE],
        reach: Reach::Account,
        run: |task| Box::pin(async move { vec![(Account::TYPE, account::collect(task).await)] as Outcome }),
    },
];
