//! The write calls of S3.

use crate::provider::aws::Scope;
use crate::provider::aws::write::{Parameters, Written, write_calls};
use aws_sdk_s3::types::{
    BucketLocationConstraint, BucketLoggingStatus, BucketVersioningStatus, CreateBucketConfiguration, LoggingEnabled,
    PublicAccessBlockConfiguration, VersioningConfiguration,
};
use aws_sdk_s3control::types::PublicAccessBlockConfiguration as AccountBlock;

write_calls! {
    "s3:CreateBucket" => create_bucket,
    "s3:PutPublicAccessBlock" => put_public_access_block,
    "s3:DeletePublicAccessBlock" => delete_public_access_block,
    "s3control:PutPublicAccessBlock" => put_account_public_access_block,
    "s3control:DeletePublicAccessBlock" => delete_account_public_access_block,
    "s3:PutBucketPolicy" => put_bucket_policy,
    "s3:DeleteBucketPolicy" => delete_bucket_policy,
    "s3:PutBucketVersioning" => put_bucket_versioning,
    "s3:PutBucketLogging" => put_bucket_logging,
}

async fn create_bucket(scope: &Scope, given: Parameters<'_>) -> Written {
    let place = given.object("CreateBucketConfiguration").ok();
    let place = place.and_then(|place| place.given_text("LocationConstraint").map(BucketLocationConstraint::from));
    let place = place.map(|place| CreateBucketConfiguration::builder().location_constraint(place).build());
    let request = scope.clients.s3().create_bucket().bucket(given.text("Bucket")?);
    given.done(request.set_create_bucket_configuration(place).send().await)
}

async fn put_public_access_block(scope: &Scope, given: Parameters<'_>) -> Written {
    let block = given.object("PublicAccessBlockConfiguration")?;
    let block = PublicAccessBlockConfiguration::builder()
        .block_public_acls(block.switch("BlockPublicAcls")?)
        .block_public_policy(block.switch("BlockPublicPolicy")?)
        .ignore_public_acls(block.switch("IgnorePublicAcls")?)
        .restrict_public_buckets(block.switch("RestrictPublicBuckets")?)
        .build();
    let request = scope.clients.s3().put_public_access_block().bucket(given.text("Bucket")?);
    given.done(request.public_access_block_configuration(block).send().await)
}

async fn delete_public_access_block(scope: &Scope, given: Parameters<'_>) -> Written {
    given.done(scope.clients.s3().delete_public_access_block().bucket(given.text("Bucket")?).send().await)
}

async fn put_account_public_access_block(scope: &Scope, given: Parameters<'_>) -> Written {
    let block = given.object("PublicAccessBlockConfiguration")?;
    let block = AccountBlock::builder()
        .block_public_acls(block.switch("BlockPublicAcls")?)
        .block_public_policy(block.switch("BlockPublicPolicy")?)
        .ignore_public_acls(block.switch("IgnorePublicAcls")?)
        .restrict_public_buckets(block.switch("RestrictPublicBuckets")?)
        .build();
    let request = scope.clients.s3control().put_public_access_block().account_id(given.text("AccountId")?);
    given.done(request.public_access_block_configuration(block).send().await)
}

async fn delete_account_public_access_block(scope: &Scope, given: Parameters<'_>) -> Written {
    let request = scope.clients.s3control().delete_public_access_block().account_id(given.text("AccountId")?);
    given.done(request.send().await)
}

async fn put_bucket_policy(scope: &Scope, given: Parameters<'_>) -> Written {
    let request = scope.clients.s3().put_bucket_policy().bucket(given.text("Bucket")?);
    given.done(request.policy(given.text("Policy")?).send().await)
}

async fn delete_bucket_policy(scope: &Scope, given: Parameters<'_>) -> Written {
    given.done(scope.clients.s3().delete_bucket_policy().bucket(given.text("Bucket")?).send().await)
}

async fn put_bucket_versioning(scope: &Scope, given: Parameters<'_>) -> Written {
    let status = given.object("VersioningConfiguration")?.text("Status")?;
    let configuration = VersioningConfiguration::builder().status(BucketVersioningStatus::from(status)).build();
    let request = scope.clients.s3().put_bucket_versioning().bucket(given.text("Bucket")?);
    given.done(request.versioning_configuration(configuration).send().await)
}

async fn put_bucket_logging(scope: &Scope, given: Parameters<'_>) -> Written {
    let status = given.object("BucketLoggingStatus")?;
    let enabled = match status.object("LoggingEnabled") {
        Ok(enabled) => {
            let built = LoggingEnabled::builder()
                .target_bucket(enabled.text("TargetBucket")?)
                .target_prefix(enabled.text("TargetPrefix")?)
                .build();
            Some(built.map_err(|error| given.unusable(error))?)
        }
        // No logging at all.
        Err(_) => None,
    };
    let status = BucketLoggingStatus::builder().set_logging_enabled(enabled).build();
    let request = scope.clients.s3().put_bucket_logging().bucket(given.text("Bucket")?);
    given.done(request.bucket_logging_status(status).send().await)
}
