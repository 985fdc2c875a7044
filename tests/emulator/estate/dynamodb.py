"""DynamoDB: tables with and without a way back."""

from __future__ import annotations

from dataclasses import dataclass

from .core import HOME, PROD, SECOND, Estate, tags


@dataclass(frozen=True)
class Table:
    """A table. `key`: a KMS key of the account, else the one that AWS owns."""

    name: str
    region: str
    recovery: bool
    protected: bool
    key: str | None = None


TABLES = (
    Table("acme-orders", PROD, recovery=True, protected=True, key="key acme-prod-data"),
    Table("acme-carts", PROD, recovery=True, protected=False),
    Table("acme-sessions", HOME, recovery=False, protected=True),
    Table("acme-analytics-jobs", SECOND, recovery=False, protected=False),
)


def seed(estate: Estate) -> None:
    """Makes the tables."""
    for table in TABLES:
        make(estate, table)


def make(estate: Estate, one: Table) -> None:
    """Makes a table and records the verdicts on it."""
    dynamodb = estate.client("dynamodb", one.region)
    encryption = {"Enabled": True, "SSEType": "KMS", "KMSMasterKeyId": estate.shared[one.key]} if one.key else None
    arn = dynamodb.create_table(
        TableName=one.name,
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        BillingMode="PAY_PER_REQUEST",
        DeletionProtectionEnabled=one.protected,
        Tags=tags("prod", "shop"),
        **({"SSESpecification": encryption} if encryption else {}),
    )["TableDescription"]["TableArn"]
    if one.recovery:
        dynamodb.update_continuous_backups(
            TableName=one.name, PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": True}
        )
    estate.expect_if(one.recovery, "AWS-DYNAMODB-001", arn, one.region)
    estate.expect_if(one.protected, "AWS-DYNAMODB-002", arn, one.region)
    estate.expect_if(one.key is not None, "AWS-DYNAMODB-003", arn, one.region)
    estate.count("dynamodb table")
