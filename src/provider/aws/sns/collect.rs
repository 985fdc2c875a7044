//! Reads the topics of one region.

use crate::inventory::aws::policy_document::PolicyDocument;
use crate::inventory::aws::sns::{self, Topic};
use crate::inventory::{CallFailure, Reading};
use crate::provider::aws::collector::{Collector, Outcome, Reach, Task};
use futures_util::{StreamExt, stream};
use std::collections::{BTreeMap, HashMap};

/// The collectors of this service.
pub const COLLECTORS: &[Collector] = &[Collector {
    name: "sns.topics",
    kinds: &[Topic::TYPE],
    reach: Reach::Region,
    run: |task| Box::pin(async move { vec![(Topic::TYPE, topics(task).await)] as Outcome }),
}];

/// Topics read at once; the scope's limits decide how many of their calls are under way.
const TOPICS_AT_ONCE: usize = 16;

async fn topics(task: Task) -> Result<(), CallFailure> {
    let mut pages = task.scope.clients.sns().list_topics().into_paginator().send();
    while let Some(page) = task.scope.page(&sns::LIST_TOPICS, &mut pages).await? {
        stream::iter(page.topics.unwrap_or_default().into_iter().filter_map(|topic| topic.topic_arn))
            .for_each_concurrent(TOPICS_AT_ONCE, |arn| topic(&task, arn))
            .await;
    }
    Ok(())
}

async fn topic(task: &Task, arn: String) {
    if !task.scope.concerns(&arn) {
        return;
    }
    let wants = |field: &str| task.wants(Topic::TYPE, field);
    let wanted = ["policy", "policy_text", "kms_key_id"].into_iter().any(wants);
    let attributes = if wanted { Some(attributes(task, &arn).await) } else { None };
    let attribute = |field: &str, name: &str| match &attributes {
        Some(Ok(attributes)) if wants(field) => match attributes.get(name).filter(|value| !value.is_empty()) {
            Some(value) => Reading::Known(value.clone()),
            None => Reading::Absent,
        },
        Some(Err(failure)) if wants(field) => Reading::Unreadable(failure.clone()),
        _ => Reading::NotCollected,
    };
    let readings = Topic {
        policy: match attribute("policy", "Policy") {
            Reading::Known(json) => PolicyDocument::parse(&json, &sns::GET_TOPIC_ATTRIBUTES).into(),
            Reading::Absent => Reading::Absent,
            Reading::Unreadable(failure) => Reading::Unreadable(failure),
            Reading::NotCollected => Reading::NotCollected,
        },
        policy_text: attribute("policy_text", "Policy"),
        kms_key_id: attribute("kms_key_id", "KmsMasterKeyId"),
    };
    let name = arn.rsplit(':').next().map(ToOwned::to_owned);
    task.scope.emit(Topic::TYPE, task.scope.place(arn, name, BTreeMap::new()), &readings).await;
}

async fn attributes(task: &Task, arn: &str) -> Result<HashMap<String, String>, CallFailure> {
    let call = &sns::GET_TOPIC_ATTRIBUTES;
    let request = task.scope.clients.sns().get_topic_attributes().topic_arn(arn).send();
    let answer = task.scope.call_about(arn, call, &[], request).await?;
    answer.and_then(|answer| answer.attributes).ok_or_else(|| CallFailure::incomplete(call, "Attributes"))
}
