//! Resource types of Amazon S3.

use crate::inventory::schema::{ApiCall, ResourceType};
use crate::{record, resource_type};

/// The bucket’s own Block Public Access switches.
pub const GET_PUBLIC_ACCESS_BLOCK: ApiCall =
    ApiCall::new("s3:GetPublicAccessBlock", &["s3:GetBucketPublicAccessBlock"]);
/// The buckets of the account.
pub const LIST_BUCKETS: ApiCall = ApiCall::new("s3:ListBuckets", &["s3:ListAllMyBuckets"]);

/// Every type of this service.
pub const TYPES: &[&ResourceType] = &[Bucket::TYPE];

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

resource_type! {
    /// A bucket.
    pub struct Bucket: "aws.s3.bucket", listed_by [LIST_BUCKETS] {
        /// The Block Public Access switches of the bucket itself; absent if never set.
        maybe public_access_block: PublicAccessBlock, from [GET_PUBLIC_ACCESS_BLOCK];
    }
}
