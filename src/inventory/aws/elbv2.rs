//! Resource types of Elastic Load Balancing: application, network and gateway load balancers. Classic ones are not read.

use crate::inventory::schema::{ApiCall, Moment, ResourceType};
use crate::{record, resource_type};
use serde_json::Value;
use std::collections::BTreeMap;

/// The load balancers of a region.
pub const DESCRIBE_LOAD_BALANCERS: ApiCall =
    ApiCall::new("elbv2:DescribeLoadBalancers", &["elasticloadbalancing:DescribeLoadBalancers"]);
/// The attributes of a load balancer.
pub const DESCRIBE_LOAD_BALANCER_ATTRIBUTES: ApiCall =
    ApiCall::new("elbv2:DescribeLoadBalancerAttributes", &["elasticloadbalancing:DescribeLoadBalancerAttributes"]);
/// The listeners of a load balancer.
pub const DESCRIBE_LISTENERS: ApiCall =
    ApiCall::new("elbv2:DescribeListeners", &["elasticloadbalancing:DescribeListeners"]);
/// The rules of a listener.
pub const DESCRIBE_RULES: ApiCall = ApiCall::new("elbv2:DescribeRules", &["elasticloadbalancing:DescribeRules"]);
/// The security policies that TLS listeners choose from.
pub const DESCRIBE_SSL_POLICIES: ApiCall =
    ApiCall::new("elbv2:DescribeSSLPolicies", &["elasticloadbalancing:DescribeSSLPolicies"]);
/// The tags of load balancers and listeners.
pub const DESCRIBE_TAGS: ApiCall = ApiCall::new("elbv2:DescribeTags", &["elasticloadbalancing:DescribeTags"]);

/// Every type of this service.
pub const TYPES: &[&ResourceType] = &[LoadBalancer::TYPE, Listener::TYPE];

record! {
    /// What a listener does with a request.
    pub struct ListenerAction {
        /// `forward`, `redirect`, `fixed-response`, `authenticate-oidc`, `authenticate-cognito` or `jwt-validation`.
        pub kind: String,
        /// Where a redirect leads to: `HTTPS`, `HTTP`, or `#{protocol}` for that of the request.
        pub redirect_protocol: Option<String>,
    }
}

record! {
    /// A rule of a listener: requests that meet its conditions, and what is done with them.
    pub struct ListenerRule {
        /// Rules are tried in the order of this number; `default` is the last one.
        pub priority: String,
        /// What is done, in order.
        pub actions: Vec<ListenerAction>,
    }
}

resource_type! {
    /// A load balancer.
    pub struct LoadBalancer: "aws.elbv2.load_balancer", listed_by [DESCRIBE_LOAD_BALANCERS] {
        /// `application`, `network` or `gateway`.
        reading kind: String, from [DESCRIBE_LOAD_BALANCERS];
        /// `internet-facing` or `internal`; absent for gateway load balancers.
        listed scheme: Option<String>;
        /// The VPC that it is in.
        listed vpc_id: Option<String>;
        /// When it was made.
        listed created_at: Option<Moment>;
        /// It cannot be deleted before this is switched off.
        reading deletion_protection: bool, from [DESCRIBE_LOAD_BALANCER_ATTRIBUTES];
        /// Headers with names that are not valid are removed; absent if it is no application load balancer.
        maybe drops_invalid_headers: bool, from [DESCRIBE_LOAD_BALANCER_ATTRIBUTES];
        /// Requests are logged to a bucket; absent for gateway load balancers. Network load balancers log only what
        /// comes through TLS listeners.
        maybe access_logs: bool, from [DESCRIBE_LOAD_BALANCER_ATTRIBUTES];
        /// The bucket that access logs go to; absent if none is named.
        maybe access_log_bucket: String, from [DESCRIBE_LOAD_BALANCER_ATTRIBUTES];
        /// Its tags.
        reading tags: BTreeMap<String, String>, from [DESCRIBE_TAGS];
    }
}

resource_type! {
    /// A listener of a load balancer: a port that it answers on.
    pub struct Listener: "aws.elbv2.listener", listed_by [DESCRIBE_LOAD_BALANCERS, DESCRIBE_LISTENERS] {
        /// ARN of its load balancer.
        listed load_balancer: String;
        /// `application`, `network` or `gateway`.
        reading load_balancer_kind: String, from [DESCRIBE_LOAD_BALANCERS];
        /// `HTTP`, `HTTPS`, `TCP`, `TLS`, `UDP` and others; absent for listeners of gateway load balancers.
        maybe protocol: String, from [DESCRIBE_LISTENERS];
        /// The port; absent for listeners of gateway load balancers.
        listed port: Option<i64>;
        /// What is done with requests that no other rule is for.
        listed default_actions: Vec<ListenerAction>;
        /// The same in order, in the shape that the API gives them. Of actions that sign users in or check tokens, their
        /// type alone.
        reading default_action_documents: Vec<Value>, from [DESCRIBE_LISTENERS];
        /// The port of an HTTPS listener of the same load balancer, 443 before others; absent if it has none.
        maybe https_port: i64, from [DESCRIBE_LISTENERS];
        /// All rules, the default one included; absent for listeners of network and gateway load balancers, which have
        /// nothing but the default actions.
        maybe rules: Vec<ListenerRule>, from [DESCRIBE_RULES];
        /// Name of the security policy; absent unless the protocol is `HTTPS` or `TLS`.
        maybe security_policy: String, from [DESCRIBE_LISTENERS];
        /// The versions that the security policy lets clients use, for instance `TLSv1.2`; absent unless the protocol is
        /// `HTTPS` or `TLS`.
        maybe tls_versions: Vec<String>, from [DESCRIBE_SSL_POLICIES];
        /// Its tags.
        reading tags: BTreeMap<String, String>, from [DESCRIBE_TAGS];
    }
}
