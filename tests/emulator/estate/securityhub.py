"""Security Hub: on with a standard in the home region, on without any in production, off in the second region."""

from __future__ import annotations

from .core import HOME, PROD, SECOND, Estate

BEST_PRACTICES = "aws-foundational-security-best-practices/v/1.0.0"


def seed(estate: Estate) -> None:
    """Enables the hubs."""
    for region in (HOME, PROD):
        hub = estate.client("securityhub", region)
        hub.enable_security_hub(EnableDefaultStandards=False)
        if region == HOME:
            arn = f"arn:aws:securityhub:{region}::standards/{BEST_PRACTICES}"
            hub.batch_enable_standards(StandardsSubscriptionRequests=[{"StandardsArn": arn}])
        estate.count("security hub")
        expect_region(estate, region, on=True)
    expect_region(estate, SECOND, on=False)


def expect_region(estate: Estate, region: str, on: bool) -> None:
    """The verdict on one region."""
    estate.expect_if(on, "AWS-SECURITYHUB-001", region, region)
