//! Reads security groups and prefix lists.

use super::values::{owned_by, tags};
use super::{AT_ONCE, PAGE, SMALL_PAGE};
use crate::inventory::aws::ec2::{
    PrefixList, PrefixListEntry, SecurityGroup, SecurityGroupRule, SecurityGroupRuleById, calls,
};
use crate::inventory::{CallFailure, Reading};
use crate::provider::aws::collector::Task;
use aws_sdk_ec2::types::{self, Filter, IpPermission, ManagedPrefixList};
use futures_util::{StreamExt, stream};
use std::collections::HashMap;

/// The owner of the prefix lists that AWS keeps for its own services.
const AWS: &str = "AWS";

pub(super) async fn security_groups(task: &Task) -> Result<(), CallFailure> {
    let mut pages = task.scope.clients.ec2().describe_security_groups().into_paginator().page_size(PAGE).send();
    while let Some(page) = task.scope.page(&calls::DESCRIBE_SECURITY_GROUPS, &mut pages).await? {
        let groups = page.security_groups.unwrap_or_default().into_iter();
        for group in groups.filter(|group| owned_by(task.scope.account(), group.owner_id())) {
            let Some(id) = group.group_id.filter(|id| task.scope.concerns(id)) else { continue };
            let network_interfaces =
                task.reading(SecurityGroup::TYPE, "network_interfaces", || carriers(task, &id)).await;
            let readings = SecurityGroup {
                vpc_id: group.vpc_id,
                description: group.description,
                is_default: group.group_name.as_deref() == Some("default"),
                ingress: group.ip_permissions.unwrap_or_default().into_iter().map(rule).collect(),
                egress: group.ip_permissions_egress.unwrap_or_default().into_iter().map(rule).collect(),
                rules: task.reading(SecurityGroup::TYPE, "rules", || rules_by_id(task, &id)).await,
                network_interfaces,
            };
            let place = task.scope.place(id, group.group_name, tags(group.tags));
            task.scope.emit(SecurityGroup::TYPE, place, &readings).await;
        }
    }
    Ok(())
}

fn rule(permission: IpPermission) -> SecurityGroupRule {
    SecurityGroupRule {
        protocol: permission.ip_protocol.unwrap_or_else(|| "-1".to_owned()),
        from_port: permission.from_port.map(i64::from),
        to_port: permission.to_port.map(i64::from),
        ipv4: permission.ip_ranges.unwrap_or_default().into_iter().filter_map(|range| range.cidr_ip).collect(),
        ipv6: permission.ipv6_ranges.unwrap_or_default().into_iter().filter_map(|range| range.cidr_ipv6).collect(),
        groups: permission
            .user_id_group_pairs
            .unwrap_or_default()
            .into_iter()
            .filter_map(|pair| pair.group_id)
            .collect(),
        prefix_lists: permission
            .prefix_list_ids
            .unwrap_or_default()
            .into_iter()
            .filter_map(|list| list.prefix_list_id)
            .collect(),
    }
}

/// Of one group alone its rules are asked for, else those of the region, once.
async fn rules_by_id(task: &Task, group: &str) -> Result<Vec<SecurityGroupRuleById>, CallFailure> {
    if task.scope.is_for_one() {
        return Ok(rules_by_group(task, Some(group)).await?.remove(group).unwrap_or_default());
    }
    let rules = task.scope.once("ec2.security_group_rules", || rules_by_group(task, None)).await;
    rules.as_ref().as_ref().map(|rules| rules.get(group).cloned().unwrap_or_default()).map_err(Clone::clone)
}

async fn rules_by_group(
    task: &Task,
    group: Option<&str>,
) -> Result<HashMap<String, Vec<SecurityGroupRuleById>>, CallFailure> {
    let of_group = group.map(|group| vec![Filter::builder().name("group-id").values(group).build()]);
    let request = task.scope.clients.ec2().describe_security_group_rules().set_filters(of_group);
    let mut pages = request.into_paginator().page_size(PAGE).send();
    let mut rules: HashMap<String, Vec<SecurityGroupRuleById>> = HashMap::new();
    while let Some(page) = task.scope.page(&calls::DESCRIBE_SECURITY_GROUP_RULES, &mut pages).await? {
        for rule in page.security_group_rules.unwrap_or_default() {
            let Some(group) = rule.group_id.clone() else { continue };
            rules.entry(group).or_default().extend(rule_by_id(rule));
        }
    }
    rules.values_mut().for_each(|rules| rules.sort_by(|a, b| a.rule_id.cmp(&b.rule_id)));
    Ok(rules)
}

fn rule_by_id(rule: types::SecurityGroupRule) -> Option<SecurityGroupRuleById> {
    let referenced = rule.referenced_group_info;
    Some(SecurityGroupRuleById {
        rule_id: rule.security_group_rule_id?,
        direction: if rule.is_egress.unwrap_or(false) { "egress" } else { "ingress" }.to_owned(),
        protocol: rule.ip_protocol.unwrap_or_else(|| "-1".to_owned()),
        from_port: rule.from_port.map(i64::from),
        to_port: rule.to_port.map(i64::from),
        ipv4: rule.cidr_ipv4,
        ipv6: rule.cidr_ipv6,
        group_account: referenced.as_ref().and_then(|group| group.user_id.clone()),
        group: referenced.and_then(|group| group.group_id),
        prefix_list: rule.prefix_list_id,
        description: rule.description.filter(|text| !text.is_empty()),
        tags: tags(rule.tags),
    })
}

/// How many network interfaces carry the group.
async fn carriers(task: &Task, group: &str) -> Result<i64, CallFailure> {
    let counts = task.scope.once("ec2.network_interfaces_by_group", || network_interfaces_by_group(task)).await;
    counts.as_ref().as_ref().map(|counts| counts.get(group).copied().unwrap_or(0)).map_err(Clone::clone)
}

async fn network_interfaces_by_group(task: &Task) -> Result<HashMap<String, i64>, CallFailure> {
    let mut counts = HashMap::new();
    let mut pages = task.scope.clients.ec2().describe_network_interfaces().into_paginator().page_size(PAGE).send();
    while let Some(page) = task.scope.page(&calls::DESCRIBE_NETWORK_INTERFACES, &mut pages).await? {
        let interfaces = page.network_interfaces.unwrap_or_default().into_iter();
        for group in interfaces.flat_map(|interface| interface.groups.unwrap_or_default()) {
            if let Some(id) = group.group_id {
                *counts.entry(id).or_insert(0) += 1;
            }
        }
    }
    Ok(counts)
}

pub(super) async fn prefix_lists(task: &Task) -> Result<(), CallFailure> {
    let request = task.scope.clients.ec2().describe_managed_prefix_lists();
    let mut pages = request.into_paginator().page_size(SMALL_PAGE).send();
    while let Some(page) = task.scope.page(&calls::DESCRIBE_MANAGED_PREFIX_LISTS, &mut pages).await? {
        let lists = page.prefix_lists.unwrap_or_default().into_iter();
        stream::iter(lists.filter(|list| list.owner_id.as_deref() != Some(AWS)))
            .for_each_concurrent(AT_ONCE, |list| prefix_list_readings(task, list))
            .await;
    }
    Ok(())
}

async fn prefix_list_readings(task: &Task, list: ManagedPrefixList) {
    let Some(id) = list.prefix_list_id else { return };
    let entries: Reading<Vec<PrefixListEntry>> =
        task.reading(PrefixList::TYPE, "entries", || prefix_list_entries(task, &id)).await;
    let readings = PrefixList { owner: list.owner_id, address_family: list.address_family, entries };
    let place = task.scope.place(id, list.prefix_list_name, tags(list.tags));
    task.scope.emit(PrefixList::TYPE, place, &readings).await;
}

async fn prefix_list_entries(task: &Task, list: &str) -> Result<Vec<PrefixListEntry>, CallFailure> {
    let mut entries = Vec::new();
    let request = task.scope.clients.ec2().get_managed_prefix_list_entries().prefix_list_id(list);
    let mut pages = request.into_paginator().page_size(SMALL_PAGE).send();
    while let Some(page) = task.scope.page_about(list, &calls::GET_MANAGED_PREFIX_LIST_ENTRIES, &mut pages).await? {
        entries.extend(
            page.entries
                .unwrap_or_default()
                .into_iter()
                .filter_map(|entry| Some(PrefixListEntry { cidr: entry.cidr?, description: entry.description })),
        );
    }
    Ok(entries)
}
