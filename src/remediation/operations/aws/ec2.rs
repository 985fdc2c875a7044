//! Operations on Amazon EC2.

mod instance;
mod network_acl;
mod region;
mod storage;
mod subnet;

use crate::inventory::aws::ec2::{Region, SecurityGroup, Vpc};
use crate::inventory::schema::Type;
use crate::remediation::operation::{
    Argument, Call, Change, Exactness, Input, Operation, Refusal, Risk, Write, WriteApi, output,
};
use crate::remediation::state::any;
use serde_json::{Map, Value, json};

/// The operations of this service.
pub const OPERATIONS: &[&Operation] = &[
    &REVOKE_INGRESS,
    &STRIP_DEFAULT_GROUP,
    &ENABLE_EBS_ENCRYPTION_BY_DEFAULT,
    &CREATE_FLOW_LOG,
    &instance::REQUIRE_IMDSV2,
    &instance::LIMIT_METADATA_HOPS,
    &network_acl::DELETE_OPEN_ENTRIES,
    &region::BLOCK_PUBLIC_SNAPSHOTS,
    &region::BLOCK_PUBLIC_IMAGES,
    &region::REQUIRE_IMDSV2_BY_DEFAULT,
    &storage::UNSHARE_SNAPSHOT,
    &storage::UNSHARE_SNAPSHOT_FROM_UNKNOWN,
    &storage::UNSHARE_IMAGE,
    &subnet::STOP_PUBLIC_ADDRESSES,
];

const RULE_GONE: &[&str] = &["InvalidSecurityGroupRuleId.NotFound", "InvalidPermission.NotFound"];
const RULE_THERE: &[&str] = &["InvalidPermission.Duplicate"];
const REVOKE_INGRESS_CALL: WriteApi =
    WriteApi::once("ec2:RevokeSecurityGroupIngress", &["ec2:RevokeSecurityGroupIngress"], RULE_GONE);
const REVOKE_EGRESS_CALL: WriteApi =
    WriteApi::once("ec2:RevokeSecurityGroupEgress", &["ec2:RevokeSecurityGroupEgress"], RULE_GONE);
const AUTHORIZE_INGRESS: WriteApi = WriteApi::once(
    "ec2:AuthorizeSecurityGroupIngress",
    &["ec2:AuthorizeSecurityGroupIngress", "ec2:CreateTags"],
    RULE_THERE,
);
const AUTHORIZE_EGRESS: WriteApi = WriteApi::once(
    "ec2:AuthorizeSecurityGroupEgress",
    &["ec2:AuthorizeSecurityGroupEgress", "ec2:CreateTags"],
    RULE_THERE,
);
const ENABLE_EBS: WriteApi =
    WriteApi::idempotent("ec2:EnableEbsEncryptionByDefault", &["ec2:EnableEbsEncryptionByDefault"]);
const DISABLE_EBS: WriteApi =
    WriteApi::idempotent("ec2:DisableEbsEncryptionByDefault", &["ec2:DisableEbsEncryptionByDefault"]);
const CREATE_FLOW_LOGS: WriteApi = WriteApi::once(
    "ec2:CreateFlowLogs",
    &["ec2:CreateFlowLogs", "iam:PassRole", "logs:CreateLogDelivery", "logs:DeleteLogDelivery"],
    &[],
);
const DELETE_FLOW_LOGS: WriteApi = WriteApi::once(
    "ec2:DeleteFlowLogs",
    &["ec2:DeleteFlowLogs", "logs:DeleteLogDelivery"],
    &["InvalidFlowLogId.NotFound"],
);

const REVOKE_INGRESS: Operation = Operation {
    name: "aws.ec2.revoke_ingress",
    about: "Removes the chosen sources from inbound rules of a security group; other sources of the same rules stay.",
    state: &["rules"],
    looks_at: &["ingress", "network_interfaces"],
    arguments: &[
        Argument::for_each("The rules that go, out of `resource.ingress`."),
        Argument {
            name: "only_sources",
            ty: Type::List(&Type::String),
            required: true,
            about: "The address ranges that go; every other source of the rules stays.",
        },
    ],
    risk: Risk::Disruptive,
    rollback: Exactness::NewId,
    rollback_note: "the rules come back with ports, sources, descriptions and tags, under new rule ids",
    writes: &[REVOKE_INGRESS_CALL, AUTHORIZE_INGRESS],
    made_by_provider: &["rule_id"],
    prepare: |input| {
        let sources = input.argument("only_sources").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
        let chosen = |rule: &Value| {
            rule["direction"] == "ingress"
                && ["ipv4", "ipv6"].iter().any(|family| sources.contains(&rule[*family]))
                && input.targets().iter().any(|target| same_ports(target, rule))
        };
        let rules = input.list("rules")?;
        let (gone, kept): (Vec<_>, Vec<_>) = rules.iter().cloned().partition(|rule| chosen(rule));
        if gone.is_empty() {
            return Ok(Change::nothing());
        }
        let write = revoke(input, &REVOKE_INGRESS_CALL, &AUTHORIZE_INGRESS, &gone)
            .then("rules", kept.into())
            .then("ingress", without(input.list("ingress")?, &gone));
        Ok(used_by(input, Change::by([write])))
    },
    ..Operation::of(SecurityGroup::TYPE)
};

const STRIP_DEFAULT_GROUP: Operation = Operation {
    name: "aws.ec2.strip_default_group",
    about: "Removes every rule of a VPC's default security group, if nothing uses the group.",
    state: &["rules"],
    looks_at: &["is_default", "ingress", "egress", "network_interfaces"],
    risk: Risk::Disruptive,
    rollback: Exactness::NewId,
    rollback_note: "the rules come back with ports, sources, descriptions and tags, under new rule ids",
    writes: &[REVOKE_INGRESS_CALL, AUTHORIZE_INGRESS, REVOKE_EGRESS_CALL, AUTHORIZE_EGRESS],
    made_by_provider: &["rule_id"],
    prepare: strip_default_group,
    ..Operation::of(SecurityGroup::TYPE)
};

fn strip_default_group(input: &Input<'_>) -> Result<Change, Refusal> {
    if input.field("is_default")? != &Value::Bool(true) {
        return Err(Refusal::Unsuitable("it is not the default group of a VPC".to_owned()));
    }
    let users = input.field("network_interfaces")?.as_i64().unwrap_or_default();
    if users > 0 {
        return Err(Refusal::LocksOut(format!(
            "{users} network interfaces carry the group and would lose every connection; give them a group of their own first"
        )));
    }
    let rules = input.list("rules")?;
    let (ingress, egress): (Vec<_>, Vec<_>) = rules.iter().cloned().partition(|rule| rule["direction"] == "ingress");
    let mut writes = Vec::new();
    if !ingress.is_empty() {
        let write = revoke(input, &REVOKE_INGRESS_CALL, &AUTHORIZE_INGRESS, &ingress);
        writes.push(write.then("rules", egress.clone().into()).then("ingress", json!([])));
    }
    if !egress.is_empty() {
        let write = revoke(input, &REVOKE_EGRESS_CALL, &AUTHORIZE_EGRESS, &egress);
        writes.push(write.then("rules", json!([])).then("egress", json!([])));
    }
    Ok(Change::by(writes))
}

/// `a` is a rule of the group, `b` one of its rules by id: protocol and ports are the same.
fn same_ports(a: &Value, b: &Value) -> bool {
    let port = |rule: &Value, key: &str| rule[key].as_i64().unwrap_or(-1);
    a["protocol"] == b["protocol"] && ["from_port", "to_port"].iter().all(|key| port(a, key) == port(b, key))
}

/// The rules of the group without the sources of these rules by id; a rule without any source is gone.
fn without(rules: &[Value], gone: &[Value]) -> Value {
    let mut left = rules.to_vec();
    for rule in &mut left {
        for family in ["ipv4", "ipv6"] {
            let removed: Vec<_> =
                gone.iter().filter(|other| same_ports(rule, other)).map(|other| other[family].clone()).collect();
            if let Some(sources) = rule[family].as_array_mut() {
                sources.retain(|source| !removed.contains(source));
            }
        }
    }
    left.retain(|rule| {
        let sources = ["ipv4", "ipv6", "groups", "prefix_lists"];
        sources.iter().any(|kind| rule[*kind].as_array().is_some_and(|sources| !sources.is_empty()))
    });
    left.into()
}

fn revoke(input: &Input<'_>, revoke: &WriteApi, authorize: &WriteApi, rules: &[Value]) -> Write {
    let group = input.common("id");
    let ids: Vec<_> = rules.iter().map(|rule| rule["rule_id"].clone()).collect();
    let undo = rules.iter().map(|rule| authorize_again(input, authorize, rule));
    input.write(revoke, json!({"GroupId": group, "SecurityGroupRuleIds": ids}), undo)
}

/// One call a rule: the tags of a call are those of all its rules.
fn authorize_again(input: &Input<'_>, authorize: &WriteApi, rule: &Value) -> Call {
    let mut permission = json!({"IpProtocol": rule["protocol"]});
    for (key, api) in [("from_port", "FromPort"), ("to_port", "ToPort")] {
        if rule["protocol"] != "-1" && !rule[key].is_null() {
            permission[api] = rule[key].clone();
        }
    }
    let sources = [
        ("ipv4", "IpRanges", "CidrIp"),
        ("ipv6", "Ipv6Ranges", "CidrIpv6"),
        ("prefix_list", "PrefixListIds", "PrefixListId"),
        ("group", "UserIdGroupPairs", "GroupId"),
    ];
    for (key, list, name) in sources {
        if !rule[key].is_null() {
            let mut source = json!({name: rule[key]});
            if !rule["description"].is_null() {
                source["Description"] = rule["description"].clone();
            }
            if key == "group" && !rule["group_account"].is_null() {
                source["UserId"] = rule["group_account"].clone();
            }
            permission[list] = json!([source]);
        }
    }
    let mut parameters = json!({"GroupId": input.common("id"), "IpPermissions": [permission]});
    let tags: Vec<_> = rule["tags"]
        .as_object()
        .into_iter()
        .flatten()
        .map(|(key, value)| json!({"Key": key, "Value": value}))
        .collect();
    if !tags.is_empty() {
        parameters["TagSpecifications"] = json!([{"ResourceType": "security-group-rule", "Tags": tags}]);
    }
    input.call(authorize, parameters)
}

fn used_by(input: &Input<'_>, change: Change) -> Change {
    match input.document.get("network_interfaces").and_then(Value::as_i64) {
        Some(0) => change.telling("no network interface carries the group"),
        Some(1) => change.telling("one network interface carries the group"),
        Some(users) => change.telling(format!("{users} network interfaces carry the group")),
        None => change,
    }
}

const ENABLE_EBS_ENCRYPTION_BY_DEFAULT: Operation = Operation {
    name: "aws.ec2.enable_ebs_encryption_by_default",
    about: "Encrypts new EBS volumes of the region, whatever the request says.",
    state: &["ebs_encryption_by_default"],
    risk: Risk::Safe,
    rollback_note: "volumes made meanwhile stay encrypted",
    writes: &[ENABLE_EBS, DISABLE_EBS],
    prepare: |input| {
        if input.field("ebs_encryption_by_default")? == &Value::Bool(true) {
            return Ok(Change::nothing());
        }
        let write = input.write(&ENABLE_EBS, json!({}), [input.call(&DISABLE_EBS, json!({}))]);
        Ok(Change::by([write.then("ebs_encryption_by_default", true.into())]))
    },
    ..Operation::of(Region::TYPE)
};

const CREATE_FLOW_LOG: Operation = Operation {
    name: "aws.ec2.create_flow_log",
    about: "Makes a flow log of a VPC that goes to a bucket or to a log group.",
    state: &["flow_logs"],
    arguments: &[
        Argument {
            name: "destination",
            ty: Type::String,
            required: true,
            about: "ARN of the S3 bucket or of the CloudWatch Logs group that gets the records.",
        },
        Argument {
            name: "role",
            ty: Type::String,
            required: false,
            about: "ARN of the role that may write to the log group; a bucket needs none.",
        },
        Argument { name: "traffic", ty: Type::String, required: true, about: "`ALL`, `ACCEPT` or `REJECT`." },
    ],
    risk: Risk::Safe,
    rollback_note: "records that were delivered stay",
    rollback_needs_approval: true,
    writes: &[CREATE_FLOW_LOGS, DELETE_FLOW_LOGS],
    made_by_provider: &["flow_log_id"],
    settles_within: 120,
    answer: Some(created_flow_log),
    prepare: create_flow_log,
    ..Operation::of(Vpc::TYPE)
};

/// The flow log that is there now and was not before.
fn created_flow_log(before: &Map<String, Value>, now: &Map<String, Value>) -> Option<Value> {
    let ids = |state: &Map<String, Value>| -> Vec<Value> {
        let logs = state.get("flow_logs").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
        logs.iter().map(|log| log["flow_log_id"].clone()).collect()
    };
    let known = ids(before);
    ids(now).into_iter().find(|id| id.is_string() && !known.contains(id)).map(|id| json!({"FlowLogIds": [id]}))
}

fn create_flow_log(input: &Input<'_>) -> Result<Change, Refusal> {
    let existing = input.list("flow_logs")?;
    let Some(destination) = input.text("destination") else {
        return Err(Refusal::Undecided(
            "where the records go is not said: set the control's parameter `destination` to the ARN of a bucket or log group"
                .to_owned(),
        ));
    };
    let traffic = input.text("traffic").unwrap_or("ALL");
    let (kind, role) = if destination.contains(":s3:::") {
        ("s3", None)
    } else if destination.contains(":log-group:") {
        let role = input.text("role").ok_or_else(|| {
            Refusal::Undecided(
                "a log group needs a role that may write to it: set the control's parameter `role`".to_owned(),
            )
        })?;
        ("cloud-watch-logs", Some(role))
    } else {
        return Err(Refusal::Undecided(format!("{destination} is the ARN of neither a bucket nor a log group")));
    };
    let mut parameters = json!({
        "ResourceIds": [input.common("id")],
        "ResourceType": "VPC",
        "TrafficType": traffic,
        "LogDestinationType": kind,
        "LogDestination": destination,
        // The same for the same wish, so that EC2 makes one flow log however often it is asked.
        "ClientToken": crate::hash::sha256_hex(format!("{} {destination} {traffic} {}", input.common("id"), input.now).as_bytes())[..32],
    });
    if let Some(role) = role {
        parameters["DeliverLogsPermissionArn"] = role.into();
    }
    let undo = input.call(&DELETE_FLOW_LOGS, json!({"FlowLogIds": [output("FlowLogIds[0]")]}));
    let mut after = existing.to_vec();
    after.push(json!({
        "flow_log_id": any(), "status": "ACTIVE", "delivery": any(), "traffic": traffic, "destination_type": kind,
        "destination": any(),
    }));
    let write = input.write(&CREATE_FLOW_LOGS, parameters, [undo]).then("flow_logs", after.into());
    Ok(Change::by([write]).telling("flow logs cost by the gigabyte that they record"))
}

#[cfg(test)]
mod tests {
    use super::super::testing::{parameters, prepare, undo};
    use super::*;

    fn trap() -> Value {
        json!({
            "network_interfaces": 2,
            "ingress": [{"protocol": "tcp", "from_port": 22, "to_port": 22, "ipv4": ["10.0.0.0/8", "0.0.0.0/0"], "ipv6": [], "groups": [], "prefix_lists": []}],
            "rules": [
                {"rule_id": "sgr-1", "direction": "ingress", "protocol": "tcp", "from_port": 22, "to_port": 22, "ipv4": "10.0.0.0/8", "description": "office"},
                {"rule_id": "sgr-2", "direction": "ingress", "protocol": "tcp", "from_port": 22, "to_port": 22, "ipv4": "0.0.0.0/0", "description": "oops", "tags": {"a": "b"}},
                {"rule_id": "sgr-3", "direction": "egress", "protocol": "-1", "from_port": -1, "to_port": -1, "ipv4": "0.0.0.0/0"},
            ],
        })
    }

    #[test]
    fn one_source_of_a_rule_goes() {
        let fields = trap();
        let with = json!({"for_each": fields["ingress"], "only_sources": ["0.0.0.0/0", "::/0"]});
        let change = prepare(&REVOKE_INGRESS, fields, with).unwrap();
        let call = json!({"GroupId": "example-id", "SecurityGroupRuleIds": ["sgr-2"]});
        assert_eq!(parameters(&change), [("ec2:RevokeSecurityGroupIngress", call)]);
        assert_eq!(
            undo(&change),
            [(
                "ec2:AuthorizeSecurityGroupIngress",
                json!({"GroupId": "example-id",
                    "IpPermissions": [{"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22,
                        "IpRanges": [{"CidrIp": "0.0.0.0/0", "Description": "oops"}]}],
                    "TagSpecifications": [{"ResourceType": "security-group-rule", "Tags": [{"Key": "a", "Value": "b"}]}]})
            )]
        );
        assert_eq!(change.writes[0].after["ingress"][0]["ipv4"], json!(["10.0.0.0/8"]));
        assert_eq!(change.writes[0].after["rules"].as_array().unwrap().len(), 2);
        assert_eq!(change.impact, ["2 network interfaces carry the group"]);
    }

    #[test]
    fn the_default_group_is_left_alone_while_it_is_used() {
        let mut fields = trap();
        fields["is_default"] = true.into();
        fields["egress"] = json!([]);
        let refused = prepare(&STRIP_DEFAULT_GROUP, fields.clone(), json!({})).unwrap_err();
        assert!(matches!(refused, Refusal::LocksOut(_)), "{refused}");
        fields["network_interfaces"] = 0.into();
        let change = prepare(&STRIP_DEFAULT_GROUP, fields, json!({})).unwrap();
        assert_eq!(change.writes.len(), 2);
        assert_eq!(change.writes[0].after["rules"].as_array().unwrap().len(), 1);
        assert_eq!(change.writes[1].after["rules"], json!([]));
        assert_eq!(
            change.writes[1].undo[0].parameters["IpPermissions"][0],
            json!({"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}]})
        );
    }

    #[test]
    fn a_flow_log_needs_a_place_to_go() {
        let fields = || json!({"flow_logs": []});
        for with in [
            json!({}),
            json!({"destination": "", "traffic": "ALL"}),
            json!({"destination": "arn:aws:logs:eu-west-1:1:log-group:x"}),
        ] {
            assert!(matches!(prepare(&CREATE_FLOW_LOG, fields(), with), Err(Refusal::Undecided(_))));
        }
        let change =
            prepare(&CREATE_FLOW_LOG, fields(), json!({"destination": "arn:aws:s3:::logs", "traffic": "ALL"})).unwrap();
        assert_eq!(change.writes[0].parameters["LogDestinationType"], "s3");
        assert_eq!(undo(&change)[0].1, json!({"FlowLogIds": [{"$output": "FlowLogIds[0]"}]}));
    }

    #[test]
    fn encryption_by_default_is_switched_on_once() {
        let change =
            prepare(&ENABLE_EBS_ENCRYPTION_BY_DEFAULT, json!({"ebs_encryption_by_default": false}), json!({})).unwrap();
        assert_eq!(parameters(&change)[0].0, "ec2:EnableEbsEncryptionByDefault");
        let nothing = prepare(&ENABLE_EBS_ENCRYPTION_BY_DEFAULT, json!({"ebs_encryption_by_default": true}), json!({}));
        assert_eq!(nothing, Ok(Change::nothing()));
    }
}
