//! Resource types of CloudWatch Logs.

use crate::inventory::schema::{ApiCall, Moment, ResourceType};
use crate::resource_type;

/// The log groups of a region.
pub const DESCRIBE_LOG_GROUPS: ApiCall = ApiCall::new("logs:DescribeLogGroups", &["logs:DescribeLogGroups"]);

/// Every type of this service.
pub const TYPES: &[&ResourceType] = &[LogGroup::TYPE];

resource_type! {
    /// A log group.
    pub struct LogGroup: "aws.logs.log_group", listed_by [DESCRIBE_LOG_GROUPS] {
        /// Days that events are kept; absent if they are kept for ever.
        maybe retention_days: i64, from [DESCRIBE_LOG_GROUPS];
        /// ARN of the KMS key; absent if CloudWatch Logs encrypts with a key of its own.
        listed kms_key: Option<String>;
        /// `STANDARD`, `INFREQUENT_ACCESS` or `DELIVERY` (kept for two days, whatever is set).
        listed class: Option<String>;
        /// Bytes of its events.
        listed stored_bytes: Option<i64>;
        /// When it was made.
        listed created_at: Option<Moment>;
    }
}
