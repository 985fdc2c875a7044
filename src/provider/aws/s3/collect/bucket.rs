//! Reads buckets: the list from the home region, each bucket from its own.

use super::look_alike;
use crate::inventory::aws::policy_document::PolicyDocument;
use crate::inventory::aws::s3::{
    self, AccessLogging, AclGrant, Bucket, Encryption, LifecycleRule, ObjectLock, PublicAccessBlock, Versioning,
};
use crate::inventory::schema::Moment;
use crate::inventory::{ApiCall, CallFailure, Reading};
use crate::provider::aws::Scope;
use crate::provider::aws::collector::Task;
use aws_sdk_s3::types::{
    BucketLocationConstraint, BucketVersioningStatus, ExpirationStatus, Grant, MfaDeleteStatus, ObjectLockEnabled,
};
use futures_util::{StreamExt, stream};
use std::collections::BTreeMap;
use tokio::sync::OnceCell;

/// Buckets read at once; the scope's limits decide how many of their calls are under way.
const BUCKETS_AT_ONCE: usize = 32;
/// The largest page that S3 allows. Without a page size S3 leaves out the buckets' regions.
const PAGE_SIZE: i32 = 10_000;

pub(super) async fn collect(task: Task) -> Result<(), CallFailure> {
    let mut pages = task.scope.clients.s3().list_buckets().into_paginator().page_size(PAGE_SIZE).send();
    let mut lost = None;
    while let Some(page) = task.scope.page(&s3::LIST_BUCKETS, &mut pages).await? {
        let mut read = stream::iter(page.buckets.unwrap_or_default())
            .map(|bucket| read(&task, bucket))
            .buffer_unordered(BUCKETS_AT_ONCE);
        while let Some(result) = read.next().await {
            lost = lost.or(result.err());
        }
    }
    if let Some(failure) = lost {
        return Err(failure);
    }
    for region in task.session.regions() {
        task.session.scope(region).listed(Bucket::TYPE).await;
    }
    Ok(())
}

/// Reads a bucket and hands it over, if it is in a scanned region.
///
/// # Errors
/// If nobody knows where the bucket is: a finding needs a region, so the bucket counts as not listed.
async fn read(task: &Task, bucket: aws_sdk_s3::types::Bucket) -> Result<(), CallFailure> {
    let Some(name) = bucket.name.filter(|name| task.scope.concerns(name)) else { return Ok(()) };
    let region = region_of(&task.scope, &name, bucket.bucket_region).await?;
    let Some(region) = region.filter(|region| task.session.regions().contains(region)) else { return Ok(()) };
    let scope = task.session.scope(&region);
    let at = At { scope: &scope, bucket: &name };
    let wants_policy = ["policy", "policy_text"].iter().any(|field| task.wants(Bucket::TYPE, field));
    let policy_text = if wants_policy { at.policy_text().await.into() } else { Reading::NotCollected };
    let acl = OnceCell::new();
    let acl = || acl.get_or_init(|| at.acl());
    let readings = Bucket {
        created_at: bucket.creation_date.and_then(|at| Moment::from_unix_seconds(at.secs())),
        tags: task.reading(Bucket::TYPE, "tags", || at.tags()).await,
        public_access_block: task.reading(Bucket::TYPE, "public_access_block", || at.public_access_block()).await,
        policy: task.reading(Bucket::TYPE, "policy", || async { parsed(policy_text.clone()) }).await,
        policy_text: task.reading(Bucket::TYPE, "policy_text", || async { policy_text }).await,
        policy_is_public: task.reading(Bucket::TYPE, "policy_is_public", || at.policy_is_public()).await,
        is_website: task.reading(Bucket::TYPE, "is_website", || at.is_website()).await,
        versioning: task.reading(Bucket::TYPE, "versioning", || at.versioning()).await,
        encryption: task.reading(Bucket::TYPE, "encryption", || at.encryption()).await,
        logging: task.reading(Bucket::TYPE, "logging", || at.logging()).await,
        acl: task.reading(Bucket::TYPE, "acl", || async { acl().await.clone().map(|acl| acl.grants) }).await,
        acl_owner: task.reading(Bucket::TYPE, "acl_owner", || async { owner(acl().await.clone()) }).await,
        ownership: task.reading(Bucket::TYPE, "ownership", || at.ownership()).await,
        lifecycle: task.reading(Bucket::TYPE, "lifecycle", || at.lifecycle()).await,
        object_lock: task.reading(Bucket::TYPE, "object_lock", || at.object_lock()).await,
    };
    scope.emit(Bucket::TYPE, scope.place(name.clone(), Some(name.clone()), BTreeMap::new()), &readings).await;
    Ok(())
}

/// The buckets of the account, wherever they are, that let everyone in and do not refuse that themselves; ordered.
pub(super) async fn public(task: &Task) -> Result<Vec<String>, CallFailure> {
    let mut pages = task.scope.clients.s3().list_buckets().into_paginator().page_size(PAGE_SIZE).send();
    let mut public = Vec::new();
    while let Some(page) = task.scope.page(&s3::LIST_BUCKETS, &mut pages).await? {
        let mut judged = stream::iter(page.buckets.unwrap_or_default())
            .map(|bucket| public_name(task, bucket))
            .buffer_unordered(BUCKETS_AT_ONCE);
        while let Some(name) = judged.next().await {
            public.extend(name?);
        }
    }
    public.sort_unstable();
    Ok(public)
}

/// The name of a bucket, if it is public.
async fn public_name(task: &Task, bucket: aws_sdk_s3::types::Bucket) -> Result<Option<String>, CallFailure> {
    let Some(name) = bucket.name else { return Ok(None) };
    let Some(region) = region_of(&task.scope, &name, bucket.bucket_region).await? else { return Ok(None) };
    let scope = task.session.scope(&region);
    let at = At { scope: &scope, bucket: &name };
    let block = at.public_access_block().await?;
    let refuses = |switch: fn(&PublicAccessBlock) -> bool| block.as_ref().is_some_and(switch);
    let by_policy = !refuses(|block| block.restrict_public_buckets) && at.policy_is_public().await? == Some(true);
    let is_public = by_policy
        || !refuses(|block| block.ignore_public_acls)
            && at.acl().await?.grants.iter().filter_map(|grant| grant.grantee.as_deref()).any(s3::is_everyone);
    Ok(is_public.then_some(name))
}

/// The bucket's region, which the listing may tell; none if it was deleted since it was listed.
async fn region_of(scope: &Scope, bucket: &str, listed: Option<String>) -> Result<Option<String>, CallFailure> {
    match listed {
        Some(region) => Ok(Some(region)),
        None => location(scope, bucket).await,
    }
}

/// The bucket's region; none if it was deleted since it was listed.
async fn location(scope: &Scope, bucket: &str) -> Result<Option<String>, CallFailure> {
    let request = scope.clients.s3().get_bucket_location().bucket(bucket).send();
    let answer = scope.call_about(bucket, &s3::GET_BUCKET_LOCATION, &["NoSuchBucket"], request).await?;
    let region = answer.map(|answer| match answer.location_constraint.as_ref().map(BucketLocationConstraint::as_str) {
        // Both are older than regions.
        None | Some("") => "us-east-1".to_owned(),
        Some("EU") => "eu-west-1".to_owned(),
        Some(region) => region.to_owned(),
    });
    Ok(region)
}

/// A bucket, and the region where it is asked about.
struct At<'a> {
    scope: &'a Scope,
    bucket: &'a str,
}

impl At<'_> {
    fn client(&self) -> &aws_sdk_s3::Client {
        self.scope.clients.s3()
    }

    async fn tags(&self) -> Result<BTreeMap<String, String>, CallFailure> {
        let request = self.client().get_bucket_tagging().bucket(self.bucket).send();
        let answer = self.scope.call_about(self.bucket, &s3::GET_BUCKET_TAGGING, &["NoSuchTagSet"], request).await?;
        Ok(answer.into_iter().flat_map(|answer| answer.tag_set).map(|tag| (tag.key, tag.value)).collect())
    }

    async fn public_access_block(&self) -> Result<Option<PublicAccessBlock>, CallFailure> {
        let request = self.client().get_public_access_block().bucket(self.bucket).send();
        let absent = ["NoSuchPublicAccessBlockConfiguration"];
        let answer = self.scope.call_about(self.bucket, &s3::GET_PUBLIC_ACCESS_BLOCK, &absent, request).await?;
        Ok(answer.and_then(|answer| answer.public_access_block_configuration).map(|block| PublicAccessBlock {
            block_public_acls: block.block_public_acls.unwrap_or(false),
            block_public_policy: block.block_public_policy.unwrap_or(false),
            ignore_public_acls: block.ignore_public_acls.unwrap_or(false),
            restrict_public_buckets: block.restrict_public_buckets.unwrap_or(false),
        }))
    }

    async fn policy_text(&self) -> Result<Option<String>, CallFailure> {
        let request = self.client().get_bucket_policy().bucket(self.bucket).send();
        let call = &s3::GET_BUCKET_POLICY;
        let Some(answer) = self.scope.call_about(self.bucket, call, &["NoSuchBucketPolicy"], request).await? else {
            return Ok(None);
        };
        sent(answer.policy, call, "policy").map(Some)
    }

    async fn policy_is_public(&self) -> Result<Option<bool>, CallFailure> {
        let request = self.client().get_bucket_policy_status().bucket(self.bucket).send();
        let call = &s3::GET_BUCKET_POLICY_STATUS;
        match self.scope.call_about(self.bucket, call, &["NoSuchBucketPolicy"], request).await? {
            Some(answer) => {
                sent(answer.policy_status.and_then(|status| status.is_public), call, "policy status").map(Some)
            }
            None => Ok(None),
        }
    }

    async fn is_website(&self) -> Result<bool, CallFailure> {
        let request = self.client().get_bucket_website().bucket(self.bucket).send();
        let absent = ["NoSuchWebsiteConfiguration"];
        Ok(self.scope.call_about(self.bucket, &s3::GET_BUCKET_WEBSITE, &absent, request).await?.is_some())
    }

    async fn versioning(&self) -> Result<Versioning, CallFailure> {
        let request = self.client().get_bucket_versioning().bucket(self.bucket).send();
        let request = async { request.await.or_else(look_alike::versioning) };
        let call = &s3::GET_BUCKET_VERSIONING;
        let answer = sent(self.scope.call_about(self.bucket, call, &[], request).await?, call, "answer")?;
        // S3 leaves both out of the answer where versioning was never switched on.
        let status = answer.status.as_ref().map_or("Disabled", BucketVersioningStatus::as_str);
        Ok(Versioning { status: status.to_owned(), mfa_delete: answer.mfa_delete == Some(MfaDeleteStatus::Enabled) })
    }

    async fn encryption(&self) -> Result<Option<Encryption>, CallFailure> {
        let request = self.client().get_bucket_encryption().bucket(self.bucket).send();
        let call = &s3::GET_BUCKET_ENCRYPTION;
        let absent = ["ServerSideEncryptionConfigurationNotFoundError"];
        let Some(answer) = self.scope.call_about(self.bucket, call, &absent, request).await? else {
            return Ok(None);
        };
        let rules = answer.server_side_encryption_configuration.map(|configuration| configuration.rules);
        let default = rules.into_iter().flatten().find_map(|rule| {
            let default = rule.apply_server_side_encryption_by_default?;
            Some(Encryption {
                algorithm: default.sse_algorithm.as_str().to_owned(),
                kms_key_id: default.kms_master_key_id,
                bucket_key_enabled: rule.bucket_key_enabled.unwrap_or(false),
                blocked_types: rule
                    .blocked_encryption_types
                    .and_then(|blocked| blocked.encryption_type)
                    .into_iter()
                    .flatten()
                    .map(|kind| kind.as_str().to_owned())
                    .collect(),
            })
        });
        sent(default, call, "default encryption").map(Some)
    }

    async fn logging(&self) -> Result<Option<AccessLogging>, CallFailure> {
        let request = self.client().get_bucket_logging().bucket(self.bucket).send();
        let answer = self.scope.call_about(self.bucket, &s3::GET_BUCKET_LOGGING, &[], request).await?;
        Ok(answer.and_then(|answer| answer.logging_enabled).map(|logging| AccessLogging {
            target_bucket: logging.target_bucket,
            target_prefix: logging.target_prefix,
        }))
    }

    async fn acl(&self) -> Result<Acl, CallFailure> {
        let request = self.client().get_bucket_acl().bucket(self.bucket).send();
        let call = &s3::GET_BUCKET_ACL;
        let answer = sent(self.scope.call_about(self.bucket, call, &[], request).await?, call, "answer")?;
        // The owner's own grant may be gone, so an ACL without grants is a whole answer.
        let grants = answer.grants.into_iter().flatten().map(grant).collect();
        Ok(Acl { owner: answer.owner.and_then(|owner| owner.id), grants })
    }

    async fn ownership(&self) -> Result<Option<String>, CallFailure> {
        let request = self.client().get_bucket_ownership_controls().bucket(self.bucket).send();
        let call = &s3::GET_BUCKET_OWNERSHIP_CONTROLS;
        let absent = ["OwnershipControlsNotFoundError"];
        let answer = self.scope.call_about(self.bucket, call, &absent, request).await?;
        let rules = answer.and_then(|answer| answer.ownership_controls).map(|controls| controls.rules);
        Ok(rules.into_iter().flatten().next().map(|rule| rule.object_ownership.as_str().to_owned()))
    }

    async fn lifecycle(&self) -> Result<Option<Vec<LifecycleRule>>, CallFailure> {
        let request = self.client().get_bucket_lifecycle_configuration().bucket(self.bucket).send();
        let call = &s3::GET_BUCKET_LIFECYCLE_CONFIGURATION;
        let absent = ["NoSuchLifecycleConfiguration"];
        let answer = self.scope.call_about(self.bucket, call, &absent, request).await?;
        Ok(answer.map(|answer| answer.rules.into_iter().flatten().map(lifecycle_rule).collect()))
    }

    async fn object_lock(&self) -> Result<Option<ObjectLock>, CallFailure> {
        let request = self.client().get_object_lock_configuration().bucket(self.bucket).send();
        let call = &s3::GET_OBJECT_LOCK_CONFIGURATION;
        let absent = ["ObjectLockConfigurationNotFoundError"];
        let answer = self.scope.call_about(self.bucket, call, &absent, request).await?;
        Ok(answer.and_then(|answer| answer.object_lock_configuration).map(|lock| {
            let default = lock.rule.and_then(|rule| rule.default_retention);
            let days = |retention: &aws_sdk_s3::types::DefaultRetention| {
                retention.days.or_else(|| retention.years.map(|years| years.saturating_mul(365)))
            };
            ObjectLock {
                enabled: lock.object_lock_enabled == Some(ObjectLockEnabled::Enabled),
                default_days: default.as_ref().and_then(days).map(i64::from),
                default_mode: default.and_then(|retention| retention.mode).map(|mode| mode.as_str().to_owned()),
            }
        }))
    }
}

/// An access control list.
#[derive(Debug, Clone)]
struct Acl {
    owner: Option<String>,
    grants: Vec<AclGrant>,
}

fn owner(acl: Result<Acl, CallFailure>) -> Result<String, CallFailure> {
    sent(acl?.owner, &s3::GET_BUCKET_ACL, "Owner")
}

fn parsed(text: Reading<String>) -> Reading<PolicyDocument> {
    match text {
        Reading::Known(text) => PolicyDocument::parse(&text, &s3::GET_BUCKET_POLICY).into(),
        Reading::Absent => Reading::Absent,
        Reading::Unreadable(failure) => Reading::Unreadable(failure),
        Reading::NotCollected => Reading::NotCollected,
    }
}

fn sent<T>(value: Option<T>, call: &ApiCall, what: &str) -> Result<T, CallFailure> {
    value.ok_or_else(|| CallFailure::incomplete(call, what))
}

fn grant(grant: Grant) -> AclGrant {
    let permission = grant.permission.map(|permission| permission.as_str().to_owned()).unwrap_or_default();
    match grant.grantee {
        Some(grantee) => AclGrant {
            grantee_kind: grantee.r#type.as_str().to_owned(),
            grantee: grantee.uri.or(grantee.id),
            permission,
        },
        None => AclGrant { grantee_kind: String::new(), grantee: None, permission },
    }
}

fn lifecycle_rule(rule: aws_sdk_s3::types::LifecycleRule) -> LifecycleRule {
    #[expect(deprecated, reason = "old rules have their prefix here and nowhere else")]
    let own_prefix = rule.prefix;
    let no_prefix = |prefix: &Option<String>| prefix.as_ref().is_none_or(String::is_empty);
    let no_filter = rule.filter.as_ref().is_none_or(|filter| {
        no_prefix(&filter.prefix)
            && filter.tag.is_none()
            && filter.object_size_greater_than.is_none()
            && filter.object_size_less_than.is_none()
            && filter.and.is_none()
    });
    let days = |days: Option<i32>| days.map(i64::from);
    LifecycleRule {
        rule_id: rule.id,
        enabled: rule.status == ExpirationStatus::Enabled,
        whole_bucket: no_filter && no_prefix(&own_prefix),
        expires_after_days: days(rule.expiration.and_then(|expiration| expiration.days)),
        noncurrent_expires_after_days: days(
            rule.noncurrent_version_expiration.and_then(|expiration| expiration.noncurrent_days),
        ),
        aborts_uploads_after_days: days(
            rule.abort_incomplete_multipart_upload.and_then(|abort| abort.days_after_initiation),
        ),
        transitions: rule.transitions.is_some_and(|transitions| !transitions.is_empty())
            || rule.noncurrent_version_transitions.is_some_and(|transitions| !transitions.is_empty()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use aws_sdk_s3::types::{LifecycleExpiration, LifecycleRule as SdkRule, LifecycleRuleFilter};

    fn rule(filter: Option<LifecycleRuleFilter>) -> LifecycleRule {
        let expiration = LifecycleExpiration::builder().days(30).build();
        let builder = SdkRule::builder().status(ExpirationStatus::Enabled).expiration(expiration).set_filter(filter);
        lifecycle_rule(builder.build().unwrap())
    }

    #[test]
    fn a_rule_without_a_filter_is_for_the_whole_bucket() {
        let all = rule(None);
        assert!(all.enabled && all.whole_bucket && !all.transitions);
        assert_eq!(all.expires_after_days, Some(30));
        assert!(rule(Some(LifecycleRuleFilter::builder().prefix("").build())).whole_bucket);
        assert!(!rule(Some(LifecycleRuleFilter::builder().prefix("logs/").build())).whole_bucket);
        assert!(!rule(Some(LifecycleRuleFilter::builder().object_size_less_than(1).build())).whole_bucket);
    }

    #[test]
    fn a_grant_without_a_grantee_is_kept() {
        let kept = grant(Grant::builder().permission(aws_sdk_s3::types::Permission::Read).build());
        assert_eq!((kept.grantee, kept.permission.as_str()), (None, "READ"));
    }
}
