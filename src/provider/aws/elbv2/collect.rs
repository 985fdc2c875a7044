//! Reads the load balancers of one region and their listeners.

use super::attributes::Attributes;
use super::listeners;
use crate::inventory::aws::elbv2::{self, Listener, LoadBalancer};
use crate::inventory::schema::Moment;
use crate::inventory::{CallFailure, Reading};
use crate::provider::aws::collector::{Collector, Outcome, Reach, Task};
use aws_sdk_elasticloadbalancingv2::types;
use futures_util::{StreamExt, stream};
use std::collections::BTreeMap;

/// The collectors of this service.
pub const COLLECTORS: &[Collector] = &[Collector {
    name: "elbv2.load_balancers",
    kinds: &[LoadBalancer::TYPE, Listener::TYPE],
    reach: Reach::Region,
    run: |task| Box::pin(async move { load_balancers(&task).await }),
}];

/// Load balancers read at once; the scope's limits decide how many of their calls are under way.
const AT_ONCE: usize = 16;

async fn load_balancers(task: &Task) -> Outcome {
    let mut listeners = Ok(());
    let listed = async {
        let mut pages = task.scope.clients.elbv2().describe_load_balancers().into_paginator().send();
        while let Some(page) = task.scope.page(&elbv2::DESCRIBE_LOAD_BALANCERS, &mut pages).await? {
            let ends: Vec<_> = stream::iter(page.load_balancers.unwrap_or_default())
                .map(|load_balancer| read(task, load_balancer))
                .buffer_unordered(AT_ONCE)
                .collect()
                .await;
            if let Some(failure) = ends.into_iter().find_map(Result::err) {
                listeners = Err(failure);
            }
        }
        Ok(())
    }
    .await;
    let listeners = listed.clone().and(listeners);
    let mut outcome = Outcome::new();
    if task.fields(LoadBalancer::TYPE).is_some() {
        outcome.push((LoadBalancer::TYPE, listed));
    }
    if task.fields(Listener::TYPE).is_some() {
        outcome.push((Listener::TYPE, listeners));
    }
    outcome
}

/// Hands the load balancer over, and its listeners; answers whether these could be listed.
async fn read(task: &Task, load_balancer: types::LoadBalancer) -> Result<(), CallFailure> {
    let Some(arn) = load_balancer.load_balancer_arn.clone() else { return Ok(()) };
    let kind = load_balancer.r#type.as_ref().map(|kind| kind.as_str().to_owned());
    if task.fields(LoadBalancer::TYPE).is_some() {
        emit(task, &arn, kind.clone(), load_balancer).await;
    }
    if task.fields(Listener::TYPE).is_some() { listeners::read_all(task, &arn, kind).await } else { Ok(()) }
}

async fn emit(task: &Task, arn: &str, kind: Option<String>, load_balancer: types::LoadBalancer) {
    if !task.scope.concerns(arn) {
        return;
    }
    let attributes = Attributes::read(task, arn, kind.as_deref()).await;
    let readings = LoadBalancer {
        kind: Reading::sent(kind.clone(), &elbv2::DESCRIBE_LOAD_BALANCERS, "Type"),
        scheme: load_balancer.scheme.map(|scheme| scheme.as_str().to_owned()),
        vpc_id: load_balancer.vpc_id,
        created_at: load_balancer.created_time.and_then(|at| Moment::from_unix_seconds(at.secs())),
        deletion_protection: attributes.deletion_protection(),
        drops_invalid_headers: attributes.drops_invalid_headers(),
        access_logs: attributes.access_logs(),
        access_log_bucket: attributes.access_log_bucket(),
        tags: task.reading(LoadBalancer::TYPE, "tags", || tags(task, arn)).await,
    };
    let place = task.scope.place(arn, load_balancer.load_balancer_name, BTreeMap::new());
    task.scope.emit(LoadBalancer::TYPE, place, &readings).await;
}

/// The tags of a load balancer or a listener.
pub(super) async fn tags(task: &Task, arn: &str) -> Result<BTreeMap<String, String>, CallFailure> {
    let call = &elbv2::DESCRIBE_TAGS;
    let request = task.scope.clients.elbv2().describe_tags().resource_arns(arn).send();
    let answer = task.scope.call_about(arn, call, &[], request).await?;
    let described = answer.and_then(|answer| answer.tag_descriptions).unwrap_or_default();
    let described = described.into_iter().find(|one| one.resource_arn.as_deref() == Some(arn));
    let described = described.ok_or_else(|| CallFailure::incomplete(call, "tags of this resource"))?;
    let tags = described.tags.unwrap_or_default().into_iter();
    Ok(tags.filter_map(|tag| Some((tag.key?, tag.value.unwrap_or_default()))).collect())
}
