//! Python that makes what several round trips repair.

/// A database instance.
pub const DATABASE: &str = "
rds = boto3.client('rds')
if not rds.describe_db_instances()['DBInstances']:
    rds.create_db_instance(DBInstanceIdentifier='orders', DBInstanceClass='db.t3.micro', Engine='postgres',
      MasterUsername='root', MasterUserPassword='not-a-secret', AllocatedStorage=20, AutoMinorVersionUpgrade=False, PubliclyAccessible=True)
";

/// A database cluster.
pub const CLUSTER: &str = "
rds = boto3.client('rds')
if not rds.describe_db_clusters()['DBClusters']:
    rds.create_db_cluster(DBClusterIdentifier='catalog', Engine='aurora-mysql', MasterUsername='root', MasterUserPassword='not-a-secret')
";

/// A snapshot of an instance, shared with everybody and two accounts.
pub const DATABASE_SNAPSHOT: &str = "
rds = boto3.client('rds')
if not rds.describe_db_instances()['DBInstances']:
    rds.create_db_instance(DBInstanceIdentifier='orders', DBInstanceClass='db.t3.micro', Engine='postgres',
      MasterUsername='root', MasterUserPassword='not-a-secret', AllocatedStorage=20, AutoMinorVersionUpgrade=False, PubliclyAccessible=True)
rds.create_db_snapshot(DBInstanceIdentifier='orders', DBSnapshotIdentifier='orders-copy')
rds.modify_db_snapshot_attribute(DBSnapshotIdentifier='orders-copy', AttributeName='restore', ValuesToAdd=['all', '210987654321', '345678901234'])
";

/// A snapshot of a cluster, shared with everybody and two accounts.
pub const CLUSTER_SNAPSHOT: &str = "
rds = boto3.client('rds')
if not rds.describe_db_clusters()['DBClusters']:
    rds.create_db_cluster(DBClusterIdentifier='catalog', Engine='aurora-mysql', MasterUsername='root', MasterUserPassword='not-a-secret')
rds.create_db_cluster_snapshot(DBClusterIdentifier='catalog', DBClusterSnapshotIdentifier='catalog-copy')
rds.modify_db_cluster_snapshot_attribute(DBClusterSnapshotIdentifier='catalog-copy', AttributeName='restore', ValuesToAdd=['all', '210987654321', '345678901234'])
";
