"""EFS: file systems, cared for and neglected."""

from __future__ import annotations

from dataclasses import dataclass

from .core import HOME, PROD, SECOND, Estate, allow, deny, policy, tags

IN_THE_NETWORK = {"Bool": {"elasticfilesystem:AccessedViaMountTarget": "true"}}
PLAIN = {"Bool": {"aws:SecureTransport": "false"}}
READ = ["elasticfilesystem:ClientMount"]

# What the console writes for "Enforce in-transit encryption for all clients"
TLS_ONLY = policy(
    allow(READ, Principal={"AWS": "*"}, Condition=IN_THE_NETWORK),
    deny("*", Principal={"AWS": "*"}, Condition=PLAIN),
)
FOR_EVERYONE = policy(allow(READ, Principal={"AWS": "*"}))


@dataclass(frozen=True)
class FileSystem:
    """A file system. `zone`: its only one."""

    name: str
    region: str
    encrypted: bool
    key: str | None = None
    backup: bool = False
    policy: str | None = None
    zone: str | None = None


FILE_SYSTEMS = (
    FileSystem("acme-prod-shared", PROD, True, "acme-prod-data", backup=True, policy=TLS_ONLY),
    FileSystem("acme-analytics-home", SECOND, True, backup=True),
    FileSystem("acme-dev-scratch", PROD, False, backup=True, zone="a"),
    FileSystem("acme-legacy-share", HOME, False, policy=FOR_EVERYONE),
)


def seed(estate: Estate) -> None:
    """Makes the file systems."""
    for file_system in FILE_SYSTEMS:
        _file_system(estate, file_system)


def _file_system(estate: Estate, one: FileSystem) -> None:
    efs = estate.client("efs", one.region)
    made = efs.create_file_system(
        CreationToken=one.name,
        Encrypted=one.encrypted,
        Backup=one.backup,
        PerformanceMode="generalPurpose",
        Tags=tags("dev" if "-dev-" in one.name else "prod", "data", Name=one.name),
        **({"KmsKeyId": estate.shared[f"key {one.key}"]} if one.key else {}),
        **({"AvailabilityZoneName": f"{one.region}{one.zone}"} if one.zone else {}),
    )
    if one.policy:
        efs.put_file_system_policy(FileSystemId=made["FileSystemId"], Policy=one.policy)
    arn = made["FileSystemArn"]
    estate.expect_if(one.encrypted, "AWS-EFS-001", arn, one.region)
    estate.expect_if(one.backup, "AWS-EFS-002", arn, one.region)
    estate.expect_if(one.policy == TLS_ONLY, "AWS-EFS-003", arn, one.region)
    if one.policy:
        estate.expect_if(one.policy != FOR_EVERYONE, "AWS-EFS-004", arn, one.region)
    else:
        estate.expect("AWS-EFS-004", arn, one.region, "NOT_APPLICABLE")
    estate.expect_if(one.zone is None, "AWS-EFS-005", arn, one.region)
    estate.count("efs file system")
