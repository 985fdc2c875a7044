"""GuardDuty: on in the home region, suspended in production, never enabled in the second region."""

from __future__ import annotations

from .core import HOME, PROD, Estate


def seed(estate: Estate) -> None:
    """Makes the detectors."""
    for region in (HOME, PROD):
        guardduty = estate.client("guardduty", region)
        detector = guardduty.create_detector(Enable=True, FindingPublishingFrequency="FIFTEEN_MINUTES")
        if region == PROD:
            guardduty.update_detector(DetectorId=detector["DetectorId"], Enable=False)
        estate.count("guardduty detector")
