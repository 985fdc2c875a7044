//! Resource types of AWS Security Hub.

use crate::inventory::schema::{ApiCall, ResourceType};
use crate::{record, resource_type};

/// Whether Security Hub is on in a region.
pub const DESCRIBE_HUB: ApiCall = ApiCall::new("securityhub:DescribeHub", &["securityhub:DescribeHub"]);

/// Every type of this service.
pub const TYPES: &[&ResourceType] = &[SecurityHubRegion::TYPE];

record! {
    /// A subscription to Security Hub.
    pub struct Hub {
        /// Its ARN.
        pub arn: String,
        /// When the account subscribed, as AWS writes it.
        pub subscribed_at: Option<String>,
        /// New controls of enabled standards are switched on by themselves.
        pub auto_enable_controls: Option<bool>,
    }
}

resource_type! {
    /// Security Hub in one region.
    pub struct SecurityHubRegion: "aws.securityhub.region", listed_by [] {
        /// The subscription; absent if Security Hub is off.
        maybe hub: Hub, from [DESCRIBE_HUB];
    }
}
