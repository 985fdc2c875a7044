//! Resource types of Amazon S3.

use super::policy_document::PolicyDocument;
use crate::inventory::document::text;
use crate::inventory::schema::{ApiCall, Moment, ResourceType, Type};
use crate::{record, resource_type};
use serde_json::Value;
use std::collections::BTreeMap;

/// The buckets of the account.
pub const LIST_BUCKETS: ApiCall = ApiCall::new("s3:ListBuckets", &["s3:ListAllMyBuckets"]);
/// The region of a bucket, where the listing does not tell it.
pub const GET_BUCKET_LOCATION: ApiCall = ApiCall::new("s3:GetBucketLocation", &["s3:GetBucketLocation"]);
/// The bucket’s own Block Public Access switches.
pub const GET_PUBLIC_ACCESS_BLOCK: ApiCall =
    ApiCall::new("s3:GetPublicAccessBlock", &["s3:GetBucketPublicAccessBlock"]);
/// The bucket policy.
pub const GET_BUCKET_POLICY: ApiCall = ApiCall::new("s3:GetBucketPolicy", &["s3:GetBucketPolicy"]);
/// Whether S3 takes the bucket policy for public.
pub const GET_BUCKET_POLICY_STATUS: ApiCall = ApiCall::new("s3:GetBucketPolicyStatus", &["s3:GetBucketPolicyStatus"]);
/// Versioning and MFA delete.
pub const GET_BUCKET_VERSIONING: ApiCall = ApiCall::new("s3:GetBucketVersioning", &["s3:GetBucketVersioning"]);
/// Default encryption.
pub const GET_BUCKET_ENCRYPTION: ApiCall = ApiCall::new("s3:GetBucketEncryption", &["s3:GetEncryptionConfiguration"]);
/// Server access logging.
pub const GET_BUCKET_LOGGING: ApiCall = ApiCall::new("s3:GetBucketLogging", &["s3:GetBucketLogging"]);
/// The access control list.
pub const GET_BUCKET_ACL: ApiCall = ApiCall::new("s3:GetBucketAcl", &["s3:GetBucketAcl"]);
/// Who owns uploaded objects.
pub const GET_BUCKET_OWNERSHIP_CONTROLS: ApiCall =
    ApiCall::new("s3:GetBucketOwnershipControls", &["s3:GetBucketOwnershipControls"]);
/// Lifecycle rules.
pub const GET_BUCKET_LIFECYCLE_CONFIGURATION: ApiCall =
    ApiCall::new("s3:GetBucketLifecycleConfiguration", &["s3:GetLifecycleConfiguration"]);
/// Object lock.
pub const GET_OBJECT_LOCK_CONFIGURATION: ApiCall =
    ApiCall::new("s3:GetObjectLockConfiguration", &["s3:GetBucketObjectLockConfiguration"]);
/// Tags.
pub const GET_BUCKET_TAGGING: ApiCall = ApiCall::new("s3:GetBucketTagging", &["s3:GetBucketTagging"]);
/// The account’s Block Public Access switches.
pub const GET_ACCOUNT_PUBLIC_ACCESS_BLOCK: ApiCall =
    ApiCall::new("s3control:GetPublicAccessBlock", &["s3:GetAccountPublicAccessBlock"]);

/// How a bucket serves a web site.
pub const GET_BUCKET_WEBSITE: ApiCall = ApiCall::new("s3:GetBucketWebsite", &["s3:GetBucketWebsite"]);

/// Every type of this service.
pub const TYPES: &[&ResourceType] = &[Account::TYPE, Bucket::TYPE];

record! {
    /// The four Block Public Access switches, of a bucket or of an account.
    pub struct PublicAccessBlock {
        /// New public ACLs are refused.
        pub block_public_acls: bool,
        /// New public bucket policies are refused.
        pub block_public_policy: bool,
        /// Existing public ACLs have no effect.
        pub ignore_public_acls: bool,
        /// Existing public policies let in only the account itself and AWS services.
        pub restrict_public_buckets: bool,
    }
}

record! {
    /// Versioning of a bucket.
    pub struct Versioning {
        /// `Enabled`, `Suspended`, or `Disabled` if it never was on.
        pub status: String,
        /// Deleting a version for good, or switching versioning off, takes the root user's MFA device.
        pub mfa_delete: bool,
    }
}

record! {
    /// How new objects are encrypted if the upload does not say.
    pub struct Encryption {
        /// `AES256` (a key of S3), `aws:kms` or `aws:kms:dsse`.
        pub algorithm: String,
        /// The KMS key, an ARN, id or alias; absent for `AES256`, and for KMS with the key that AWS manages.
        pub kms_key_id: Option<String>,
        /// One data key serves many objects, which saves KMS requests.
        pub bucket_key_enabled: bool,
        /// How uploads must not be encrypted: `SSE-C` (with a key of the uploader's own), or `NONE` for no such rule.
        pub blocked_types: Vec<String>,
    }
    helpers {
        /// The key is in KMS.
        with_kms() -> Type::Bool => with_kms,
    }
}

record! {
    /// Where the server access logs go.
    pub struct AccessLogging {
        /// The bucket that receives them.
        pub target_bucket: String,
        /// What their names begin with.
        pub target_prefix: String,
    }
}

record! {
    /// One grant of an access control list.
    pub struct AclGrant {
        /// `CanonicalUser`, `Group`, or `AmazonCustomerByEmail` (whose address is not kept).
        pub grantee_kind: String,
        /// The canonical user id, or the URI of the group.
        pub grantee: Option<String>,
        /// `FULL_CONTROL`, `READ`, `WRITE`, `READ_ACP` or `WRITE_ACP`.
        pub permission: String,
    }
    helpers {
        /// Everyone, or everyone with any AWS account.
        to_everyone() -> Type::Bool => to_everyone,
    }
}

record! {
    /// One lifecycle rule.
    pub struct LifecycleRule {
        /// The rule's own name.
        pub rule_id: Option<String>,
        /// The rule is in force.
        pub enabled: bool,
        /// The rule is for all objects: it has no prefix, tag or size filter.
        pub whole_bucket: bool,
        /// Days after which current objects are deleted.
        pub expires_after_days: Option<i64>,
        /// Days after which versions that are no longer current are deleted.
        pub noncurrent_expires_after_days: Option<i64>,
        /// Days after which unfinished uploads are deleted.
        pub aborts_uploads_after_days: Option<i64>,
        /// It moves objects or versions to cheaper storage.
        pub transitions: bool,
    }
}

record! {
    /// Object lock of a bucket: objects cannot be deleted or overwritten for a time.
    pub struct ObjectLock {
        /// Object lock is on.
        pub enabled: bool,
        /// The default mode of new objects: `GOVERNANCE`, which privileged users can lift, or `COMPLIANCE`.
        pub default_mode: Option<String>,
        /// For how many days new objects are locked by default; a year counts as 365 days.
        pub default_days: Option<i64>,
    }
}

resource_type! {
    /// The account-wide settings of S3. One an account; its id is the account's.
    pub struct Account: "aws.s3.account", listed_by [] {
        /// The Block Public Access switches for every bucket of the account; absent if never set.
        maybe public_access_block: PublicAccessBlock, from [GET_ACCOUNT_PUBLIC_ACCESS_BLOCK];
        /// The names of the buckets that let everyone in by policy or ACL and do not refuse that themselves, in any region.
        reading public_buckets: Vec<String>,
            from [LIST_BUCKETS, GET_BUCKET_LOCATION, GET_PUBLIC_ACCESS_BLOCK, GET_BUCKET_POLICY_STATUS, GET_BUCKET_ACL];
    }
}

resource_type! {
    /// A bucket.
    pub struct Bucket: "aws.s3.bucket", listed_by [LIST_BUCKETS, GET_BUCKET_LOCATION] {
        /// When it was made.
        listed created_at: Option<Moment>;
        /// Its tags.
        reading tags: BTreeMap<String, String>, from [GET_BUCKET_TAGGING];
        /// The Block Public Access switches of the bucket itself; absent if never set.
        maybe public_access_block: PublicAccessBlock, from [GET_PUBLIC_ACCESS_BLOCK];
        /// The bucket policy; absent if there is none.
        maybe policy: PolicyDocument, from [GET_BUCKET_POLICY];
        /// The text of the bucket policy as S3 keeps it; absent if there is none.
        maybe policy_text: String, from [GET_BUCKET_POLICY];
        /// S3 itself takes the bucket policy for public; absent if there is no policy.
        maybe policy_is_public: bool, from [GET_BUCKET_POLICY_STATUS];
        /// The bucket serves a web site (static website hosting).
        reading is_website: bool, from [GET_BUCKET_WEBSITE];
        /// Versioning.
        reading versioning: Versioning, from [GET_BUCKET_VERSIONING];
        /// Default encryption; absent only in buckets that have not been touched since 2023.
        maybe encryption: Encryption, from [GET_BUCKET_ENCRYPTION];
        /// Server access logging; absent if it is off.
        maybe logging: AccessLogging, from [GET_BUCKET_LOGGING];
        /// The grants of the access control list.
        reading acl: Vec<AclGrant>, from [GET_BUCKET_ACL];
        /// The canonical user id of the bucket's owner.
        reading acl_owner: String, from [GET_BUCKET_ACL];
        /// `BucketOwnerEnforced` (ACLs have no effect), `BucketOwnerPreferred` or `ObjectWriter`; absent means
        /// `ObjectWriter`.
        maybe ownership: String, from [GET_BUCKET_OWNERSHIP_CONTROLS];
        /// The lifecycle rules; absent if there are none.
        maybe lifecycle: Vec<LifecycleRule>, from [GET_BUCKET_LIFECYCLE_CONFIGURATION];
        /// Object lock; absent if it was never set up.
        maybe object_lock: ObjectLock, from [GET_OBJECT_LOCK_CONFIGURATION];
    }
}

fn with_kms(encryption: &Value, _: &[Value]) -> Value {
    Value::Bool(text(encryption, "algorithm").starts_with("aws:kms"))
}

const EVERYONE: [&str; 2] =
    ["http://acs.amazonaws.com/groups/global/AllUsers", "http://acs.amazonaws.com/groups/global/AuthenticatedUsers"];

fn to_everyone(grant: &Value, _: &[Value]) -> Value {
    Value::Bool(is_everyone(text(grant, "grantee")))
}

/// The grantee is everyone, or everyone with any AWS account.
#[must_use]
pub fn is_everyone(grantee: &str) -> bool {
    EVERYONE.contains(&grantee)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn both_kinds_of_kms_encryption_count() {
        let kms = |algorithm: &str| with_kms(&json!({"algorithm": algorithm}), &[]) == Value::Bool(true);
        assert!(kms("aws:kms") && kms("aws:kms:dsse"));
        assert!(!kms("AES256"));
    }

    #[test]
    fn log_delivery_is_not_everyone() {
        let everyone = |grantee: Value| to_everyone(&json!({"grantee": grantee}), &[]) == Value::Bool(true);
        assert!(everyone(json!("http://acs.amazonaws.com/groups/global/AllUsers")));
        assert!(everyone(json!("http://acs.amazonaws.com/groups/global/AuthenticatedUsers")));
        assert!(!everyone(json!("http://acs.amazonaws.com/groups/s3/LogDelivery")));
        assert!(!everyone(Value::Null));
    }
}
