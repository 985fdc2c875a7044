"""RDS: instances, clusters and snapshots, cared for and neglected."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from .core import HOME, PARTNER_ACCOUNT, PROD, SECOND, Estate, tags

PASSWORD = "not-a-real-password-9"


@dataclass(frozen=True)
class Database:
    """A database instance; `certificate_days` are left on its certificate."""

    name: str
    region: str
    engine: str
    encrypted: bool
    public: bool
    minor_upgrades: bool
    multi_az: bool
    backup_days: int
    protected: bool
    iam: bool = False
    logs: tuple[str, ...] = ()
    certificate_days: int = 900
    replica_of: str | None = None
    cluster: str | None = None


DATABASES = (
    Database("acme-prod-orders", PROD, "postgres", True, False, True, True, 14, True, iam=True, logs=("postgresql",)),
    Database("acme-prod-billing", SECOND, "postgres", True, False, True, True, 30, True, logs=("postgresql",)),
    Database("acme-prod-sessions", PROD, "mysql", True, False, True, False, 7, True, certificate_days=10),
    Database("acme-reports", HOME, "mysql", True, False, False, True, 7, False),
    Database("acme-legacy-crm", HOME, "mysql", False, True, False, False, 0, False, certificate_days=-90),
    Database("acme-dev-test", PROD, "postgres", False, True, True, False, 1, False),
    # IAM authentication exists for MySQL, MariaDB and PostgreSQL alone
    Database("acme-prod-erp", HOME, "sqlserver-se", True, False, True, True, 7, True, logs=("error",)),
    # Standby and backups are those of its source
    Database(
        "acme-prod-orders-replica",
        PROD,
        "postgres",
        True,
        False,
        True,
        False,
        0,
        True,
        logs=("postgresql",),
        replica_of="acme-prod-orders",
    ),
)


@dataclass(frozen=True)
class Cluster:
    """A cluster, with as many instances as it has zones."""

    name: str
    region: str
    engine: str
    encrypted: bool
    protected: bool
    backup_days: int
    zones: str
    iam: bool
    copy_tags: bool
    logs: tuple[str, ...]
    snapshot_for: str | None


CLUSTERS = (
    Cluster("acme-prod-catalog", PROD, "aurora-postgresql", True, True, 14, "ab", True, True, ("postgresql",), None),
    Cluster("acme-dev-analytics", SECOND, "aurora-postgresql", False, False, 1, "a", False, False, (), "all"),
    Cluster("acme-prod-products", HOME, "aurora-mysql", True, True, 7, "ab", True, True, ("audit",), PARTNER_ACCOUNT),
)

# (name, database, shared with)
SNAPSHOTS = (
    ("acme-prod-orders-before-upgrade", "acme-prod-orders", None),
    ("acme-legacy-crm-handover", "acme-legacy-crm", "all"),
    ("acme-reports-for-auditors", "acme-reports", PARTNER_ACCOUNT),
)


def seed(estate: Estate) -> None:
    """Makes the databases, then their snapshots."""
    for database in DATABASES:
        _database(estate, database)
    for cluster in CLUSTERS:
        _cluster(estate, cluster)
    for name, database, shared in SNAPSHOTS:
        _snapshot(estate, name, next(one for one in DATABASES if one.name == database), shared)


def _snapshot(estate: Estate, name: str, database: Database, shared: str | None) -> None:
    rds = estate.client("rds", database.region)
    made = rds.create_db_snapshot(
        DBSnapshotIdentifier=name, DBInstanceIdentifier=database.name, Tags=tags("prod", "shop")
    )["DBSnapshot"]["DBSnapshotArn"]
    if shared:
        rds.modify_db_snapshot_attribute(DBSnapshotIdentifier=name, AttributeName="restore", ValuesToAdd=[shared])
    _expect_snapshot(estate, 18, made, database.region, database.encrypted, shared)
    estate.count("rds snapshot")


def _expect_snapshot(estate: Estate, first: int, arn: str, region: str, encrypted: bool, shared: str | None) -> None:
    """Three controls in a row: encrypted, not public, shared with known accounts."""
    estate.expect_if(encrypted, f"AWS-RDS-{first:03d}", arn, region)
    estate.expect_if(shared != "all", f"AWS-RDS-{first + 1:03d}", arn, region)
    estate.expect(f"AWS-RDS-{first + 2:03d}", arn, region, "FAIL" if shared else "NOT_APPLICABLE")


def _key(estate: Estate, region: str, encrypted: bool) -> dict[str, Any]:
    if not encrypted:
        return {"StorageEncrypted": False}
    key = {HOME: "acme-cloudtrail", PROD: "acme-prod-data", SECOND: "acme-backup"}[region]
    return {"StorageEncrypted": True, "KmsKeyId": estate.shared[f"key {key}"]}


def _database(estate: Estate, database: Database) -> None:
    rds = estate.client("rds", database.region)
    group = "acme-private"
    if f"rds group {database.region}" not in estate.shared:
        rds.create_db_subnet_group(
            DBSubnetGroupName=group,
            DBSubnetGroupDescription="Private subnets",
            SubnetIds=estate.shared[f"subnets {database.region}"],
        )
        estate.shared[f"rds group {database.region}"] = group
    common: dict[str, Any] = {
        "DBInstanceIdentifier": database.name,
        "DBInstanceClass": "db.t3.medium",
        "PubliclyAccessible": database.public,
        "AutoMinorVersionUpgrade": database.minor_upgrades,
        "DeletionProtection": database.protected,
        "CopyTagsToSnapshot": database.protected,
        "EnableIAMDatabaseAuthentication": database.iam,
        "EnableCloudwatchLogsExports": list(database.logs),
        "Tags": tags("dev" if "-dev-" in database.name else "prod", "shop"),
    }
    if database.replica_of:
        answer = rds.create_db_instance_read_replica(SourceDBInstanceIdentifier=database.replica_of, **common)
    else:
        answer = rds.create_db_instance(
            Engine=database.engine,
            AllocatedStorage=100,
            MasterUsername="acme",
            MasterUserPassword=PASSWORD,
            DBSubnetGroupName=group,
            MultiAZ=database.multi_az,
            BackupRetentionPeriod=database.backup_days,
            **common,
            **_key(estate, database.region, database.encrypted),
        )
    _expect_instance(estate, database, answer["DBInstance"]["DBInstanceArn"])
    estate.patch(
        "db_instance",
        region=database.region,
        id=database.name,
        created_days=400,
        certificate_days=database.certificate_days,
    )
    estate.count("rds instance")


def _expect_instance(estate: Estate, database: Database, arn: str) -> None:
    single, source = database.cluster is None, database.cluster is None and database.replica_of is None
    verdicts = {
        "001": database.encrypted if single else None,
        "003": database.minor_upgrades,
        "004": not database.public,
        "005": database.multi_az if source else None,
        "007": database.backup_days >= 7 if source else None,
        "009": database.protected if single else None,
        "011": database.iam if single and database.engine in ("mysql", "mariadb", "postgres") else None,
        "013": database.protected if single else None,
        "015": bool(database.logs) if single else None,
        "017": database.certificate_days >= 30,
    }
    for number, good in verdicts.items():
        _expect(estate, f"AWS-RDS-{number}", arn, database.region, good)


def _expect(estate: Estate, control: str, arn: str, region: str, good: bool | None) -> None:
    if good is None:
        estate.expect(control, arn, region, "NOT_APPLICABLE")
    else:
        estate.expect_if(good, control, arn, region)


def _cluster(estate: Estate, cluster: Cluster) -> None:
    rds = estate.client("rds", cluster.region)
    name, region = cluster.name, cluster.region
    made = rds.create_db_cluster(
        DBClusterIdentifier=name,
        Engine=cluster.engine,
        MasterUsername="acme",
        MasterUserPassword=PASSWORD,
        BackupRetentionPeriod=cluster.backup_days,
        DeletionProtection=cluster.protected,
        EnableIAMDatabaseAuthentication=cluster.iam,
        CopyTagsToSnapshot=cluster.copy_tags,
        EnableCloudwatchLogsExports=list(cluster.logs),
        Tags=tags("dev" if "-dev-" in name else "prod", "shop"),
        **_key(estate, region, cluster.encrypted),
    )["DBCluster"]["DBClusterArn"]
    for number, zone in enumerate(cluster.zones, start=1):
        member = rds.create_db_instance(
            DBInstanceIdentifier=f"{name}-{number}",
            DBInstanceClass="db.r6g.large",
            Engine=cluster.engine,
            DBClusterIdentifier=name,
            AvailabilityZone=f"{region}{zone}",
            PubliclyAccessible=False,
            AutoMinorVersionUpgrade=True,
        )["DBInstance"]["DBInstanceArn"]
        like = Database(
            f"{name}-{number}", region, cluster.engine, cluster.encrypted, False, True, False, 0, False, cluster=name
        )
        _expect_instance(estate, like, member)
        estate.count("rds instance")
    verdicts = {
        "002": cluster.encrypted,
        "006": len(cluster.zones) > 1,
        "008": cluster.backup_days >= 7,
        "010": cluster.protected,
        "012": cluster.iam,
        "014": cluster.copy_tags,
        "016": bool(cluster.logs),
    }
    for number, good in verdicts.items():
        estate.expect_if(good, f"AWS-RDS-{number}", made, region)
    snapshot = rds.create_db_cluster_snapshot(DBClusterIdentifier=name, DBClusterSnapshotIdentifier=f"{name}-monthly")[
        "DBClusterSnapshot"
    ]["DBClusterSnapshotArn"]
    if cluster.snapshot_for:
        rds.modify_db_cluster_snapshot_attribute(
            DBClusterSnapshotIdentifier=f"{name}-monthly",
            AttributeName="restore",
            ValuesToAdd=[cluster.snapshot_for],
        )
    _expect_snapshot(estate, 21, snapshot, region, cluster.encrypted, cluster.snapshot_for)
    estate.count("rds cluster")
    estate.count("rds snapshot")
