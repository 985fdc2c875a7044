//! Reads the file systems of one region.

use crate::inventory::aws::efs::{self, FileSystem};
use crate::inventory::aws::policy_document::PolicyDocument;
use crate::inventory::schema::Moment;
use crate::inventory::{CallFailure, Reading};
use crate::provider::aws::collector::{Collector, Reach, Task};
use aws_sdk_efs::types::FileSystemDescription;
use futures_util::{StreamExt, stream};

/// The collectors of this service.
pub const COLLECTORS: &[Collector] = &[Collector {
    name: "efs.file_systems",
    kinds: &[FileSystem::TYPE],
    reach: Reach::Region,
    run: |task| Box::pin(async move { vec![(FileSystem::TYPE, file_systems(&task).await)] }),
}];

/// What EFS answers for a file system without the policy that is asked for.
const NO_POLICY: &str = "PolicyNotFound";
/// File systems read at once; the scope's limits decide how many of their calls are under way.
const AT_ONCE: usize = 32;

async fn file_systems(task: &Task) -> Result<(), CallFailure> {
    let mut pages = task.scope.clients.efs().describe_file_systems().into_paginator().send();
    while let Some(page) = task.scope.page(&efs::DESCRIBE_FILE_SYSTEMS, &mut pages).await? {
        stream::iter(page.file_systems.unwrap_or_default())
            .for_each_concurrent(AT_ONCE, |file_system| file_system_readings(task, file_system))
            .await;
    }
    Ok(())
}

async fn file_system_readings(task: &Task, file_system: FileSystemDescription) {
    let id = file_system.file_system_id;
    let resource = file_system.file_system_arn.unwrap_or_else(|| id.clone());
    if !task.scope.concerns(&resource) {
        return;
    }
    let backup_policy: Reading<String> =
        task.reading(FileSystem::TYPE, "backup_policy", || backup_policy(task, &id)).await;
    let policy: Reading<PolicyDocument> = task.reading(FileSystem::TYPE, "policy", || policy(task, &id)).await;
    let readings = FileSystem {
        encrypted: Reading::sent(file_system.encrypted, &efs::DESCRIBE_FILE_SYSTEMS, "Encrypted"),
        kms_key: file_system.kms_key_id,
        state: Some(file_system.life_cycle_state.as_str().to_owned()),
        availability_zone: file_system.availability_zone_name,
        created_at: Moment::from_unix_seconds(file_system.creation_time.secs()),
        backup_policy,
        policy,
    };
    let tags = file_system.tags.into_iter().map(|tag| (tag.key, tag.value)).collect();
    let place = task.scope.place(resource, file_system.name, tags);
    task.scope.emit(FileSystem::TYPE, place, &readings).await;
}

async fn backup_policy(task: &Task, file_system: &str) -> Result<Option<String>, CallFailure> {
    let request = task.scope.clients.efs().describe_backup_policy().file_system_id(file_system).send();
    let answer = task.scope.call_about(file_system, &efs::DESCRIBE_BACKUP_POLICY, &[NO_POLICY], request).await?;
    Ok(answer.and_then(|answer| answer.backup_policy).map(|policy| policy.status.as_str().to_owned()))
}

async fn policy(task: &Task, file_system: &str) -> Result<Option<PolicyDocument>, CallFailure> {
    let call = &efs::DESCRIBE_FILE_SYSTEM_POLICY;
    let request = task.scope.clients.efs().describe_file_system_policy().file_system_id(file_system).send();
    let answer = task.scope.call_about(file_system, call, &[NO_POLICY], request).await?;
    answer.and_then(|answer| answer.policy).map(|text| PolicyDocument::parse(&text, call)).transpose()
}
