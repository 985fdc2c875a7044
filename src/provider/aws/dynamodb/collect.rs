//! Reads the tables of one region.

use crate::inventory::aws::dynamodb::{self, Table};
use crate::inventory::{CallFailure, Reading};
use crate::provider::aws::collector::{Collector, Reach, Task};
use aws_sdk_dynamodb::types::{PointInTimeRecoveryStatus, SseStatus, TableDescription};
use futures_util::{StreamExt, stream};
use std::collections::BTreeMap;

/// The collectors of this service.
pub const COLLECTORS: &[Collector] = &[Collector {
    name: "dynamodb.tables",
    kinds: &[Table::TYPE],
    reach: Reach::Region,
    run: |task| Box::pin(async move { vec![(Table::TYPE, tables(&task).await)] }),
}];

/// Tables read at once; the scope's limits decide how many of their calls are under way.
const AT_ONCE: usize = 16;

async fn tables(task: &Task) -> Result<(), CallFailure> {
    let mut pages = task.scope.clients.dynamodb().list_tables().into_paginator().send();
    while let Some(page) = task.scope.page(&dynamodb::LIST_TABLES, &mut pages).await? {
        stream::iter(page.table_names.unwrap_or_default()).for_each_concurrent(AT_ONCE, |name| table(task, name)).await;
    }
    Ok(())
}

async fn table(task: &Task, name: String) {
    let scope = &task.scope;
    // The listing has names alone. With an ARN made of them, a table that cannot be described still has its id.
    let arn = format!("arn:{}:dynamodb:{}:{}:table/{name}", scope.partition(), scope.region(), scope.account());
    if !scope.concerns(&arn) {
        return;
    }
    let wants = |field: &str| task.wants(Table::TYPE, field);
    let description = if ["status", "deletion_protection", "kms_key"].into_iter().any(wants) {
        Some(describe(task, &name, &arn).await)
    } else {
        None
    };
    let described = Described { task, description: description.as_ref() };
    let readings = Table {
        status: described
            .sent("status", "TableStatus", |table| table.table_status.as_ref().map(|it| it.as_str().to_owned())),
        deletion_protection: described
            .sent("deletion_protection", "DeletionProtectionEnabled", |table| table.deletion_protection_enabled),
        kms_key: described.reading("kms_key", |table| Ok(kms_key(table))),
        point_in_time_recovery: task
            .reading(Table::TYPE, "point_in_time_recovery", || point_in_time_recovery(task, &name, &arn))
            .await,
        tags: task.reading(Table::TYPE, "tags", || tags(task, &arn)).await,
    };
    scope.emit(Table::TYPE, scope.place(arn, Some(name), BTreeMap::new()), &readings).await;
}

/// The answer of `DescribeTable`, if any field needed it.
struct Described<'a> {
    task: &'a Task,
    description: Option<&'a Result<TableDescription, CallFailure>>,
}

impl Described<'_> {
    fn reading<T, A>(&self, field: &str, pick: impl FnOnce(&TableDescription) -> Result<A, CallFailure>) -> Reading<T>
    where
        Result<A, CallFailure>: Into<Reading<T>>,
    {
        match self.description {
            Some(description) if self.task.wants(Table::TYPE, field) => {
                description.as_ref().map_err(Clone::clone).and_then(pick).into()
            }
            _ => Reading::NotCollected,
        }
    }

    fn sent<T>(&self, field: &str, what: &str, pick: impl FnOnce(&TableDescription) -> Option<T>) -> Reading<T> {
        let incomplete = || CallFailure::incomplete(&dynamodb::DESCRIBE_TABLE, what);
        self.reading(field, |table| pick(table).ok_or_else(incomplete))
    }
}

fn kms_key(table: &TableDescription) -> Option<String> {
    let encryption = table.sse_description.as_ref()?;
    // While it is being switched off, the table is on its way to the key that AWS owns.
    let off = matches!(encryption.status, Some(SseStatus::Disabled | SseStatus::Disabling));
    encryption.kms_master_key_arn.clone().filter(|_| !off)
}

async fn describe(task: &Task, name: &str, arn: &str) -> Result<TableDescription, CallFailure> {
    let call = &dynamodb::DESCRIBE_TABLE;
    let request = task.scope.clients.dynamodb().describe_table().table_name(name).send();
    let answer = task.scope.call_about(arn, call, &[], request).await?;
    answer.and_then(|answer| answer.table).ok_or_else(|| CallFailure::incomplete(call, "Table"))
}

async fn point_in_time_recovery(task: &Task, name: &str, arn: &str) -> Result<bool, CallFailure> {
    let call = &dynamodb::DESCRIBE_CONTINUOUS_BACKUPS;
    let request = task.scope.clients.dynamodb().describe_continuous_backups().table_name(name).send();
    let answer = task.scope.call_about(arn, call, &[], request).await?;
    answer
        .and_then(|answer| answer.continuous_backups_description)
        .and_then(|backups| backups.point_in_time_recovery_description)
        .and_then(|recovery| recovery.point_in_time_recovery_status)
        .map(|status| status == PointInTimeRecoveryStatus::Enabled)
        .ok_or_else(|| CallFailure::incomplete(call, "PointInTimeRecoveryStatus"))
}

async fn tags(task: &Task, arn: &str) -> Result<BTreeMap<String, String>, CallFailure> {
    let mut tags = BTreeMap::new();
    let mut next = None;
    loop {
        let request = task.scope.clients.dynamodb().list_tags_of_resource().resource_arn(arn).set_next_token(next);
        let answer = task.scope.call_about(arn, &dynamodb::LIST_TAGS_OF_RESOURCE, &[], request.send()).await?;
        let Some(answer) = answer else { return Ok(tags) };
        tags.extend(answer.tags.unwrap_or_default().into_iter().map(|tag| (tag.key, tag.value)));
        next = answer.next_token.filter(|token| !token.is_empty());
        if next.is_none() {
            return Ok(tags);
        }
    }
}
