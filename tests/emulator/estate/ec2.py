"""EC2: networks, security groups, prefix lists, network ACLs, settings of a region."""

from __future__ import annotations

from typing import Any

from .core import HOME, PROD, REGIONS, SECOND, Copy, Estate, named
from .machines import INSTANCES

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


# What must not be open to the whole internet
SSH, RDP, SMB, ADMIN, DATABASE, EVERY = (f"AWS-EC2-00{number}" for number in range(1, 7))

# (name, region, inbound rules, controls that fail)
SECURITY_GROUPS: tuple[tuple[str, str, list[dict[str, Any]], set[str]], ...] = (
    ("acme-prod-web", PROD, [_rule("tcp", 443, 443, ANY4, ANY6), _rule("tcp", 80, 80, ANY4)], set()),
    ("acme-prod-bastion", PROD, [_rule("tcp", 22, 22, OFFICE)], set()),
    ("acme-prod-db", PROD, [_rule("tcp", 5432, 5432, "10.20.0.0/16")], set()),
    ("acme-prod-monitoring", PROD, [_rule("tcp", 9100, 9100, "10.0.0.0/8"), _rule("icmp", -1, -1, ANY4)], set()),
    ("acme-dev-ssh", PROD, [_rule("tcp", 22, 22, ANY4)], {SSH}),
    ("acme-dev-rdp", HOME, [_rule("tcp", 3389, 3389, ANY6)], {RDP}),
    ("acme-files-smb", HOME, [_rule("tcp", 445, 445, ANY4)], {SMB}),
    ("acme-legacy-open", HOME, [_rule("-1", 0, 0, ANY4)], {SSH, RDP, SMB, ADMIN, DATABASE, EVERY}),
    # Ports 22 and 23 inside a range, 3389 and many others inside another
    ("acme-batch-range", SECOND, [_rule("tcp", 20, 25, ANY4)], {SSH, ADMIN}),
    ("acme-passive-ftp", SECOND, [_rule("tcp", 1024, 65535, ANY4)], {RDP, ADMIN, DATABASE}),
    # Every UDP port: Remote Desktop also speaks UDP, SSH does not
    ("acme-voip", SECOND, [_rule("udp", 0, 65535, ANY4, ANY6)], {RDP, EVERY}),
    # The whole of IPv4 in two halves
    ("acme-halves", SECOND, [_rule("tcp", 22, 22, "0.0.0.0/1", "128.0.0.0/1")], {SSH}),
    ("acme-prod-cache", HOME, [_rule("tcp", 6379, 6379, "10.10.0.0/16")], set()),
    ("acme-empty", PROD, [], set()),
)

# (name, region, ranges, all harmless)
PREFIX_LISTS = (
    ("acme-offices", PROD, (OFFICE, "198.51.100.0/24"), True),
    ("acme-partners", HOME, (OFFICE, ANY4), False),
)


def seed(estate: Estate) -> None:
    """Builds the three regions, then what grows with the scale, and tells what a scan must find."""
    for region in REGIONS:
        _network(estate, region)
        _region(estate, region)
    _flow_logs(estate)
    _peering(estate)
    for prefix_list in PREFIX_LISTS:
        _prefix_list(estate, *prefix_list)
    for copy in estate.copies():
        for group in SECURITY_GROUPS:
            _security_group(estate, copy, *group)
    for region in REGIONS:
        _expect_networks(estate, region)


def _network(estate: Estate, region: str) -> None:
    """A VPC with a public and a private subnet, a strict and a careless network ACL."""
    ec2 = estate.client("ec2", region)
    network = NETWORKS[region]
    vpc = ec2.create_vpc(CidrBlock=network, TagSpecifications=named("vpc", "acme-prod"))["Vpc"]["VpcId"]
    prefix = network.rsplit(".", 2)[0]
    subnets = {}
    for number, name in enumerate(("acme-prod-public", "acme-prod-private")):
        subnets[name] = ec2.create_subnet(
            VpcId=vpc,
            CidrBlock=f"{prefix}.{number}.0/24",
            AvailabilityZone=f"{region}{'ab'[number]}",
            TagSpecifications=named("subnet", name),
        )["Subnet"]["SubnetId"]
        estate.expect("AWS-EC2-027", subnets[name], region, "PASS")
    gateway = ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
    ec2.attach_internet_gateway(InternetGatewayId=gateway, VpcId=vpc)
    table = ec2.create_route_table(VpcId=vpc, TagSpecifications=named("route-table", "acme-prod-public"))
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
    _acl(estate, region, vpc, "acme-strict", strict, closed=True)
    if region != PROD:
        _acl(estate, region, vpc, "acme-admin-open", (("allow", 100, 443, 443), ("allow", 110, 20, 30)), closed=False)
    estate.count("ec2 vpc")
    estate.count("ec2 subnet", 2)
    estate.count("ec2 route table")


def _default_group(ec2: Any, vpc: str) -> Any:
    only = [{"Name": "vpc-id", "Values": [vpc]}, {"Name": "group-name", "Values": ["default"]}]
    return ec2.describe_security_groups(Filters=only)["SecurityGroups"][0]


def _acl(
    estate: Estate, region: str, vpc: str, name: str, entries: tuple[tuple[str, int, int, int], ...], *, closed: bool
) -> None:
    ec2 = estate.client("ec2", region)
    made = ec2.create_network_acl(VpcId=vpc, TagSpecifications=named("network-acl", name))
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
    estate.expect_if(closed, "AWS-EC2-010", made["NetworkAcl"]["NetworkAclId"], region)
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
    expect_region(
        estate, region, ebs=region != HOME, snapshots=region != HOME, images=region == SECOND, imds=region == SECOND
    )
    estate.count("ec2 region")


def expect_region(estate: Estate, region: str, *, ebs: bool, snapshots: bool, images: bool, imds: bool) -> None:
    """Which of the region's settings are as they should be."""
    for number, good in enumerate((ebs, snapshots, images, imds), start=14):
        estate.expect_if(good, f"AWS-EC2-{number:03d}", region, region)


def expect_default_network(estate: Estate, region: str) -> None:
    """What a scan says of the network that every region has from the start."""
    ec2 = estate.client("ec2", region)
    for vpc in ec2.describe_vpcs(Filters=[{"Name": "is-default", "Values": ["true"]}])["Vpcs"]:
        estate.expect("AWS-EC2-011", vpc["VpcId"], region, "FAIL")
        estate.expect("AWS-EC2-012", vpc["VpcId"], region, "FAIL")
        for subnet in ec2.describe_subnets(Filters=[{"Name": "vpc-id", "Values": [vpc["VpcId"]]}])["Subnets"]:
            estate.expect("AWS-EC2-027", subnet["SubnetId"], region, "FAIL")
        _expect_default_group(estate, region, _default_group(ec2, vpc["VpcId"])["GroupId"], empty=False)
        _expect_unpeered(estate, region, vpc["VpcId"])
        _expect_default_acl(estate, region, vpc["VpcId"])


def _expect_default_group(estate: Estate, region: str, group: str, *, empty: bool) -> None:
    for control in (SSH, RDP, SMB, ADMIN, DATABASE, EVERY):
        estate.expect(control, group, region, "PASS")
    estate.expect_if(empty, "AWS-EC2-007", group, region)
    estate.expect("AWS-EC2-008", group, region, "NOT_APPLICABLE")


def _expect_default_acl(estate: Estate, region: str, vpc: str) -> None:
    only = [{"Name": "vpc-id", "Values": [vpc]}, {"Name": "default", "Values": ["true"]}]
    for acl in estate.client("ec2", region).describe_network_acls(Filters=only)["NetworkAcls"]:
        estate.expect("AWS-EC2-010", acl["NetworkAclId"], region, "FAIL")


def _expect_unpeered(estate: Estate, region: str, vpc: str) -> None:
    """Of a network's route tables, those without a peering route are none of the control's business."""
    only = [{"Name": "vpc-id", "Values": [vpc]}]
    for table in estate.client("ec2", region).describe_route_tables(Filters=only)["RouteTables"]:
        if not any("VpcPeeringConnectionId" in route for route in table["Routes"]):
            estate.expect("AWS-EC2-013", table["RouteTableId"], region, "NOT_APPLICABLE")


def _expect_networks(estate: Estate, region: str) -> None:
    vpc = estate.shared[f"vpc {region}"]
    estate.expect_if(region != HOME, "AWS-EC2-011", vpc, region)
    estate.expect("AWS-EC2-012", vpc, region, "PASS")
    group = _default_group(estate.client("ec2", region), vpc)["GroupId"]
    _expect_default_group(estate, region, group, empty=region == PROD)
    _expect_default_acl(estate, region, vpc)
    _expect_unpeered(estate, region, vpc)
    expect_default_network(estate, region)


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
        table = ec2.create_route_table(VpcId=vpc, TagSpecifications=named("route-table", name))
        ec2.create_route(
            RouteTableId=table["RouteTable"]["RouteTableId"],
            DestinationCidrBlock=destination,
            VpcPeeringConnectionId=peering_id,
        )
        estate.expect_if(destination == narrow, "AWS-EC2-013", table["RouteTable"]["RouteTableId"], PROD)
        estate.count("ec2 route table")


def _prefix_list(estate: Estate, name: str, region: str, ranges: tuple[str, ...], harmless: bool) -> None:
    made = estate.client("ec2", region).create_managed_prefix_list(
        PrefixListName=name,
        AddressFamily="IPv4",
        MaxEntries=5,
        Entries=[{"Cidr": each} for each in ranges],
        TagSpecifications=named("prefix-list", name),
    )["PrefixList"]["PrefixListId"]
    estate.expect_if(harmless, "AWS-EC2-009", made, region)
    estate.count("ec2 prefix list")


def _security_group(
    estate: Estate, copy: Copy, base: str, region: str, rules: list[dict[str, Any]], failing: set[str]
) -> None:
    ec2 = estate.client("ec2", region)
    name = copy.name(base)
    made = ec2.create_security_group(
        GroupName=name,
        Description=f"{name}, by the platform team",
        VpcId=estate.shared[f"vpc {region}"],
        TagSpecifications=named("security-group", name),
    )["GroupId"]
    if rules:
        ec2.authorize_security_group_ingress(GroupId=made, IpPermissions=rules)
    estate.shared[f"group {name}"] = made
    for control in (SSH, RDP, SMB, ADMIN, DATABASE, EVERY):
        estate.expect_if(control not in failing, control, made, region)
    estate.expect("AWS-EC2-007", made, region, "NOT_APPLICABLE")
    used = any(instance.group == base for instance in INSTANCES)
    estate.expect_if(used, "AWS-EC2-008", made, region)
    estate.count("ec2 security group")
