//! The calls behind the resource types of EC2.

use crate::inventory::schema::ApiCall;

/// The flow logs of a region.
pub const DESCRIBE_FLOW_LOGS: ApiCall = ApiCall::new("ec2:DescribeFlowLogs", &["ec2:DescribeFlowLogs"]);
/// Who may launch an image.
pub const DESCRIBE_IMAGE_ATTRIBUTE: ApiCall =
    ApiCall::new("ec2:DescribeImageAttribute", &["ec2:DescribeImageAttribute"]);
/// The images of a region.
pub const DESCRIBE_IMAGES: ApiCall = ApiCall::new("ec2:DescribeImages", &["ec2:DescribeImages"]);
/// The instances of a region.
pub const DESCRIBE_INSTANCES: ApiCall = ApiCall::new("ec2:DescribeInstances", &["ec2:DescribeInstances"]);
/// The managed prefix lists of a region.
pub const DESCRIBE_MANAGED_PREFIX_LISTS: ApiCall =
    ApiCall::new("ec2:DescribeManagedPrefixLists", &["ec2:DescribeManagedPrefixLists"]);
/// The network ACLs of a region.
pub const DESCRIBE_NETWORK_ACLS: ApiCall = ApiCall::new("ec2:DescribeNetworkAcls", &["ec2:DescribeNetworkAcls"]);
/// The network interfaces of a region.
pub const DESCRIBE_NETWORK_INTERFACES: ApiCall =
    ApiCall::new("ec2:DescribeNetworkInterfaces", &["ec2:DescribeNetworkInterfaces"]);
/// The route tables of a region.
pub const DESCRIBE_ROUTE_TABLES: ApiCall = ApiCall::new("ec2:DescribeRouteTables", &["ec2:DescribeRouteTables"]);
/// The rules of security groups, each with its id.
pub const DESCRIBE_SECURITY_GROUP_RULES: ApiCall =
    ApiCall::new("ec2:DescribeSecurityGroupRules", &["ec2:DescribeSecurityGroupRules"]);
/// The security groups of a region.
pub const DESCRIBE_SECURITY_GROUPS: ApiCall =
    ApiCall::new("ec2:DescribeSecurityGroups", &["ec2:DescribeSecurityGroups"]);
/// Who may use a snapshot.
pub const DESCRIBE_SNAPSHOT_ATTRIBUTE: ApiCall =
    ApiCall::new("ec2:DescribeSnapshotAttribute", &["ec2:DescribeSnapshotAttribute"]);
/// The snapshots of a region.
pub const DESCRIBE_SNAPSHOTS: ApiCall = ApiCall::new("ec2:DescribeSnapshots", &["ec2:DescribeSnapshots"]);
/// The subnets of a region.
pub const DESCRIBE_SUBNETS: ApiCall = ApiCall::new("ec2:DescribeSubnets", &["ec2:DescribeSubnets"]);
/// The volumes of a region.
pub const DESCRIBE_VOLUMES: ApiCall = ApiCall::new("ec2:DescribeVolumes", &["ec2:DescribeVolumes"]);
/// The VPC peering connections of a region.
pub const DESCRIBE_VPC_PEERING_CONNECTIONS: ApiCall =
    ApiCall::new("ec2:DescribeVpcPeeringConnections", &["ec2:DescribeVpcPeeringConnections"]);
/// The VPCs of a region.
pub const DESCRIBE_VPCS: ApiCall = ApiCall::new("ec2:DescribeVpcs", &["ec2:DescribeVpcs"]);
/// The key of new volumes.
pub const GET_EBS_DEFAULT_KMS_KEY_ID: ApiCall =
    ApiCall::new("ec2:GetEbsDefaultKmsKeyId", &["ec2:GetEbsDefaultKmsKeyId"]);
/// Whether new volumes are encrypted.
pub const GET_EBS_ENCRYPTION_BY_DEFAULT: ApiCall =
    ApiCall::new("ec2:GetEbsEncryptionByDefault", &["ec2:GetEbsEncryptionByDefault"]);
/// What CloudWatch counted of an instance.
pub const GET_METRIC_STATISTICS: ApiCall =
    ApiCall::new("cloudwatch:GetMetricStatistics", &["cloudwatch:GetMetricStatistics"]);
/// Whether images may be made public.
pub const GET_IMAGE_BLOCK_PUBLIC_ACCESS_STATE: ApiCall =
    ApiCall::new("ec2:GetImageBlockPublicAccessState", &["ec2:GetImageBlockPublicAccessState"]);
/// The metadata options of new instances.
pub const GET_INSTANCE_METADATA_DEFAULTS: ApiCall =
    ApiCall::new("ec2:GetInstanceMetadataDefaults", &["ec2:GetInstanceMetadataDefaults"]);
/// The entries of a managed prefix list.
pub const GET_MANAGED_PREFIX_LIST_ENTRIES: ApiCall =
    ApiCall::new("ec2:GetManagedPrefixListEntries", &["ec2:GetManagedPrefixListEntries"]);
/// Whether snapshots may be made public.
pub const GET_SNAPSHOT_BLOCK_PUBLIC_ACCESS_STATE: ApiCall =
    ApiCall::new("ec2:GetSnapshotBlockPublicAccessState", &["ec2:GetSnapshotBlockPublicAccessState"]);
