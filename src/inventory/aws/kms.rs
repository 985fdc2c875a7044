//! Resource types of AWS KMS.

use super::policy_document::PolicyDocument;
use crate::inventory::schema::{ApiCall, Moment, ResourceType};
use crate::resource_type;
use std::collections::BTreeMap;

/// The keys of a region.
pub const LIST_KEYS: ApiCall = ApiCall::new("kms:ListKeys", &["kms:ListKeys"]);
/// What a key is and how it stands.
pub const DESCRIBE_KEY: ApiCall = ApiCall::new("kms:DescribeKey", &["kms:DescribeKey"]);
/// Whether a key rotates.
pub const GET_KEY_ROTATION_STATUS: ApiCall = ApiCall::new("kms:GetKeyRotationStatus", &["kms:GetKeyRotationStatus"]);
/// The key policy.
pub const GET_KEY_POLICY: ApiCall = ApiCall::new("kms:GetKeyPolicy", &["kms:GetKeyPolicy"]);
/// The other names of the keys of a region.
pub const LIST_ALIASES: ApiCall = ApiCall::new("kms:ListAliases", &["kms:ListAliases"]);
/// The tags of a key.
pub const LIST_RESOURCE_TAGS: ApiCall = ApiCall::new("kms:ListResourceTags", &["kms:ListResourceTags"]);

/// Every type of this service.
pub const TYPES: &[&ResourceType] = &[Key::TYPE];

resource_type! {
    /// A key. Its policy may keep us from reading it, whatever IAM allows.
    pub struct Key: "aws.kms.key", listed_by [LIST_KEYS] {
        /// Its tags.
        reading tags: BTreeMap<String, String>, from [LIST_RESOURCE_TAGS];
        /// Its aliases, for instance `alias/orders`.
        reading aliases: Vec<String>, from [LIST_ALIASES];
        /// When it was made.
        maybe created_at: Moment, from [DESCRIBE_KEY];
        /// `CUSTOMER`, or `AWS` for the keys that AWS services make in the account.
        reading manager: String, from [DESCRIBE_KEY];
        /// `Enabled`, `Disabled`, `PendingDeletion`, `PendingImport`, `Unavailable`, ...
        reading state: String, from [DESCRIBE_KEY];
        /// `SYMMETRIC_DEFAULT`, `RSA_2048`, `HMAC_256`, ...
        reading spec: String, from [DESCRIBE_KEY];
        /// `ENCRYPT_DECRYPT`, `SIGN_VERIFY`, `GENERATE_VERIFY_MAC` or `KEY_AGREEMENT`.
        reading usage: String, from [DESCRIBE_KEY];
        /// Where the key material comes from: `AWS_KMS`, `EXTERNAL`, `AWS_CLOUDHSM` or `EXTERNAL_KEY_STORE`.
        reading origin: String, from [DESCRIBE_KEY];
        /// When it will be deleted; absent if it is not waiting for that.
        maybe deletion_at: Moment, from [DESCRIBE_KEY];
        /// The key rotates by itself; absent where that is not for the customer to choose: AWS managed keys,
        /// asymmetric and HMAC keys, and keys whose material is not made by KMS.
        maybe rotation_enabled: bool, from [DESCRIBE_KEY, GET_KEY_ROTATION_STATUS];
        /// The key policy.
        reading policy: PolicyDocument, from [GET_KEY_POLICY];
        /// The text of the key policy as KMS keeps it.
        reading policy_text: String, from [GET_KEY_POLICY];
    }
}
