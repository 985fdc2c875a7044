//! Network ACLs: numbered rules, of which the first that matches decides.

use super::addresses::{Addresses, Family, parse};
use super::calls::DESCRIBE_NETWORK_ACLS;
use super::ports;
use crate::inventory::document::{integer, list, text};
use crate::inventory::schema::Type;
use crate::{record, resource_type};
use serde_json::Value;

record! {
    /// One numbered rule of a network ACL.
    pub struct NetworkAclEntry {
        /// Its place in the order, lowest first; 32767 is the rule at the end that denies what no other allowed.
        pub rule_number: i64,
        /// `allow` or `deny`.
        pub action: String,
        /// A protocol number such as `6` (TCP) and `17` (UDP), or `-1` for every protocol.
        pub protocol: String,
        /// First port; absent if the protocol has no ports.
        pub from_port: Option<i64>,
        /// Last port; absent if the protocol has no ports.
        pub to_port: Option<i64>,
        /// The IPv4 range, CIDR.
        pub ipv4: Option<String>,
        /// The IPv6 range, CIDR.
        pub ipv6: Option<String>,
    }
}

record! {
    /// The rules of a network ACL for one direction.
    pub struct NetworkAclRules {
        /// The rules, lowest number first.
        pub entries: Vec<NetworkAclEntry>,
    }
    helpers {
        /// Traffic of this protocol to this port is allowed from the internet, in IPv4 or in IPv6. Rules are judged in
        /// their order, so an earlier deny beats a later allow; "the internet" is 0.0.0.0/0 or ::/0, or ranges that
        /// together hold at least half of all addresses.
        opens_port_to_anywhere(Type::String, Type::Int) -> Type::Bool => opens_any_port_to_anywhere,
        /// Like `opens_port_to_anywhere`, for at least one of several ports.
        opens_any_port_to_anywhere(Type::String, Type::List(&Type::Int)) -> Type::Bool => opens_any_port_to_anywhere,
    }
}

resource_type! {
    /// A network ACL that the account owns: stateless rules at the edge of subnets.
    pub struct NetworkAcl: "aws.ec2.network_acl", listed_by [DESCRIBE_NETWORK_ACLS] {
        /// The VPC it belongs to.
        listed vpc_id: Option<String>;
        /// New subnets of the VPC get it.
        reading is_default: bool, from [DESCRIBE_NETWORK_ACLS];
        /// Ids of the subnets that it guards.
        listed subnets: Vec<String>;
        /// Rules for traffic into the subnets.
        listed inbound: NetworkAclRules;
        /// Rules for traffic out of the subnets.
        listed outbound: NetworkAclRules;
    }
}

fn opens_any_port_to_anywhere(rules: &Value, arguments: &[Value]) -> Value {
    let (protocol, wanted) = ports::wanted(arguments);
    let mut entries: Vec<&Value> = list(rules, "entries").iter().collect();
    entries.sort_by_key(|entry| integer(entry, "rule_number").unwrap_or(i64::MAX));
    Value::Bool(wanted.iter().any(|port| {
        [Family::V4, Family::V6]
            .into_iter()
            .any(|family| allowed(&entries, family, protocol, *port).hold_the_internet(family))
    }))
}

/// The addresses that the rules, in order, let reach the port.
fn allowed(entries: &[&Value], family: Family, protocol: &str, port: i64) -> Addresses {
    let key = match family {
        Family::V4 => "ipv4",
        Family::V6 => "ipv6",
    };
    let (mut allowed, mut decided) = (Addresses::default(), Addresses::default());
    for entry in entries.iter().filter(|entry| ports::covers(entry, protocol, port)) {
        let Some((_, span)) = parse(text(entry, key)).filter(|(of, _)| *of == family) else { continue };
        if text(entry, "action") == "allow" {
            for undecided in decided.missing_from(span) {
                allowed.insert(undecided);
            }
        }
        decided.insert(span);
    }
    allowed
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn entry(number: i64, action: &str, range: &str, ports: Option<(i64, i64)>) -> Value {
        let mut entry = json!({"rule_number": number, "action": action, "protocol": "-1"});
        entry[if range.contains(':') { "ipv6" } else { "ipv4" }] = json!(range);
        if let Some((from, to)) = ports {
            entry["protocol"] = json!("6");
            entry["from_port"] = json!(from);
            entry["to_port"] = json!(to);
        }
        entry
    }

    fn open(entries: Vec<Value>) -> bool {
        opens_any_port_to_anywhere(&json!({"entries": entries}), &[json!("tcp"), json!([22, 3389])]) == json!(true)
    }

    #[test]
    fn the_default_acl_is_open() {
        assert!(open(vec![entry(100, "allow", "0.0.0.0/0", None), entry(32767, "deny", "0.0.0.0/0", None)]));
        assert!(open(vec![entry(101, "allow", "::/0", None)]));
        assert!(!open(vec![entry(32767, "deny", "0.0.0.0/0", None)]));
        assert!(!open(vec![]));
    }

    #[test]
    fn an_earlier_deny_beats_a_later_allow() {
        let (allow, deny) =
            (|n| entry(n, "allow", "0.0.0.0/0", None), |n, port| entry(n, "deny", "0.0.0.0/0", Some((port, port))));
        assert!(!open(vec![deny(90, 22), deny(91, 3389), allow(100)]));
        assert!(open(vec![deny(90, 22), allow(100)]), "3389 is left open");
        assert!(open(vec![allow(100), deny(110, 22), deny(111, 3389)]), "too late");
        assert!(!open(vec![allow(100), deny(91, 3389), deny(90, 22)]), "the number counts, not the place");
        assert!(
            open(vec![deny(90, 22), deny(91, 3389), allow(100), entry(101, "allow", "::/0", None)]),
            "IPv6 is another world"
        );
    }

    #[test]
    fn a_deny_of_a_few_addresses_closes_nothing() {
        assert!(open(vec![
            entry(90, "deny", "203.0.113.0/24", None),
            entry(100, "allow", "0.0.0.0/0", Some((22, 22)))
        ]));
        assert!(!open(vec![
            entry(90, "deny", "0.0.0.0/1", None),
            entry(91, "deny", "128.0.0.0/1", None),
            entry(100, "allow", "0.0.0.0/0", None),
        ]));
        assert!(!open(vec![
            entry(80, "allow", "203.0.113.0/24", None),
            entry(90, "deny", "0.0.0.0/0", None),
            entry(100, "allow", "0.0.0.0/0", None)
        ]));
    }

    #[test]
    fn the_internet_in_two_halves_is_open() {
        assert!(open(vec![
            entry(100, "allow", "0.0.0.0/1", Some((0, 1024))),
            entry(110, "allow", "128.0.0.0/1", Some((22, 22))),
        ]));
        assert!(!open(vec![
            entry(100, "allow", "0.0.0.0/0", Some((443, 443))),
            entry(110, "allow", "10.0.0.0/8", None)
        ]));
    }

    #[test]
    fn other_protocols_do_not_count() {
        let udp = json!({"rule_number": 100, "action": "allow", "protocol": "17", "ipv4": "0.0.0.0/0", "from_port": 0, "to_port": 65535});
        assert!(!open(vec![udp.clone()]));
        assert_eq!(opens_any_port_to_anywhere(&json!({"entries": [udp]}), &[json!("udp"), json!(53)]), json!(true));
    }
}
