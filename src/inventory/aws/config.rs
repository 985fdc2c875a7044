//! Resource types of AWS Config.

use crate::inventory::Reading;
use crate::inventory::schema::{ApiCall, Moment, ResourceType};
use crate::{record, resource_type};

/// What a region's recorder records.
pub const DESCRIBE_CONFIGURATION_RECORDERS: ApiCall =
    ApiCall::new("config:DescribeConfigurationRecorders", &["config:DescribeConfigurationRecorders"]);
/// Whether a region's recorder records.
pub const DESCRIBE_CONFIGURATION_RECORDER_STATUS: ApiCall =
    ApiCall::new("config:DescribeConfigurationRecorderStatus", &["config:DescribeConfigurationRecorderStatus"]);
/// Where a region's records go.
pub const DESCRIBE_DELIVERY_CHANNELS: ApiCall =
    ApiCall::new("config:DescribeDeliveryChannels", &["config:DescribeDeliveryChannels"]);
/// How the deliveries of a region went.
pub const DESCRIBE_DELIVERY_CHANNEL_STATUS: ApiCall =
    ApiCall::new("config:DescribeDeliveryChannelStatus", &["config:DescribeDeliveryChannelStatus"]);

/// Every type of this service.
pub const TYPES: &[&ResourceType] = &[ConfigAccount::TYPE, ConfigRegion::TYPE];

record! {
    /// What a configuration recorder records.
    pub struct Recorder {
        /// Its name.
        pub recorder_name: String,
        /// Every type of regional resource is recorded, future ones too.
        pub all_supported: bool,
        /// Global resources (IAM users, groups, roles and policies) are recorded too.
        pub include_global_types: bool,
        /// `ALL_SUPPORTED_RESOURCE_TYPES`, `INCLUSION_BY_RESOURCE_TYPES` or `EXCLUSION_BY_RESOURCE_TYPES`.
        pub strategy: Option<String>,
        /// The resource types that are recorded, if the strategy is inclusion.
        pub included_types: Vec<String>,
        /// The resource types that are left out, if the strategy is exclusion.
        pub excluded_types: Vec<String>,
    }
}

record! {
    /// Whether a configuration recorder records.
    pub struct RecorderStatus {
        /// It is switched on.
        pub recording: bool,
        /// How the last recording went: `PENDING`, `SUCCESS`, `FAILURE` or `NOTAPPLICABLE`.
        pub last_status: Option<String>,
        /// Why the last recording failed.
        pub last_error_code: Option<String>,
        /// When the status last changed.
        pub last_status_changed_at: Option<Moment>,
    }
}

record! {
    /// Where configuration snapshots and histories go.
    pub struct DeliveryChannel {
        /// Its name.
        pub channel_name: String,
        /// The bucket that gets them.
        pub s3_bucket: Option<String>,
        /// The KMS key that encrypts them in the bucket.
        pub s3_kms_key_arn: Option<String>,
        /// The topic that tells of changes.
        pub sns_topic_arn: Option<String>,
    }
}

record! {
    /// How the last deliveries went; each is `SUCCESS`, `FAILURE` or `NOT_APPLICABLE`, absent if there was none.
    pub struct DeliveryStatus {
        /// The last configuration history to the bucket.
        pub history: Option<String>,
        /// The last configuration snapshot to the bucket.
        pub snapshot: Option<String>,
        /// The last notification to the topic.
        pub notification: Option<String>,
    }
}

record! {
    /// The recorder of one region.
    pub struct RegionalRecorder {
        /// The region.
        pub region_name: String,
        /// What it records; absent if the region has none.
        pub recorder: Option<Recorder>,
        /// It is switched on; false if the region has none.
        pub recording: bool,
    }
}

resource_type! {
    /// AWS Config in one region.
    pub struct ConfigRegion: "aws.config.region", listed_by [] {
        /// What the region's customer-managed recorder records; absent if there is none.
        maybe recorder: Recorder, from [DESCRIBE_CONFIGURATION_RECORDERS];
        /// Whether it records; absent if there is none.
        maybe recorder_status: RecorderStatus, from [DESCRIBE_CONFIGURATION_RECORDER_STATUS];
        /// It is switched on; absent if there is none.
        maybe recording: bool, from [DESCRIBE_CONFIGURATION_RECORDER_STATUS];
        /// Where the records go; absent if there is no delivery channel.
        maybe delivery_channel: DeliveryChannel, from [DESCRIBE_DELIVERY_CHANNELS];
        /// How the last deliveries went; absent if there is no delivery channel.
        maybe delivery_status: DeliveryStatus, from [DESCRIBE_DELIVERY_CHANNEL_STATUS];
    }
}

resource_type! {
    /// AWS Config in all regions of the account.
    pub struct ConfigAccount: "aws.config.account", listed_by [] {
        /// The recorders, one for each enabled region; a region that could not be read, or is not scanned, stands here
        /// as unreadable.
        reading recorders: Vec<Reading<RegionalRecorder>>, from [
            DESCRIBE_CONFIGURATION_RECORDERS, DESCRIBE_CONFIGURATION_RECORDER_STATUS
        ];
    }
}
