//! VPCs and route tables.

use super::addresses::holds;
use super::calls::{
    DESCRIBE_FLOW_LOGS, DESCRIBE_ROUTE_TABLES, DESCRIBE_SUBNETS, DESCRIBE_VPC_PEERING_CONNECTIONS, DESCRIBE_VPCS,
};
use crate::inventory::document::{text, texts};
use crate::inventory::schema::Type;
use crate::{record, resource_type};
use serde_json::Value;

record! {
    /// A flow log.
    pub struct FlowLog {
        /// Its id, for instance `fl-0a1b2c3d`.
        pub flow_log_id: Option<String>,
        /// `ACTIVE`, else it records nothing.
        pub status: Option<String>,
        /// `SUCCESS` or `FAILED`: whether what it recorded arrived; absent before the first delivery.
        pub delivery: Option<String>,
        /// `ALL`, `ACCEPT` or `REJECT`: the traffic that it records.
        pub traffic: Option<String>,
        /// `cloud-watch-logs`, `s3` or `kinesis-data-firehose`.
        pub destination_type: Option<String>,
        /// ARN of the bucket, log group or stream.
        pub destination: Option<String>,
    }
}

resource_type! {
    /// A virtual network that the account owns; those that others share with it are judged in their accounts.
    pub struct Vpc: "aws.ec2.vpc", listed_by [DESCRIBE_VPCS] {
        /// AWS made it for the region; launches that name no subnet end in it.
        reading is_default: bool, from [DESCRIBE_VPCS];
        /// Its address ranges, CIDR, IPv4 and IPv6.
        listed ranges: Vec<String>;
        /// The flow logs of the VPC as a whole; those of single subnets and interfaces are not among them.
        reading flow_logs: Vec<FlowLog>, from [DESCRIBE_FLOW_LOGS];
    }
}

resource_type! {
    /// A subnet that the account owns.
    pub struct Subnet: "aws.ec2.subnet", listed_by [DESCRIBE_SUBNETS] {
        /// New instances get a public IPv4 address unless their launch says otherwise.
        reading public_ip_on_launch: bool, from [DESCRIBE_SUBNETS];
        /// AWS made it for the region; launches that name no subnet end in it.
        listed is_default: bool;
        /// The VPC it belongs to.
        listed vpc_id: Option<String>;
        /// The availability zone that it is in.
        listed zone: Option<String>;
        /// Its IPv4 address range, CIDR; absent if it has IPv6 alone.
        listed range: Option<String>;
    }
}

record! {
    /// A route.
    pub struct Route {
        /// Where to: a range, CIDR, or the id of a prefix list.
        pub destination: String,
        /// By way of: the id of a gateway, interface, peering connection, ..., or `local`.
        pub target: Option<String>,
        /// `active`, or `blackhole` if the target is gone.
        pub state: Option<String>,
    }
}

record! {
    /// A route into a peered VPC.
    pub struct PeeringRoute {
        /// Where to: a range, CIDR, or the id of a prefix list.
        pub destination: String,
        /// The peering connection, for instance `pcx-0a1b2c3d`.
        pub peering_connection: String,
        /// `active`, or `blackhole` if the connection is gone.
        pub state: Option<String>,
        /// All address ranges of the peered VPC, CIDR; empty if the connection no longer tells.
        pub peer_ranges: Vec<String>,
    }
    helpers {
        /// The route leads to every address of at least one range of the peered VPC, not to a part of it.
        covers_whole_peer() -> Type::Bool => covers_whole_peer,
    }
}

resource_type! {
    /// A route table that the account owns.
    pub struct RouteTable: "aws.ec2.route_table", listed_by [DESCRIBE_ROUTE_TABLES] {
        /// The VPC it belongs to.
        listed vpc_id: Option<String>;
        /// Subnets without a table of their own use it.
        listed is_main: bool;
        /// Ids of the subnets that name it.
        listed subnets: Vec<String>;
        /// Its routes.
        listed routes: Vec<Route>;
        /// Its routes into peered VPCs, with the ranges of these.
        reading peering_routes: Vec<PeeringRoute>, from [DESCRIBE_VPC_PEERING_CONNECTIONS];
    }
}

fn covers_whole_peer(route: &Value, _: &[Value]) -> Value {
    let destination = text(route, "destination");
    Value::Bool(texts(route, "peer_ranges").any(|range| holds(destination, range)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_route_to_one_subnet_does_not_cover_the_peer() {
        for (destination, expected) in
            [("10.1.0.0/16", true), ("10.0.0.0/8", true), ("0.0.0.0/0", true), ("10.1.4.0/24", false), ("pl-1", false)]
        {
            let route = json!({"destination": destination, "peer_ranges": ["10.1.0.0/16", "10.9.0.0/16"]});
            assert_eq!(covers_whole_peer(&route, &[]), json!(expected), "{destination}");
        }
        assert_eq!(covers_whole_peer(&json!({"destination": "10.0.0.0/8"}), &[]), json!(false));
    }
}
