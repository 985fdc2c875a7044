"""AWS Config: recording in the home region, stopped in production, never set up in the second region."""

from __future__ import annotations

from .core import HOME, PROD, Estate


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
