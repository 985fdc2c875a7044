//! Resource types of Amazon EFS.

use crate::inventory::aws::policy_document::PolicyDocument;
use crate::inventory::schema::{ApiCall, Moment, ResourceType};
use crate::resource_type;

/// Whether AWS Backup backs a file system up.
pub const DESCRIBE_BACKUP_POLICY: ApiCall =
    ApiCall::new("efs:DescribeBackupPolicy", &["elasticfilesystem:DescribeBackupPolicy"]);
/// The policy of a file system.
pub const DESCRIBE_FILE_SYSTEM_POLICY: ApiCall =
    ApiCall::new("efs:DescribeFileSystemPolicy", &["elasticfilesystem:DescribeFileSystemPolicy"]);
/// The file systems of a region.
pub const DESCRIBE_FILE_SYSTEMS: ApiCall =
    ApiCall::new("efs:DescribeFileSystems", &["elasticfilesystem:DescribeFileSystems"]);

/// Every type of this service.
pub const TYPES: &[&ResourceType] = &[FileSystem::TYPE];

resource_type! {
    /// A file system.
    pub struct FileSystem: "aws.efs.file_system", listed_by [DESCRIBE_FILE_SYSTEMS] {
        /// Its files are encrypted at rest.
        reading encrypted: bool, from [DESCRIBE_FILE_SYSTEMS];
        /// ARN of the KMS key.
        listed kms_key: Option<String>;
        /// `creating`, `available`, `updating`, `deleting`, `deleted` or `error`.
        listed state: Option<String>;
        /// The one availability zone that holds it; absent if it is spread over all zones of the region.
        listed availability_zone: Option<String>;
        /// When it was made.
        listed created_at: Option<Moment>;
        /// `ENABLED`, `ENABLING`, `DISABLED` or `DISABLING`: daily backups by AWS Backup; absent if never switched on.
        maybe backup_policy: String, from [DESCRIBE_BACKUP_POLICY];
        /// Its resource policy; absent if it has none, and then everyone who reaches a mount target has access.
        maybe policy: PolicyDocument, from [DESCRIBE_FILE_SYSTEM_POLICY];
    }
}
