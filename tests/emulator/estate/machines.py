"""Volumes, snapshots, images and instances of EC2."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from .core import ACCOUNT, HOME, PARTNER_ACCOUNT, PROD, REGIONS, SECOND, Copy, Estate, named, tags

# (name, region, GiB, encrypted)
VOLUMES = (
    ("acme-prod-orders-data", PROD, 200, True),
    ("acme-prod-search-data", PROD, 500, True),
    ("acme-prod-queue-data", PROD, 100, True),
    ("acme-dev-sandbox", PROD, 20, False),
    ("acme-dev-database", PROD, 50, False),
    ("acme-reports-data", HOME, 80, True),
    ("acme-legacy-files", HOME, 300, False),
    ("acme-legacy-mail", HOME, 120, False),
    ("acme-marketing-media", HOME, 60, True),
    ("acme-dr-orders-data", SECOND, 200, True),
    ("acme-dr-search-data", SECOND, 500, True),
    ("acme-analytics-scratch", SECOND, 400, False),
    ("acme-analytics-results", SECOND, 100, True),
    ("acme-analytics-cache", SECOND, 40, False),
)

# (name, volume, shared with: nobody, everybody or an account, age in days)
SNAPSHOTS = (
    ("acme-prod-orders-daily", "acme-prod-orders-data", None, 1),
    ("acme-prod-search-daily", "acme-prod-search-data", None, 1),
    ("acme-prod-orders-migration", "acme-prod-orders-data", PARTNER_ACCOUNT, 200),
    ("acme-dev-golden-disk", "acme-dev-sandbox", "all", 90),
    ("acme-dev-database-copy", "acme-dev-database", None, 30),
    ("acme-reports-weekly", "acme-reports-data", None, 7),
    ("acme-legacy-files-2023", "acme-legacy-files", "all", 1000),
    ("acme-legacy-mail-2023", "acme-legacy-mail", None, 1000),
    ("acme-marketing-weekly", "acme-marketing-media", None, 7),
    ("acme-dr-orders-weekly", "acme-dr-orders-data", None, 7),
    ("acme-analytics-results-weekly", "acme-analytics-results", None, 7),
    ("acme-analytics-shared", "acme-analytics-scratch", PARTNER_ACCOUNT, 60),
)


@dataclass(frozen=True)
class Instance:
    """A machine. `tokens`: required is IMDSv2 only, optional also answers IMDSv1; `endpoint`: IMDS at all."""

    name: str
    region: str
    group: str
    tokens: str = "required"
    endpoint: str = "enabled"
    profile: bool = True
    public: bool = False
    state: str = "running"
    hops: int = 1


INSTANCES = (
    Instance("acme-prod-shop-1", PROD, "acme-prod-web", hops=2),
    Instance("acme-prod-shop-2", PROD, "acme-prod-web"),
    Instance("acme-prod-bastion", PROD, "acme-prod-bastion", public=True),
    Instance("acme-dev-sandbox", PROD, "acme-dev-ssh", tokens="optional", profile=False, public=True),
    Instance("acme-reports", HOME, "acme-prod-cache"),
    Instance("acme-legacy-files", HOME, "acme-files-smb", tokens="optional", profile=False),
    Instance("acme-legacy-mail", HOME, "acme-legacy-open", tokens="optional", state="stopped"),
    # IMDS off: tokens are optional but nothing answers
    Instance("acme-appliance", HOME, "acme-prod-cache", tokens="optional", endpoint="disabled", profile=False),
    Instance("acme-analytics-1", SECOND, "acme-batch-range", profile=False),
    Instance("acme-dr-shop", SECOND, "acme-voip"),
    # Gone, but still listed for a while
    Instance("acme-dev-finished", PROD, "acme-prod-web", tokens="optional", profile=False, state="terminated"),
)

# (name, region, shared with: nobody, everybody or an account)
IMAGES = (
    ("acme-shop-2026-10", PROD, None),
    ("acme-base-public", HOME, "all"),
    ("acme-analytics-2026-06", SECOND, PARTNER_ACCOUNT),
)


def seed(estate: Estate) -> None:
    """Makes what grows with the scale, then the images, and tells what a scan must find."""
    for copy in estate.copies():
        volumes = {volume[0]: _volume(estate, copy, *volume) for volume in VOLUMES}
        for snapshot in SNAPSHOTS:
            _snapshot(estate, copy, volumes, *snapshot)
        for instance in INSTANCES:
            _instance(estate, copy, instance)
    for image in IMAGES:
        _image(estate, *image)
    for region in REGIONS:
        _expect_root_disks(estate, region)


def _volume(estate: Estate, copy: Copy, base: str, region: str, size: int, encrypted: bool) -> tuple[str, str]:
    ec2 = estate.client("ec2", region)
    # Where encryption is the default, an unencrypted volume is older than that setting.
    if not encrypted and region != HOME:
        ec2.disable_ebs_encryption_by_default()
    key = {HOME: "acme-cloudtrail", PROD: "acme-prod-data", SECOND: "acme-backup"}[region]
    made = ec2.create_volume(
        AvailabilityZone=f"{region}a",
        Size=size,
        VolumeType="gp3",
        TagSpecifications=named("volume", copy.name(base), "shop"),
        **({"Encrypted": True, "KmsKeyId": estate.shared[f"key {key}"]} if encrypted else {"Encrypted": False}),
    )["VolumeId"]
    if not encrypted and region != HOME:
        ec2.enable_ebs_encryption_by_default()
    estate.expect_if(encrypted, "AWS-EC2-018", made, region)
    estate.patch("volume", region=region, id=made, created_days=300)
    estate.count("ec2 volume")
    return region, made


def _snapshot(
    estate: Estate,
    copy: Copy,
    volumes: dict[str, tuple[str, str]],
    base: str,
    volume: str,
    shared: str | None,
    days: int,
) -> None:
    region, volume_id = volumes[volume]
    ec2 = estate.client("ec2", region)
    name = copy.name(base)
    made = ec2.create_snapshot(VolumeId=volume_id, Description=name, TagSpecifications=named("snapshot", name, "shop"))[
        "SnapshotId"
    ]
    if shared:
        who: dict[str, Any] = {"GroupNames": ["all"]} if shared == "all" else {"UserIds": [shared]}
        ec2.modify_snapshot_attribute(SnapshotId=made, Attribute="createVolumePermission", OperationType="add", **who)
    encrypted = next(volume_[3] for volume_ in VOLUMES if volume_[0] == volume)
    estate.expect_if(encrypted, "AWS-EC2-019", made, region)
    estate.expect_if(shared != "all", "AWS-EC2-020", made, region)
    estate.expect("AWS-EC2-021", made, region, "FAIL" if shared else "NOT_APPLICABLE")
    estate.patch("snapshot", region=region, id=made, created_days=days)
    estate.count("ec2 snapshot")


def _instance(estate: Estate, copy: Copy, instance: Instance) -> None:
    ec2 = estate.client("ec2", instance.region)
    name = copy.name(instance.name)
    profile = {"Arn": f"arn:aws:iam::{ACCOUNT}:instance-profile/acme-ec2-app"}
    made = ec2.run_instances(
        ImageId="ami-0acme0acme0acme01",
        InstanceType="t3.medium",
        MinCount=1,
        MaxCount=1,
        MetadataOptions={
            "HttpTokens": instance.tokens,
            "HttpEndpoint": instance.endpoint,
            "HttpPutResponseHopLimit": instance.hops,
        },
        NetworkInterfaces=[
            {
                "DeviceIndex": 0,
                "SubnetId": estate.shared[f"subnet {instance.region}"],
                "Groups": [estate.shared[f"group {copy.name(instance.group)}"]],
                "AssociatePublicIpAddress": instance.public,
            }
        ],
        TagSpecifications=named("instance", name, "shop"),
        **({"IamInstanceProfile": profile} if instance.profile else {}),
    )["Instances"][0]["InstanceId"]
    if instance.state == "stopped":
        ec2.stop_instances(InstanceIds=[made])
    if instance.state == "terminated":
        ec2.terminate_instances(InstanceIds=[made])
    _expect_instance(estate, instance, made)
    if copy.index == 0:
        estate.shared[f"instance {instance.name}"] = made
    estate.patch("instance", region=instance.region, id=made, launched_days=120)
    estate.count("ec2 instance")


def _image(estate: Estate, name: str, region: str, shared: str | None) -> None:
    ec2 = estate.client("ec2", region)
    source = {PROD: "acme-prod-shop-1", HOME: "acme-reports", SECOND: "acme-analytics-1"}[region]
    made = ec2.create_image(InstanceId=estate.shared[f"instance {source}"], Name=name)["ImageId"]
    ec2.create_tags(Resources=[made], Tags=tags("prod", "platform", Name=name))
    if shared:
        who = {"Group": "all"} if shared == "all" else {"UserId": shared}
        ec2.modify_image_attribute(ImageId=made, LaunchPermission={"Add": [who]})
    estate.expect_if(shared != "all", "AWS-EC2-022", made, region)
    estate.patch("image", region=region, id=made, created_days=60)
    estate.count("ec2 image")


def _expect_instance(estate: Estate, instance: Instance, made: str) -> None:
    verdicts = {
        "AWS-EC2-023": instance.profile,
        "AWS-EC2-024": instance.tokens == "required" or instance.endpoint == "disabled",
        "AWS-EC2-025": instance.hops == 1 if instance.endpoint == "enabled" else None,
        "AWS-EC2-026": not instance.public,
    }
    for control, good in verdicts.items():
        if good is None or instance.state == "terminated":
            estate.expect(control, made, instance.region, "NOT_APPLICABLE")
        else:
            estate.expect_if(good, control, made, instance.region)


def _expect_root_disks(estate: Estate, region: str) -> None:
    """The emulator makes a plain disk for each instance, and a snapshot of one for each image."""
    ec2 = estate.client("ec2", region)
    for volume in _unnamed(ec2.describe_volumes()["Volumes"]):
        estate.expect_if(volume["Encrypted"], "AWS-EC2-018", volume["VolumeId"], region)
    for snapshot in _unnamed(ec2.describe_snapshots(OwnerIds=["self"])["Snapshots"]):
        estate.expect_if(snapshot["Encrypted"], "AWS-EC2-019", snapshot["SnapshotId"], region)
        estate.expect("AWS-EC2-020", snapshot["SnapshotId"], region, "PASS")
        estate.expect("AWS-EC2-021", snapshot["SnapshotId"], region, "NOT_APPLICABLE")


def _unnamed(made: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    return [one for one in made if not any(tag["Key"] == "Name" for tag in one.get("Tags", []))]
