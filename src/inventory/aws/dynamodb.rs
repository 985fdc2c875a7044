//! Resource types of Amazon DynamoDB.

use crate::inventory::schema::{ApiCall, ResourceType};
use crate::resource_type;
use std::collections::BTreeMap;

/// The tables of a region.
pub const LIST_TABLES: ApiCall = ApiCall::new("dynamodb:ListTables", &["dynamodb:ListTables"]);
/// The settings of a table.
pub const DESCRIBE_TABLE: ApiCall = ApiCall::new("dynamodb:DescribeTable", &["dynamodb:DescribeTable"]);
/// Whether a table can be restored to any second of the last days.
pub const DESCRIBE_CONTINUOUS_BACKUPS: ApiCall =
    ApiCall::new("dynamodb:DescribeContinuousBackups", &["dynamodb:DescribeContinuousBackups"]);
/// A table's tags.
pub const LIST_TAGS_OF_RESOURCE: ApiCall =
    ApiCall::new("dynamodb:ListTagsOfResource", &["dynamodb:ListTagsOfResource"]);

/// Every type of this service.
pub const TYPES: &[&ResourceType] = &[Table::TYPE];

resource_type! {
    /// A table, or this region's replica of a global table.
    pub struct Table: "aws.dynamodb.table", listed_by [LIST_TABLES] {
        /// `ACTIVE`, `CREATING`, `UPDATING`, `DELETING`, `ARCHIVED` and others.
        reading status: String, from [DESCRIBE_TABLE];
        /// It cannot be deleted before this is switched off.
        reading deletion_protection: bool, from [DESCRIBE_TABLE];
        /// ARN of the KMS key that encrypts it, one of the account or `alias/aws/dynamodb`; absent if DynamoDB encrypts
        /// it with a key that AWS owns.
        maybe kms_key: String, from [DESCRIBE_TABLE];
        /// It can be restored to any second of the last days.
        reading point_in_time_recovery: bool, from [DESCRIBE_CONTINUOUS_BACKUPS];
        /// Its tags.
        reading tags: BTreeMap<String, String>, from [LIST_TAGS_OF_RESOURCE];
    }
}
