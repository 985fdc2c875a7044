//! Resource types of Amazon EC2: networks, storage, instances and the settings of a region.

mod addresses;
pub mod calls;
mod instance;
mod network;
mod network_acl;
mod ports;
mod region;
mod security_group;
mod storage;

pub use instance::Instance;
pub use network::{FlowLog, PeeringRoute, Route, RouteTable, Subnet, Vpc};
pub use network_acl::{NetworkAcl, NetworkAclEntry, NetworkAclRules};
pub use region::{InstanceMetadataDefaults, Region};
pub use security_group::{PrefixList, PrefixListEntry, SecurityGroup, SecurityGroupRule, SecurityGroupRuleById};
pub use storage::{Image, Snapshot, Volume};

use crate::inventory::schema::ResourceType;

/// Every type of this service.
pub const TYPES: &[&ResourceType] = &[
    Image::TYPE,
    Instance::TYPE,
    NetworkAcl::TYPE,
    PrefixList::TYPE,
    Region::TYPE,
    RouteTable::TYPE,
    SecurityGroup::TYPE,
    Snapshot::TYPE,
    Subnet::TYPE,
    Volume::TYPE,
    Vpc::TYPE,
];
