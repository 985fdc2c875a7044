//! Resource types of Amazon RDS.
//!
//! The API of RDS also lists the databases of Amazon Neptune and Amazon DocumentDB; `engine` tells them apart.

use crate::inventory::schema::{ApiCall, Moment, ResourceType};
use crate::resource_type;

/// The DB instances of a region.
pub const DESCRIBE_DB_INSTANCES: ApiCall = ApiCall::new("rds:DescribeDBInstances", &["rds:DescribeDBInstances"]);
/// The DB clusters of a region.
pub const DESCRIBE_DB_CLUSTERS: ApiCall = ApiCall::new("rds:DescribeDBClusters", &["rds:DescribeDBClusters"]);
/// The snapshots of DB instances in a region.
pub const DESCRIBE_DB_SNAPSHOTS: ApiCall = ApiCall::new("rds:DescribeDBSnapshots", &["rds:DescribeDBSnapshots"]);
/// Who may restore a snapshot of a DB instance.
pub const DESCRIBE_DB_SNAPSHOT_ATTRIBUTES: ApiCall =
    ApiCall::new("rds:DescribeDBSnapshotAttributes", &["rds:DescribeDBSnapshotAttributes"]);
/// The snapshots of DB clusters in a region.
pub const DESCRIBE_DB_CLUSTER_SNAPSHOTS: ApiCall =
    ApiCall::new("rds:DescribeDBClusterSnapshots", &["rds:DescribeDBClusterSnapshots"]);
/// Who may restore a snapshot of a DB cluster.
pub const DESCRIBE_DB_CLUSTER_SNAPSHOT_ATTRIBUTES: ApiCall =
    ApiCall::new("rds:DescribeDBClusterSnapshotAttributes", &["rds:DescribeDBClusterSnapshotAttributes"]);

/// Every type of this service.
pub const TYPES: &[&ResourceType] = &[Cluster::TYPE, ClusterSnapshot::TYPE, Instance::TYPE, Snapshot::TYPE];

resource_type! {
    /// A DB instance. Of an instance in a cluster (`cluster` is there) the cluster decides on encryption, backups,
    /// deletion protection, IAM authentication, tags of snapshots and logs; see `aws.rds.cluster`.
    pub struct Instance: "aws.rds.instance", listed_by [DESCRIBE_DB_INSTANCES] {
        /// `postgres`, `mysql`, `aurora-postgresql`, `sqlserver-se`, `neptune`, `docdb`, ...
        reading engine: String, from [DESCRIBE_DB_INSTANCES];
        /// The version of the engine.
        listed engine_version: Option<String>;
        /// `available`, `stopped`, `deleting`, ...
        listed status: Option<String>;
        /// Changes that somebody asked for wait for the maintenance window.
        listed changes_pending: bool;
        /// The name of the cluster that it is a member of.
        listed cluster: Option<String>;
        /// The name or ARN of the instance or cluster that it copies, if it is a read replica.
        listed replica_of: Option<String>;
        /// Its storage is encrypted.
        reading storage_encrypted: bool, from [DESCRIBE_DB_INSTANCES];
        /// ARN of the KMS key of its storage.
        listed kms_key: Option<String>;
        /// It has an address that is reachable from the internet, if its security groups allow it.
        reading publicly_accessible: bool, from [DESCRIBE_DB_INSTANCES];
        /// Minor versions of the engine are installed in the maintenance window.
        reading auto_minor_version_upgrade: bool, from [DESCRIBE_DB_INSTANCES];
        /// It has a standby in another availability zone.
        reading multi_az: bool, from [DESCRIBE_DB_INSTANCES];
        /// Days that automated backups are kept; 0: there are none.
        reading backup_retention_days: i64, from [DESCRIBE_DB_INSTANCES];
        /// It cannot be deleted until this is switched off.
        reading deletion_protection: bool, from [DESCRIBE_DB_INSTANCES];
        /// Database users may sign in with IAM credentials instead of a password.
        reading iam_authentication: bool, from [DESCRIBE_DB_INSTANCES];
        /// Its snapshots get its tags.
        reading copy_tags_to_snapshots: bool, from [DESCRIBE_DB_INSTANCES];
        /// Kinds of logs that go to CloudWatch Logs, for instance `error`, `audit`, `postgresql`.
        listed log_exports: Vec<String>;
        /// The name of the authority behind its TLS certificate, for instance `rds-ca-rsa2048-g1`.
        listed ca_certificate: Option<String>;
        /// When its TLS certificate ends.
        listed certificate_valid_until: Option<Moment>;
        /// The VPC it is in.
        listed vpc_id: Option<String>;
        /// When it was made.
        listed created_at: Option<Moment>;
    }
}

resource_type! {
    /// A DB cluster: Aurora, Multi-AZ DB cluster, Neptune or DocumentDB.
    pub struct Cluster: "aws.rds.cluster", listed_by [DESCRIBE_DB_CLUSTERS] {
        /// `aurora-postgresql`, `aurora-mysql`, `postgres` and `mysql` (Multi-AZ DB cluster), `neptune`, `docdb`.
        reading engine: String, from [DESCRIBE_DB_CLUSTERS];
        /// The version of the engine.
        listed engine_version: Option<String>;
        /// `provisioned`, `serverless`, ...
        listed engine_mode: Option<String>;
        /// `available`, `stopped`, `deleting`, ...
        listed status: Option<String>;
        /// Changes that somebody asked for wait for the maintenance window.
        listed changes_pending: bool;
        /// Names of its DB instances.
        listed members: Vec<String>;
        /// Its storage is encrypted.
        reading storage_encrypted: bool, from [DESCRIBE_DB_CLUSTERS];
        /// ARN of the KMS key of its storage.
        listed kms_key: Option<String>;
        /// It has instances in several availability zones.
        reading multi_az: bool, from [DESCRIBE_DB_CLUSTERS];
        /// Days that automated backups are kept.
        reading backup_retention_days: i64, from [DESCRIBE_DB_CLUSTERS];
        /// It cannot be deleted until this is switched off.
        reading deletion_protection: bool, from [DESCRIBE_DB_CLUSTERS];
        /// Database users may sign in with IAM credentials instead of a password.
        reading iam_authentication: bool, from [DESCRIBE_DB_CLUSTERS];
        /// Its snapshots get its tags.
        reading copy_tags_to_snapshots: bool, from [DESCRIBE_DB_CLUSTERS];
        /// Kinds of logs that go to CloudWatch Logs, for instance `audit`, `postgresql`.
        listed log_exports: Vec<String>;
        /// When it was made.
        listed created_at: Option<Moment>;
    }
}

resource_type! {
    /// A snapshot of a DB instance that somebody made. Automated ones end with their instance and cannot be shared.
    pub struct Snapshot: "aws.rds.snapshot", listed_by [DESCRIBE_DB_SNAPSHOTS] {
        /// The engine of the instance, for instance `postgres`.
        listed engine: Option<String>;
        /// The name of the instance that it was made of.
        listed instance: Option<String>;
        /// It is encrypted.
        reading encrypted: bool, from [DESCRIBE_DB_SNAPSHOTS];
        /// ARN of the KMS key.
        listed kms_key: Option<String>;
        /// When it was made.
        listed created_at: Option<Moment>;
        /// Ids of the accounts that may restore it, and `all` if every AWS account may.
        reading shared_with: Vec<String>, from [DESCRIBE_DB_SNAPSHOT_ATTRIBUTES];
    }
}

resource_type! {
    /// A snapshot of a DB cluster that somebody made. Automated ones end with their cluster and cannot be shared.
    pub struct ClusterSnapshot: "aws.rds.cluster_snapshot", listed_by [DESCRIBE_DB_CLUSTER_SNAPSHOTS] {
        /// The engine of the cluster, for instance `aurora-postgresql`.
        listed engine: Option<String>;
        /// The name of the cluster that it was made of.
        listed cluster: Option<String>;
        /// It is encrypted.
        reading encrypted: bool, from [DESCRIBE_DB_CLUSTER_SNAPSHOTS];
        /// ARN of the KMS key.
        listed kms_key: Option<String>;
        /// When it was made.
        listed created_at: Option<Moment>;
        /// Ids of the accounts that may restore it, and `all` if every AWS account may.
        reading shared_with: Vec<String>, from [DESCRIBE_DB_CLUSTER_SNAPSHOT_ATTRIBUTES];
    }
}
