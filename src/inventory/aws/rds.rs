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
        listed engine: Option<String>;
        /// The version of the engine.
        listed engine_version: Option<String>;
        /// `available`, `stopped`, `deleting`, ...
        listed status: Option<String>;
        /// The name of the cluster that it is a member of.
        listed cluster: Option<String>;
        /// The name or ARN of the instance or cluster that it copies, if it is a read replica.
        listed replica_of: Option<String>;
        /// Its storage is encrypted.
        listed storage_encrypted: Option<bool>;
        /// ARN of the KMS key of its storage.
        listed kms_key: Option<String>;
        /// It has an address that is reachable from the internet, if its security groups allow it.
        listed publicly_accessible: Option<bool>;
        /// Minor versions of the engine are installed in the maintenance window.
        listed auto_minor_version_upgrade: Option<bool>;
        /// It has a standby in another availability zone.
        listed multi_az: Option<bool>;
        /// Days that automated backups are kept; 0: there are none.
        listed backup_retention_days: Option<i64>;
        /// It cannot be deleted until this is switched off.
        listed deletion_protection: Option<bool>;
        /// Database users may sign in with IAM credentials instead of a password.
        listed iam_authentication: Option<bool>;
        /// Its snapshots get its tags.
        listed copy_tags_to_snapshots: Option<bool>;
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
        listed engine: Option<String>;
        /// The version of the engine.
        listed engine_version: Option<String>;
        /// `provisioned`, `serverless`, ...
        listed engine_mode: Option<String>;
        /// `available`, `stopped`, `deleting`, ...
        listed status: Option<String>;
        /// Names of its DB instances.
        listed members: Vec<String>;
        /// Its storage is encrypted.
        listed storage_encrypted: Option<bool>;
        /// ARN of the KMS key of its storage.
        listed kms_key: Option<String>;
        /// It has instances in several availability zones.
        listed multi_az: Option<bool>;
        /// Days that automated backups are kept.
        listed backup_retention_days: Option<i64>;
        /// It cannot be deleted until this is switched off.
        listed deletion_protection: Option<bool>;
        /// Database users may sign in with IAM credentials instead of a password.
        listed iam_authentication: Option<bool>;
        /// Its snapshots get its tags.
        listed copy_tags_to_snapshots: Option<bool>;
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
        listed encrypted: Option<bool>;
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
        listed encrypted: Option<bool>;
        /// ARN of the KMS key.
        listed kms_key: Option<String>;
        /// When it was made.
        listed created_at: Option<Moment>;
        /// Ids of the accounts that may restore it, and `all` if every AWS account may.
        reading shared_with: Vec<String>, from [DESCRIBE_DB_CLUSTER_SNAPSHOT_ATTRIBUTES];
    }
}
