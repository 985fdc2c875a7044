//! Reads the account's own S3 settings.

use super::bucket;
use crate::inventory::CallFailure;
use crate::inventory::aws::s3::{Account, GET_ACCOUNT_PUBLIC_ACCESS_BLOCK, PublicAccessBlock};
use crate::provider::aws::Scope;
use crate::provider::aws::collector::Task;
use std::collections::BTreeMap;

pub(super) async fn collect(task: Task) -> Result<(), CallFailure> {
    let scope = &task.scope;
    let readings = Account {
        public_access_block: task.reading(Account::TYPE, "public_access_block", || public_access_block(scope)).await,
        public_buckets: task.reading(Account::TYPE, "public_buckets", || bucket::public(&task)).await,
    };
    let place = scope.global_place(scope.account(), None, BTreeMap::new());
    scope.emit(Account::TYPE, place, &readings).await;
    Ok(())
}

async fn public_access_block(scope: &Scope) -> Result<Option<PublicAccessBlock>, CallFailure> {
    let account = scope.account();
    let request = scope.clients.s3control().get_public_access_block().account_id(account).send();
    let absent = ["NoSuchPublicAccessBlockConfiguration"];
    let answer = scope.call_about(account, &GET_ACCOUNT_PUBLIC_ACCESS_BLOCK, &absent, request).await?;
    Ok(answer.and_then(|answer| answer.public_access_block_configuration).map(|block| PublicAccessBlock {
        block_public_acls: block.block_public_acls.unwrap_or(false),
        block_public_policy: block.block_public_policy.unwrap_or(false),
        ignore_public_acls: block.ignore_public_acls.unwrap_or(false),
        restrict_public_buckets: block.restrict_public_buckets.unwrap_or(false),
    }))
}
