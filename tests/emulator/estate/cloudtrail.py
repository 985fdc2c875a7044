"""CloudTrail: one trail for the whole account as it should be, and a weak one in one region."""

from __future__ import annotations

from .cloudwatch import TRAIL_GROUP
from .core import HOME, PROD, Estate, tags


def seed(estate: Estate) -> None:
    """Makes the trails."""
    trail = estate.client("cloudtrail", HOME)
    trail.create_trail(
        Name="acme-account-trail",
        S3BucketName="acme-cloudtrail-logs",
        IsMultiRegionTrail=True,
        IncludeGlobalServiceEvents=True,
        EnableLogFileValidation=True,
        KmsKeyId=estate.shared["key acme-cloudtrail"],
        CloudWatchLogsLogGroupArn=f"arn:aws:logs:{HOME}:{estate.account}:log-group:{TRAIL_GROUP}:*",
        CloudWatchLogsRoleArn=f"arn:aws:iam::{estate.account}:role/acme-cloudtrail-to-logs",
        TagsList=tags("prod", "security"),
    )
    trail.put_event_selectors(
        TrailName="acme-account-trail",
        EventSelectors=[
            {
                "ReadWriteType": "WriteOnly",
                "IncludeManagementEvents": True,
                "DataResources": [{"Type": "AWS::S3::Object", "Values": ["arn:aws:s3"]}],
            }
        ],
    )
    trail.start_logging(Name="acme-account-trail")

    weak = estate.client("cloudtrail", PROD)
    weak.create_trail(
        Name="acme-shop-debug",
        S3BucketName="acme-access-logs-euw1",
        IsMultiRegionTrail=False,
        IncludeGlobalServiceEvents=False,
        EnableLogFileValidation=False,
        TagsList=tags("dev", "shop"),
    )
    estate.count("trail", 2)
