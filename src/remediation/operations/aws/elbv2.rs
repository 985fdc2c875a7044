//! Operations on Elastic Load Balancing.

use crate::inventory::aws::elbv2::{Listener, LoadBalancer};
use crate::remediation::operation::{Change, Input, Operation, Refusal, Risk, WriteApi};
use crate::remediation::state::any;
use serde_json::{Value, json};

/// The operations of this service.
pub const OPERATIONS: &[&Operation] =
    &[&PROTECT_LOAD_BALANCER_FROM_DELETION, &DROP_INVALID_HEADERS, &REDIRECT_TO_HTTPS];

const MODIFY_ATTRIBUTES: WriteApi =
    WriteApi::idempotent("elbv2:ModifyLoadBalancerAttributes", &["elasticloadbalancing:ModifyLoadBalancerAttributes"]);

const PROTECT_LOAD_BALANCER_FROM_DELETION: Operation = Operation {
    name: "aws.elbv2.protect_load_balancer_from_deletion",
    about: "Lets nobody delete the load balancer until this is switched off again.",
    state: &["deletion_protection"],
    risk: Risk::Safe,
    writes: &[MODIFY_ATTRIBUTES],
    prepare: |input| switch_on(input, "deletion_protection", "deletion_protection.enabled"),
    ..Operation::of(LoadBalancer::TYPE)
};

const DROP_INVALID_HEADERS: Operation = Operation {
    name: "aws.elbv2.drop_invalid_headers",
    about: "Removes headers whose names are not valid before a request reaches the targets.",
    state: &["drops_invalid_headers"],
    risk: Risk::Disruptive,
    writes: &[MODIFY_ATTRIBUTES],
    prepare: |input| {
        if input.field("drops_invalid_headers")?.is_null() {
            return Err(Refusal::Unsuitable("only application load balancers look into requests".to_owned()));
        }
        let change = switch_on(input, "drops_invalid_headers", "routing.http.drop_invalid_header_fields.enabled")?;
        Ok(change.telling("programs that rely on headers with odd names, such as ones with underscores, miss them"))
    },
    ..Operation::of(LoadBalancer::TYPE)
};

const MODIFY_LISTENER: WriteApi =
    WriteApi::idempotent("elbv2:ModifyListener", &["elasticloadbalancing:ModifyListener"]);

const REDIRECT_TO_HTTPS: Operation = Operation {
    name: "aws.elbv2.redirect_to_https",
    about: "Lets an HTTP listener redirect every request to the HTTPS listener of its load balancer.",
    state: &["default_actions", "default_action_documents", "rules"],
    looks_at: &["https_port"],
    risk: Risk::Disruptive,
    rollback_note: "browsers that were redirected remember it, and go on asking over HTTPS",
    writes: &[MODIFY_LISTENER],
    prepare: redirect_to_https,
    ..Operation::of(Listener::TYPE)
};

/// What can be written again as it was read.
const KNOWN_ACTIONS: [&str; 3] = ["forward", "redirect", "fixed-response"];
const DEFAULT_RULE: &str = "default";

fn redirect_to_https(input: &Input<'_>) -> Result<Change, Refusal> {
    let actions = input.list("default_actions")?;
    let documents = input.field("default_action_documents")?;
    let rules = input.list("rules")?;
    let redirects = |action: &Value| action["redirect_protocol"] == "HTTPS";
    let serves = |rule: &&Value| {
        let actions = rule["actions"].as_array().into_iter().flatten();
        actions.into_iter().any(|action| !redirects(action) && action["kind"] != "fixed-response")
    };
    if let Some(rule) = rules.iter().filter(|rule| rule["priority"] != DEFAULT_RULE).find(serves) {
        return Err(Refusal::Unsuitable(format!(
            "rule {} answers plain requests by itself: remove it, or let it redirect, first",
            rule["priority"].as_str().unwrap_or_default()
        )));
    }
    if actions.iter().any(redirects) {
        return Ok(Change::nothing());
    }
    let known = |action: &Value| action["kind"].as_str().is_some_and(|kind| KNOWN_ACTIONS.contains(&kind));
    if !actions.iter().all(known) {
        return Err(Refusal::Unsuitable("its default actions could not be made again as they are".to_owned()));
    }
    let Some(port) = input.field("https_port")?.as_i64() else {
        return Err(Refusal::Unsuitable(
            "its load balancer has no HTTPS listener to redirect to: make one, with a certificate, first".to_owned(),
        ));
    };
    let redirect = json!({"Type": "redirect", "RedirectConfig": {
        "Protocol": "HTTPS", "Port": port.to_string(), "Host": "#{host}", "Path": "/#{path}", "Query": "#{query}",
        "StatusCode": "HTTP_301",
    }});
    let parameters = |actions: Value| json!({"ListenerArn": input.common("id"), "DefaultActions": actions});
    let undo = input.call(&MODIFY_LISTENER, parameters(documents.clone()));
    let write = input.write(&MODIFY_LISTENER, parameters(json!([redirect])), [undo]).replacing("default_actions");

    let redirects = json!([{"kind": "redirect", "redirect_protocol": "HTTPS"}]);
    let mut after_rules = rules.to_vec();
    for rule in after_rules.iter_mut().filter(|rule| rule["priority"] == DEFAULT_RULE) {
        rule["actions"] = redirects.clone();
    }
    // The API may number a single action, or not.
    let mut document = redirect;
    document["Order"] = any();
    let write = write
        .then("default_actions", redirects)
        .then("default_action_documents", json!([document]))
        .then("rules", after_rules.into());
    Ok(Change::by([write])
        .telling(format!("clients must reach port {port}; those that follow no redirects get no answer but that one"))
        .telling("a form that is posted over plain HTTP arrives without what was filled in"))
}

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

    fn listener(rule: &str, https_port: Value) -> Value {
        json!({
            "default_actions": [{"kind": "forward"}],
            "default_action_documents": [{"Type": "forward", "TargetGroupArn": "arn:shop", "Order": 1}],
            "rules": [
                {"priority": "5", "actions": [{"kind": rule}]},
                {"priority": "default", "actions": [{"kind": "forward"}]},
            ],
            "https_port": https_port,
        })
    }

    #[test]
    fn plain_requests_are_redirected_and_the_actions_before_come_back() {
        let change = prepare(&REDIRECT_TO_HTTPS, listener("fixed-response", 8443.into()), json!({})).unwrap();
        let call = |action: Value| json!({"ListenerArn": "example-id", "DefaultActions": [action]});
        let redirect = json!({"Type": "redirect", "RedirectConfig": {"Protocol": "HTTPS", "Port": "8443",
            "Host": "#{host}", "Path": "/#{path}", "Query": "#{query}", "StatusCode": "HTTP_301"}});
        assert_eq!(parameters(&change), [("elbv2:ModifyListener", call(redirect))]);
        let forward = json!({"Type": "forward", "TargetGroupArn": "arn:shop", "Order": 1});
        assert_eq!(undo(&change), [("elbv2:ModifyListener", call(forward))]);
        let rules = json!([
            {"priority": "5", "actions": [{"kind": "fixed-response"}]},
            {"priority": "default", "actions": [{"kind": "redirect", "redirect_protocol": "HTTPS"}]},
        ]);
        assert_eq!(change.writes[0].after["rules"], rules);
    }

    #[test]
    fn a_listener_that_redirects_is_left_alone() {
        let mut fields = listener("fixed-response", 443.into());
        fields["default_actions"] = json!([{"kind": "redirect", "redirect_protocol": "HTTPS"}]);
        assert_eq!(prepare(&REDIRECT_TO_HTTPS, fields, json!({})), Ok(Change::nothing()));
    }

    #[test]
    fn what_cannot_be_redirected_or_undone_is_refused() {
        let mut signing_in = listener("fixed-response", 443.into());
        signing_in["default_actions"] = json!([{"kind": "authenticate-oidc"}, {"kind": "forward"}]);
        for (fields, why) in [
            (listener("forward", 443.into()), "rule 5 answers"),
            (listener("fixed-response", Value::Null), "no HTTPS listener"),
            (signing_in, "could not be made again"),
        ] {
            let refused = prepare(&REDIRECT_TO_HTTPS, fields, json!({})).unwrap_err().to_string();
            assert!(refused.contains(why), "{refused}");
        }
    }
}
