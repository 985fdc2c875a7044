//! Instances.

use super::calls::{DESCRIBE_INSTANCES, GET_METRIC_STATISTICS};
use crate::inventory::schema::Moment;
use crate::resource_type;

resource_type! {
    /// A virtual machine. What it is told at start (user data) is never read: it often holds secrets.
    pub struct Instance: "aws.ec2.instance", listed_by [DESCRIBE_INSTANCES] {
        /// `pending`, `running`, `stopping`, `stopped`, `shutting-down`, `terminated`, or `unknown`. AWS lists
        /// terminated instances for about an hour.
        listed state: String;
        /// The type, for instance `m7g.large`.
        listed instance_type: Option<String>;
        /// The image it was launched from.
        listed image: Option<String>;
        /// When it was last started.
        listed launched_at: Option<Moment>;
        /// The VPC it is in.
        listed vpc_id: Option<String>;
        /// The subnet of its first interface.
        listed subnet: Option<String>;
        /// Ids of its security groups.
        listed security_groups: Vec<String>;
        /// ARN of the instance profile, through which it has an IAM role.
        listed instance_profile: Option<String>;
        /// Its public IPv4 address.
        listed public_ip: Option<String>;
        /// Its IPv6 address.
        listed ipv6: Option<String>;
        /// `required`: the metadata service answers only requests with a session token (IMDSv2); `optional`: all.
        reading imds_tokens: String, from [DESCRIBE_INSTANCES];
        /// `enabled` or `disabled`: whether the metadata service answers at all.
        reading imds_endpoint: String, from [DESCRIBE_INSTANCES];
        /// How many network hops the token of the metadata service may travel, 1 to 64.
        reading imds_hop_limit: i64, from [DESCRIBE_INSTANCES];
        /// `enabled` or `disabled`: whether the metadata service has an IPv6 address too.
        listed imds_ipv6: Option<String>;
        /// `enabled` or `disabled`: whether the metadata service tells the tags of the instance.
        listed imds_tags: Option<String>;
        /// Requests without a token (IMDSv1) in the last 14 days, as CloudWatch counted them (`MetadataNoToken`);
        /// absent if it counted nothing, not even none.
        maybe imds_v1_requests: i64, from [GET_METRIC_STATISTICS];
    }
}
