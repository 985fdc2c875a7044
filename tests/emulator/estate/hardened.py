"""A second account, `acme-security`, in which every setting of the account and its regions is as it should be."""

from __future__ import annotations

from typing import Any

from . import (
    accessanalyzer,
    account,
    awslambda,
    cloudtrail,
    cloudwatch,
    config,
    dynamodb,
    ecr,
    guardduty,
    securityhub,
    sns,
    sqs,
    ssm,
)
from . import ec2 as network
from . import iam as identity
from . import s3 as storage
from .cloudwatch import PATTERNS, TRAIL_GROUP, filter_and_alarm
from .core import GLOBAL, HOME, REGIONS, Estate, policy, tags, trust
from .iam import AWS
from .s3 import ALL, log_target, trail_policy


def seed(estate: Estate) -> None:
    """Builds the account."""
    _identity(estate)
    _contacts(estate)
    key = _keys(estate)
    _buckets(estate, key)
    for region in REGIONS:
        _region(estate, region)
    _trail_and_alarms(estate, key)
    _workload(estate)


def _identity(estate: Estate) -> None:
    iam = estate.client("iam")
    iam.update_account_password_policy(
        MinimumPasswordLength=16,
        RequireNumbers=True,
        RequireSymbols=True,
        RequireLowercaseCharacters=True,
        RequireUppercaseCharacters=True,
        PasswordReusePrevention=24,
        AllowUsersToChangePassword=True,
    )
    support = identity.Role(
        "acme-support", trust({"AWS": f"arn:aws:iam::{estate.account}:root"}), (f"{AWS}/AWSSupportAccess",), days=30
    )
    identity.make_role(estate, "acme-support", support)
    identity.saml_provider(estate, "acme-okta")
    estate.patch("root", mfa=True, virtual_mfa=False, access_keys=[], last_used_days=400)
    settings = ("001", "002", "005", "006", "007", "008", "012", "014", "015")
    identity.expect_account(estate, {f"AWS-IAM-{number}": True for number in settings})
    estate.count("iam account")


def _contacts(estate: Estate) -> None:
    account.contacts(estate)
    estate.client("account").put_alternate_contact(
        AlternateContactType="SECURITY",
        Name="Karim Haddad",
        Title="Head of Security",
        EmailAddress="security@acme.example",
        PhoneNumber="+49405550112",
    )
    estate.count("contact")
    account.expect(estate, primary=True, security=True)


def _keys(estate: Estate) -> str:
    kms = estate.client("kms")
    key = kms.create_key(
        Description="acme-audit", KeySpec="SYMMETRIC_DEFAULT", KeyUsage="ENCRYPT_DECRYPT", MultiRegion=False
    )["KeyMetadata"]
    kms.create_alias(AliasName="alias/acme-audit", TargetKeyId=key["KeyId"])
    kms.enable_key_rotation(KeyId=key["KeyId"])
    estate.count("kms key")
    for control in ("AWS-KMS-001", "AWS-KMS-002", "AWS-KMS-003"):
        estate.expect(control, key["Arn"], HOME, "PASS")
    estate.shared["key acme-audit"] = key["Arn"]
    return key["Arn"]


def _buckets(estate: Estate, key: str) -> None:
    s3 = estate.client("s3")
    rule = {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": key}}
    documents: dict[str, Any] = {"acme-audit-access-logs": log_target, "acme-audit-trail": trail_policy}
    for name, document in documents.items():
        s3.create_bucket(Bucket=name, ObjectOwnership="BucketOwnerEnforced")
        s3.put_bucket_tagging(Bucket=name, Tagging={"TagSet": tags("prod", "security")})
        s3.put_bucket_encryption(Bucket=name, ServerSideEncryptionConfiguration={"Rules": [rule]})
        s3.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Enabled"})
        s3.put_public_access_block(Bucket=name, PublicAccessBlockConfiguration=ALL)
        s3.put_bucket_policy(Bucket=name, Policy=policy(*document(name)))
        estate.count("s3 bucket")
        logs_to = "acme-audit-access-logs" if document is trail_policy else None
        if logs_to:
            target = {"TargetBucket": logs_to, "TargetPrefix": f"{name}/"}
            s3.put_bucket_logging(Bucket=name, BucketLoggingStatus={"LoggingEnabled": target})
        bucket = storage.Bucket(name, HOME, "security", ALL, document, "aws:kms", "Enabled", logs_to)
        storage.expect(estate, name, bucket)
    estate.client("s3control").put_public_access_block(AccountId=estate.account, PublicAccessBlockConfiguration=ALL)
    estate.count("s3 account")
    estate.expect("AWS-S3-002", estate.account, GLOBAL, "PASS")


def _region(estate: Estate, region: str) -> None:
    ec2 = estate.client("ec2", region)
    ec2.enable_ebs_encryption_by_default()
    ec2.enable_snapshot_block_public_access(State="block-all-sharing")
    ec2.enable_image_block_public_access(ImageBlockPublicAccessState="block-new-sharing")
    ec2.modify_instance_metadata_defaults(HttpTokens="required", HttpPutResponseHopLimit=2)
    network.expect_region(estate, region, ebs=True, snapshots=True, images=True, imds=True)
    _no_default_vpc(ec2)
    recorder = estate.client("config", region)
    recorder.put_configuration_recorder(
        ConfigurationRecorder={
            "name": "default",
            "roleARN": f"arn:aws:iam::{estate.account}:role/acme-config",
            "recordingGroup": {"allSupported": True, "includeGlobalResourceTypes": region == HOME},
        }
    )
    recorder.put_delivery_channel(DeliveryChannel={"name": "default", "s3BucketName": "acme-audit-trail"})
    recorder.start_configuration_recorder(ConfigurationRecorderName="default")
    estate.client("guardduty", region).create_detector(
        Enable=True, Features=[{"Name": "S3_DATA_EVENTS", "Status": "ENABLED"}]
    )
    hub = estate.client("securityhub", region)
    hub.enable_security_hub(EnableDefaultStandards=False)
    arn = f"arn:aws:securityhub:{region}::standards/aws-foundational-security-best-practices/v/1.0.0"
    hub.batch_enable_standards(StandardsSubscriptionRequests=[{"StandardsArn": arn}])
    estate.client("accessanalyzer", region).create_analyzer(analyzerName="acme-external-access", type="ACCOUNT")
    config.expect_region(estate, region, records=True, delivers=True)
    guardduty.expect_region(estate, region, on=True, watches_s3=True)
    securityhub.expect_region(estate, region, on=True)
    accessanalyzer.expect_region(estate, region, external=True)
    estate.count("ec2 region")
    estate.count("config recorder")
    estate.count("guardduty detector")
    estate.count("security hub")
    estate.count("analyzer")


def _no_default_vpc(ec2: Any) -> None:
    """Removes what AWS puts into every new account."""
    for vpc in ec2.describe_vpcs()["Vpcs"]:
        only = [{"Name": "vpc-id", "Values": [vpc["VpcId"]]}]
        for gateway in ec2.describe_internet_gateways(
            Filters=[{"Name": "attachment.vpc-id", "Values": [vpc["VpcId"]]}]
        )["InternetGateways"]:
            ec2.detach_internet_gateway(InternetGatewayId=gateway["InternetGatewayId"], VpcId=vpc["VpcId"])
            ec2.delete_internet_gateway(InternetGatewayId=gateway["InternetGatewayId"])
        for subnet in ec2.describe_subnets(Filters=only)["Subnets"]:
            ec2.delete_subnet(SubnetId=subnet["SubnetId"])
        ec2.delete_vpc(VpcId=vpc["VpcId"])


def _trail_and_alarms(estate: Estate, key: str) -> None:
    topics = estate.client("sns")
    topic = topics.create_topic(Name="acme-security-alerts", Attributes={"KmsMasterKeyId": key})["TopicArn"]
    topics.subscribe(TopicArn=topic, Protocol="email", Endpoint="security@acme.example")
    estate.client("logs").create_log_group(logGroupName=TRAIL_GROUP)
    cloudwatch.expect_log_group(estate, TRAIL_GROUP, HOME, None)
    for name, pattern in PATTERNS.items():
        filter_and_alarm(estate, name, pattern)
    trail = estate.client("cloudtrail")
    arn = trail.create_trail(
        Name="acme-security-trail",
        S3BucketName="acme-audit-trail",
        IsMultiRegionTrail=True,
        IncludeGlobalServiceEvents=True,
        EnableLogFileValidation=True,
        KmsKeyId=key,
        CloudWatchLogsLogGroupArn=f"arn:aws:logs:{HOME}:{estate.account}:log-group:{TRAIL_GROUP}:*",
        CloudWatchLogsRoleArn=f"arn:aws:iam::{estate.account}:role/acme-cloudtrail-to-logs",
    )["TrailARN"]
    trail.put_event_selectors(
        TrailName="acme-security-trail",
        EventSelectors=[
            {
                "ReadWriteType": "All",
                "IncludeManagementEvents": True,
                "DataResources": [{"Type": "AWS::S3::Object", "Values": ["arn:aws:s3"]}],
            }
        ],
    )
    trail.start_logging(Name="acme-security-trail")
    sns.expect(estate, topic, HOME, private=True, encrypted=True)
    cloudwatch.expect(estate, told=set(PATTERNS))
    estate.expect("AWS-CLOUDWATCH-016", estate.account, GLOBAL, "PASS")
    cloudtrail.expect_trail(estate, arn, HOME, dict.fromkeys(cloudtrail.ACCOUNT_TRAIL, True))
    cloudtrail.expect_account(estate, management=True, writes=True, reads=True)
    config.expect_account(estate, global_types=True)
    estate.count("sns topic")
    estate.count("log group")
    estate.count("trail")


def _workload(estate: Estate) -> None:
    """What takes in the findings of the other accounts: one of each kind, but no network and so no load balancer."""
    sqs.make(estate, sqs.Queue("acme-findings", HOME, key="key acme-audit", tls=True))
    dynamodb.make(estate, dynamodb.Table("acme-findings", HOME, recovery=True, protected=True, key="key acme-audit"))
    ecr.make(
        estate,
        ecr.Repository("acme-findings", HOME, scan_on_push=True, scanned=True, tags="IMMUTABLE", lifecycle=True),
    )
    role = identity.Role("acme-lambda-findings", trust({"Service": "lambda.amazonaws.com"}), days=30)
    identity.make_role(estate, "acme-lambda-findings", role)
    function = awslambda.Function("acme-findings", HOME, caller="sns.amazonaws.com", url="AWS_IAM")
    awslambda.make(estate, function, role="acme-lambda-findings")
    ssm.make(estate, "acme-isolate-instance", HOME, None)
