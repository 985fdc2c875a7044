//! Follows events from the trails to those who are told: log group, metric filter, alarm, topic, subscriber.

use crate::inventory::aws::cloudtrail::EventSelector;
use crate::inventory::aws::cloudwatch::{self, AlarmTopic, CloudWatchAccount, MetricAlarm, MetricFilter};
use crate::inventory::{CallFailure, Reading};
use crate::provider::aws::cloudtrail::trails::{KnownTrail, Trails};
use crate::provider::aws::collector::{Collector, Outcome, Reach, Task};
use crate::provider::aws::scope::Scope;
use crate::provider::aws::session::AccountSession;
use aws_sdk_cloudwatch::types as alarms;
use aws_sdk_cloudwatchlogs::types as logs;
use futures_util::future;
use std::collections::{BTreeMap, BTreeSet};

/// The collectors of this service.
pub const COLLECTORS: &[Collector] = &[Collector {
    name: "cloudwatch.account",
    kinds: &[CloudWatchAccount::TYPE],
    reach: Reach::Account,
    run: |task| {
        Box::pin(async move {
            account(task).await;
            vec![(CloudWatchAccount::TYPE, Ok(()))] as Outcome
        })
    },
}];

/// Our code for a log group that only another account can read.
const OTHER_ACCOUNT: &str = "OtherAccount";

async fn account(task: Task) {
    let metric_filters = task
        .reading(CloudWatchAccount::TYPE, "metric_filters", || async { Reading::Known(metric_filters(&task).await) })
        .await;
    let place = task.scope.global_place(task.scope.account(), None, BTreeMap::new());
    task.scope.emit(CloudWatchAccount::TYPE, place, &CloudWatchAccount { metric_filters }).await;
}

async fn metric_filters(task: &Task) -> Vec<Reading<MetricFilter>> {
    let trails = Trails::of(&task.session).await;
    let groups = audited_groups(&task.session, &trails).await;
    let mut by_region: BTreeMap<&str, Vec<&AuditedGroup>> = BTreeMap::new();
    for group in &groups {
        by_region.entry(group.region).or_default().push(group);
    }
    let regions = by_region.into_iter().map(|(region, groups)| async move {
        let scope = task.session.scope(region);
        filters_of_region(&scope, &groups).await
    });
    let mut filters: Vec<_> = future::join_all(regions).await.into_iter().flatten().collect();
    let unread = trails.listings.values().filter_map(|listing| listing.as_ref().err().cloned());
    filters.extend(unread.map(Reading::Unreadable));
    filters
}

/// A log group that a multi-region trail delivers to.
struct AuditedGroup<'a> {
    arn: &'a str,
    region: &'a str,
    account: &'a str,
    name: &'a str,
    trail_arns: Vec<String>,
    covers_account: Reading<bool>,
}

/// The log groups of all multi-region trails but those that are known to be switched off.
async fn audited_groups<'a>(session: &AccountSession, trails: &'a Trails) -> Vec<AuditedGroup<'a>> {
    let mut feeding: BTreeMap<&str, Vec<(&KnownTrail, Reading<bool>)>> = BTreeMap::new();
    for trail in trails.known.iter().filter(|trail| trail.is_multi_region()) {
        if let Some(group) = trail.log_group_arn() {
            let covers = logs_everything(session, trail).await;
            if covers != Reading::Absent {
                feeding.entry(group).or_default().push((trail, covers));
            }
        }
    }
    let groups = feeding.into_iter().filter_map(|(arn, trails)| {
        // arn:aws:logs:REGION:ACCOUNT:log-group:NAME:*
        let mut parts = arn.splitn(7, ':').skip(3);
        let (region, account, name) = (parts.next()?, parts.next()?, parts.nth(1)?);
        Some(AuditedGroup {
            arn,
            region,
            account,
            name: name.strip_suffix(":*").unwrap_or(name),
            trail_arns: trails.iter().map(|(trail, _)| trail.arn.clone()).collect(),
            covers_account: any(trails.into_iter().map(|(_, covers)| covers)),
        })
    });
    groups.collect()
}

/// The trail logs every management event; absent if it is switched off.
async fn logs_everything(session: &AccountSession, trail: &KnownTrail) -> Reading<bool> {
    match trail.is_logging(session).await {
        Reading::Known(true) => trail.event_selectors(session).await.map(|selectors| {
            let covered = |write| selectors.iter().any(|one: &EventSelector| one.covers_all_management(write));
            covered(true) && covered(false)
        }),
        Reading::Known(false) => Reading::Absent,
        unreadable => unreadable,
    }
}

/// True if one is true; unreadable if it could be.
fn any(readings: impl Iterator<Item = Reading<bool>>) -> Reading<bool> {
    let mut answer = Reading::Known(false);
    for reading in readings {
        match reading {
            Reading::Known(true) => return reading,
            Reading::Unreadable(_) => answer = reading,
            _ => {}
        }
    }
    answer
}

async fn filters_of_region(scope: &Scope, groups: &[&AuditedGroup<'_>]) -> Vec<Reading<MetricFilter>> {
    let found = future::join_all(groups.iter().map(|group| filters_of_group(scope, group))).await;
    let metrics: BTreeSet<Metric> = found.iter().flatten().flatten().flat_map(metrics).collect();
    let alarms = if metrics.is_empty() { Ok(Vec::new()) } else { alarms_on(scope, &metrics).await };
    let mut filters = Vec::new();
    for (group, found) in groups.iter().zip(found) {
        match found {
            Ok(found) => filters.extend(found.into_iter().map(|one| Reading::Known(filter(group, one, &alarms)))),
            Err(failure) => filters.push(Reading::Unreadable(failure)),
        }
    }
    filters
}

async fn filters_of_group(scope: &Scope, group: &AuditedGroup<'_>) -> Result<Vec<logs::MetricFilter>, CallFailure> {
    let call = &cloudwatch::DESCRIBE_METRIC_FILTERS;
    if group.account != scope.account() {
        return Err(CallFailure {
            call: call.name.to_owned(),
            code: OTHER_ACCOUNT.to_owned(),
            message: format!(
                "the trail delivers to a log group of account {}; its filters and alarms are evaluated by a scan of \
                 that account",
                group.account
            ),
            permission: call.permissions.join(", "),
        });
    }
    let mut filters = Vec::new();
    let mut next_token = None;
    loop {
        let request = scope.clients.logs().describe_metric_filters().log_group_name(group.name);
        let request = request.set_next_token(next_token).send();
        // A log group that does not exist has no filters.
        let answer = scope.call_about(group.arn, call, &["ResourceNotFoundException"], request).await?;
        let Some(answer) = answer else { return Ok(filters) };
        filters.extend(answer.metric_filters.unwrap_or_default());
        next_token = answer.next_token.filter(|token| !token.is_empty());
        if next_token.is_none() {
            return Ok(filters);
        }
    }
}

/// Namespace and name of a metric without dimensions.
type Metric = (String, String);

/// The metrics that a filter makes. One with dimensions is many metrics, and no alarm watches all of them.
fn metrics(filter: &logs::MetricFilter) -> Vec<Metric> {
    let plain = filter.metric_transformations().iter().filter(|one| one.dimensions().is_none_or(|all| all.is_empty()));
    plain.map(|one| (one.metric_namespace().to_owned(), one.metric_name().to_owned())).collect()
}

fn filter(
    group: &AuditedGroup<'_>,
    found: logs::MetricFilter,
    alarms: &Result<Vec<(MetricAlarm, Vec<Metric>)>, CallFailure>,
) -> MetricFilter {
    let metrics = metrics(&found);
    let alarms = alarms.as_ref().map_err(Clone::clone).map(|alarms| {
        let watching = alarms.iter().filter(|(_, watched)| watched.iter().any(|metric| metrics.contains(metric)));
        watching.map(|(alarm, _)| alarm.clone()).collect::<Vec<_>>()
    });
    MetricFilter {
        log_group_arn: group.arn.to_owned(),
        filter_name: found.filter_name.unwrap_or_default(),
        pattern: found.filter_pattern.unwrap_or_default(),
        selection_criteria: found.field_selection_criteria.filter(|criteria| !criteria.is_empty()),
        trail_arns: group.trail_arns.clone(),
        covers_account: group.covers_account.clone(),
        alarms: alarms.into(),
    }
}

/// The alarms of the region that watch one of these metrics.
async fn alarms_on(scope: &Scope, metrics: &BTreeSet<Metric>) -> Result<Vec<(MetricAlarm, Vec<Metric>)>, CallFailure> {
    let mut found = Vec::new();
    let mut pages = scope.clients.cloudwatch().describe_alarms().into_paginator().send();
    while let Some(page) = scope.page(&cloudwatch::DESCRIBE_ALARMS, &mut pages).await? {
        for alarm in page.metric_alarms.unwrap_or_default() {
            let watched: Vec<_> = watched(&alarm).into_iter().filter(|metric| metrics.contains(metric)).collect();
            if !watched.is_empty() {
                found.push((alarm, watched));
            }
        }
    }
    let topics: BTreeSet<&str> = found.iter().flat_map(|(alarm, _)| topics(alarm)).collect();
    let told =
        future::join_all(topics.into_iter().map(|topic| async move { (topic, has_subscriber(scope, topic).await) }));
    let told: BTreeMap<&str, Reading<bool>> =
        told.await.into_iter().map(|(topic, told)| (topic, told.into())).collect();
    Ok(found.iter().map(|(alarm, watched)| (metric_alarm(alarm, &told), watched.clone())).collect())
}

/// The metrics without dimensions that an alarm watches, by itself or by metric math.
fn watched(alarm: &alarms::MetricAlarm) -> Vec<Metric> {
    let own = (alarm.namespace(), alarm.metric_name(), alarm.dimensions());
    let computed = alarm.metrics().iter().filter_map(|query| query.metric_stat()?.metric());
    let computed = computed.map(|metric| (metric.namespace(), metric.metric_name(), metric.dimensions()));
    let plain = computed.chain([own]).filter(|(_, _, dimensions)| dimensions.is_empty());
    plain.filter_map(|(namespace, name, _)| Some((namespace?.to_owned(), name?.to_owned()))).collect()
}

fn topics(alarm: &alarms::MetricAlarm) -> impl Iterator<Item = &str> {
    alarm.alarm_actions().iter().map(String::as_str).filter(|action| action.split(':').nth(2) == Some("sns"))
}

fn metric_alarm(alarm: &alarms::MetricAlarm, told: &BTreeMap<&str, Reading<bool>>) -> MetricAlarm {
    MetricAlarm {
        alarm_name: alarm.alarm_name().unwrap_or_default().to_owned(),
        actions_enabled: alarm.actions_enabled().unwrap_or(false),
        comparison: alarm.comparison_operator().map(|operator| operator.as_str().to_owned()),
        threshold: alarm.threshold(),
        topics: topics(alarm)
            .map(|topic| AlarmTopic {
                arn: topic.to_owned(),
                has_subscriber: told.get(topic).cloned().unwrap_or(Reading::Known(false)),
            })
            .collect(),
    }
}

/// Looks for a confirmed subscriber, on as many pages as it takes to find one.
async fn has_subscriber(scope: &Scope, topic: &str) -> Result<bool, CallFailure> {
    let call = &cloudwatch::LIST_SUBSCRIPTIONS_BY_TOPIC;
    let mut next_token = None;
    loop {
        let request = scope.clients.sns().list_subscriptions_by_topic().topic_arn(topic);
        let request = request.set_next_token(next_token).send();
        // A topic that does not exist tells nobody.
        let answer = scope.call_about(topic, call, &["NotFound", "NotFoundException"], request).await?;
        let Some(answer) = answer else { return Ok(false) };
        // Until it is confirmed, and once it is deleted, a word stands in the place of the ARN.
        let confirmed =
            |one: &aws_sdk_sns::types::Subscription| one.subscription_arn().is_some_and(|arn| arn.starts_with("arn:"));
        if answer.subscriptions().iter().any(confirmed) {
            return Ok(true);
        }
        next_token = answer.next_token.filter(|token| !token.is_empty());
        if next_token.is_none() {
            return Ok(false);
        }
    }
}
