//! Reads buckets and the account's S3 settings.

use crate::inventory::CallFailure;
use crate::inventory::aws::s3::{self, Bucket, PublicAccessBlock};
use crate::provider::aws::collector::{Collector, Outcome, Reach, Task};
use futures_util::{StreamExt, stream};
use std::collections::BTreeMap;

/// The collectors of this service.
pub const COLLECTORS: &[Collector] = &[Collector {
    name: "s3.buckets",
    kinds: &[Bucket::TYPE],
    reach: Reach::Account,
    run: |task| Box::pin(async move { vec![(Bucket::TYPE, buckets(task).await)] as Outcome }),
}];

/// Buckets read at once; the scope's limits decide how many of their calls are under way.
const BUCKETS_AT_ONCE: usize = 32;

async fn buckets(task: Task) -> Result<(), CallFailure> {
    let mut pages = task.scope.clients.s3().list_buckets().into_paginator().send();
    while let Some(page) = task.scope.page(&s3::LIST_BUCKETS, &mut pages).await? {
        stream::iter(page.buckets.unwrap_or_default())
            .for_each_concurrent(BUCKETS_AT_ONCE, |bucket| bucket_readings(&task, bucket))
            .await;
    }
    Ok(())
}

async fn bucket_readings(task: &Task, bucket: aws_sdk_s3::types::Bucket) {
    let Some(name) = bucket.name else { return };
    let public_access_block =
        task.reading(Bucket::TYPE, "public_access_block", || public_access_block(task, &name)).await;
    let place = task.scope.global_place(name.clone(), Some(name), BTreeMap::new());
    task.scope.emit(Bucket::TYPE, place, &Bucket { public_access_block }).await;
}

async fn public_access_block(task: &Task, bucket: &str) -> Result<Option<PublicAccessBlock>, CallFailure> {
    let request = task.scope.clients.s3().get_public_access_block().bucket(bucket).send();
    let answer = task
        .scope
        .call_about(bucket, &s3::GET_PUBLIC_ACCESS_BLOCK, &["NoSuchPublicAccessBlockConfiguration"], request)
        .await;
    Ok(answer?.and_then(|answer| answer.public_access_block_configuration).map(|block| PublicAccessBlock {
        block_public_acls: block.block_public_acls.unwrap_or(false),
        block_public_policy: block.block_public_policy.unwrap_or(false),
        ignore_public_acls: block.ignore_public_acls.unwrap_or(false),
        restrict_public_buckets: block.restrict_public_buckets.unwrap_or(false),
    }))
}
