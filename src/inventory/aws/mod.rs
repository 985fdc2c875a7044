//! Resource types of AWS, one file a service.

pub mod accessanalyzer;
pub mod account;
pub mod cloudtrail;
pub mod cloudwatch;
pub mod config;
pub mod dynamodb;
pub mod ec2;
pub mod ecr;
pub mod efs;
pub mod elbv2;
pub mod filter_pattern;
pub mod guardduty;
pub mod iam;
pub mod kms;
pub mod lambda;
pub mod logs;
pub mod policy_document;
pub mod rds;
pub mod s3;
pub mod securityhub;
pub mod sns;
pub mod sqs;
pub mod ssm;

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
            dynamodb::TYPES,
            ec2::TYPES,
            ecr::TYPES,
            efs::TYPES,
            elbv2::TYPES,
            guardduty::TYPES,
            iam::TYPES,
            kms::TYPES,
            lambda::TYPES,
            logs::TYPES,
            rds::TYPES,
            s3::TYPES,
            securityhub::TYPES,
            sns::TYPES,
            sqs::TYPES,
            ssm::TYPES,
        ]
        .concat()
    });
    &TYPES
}
