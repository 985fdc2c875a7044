"""GuardDuty: on in the home region, suspended in production, never enabled in the second region."""

from __future__ import annotations

from .core import HOME, PROD, SECOND, Estate


def seed(estate: Estate) -> None:
    """Makes the detectors."""
    for region in (HOME, PROD):
        guardduty = estate.client("guardduty", region)
        detector = guardduty.create_detector(Enable=True, FindingPublishingFrequency="FIFTEEN_MINUTES")
        if region == PROD:
            guardduty.update_detector(DetectorId=detector["DetectorId"], Enable=False)
        estate.count("guardduty detector")
    expect_region(estate, HOME, on=True, watches_s3=False)
    for region in (PROD, SECOND):
        expect_region(estate, region, on=False)


def expect_region(estate: Estate, region: str, on: bool, watches_s3: bool = False) -> None:
    """The verdicts on one region; where GuardDuty is off, S3 protection is of no interest."""
    estate.expect_if(on, "AWS-GUARDDUTY-001", region, region)
    if on:
        estate.expect_if(watches_s3, "AWS-GUARDDUTY-002", region, region)
    else:
        estate.expect("AWS-GUARDDUTY-002", region, region, "NOT_APPLICABLE")
