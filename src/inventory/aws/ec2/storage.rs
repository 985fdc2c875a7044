//! Volumes, snapshots and machine images.

use super::calls::{
    DESCRIBE_IMAGE_ATTRIBUTE, DESCRIBE_IMAGES, DESCRIBE_SNAPSHOT_ATTRIBUTE, DESCRIBE_SNAPSHOTS, DESCRIBE_VOLUMES,
};
use crate::inventory::schema::Moment;
use crate::resource_type;

resource_type! {
    /// An EBS volume.
    pub struct Volume: "aws.ec2.volume", listed_by [DESCRIBE_VOLUMES] {
        /// Its blocks are encrypted.
        reading encrypted: bool, from [DESCRIBE_VOLUMES];
        /// ARN of the KMS key.
        listed kms_key: Option<String>;
        /// `creating`, `available`, `in-use`, `deleting`, `deleted` or `error`.
        listed state: Option<String>;
        /// Ids of the instances that it is attached to.
        listed attached_to: Vec<String>;
        /// The snapshot that it was made from.
        listed snapshot: Option<String>;
        /// Its size in GiB.
        listed size: Option<i64>;
        /// When it was made.
        listed created_at: Option<Moment>;
    }
}

resource_type! {
    /// An EBS snapshot that belongs to the account.
    pub struct Snapshot: "aws.ec2.snapshot", listed_by [DESCRIBE_SNAPSHOTS] {
        /// Its blocks are encrypted.
        reading encrypted: bool, from [DESCRIBE_SNAPSHOTS];
        /// ARN of the KMS key.
        listed kms_key: Option<String>;
        /// The volume that it was made of.
        listed volume: Option<String>;
        /// When it was made.
        listed created_at: Option<Moment>;
        /// Every AWS account may make volumes of it. One call tells this of all snapshots of a region.
        reading is_public: bool, from [DESCRIBE_SNAPSHOTS];
        /// Ids of the accounts that may make volumes of it, and `all` if every account may.
        reading shared_with: Vec<String>, from [DESCRIBE_SNAPSHOT_ATTRIBUTE];
    }
}

resource_type! {
    /// An Amazon machine image that belongs to the account.
    pub struct Image: "aws.ec2.image", listed_by [DESCRIBE_IMAGES] {
        /// Every AWS account may launch it.
        reading is_public: bool, from [DESCRIBE_IMAGES];
        /// Ids of the accounts, and ARNs of the organisations and their units, that may launch it, and `all` if every
        /// account may.
        reading shared_with: Vec<String>, from [DESCRIBE_IMAGE_ATTRIBUTE];
        /// `available`, `pending`, `deregistered`, `disabled`, `failed`, ...
        listed state: Option<String>;
        /// `v2.0` if instances launched from it require IMDSv2 unless told otherwise.
        listed imds_support: Option<String>;
        /// When it was made.
        listed created_at: Option<Moment>;
        /// When it becomes or became deprecated.
        listed deprecated_at: Option<Moment>;
    }
}
