"""CloudWatch: the trail's log group with the metric filters and alarms that CIS section 5 asks for, and SNS topics."""

from __future__ import annotations

from dataclasses import dataclass

from . import sns as topics
from .core import GLOBAL, HOME, PROD, SECOND, Estate, tags

TRAIL_GROUP = "/acme/cloudtrail"

# The filters of CIS section 5: name -> pattern
PATTERNS = {
    "unauthorized-api-calls": '{ ($.errorCode = "*UnauthorizedOperation") || ($.errorCode = "AccessDenied*") }',
    "console-sign-in-without-mfa": ('{ ($.eventName = "ConsoleLogin") && ($.additionalEventData.MFAUsed != "Yes") }'),
    "root-usage": (
        '{ $.userIdentity.type = "Root" && $.userIdentity.invokedBy NOT EXISTS && $.eventType != "AwsServiceEvent" }'
    ),
    "iam-policy-changes": (
        "{ ($.eventName=DeleteGroupPolicy)||($.eventName=DeleteRolePolicy)||($.eventName=DeleteUserPolicy)"
        "||($.eventName=PutGroupPolicy)||($.eventName=PutRolePolicy)||($.eventName=PutUserPolicy)"
        "||($.eventName=CreatePolicy)||($.eventName=DeletePolicy)||($.eventName=CreatePolicyVersion)"
        "||($.eventName=DeletePolicyVersion)||($.eventName=AttachRolePolicy)||($.eventName=DetachRolePolicy)"
        "||($.eventName=AttachUserPolicy)||($.eventName=DetachUserPolicy)||($.eventName=AttachGroupPolicy)"
        "||($.eventName=DetachGroupPolicy) }"
    ),
    "cloudtrail-changes": (
        "{ ($.eventName = CreateTrail) || ($.eventName = UpdateTrail) || ($.eventName = DeleteTrail)"
        " || ($.eventName = StartLogging) || ($.eventName = StopLogging) }"
    ),
    "console-authentication-failures": (
        '{ ($.eventName = ConsoleLogin) && ($.errorMessage = "Failed authentication") }'
    ),
    "kms-key-disabled-or-deleted": (
        "{ ($.eventSource = kms.amazonaws.com) && (($.eventName=DisableKey)||($.eventName=ScheduleKeyDeletion)) }"
    ),
    "bucket-policy-changes": (
        "{ ($.eventSource = s3.amazonaws.com) && (($.eventName = PutBucketAcl) || ($.eventName = PutBucketPolicy)"
        " || ($.eventName = PutBucketCors) || ($.eventName = PutBucketLifecycle)"
        " || ($.eventName = PutBucketReplication) || ($.eventName = DeleteBucketPolicy)"
        " || ($.eventName = DeleteBucketCors) || ($.eventName = DeleteBucketLifecycle)"
        " || ($.eventName = DeleteBucketReplication)) }"
    ),
    "config-changes": (
        "{ ($.eventSource = config.amazonaws.com) && (($.eventName=StopConfigurationRecorder)"
        "||($.eventName=DeleteDeliveryChannel)||($.eventName=PutDeliveryChannel)"
        "||($.eventName=PutConfigurationRecorder)) }"
    ),
    "security-group-changes": (
        "{ ($.eventName = AuthorizeSecurityGroupIngress) || ($.eventName = AuthorizeSecurityGroupEgress)"
        " || ($.eventName = RevokeSecurityGroupIngress) || ($.eventName = RevokeSecurityGroupEgress)"
        " || ($.eventName = CreateSecurityGroup) || ($.eventName = DeleteSecurityGroup) }"
    ),
    "network-acl-changes": (
        "{ ($.eventName = CreateNetworkAcl) || ($.eventName = CreateNetworkAclEntry)"
        " || ($.eventName = DeleteNetworkAcl) || ($.eventName = DeleteNetworkAclEntry)"
        " || ($.eventName = ReplaceNetworkAclEntry) || ($.eventName = ReplaceNetworkAclAssociation) }"
    ),
    "gateway-changes": (
        "{ ($.eventName = CreateCustomerGateway) || ($.eventName = DeleteCustomerGateway)"
        " || ($.eventName = AttachInternetGateway) || ($.eventName = CreateInternetGateway)"
        " || ($.eventName = DeleteInternetGateway) || ($.eventName = DetachInternetGateway) }"
    ),
    "route-table-changes": (
        "{ ($.eventSource = ec2.amazonaws.com) && (($.eventName = CreateRoute) || ($.eventName = CreateRouteTable)"
        " || ($.eventName = ReplaceRoute) || ($.eventName = ReplaceRouteTableAssociation)"
        " || ($.eventName = DeleteRouteTable) || ($.eventName = DeleteRoute)"
        " || ($.eventName = DisassociateRouteTable)) }"
    ),
    "vpc-changes": (
        "{ ($.eventName = CreateVpc) || ($.eventName = DeleteVpc) || ($.eventName = ModifyVpcAttribute)"
        " || ($.eventName = AcceptVpcPeeringConnection) || ($.eventName = CreateVpcPeeringConnection)"
        " || ($.eventName = DeleteVpcPeeringConnection) || ($.eventName = RejectVpcPeeringConnection)"
        " || ($.eventName = AttachClassicLinkVpc) || ($.eventName = DetachClassicLinkVpc)"
        " || ($.eventName = DisableVpcClassicLink) || ($.eventName = EnableVpcClassicLink) }"
    ),
    "organizations-changes": (
        '{ ($.eventSource = organizations.amazonaws.com) && (($.eventName = "AcceptHandshake")'
        ' || ($.eventName = "AttachPolicy") || ($.eventName = "CreateAccount")'
        ' || ($.eventName = "CreateOrganizationalUnit") || ($.eventName = "CreatePolicy")'
        ' || ($.eventName = "DeclineHandshake") || ($.eventName = "DeleteOrganization")'
        ' || ($.eventName = "DeleteOrganizationalUnit") || ($.eventName = "DeletePolicy")'
        ' || ($.eventName = "DetachPolicy") || ($.eventName = "DisablePolicyType")'
        ' || ($.eventName = "EnablePolicyType") || ($.eventName = "InviteAccountToOrganization")'
        ' || ($.eventName = "LeaveOrganization") || ($.eventName = "MoveAccount")'
        ' || ($.eventName = "RemoveAccountFromOrganization") || ($.eventName = "UpdatePolicy")'
        ' || ($.eventName = "UpdateOrganizationalUnit")) }'
    ),
}


@dataclass(frozen=True)
class Broken:
    """What is wrong with one of the alarms."""

    alarm: bool = True
    topic: str = "acme-security-alerts"
    pattern: str | None = None
    actions_enabled: bool = True


# Filters that are not there at all
MISSING = ("vpc-changes", "organizations-changes")

BROKEN = {
    # A filter that nobody listens to
    "network-acl-changes": Broken(alarm=False),
    # An alarm that tells a topic without subscribers
    "gateway-changes": Broken(topic="acme-old-alerts"),
    # A filter that misses half of the events
    "security-group-changes": Broken(pattern="{ ($.eventName = CreateSecurityGroup) }"),
    # An alarm whose actions are switched off
    "route-table-changes": Broken(actions_enabled=False),
}

# (name, region, days that the logs are kept)
LOG_GROUPS = (
    ("/acme/prod/shop", PROD, 365),
    ("/acme/prod/payments", PROD, 731),
    ("/acme/dev/sandbox", PROD, None),
    ("/aws/lambda/acme-orders", PROD, None),
    ("/acme/reports", HOME, 90),
    ("/acme/legacy/files", HOME, None),
    ("/acme/analytics", SECOND, 30),
    ("/acme/dr/shop", SECOND, 365),
)


def expect_log_group(estate: Estate, name: str, region: str, days: int | None) -> None:
    """Events are kept for that many days; without a number for ever."""
    arn = f"arn:aws:logs:{region}:{estate.account}:log-group:{name}"
    estate.expect_if(days is None or days >= 365, "AWS-LOGS-001", arn, region)


def seed(estate: Estate) -> None:
    """Makes topics, log groups, then one filter and one alarm per entry of CIS section 5."""
    _topics(estate)
    estate.client("logs").create_log_group(logGroupName=TRAIL_GROUP)
    estate.client("logs").put_retention_policy(logGroupName=TRAIL_GROUP, retentionInDays=400)
    estate.count("log group")
    expect_log_group(estate, TRAIL_GROUP, HOME, 400)
    for copy in estate.copies():
        for name, region, days in LOG_GROUPS:
            logs = estate.client("logs", region)
            group = copy.name(name)
            logs.create_log_group(logGroupName=group, tags={"Environment": "prod", "Owner": "platform"})
            if days:
                logs.put_retention_policy(logGroupName=group, retentionInDays=days)
            expect_log_group(estate, group, region, days)
            estate.count("log group")
    for name, pattern in PATTERNS.items():
        if name not in MISSING:
            filter_and_alarm(estate, name, pattern, BROKEN.get(name, Broken()))
    expect(estate, told={name for name in PATTERNS if name not in MISSING and name not in BROKEN})
    estate.expect("AWS-CLOUDWATCH-016", estate.account, GLOBAL, "FAIL")
    # An alarm that has nothing to do with security
    alarm(
        estate,
        "acme-shop-latency",
        "AWS/ApplicationELB",
        "TargetResponseTime",
        "acme-security-alerts",
        True,
        PROD,
    )


def _topics(estate: Estate) -> None:
    for name, region in (
        ("acme-security-alerts", HOME),
        ("acme-old-alerts", HOME),
        ("acme-security-alerts", PROD),
    ):
        sns = estate.client("sns", region)
        made = sns.create_topic(Name=name, Tags=tags("prod", "security"))["TopicArn"]
        if name == "acme-security-alerts":
            sns.subscribe(TopicArn=made, Protocol="email", Endpoint="security@acme.example")
        estate.count("sns topic")
        topics.expect(estate, made, region, private=True, encrypted=False)


def expect(estate: Estate, told: set[str]) -> None:
    """The verdicts on the alarms of CIS section 5, which are numbered as the patterns are ordered."""
    for number, name in enumerate(PATTERNS, start=1):
        estate.expect_if(name in told, f"AWS-CLOUDWATCH-{number:03d}", estate.account, GLOBAL)


def filter_and_alarm(estate: Estate, name: str, pattern: str, broken: Broken = Broken()) -> None:
    """One metric filter on the trail's log group, and the alarm on its metric."""
    estate.client("logs").put_metric_filter(
        logGroupName=TRAIL_GROUP,
        filterName=f"acme-{name}",
        filterPattern=broken.pattern or pattern,
        metricTransformations=[{"metricName": name, "metricNamespace": "Acme/CIS", "metricValue": "1"}],
    )
    estate.count("metric filter")
    if broken.alarm:
        alarm(estate, f"acme-{name}", "Acme/CIS", name, broken.topic, broken.actions_enabled, HOME)


def alarm(estate: Estate, name: str, namespace: str, metric: str, topic: str, enabled: bool, region: str) -> None:
    """One alarm that tells a topic."""
    estate.client("cloudwatch", region).put_metric_alarm(
        AlarmName=name,
        Namespace=namespace,
        MetricName=metric,
        Statistic="Sum",
        Period=300,
        EvaluationPeriods=1,
        Threshold=1.0,
        ComparisonOperator="GreaterThanOrEqualToThreshold",
        ActionsEnabled=enabled,
        AlarmActions=[f"arn:aws:sns:{region}:{estate.account}:{topic}"],
        TreatMissingData="notBreaching",
    )
    estate.count("alarm")
