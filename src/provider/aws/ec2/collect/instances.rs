//! Reads instances.

use super::PAGE;
use super::values::{moment, name, tags};
use crate::inventory::aws::ec2::{Instance, calls};
use crate::inventory::{CallFailure, Reading};
use crate::provider::aws::collector::Task;

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
    let Some(id) = instance.instance_id else { return };
    let state = instance.state.and_then(|state| state.name);
    let (tokens, endpoint, hops) = instance.metadata_options.map_or((None, None, None), |options| {
        (options.http_tokens, options.http_endpoint, options.http_put_response_hop_limit)
    });
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
    };
    let tags = tags(instance.tags);
    let place = task.scope.place(id, name(&tags), tags);
    task.scope.emit(Instance::TYPE, place, &readings).await;
}
