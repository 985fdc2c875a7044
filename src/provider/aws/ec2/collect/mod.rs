//! Reads the EC2 resources of one region, one unit a type.

mod instances;
mod networks;
mod region;
mod security_groups;
mod storage;
mod values;

use crate::inventory::aws::ec2::{
    Image, Instance, NetworkAcl, PrefixList, Region, RouteTable, SecurityGroup, Snapshot, Subnet, Volume, Vpc,
};
use crate::provider::aws::collector::{Collector, Reach};

/// Resources a page: few enough to bound memory, many enough to spare calls. EC2 allows at least that many.
const PAGE: i32 = 500;
/// Resources a page where EC2 allows no more.
const SMALL_PAGE: i32 = 100;
/// Resources read at once; the scope's limits decide how many of their calls are under way.
const AT_ONCE: usize = 32;

macro_rules! collector {
    ($name:literal, $kind:ident, $run:path) => {
        Collector {
            name: $name,
            kinds: &[$kind::TYPE],
            reach: Reach::Region,
            run: |task| Box::pin(async move { vec![($kind::TYPE, $run(&task).await)] }),
        }
    };
}

/// The collectors of this service.
pub const COLLECTORS: &[Collector] = &[
    collector!("ec2.snapshots", Snapshot, storage::snapshots),
    collector!("ec2.prefix_lists", PrefixList, security_groups::prefix_lists),
    collector!("ec2.instances", Instance, instances::instances),
    collector!("ec2.volumes", Volume, storage::volumes),
    collector!("ec2.security_groups", SecurityGroup, security_groups::security_groups),
    collector!("ec2.network_acls", NetworkAcl, networks::network_acls),
    collector!("ec2.route_tables", RouteTable, networks::route_tables),
    collector!("ec2.vpcs", Vpc, networks::vpcs),
    collector!("ec2.subnets", Subnet, networks::subnets),
    collector!("ec2.images", Image, storage::images),
    collector!("ec2.region", Region, region::region),
];
