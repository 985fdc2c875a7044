//! Operations on AWS.

mod account;
mod cloudtrail;
mod ec2;
mod iam;
mod kms;
mod logs;
mod policy;
mod rds;
mod s3;
mod sharing;
mod sns;
#[cfg(test)]
mod testing;

use super::super::operation::Operation;

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
