//! Reads VPCs, subnets, network ACLs and route tables.

use super::values::{name, owned_by, tags};
use super::{PAGE, SMALL_PAGE};
use crate::inventory::aws::ec2::{
    FlowLog, NetworkAcl, NetworkAclEntry, NetworkAclRules, PeeringRoute, Route, RouteTable, Subnet, Vpc, calls,
};
use crate::inventory::{CallFailure, Reading};
use crate::provider::aws::collector::Task;
use aws_sdk_ec2::types::{self, VpcPeeringConnectionVpcInfo};
use std::collections::HashMap;

pub(super) async fn vpcs(task: &Task) -> Result<(), CallFailure> {
    let mut pages = task.scope.clients.ec2().describe_vpcs().into_paginator().page_size(PAGE).send();
    while let Some(page) = task.scope.page(&calls::DESCRIBE_VPCS, &mut pages).await? {
        let vpcs = page.vpcs.unwrap_or_default().into_iter();
        for vpc in vpcs.filter(|vpc| owned_by(task.scope.account(), vpc.owner_id())) {
            let Some(id) = vpc.vpc_id.clone() else { continue };
            let flow_logs: Reading<Vec<FlowLog>> = task
                .reading(Vpc::TYPE, "flow_logs", || async {
                    let logs = task.scope.once("ec2.flow_logs_by_vpc", || flow_logs_by_vpc(task)).await;
                    logs.as_ref().as_ref().map(|logs| logs.get(&id).cloned().unwrap_or_default()).map_err(Clone::clone)
                })
                .await;
            let readings = Vpc {
                is_default: Reading::sent(vpc.is_default, &calls::DESCRIBE_VPCS, "isDefault"),
                ranges: ranges_of_vpc(&vpc),
                flow_logs,
            };
            let tags = tags(vpc.tags);
            task.scope.emit(Vpc::TYPE, task.scope.place(id, name(&tags), tags), &readings).await;
        }
    }
    Ok(())
}

fn ranges_of_vpc(vpc: &types::Vpc) -> Vec<String> {
    let four = vpc.cidr_block_association_set().iter().filter_map(|association| association.cidr_block.clone());
    let six =
        vpc.ipv6_cidr_block_association_set().iter().filter_map(|association| association.ipv6_cidr_block.clone());
    let mut ranges: Vec<String> = vpc.cidr_block.iter().cloned().collect();
    for range in four.chain(six) {
        if !ranges.contains(&range) {
            ranges.push(range);
        }
    }
    ranges
}

async fn flow_logs_by_vpc(task: &Task) -> Result<HashMap<String, Vec<FlowLog>>, CallFailure> {
    let mut by_vpc: HashMap<String, Vec<FlowLog>> = HashMap::new();
    let mut pages = task.scope.clients.ec2().describe_flow_logs().into_paginator().page_size(PAGE).send();
    while let Some(page) = task.scope.page(&calls::DESCRIBE_FLOW_LOGS, &mut pages).await? {
        for log in page.flow_logs.unwrap_or_default() {
            let Some(vpc) = log.resource_id.filter(|id| id.starts_with("vpc-")) else { continue };
            by_vpc.entry(vpc).or_default().push(FlowLog {
                flow_log_id: log.flow_log_id,
                status: log.flow_log_status,
                delivery: log.deliver_logs_status,
                traffic: log.traffic_type.map(|traffic| traffic.as_str().to_owned()),
                destination_type: log.log_destination_type.map(|kind| kind.as_str().to_owned()),
                destination: log.log_destination.or(log.log_group_name),
            });
        }
    }
    Ok(by_vpc)
}

pub(super) async fn subnets(task: &Task) -> Result<(), CallFailure> {
    let mut pages = task.scope.clients.ec2().describe_subnets().into_paginator().page_size(PAGE).send();
    while let Some(page) = task.scope.page(&calls::DESCRIBE_SUBNETS, &mut pages).await? {
        let subnets = page.subnets.unwrap_or_default().into_iter();
        for subnet in subnets.filter(|subnet| owned_by(task.scope.account(), subnet.owner_id())) {
            let Some(id) = subnet.subnet_id else { continue };
            let call = &calls::DESCRIBE_SUBNETS;
            let readings = Subnet {
                public_ip_on_launch: Reading::sent(subnet.map_public_ip_on_launch, call, "mapPublicIpOnLaunch"),
                is_default: subnet.default_for_az.unwrap_or(false),
                vpc_id: subnet.vpc_id,
                zone: subnet.availability_zone,
                range: subnet.cidr_block.filter(|range| !range.is_empty()),
            };
            let tags = tags(subnet.tags);
            task.scope.emit(Subnet::TYPE, task.scope.place(id, name(&tags), tags), &readings).await;
        }
    }
    Ok(())
}

pub(super) async fn network_acls(task: &Task) -> Result<(), CallFailure> {
    let mut pages = task.scope.clients.ec2().describe_network_acls().into_paginator().page_size(PAGE).send();
    while let Some(page) = task.scope.page(&calls::DESCRIBE_NETWORK_ACLS, &mut pages).await? {
        let acls = page.network_acls.unwrap_or_default().into_iter();
        for acl in acls.filter(|acl| owned_by(task.scope.account(), acl.owner_id())) {
            let Some(id) = acl.network_acl_id else { continue };
            let mut entries = acl.entries.unwrap_or_default();
            entries.sort_by_key(|entry| entry.rule_number.unwrap_or(i32::MAX));
            let (outbound, inbound): (Vec<_>, Vec<_>) =
                entries.into_iter().partition(|entry| entry.egress.unwrap_or(false));
            let readings = NetworkAcl {
                vpc_id: acl.vpc_id,
                is_default: Reading::sent(acl.is_default, &calls::DESCRIBE_NETWORK_ACLS, "default"),
                subnets: acl.associations.unwrap_or_default().into_iter().filter_map(|one| one.subnet_id).collect(),
                inbound: NetworkAclRules { entries: inbound.into_iter().map(acl_entry).collect() },
                outbound: NetworkAclRules { entries: outbound.into_iter().map(acl_entry).collect() },
            };
            let tags = tags(acl.tags);
            task.scope.emit(NetworkAcl::TYPE, task.scope.place(id, name(&tags), tags), &readings).await;
        }
    }
    Ok(())
}

fn acl_entry(entry: types::NetworkAclEntry) -> NetworkAclEntry {
    let ports = entry.port_range;
    NetworkAclEntry {
        rule_number: entry.rule_number.map_or(i64::from(i32::MAX), i64::from),
        action: entry.rule_action.map_or_else(String::new, |action| action.as_str().to_owned()),
        protocol: entry.protocol.unwrap_or_else(|| "-1".to_owned()),
        from_port: ports.as_ref().and_then(|ports| ports.from).map(i64::from),
        to_port: ports.as_ref().and_then(|ports| ports.to).map(i64::from),
        ipv4: entry.cidr_block,
        ipv6: entry.ipv6_cidr_block,
    }
}

pub(super) async fn route_tables(task: &Task) -> Result<(), CallFailure> {
    let mut pages = task.scope.clients.ec2().describe_route_tables().into_paginator().page_size(SMALL_PAGE).send();
    while let Some(page) = task.scope.page(&calls::DESCRIBE_ROUTE_TABLES, &mut pages).await? {
        let tables = page.route_tables.unwrap_or_default().into_iter();
        for table in tables.filter(|table| owned_by(task.scope.account(), table.owner_id())) {
            let Some(id) = table.route_table_id.clone() else { continue };
            let peering_routes =
                task.reading(RouteTable::TYPE, "peering_routes", || peering_routes(task, &table)).await;
            let associations = table.associations.unwrap_or_default();
            let readings = RouteTable {
                is_main: associations.iter().any(|association| association.main == Some(true)),
                subnets: associations.into_iter().filter_map(|association| association.subnet_id).collect(),
                routes: table.routes.unwrap_or_default().into_iter().filter_map(route).collect(),
                peering_routes,
                vpc_id: table.vpc_id,
            };
            let tags = tags(table.tags);
            task.scope.emit(RouteTable::TYPE, task.scope.place(id, name(&tags), tags), &readings).await;
        }
    }
    Ok(())
}

fn destination(route: &types::Route) -> Option<String> {
    route
        .destination_cidr_block
        .clone()
        .or_else(|| route.destination_ipv6_cidr_block.clone())
        .or_else(|| route.destination_prefix_list_id.clone())
}

fn route(route: types::Route) -> Option<Route> {
    let destination = destination(&route)?;
    let state = route.state.map(|state| state.as_str().to_owned());
    let target = [
        route.gateway_id,
        route.nat_gateway_id,
        route.vpc_peering_connection_id,
        route.transit_gateway_id,
        route.egress_only_internet_gateway_id,
        route.network_interface_id,
        route.instance_id,
        route.local_gateway_id,
        route.carrier_gateway_id,
        route.core_network_arn,
        route.odb_network_arn,
    ];
    Some(Route { destination, target: target.into_iter().flatten().find(|id| !id.is_empty()), state })
}

/// The two ends of a peering connection: VPC and address ranges.
type PeeringEnds = [(Option<String>, Vec<String>); 2];

async fn peering_routes(task: &Task, table: &types::RouteTable) -> Result<Vec<PeeringRoute>, CallFailure> {
    let routes =
        table.routes().iter().filter(|route| route.vpc_peering_connection_id().is_some_and(|id| !id.is_empty()));
    let mut answer = Vec::new();
    for route in routes {
        let connections = task.scope.once("ec2.peering_connections", || peering_connections(task)).await;
        let connections = connections.as_ref().as_ref().map_err(Clone::clone)?;
        let (Some(destination), Some(connection)) = (destination(route), route.vpc_peering_connection_id.clone())
        else {
            continue;
        };
        let peer_ranges =
            connections.get(&connection).map_or_else(Vec::new, |ends| ranges_of_peer(ends, table.vpc_id()));
        let state = route.state.as_ref().map(|state| state.as_str().to_owned());
        answer.push(PeeringRoute { destination, peering_connection: connection, state, peer_ranges });
    }
    Ok(answer)
}

fn ranges_of_peer(ends: &PeeringEnds, own_vpc: Option<&str>) -> Vec<String> {
    ends.iter().filter(|(vpc, _)| vpc.as_deref() != own_vpc).flat_map(|(_, ranges)| ranges.clone()).collect()
}

async fn peering_connections(task: &Task) -> Result<HashMap<String, PeeringEnds>, CallFailure> {
    let mut connections = HashMap::new();
    let request = task.scope.clients.ec2().describe_vpc_peering_connections();
    let mut pages = request.into_paginator().page_size(PAGE).send();
    while let Some(page) = task.scope.page(&calls::DESCRIBE_VPC_PEERING_CONNECTIONS, &mut pages).await? {
        for connection in page.vpc_peering_connections.unwrap_or_default() {
            let Some(id) = connection.vpc_peering_connection_id else { continue };
            connections.insert(id, [connection.requester_vpc_info, connection.accepter_vpc_info].map(end));
        }
    }
    Ok(connections)
}

fn end(info: Option<VpcPeeringConnectionVpcInfo>) -> (Option<String>, Vec<String>) {
    let Some(info) = info else { return (None, Vec::new()) };
    let four = info.cidr_block_set.unwrap_or_default().into_iter().filter_map(|block| block.cidr_block);
    let six = info.ipv6_cidr_block_set.unwrap_or_default().into_iter().filter_map(|block| block.ipv6_cidr_block);
    let mut ranges: Vec<String> = info.cidr_block.into_iter().collect();
    for range in four.chain(six) {
        if !ranges.contains(&range) {
            ranges.push(range);
        }
    }
    (info.vpc_id, ranges)
}
