//! Settings of a whole region.

use super::calls::{
    GET_EBS_DEFAULT_KMS_KEY_ID, GET_EBS_ENCRYPTION_BY_DEFAULT, GET_IMAGE_BLOCK_PUBLIC_ACCESS_STATE,
    GET_INSTANCE_METADATA_DEFAULTS, GET_SNAPSHOT_BLOCK_PUBLIC_ACCESS_STATE,
};
use crate::{record, resource_type};

record! {
    /// What new instances get if neither launch nor image says otherwise.
    pub struct InstanceMetadataDefaults {
        /// `required` (IMDSv2) or `optional`; absent if the account has no preference.
        pub tokens: Option<String>,
        /// `enabled` or `disabled`; absent if the account has no preference.
        pub endpoint: Option<String>,
        /// How many network hops a token may travel; absent if the account has no preference.
        pub hop_limit: Option<i64>,
        /// `enabled`: programs on an instance can read its tags there; absent if the account has no preference.
        pub tags: Option<String>,
        /// `enabled`: launches that do not require IMDSv2 are refused.
        pub tokens_enforced: Option<String>,
    }
}

resource_type! {
    /// The EC2 settings of the account in one region; its id is the region’s name.
    pub struct Region: "aws.ec2.region", listed_by [] {
        /// New volumes and copies of snapshots are encrypted, whatever the request says.
        reading ebs_encryption_by_default: bool, from [GET_EBS_ENCRYPTION_BY_DEFAULT];
        /// The KMS key of new volumes: an ARN, or `alias/aws/ebs` for the key that AWS keeps.
        reading ebs_default_kms_key: String, from [GET_EBS_DEFAULT_KMS_KEY_ID];
        /// `block-all-sharing` (no snapshot is public), `block-new-sharing` (public ones stay public) or `unblocked`.
        reading snapshot_block_public_access: String, from [GET_SNAPSHOT_BLOCK_PUBLIC_ACCESS_STATE];
        /// `block-new-sharing` (no image can be made public) or `unblocked`.
        reading image_block_public_access: String, from [GET_IMAGE_BLOCK_PUBLIC_ACCESS_STATE];
        /// Metadata options of new instances; absent if the account prefers nothing.
        maybe instance_metadata_defaults: InstanceMetadataDefaults, from [GET_INSTANCE_METADATA_DEFAULTS];
    }
}
