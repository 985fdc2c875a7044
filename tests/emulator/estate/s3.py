"""S3: buckets of every kind of care, and the account's public access block."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from .core import ACCOUNT, GLOBAL, HOME, PROD, SECOND, Copy, Estate, allow, deny, policy, tags

ALL = {
    "BlockPublicAcls": True,
    "IgnorePublicAcls": True,
    "BlockPublicPolicy": True,
    "RestrictPublicBuckets": True,
}
THREE = {**ALL, "RestrictPublicBuckets": False}
NONE = dict.fromkeys(ALL, False)

PLAIN_HTTP = {"Bool": {"aws:SecureTransport": "false"}}


def tls_only(name: str) -> list[dict[str, Any]]:
    both = [f"arn:aws:s3:::{name}", f"arn:aws:s3:::{name}/*"]
    return [deny("s3:*", both, Principal="*", Condition=PLAIN_HTTP, Sid="TlsOnly")]


def _tls_only_aws_star(name: str) -> list[dict[str, Any]]:
    both = [f"arn:aws:s3:::{name}", f"arn:aws:s3:::{name}/*"]
    return [deny(["s3:*"], both, Principal={"AWS": "*"}, Condition=PLAIN_HTTP)]


def _tls_only_reads(name: str) -> list[dict[str, Any]]:
    return [deny("s3:GetObject", f"arn:aws:s3:::{name}/*", Principal="*", Condition=PLAIN_HTTP)]


def _tls_version(name: str) -> list[dict[str, Any]]:
    both = [f"arn:aws:s3:::{name}", f"arn:aws:s3:::{name}/*"]
    return [deny("s3:*", both, Principal="*", Condition={"NumericLessThan": {"s3:TlsVersion": "1.2"}})]


def _public_read(name: str) -> list[dict[str, Any]]:
    return [allow("s3:GetObject", f"arn:aws:s3:::{name}/*", Principal="*", Sid="Website")]


def _public_over_tls(name: str) -> list[dict[str, Any]]:
    safe = {"Bool": {"aws:SecureTransport": "true"}}
    return [allow("s3:GetObject", f"arn:aws:s3:::{name}/*", Principal={"AWS": ["*"]}, Condition=safe)]


def _own_organisation(name: str) -> list[dict[str, Any]]:
    only = {"StringEquals": {"aws:PrincipalOrgID": "o-acme12345"}}
    return [allow("s3:GetObject", f"arn:aws:s3:::{name}/*", Principal="*", Condition=only)]


def log_target(name: str) -> list[dict[str, Any]]:
    service = {"Service": "logging.s3.amazonaws.com"}
    return [allow("s3:PutObject", f"arn:aws:s3:::{name}/*", Principal=service), *tls_only(name)]


def trail_policy(name: str) -> list[dict[str, Any]]:
    service = {"Service": "cloudtrail.amazonaws.com"}
    return [
        allow("s3:GetBucketAcl", f"arn:aws:s3:::{name}", Principal=service),
        allow("s3:PutObject", f"arn:aws:s3:::{name}/AWSLogs/{ACCOUNT}/*", Principal=service),
        *tls_only(name),
    ]


@dataclass(frozen=True)
class Bucket:
    """A bucket and its settings; None is: not configured."""

    name: str
    region: str
    owner: str
    public_block: dict[str, bool] | None = None
    policy: Any = None
    encryption: str | None = "AES256"
    versioning: str | None = None
    logs_to: str | None = None
    ownership: str | None = "BucketOwnerEnforced"
    acl: str | None = None
    lifecycle: bool = False
    mfa_delete: bool = False
    # The default retention in days; 0 is object lock without a default
    locked_days: int | None = None


BUCKETS = (
    # Where the access logs go, allowed by ACL and by policy
    Bucket(
        "acme-access-logs-use1",
        HOME,
        "platform",
        ALL,
        tls_only,
        ownership="ObjectWriter",
        acl="log-delivery-write",
        lifecycle=True,
    ),
    Bucket("acme-access-logs-euw1", PROD, "platform", ALL, log_target, lifecycle=True),
    Bucket("acme-cloudtrail-logs", HOME, "security", ALL, trail_policy, "aws:kms", "Enabled"),
    Bucket(
        "acme-config-history",
        HOME,
        "security",
        ALL,
        tls_only,
        versioning="Enabled",
        logs_to="acme-access-logs-use1",
    ),
    # As it should be
    Bucket(
        "acme-prod-invoices",
        PROD,
        "finance",
        ALL,
        tls_only,
        "aws:kms",
        "Enabled",
        "acme-access-logs-euw1",
        lifecycle=True,
    ),
    Bucket("acme-hr-documents", SECOND, "hr", ALL, _tls_only_aws_star, "aws:kms", "Enabled", lifecycle=True),
    # Blocked, but plain HTTP is accepted
    Bucket("acme-prod-customer-exports", PROD, "shop", ALL, versioning="Suspended"),
    # A public website
    Bucket("acme-marketing-assets", HOME, "marketing", NONE, _public_read),
    # Public by ACL, never configured
    Bucket("acme-legacy-uploads", HOME, "shop", ownership="ObjectWriter", acl="public-read", encryption=None),
    # Three of the four blocks
    Bucket("acme-data-lake-raw", SECOND, "data", THREE, tls_only, versioning="Enabled"),
    # Nothing was ever set
    Bucket("acme-dev-scratch", PROD, "shop", ownership=None, encryption=None),
    # TLS demanded of reads only; TLS version demanded but not TLS
    Bucket("acme-partner-exchange", PROD, "data", ALL, _tls_only_reads, logs_to="acme-access-logs-euw1"),
    Bucket("acme-terraform-state", PROD, "platform", ALL, _tls_version, "aws:kms", "Enabled"),
    # Principal * that is limited to the organisation
    Bucket("acme-shared-templates", SECOND, "platform", ALL, _own_organisation, versioning="Enabled"),
    # Records that must not change: locked for a year; object lock without a default
    Bucket(
        "acme-compliance-records",
        SECOND,
        "finance",
        ALL,
        tls_only,
        "aws:kms",
        "Enabled",
        lifecycle=True,
        mfa_delete=True,
        locked_days=365,
    ),
    Bucket("acme-tax-archive", PROD, "finance", ALL, tls_only, versioning="Enabled", locked_days=0),
    # Everyone, as long as they come over TLS
    Bucket("acme-press-kit", PROD, "marketing", NONE, _public_over_tls),
)

TLS_ONLY = (tls_only, _tls_only_aws_star, log_target, trail_policy)
PUBLIC = (_public_read, _public_over_tls)


def seed(estate: Estate) -> None:
    """Makes the buckets; the account's own public access block is half on."""
    for copy in estate.copies():
        for bucket in BUCKETS:
            _bucket(estate, copy, bucket)
    estate.client("s3control").put_public_access_block(
        AccountId=estate.account, PublicAccessBlockConfiguration={**NONE, "BlockPublicAcls": True}
    )
    estate.count("s3 account")
    estate.expect("AWS-S3-002", estate.account, GLOBAL, "FAIL")


def _bucket(estate: Estate, copy: Copy, bucket: Bucket) -> None:
    s3 = estate.client("s3", bucket.region)
    name = copy.name(bucket.name)
    where = {} if bucket.region == HOME else {"CreateBucketConfiguration": {"LocationConstraint": bucket.region}}
    ownership = {"ObjectOwnership": bucket.ownership} if bucket.ownership else {}
    lock = {} if bucket.locked_days is None else {"ObjectLockEnabledForBucket": True}
    s3.create_bucket(Bucket=name, **where, **ownership, **lock)
    if bucket.locked_days:
        retention = {"Mode": "COMPLIANCE", "Days": bucket.locked_days}
        configuration = {"ObjectLockEnabled": "Enabled", "Rule": {"DefaultRetention": retention}}
        s3.put_object_lock_configuration(Bucket=name, ObjectLockConfiguration=configuration)
    environment = "dev" if "-dev-" in name else "prod"
    s3.put_bucket_tagging(Bucket=name, Tagging={"TagSet": tags(environment, bucket.owner)})
    if bucket.acl:
        s3.put_bucket_acl(Bucket=name, ACL=bucket.acl)
    if bucket.encryption:
        rule: dict[str, Any] = {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": bucket.encryption}}
        key = {HOME: "acme-cloudtrail", PROD: "acme-prod-data", SECOND: "acme-backup"}[bucket.region]
        if bucket.encryption == "aws:kms":
            rule["ApplyServerSideEncryptionByDefault"]["KMSMasterKeyID"] = estate.shared[f"key {key}"]
            rule["BucketKeyEnabled"] = True
        s3.put_bucket_encryption(Bucket=name, ServerSideEncryptionConfiguration={"Rules": [rule]})
    if bucket.public_block is not None:
        s3.put_public_access_block(Bucket=name, PublicAccessBlockConfiguration=bucket.public_block)
    if bucket.policy:
        s3.put_bucket_policy(Bucket=name, Policy=policy(*bucket.policy(name)))
    if bucket.versioning:
        s3.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": bucket.versioning})
    if bucket.logs_to:
        target = {"TargetBucket": bucket.logs_to, "TargetPrefix": f"{name}/"}
        s3.put_bucket_logging(Bucket=name, BucketLoggingStatus={"LoggingEnabled": target})
    if bucket.lifecycle:
        rule = {"ID": "expire", "Status": "Enabled", "Filter": {"Prefix": ""}, "Expiration": {"Days": 3650}}
        s3.put_bucket_lifecycle_configuration(Bucket=name, LifecycleConfiguration={"Rules": [rule]})
    estate.count("s3 bucket")
    if bucket.mfa_delete:
        estate.patch("bucket", region=bucket.region, name=name, mfa_delete=True)
    expect(estate, name, bucket)


def expect(estate: Estate, name: str, bucket: Bucket) -> None:
    """The verdicts on a bucket."""

    def verdict(control: str, good: bool) -> None:
        estate.expect_if(good, control, name, bucket.region)

    verdict("AWS-S3-001", bucket.public_block == ALL)
    verdict("AWS-S3-003", bucket.policy in TLS_ONLY)
    verdict("AWS-S3-004", bucket.mfa_delete)
    if bucket.policy:
        verdict("AWS-S3-005", bucket.policy not in PUBLIC)
        # moto takes every condition for one that narrows.
        verdict("AWS-S3-013", bucket.policy is not _public_read)
    else:
        estate.expect("AWS-S3-005", name, bucket.region, "NOT_APPLICABLE")
        estate.expect("AWS-S3-013", name, bucket.region, "NOT_APPLICABLE")
    verdict("AWS-S3-006", bucket.acl != "public-read")
    verdict("AWS-S3-007", bucket.ownership == "BucketOwnerEnforced")
    verdict("AWS-S3-008", bucket.versioning == "Enabled")
    verdict("AWS-S3-009", bucket.logs_to is not None)
    verdict("AWS-S3-010", bucket.encryption == "aws:kms")
    verdict("AWS-S3-011", bucket.lifecycle)
    verdict("AWS-S3-012", bool(bucket.locked_days))
