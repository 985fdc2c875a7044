//! Reads the repositories of one region.

use crate::inventory::aws::ecr::{self, Repository};
use crate::inventory::aws::policy_document::PolicyDocument;
use crate::inventory::schema::Moment;
use crate::inventory::{CallFailure, Reading};
use crate::provider::aws::collector::{Collector, Reach, Task};
use aws_sdk_ecr::types;
use futures_util::{StreamExt, stream};
use std::collections::BTreeMap;

/// The collectors of this service.
pub const COLLECTORS: &[Collector] = &[Collector {
    name: "ecr.repositories",
    kinds: &[Repository::TYPE],
    reach: Reach::Region,
    run: |task| Box::pin(async move { vec![(Repository::TYPE, repositories(&task).await)] }),
}];

/// Repositories read at once; the scope's limits decide how many of their calls are under way.
const AT_ONCE: usize = 16;
/// What ECR answers for a repository without a policy.
const NO_POLICY: &str = "RepositoryPolicyNotFoundException";
/// What ECR answers for a repository without a lifecycle policy.
const NO_LIFECYCLE_POLICY: &str = "LifecyclePolicyNotFoundException";

async fn repositories(task: &Task) -> Result<(), CallFailure> {
    let mut pages = task.scope.clients.ecr().describe_repositories().into_paginator().send();
    while let Some(page) = task.scope.page(&ecr::DESCRIBE_REPOSITORIES, &mut pages).await? {
        stream::iter(page.repositories.unwrap_or_default())
            .for_each_concurrent(AT_ONCE, |repository| read(task, repository))
            .await;
    }
    Ok(())
}

async fn read(task: &Task, repository: types::Repository) {
    let (Some(name), Some(arn)) = (repository.repository_name, repository.repository_arn) else { return };
    if !task.scope.concerns(&arn) {
        return;
    }
    let wants = |field: &str| task.wants(Repository::TYPE, field);
    let scanning =
        if wants("scan_on_push") || wants("scan_frequency") { Some(scanning(task, &name, &arn).await) } else { None };
    let policy =
        if wants("policy") || wants("policy_text") { Some(policy_text(task, &name, &arn).await) } else { None };
    let encryption = repository.encryption_configuration;
    let readings = Repository {
        tag_mutability: Reading::sent(
            repository.image_tag_mutability.map(|mutability| mutability.as_str().to_owned()),
            &ecr::DESCRIBE_REPOSITORIES,
            "imageTagMutability",
        ),
        tag_exclusions: repository
            .image_tag_mutability_exclusion_filters
            .unwrap_or_default()
            .into_iter()
            .map(|exclusion| exclusion.filter)
            .collect(),
        encryption: encryption.as_ref().map(|encryption| encryption.encryption_type.as_str().to_owned()),
        kms_key: encryption.and_then(|encryption| encryption.kms_key),
        created_at: repository.created_at.and_then(|at| Moment::from_unix_seconds(at.secs())),
        scan_on_push: match &scanning {
            Some(scanning) if wants("scan_on_push") => {
                scanning.as_ref().map(|scanning| scanning.scan_on_push).map_err(Clone::clone).into()
            }
            _ => Reading::NotCollected,
        },
        scan_frequency: match &scanning {
            Some(scanning) if wants("scan_frequency") => scanning
                .as_ref()
                .map_err(Clone::clone)
                .and_then(|scanning| {
                    let frequency = scanning.scan_frequency.as_ref().map(|frequency| frequency.as_str().to_owned());
                    let call = &ecr::BATCH_GET_REPOSITORY_SCANNING_CONFIGURATION;
                    frequency.ok_or_else(|| CallFailure::incomplete(call, "scanFrequency"))
                })
                .into(),
            _ => Reading::NotCollected,
        },
        policy: match &policy {
            Some(policy) if wants("policy") => policy
                .as_ref()
                .map_err(Clone::clone)
                .and_then(|text| {
                    let parse = |text: &String| PolicyDocument::parse(text, &ecr::GET_REPOSITORY_POLICY);
                    text.as_ref().map(parse).transpose()
                })
                .into(),
            _ => Reading::NotCollected,
        },
        policy_text: match policy {
            Some(policy) if wants("policy_text") => policy.into(),
            _ => Reading::NotCollected,
        },
        lifecycle_policy: task
            .reading(Repository::TYPE, "lifecycle_policy", || lifecycle_policy(task, &name, &arn))
            .await,
        tags: task.reading(Repository::TYPE, "tags", || tags(task, &arn)).await,
    };
    task.scope.emit(Repository::TYPE, task.scope.place(arn, Some(name), BTreeMap::new()), &readings).await;
}

async fn scanning(task: &Task, name: &str, arn: &str) -> Result<types::RepositoryScanningConfiguration, CallFailure> {
    let call = &ecr::BATCH_GET_REPOSITORY_SCANNING_CONFIGURATION;
    let request = task.scope.clients.ecr().batch_get_repository_scanning_configuration().repository_names(name).send();
    let answer = task.scope.call_about(arn, call, &[], request).await?;
    let of_this = |one: &types::RepositoryScanningConfiguration| one.repository_name.as_deref() == Some(name);
    answer
        .and_then(|answer| answer.scanning_configurations)
        .and_then(|all| all.into_iter().find(of_this))
        .ok_or_else(|| CallFailure::incomplete(call, "configuration of this repository"))
}

async fn policy_text(task: &Task, name: &str, arn: &str) -> Result<Option<String>, CallFailure> {
    let call = &ecr::GET_REPOSITORY_POLICY;
    let request = task.scope.clients.ecr().get_repository_policy().repository_name(name).send();
    let answer = task.scope.call_about(arn, call, &[NO_POLICY], request).await?;
    let Some(answer) = answer else { return Ok(None) };
    answer.policy_text.map(Some).ok_or_else(|| CallFailure::incomplete(call, "policyText"))
}

async fn lifecycle_policy(task: &Task, name: &str, arn: &str) -> Result<Option<String>, CallFailure> {
    let call = &ecr::GET_LIFECYCLE_POLICY;
    let request = task.scope.clients.ecr().get_lifecycle_policy().repository_name(name).send();
    let answer = task.scope.call_about(arn, call, &[NO_LIFECYCLE_POLICY], request).await?;
    let Some(answer) = answer else { return Ok(None) };
    answer.lifecycle_policy_text.map(Some).ok_or_else(|| CallFailure::incomplete(call, "lifecyclePolicyText"))
}

async fn tags(task: &Task, arn: &str) -> Result<BTreeMap<String, String>, CallFailure> {
    let request = task.scope.clients.ecr().list_tags_for_resource().resource_arn(arn).send();
    let answer = task.scope.call_about(arn, &ecr::LIST_TAGS_FOR_RESOURCE, &[], request).await?;
    let tags = answer.and_then(|answer| answer.tags).unwrap_or_default();
    Ok(tags.into_iter().map(|tag| (tag.key, tag.value)).collect())
}
