//! Operations on Elastic Load Balancing.

use crate::inventory::aws::elbv2::LoadBalancer;
use crate::remediation::operation::{Change, Exactness, Input, Operation, Refusal, Risk, WriteApi};
use serde_json::{Value, json};

/// The operations of this service.
pub const OPERATIONS: &[&Operation] = &[&PROTECT_LOAD_BALANCER_FROM_DELETION, &DROP_INVALID_HEADERS];

const MODIFY_ATTRIBUTES: WriteApi =
    WriteApi::idempotent("elbv2:ModifyLoadBalancerAttributes", &["elasticloadbalancing:ModifyLoadBalancerAttributes"]);

const PROTECT_LOAD_BALANCER_FROM_DELETION: Operation = Operation {
    name: "aws.elbv2.protect_load_balancer_from_deletion",
    about: "Lets nobody delete the load balancer until this is switched off again.",
    kind: LoadBalancer::TYPE,
    state: &["deletion_protection"],
    looks_at: &[],
    arguments: &[],
    risk: Risk::Safe,
    rollback: Exactness::Exact,
    rollback_note: "",
    rollback_needs_approval: false,
    writes: &[MODIFY_ATTRIBUTES],
    made_by_provider: &[],
    comes_after: &[],
    settles_within: 60,
    answer: None,
    prepare: |input| switch_on(input, "deletion_protection", "deletion_protection.enabled"),
};

const DROP_INVALID_HEADERS: Operation = Operation {
    name: "aws.elbv2.drop_invalid_headers",
    about: "Removes headers whose names are not valid before a request reaches the targets.",
    kind: LoadBalancer::TYPE,
    state: &["drops_invalid_headers"],
    looks_at: &[],
    arguments: &[],
    risk: Risk::Disruptive,
    rollback: Exactness::Exact,
    rollback_note: "",
    rollback_needs_approval: false,
    writes: &[MODIFY_ATTRIBUTES],
    made_by_provider: &[],
    comes_after: &[],
    settles_within: 60,
    answer: None,
    prepare: |input| {
        if input.field("drops_invalid_headers")?.is_null() {
            return Err(Refusal::Unsuitable("only application load balancers look into requests".to_owned()));
        }
        let change = switch_on(input, "drops_invalid_headers", "routing.http.drop_invalid_header_fields.enabled")?;
        Ok(if change.writes.is_empty() {
            change
        } else {
            change.telling("programs that rely on headers with odd names, such as ones with underscores, miss them")
        })
    },
};

/// Switches one attribute on, and leaves the others alone.
fn switch_on(input: &Input<'_>, field: &str, attribute: &str) -> Result<Change, Refusal> {
    if input.field(field)? == &Value::Bool(true) {
        return Ok(Change::nothing());
    }
    let parameters = |value: &str| json!({"LoadBalancerArn": input.common("id"), "Attributes": [{"Key": attribute, "Value": value}]});
    let undo = input.call(&MODIFY_ATTRIBUTES, parameters("false"));
    let write = input.write(&MODIFY_ATTRIBUTES, parameters("true"), [undo]);
    Ok(Change::by([write.then(field, true.into())]))
}

#[cfg(test)]
mod tests {
    use super::super::testing::{parameters, prepare, undo};
    use super::*;

    #[test]
    fn one_attribute_is_set_and_no_other() {
        for (operation, field, key) in [
            (&PROTECT_LOAD_BALANCER_FROM_DELETION, "deletion_protection", "deletion_protection.enabled"),
            (&DROP_INVALID_HEADERS, "drops_invalid_headers", "routing.http.drop_invalid_header_fields.enabled"),
        ] {
            let change = prepare(operation, json!({field: false}), json!({})).unwrap();
            let call =
                |value: &str| json!({"LoadBalancerArn": "example-id", "Attributes": [{"Key": key, "Value": value}]});
            assert_eq!(parameters(&change), [("elbv2:ModifyLoadBalancerAttributes", call("true"))]);
            assert_eq!(undo(&change), [("elbv2:ModifyLoadBalancerAttributes", call("false"))]);
            assert_eq!(prepare(operation, json!({field: true}), json!({})), Ok(Change::nothing()));
        }
    }

    #[test]
    fn load_balancers_that_see_no_headers_are_left_alone() {
        let refused = prepare(&DROP_INVALID_HEADERS, json!({"drops_invalid_headers": null}), json!({}));
        assert!(matches!(refused, Err(Refusal::Unsuitable(_))));
    }
}
