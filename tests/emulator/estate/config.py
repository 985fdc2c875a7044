"""AWS Config: recording in the home region, stopped in production, never set up in the second region."""

from __future__ import annotations

from .core import GLOBAL, HOME, PROD, SECOND, Estate


def seed(estate: Estate) -> None:
    """Makes the recorders."""
    for region in (HOME, PROD):
        config = estate.client("config", region)
        config.put_configuration_recorder(
            ConfigurationRecorder={
                "name": "default",
                "roleARN": f"arn:aws:iam::{estate.account}:role/acme-config",
                "recordingGroup": {"allSupported": True, "includeGlobalResourceTypes": region == HOME},
            }
        )
        config.put_delivery_channel(DeliveryChannel={"name": "default", "s3BucketName": "acme-config-history"})
        config.start_configuration_recorder(ConfigurationRecorderName="default")
        if region == PROD:
            config.stop_configuration_recorder(ConfigurationRecorderName="default")
        estate.count("config recorder")
    # What was recorded before it was stopped never arrived.
    estate.state("config", PROD, delivery_status="Failure")
    expect_region(estate, HOME, records=True, delivers=True)
    expect_region(estate, PROD, records=False, delivers=False)
    expect_region(estate, SECOND, records=False, delivers=None)
    expect_account(estate, global_types=True)


def expect_region(estate: Estate, region: str, records: bool, delivers: bool | None) -> None:
    """The verdicts on one region; without a recorder there is nothing to deliver."""
    estate.expect_if(records, "AWS-CONFIG-001", region, region)
    if delivers is None:
        estate.expect("AWS-CONFIG-002", region, region, "NOT_APPLICABLE")
    else:
        estate.expect_if(delivers, "AWS-CONFIG-002", region, region)


def expect_account(estate: Estate, global_types: bool) -> None:
    """The verdict on all regions together."""
    estate.expect_if(global_types, "AWS-CONFIG-003", estate.account, GLOBAL)
