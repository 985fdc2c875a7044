//! Operations on subnets.

use crate::inventory::aws::ec2::Subnet;
use crate::remediation::operation::{Change, Operation, Risk, WriteApi};
use serde_json::{Value, json};

const MODIFY: WriteApi = WriteApi::idempotent("ec2:ModifySubnetAttribute", &["ec2:ModifySubnetAttribute"]);

/// No public addresses by themselves.
pub const STOP_PUBLIC_ADDRESSES: Operation = Operation {
    name: "aws.ec2.stop_public_addresses",
    about: "Gives new instances in a subnet no public IPv4 address unless the launch asks for one.",
    state: &["public_ip_on_launch"],
    risk: Risk::Disruptive,
    rollback_note: "instances that were launched meanwhile stay without a public address",
    writes: &[MODIFY],
    prepare: |input| {
        if input.field("public_ip_on_launch")? != &Value::Bool(true) {
            return Ok(Change::nothing());
        }
        let parameters = |on: bool| json!({"SubnetId": input.common("id"), "MapPublicIpOnLaunch": {"Value": on}});
        let write = input.write(&MODIFY, parameters(false), [input.call(&MODIFY, parameters(true))]);
        Ok(Change::by([write.then("public_ip_on_launch", false.into())]).telling(
            "instances that run keep their addresses; new ones, of scaling groups too, reach the internet only \
             through NAT or with an address that their launch asks for",
        ))
    },
    ..Operation::of(Subnet::TYPE)
};

#[cfg(test)]
mod tests {
    use super::*;
    use crate::remediation::operations::aws::testing::{parameters, prepare, undo};

    #[test]
    fn new_instances_get_no_public_address() {
        let change = prepare(&STOP_PUBLIC_ADDRESSES, json!({"public_ip_on_launch": true}), json!({})).unwrap();
        let call = |on: bool| json!({"SubnetId": "example-id", "MapPublicIpOnLaunch": {"Value": on}});
        assert_eq!(parameters(&change), [("ec2:ModifySubnetAttribute", call(false))]);
        assert_eq!(undo(&change), [("ec2:ModifySubnetAttribute", call(true))]);
        let nothing = prepare(&STOP_PUBLIC_ADDRESSES, json!({"public_ip_on_launch": false}), json!({}));
        assert_eq!(nothing, Ok(Change::nothing()));
    }
}
