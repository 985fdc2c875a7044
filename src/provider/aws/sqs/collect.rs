//! Reads the queues of one region.

use crate::inventory::aws::policy_document::PolicyDocument;
use crate::inventory::aws::sqs::{self, Queue};
use crate::inventory::{CallFailure, Reading};
use crate::provider::aws::collector::{Collector, Reach, Task};
use aws_sdk_sqs::types::QueueAttributeName;
use futures_util::{StreamExt, stream};
use std::collections::{BTreeMap, HashMap};

/// The collectors of this service.
pub const COLLECTORS: &[Collector] = &[Collector {
    name: "sqs.queues",
    kinds: &[Queue::TYPE],
    reach: Reach::Region,
    run: |task| Box::pin(async move { vec![(Queue::TYPE, queues(&task).await)] }),
}];

/// Queues read at once; the scope's limits decide how many of their calls are under way.
const AT_ONCE: usize = 16;
/// SQS tells of further pages only if a size is asked for.
const PAGE: i32 = 1000;
/// What is asked of a queue. It always has the last one, so an answer is never empty.
const ATTRIBUTES: [QueueAttributeName; 4] = [
    QueueAttributeName::Policy,
    QueueAttributeName::KmsMasterKeyId,
    QueueAttributeName::SqsManagedSseEnabled,
    QueueAttributeName::QueueArn,
];

async fn queues(task: &Task) -> Result<(), CallFailure> {
    let mut pages = task.scope.clients.sqs().list_queues().max_results(PAGE).into_paginator().send();
    while let Some(page) = task.scope.page(&sqs::LIST_QUEUES, &mut pages).await? {
        stream::iter(page.queue_urls.unwrap_or_default())
            .for_each_concurrent(AT_ONCE, |url| async move { queue(task, &url).await })
            .await;
    }
    Ok(())
}

async fn queue(task: &Task, url: &str) {
    let (name, arn) = name_and_arn(task, url);
    if !task.scope.concerns(&arn) {
        return;
    }
    let wants = |field: &str| task.wants(Queue::TYPE, field);
    let attributes = if ["policy", "policy_text", "sse_sqs", "kms_key_id"].into_iter().any(wants) {
        Some(attributes(task, url, &arn).await)
    } else {
        None
    };
    let attribute = |field: &str, name: QueueAttributeName| match &attributes {
        Some(Ok(attributes)) if wants(field) => match attributes.get(&name).filter(|value| !value.is_empty()) {
            Some(value) => Reading::Known(value.clone()),
            None => Reading::Absent,
        },
        Some(Err(failure)) if wants(field) => Reading::Unreadable(failure.clone()),
        _ => Reading::NotCollected,
    };
    let readings = Queue {
        url: if wants("url") { Reading::Known(url.to_owned()) } else { Reading::NotCollected },
        policy: match attribute("policy", QueueAttributeName::Policy) {
            Reading::Known(json) => PolicyDocument::parse(&json, &sqs::GET_QUEUE_ATTRIBUTES).into(),
            Reading::Absent => Reading::Absent,
            Reading::Unreadable(failure) => Reading::Unreadable(failure),
            Reading::NotCollected => Reading::NotCollected,
        },
        policy_text: attribute("policy_text", QueueAttributeName::Policy),
        sse_sqs: match attribute("sse_sqs", QueueAttributeName::SqsManagedSseEnabled) {
            Reading::Absent => Reading::sent(None, &sqs::GET_QUEUE_ATTRIBUTES, "SqsManagedSseEnabled"),
            other => other.map(|value| value == "true"),
        },
        kms_key_id: attribute("kms_key_id", QueueAttributeName::KmsMasterKeyId),
        tags: task.reading(Queue::TYPE, "tags", || tags(task, url, &arn)).await,
    };
    task.scope.emit(Queue::TYPE, task.scope.place(arn, Some(name), BTreeMap::new()), &readings).await;
}

/// The URL ends with the account and the name, and the ARN is made of the same. So a queue whose attributes cannot be
/// read still has its id.
fn name_and_arn(task: &Task, url: &str) -> (String, String) {
    let mut parts = url.rsplit('/');
    let name = parts.next().unwrap_or_default();
    let account = parts.next().unwrap_or_default();
    let arn = format!("arn:{}:sqs:{}:{account}:{name}", task.scope.partition(), task.scope.region());
    (name.to_owned(), arn)
}

async fn attributes(task: &Task, url: &str, arn: &str) -> Result<HashMap<QueueAttributeName, String>, CallFailure> {
    let call = &sqs::GET_QUEUE_ATTRIBUTES;
    let request = task.scope.clients.sqs().get_queue_attributes().queue_url(url);
    let request = request.set_attribute_names(Some(ATTRIBUTES.to_vec())).send();
    let answer = task.scope.call_about(arn, call, &[], request).await?;
    answer.and_then(|answer| answer.attributes).ok_or_else(|| CallFailure::incomplete(call, "Attributes"))
}

async fn tags(task: &Task, url: &str, arn: &str) -> Result<BTreeMap<String, String>, CallFailure> {
    let request = task.scope.clients.sqs().list_queue_tags().queue_url(url).send();
    let answer = task.scope.call_about(arn, &sqs::LIST_QUEUE_TAGS, &[], request).await?;
    Ok(answer.and_then(|answer| answer.tags).unwrap_or_default().into_iter().collect())
}
