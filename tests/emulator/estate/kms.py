"""KMS: customer keys with and without rotation, keys that cannot rotate, keys on their way out."""

from __future__ import annotations

from dataclasses import dataclass

from .core import HOME, PROD, SECOND, Copy, Estate, tags


@dataclass(frozen=True)
class Key:
    """A customer key. `end` is what happened to it: nothing, `disabled` or `pending` (deletion)."""

    alias: str
    region: str
    rotation: bool
    spec: str = "SYMMETRIC_DEFAULT"
    usage: str = "ENCRYPT_DECRYPT"
    multi_region: bool = False
    end: str = ""


KEYS = (
    Key("acme-prod-data", PROD, rotation=True),
    Key("acme-cloudtrail", HOME, rotation=True),
    Key("acme-backup", SECOND, rotation=True, multi_region=True),
    Key("acme-dev", PROD, rotation=False),
    Key("acme-marketing", HOME, rotation=False),
    Key("acme-code-signing", PROD, rotation=False, spec="RSA_2048", usage="SIGN_VERIFY"),
    Key("acme-webhook-hmac", PROD, rotation=False, spec="HMAC_256", usage="GENERATE_VERIFY_MAC"),
    Key("acme-old-archive", HOME, rotation=False, end="pending"),
    Key("acme-paused", SECOND, rotation=False, end="disabled"),
)


def seed(estate: Estate) -> None:
    """Makes the keys and their aliases."""
    for copy in estate.copies():
        for key in KEYS:
            _key(estate, copy, key)


def _key(estate: Estate, copy: Copy, key: Key) -> None:
    kms = estate.client("kms", key.region)
    name = copy.name(key.alias)
    made = kms.create_key(
        Description=f"{name}, made by the platform team",
        KeySpec=key.spec,
        KeyUsage=key.usage,
        MultiRegion=key.multi_region,
        Tags=[{"TagKey": t["Key"], "TagValue": t["Value"]} for t in tags("prod", "platform")],
    )["KeyMetadata"]
    kms.create_alias(AliasName=f"alias/{name}", TargetKeyId=made["KeyId"])
    if key.rotation:
        kms.enable_key_rotation(KeyId=made["KeyId"])
    if key.end == "pending":
        kms.schedule_key_deletion(KeyId=made["KeyId"], PendingWindowInDays=30)
    elif key.end == "disabled":
        kms.disable_key(KeyId=made["KeyId"])
    if copy.index == 0:
        estate.shared[f"key {key.alias}"] = made["Arn"]
    estate.patch("kms_key", region=key.region, id=made["KeyId"], created_days=500)
    estate.count("kms key")
