"""EC2: networks, security groups, network ACLs, volumes, snapshots, images, instances, settings of a region."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from .core import ACCOUNT, HOME, PARTNER_ACCOUNT, PROD, REGIONS, SECOND, Copy, Estate, tags

ANY4, ANY6 = "0.0.0.0/0", "::/0"
OFFICE = "203.0.113.0/24"
NETWORKS = {HOME: "10.10.0.0/16", PROD: "10.20.0.0/16", SECOND: "10.30.0.0/16"}


def _rule(protocol: str, first: int, last: int, *ranges: str) -> dict[str, Any]:
    rule: dict[str, Any] = {"IpProtocol": protocol}
    if protocol != "-1":
        rule |= {"FromPort": first, "ToPort": last}
    v4 = [{"CidrIp": r} for r in ranges if ":" not in r]
    v6 = [{"CidrIpv6": r} for r in ranges if ":" in r]
    return rule | ({"IpRanges": v4} if v4 else {}) | ({"Ipv6Ranges": v6} if v6 else {})


# (name, region, inbound rules)
SECURITY_GROUPS = (
    ("acme-prod-web", PROD, [_rule("tcp", 443, 443, ANY4, ANY6), _rule("tcp", 80, 80, ANY4)]),
    ("acme-prod-bastion", PROD, [_rule("tcp", 22, 22, OFFICE)]),
    ("acme-prod-db", PROD, [_rule("tcp", 5432, 5432, "10.20.0.0/16")]),
    ("acme-prod-monitoring", PROD, [_rule("tcp", 9100, 9100, "10.0.0.0/8"), _rule("icmp", -1, -1, ANY4)]),
    ("acme-dev-ssh", PROD, [_rule("tcp", 22, 22, ANY4)]),
    ("acme-dev-rdp", HOME, [_rule("tcp", 3389, 3389, ANY6)]),
    ("acme-files-smb", HOME, [_rule("tcp", 445, 445, ANY4)]),
    ("acme-legacy-open", HOME, [_rule("-1", 0, 0, ANY4)]),
    # Ports 22 and 3389 inside ranges
    ("acme-batch-range", SECOND, [_rule("tcp", 20, 25, ANY4)]),
    ("acme-passive-ftp", SECOND, [_rule("tcp", 1024, 65535, ANY4)]),
    # Every UDP port, which is neither SSH nor RDP over TCP
    ("acme-voip", SECOND, [_rule("udp", 0, 65535, ANY4, ANY6)]),
    # The whole of IPv4 in two halves
    ("acme-halves", SECOND, [_rule("tcp", 22, 22, "0.0.0.0/1", "128.0.0.0/1")]),
    ("acme-prod-cache", HOME, [_rule("tcp", 6379, 6379, "10.10.0.0/16")]),
    ("acme-empty", PROD, []),
)

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


INSTANCES = (
    Instance("acme-prod-shop-1", PROD, "acme-prod-web"),
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
)

# (name, region, shared with: nobody, everybody or an account)
IMAGES = (
    ("acme-shop-2026-10", PROD, None),
    ("acme-base-public", HOME, "all"),
    ("acme-analytics-2026-06", SECOND, PARTNER_ACCOUNT),
)


def seed(estate: Estate) -> None:
    """Builds the three regions, then what grows with the scale."""
    for region in REGIONS:
        _network(estate, region)
        _region(estate, region)
    _flow_logs(estate)
    _peering(estate)
    groups: dict[str, str] = {}
    for copy in estate.copies():
        for group in SECURITY_GROUPS:
            groups[copy.name(group[0])] = _security_group(estate, copy, *group)
        volumes = {volume[0]: _volume(estate, copy, *volume) for volume in VOLUMES}
        for snapshot in SNAPSHOTS:
            _snapshot(estate, copy, volumes, *snapshot)
        for instance in INSTANCES:
            _instance(estate, copy, groups, instance)
    for image in IMAGES:
        _image(estate, *image)


def _named(kind: str, name: str, owner: str = "platform") -> list[dict[str, Any]]:
    environment = "dev" if "-dev-" in name else "prod"
    return [{"ResourceType": kind, "Tags": tags(environment, owner, Name=name)}]


def _network(estate: Estate, region: str) -> None:
    """A VPC with a public and a private subnet, a strict and a careless network ACL."""
    ec2 = estate.client("ec2", region)
    network = NETWORKS[region]
    vpc = ec2.create_vpc(CidrBlock=network, TagSpecifications=_named("vpc", "acme-prod"))["Vpc"]["VpcId"]
    prefix = network.rsplit(".", 2)[0]
    subnets = {}
    for number, name in enumerate(("acme-prod-public", "acme-prod-private")):
        subnets[name] = ec2.create_subnet(
            VpcId=vpc,
            CidrBlock=f"{prefix}.{number}.0/24",
            AvailabilityZone=f"{region}{'ab'[number]}",
            TagSpecifications=_named("subnet", name),
        )["Subnet"]["SubnetId"]
    gateway = ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
    ec2.attach_internet_gateway(InternetGatewayId=gateway, VpcId=vpc)
    table = ec2.create_route_table(VpcId=vpc, TagSpecifications=_named("route-table", "acme-prod-public"))
    table_id = table["RouteTable"]["RouteTableId"]
    ec2.create_route(RouteTableId=table_id, DestinationCidrBlock=ANY4, GatewayId=gateway)
    ec2.associate_route_table(RouteTableId=table_id, SubnetId=subnets["acme-prod-public"])
    estate.shared[f"vpc {region}"] = vpc
    estate.shared[f"subnet {region}"] = subnets["acme-prod-private"]
    estate.shared[f"subnets {region}"] = list(subnets.values())
    if region == PROD:
        # The default group of the production network lets nothing in or out
        group = _default_group(ec2, vpc)
        if group["IpPermissions"]:
            ec2.revoke_security_group_ingress(GroupId=group["GroupId"], IpPermissions=group["IpPermissions"])
        ec2.revoke_security_group_egress(GroupId=group["GroupId"], IpPermissions=group["IpPermissionsEgress"])
    elif region == HOME:
        # Here it is used, and lets the office in
        group = _default_group(ec2, vpc)
        ec2.authorize_security_group_ingress(GroupId=group["GroupId"], IpPermissions=[_rule("tcp", 443, 443, OFFICE)])
    strict = (
        ("deny", 90, 22, 22),
        ("deny", 91, 3389, 3389),
        ("allow", 100, 443, 443),
        ("allow", 110, 1024, 65535),
    )
    _acl(estate, region, vpc, "acme-strict", strict)
    if region != PROD:
        _acl(estate, region, vpc, "acme-admin-open", (("allow", 100, 443, 443), ("allow", 110, 20, 30)))
    estate.count("ec2 vpc")
    estate.count("ec2 subnet", 2)
    estate.count("ec2 route table")


def _default_group(ec2: Any, vpc: str) -> Any:
    only = [{"Name": "vpc-id", "Values": [vpc]}, {"Name": "group-name", "Values": ["default"]}]
    return ec2.describe_security_groups(Filters=only)["SecurityGroups"][0]


def _acl(estate: Estate, region: str, vpc: str, name: str, entries: tuple[tuple[str, int, int, int], ...]) -> None:
    ec2 = estate.client("ec2", region)
    made = ec2.create_network_acl(VpcId=vpc, TagSpecifications=_named("network-acl", name))
    for action, number, first, last in entries:
        ec2.create_network_acl_entry(
            NetworkAclId=made["NetworkAcl"]["NetworkAclId"],
            RuleNumber=number,
            Protocol="6",
            RuleAction=action,
            Egress=False,
            CidrBlock=ANY4,
            PortRange={"From": first, "To": last},
        )
    estate.count("ec2 network acl")


def _region(estate: Estate, region: str) -> None:
    """Settings of a region: the second region is well kept, the home region is as AWS gave it."""
    ec2 = estate.client("ec2", region)
    if region != HOME:
        ec2.enable_ebs_encryption_by_default()
    if region == SECOND:
        ec2.modify_ebs_default_kms_key_id(KmsKeyId=estate.shared["key acme-backup"])
        ec2.enable_snapshot_block_public_access(State="block-all-sharing")
        ec2.enable_image_block_public_access(ImageBlockPublicAccessState="block-new-sharing")
        ec2.modify_instance_metadata_defaults(HttpTokens="required", HttpPutResponseHopLimit=2)
    if region == PROD:
        ec2.enable_snapshot_block_public_access(State="block-new-sharing")
    estate.count("ec2 region")


def _flow_logs(estate: Estate) -> None:
    """The production network is logged whole; of the second region's only the rejected traffic."""
    for region, traffic in ((PROD, "ALL"), (SECOND, "REJECT")):
        made = estate.client("ec2", region).create_flow_logs(
            ResourceType="VPC",
            ResourceIds=[estate.shared[f"vpc {region}"]],
            TrafficType=traffic,
            LogDestinationType="s3",
            LogDestination="arn:aws:s3:::acme-access-logs-euw1",
        )
        if made["Unsuccessful"]:
            raise RuntimeError(f"flow logs of {region}: {made['Unsuccessful']}")
        estate.count("ec2 flow log")


def _peering(estate: Estate) -> None:
    """Production is peered with the default VPC: one route is to one subnet, the other to the whole network."""
    ec2 = estate.client("ec2", PROD)
    ours = estate.shared[f"vpc {PROD}"]
    default = ec2.describe_vpcs(Filters=[{"Name": "is-default", "Values": ["true"]}])["Vpcs"][0]
    peering = ec2.create_vpc_peering_connection(VpcId=ours, PeerVpcId=default["VpcId"])
    peering_id = peering["VpcPeeringConnection"]["VpcPeeringConnectionId"]
    ec2.accept_vpc_peering_connection(VpcPeeringConnectionId=peering_id)
    narrow = default["CidrBlock"].rsplit(".", 2)[0] + ".0.0/24"
    for vpc, name, destination in (
        (ours, "acme-prod-to-tools", narrow),
        (default["VpcId"], "acme-tools-to-prod", NETWORKS[PROD]),
    ):
        table = ec2.create_route_table(VpcId=vpc, TagSpecifications=_named("route-table", name))
        ec2.create_route(
            RouteTableId=table["RouteTable"]["RouteTableId"],
            DestinationCidrBlock=destination,
            VpcPeeringConnectionId=peering_id,
        )
        estate.count("ec2 route table")


def _security_group(estate: Estate, copy: Copy, base: str, region: str, rules: list[dict[str, Any]]) -> str:
    ec2 = estate.client("ec2", region)
    name = copy.name(base)
    made = ec2.create_security_group(
        GroupName=name,
        Description=f"{name}, by the platform team",
        VpcId=estate.shared[f"vpc {region}"],
        TagSpecifications=_named("security-group", name),
    )["GroupId"]
    if rules:
        ec2.authorize_security_group_ingress(GroupId=made, IpPermissions=rules)
    estate.count("ec2 security group")
    return made


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
        TagSpecifications=_named("volume", copy.name(base), "shop"),
        **({"Encrypted": True, "KmsKeyId": estate.shared[f"key {key}"]} if encrypted else {"Encrypted": False}),
    )["VolumeId"]
    if not encrypted and region != HOME:
        ec2.enable_ebs_encryption_by_default()
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
    made = ec2.create_snapshot(
        VolumeId=volume_id, Description=name, TagSpecifications=_named("snapshot", name, "shop")
    )["SnapshotId"]
    if shared:
        who: dict[str, Any] = {"GroupNames": ["all"]} if shared == "all" else {"UserIds": [shared]}
        ec2.modify_snapshot_attribute(SnapshotId=made, Attribute="createVolumePermission", OperationType="add", **who)
    estate.patch("snapshot", region=region, id=made, created_days=days)
    estate.count("ec2 snapshot")


def _instance(estate: Estate, copy: Copy, groups: dict[str, str], instance: Instance) -> None:
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
            "HttpPutResponseHopLimit": 2,
        },
        NetworkInterfaces=[
            {
                "DeviceIndex": 0,
                "SubnetId": estate.shared[f"subnet {instance.region}"],
                "Groups": [groups[copy.name(instance.group)]],
                "AssociatePublicIpAddress": instance.public,
            }
        ],
        TagSpecifications=_named("instance", name, "shop"),
        **({"IamInstanceProfile": profile} if instance.profile else {}),
    )["Instances"][0]["InstanceId"]
    if instance.state == "stopped":
        ec2.stop_instances(InstanceIds=[made])
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
    estate.patch("image", region=region, id=made, created_days=60)
    estate.count("ec2 image")
