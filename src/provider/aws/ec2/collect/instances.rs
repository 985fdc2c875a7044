//! Reads instances, and what CloudWatch knows of their requests for metadata.

use super::PAGE;
use super::values::{moment, name, tags};
use crate::inventory::aws::ec2::{Instance, calls};
use crate::inventory::{CallFailure, Reading};
use crate::provider::aws::collector::Task;
use aws_sdk_cloudwatch::types::{Dimension, Statistic};
use aws_smithy_types::DateTime;
use std::time::{Duration, SystemTime};

/// Seconds.
const DAY: i32 = 86_400;
/// How far back requests without a token count: a program may run once a week.
const LOOKED_BACK: Duration = Duration::from_secs(14 * 86_400);

pub(super) async fn instances(task: &Task) -> Result<(), CallFailure> {
    let mut pages = task.scope.clients.ec2().describe_instances().into_paginator().page_size(PAGE).send();
    while let Some(page) = task.scope.page(&calls::DESCRIBE_INSTANCES, &mut pages).await? {
        let reservations = page.reservations.unwrap_or_default().into_iter();
        for instance in reservations.flat_map(|reservation| reservation.instances.unwrap_or_default()) {
            emit(task, instance).await;
        }
    }
    Ok(())
}

async fn emit(task: &Task, instance: aws_sdk_ec2::types::Instance) {
    let Some(id) = instance.instance_id.filter(|id| task.scope.concerns(id)) else { return };
    let imds_v1_requests = task.reading(Instance::TYPE, "imds_v1_requests", || requests_without_token(task, &id)).await;
    let state = instance.state.and_then(|state| state.name);
    let options = instance.metadata_options;
    let options = options.as_ref();
    let tokens = options.and_then(|options| options.http_tokens.as_ref());
    let endpoint = options.and_then(|options| options.http_endpoint.as_ref());
    let hops = options.and_then(|options| options.http_put_response_hop_limit);
    let ipv6 = options.and_then(|options| options.http_protocol_ipv6.as_ref());
    let told_tags = options.and_then(|options| options.instance_metadata_tags.as_ref());
    let call = &calls::DESCRIBE_INSTANCES;
    let readings = Instance {
        state: state.map_or_else(|| "unknown".to_owned(), |state| state.as_str().to_owned()),
        instance_type: instance.instance_type.map(|kind| kind.as_str().to_owned()),
        image: instance.image_id,
        launched_at: moment(instance.launch_time),
        vpc_id: instance.vpc_id,
        subnet: instance.subnet_id,
        security_groups: instance
            .security_groups
            .unwrap_or_default()
            .into_iter()
            .filter_map(|group| group.group_id)
            .collect(),
        instance_profile: instance.iam_instance_profile.and_then(|profile| profile.arn),
        public_ip: instance.public_ip_address.filter(|address| !address.is_empty()),
        ipv6: instance.ipv6_address.filter(|address| !address.is_empty()),
        imds_tokens: Reading::sent(tokens.map(|tokens| tokens.as_str().to_owned()), call, "httpTokens"),
        imds_endpoint: Reading::sent(endpoint.map(|endpoint| endpoint.as_str().to_owned()), call, "httpEndpoint"),
        imds_hop_limit: Reading::sent(hops.map(i64::from), call, "httpPutResponseHopLimit"),
        imds_ipv6: ipv6.map(|ipv6| ipv6.as_str().to_owned()),
        imds_tags: told_tags.map(|tags| tags.as_str().to_owned()),
        imds_v1_requests,
    };
    let tags = tags(instance.tags);
    let place = task.scope.place(id, name(&tags), tags);
    task.scope.emit(Instance::TYPE, place, &readings).await;
}

/// None if CloudWatch has no figures of the instance.
async fn requests_without_token(task: &Task, instance: &str) -> Result<Option<i64>, CallFailure> {
    let now = SystemTime::now();
    let request = task
        .scope
        .clients
        .cloudwatch()
        .get_metric_statistics()
        .namespace("AWS/EC2")
        .metric_name("MetadataNoToken")
        .dimensions(Dimension::builder().name("InstanceId").value(instance).build())
        .start_time(DateTime::from(now - LOOKED_BACK))
        .end_time(DateTime::from(now))
        .period(DAY)
        .statistics(Statistic::Sum)
        .send();
    let answer = task.scope.call_about(instance, &calls::GET_METRIC_STATISTICS, &[], request).await?;
    let days: Vec<f64> = answer
        .and_then(|answer| answer.datapoints)
        .unwrap_or_default()
        .into_iter()
        .filter_map(|datapoint| datapoint.sum)
        .collect();
    #[expect(clippy::cast_possible_truncation, reason = "rounded up; `as` stops at the largest number")]
    Ok((!days.is_empty()).then(|| days.iter().sum::<f64>().ceil() as i64))
}
