//! The write calls of S3.

use crate::provider::aws::Scope;
use crate::provider::aws::write::{Parameters, Written, write_calls};
use crate::remediation::cloud::WriteFailure;
use aws_sdk_s3::types::{
    AccessControlPolicy, BlockedEncryptionTypes, BucketLocationConstraint, BucketLoggingStatus, BucketVersioningStatus,
    CreateBucketConfiguration, EncryptionType, Grant, Grantee, LoggingEnabled, ObjectOwnership, Owner,
    OwnershipControls, OwnershipControlsRule, Permission, PublicAccessBlockConfiguration, ServerSideEncryption,
    ServerSideEncryptionByDefault, ServerSideEncryptionConfiguration, ServerSideEncryptionRule, Type,
    VersioningConfiguration,
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
    "s3:PutBucketAcl" => put_bucket_acl,
    "s3:PutBucketOwnershipControls" => put_bucket_ownership_controls,
    "s3:DeleteBucketOwnershipControls" => delete_bucket_ownership_controls,
    "s3:PutBucketEncryption" => put_bucket_encryption,
    "s3:DeleteBucketEncryption" => delete_bucket_encryption,
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

async fn put_bucket_acl(scope: &Scope, given: Parameters<'_>) -> Written {
    let policy = given.object("AccessControlPolicy")?;
    let owner = Owner::builder().id(policy.object("Owner")?.text("ID")?).build();
    let grants = policy.objects("Grants").map(grant).collect::<Result<Vec<_>, _>>()?;
    let policy = AccessControlPolicy::builder().owner(owner).set_grants(Some(grants)).build();
    let request = scope.clients.s3().put_bucket_acl().bucket(given.text("Bucket")?);
    given.done(request.access_control_policy(policy).send().await)
}

fn grant(given: Parameters<'_>) -> Result<Grant, WriteFailure> {
    let grantee = given.object("Grantee")?;
    let built = Grantee::builder()
        .r#type(Type::from(grantee.text("Type")?))
        .set_id(grantee.given_text("ID").map(ToOwned::to_owned))
        .set_uri(grantee.given_text("URI").map(ToOwned::to_owned))
        .build();
    let built = built.map_err(|error| given.unusable(error))?;
    Ok(Grant::builder().grantee(built).permission(Permission::from(given.text("Permission")?)).build())
}

async fn put_bucket_ownership_controls(scope: &Scope, given: Parameters<'_>) -> Written {
    let mut controls = OwnershipControls::builder();
    for rule in given.object("OwnershipControls")?.objects("Rules") {
        let ownership = ObjectOwnership::from(rule.text("ObjectOwnership")?);
        let rule = OwnershipControlsRule::builder().object_ownership(ownership).build();
        controls = controls.rules(rule.map_err(|error| given.unusable(error))?);
    }
    let controls = controls.build().map_err(|error| given.unusable(error))?;
    let request = scope.clients.s3().put_bucket_ownership_controls().bucket(given.text("Bucket")?);
    given.done(request.ownership_controls(controls).send().await)
}

async fn delete_bucket_ownership_controls(scope: &Scope, given: Parameters<'_>) -> Written {
    given.done(scope.clients.s3().delete_bucket_ownership_controls().bucket(given.text("Bucket")?).send().await)
}

async fn put_bucket_encryption(scope: &Scope, given: Parameters<'_>) -> Written {
    let mut configuration = ServerSideEncryptionConfiguration::builder();
    for rule in given.object("ServerSideEncryptionConfiguration")?.objects("Rules") {
        let default = rule.object("ApplyServerSideEncryptionByDefault")?;
        let default = ServerSideEncryptionByDefault::builder()
            .sse_algorithm(ServerSideEncryption::from(default.text("SSEAlgorithm")?))
            .set_kms_master_key_id(default.given_text("KMSMasterKeyID").map(ToOwned::to_owned))
            .build();
        let blocked = rule.object("BlockedEncryptionTypes").ok().map(|blocked| {
            let types = blocked.texts("EncryptionType");
            let types = types.iter().map(|kind| EncryptionType::from(kind.as_str())).collect();
            BlockedEncryptionTypes::builder().set_encryption_type(Some(types)).build()
        });
        let rule = ServerSideEncryptionRule::builder()
            .apply_server_side_encryption_by_default(default.map_err(|error| given.unusable(error))?)
            .bucket_key_enabled(rule.switch("BucketKeyEnabled")?)
            .set_blocked_encryption_types(blocked);
        configuration = configuration.rules(rule.build());
    }
    let configuration = configuration.build().map_err(|error| given.unusable(error))?;
    let request = scope.clients.s3().put_bucket_encryption().bucket(given.text("Bucket")?);
    given.done(request.server_side_encryption_configuration(configuration).send().await)
}

async fn delete_bucket_encryption(scope: &Scope, given: Parameters<'_>) -> Written {
    given.done(scope.clients.s3().delete_bucket_encryption().bucket(given.text("Bucket")?).send().await)
}
