//! Reads the log groups of one region.

use crate::inventory::aws::logs::{self, LogGroup};
use crate::inventory::schema::Moment;
use crate::inventory::{CallFailure, Reading};
use crate::provider::aws::collector::{Collector, Outcome, Reach, Task};
use std::collections::BTreeMap;

/// The collectors of this service.
pub const COLLECTORS: &[Collector] = &[Collector {
    name: "logs.log_groups",
    kinds: &[LogGroup::TYPE],
    reach: Reach::Region,
    run: |task| Box::pin(async move { vec![(LogGroup::TYPE, log_groups(&task).await)] as Outcome }),
}];

async fn log_groups(task: &Task) -> Result<(), CallFailure> {
    let mut pages = task.scope.clients.logs().describe_log_groups().into_paginator().send();
    while let Some(page) = task.scope.page(&logs::DESCRIBE_LOG_GROUPS, &mut pages).await? {
        for group in page.log_groups.unwrap_or_default() {
            // The older of the two ARNs ends in `:*`, which is no part of the group's name.
            let arn = group.log_group_arn.or(group.arn).map(|arn| arn.trim_end_matches(":*").to_owned());
            let Some(arn) = arn else { continue };
            let readings = LogGroup {
                retention_days: group.retention_in_days.map_or(Reading::Absent, |days| Reading::Known(days.into())),
                kms_key: group.kms_key_id,
                class: group.log_group_class.map(|class| class.as_str().to_owned()),
                stored_bytes: group.stored_bytes,
                created_at: group.creation_time.and_then(|at| Moment::from_unix_seconds(at.div_euclid(1000))),
            };
            let place = task.scope.place(arn, group.log_group_name, BTreeMap::new());
            task.scope.emit(LogGroup::TYPE, place, &readings).await;
        }
    }
    Ok(())
}
