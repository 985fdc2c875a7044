"""RDS: instances, clusters and snapshots, cared for and neglected."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from .core import HOME, PARTNER_ACCOUNT, PROD, SECOND, Estate, tags

PASSWORD = "not-a-real-password-9"


@dataclass(frozen=True)
class Database:
    """A database instance."""

    name: str
    region: str
    engine: str
    encrypted: bool
    public: bool
    minor_upgrades: bool
    multi_az: bool
    backup_days: int
    protected: bool


DATABASES = (
    Database("acme-prod-orders", PROD, "postgres", True, False, True, True, 14, True),
    Database("acme-prod-billing", SECOND, "postgres", True, False, True, True, 30, True),
    Database("acme-prod-sessions", PROD, "mysql", True, False, True, False, 7, True),
    Database("acme-reports", HOME, "mysql", True, False, False, True, 7, False),
    Database("acme-legacy-crm", HOME, "mysql", False, True, False, False, 0, False),
    Database("acme-dev-test", PROD, "postgres", False, True, True, False, 1, False),
)

# (name, region, encrypted, protected, backup days)
CLUSTERS = (
    ("acme-prod-catalog", PROD, True, True, 14),
    ("acme-dev-analytics", SECOND, False, False, 1),
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
        _cluster(estate, *cluster)
    regions = {database.name: database.region for database in DATABASES}
    for name, database, shared in SNAPSHOTS:
        rds = estate.client("rds", regions[database])
        rds.create_db_snapshot(DBSnapshotIdentifier=name, DBInstanceIdentifier=database, Tags=tags("prod", "shop"))
        if shared:
            rds.modify_db_snapshot_attribute(DBSnapshotIdentifier=name, AttributeName="restore", ValuesToAdd=[shared])
        estate.count("rds snapshot")


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
    rds.create_db_instance(
        DBInstanceIdentifier=database.name,
        DBInstanceClass="db.t3.medium",
        Engine=database.engine,
        AllocatedStorage=100,
        MasterUsername="acme",
        MasterUserPassword=PASSWORD,
        DBSubnetGroupName=group,
        PubliclyAccessible=database.public,
        AutoMinorVersionUpgrade=database.minor_upgrades,
        MultiAZ=database.multi_az,
        BackupRetentionPeriod=database.backup_days,
        DeletionProtection=database.protected,
        CopyTagsToSnapshot=database.protected,
        Tags=tags("dev" if "-dev-" in database.name else "prod", "shop"),
        **_key(estate, database.region, database.encrypted),
    )
    estate.patch("db_instance", region=database.region, id=database.name, created_days=400)
    estate.count("rds instance")


def _cluster(estate: Estate, name: str, region: str, encrypted: bool, protected: bool, backup_days: int) -> None:
    rds = estate.client("rds", region)
    rds.create_db_cluster(
        DBClusterIdentifier=name,
        Engine="aurora-postgresql",
        MasterUsername="acme",
        MasterUserPassword=PASSWORD,
        BackupRetentionPeriod=backup_days,
        DeletionProtection=protected,
        Tags=tags("dev" if "-dev-" in name else "prod", "shop"),
        **_key(estate, region, encrypted),
    )
    rds.create_db_instance(
        DBInstanceIdentifier=f"{name}-1",
        DBInstanceClass="db.r6g.large",
        Engine="aurora-postgresql",
        DBClusterIdentifier=name,
        PubliclyAccessible=False,
        AutoMinorVersionUpgrade=True,
    )
    rds.create_db_cluster_snapshot(DBClusterIdentifier=name, DBClusterSnapshotIdentifier=f"{name}-monthly")
    estate.count("rds cluster")
    estate.count("rds instance")
    estate.count("rds snapshot")
