//! Resource types of Amazon GuardDuty.

use crate::inventory::schema::{ApiCall, ResourceType};
use crate::{record, resource_type};
use std::collections::BTreeMap;

/// The detector of a region.
pub const LIST_DETECTORS: ApiCall = ApiCall::new("guardduty:ListDetectors", &["guardduty:ListDetectors"]);
/// What a detector watches.
pub const GET_DETECTOR: ApiCall = ApiCall::new("guardduty:GetDetector", &["guardduty:GetDetector"]);

/// Every type of this service.
pub const TYPES: &[&ResourceType] = &[GuardDutyRegion::TYPE];

record! {
    /// A detector.
    pub struct Detector {
        /// Its id.
        pub detector_id: String,
        /// `ENABLED` or `DISABLED` (suspended).
        pub status: String,
        /// How often findings are published again: `FIFTEEN_MINUTES`, `ONE_HOUR` or `SIX_HOURS`.
        pub publishing_frequency: Option<String>,
        /// Protection plans and data sources to `ENABLED` or `DISABLED`, for instance `S3_DATA_EVENTS`,
        /// `EKS_AUDIT_LOGS`, `EBS_MALWARE_PROTECTION`, `RDS_LOGIN_EVENTS`, `LAMBDA_NETWORK_LOGS`, `RUNTIME_MONITORING`.
        pub features: BTreeMap<String, String>,
    }
}

resource_type! {
    /// GuardDuty in one region.
    pub struct GuardDutyRegion: "aws.guardduty.region", listed_by [] {
        /// The region's detector; absent if GuardDuty was never switched on.
        maybe detector: Detector, from [LIST_DETECTORS, GET_DETECTOR];
    }
}
