"""A third account, just opened: nothing is set up and the root user has a password alone."""

from __future__ import annotations

from . import accessanalyzer, account, cloudtrail, cloudwatch, config, ec2, guardduty, iam, securityhub
from .core import GLOBAL, REGIONS, Estate


def seed(estate: Estate) -> None:
    """Makes nothing; only the verdicts are of use. The account has no other regions, so that they can be certain."""
    estate.state("account", regions=list(REGIONS))
    found = {"AWS-IAM-001": True, "AWS-IAM-006": True, "AWS-IAM-015": True}
    missing = ("AWS-IAM-002", "AWS-IAM-005", "AWS-IAM-007", "AWS-IAM-008", "AWS-IAM-012", "AWS-IAM-014")
    iam.expect_account(estate, found | dict.fromkeys(missing, False))
    account.expect(estate, primary=False, security=False)
    estate.expect("AWS-S3-002", estate.account, GLOBAL, "FAIL")
    cloudtrail.expect_account(estate, management=False, writes=False, reads=False)
    cloudwatch.expect(estate, told=set())
    estate.expect("AWS-CLOUDWATCH-016", estate.account, GLOBAL, "NOT_APPLICABLE")
    config.expect_account(estate, global_types=False)
    for region in REGIONS:
        ec2.expect_region(estate, region, ebs=False, snapshots=False, images=False, imds=False)
        ec2.expect_default_network(estate, region)
        config.expect_region(estate, region, records=False, delivers=None)
        guardduty.expect_region(estate, region, on=False)
        securityhub.expect_region(estate, region, on=False)
        accessanalyzer.expect_region(estate, region, external=False)
