//! Resource types of AWS, one file a service.

pub mod accessanalyzer;
pub mod account;
pub mod cloudtrail;
pub mod cloudwatch;
pub mod config;
pub mod ec2;
pub mod efs;
pub mod filter_pattern;
pub mod guardduty;
pub mod iam;
pub mod kms;
pub mod policy_document;
pub mod rds;
pub mod s3;
pub mod securityhub;
pub mod sns;

use super::schema::ResourceType;

/// Every AWS resource type.
#[must_use]
pub fn resource_types() -> &'static [&'static ResourceType] {
    static TYPES: std::sync::LazyLock<Vec<&'static ResourceType>> = std::sync::LazyLock::new(|| {
        [
            accessanalyzer::TYPES,
            account::TYPES,
            cloudtrail::TYPES,
            cloudwatch::TYPES,
            config::TYPES,
            ec2::TYPES,
            efs::TYPES,
            guardduty::TYPES,
            iam::TYPES,
            kms::TYPES,
            rds::TYPES,
            s3::TYPES,
            securityhub::TYPES,
            sns::TYPES,
        ]
        .concat()
    });
    &TYPES
}
