//! Resource types of IAM Access Analyzer.

use crate::inventory::schema::{ApiCall, ResourceType};
use crate::{record, resource_type};

/// The analyzers of a region.
pub const LIST_ANALYZERS: ApiCall = ApiCall::new("accessanalyzer:ListAnalyzers", &["access-analyzer:ListAnalyzers"]);

/// Every type of this service.
pub const TYPES: &[&ResourceType] = &[AccessAnalyzerRegion::TYPE];

record! {
    /// An analyzer.
    pub struct Analyzer {
        /// Its ARN.
        pub arn: String,
        /// What it looks for, and for whom: `ACCOUNT` and `ORGANIZATION` look for external access; others, such as
        /// `ACCOUNT_UNUSED_ACCESS`, do not.
        pub kind: String,
        /// `ACTIVE`, `CREATING`, `DISABLED` or `FAILED`.
        pub status: String,
    }
}

resource_type! {
    /// IAM Access Analyzer in one region.
    pub struct AccessAnalyzerRegion: "aws.accessanalyzer.region", listed_by [] {
        /// The analyzers that the account owns. An analyzer of the organization stands only in the account that
        /// administers it.
        reading analyzers: Vec<Analyzer>, from [LIST_ANALYZERS];
    }
}
