"""KMS: customer keys with and without rotation, keys that cannot rotate, keys on their way out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from .core import HOME, PARTNER_ACCOUNT, PROD, SECOND, Copy, Estate, allow, policy, tags


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
    # Who, besides the account itself, may decrypt with the key, and under which condition
    opened_to: Any = None
    condition: Any = None
    public: bool = False


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
    Key("acme-partner-feed", PROD, rotation=True, opened_to={"AWS": f"arn:aws:iam::{PARTNER_ACCOUNT}:root"}),
    # Everyone; everyone through S3, on behalf of any account; everyone of the own organisation
    Key("acme-anyone", HOME, rotation=True, opened_to="*", public=True),
    Key(
        "acme-anyone-via-s3",
        SECOND,
        rotation=True,
        opened_to={"AWS": ["*"]},
        condition={"StringEquals": {"kms:ViaService": "s3.eu-central-1.amazonaws.com"}},
        public=True,
    ),
    Key(
        "acme-organisation",
        PROD,
        rotation=True,
        opened_to={"AWS": "*"},
        condition={"StringEquals": {"aws:PrincipalOrgID": "o-acme12345"}},
    ),
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
    if key.opened_to:
        own = allow("kms:*", Principal={"AWS": f"arn:aws:iam::{estate.account}:root"})
        more = {"Condition": key.condition} if key.condition else {}
        others = allow(["kms:Decrypt", "kms:DescribeKey"], Principal=key.opened_to, **more)
        kms.put_key_policy(KeyId=made["KeyId"], PolicyName="default", Policy=policy(own, others))
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
    _expect(estate, key, made["Arn"])


def _expect(estate: Estate, key: Key, arn: str) -> None:
    if key.end or key.spec != "SYMMETRIC_DEFAULT":
        estate.expect("AWS-KMS-001", arn, key.region, "NOT_APPLICABLE")
    else:
        estate.expect_if(key.rotation, "AWS-KMS-001", arn, key.region)
    estate.expect_if(not key.public, "AWS-KMS-002", arn, key.region)
    estate.expect_if(key.end != "pending", "AWS-KMS-003", arn, key.region)
