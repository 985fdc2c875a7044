//! Reads the KMS keys of one region.

use crate::inventory::aws::kms::{self, DESCRIBE_KEY, Key};
use crate::inventory::aws::policy_document::PolicyDocument;
use crate::inventory::schema::Moment;
use crate::inventory::{CallFailure, Reading};
use crate::provider::aws::Scope;
use crate::provider::aws::collector::{Collector, Outcome, Reach, Task};
use aws_sdk_kms::types::{KeyListEntry, KeyManagerType, KeyMetadata, KeySpec, OriginType};
use futures_util::{StreamExt, stream};
use std::collections::{BTreeMap, HashMap};

/// The collectors of this service.
pub const COLLECTORS: &[Collector] = &[Collector {
    name: "kms.keys",
    kinds: &[Key::TYPE],
    reach: Reach::Region,
    run: |task| Box::pin(async move { vec![(Key::TYPE, collect(task).await)] as Outcome }),
}];

/// Keys read at once; the scope's limits decide how many of their calls are under way.
const KEYS_AT_ONCE: usize = 16;
const DESCRIBED: [&str; 8] =
    ["created_at", "manager", "state", "spec", "usage", "origin", "deletion_at", "rotation_enabled"];

type Aliases = Option<Result<HashMap<String, Vec<String>>, CallFailure>>;

async fn collect(task: Task) -> Result<(), CallFailure> {
    let aliases = if task.wants(Key::TYPE, "aliases") { Some(aliases(&task.scope).await) } else { None };
    let mut pages = task.scope.clients.kms().list_keys().into_paginator().send();
    while let Some(page) = task.scope.page(&kms::LIST_KEYS, &mut pages).await? {
        stream::iter(page.keys.unwrap_or_default())
            .for_each_concurrent(KEYS_AT_ONCE, |key| read(&task, key, &aliases))
            .await;
    }
    Ok(())
}

async fn aliases(scope: &Scope) -> Result<HashMap<String, Vec<String>>, CallFailure> {
    let mut aliases: HashMap<_, Vec<_>> = HashMap::new();
    let mut pages = scope.clients.kms().list_aliases().into_paginator().send();
    while let Some(page) = scope.page(&kms::LIST_ALIASES, &mut pages).await? {
        for alias in page.aliases.unwrap_or_default() {
            if let (Some(key), Some(name)) = (alias.target_key_id, alias.alias_name) {
                aliases.entry(key).or_default().push(name);
            }
        }
    }
    Ok(aliases)
}

async fn read(task: &Task, key: KeyListEntry, aliases: &Aliases) {
    let (Some(id), Some(arn)) = (key.key_id, key.key_arn) else { return };
    let scope = &task.scope;
    if !scope.concerns(&arn) {
        return;
    }
    let metadata = if DESCRIBED.iter().any(|field| task.wants(Key::TYPE, field)) {
        Some(describe(scope, &arn).await)
    } else {
        None
    };
    let described = Described { task, metadata: metadata.as_ref() };
    let aliases: Reading<Vec<String>> = match aliases {
        Some(Ok(aliases)) => Reading::Known(aliases.get(&id).cloned().unwrap_or_default()),
        Some(Err(failure)) => Reading::Unreadable(failure.clone()),
        None => Reading::NotCollected,
    };
    let policy = if ["policy", "policy_text"].iter().any(|field| task.wants(Key::TYPE, field)) {
        Some(policy(scope, &arn).await)
    } else {
        None
    };
    let name = match &aliases {
        Reading::Known(aliases) => aliases.first().cloned(),
        _ => None,
    };
    let readings = Key {
        tags: task.reading(Key::TYPE, "tags", || tags(scope, &arn)).await,
        aliases,
        created_at: described.maybe("created_at", |key| moment(key.creation_date.as_ref())),
        manager: described.sent("manager", |key| key.key_manager.as_ref().map(|it| it.as_str().to_owned())),
        state: described.sent("state", |key| key.key_state.as_ref().map(|it| it.as_str().to_owned())),
        spec: described.sent("spec", |key| key.key_spec.as_ref().map(|it| it.as_str().to_owned())),
        usage: described.sent("usage", |key| key.key_usage.as_ref().map(|it| it.as_str().to_owned())),
        origin: described.sent("origin", |key| key.origin.as_ref().map(|it| it.as_str().to_owned())),
        deletion_at: described.maybe("deletion_at", |key| moment(key.deletion_date.as_ref())),
        rotation_enabled: match &metadata {
            Some(metadata) if task.wants(Key::TYPE, "rotation_enabled") => rotation(scope, metadata, &arn).await.into(),
            _ => Reading::NotCollected,
        },
        policy: match &policy {
            Some(text) if task.wants(Key::TYPE, "policy") => text
                .as_ref()
                .map_err(Clone::clone)
                .and_then(|text| PolicyDocument::parse(text, &kms::GET_KEY_POLICY))
                .into(),
            _ => Reading::NotCollected,
        },
        policy_text: match policy {
            Some(text) if task.wants(Key::TYPE, "policy_text") => text.into(),
            _ => Reading::NotCollected,
        },
    };
    scope.emit(Key::TYPE, scope.place(arn.clone(), name, BTreeMap::new()), &readings).await;
}

/// The answer of `DescribeKey`, if any field needed it.
struct Described<'a> {
    task: &'a Task,
    metadata: Option<&'a Result<KeyMetadata, CallFailure>>,
}

impl Described<'_> {
    fn maybe<T>(&self, field: &str, pick: impl FnOnce(&KeyMetadata) -> Option<T>) -> Reading<T> {
        match self.metadata {
            Some(metadata) if self.task.wants(Key::TYPE, field) => {
                metadata.as_ref().map(pick).map_err(Clone::clone).into()
            }
            _ => Reading::NotCollected,
        }
    }

    fn sent<T>(&self, field: &str, pick: impl FnOnce(&KeyMetadata) -> Option<T>) -> Reading<T> {
        match self.maybe(field, pick) {
            Reading::Absent => Reading::Unreadable(CallFailure::incomplete(&DESCRIBE_KEY, field)),
            other => other,
        }
    }
}

fn moment(at: Option<&aws_smithy_types::DateTime>) -> Option<Moment> {
    Moment::from_unix_seconds(at?.secs())
}

async fn describe(scope: &Scope, arn: &str) -> Result<KeyMetadata, CallFailure> {
    let request = scope.clients.kms().describe_key().key_id(arn).send();
    scope
        .call_about(arn, &DESCRIBE_KEY, &[], request)
        .await?
        .and_then(|answer| answer.key_metadata)
        .ok_or_else(|| CallFailure::incomplete(&DESCRIBE_KEY, "metadata"))
}

async fn rotation(
    scope: &Scope,
    metadata: &Result<KeyMetadata, CallFailure>,
    arn: &str,
) -> Result<Option<bool>, CallFailure> {
    let metadata = metadata.as_ref().map_err(Clone::clone)?;
    let may_rotate = metadata.key_manager == Some(KeyManagerType::Customer)
        && metadata.key_spec == Some(KeySpec::SymmetricDefault)
        && metadata.origin == Some(OriginType::AwsKms);
    let unknown = metadata.key_manager.is_none() || metadata.key_spec.is_none() || metadata.origin.is_none();
    if !may_rotate && !unknown {
        return Ok(None);
    }
    let request = scope.clients.kms().get_key_rotation_status().key_id(arn).send();
    let answer = scope.call_about(arn, &kms::GET_KEY_ROTATION_STATUS, &[], request).await?;
    Ok(answer.map(|answer| answer.key_rotation_enabled))
}

async fn policy(scope: &Scope, arn: &str) -> Result<String, CallFailure> {
    let call = &kms::GET_KEY_POLICY;
    // A key has exactly one policy, and this is its name.
    let request = scope.clients.kms().get_key_policy().key_id(arn).policy_name("default").send();
    let answer = scope.call_about(arn, call, &[], request).await?;
    answer.and_then(|answer| answer.policy).ok_or_else(|| CallFailure::incomplete(call, "policy"))
}

async fn tags(scope: &Scope, arn: &str) -> Result<BTreeMap<String, String>, CallFailure> {
    let mut tags = BTreeMap::new();
    let mut pages = scope.clients.kms().list_resource_tags().key_id(arn).into_paginator().send();
    while let Some(page) = scope.page_about(arn, &kms::LIST_RESOURCE_TAGS, &mut pages).await? {
        tags.extend(page.tags.into_iter().flatten().map(|tag| (tag.tag_key, tag.tag_value)));
    }
    Ok(tags)
}
