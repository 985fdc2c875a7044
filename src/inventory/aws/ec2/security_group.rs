//! Security groups and the prefix lists that their rules may name.

use super::addresses::{Family, are_the_internet};
use super::calls::{
    DESCRIBE_MANAGED_PREFIX_LISTS, DESCRIBE_NETWORK_INTERFACES, DESCRIBE_SECURITY_GROUP_RULES,
    DESCRIBE_SECURITY_GROUPS, GET_MANAGED_PREFIX_LIST_ENTRIES,
};
use super::ports;
use crate::inventory::document::{text, texts};
use crate::inventory::schema::Type;
use crate::{record, resource_type};
use serde_json::Value;
use std::collections::BTreeMap;

record! {
    /// One rule of a security group, for one protocol and port range.
    pub struct SecurityGroupRule {
        /// `tcp`, `udp`, `icmp`, `icmpv6`, a protocol number, or `-1` for every protocol.
        pub protocol: String,
        /// First port; absent for every protocol. ICMP: the type.
        pub from_port: Option<i64>,
        /// Last port; absent for every protocol. ICMP: the code.
        pub to_port: Option<i64>,
        /// IPv4 ranges, CIDR: sources of an inbound rule, destinations of an outbound one.
        pub ipv4: Vec<String>,
        /// IPv6 ranges, CIDR.
        pub ipv6: Vec<String>,
        /// Ids of security groups whose members may connect, for instance `sg-0a1b2c3d`.
        pub groups: Vec<String>,
        /// Ids of prefix lists whose ranges may connect, for instance `pl-0a1b2c3d`; see `aws.ec2.prefix_list`.
        pub prefix_lists: Vec<String>,
    }
    helpers {
        /// The rule covers this port of this protocol; a rule for every protocol covers every port.
        opens_port(Type::String, Type::Int) -> Type::Bool => opens_any_port,
        /// The rule covers at least one of these ports of this protocol.
        opens_any_port(Type::String, Type::List(&Type::Int)) -> Type::Bool => opens_any_port,
        /// The rule covers all ports of TCP or of UDP.
        opens_every_port() -> Type::Bool => opens_every_port,
        /// The rule’s ranges are the internet, in IPv4 or in IPv6: 0.0.0.0/0 or ::/0, or ranges that together hold at
        /// least half of all addresses, such as 0.0.0.0/1 and 128.0.0.0/1. Prefix lists are not looked into.
        from_anywhere() -> Type::Bool => from_anywhere,
        /// Like `from_anywhere`, for the IPv4 ranges alone.
        ipv4_from_anywhere() -> Type::Bool => ipv4_from_anywhere,
        /// Like `from_anywhere`, for the IPv6 ranges alone.
        ipv6_from_anywhere() -> Type::Bool => ipv6_from_anywhere,
    }
}

record! {
    /// One source or destination of a rule of a security group, as EC2 keeps it: with an id, a description and tags.
    pub struct SecurityGroupRuleById {
        /// Its id, for instance `sgr-0a1b2c3d`.
        pub rule_id: String,
        /// `ingress` or `egress`.
        pub direction: String,
        /// `tcp`, `udp`, `icmp`, `icmpv6`, a protocol number, or `-1` for every protocol.
        pub protocol: String,
        /// First port; -1 for every port. ICMP: the type.
        pub from_port: Option<i64>,
        /// Last port; -1 for every port. ICMP: the code.
        pub to_port: Option<i64>,
        /// An IPv4 range, CIDR. Of this and the next three, one is there.
        pub ipv4: Option<String>,
        /// An IPv6 range, CIDR.
        pub ipv6: Option<String>,
        /// The id of a security group.
        pub group: Option<String>,
        /// The id of a prefix list.
        pub prefix_list: Option<String>,
        /// The account of the security group that it names.
        pub group_account: Option<String>,
        /// What it is for, in the words of who made it.
        pub description: Option<String>,
        /// Its own tags.
        pub tags: BTreeMap<String, String>,
    }
}

resource_type! {
    /// A security group that the account owns.
    pub struct SecurityGroup: "aws.ec2.security_group", listed_by [DESCRIBE_SECURITY_GROUPS] {
        /// The VPC it belongs to.
        listed vpc_id: Option<String>;
        /// What it is for, in the words of who made it.
        listed description: Option<String>;
        /// It is the group named `default`, which every VPC has and nobody can delete.
        listed is_default: bool;
        /// Inbound rules.
        listed ingress: Vec<SecurityGroupRule>;
        /// Outbound rules.
        listed egress: Vec<SecurityGroupRule>;
        /// Inbound and outbound rules, each source by itself.
        reading rules: Vec<SecurityGroupRuleById>, from [DESCRIBE_SECURITY_GROUP_RULES];
        /// How many network interfaces of the region carry the group.
        reading network_interfaces: i64, from [DESCRIBE_NETWORK_INTERFACES];
    }
}

record! {
    /// One range of a prefix list.
    pub struct PrefixListEntry {
        /// The range, CIDR.
        pub cidr: String,
        /// What it is, in the words of who made it.
        pub description: Option<String>,
    }
    helpers {
        /// The range is the internet: 0.0.0.0/0 or ::/0, or a range with at least half of all addresses.
        is_anywhere() -> Type::Bool => is_anywhere,
    }
}

resource_type! {
    /// A prefix list that AWS customers keep: named ranges that security groups and routes refer to.
    pub struct PrefixList: "aws.ec2.prefix_list", listed_by [DESCRIBE_MANAGED_PREFIX_LISTS] {
        /// The account that keeps it; another than the scanned one if the list is shared with it.
        listed owner: Option<String>;
        /// `IPv4` or `IPv6`.
        listed address_family: Option<String>;
        /// Its ranges.
        reading entries: Vec<PrefixListEntry>, from [GET_MANAGED_PREFIX_LIST_ENTRIES];
    }
}

fn opens_any_port(rule: &Value, arguments: &[Value]) -> Value {
    let (protocol, wanted) = ports::wanted(arguments);
    Value::Bool(wanted.iter().any(|port| ports::covers(rule, protocol, *port)))
}

fn opens_every_port(rule: &Value, _: &[Value]) -> Value {
    Value::Bool(ports::covers_every(rule))
}

fn open(rule: &Value, family: Family) -> bool {
    let key = match family {
        Family::V4 => "ipv4",
        Family::V6 => "ipv6",
    };
    are_the_internet(family, texts(rule, key))
}

fn from_anywhere(rule: &Value, _: &[Value]) -> Value {
    Value::Bool(open(rule, Family::V4) || open(rule, Family::V6))
}

fn ipv4_from_anywhere(rule: &Value, _: &[Value]) -> Value {
    Value::Bool(open(rule, Family::V4))
}

fn ipv6_from_anywhere(rule: &Value, _: &[Value]) -> Value {
    Value::Bool(open(rule, Family::V6))
}

fn is_anywhere(entry: &Value, _: &[Value]) -> Value {
    let range = || std::iter::once(text(entry, "cidr"));
    Value::Bool(are_the_internet(Family::V4, range()) || are_the_internet(Family::V6, range()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn opens(rule: &Value, protocol: &str, port: i64) -> bool {
        opens_any_port(rule, &[json!(protocol), json!(port)]) == json!(true)
    }

    #[test]
    fn ports_hide_in_ranges_and_protocols() {
        let range = json!({"protocol": "tcp", "from_port": 20, "to_port": 25});
        assert!(opens(&range, "tcp", 20) && opens(&range, "tcp", 22) && opens(&range, "tcp", 25));
        assert!(!opens(&range, "tcp", 26) && !opens(&range, "udp", 22));
        assert!(opens(&range, "6", 22) && opens(&range, "TCP", 22));
        assert!(opens(&json!({"protocol": "6", "from_port": 22, "to_port": 22}), "tcp", 22));
        assert!(opens(&json!({"protocol": "-1"}), "tcp", 22));
        assert!(opens(&json!({"protocol": "-1", "from_port": 0, "to_port": 0}), "tcp", 22));
        assert!(opens(&json!({"protocol": "tcp"}), "tcp", 22), "no ports are every port");
        assert!(opens(&json!({"protocol": "tcp", "from_port": -1, "to_port": -1}), "tcp", 22));
        assert!(!opens(&json!({"protocol": "icmp", "from_port": -1, "to_port": -1}), "tcp", 22));
        assert!(!opens(&json!({}), "tcp", 22));
    }

    #[test]
    fn one_of_several_ports_is_enough() {
        let rule = json!({"protocol": "tcp", "from_port": 3000, "to_port": 4000});
        assert_eq!(opens_any_port(&rule, &[json!("tcp"), json!([22, 3389])]), json!(true));
        assert_eq!(opens_any_port(&rule, &[json!("tcp"), json!([22])]), json!(false));
        assert_eq!(opens_any_port(&rule, &[json!("tcp"), json!([])]), json!(false));
        assert_eq!(opens_any_port(&rule, &[]), json!(false));
    }

    #[test]
    fn every_port() {
        for (rule, expected) in [
            (json!({"protocol": "-1"}), true),
            (json!({"protocol": "tcp", "from_port": 0, "to_port": 65_535}), true),
            (json!({"protocol": "udp", "from_port": 1, "to_port": 65_535}), true),
            (json!({"protocol": "tcp", "from_port": 1024, "to_port": 65_535}), false),
            (json!({"protocol": "icmp", "from_port": -1, "to_port": -1}), false),
        ] {
            assert_eq!(opens_every_port(&rule, &[]), json!(expected), "{rule}");
        }
    }

    #[test]
    fn families_are_told_apart() {
        let four = json!({"ipv4": ["192.0.2.0/24", "0.0.0.0/0"], "ipv6": ["2001:db8::/32"]});
        assert_eq!(from_anywhere(&four, &[]), json!(true));
        assert_eq!(ipv4_from_anywhere(&four, &[]), json!(true));
        assert_eq!(ipv6_from_anywhere(&four, &[]), json!(false));
        let six = json!({"ipv4": [], "ipv6": ["::/0"]});
        assert_eq!(from_anywhere(&six, &[]), json!(true));
        assert_eq!(ipv4_from_anywhere(&six, &[]), json!(false));
        assert_eq!(ipv6_from_anywhere(&six, &[]), json!(true));
        let halves = json!({"ipv4": ["0.0.0.0/1", "128.0.0.0/1"], "ipv6": []});
        assert_eq!(from_anywhere(&halves, &[]), json!(true));
        assert_eq!(from_anywhere(&json!({"ipv4": ["198.51.100.0/24"]}), &[]), json!(false));
        assert_eq!(is_anywhere(&json!({"cidr": "0.0.0.0/0"}), &[]), json!(true));
        assert_eq!(is_anywhere(&json!({"cidr": "::/0"}), &[]), json!(true));
        assert_eq!(is_anywhere(&json!({"cidr": "10.0.0.0/8"}), &[]), json!(false));
    }
}
