"""Corrections of moto where it takes a change of settings otherwise than AWS."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from moto.cloudtrail.models import Trail
from moto.dynamodb.responses import DynamoHandler
from moto.guardduty.models import Detector
from moto.kms.models import kms_backends
from moto.rds.models import DBCluster
from moto.sqs.models import Queue


def install() -> None:
    """Mends moto in this process."""
    DBCluster.enable_iam_database_authentication = property(
        lambda cluster: cluster.iam_auth, lambda cluster, on: setattr(cluster, "iam_auth", on)
    )
    DBCluster.cloudwatch_logs_export_configuration = property(None, _export_logs)
    DynamoHandler.update_table = _with_encryption(DynamoHandler.update_table)
    Detector.update = _feature_by_feature(Detector.update)
    Trail.update = _without_empty_key(Trail.update)
    Queue._set_attributes = _keeping_the_policy(Queue._set_attributes)


def _keeping_the_policy(original: Callable[..., None]) -> Callable[..., None]:
    """moto forgets the policy of a queue when another of its attributes is set."""

    def set_attributes(queue: Any, attributes: dict[str, Any], now: Any = None) -> None:
        kept = getattr(queue, "policy", None)
        original(queue, attributes, now)
        if "Policy" not in attributes:
            queue.policy = kept

    return set_attributes


def _export_logs(cluster: Any, change: dict[str, list[str]]) -> None:
    """moto ignores a change of the logs of a cluster that go to CloudWatch Logs."""
    kept = [log for log in cluster.enabled_cloudwatch_logs_exports if log not in change.get("DisableLogTypes", [])]
    cluster.enabled_cloudwatch_logs_exports = kept + change.get("EnableLogTypes", [])


def _with_encryption(original: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """moto encrypts a table when it is made, but ignores a change of that."""

    def update_table(response: Any) -> Any:
        change = response.body.get("SSESpecification")
        if change is not None:
            account, region = response.current_account, response.region
            table = response.dynamodb_backend.get_table(response.body["TableName"])
            key = change.get("KMSMasterKeyId")
            if key:
                key = kms_backends[account][region].describe_key(key).arn
            elif change.get("Enabled"):
                key = table._get_default_encryption_key(account, region)
            table.sse_specification = change | {"KMSMasterKeyId": key}
        return original(response)

    return update_table


def _feature_by_feature(original: Callable[..., None]) -> Callable[..., None]:
    """moto forgets the protection plans that a change does not mention."""

    def update(detector: Any, enable: Any, frequency: Any, sources: Any, features: Any) -> None:
        merged = {feature["name"]: feature for feature in detector.features + (features or [])}
        original(detector, enable, frequency, sources, list(merged.values()))

    return update


def _without_empty_key(original: Callable[..., None]) -> Callable[..., None]:
    """A trail that is given an empty key has none; moto keeps the empty text."""

    def update(trail: Any, *args: Any, **kwargs: Any) -> None:
        original(trail, *args, **kwargs)
        trail.kms_key_id = trail.kms_key_id or None

    return update
