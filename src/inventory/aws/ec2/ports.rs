//! Protocols and ports, as rules of security groups and network ACLs name them.

use crate::inventory::document::{integer, text};
use serde_json::Value;

const EVERY_PROTOCOL: &str = "-1";
const FIRST_PORT: i64 = 0;
const LAST_PORT: i64 = 65_535;

/// A protocol's name, where EC2 has a name for its number.
fn protocol_name(protocol: &str) -> String {
    match protocol.trim() {
        "1" => "icmp".to_owned(),
        "6" => "tcp".to_owned(),
        "17" => "udp".to_owned(),
        "58" => "icmpv6".to_owned(),
        "all" => EVERY_PROTOCOL.to_owned(),
        other => other.to_ascii_lowercase(),
    }
}

/// The ports of the rule (fields `protocol`, `from_port`, `to_port`) for that protocol; none if it is about another.
fn ports_for(rule: &Value, protocol: &str) -> Option<(i64, i64)> {
    let of_rule = protocol_name(text(rule, "protocol"));
    if of_rule == EVERY_PROTOCOL {
        return Some((FIRST_PORT, LAST_PORT));
    }
    if of_rule != protocol_name(protocol) {
        return None;
    }
    // No port means every port; EC2 writes that as -1 in places.
    let bound = |key, every| integer(rule, key).filter(|port| *port >= 0).unwrap_or(every);
    Some((bound("from_port", FIRST_PORT), bound("to_port", LAST_PORT)))
}

/// The rule covers this port of this protocol.
pub(super) fn covers(rule: &Value, protocol: &str, port: i64) -> bool {
    ports_for(rule, protocol).is_some_and(|(from, to)| (from..=to).contains(&port))
}

/// The rule covers every port that a TCP or a UDP service can have. Port 0 is reserved, so 1-65535 is every port too.
pub(super) fn covers_every(rule: &Value) -> bool {
    ["tcp", "udp"]
        .iter()
        .any(|protocol| ports_for(rule, protocol).is_some_and(|(from, to)| from <= FIRST_PORT + 1 && to >= LAST_PORT))
}

/// The protocol and ports of a helper's arguments: a name, and one port or a list of ports.
pub(super) fn wanted(arguments: &[Value]) -> (&str, Vec<i64>) {
    let protocol = arguments.first().and_then(Value::as_str).unwrap_or_default();
    let ports = match arguments.get(1) {
        Some(Value::Array(ports)) => ports.iter().filter_map(Value::as_i64).collect(),
        Some(port) => port.as_i64().into_iter().collect(),
        None => Vec::new(),
    };
    (protocol, ports)
}
