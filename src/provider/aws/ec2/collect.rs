//! Reads the EC2 resources of one region.

use crate::inventory::CallFailure;
use crate::inventory::aws::ec2::{self, SecurityGroup, SecurityGroupRule};
use crate::provider::aws::collector::{Collector, Outcome, Reach, Task};
use std::collections::BTreeMap;

/// The collectors of this service.
pub const COLLECTORS: &[Collector] = &[Collector {
    name: "ec2.security_groups",
    kinds: &[SecurityGroup::TYPE],
    reach: Reach::Region,
    run: |task| Box::pin(async move { vec![(SecurityGroup::TYPE, security_groups(task).await)] as Outcome }),
}];

async fn security_groups(task: Task) -> Result<(), CallFailure> {
    let mut pages = task.scope.clients.ec2().describe_security_groups().into_paginator().send();
    while let Some(page) = task.scope.page(&ec2::DESCRIBE_SECURITY_GROUPS, &mut pages).await? {
        for group in page.security_groups.unwrap_or_default() {
            let Some(id) = group.group_id else { continue };
            let place = task.scope.place(id, group.group_name, tags(group.tags));
            let readings = SecurityGroup {
                vpc_id: group.vpc_id,
                ingress: group.ip_permissions.unwrap_or_default().into_iter().map(rule).collect(),
            };
            task.scope.emit(SecurityGroup::TYPE, place, &readings).await;
        }
    }
    Ok(())
}

fn rule(permission: aws_sdk_ec2::types::IpPermission) -> SecurityGroupRule {
    SecurityGroupRule {
        protocol: permission.ip_protocol.unwrap_or_else(|| "-1".to_owned()),
        from_port: permission.from_port.map(i64::from),
        to_port: permission.to_port.map(i64::from),
        ipv4: permission.ip_ranges.unwrap_or_default().into_iter().filter_map(|range| range.cidr_ip).collect(),
        ipv6: permission.ipv6_ranges.unwrap_or_default().into_iter().filter_map(|range| range.cidr_ipv6).collect(),
    }
}

fn tags(tags: Option<Vec<aws_sdk_ec2::types::Tag>>) -> BTreeMap<String, String> {
    tags.unwrap_or_default().into_iter().filter_map(|tag| Some((tag.key?, tag.value.unwrap_or_default()))).collect()
}
