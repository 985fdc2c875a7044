"""A third account, just opened: nothing is set up and the root user has a password alone."""

from __future__ import annotations

from . import account, ec2, iam
from .core import GLOBAL, REGIONS, Estate


def seed(estate: Estate) -> None:
    """Makes nothing; only the verdicts are of use."""
    found = {"AWS-IAM-001": True, "AWS-IAM-006": True, "AWS-IAM-015": True}
    missing = ("AWS-IAM-002", "AWS-IAM-005", "AWS-IAM-007", "AWS-IAM-008", "AWS-IAM-012", "AWS-IAM-014")
    iam.expect_account(estate, found | dict.fromkeys(missing, False))
    account.expect(estate, primary=False, security=False)
    estate.expect("AWS-S3-002", estate.account, GLOBAL, "FAIL")
    for region in REGIONS:
        ec2.expect_region(estate, region, ebs=False, snapshots=False, images=False, imds=False)
        ec2.expect_default_network(estate, region)
