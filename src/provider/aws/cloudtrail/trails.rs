//! The trails of an account, asked for once whoever needs them.

use super::selectors;
use crate::inventory::aws::cloudtrail::{self, AccountTrail, EventSelector};
use crate::inventory::{CallFailure, Reading};
use crate::provider::aws::session::AccountSession;
use aws_sdk_cloudtrail::operation::get_trail_status::GetTrailStatusOutput;
use futures_util::future;
use std::collections::BTreeMap;
use std::sync::Arc;
use tokio::sync::OnceCell;

/// Every trail that logs for an account.
#[derive(Debug)]
pub struct Trails {
    /// The trails, ordered by ARN, each once.
    pub known: Vec<KnownTrail>,
    /// How the listing ended in each scanned region.
    pub listings: BTreeMap<String, Result<(), CallFailure>>,
}

/// A trail; its status and selectors are asked for when first needed. It holds no scope: a scope remembers it, and the
/// two would keep each other alive.
#[derive(Debug)]
pub struct KnownTrail {
    /// The ARN.
    pub arn: String,
    /// The region in which it was made, which alone answers for it.
    pub home_region: String,
    /// What the listing said.
    pub listed: aws_sdk_cloudtrail::types::Trail,
    status: OnceCell<Result<GetTrailStatusOutput, CallFailure>>,
    selectors: OnceCell<Result<Vec<EventSelector>, CallFailure>>,
}

impl Trails {
    /// The trails of the account, remembered for the scan.
    pub async fn of(session: &AccountSession) -> Arc<Self> {
        session.home().once("cloudtrail.trails", || list(session)).await
    }
}

/// Regions answer with their own trails and with shadows of the multi-region trails of all others, so those count
/// even if their home is not scanned.
async fn list(session: &AccountSession) -> Trails {
    let regions = session.regions().iter().map(|region| session.scope(region));
    let answers = future::join_all(regions.map(|scope| async move {
        let request = scope.clients.cloudtrail().describe_trails().include_shadow_trails(true).send();
        let answer = scope.call(&cloudtrail::DESCRIBE_TRAILS, request).await;
        (scope, answer)
    }))
    .await;
    let (mut known, mut listings) = (BTreeMap::new(), BTreeMap::new());
    for (scope, answer) in answers {
        let listing = answer.map(|answer| {
            for listed in answer.trail_list.unwrap_or_default() {
                if let Some(trail) = known_trail(listed) {
                    known.entry(trail.arn.clone()).or_insert(trail);
                }
            }
        });
        listings.insert(scope.region().to_owned(), listing);
    }
    Trails { known: known.into_values().collect(), listings }
}

fn known_trail(listed: aws_sdk_cloudtrail::types::Trail) -> Option<KnownTrail> {
    let arn = listed.trail_arn.clone()?;
    let home_region = listed.home_region.clone().or_else(|| arn.split(':').nth(3).map(ToOwned::to_owned))?;
    Some(KnownTrail { arn, home_region, listed, status: OnceCell::new(), selectors: OnceCell::new() })
}

impl KnownTrail {
    /// True if the trail belongs to this account; a trail of the organization may not.
    #[must_use]
    pub fn is_owned_by(&self, account: &str) -> bool {
        self.arn.split(':').nth(4) == Some(account)
    }

    /// It logs the events of every region.
    #[must_use]
    pub fn is_multi_region(&self) -> bool {
        self.listed.is_multi_region_trail.unwrap_or(false)
    }

    /// The CloudWatch Logs group that gets its events.
    #[must_use]
    pub fn log_group_arn(&self) -> Option<&str> {
        self.listed.cloud_watch_logs_log_group_arn.as_deref().filter(|arn| !arn.is_empty())
    }

    /// Its status.
    pub async fn status(&self, session: &AccountSession) -> &Result<GetTrailStatusOutput, CallFailure> {
        self.status
            .get_or_init(|| async {
                let scope = session.scope(&self.home_region);
                let request = scope.clients.cloudtrail().get_trail_status().name(&self.arn).send();
                known(scope.call_about(&self.arn, &cloudtrail::GET_TRAIL_STATUS, &[], request).await)
            })
            .await
    }

    /// It is switched on.
    pub async fn is_logging(&self, session: &AccountSession) -> Reading<bool> {
        match self.status(session).await {
            Ok(status) => Reading::Known(status.is_logging.unwrap_or(false)),
            Err(failure) => Reading::Unreadable(failure.clone()),
        }
    }

    /// Which events it logs.
    pub async fn event_selectors(&self, session: &AccountSession) -> Reading<Vec<EventSelector>> {
        let selectors = self.selectors.get_or_init(|| async {
            let scope = session.scope(&self.home_region);
            let request = scope.clients.cloudtrail().get_event_selectors().trail_name(&self.arn).send();
            known(scope.call_about(&self.arn, &cloudtrail::GET_EVENT_SELECTORS, &[], request).await)
                .map(|answer| selectors::normalise(answer, scope.partition()))
        });
        selectors.await.clone().into()
    }

    /// The trail as a part of the account.
    pub async fn record(&self, session: &AccountSession) -> AccountTrail {
        let (is_logging, event_selectors) = future::join(self.is_logging(session), self.event_selectors(session)).await;
        AccountTrail {
            arn: self.arn.clone(),
            home_region: self.home_region.clone(),
            multi_region: self.is_multi_region(),
            organization_trail: self.listed.is_organization_trail.unwrap_or(false),
            log_file_validation: self.listed.log_file_validation_enabled.unwrap_or(false),
            s3_bucket: present(self.listed.s3_bucket_name.as_deref()),
            kms_key_id: present(self.listed.kms_key_id.as_deref()),
            log_group_arn: present(self.log_group_arn()),
            is_logging,
            event_selectors,
        }
    }
}

/// A text that says something.
pub(super) fn present(text: Option<&str>) -> Option<String> {
    text.filter(|text| !text.is_empty()).map(ToOwned::to_owned)
}

/// For calls none of whose errors means "not configured".
fn known<T>(answer: Result<Option<T>, CallFailure>) -> Result<T, CallFailure> {
    answer.map(|answer| match answer {
        Some(answer) => answer,
        None => unreachable!("no error code was said to mean absent"),
    })
}
