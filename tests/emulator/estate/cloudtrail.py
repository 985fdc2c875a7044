"""CloudTrail: one trail for the whole account, almost as it should be, and two weak ones in one region each."""

from __future__ import annotations

from .cloudwatch import TRAIL_GROUP
from .core import GLOBAL, HOME, PROD, SECOND, Estate, tags

# All changes of objects in all buckets
OBJECT_WRITES = {
    "ReadWriteType": "WriteOnly",
    "IncludeManagementEvents": False,
    "DataResources": [{"Type": "AWS::S3::Object", "Values": ["arn:aws:s3"]}],
}
MANAGEMENT = {"ReadWriteType": "All", "IncludeManagementEvents": True}

# What is right about the trail of the whole account; its bucket has no access logs.
ACCOUNT_TRAIL = {
    "AWS-CLOUDTRAIL-002": True,
    "AWS-CLOUDTRAIL-003": False,
    "AWS-CLOUDTRAIL-004": True,
    "AWS-CLOUDTRAIL-007": True,
    "AWS-CLOUDTRAIL-008": True,
    "AWS-CLOUDTRAIL-009": True,
    "AWS-CLOUDTRAIL-010": True,
    "AWS-CLOUDTRAIL-011": True,
}


def seed(estate: Estate) -> None:
    """Makes the trails."""
    _account_trail(estate)
    _stopped(estate)
    _failing(estate)
    expect_account(estate, management=True, writes=True, reads=False)
    estate.count("trail", 3)


def _account_trail(estate: Estate) -> None:
    trail = estate.client("cloudtrail", HOME)
    arn = trail.create_trail(
        Name="acme-account-trail",
        S3BucketName="acme-cloudtrail-logs",
        IsMultiRegionTrail=True,
        IncludeGlobalServiceEvents=True,
        EnableLogFileValidation=True,
        KmsKeyId=estate.shared["key acme-cloudtrail"],
        CloudWatchLogsLogGroupArn=f"arn:aws:logs:{HOME}:{estate.account}:log-group:{TRAIL_GROUP}:*",
        CloudWatchLogsRoleArn=f"arn:aws:iam::{estate.account}:role/acme-cloudtrail-to-logs",
        TagsList=tags("prod", "security"),
    )["TrailARN"]
    trail.put_event_selectors(TrailName="acme-account-trail", EventSelectors=[MANAGEMENT, OBJECT_WRITES])
    trail.start_logging(Name="acme-account-trail")
    expect_trail(estate, arn, HOME, ACCOUNT_TRAIL)


def _stopped(estate: Estate) -> None:
    """Nothing but its bucket, which has access logs, and switched off."""
    trail = estate.client("cloudtrail", PROD)
    arn = trail.create_trail(
        Name="acme-shop-debug",
        S3BucketName="acme-config-history",
        IsMultiRegionTrail=False,
        IncludeGlobalServiceEvents=False,
        EnableLogFileValidation=False,
        TagsList=tags("dev", "shop"),
    )["TrailARN"]
    right = dict.fromkeys(ACCOUNT_TRAIL, False) | {"AWS-CLOUDTRAIL-003": True, "AWS-CLOUDTRAIL-010": True}
    del right["AWS-CLOUDTRAIL-009"]
    expect_trail(estate, arn, PROD, right)
    estate.expect("AWS-CLOUDTRAIL-009", arn, PROD, "NOT_APPLICABLE")


def _failing(estate: Estate) -> None:
    """Logs into a public bucket, to which it may not write any more, and to a log group that is gone."""
    trail = estate.client("cloudtrail", SECOND)
    arn = trail.create_trail(
        Name="acme-old-trail",
        S3BucketName="acme-marketing-assets",
        IsMultiRegionTrail=False,
        EnableLogFileValidation=False,
        CloudWatchLogsLogGroupArn=f"arn:aws:logs:{SECOND}:{estate.account}:log-group:/acme/old-trail:*",
        CloudWatchLogsRoleArn=f"arn:aws:iam::{estate.account}:role/acme-cloudtrail-to-logs",
    )["TrailARN"]
    trail.put_event_selectors(
        TrailName="acme-old-trail",
        AdvancedEventSelectors=[
            {
                "Name": "objects of one bucket",
                "FieldSelectors": [
                    {"Field": "eventCategory", "Equals": ["Data"]},
                    {"Field": "resources.type", "Equals": ["AWS::S3::Object"]},
                    {"Field": "resources.ARN", "StartsWith": ["arn:aws:s3:::acme-prod-invoices/"]},
                ],
            }
        ],
    )
    trail.start_logging(Name="acme-old-trail")
    estate.patch(
        "trail",
        region=SECOND,
        name="acme-old-trail",
        delivery_error="AccessDenied",
        log_group_error="The log group does not exist",
    )
    right = dict.fromkeys(ACCOUNT_TRAIL, False) | {"AWS-CLOUDTRAIL-007": True}
    # It records no management events.
    del right["AWS-CLOUDTRAIL-011"]
    expect_trail(estate, arn, SECOND, right)
    estate.expect("AWS-CLOUDTRAIL-011", arn, SECOND, "NOT_APPLICABLE")


def expect_trail(estate: Estate, arn: str, region: str, right: dict[str, bool]) -> None:
    """The verdicts on one trail."""
    for control, good in right.items():
        estate.expect_if(good, control, arn, region)


def expect_account(estate: Estate, management: bool, writes: bool, reads: bool) -> None:
    """The verdicts on what all trails log together: management events, writes and reads of objects."""
    for control, good in (
        ("AWS-CLOUDTRAIL-001", management),
        ("AWS-CLOUDTRAIL-005", writes),
        ("AWS-CLOUDTRAIL-006", reads),
    ):
        estate.expect_if(good, control, estate.account, GLOBAL)
