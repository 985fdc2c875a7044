//! Reads trails, and what the trails of an account log together.

use super::trails::{KnownTrail, Trails, present};
use crate::inventory::aws::cloudtrail::{CloudTrailAccount, RepairBucket, Trail, repair_bucket};
use crate::inventory::aws::s3::{self, AccessLogging};
use crate::inventory::{CallFailure, Reading};
use crate::provider::aws::collector::{Collector, Outcome, Reach, Task};
use crate::provider::aws::scope::Scope;
use futures_util::{StreamExt, future, stream};
use std::collections::BTreeMap;
use std::sync::Arc;
use tokio::sync::OnceCell;

/// The collectors of this service.
pub const COLLECTORS: &[Collector] = &[
    Collector {
        name: "cloudtrail.trails",
        kinds: &[Trail::TYPE],
        reach: Reach::Region,
        run: |task| Box::pin(async move { vec![(Trail::TYPE, trails(task).await)] as Outcome }),
    },
    Collector {
        name: "cloudtrail.account",
        kinds: &[CloudTrailAccount::TYPE],
        reach: Reach::Account,
        run: |task| {
            Box::pin(async move {
                account(task).await;
                vec![(CloudTrailAccount::TYPE, Ok(()))] as Outcome
            })
        },
    },
];

/// A region has at most a handful of trails.
const TRAILS_AT_ONCE: usize = 8;

async fn trails(task: Task) -> Result<(), CallFailure> {
    let trails = Trails::of(&task.session).await;
    let here = trails
        .known
        .iter()
        .filter(|trail| trail.home_region == task.scope.region() && trail.is_owned_by(task.scope.account()))
        .filter(|trail| task.scope.concerns(&trail.arn));
    stream::iter(here).for_each_concurrent(TRAILS_AT_ONCE, |trail| trail_readings(&task, trail)).await;
    trails.listings.get(task.scope.region()).cloned().unwrap_or(Ok(()))
}

async fn trail_readings(task: &Task, trail: &KnownTrail) {
    let bucket = Bucket { task, name: trail.listed.s3_bucket_name.clone(), scope: OnceCell::new() };
    let status = async {
        future::join3(
            task.reading(Trail::TYPE, "is_logging", || trail.is_logging(&task.session)),
            task.reading(Trail::TYPE, "delivery_error", || async {
                status_text(task, trail, |status| status.latest_delivery_error.as_deref()).await
            }),
            task.reading(Trail::TYPE, "log_group_delivery_error", || async {
                status_text(task, trail, |status| status.latest_cloud_watch_logs_delivery_error.as_deref()).await
            }),
        )
        .await
    };
    let (
        (is_logging, delivery_error, log_group_delivery_error),
        event_selectors,
        bucket_access_logs,
        bucket_policy_is_public,
        bucket_acl_is_public,
    ) = future::join5(
        status,
        task.reading(Trail::TYPE, "event_selectors", || trail.event_selectors(&task.session)),
        task.reading(Trail::TYPE, "bucket_access_logs", || bucket.access_logs()),
        task.reading(Trail::TYPE, "bucket_policy_is_public", || bucket.policy_is_public()),
        task.reading(Trail::TYPE, "bucket_acl_is_public", || bucket.acl_is_public()),
    )
    .await;
    let readings = Trail {
        multi_region: trail.is_multi_region(),
        global_service_events: trail.listed.include_global_service_events.unwrap_or(false),
        organization_trail: trail.listed.is_organization_trail.unwrap_or(false),
        log_file_validation: trail.listed.log_file_validation_enabled.unwrap_or(false),
        s3_bucket: present(trail.listed.s3_bucket_name.as_deref()),
        kms_key_id: present(trail.listed.kms_key_id.as_deref()),
        log_group_arn: present(trail.log_group_arn()),
        is_logging,
        delivery_error,
        log_group_delivery_error,
        event_selectors,
        bucket_access_logs,
        bucket_policy_is_public,
        bucket_acl_is_public,
    };
    let place = task.scope.place(trail.arn.clone(), trail.listed.name.clone(), BTreeMap::new());
    task.scope.emit(Trail::TYPE, place, &readings).await;
}

async fn status_text(
    task: &Task,
    trail: &KnownTrail,
    field: impl Fn(&aws_sdk_cloudtrail::operation::get_trail_status::GetTrailStatusOutput) -> Option<&str>,
) -> Result<Option<String>, CallFailure> {
    trail.status(&task.session).await.as_ref().map(|status| present(field(status))).map_err(Clone::clone)
}

/// The bucket of a trail, which may be in another region or account.
struct Bucket<'a> {
    task: &'a Task,
    name: Option<String>,
    scope: OnceCell<Result<Arc<Scope>, CallFailure>>,
}

impl Bucket<'_> {
    fn name(&self) -> &str {
        self.name.as_deref().unwrap_or_default()
    }

    /// The scope of the bucket's region, which alone answers for it.
    async fn scope(&self) -> Result<Arc<Scope>, CallFailure> {
        let scope = self.scope.get_or_init(|| async {
            let home = self.task.session.home();
            let request = home.clients.s3().get_bucket_location().bucket(self.name()).send();
            let answer = home.call_about(self.name(), &s3::GET_BUCKET_LOCATION, &[], request).await?;
            let location = answer.and_then(|answer| answer.location_constraint);
            Ok(match location.as_ref().map(aws_sdk_s3::types::BucketLocationConstraint::as_str) {
                // Two names of old times.
                None | Some("") => home,
                Some("EU") => self.task.session.scope("eu-west-1"),
                Some(region) => self.task.session.scope(region),
            })
        });
        scope.await.clone()
    }

    async fn access_logs(&self) -> Result<Option<AccessLogging>, CallFailure> {
        let scope = self.scope().await?;
        let request = scope.clients.s3().get_bucket_logging().bucket(self.name()).send();
        let answer = scope.call_about(self.name(), &s3::GET_BUCKET_LOGGING, &[], request).await?;
        Ok(answer.and_then(|answer| answer.logging_enabled).map(|logging| AccessLogging {
            target_bucket: logging.target_bucket,
            target_prefix: logging.target_prefix,
        }))
    }

    async fn policy_is_public(&self) -> Result<Option<bool>, CallFailure> {
        let scope = self.scope().await?;
        let request = scope.clients.s3().get_bucket_policy_status().bucket(self.name()).send();
        let call = &s3::GET_BUCKET_POLICY_STATUS;
        let answer = scope.call_about(self.name(), call, &["NoSuchBucketPolicy"], request).await?;
        match answer.map(|answer| answer.policy_status.and_then(|status| status.is_public)) {
            None => Ok(None),
            Some(Some(is_public)) => Ok(Some(is_public)),
            Some(None) => Err(CallFailure::incomplete(call, "PolicyStatus.IsPublic")),
        }
    }

    async fn acl_is_public(&self) -> Reading<bool> {
        let answer = async {
            let scope = self.scope().await?;
            let request = scope.clients.s3().get_bucket_acl().bucket(self.name()).send();
            let answer = scope.call_about(self.name(), &s3::GET_BUCKET_ACL, &[], request).await?;
            // The owner's own grant may be gone, so an ACL without grants is a whole answer.
            let grants = answer.and_then(|answer| answer.grants).unwrap_or_default();
            Ok(grants.iter().filter_map(|grant| grant.grantee.as_ref()?.uri.as_deref()).any(is_public_group))
        };
        let answer: Result<bool, CallFailure> = answer.await;
        answer.into()
    }
}

fn is_public_group(uri: &str) -> bool {
    uri.ends_with("/groups/global/AllUsers") || uri.ends_with("/groups/global/AuthenticatedUsers")
}

async fn account(task: Task) {
    let trails = task
        .reading(CloudTrailAccount::TYPE, "trails", || async {
            let trails = Trails::of(&task.session).await;
            let known = future::join_all(trails.known.iter().map(|trail| trail.record(&task.session))).await;
            let unread = trails.listings.values().filter_map(|listing| listing.as_ref().err().cloned());
            Reading::Known(
                known.into_iter().map(Reading::Known).chain(unread.map(Reading::Unreadable)).collect::<Vec<_>>(),
            )
        })
        .await;
    let bucket = task.reading(CloudTrailAccount::TYPE, "repair_bucket", || own_bucket(&task)).await;
    let readings = CloudTrailAccount { trails, home_region: task.scope.region().to_owned(), repair_bucket: bucket };
    let place = task.scope.global_place(task.scope.account(), None, BTreeMap::new());
    task.scope.emit(CloudTrailAccount::TYPE, place, &readings).await;
}

/// The bucket that a repair made for a trail, if there is one.
async fn own_bucket(task: &Task) -> Result<Option<RepairBucket>, CallFailure> {
    let name = repair_bucket(task.scope.account());
    let request = task.scope.clients.s3().list_buckets().prefix(&name).send();
    let listed = task.scope.call_about(&name, &s3::LIST_BUCKETS, &[], request).await?;
    let buckets = listed.and_then(|answer| answer.buckets).unwrap_or_default();
    if !buckets.iter().any(|bucket| bucket.name.as_deref() == Some(&*name)) {
        return Ok(None);
    }
    let request = task.scope.clients.s3().get_bucket_policy().bucket(&name).send();
    let call = &s3::GET_BUCKET_POLICY;
    let policy = task.scope.call_about(&name, call, &["NoSuchBucketPolicy"], request).await?;
    Ok(Some(RepairBucket { bucket_name: name, policy_text: policy.and_then(|answer| answer.policy) }))
}
