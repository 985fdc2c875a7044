//! Reads whether Security Hub is on in one region.

use crate::inventory::CallFailure;
use crate::inventory::aws::securityhub::{self, Hub, SecurityHubRegion};
use crate::provider::aws::collector::{Collector, Outcome, Reach, Task};
use crate::provider::aws::scope::Scope;
use std::collections::BTreeMap;

/// The collectors of this service.
pub const COLLECTORS: &[Collector] = &[Collector {
    name: "securityhub.region",
    kinds: &[SecurityHubRegion::TYPE],
    reach: Reach::Region,
    run: |task| {
        Box::pin(async move {
            region(task).await;
            vec![(SecurityHubRegion::TYPE, Ok(()))] as Outcome
        })
    },
}];

/// What an account gets that has not subscribed; a missing permission is `AccessDeniedException`.
const NOT_SUBSCRIBED: [&str; 2] = ["InvalidAccessException", "ResourceNotFoundException"];

async fn region(task: Task) {
    let hub = task.reading(SecurityHubRegion::TYPE, "hub", || hub(&task.scope)).await;
    let place = task.scope.place(task.scope.region(), None, BTreeMap::new());
    task.scope.emit(SecurityHubRegion::TYPE, place, &SecurityHubRegion { hub }).await;
}

async fn hub(scope: &Scope) -> Result<Option<Hub>, CallFailure> {
    let call = &securityhub::DESCRIBE_HUB;
    let request = scope.clients.securityhub().describe_hub().send();
    let Some(answer) = scope.call_about(scope.region(), call, &NOT_SUBSCRIBED, request).await? else {
        return Ok(None);
    };
    let arn = answer.hub_arn.ok_or_else(|| CallFailure::incomplete(call, "HubArn"))?;
    Ok(Some(Hub { arn, subscribed_at: answer.subscribed_at, auto_enable_controls: answer.auto_enable_controls }))
}
