//! Operations on AWS.

mod accessanalyzer;
mod account;
mod cloudtrail;
mod config;
mod dynamodb;
mod ec2;
mod ecr;
mod efs;
mod elbv2;
mod guardduty;
mod iam;
mod kms;
mod lambda;
mod logs;
mod policy;
mod rds;
mod s3;
mod securityhub;
mod sharing;
mod sns;
mod sqs;
mod ssm;
#[cfg(test)]
mod testing;

use super::super::operation::Operation;
use crate::remediation::state::made_of;
use serde_json::Value;

/// The operations of each service.
pub const OPERATIONS: &[&[&Operation]] = &[
    s3::OPERATIONS,
    ec2::OPERATIONS,
    iam::OPERATIONS,
    kms::OPERATIONS,
    cloudtrail::OPERATIONS,
    rds::OPERATIONS,
    sns::OPERATIONS,
    account::OPERATIONS,
    logs::OPERATIONS,
    sqs::OPERATIONS,
    dynamodb::OPERATIONS,
    lambda::OPERATIONS,
    ecr::OPERATIONS,
    elbv2::OPERATIONS,
    ssm::OPERATIONS,
    config::OPERATIONS,
    guardduty::OPERATIONS,
    accessanalyzer::OPERATIONS,
    securityhub::OPERATIONS,
    efs::OPERATIONS,
];

/// The partition of a region: the second part of ARNs.
fn partition(region: &str) -> &'static str {
    if region.starts_with("cn-") {
        "aws-cn"
    } else if region.starts_with("us-gov-") {
        "aws-us-gov"
    } else {
        "aws"
    }
}

/// How a service names a KMS key that it was given: by its ARN, which nobody knows beforehand of an alias or an id.
fn key_as_read(given: &str) -> Value {
    let is_arn = given.starts_with("arn:") && given.contains(":key/");
    if is_arn { given.into() } else { made_of(given) }
}
