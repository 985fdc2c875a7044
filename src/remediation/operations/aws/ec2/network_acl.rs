//! Operations on network ACLs.

use crate::inventory::aws::ec2::{NetworkAcl, NetworkAclRules};
use crate::inventory::schema::Type;
use crate::remediation::operation::{Argument, Call, Change, Input, Operation, Refusal, Risk, WriteApi};
use serde_json::{Value, json};

const DELETE: WriteApi =
    WriteApi::once("ec2:DeleteNetworkAclEntry", &["ec2:DeleteNetworkAclEntry"], &["InvalidNetworkAclEntry.NotFound"]);
const CREATE: WriteApi =
    WriteApi::once("ec2:CreateNetworkAclEntry", &["ec2:CreateNetworkAclEntry"], &["NetworkAclEntryAlreadyExists"]);

/// Rules that open ports to the internet.
pub const DELETE_OPEN_ENTRIES: Operation = Operation {
    name: "aws.ec2.delete_open_network_acl_entries",
    about: "Deletes inbound rules of a network ACL that open nothing but the given ports to the internet; is refused \
            where a rule opens other ports too.",
    state: &["inbound"],
    looks_at: &["subnets"],
    arguments: &[
        Argument {
            name: "tcp_ports",
            ty: Type::List(&Type::Int),
            required: true,
            about: "The TCP ports that must not be open.",
        },
        Argument {
            name: "udp_ports",
            ty: Type::List(&Type::Int),
            required: true,
            about: "The UDP ports that must not be open.",
        },
    ],
    risk: Risk::Disruptive,
    writes: &[DELETE, CREATE],
    prepare: delete_open_entries,
    ..Operation::of(NetworkAcl::TYPE)
};

/// Protocol numbers, and the arguments with their ports.
const PROTOCOLS: [(&str, &str); 2] = [("6", "tcp_ports"), ("17", "udp_ports")];

fn delete_open_entries(input: &Input<'_>) -> Result<Change, Refusal> {
    let ports: Vec<(&str, Vec<i64>)> = PROTOCOLS
        .iter()
        .map(|(protocol, name)| {
            let given = input.argument(name).and_then(Value::as_array).into_iter().flatten();
            (*protocol, given.filter_map(Value::as_i64).collect())
        })
        .collect();
    let entries = input.field("inbound")?["entries"].as_array().map_or(&[][..], Vec::as_slice);
    let all: Vec<&Value> = entries.iter().collect();
    if !open(&all, &ports) {
        return Ok(Change::nothing());
    }
    let opens = |entry: &Value| entry["action"] == "allow" && open(&[entry], &ports);
    let mut gone: Vec<&Value> = entries.iter().filter(|entry| opens(entry) && opens_only(entry, &ports)).collect();
    let left = |gone: &[&Value]| -> Vec<&Value> { entries.iter().filter(|entry| !gone.contains(entry)).collect() };
    if open(&left(&gone), &ports) {
        return Err(Refusal::Unsuitable(format!(
            "{} for other traffic too: put rules with lower numbers before it that deny the ports, or narrow it",
            broad(&left(&gone), &opens)
        )));
    }
    // A rule that an earlier deny overrides opens nothing, so it stays.
    for entry in gone.clone() {
        let fewer: Vec<_> = gone.iter().copied().filter(|other| *other != entry).collect();
        if !open(&left(&fewer), &ports) {
            gone = fewer;
        }
    }
    let mut kept = entries.to_vec();
    let mut writes = Vec::new();
    let mut impact = Vec::new();
    for entry in gone {
        kept.retain(|other| other != entry);
        let parameters = json!({
            "NetworkAclId": input.common("id"), "RuleNumber": entry["rule_number"], "Egress": false,
        });
        let write = input.write(&DELETE, parameters, [create_again(input, entry)]);
        writes.push(write.then("inbound", json!({"entries": kept.clone()})));
        impact.push(format!(
            "rule {} goes: nobody reaches the ports through it any more, not even from inside the network",
            entry["rule_number"]
        ));
    }
    let subnets = input.list("subnets")?.len();
    impact.push(match subnets {
        1 => "the ACL guards one subnet".to_owned(),
        _ => format!("the ACL guards {subnets} subnets"),
    });
    Ok(Change { impact, ..Change::by(writes) })
}

/// The rules, in their order, open one of the ports to the internet.
fn open(entries: &[&Value], ports: &[(&str, Vec<i64>)]) -> bool {
    let Some(helper) = NetworkAclRules::RECORD.helper("opens_any_port_to_anywhere") else { return true };
    let rules = json!({ "entries": entries });
    ports.iter().any(|(protocol, ports)| (helper.run)(&rules, &[(*protocol).into(), json!(ports)]) == Value::Bool(true))
}

/// The rule is about none but these ports.
fn opens_only(entry: &Value, ports: &[(&str, Vec<i64>)]) -> bool {
    let (Some(from), Some(to)) = (entry["from_port"].as_i64(), entry["to_port"].as_i64()) else { return false };
    ports
        .iter()
        .any(|(protocol, ports)| entry["protocol"] == *protocol && (from..=to).all(|port| ports.contains(&port)))
}

/// Names the rules that are too broad to go.
fn broad(entries: &[&Value], opens: &dyn Fn(&Value) -> bool) -> String {
    let numbers: Vec<_> =
        entries.iter().filter(|entry| opens(entry)).map(|entry| entry["rule_number"].to_string()).collect();
    match numbers.as_slice() {
        [] => "rules that together open the ports to the internet are there".to_owned(),
        [number] => format!("rule {number} opens the ports and is there"),
        _ => format!("rules {} open the ports and are there", numbers.join(", ")),
    }
}

fn create_again(input: &Input<'_>, entry: &Value) -> Call {
    let mut parameters = json!({
        "NetworkAclId": input.common("id"),
        "RuleNumber": entry["rule_number"],
        "Protocol": entry["protocol"],
        "RuleAction": entry["action"],
        "Egress": false,
        "PortRange": {"From": entry["from_port"], "To": entry["to_port"]},
    });
    for (field, api) in [("ipv4", "CidrBlock"), ("ipv6", "Ipv6CidrBlock")] {
        if !entry[field].is_null() {
            parameters[api] = entry[field].clone();
        }
    }
    input.call(&CREATE, parameters)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::remediation::operations::aws::testing::{parameters, prepare, undo};

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

    fn repair(entries: &[Value]) -> Result<Change, Refusal> {
        let fields = json!({"inbound": {"entries": entries}, "subnets": ["subnet-1"]});
        prepare(&DELETE_OPEN_ENTRIES, fields, json!({"tcp_ports": [22, 3389], "udp_ports": [3389]}))
    }

    #[test]
    fn the_rule_that_opens_ssh_goes_and_the_others_stay() {
        let office = entry(90, "allow", "203.0.113.0/24", Some((22, 22)));
        let web = entry(110, "allow", "0.0.0.0/0", Some((443, 443)));
        let change = repair(&[office.clone(), entry(100, "allow", "0.0.0.0/0", Some((22, 22))), web.clone()]).unwrap();
        let delete = json!({"NetworkAclId": "example-id", "RuleNumber": 100, "Egress": false});
        assert_eq!(parameters(&change), [("ec2:DeleteNetworkAclEntry", delete)]);
        let create = json!({
            "NetworkAclId": "example-id", "RuleNumber": 100, "Protocol": "6", "RuleAction": "allow", "Egress": false,
            "PortRange": {"From": 22, "To": 22}, "CidrBlock": "0.0.0.0/0",
        });
        assert_eq!(undo(&change), [("ec2:CreateNetworkAclEntry", create)]);
        assert_eq!(change.writes[0].after["inbound"], json!({"entries": [office, web]}));
        assert_eq!(change.impact[1], "the ACL guards one subnet");
    }

    #[test]
    fn every_rule_that_opens_a_port_goes() {
        let change = repair(&[
            entry(100, "allow", "0.0.0.0/0", Some((22, 22))),
            entry(101, "allow", "::/0", Some((3389, 3389))),
            entry(102, "deny", "0.0.0.0/0", None),
            entry(103, "allow", "0.0.0.0/0", Some((3389, 3389))),
        ])
        .unwrap();
        let gone: Vec<_> = change.writes.iter().map(|write| &write.parameters["RuleNumber"]).collect();
        assert_eq!(gone, [100, 101], "the deny overrides 103");
        assert_eq!(change.writes[1].undo[0].parameters["Ipv6CidrBlock"], "::/0");
        assert_eq!(change.writes[1].after["inbound"]["entries"].as_array().unwrap().len(), 2);
    }

    #[test]
    fn a_rule_for_other_traffic_too_is_left_to_people() {
        for broad in [None, Some((0, 1024)), Some((22, 23))] {
            let refused = repair(&[entry(100, "allow", "0.0.0.0/0", broad)]).unwrap_err();
            assert!(refused.to_string().starts_with("rule 100 opens the ports"), "{refused}");
        }
        let quarters = ["0.0.0.0/2", "64.0.0.0/2"].map(|range| entry(1, "allow", range, Some((22, 22))));
        let refused = repair(&quarters).unwrap_err();
        assert!(refused.to_string().starts_with("rules that together"), "{refused}");
    }

    #[test]
    fn what_is_closed_stays_as_it_is() {
        let closed =
            [entry(90, "deny", "0.0.0.0/0", Some((0, 65535))), entry(100, "allow", "0.0.0.0/0", Some((22, 22)))];
        assert_eq!(repair(&closed), Ok(Change::nothing()));
    }
}
