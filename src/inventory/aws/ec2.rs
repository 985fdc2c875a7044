//! Resource types of Amazon EC2.

use crate::inventory::document::{integer, text, texts};
use crate::inventory::schema::{ApiCall, ResourceType, Type};
use crate::{record, resource_type};
use serde_json::Value;

/// The security groups of a region.
pub const DESCRIBE_SECURITY_GROUPS: ApiCall =
    ApiCall::new("ec2:DescribeSecurityGroups", &["ec2:DescribeSecurityGroups"]);

/// Every type of this service.
pub const TYPES: &[&ResourceType] = &[SecurityGroup::TYPE];

record! {
    /// One rule of a security group, for one protocol and port range.
    pub struct SecurityGroupRule {
        /// `tcp`, `udp`, `icmp`, a protocol number, or `-1` for every protocol.
        pub protocol: String,
        /// First port; absent for every protocol. ICMP: the type.
        pub from_port: Option<i64>,
        /// Last port; absent for every protocol. ICMP: the code.
        pub to_port: Option<i64>,
        /// IPv4 ranges, CIDR.
        pub ipv4: Vec<String>,
        /// IPv6 ranges, CIDR.
        pub ipv6: Vec<String>,
    }
    helpers {
        /// The rule covers this port of this protocol; a rule for every protocol covers every port.
        opens_port(Type::String, Type::Int) -> Type::Bool => opens_port,
        /// A source is 0.0.0.0/0 or ::/0.
        from_anywhere() -> Type::Bool => from_anywhere,
    }
}

resource_type! {
    /// A security group.
    pub struct SecurityGroup: "aws.ec2.security_group", listed_by [DESCRIBE_SECURITY_GROUPS] {
        /// The VPC it belongs to.
        listed vpc_id: Option<String>;
        /// Inbound rules.
        listed ingress: Vec<SecurityGroupRule>;
    }
}

fn opens_port(rule: &Value, arguments: &[Value]) -> Value {
    let (Some(protocol), Some(port)) = (arguments[0].as_str(), arguments[1].as_i64()) else {
        return Value::Bool(false);
    };
    let covered = match text(rule, "protocol") {
        "-1" => true,
        named if named.eq_ignore_ascii_case(protocol) => {
            let from = integer(rule, "from_port").unwrap_or(0);
            let to = integer(rule, "to_port").unwrap_or(65_535);
            (from..=to).contains(&port)
        }
        _ => false,
    };
    Value::Bool(covered)
}

fn from_anywhere(rule: &Value, _: &[Value]) -> Value {
    let open = |range: &str| range.ends_with("/0");
    Value::Bool(texts(rule, "ipv4").any(open) || texts(rule, "ipv6").any(open))
}
