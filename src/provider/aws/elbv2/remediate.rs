//! The write calls of Elastic Load Balancing.

use super::actions;
use crate::provider::aws::Scope;
use crate::provider::aws::write::{Parameters, Written, write_calls};
use aws_sdk_elasticloadbalancingv2::types::LoadBalancerAttribute;

write_calls! {
    "elbv2:ModifyLoadBalancerAttributes" => modify_load_balancer_attributes,
    "elbv2:ModifyListener" => modify_listener,
}

async fn modify_load_balancer_attributes(scope: &Scope, given: Parameters<'_>) -> Written {
    let mut request =
        scope.clients.elbv2().modify_load_balancer_attributes().load_balancer_arn(given.text("LoadBalancerArn")?);
    for attribute in given.objects("Attributes") {
        let attribute =
            LoadBalancerAttribute::builder().key(attribute.text("Key")?).value(attribute.text("Value")?).build();
        request = request.attributes(attribute);
    }
    given.done(request.send().await)
}

async fn modify_listener(scope: &Scope, given: Parameters<'_>) -> Written {
    let mut request = scope.clients.elbv2().modify_listener().listener_arn(given.text("ListenerArn")?);
    for action in given.objects("DefaultActions") {
        request = request.default_actions(actions::from_document(action)?);
    }
    given.done(request.send().await)
}
