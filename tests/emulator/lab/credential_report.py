"""The IAM credential report as AWS writes it: moto leaves out the root user and several columns."""

from __future__ import annotations

import csv
import io
from datetime import datetime, timedelta
from typing import Any

from moto.core.responses import ActionResult
from moto.core.utils import utcnow
from moto.iam import models as iam_models

from .state import STATE

DATE = "%Y-%m-%dT%H:%M:%S+00:00"

COLUMNS = (
    "user,arn,user_creation_time,password_enabled,password_last_used,password_last_changed,"
    "password_next_rotation,mfa_active,"
    "access_key_1_active,access_key_1_last_rotated,access_key_1_last_used_date,"
    "access_key_1_last_used_region,access_key_1_last_used_service,"
    "access_key_2_active,access_key_2_last_rotated,access_key_2_last_used_date,"
    "access_key_2_last_used_region,access_key_2_last_used_service,"
    "cert_1_active,cert_1_last_rotated,cert_2_active,cert_2_last_rotated"
).split(",")


def days_ago(days: float | None) -> datetime | None:
    """The moment so many days before now; None stays None."""
    return None if days is None else utcnow() - timedelta(days=float(days))


def root_of(backend: Any) -> dict[str, Any]:
    """What `{"op": "root"}` set for the account of an IAM backend."""
    return STATE.of("iam", backend.account_id, "")["root"]


def get_credential_report(response: Any) -> ActionResult:
    """The answer of GetCredentialReport."""
    report = response.backend.get_credential_report()
    return ActionResult({"Content": report, "ReportFormat": "text/csv", "GeneratedTime": utcnow()})


def write_report(backend: Any) -> str:
    """The report of an account as CSV."""
    if not backend.credential_report:
        raise iam_models.ReportNotPresentException("Credential report not present")
    out = io.StringIO()
    writer = csv.DictWriter(out, COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerow(_root_row(backend))
    for user in backend.users.values():
        writer.writerow(_user_row(backend, user))
    return out.getvalue()


def _root_row(backend: Any) -> dict[str, str]:
    root = root_of(backend)
    row = {
        "user": "<root_account>",
        "arn": f"arn:{backend.partition}:iam::{backend.account_id}:root",
        "user_creation_time": _text(days_ago(root.get("created_days", 1500))),
        "password_enabled": "not_supported",
        "password_last_used": _text(days_ago(root.get("last_used_days")), "no_information"),
        "password_last_changed": "not_supported",
        "password_next_rotation": "not_supported",
        "mfa_active": _flag(root.get("mfa", False)),
    }
    keys = root.get("access_keys", [])
    for number in (1, 2):
        key = keys[number - 1] if len(keys) >= number else None
        row |= _key_columns(
            number,
            key is not None and key.get("active", True),
            days_ago(key.get("created_days", 0)) if key else None,
            days_ago(key.get("last_used_days")) if key else None,
            key.get("last_used_region", "us-east-1") if key else None,
            key.get("last_used_service", "iam") if key else None,
        )
    return row | _certificate_columns([])


def _user_row(backend: Any, user: Any) -> dict[str, str]:
    row = {
        "user": user.name,
        "arn": user.arn,
        "user_creation_time": _text(user.create_date),
        "password_enabled": _flag(bool(user.password)),
        "password_last_used": "N/A",
        "password_last_changed": "N/A",
        "password_next_rotation": "N/A",
        "mfa_active": _flag(bool(user.mfa_devices)),
    }
    if user.password:
        changed = getattr(user, "password_last_changed", None) or user.create_date
        row["password_last_used"] = _text(user.password_last_used, "no_information")
        row["password_last_changed"] = _text(changed)
        policy = backend.account_password_policy
        if policy and policy.max_password_age:
            row["password_next_rotation"] = _text(changed + timedelta(days=policy.max_password_age))
    for number in (1, 2):
        key = user.access_keys[number - 1] if len(user.access_keys) >= number else None
        used = key.last_used if key else None
        row |= _key_columns(
            number,
            key is not None and key.status == "Active",
            key.create_date if key else None,
            used.timestamp if used else None,
            used.region if used else None,
            used.service if used else None,
        )
    return row | _certificate_columns(list(user.signing_certificates.values()))


def _key_columns(
    number: int,
    active: bool,
    rotated: datetime | None,
    used: datetime | None,
    region: str | None,
    service: str | None,
) -> dict[str, str]:
    prefix = f"access_key_{number}"
    return {
        f"{prefix}_active": _flag(active),
        f"{prefix}_last_rotated": _text(rotated),
        f"{prefix}_last_used_date": _text(used),
        f"{prefix}_last_used_region": region if used and region else "N/A",
        f"{prefix}_last_used_service": service if used and service else "N/A",
    }


def _certificate_columns(certificates: list[Any]) -> dict[str, str]:
    columns = {}
    for number in (1, 2):
        found = certificates[number - 1] if len(certificates) >= number else None
        columns[f"cert_{number}_active"] = _flag(found is not None and found.status == "Active")
        columns[f"cert_{number}_last_rotated"] = _text(found.upload_date if found else None)
    return columns


def _text(moment: datetime | None, otherwise: str = "N/A") -> str:
    return moment.strftime(DATE) if moment else otherwise


def _flag(value: bool) -> str:
    return "true" if value else "false"
