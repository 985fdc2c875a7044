//! Calls that belong to no resource type: every AWS scan makes them.

use crate::inventory::ApiCall;

/// Who we are.
pub const GET_CALLER_IDENTITY: ApiCall = ApiCall::new("sts:GetCallerIdentity", &["sts:GetCallerIdentity"]);
/// Into another account.
pub const ASSUME_ROLE: ApiCall = ApiCall::new("sts:AssumeRole", &["sts:AssumeRole"]);
/// Which regions the account has.
pub const DESCRIBE_REGIONS: ApiCall = ApiCall::new("ec2:DescribeRegions", &["ec2:DescribeRegions"]);
