"""Elastic Load Balancing: load balancers, and listeners that redirect, forward or speak old versions of TLS."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from .core import HOME, PROD, SECOND, Estate, tags

FORWARD, TO_HTTPS, FIXED = "forward", "to HTTPS", "fixed"
MODERN, OLD = "ELBSecurityPolicy-TLS13-1-2-2021-06", "ELBSecurityPolicy-2016-08"
CERTIFICATE = "www-acme-2026"


@dataclass(frozen=True)
class Listener:
    """A listener. `rule`: what a rule before the default one does."""

    protocol: str
    port: int
    does: str = FORWARD
    policy: str | None = None
    rule: str | None = None


@dataclass(frozen=True)
class LoadBalancer:
    """A load balancer and its listeners."""

    name: str
    region: str
    listeners: tuple[Listener, ...]
    kind: str = "application"
    protected: bool = False
    drops: bool = False
    logs: bool = False


HTTPS = Listener("HTTPS", 443, policy=MODERN)
LOAD_BALANCERS = (
    LoadBalancer(
        "acme-shop",
        PROD,
        (HTTPS, Listener("HTTP", 80, TO_HTTPS)),
        protected=True,
        drops=True,
        logs=True,
    ),
    # Redirects at the end, but health checks of a partner come first
    LoadBalancer(
        "acme-partner", PROD, (HTTPS, Listener("HTTP", 80, TO_HTTPS, rule=FORWARD)), protected=True, drops=True
    ),
    LoadBalancer(
        "acme-legacy",
        HOME,
        (
            Listener("HTTPS", 443, policy=OLD),
            Listener("HTTP", 80, FORWARD),
            Listener("HTTP", 8080, TO_HTTPS, rule=FIXED),
        ),
    ),
    LoadBalancer(
        "acme-feed",
        HOME,
        (Listener("TLS", 443, policy=MODERN), Listener("TCP", 9092)),
        kind="network",
        protected=True,
    ),
    LoadBalancer("acme-inspection", SECOND, (Listener("GENEVE", 6081),), kind="gateway"),
)


def seed(estate: Estate) -> None:
    """Makes the load balancers."""
    for load_balancer in LOAD_BALANCERS:
        make(estate, load_balancer, estate.shared[f"subnets {load_balancer.region}"])


def make(estate: Estate, one: LoadBalancer, subnets: list[str]) -> None:
    """Makes a load balancer with its listeners and records the verdicts on them."""
    elbv2 = estate.client("elbv2", one.region)
    arn = elbv2.create_load_balancer(
        Name=one.name, Subnets=subnets[:2], Scheme="internal", Type=one.kind, Tags=tags("prod", "shop")
    )["LoadBalancers"][0]["LoadBalancerArn"]
    attributes = {"deletion_protection.enabled": one.protected}
    if one.kind == "application":
        attributes["routing.http.drop_invalid_header_fields.enabled"] = one.drops
    if one.logs:
        attributes |= {"access_logs.s3.enabled": True, "access_logs.s3.bucket": "acme-access-logs"}
    elbv2.modify_load_balancer_attributes(
        LoadBalancerArn=arn,
        Attributes=[{"Key": key, "Value": str(value).lower()} for key, value in attributes.items()],
    )
    estate.expect_if(one.protected, "AWS-ELBV2-001", arn, one.region)
    if one.kind == "application":
        estate.expect_if(one.drops, "AWS-ELBV2-002", arn, one.region)
        estate.expect_if(one.logs, "AWS-ELBV2-003", arn, one.region)
    else:
        for control in ("AWS-ELBV2-002", "AWS-ELBV2-003"):
            estate.expect(control, arn, one.region, "NOT_APPLICABLE")
    estate.count("load balancer")
    vpc = estate.client("ec2", one.region).describe_subnets(SubnetIds=subnets[:1])["Subnets"][0]["VpcId"]
    for listener in one.listeners:
        _listener(estate, one, arn, vpc, listener)


def _listener(estate: Estate, one: LoadBalancer, load_balancer: str, vpc: str, listener: Listener) -> None:
    elbv2 = estate.client("elbv2", one.region)
    encrypts = listener.protocol in ("HTTPS", "TLS")
    target = elbv2.create_target_group(
        Name=f"{one.name}-{listener.port}",
        Protocol="HTTP" if one.kind == "application" else "TCP" if encrypts else listener.protocol,
        Port=listener.port,
        VpcId=vpc,
    )["TargetGroups"][0]["TargetGroupArn"]
    security: dict[str, Any] = {}
    if encrypts:
        certificate = f"arn:aws:iam::{estate.account}:server-certificate/{CERTIFICATE}"
        security = {"SslPolicy": listener.policy, "Certificates": [{"CertificateArn": certificate}]}
    # A listener of a gateway load balancer has neither protocol nor port
    place = {} if one.kind == "gateway" else {"Protocol": listener.protocol, "Port": listener.port}
    arn = elbv2.create_listener(
        LoadBalancerArn=load_balancer, DefaultActions=[_action(listener.does, target)], **place, **security
    )["Listeners"][0]["ListenerArn"]
    if listener.rule:
        elbv2.create_rule(
            ListenerArn=arn,
            Priority=1,
            Conditions=[{"Field": "path-pattern", "Values": ["/health"]}],
            Actions=[_action(listener.rule, target)],
        )
    if listener.protocol == "HTTP":
        redirects = listener.does == TO_HTTPS and listener.rule != FORWARD
        estate.expect_if(redirects, "AWS-ELBV2-004", arn, one.region)
    else:
        estate.expect("AWS-ELBV2-004", arn, one.region, "NOT_APPLICABLE")
    if encrypts:
        estate.expect_if(listener.policy == MODERN, "AWS-ELBV2-005", arn, one.region)
    else:
        estate.expect("AWS-ELBV2-005", arn, one.region, "NOT_APPLICABLE")
    estate.count("listener")


def _action(does: str, target: str) -> dict[str, Any]:
    if does == TO_HTTPS:
        config = {"Protocol": "HTTPS", "Port": "443", "StatusCode": "HTTP_301"}
        return {"Type": "redirect", "RedirectConfig": config}
    if does == FIXED:
        return {"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "200", "ContentType": "text/plain"}}
    return {"Type": "forward", "TargetGroupArn": target}
