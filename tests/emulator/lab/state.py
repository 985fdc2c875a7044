"""What the emulator itself remembers of each account and region (moto keeps the rest)."""

from __future__ import annotations

import copy
import threading
from typing import Any

# The state of a fresh account, by service. `POST /_lab/state` sets these fields.
DEFAULTS: dict[str, dict[str, Any]] = {
    "accessanalyzer": {"analyzers": [], "page_size": 100},
    "account": {"contact_information": None, "regions": None, "page_size": 50},
    "config": {"delivery_status": "Success"},
    "ec2": {
        "snapshot_block_public_access_state": "unblocked",
        "image_block_public_access_state": "unblocked",
        "instance_metadata_defaults": {},
    },
    "iam": {"root": {}},
    "securityhub": {"standards": [], "page_size": 100},
}

# Services without regions: their state is one for the whole account.
GLOBAL = {"account", "iam"}


class BadState(ValueError):
    """The JSON of a state change cannot be understood."""


class State:
    """Service state by account and region."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._slots: dict[tuple[str, str, str], dict[str, Any]] = {}

    def of(self, service: str, account: str, region: str) -> dict[str, Any]:
        """The state of a service; changes to the answer are kept."""
        key = (service, account, "" if service in GLOBAL else region)
        with self._lock:
            if key not in self._slots:
                self._slots[key] = copy.deepcopy(DEFAULTS[service])
            return self._slots[key]

    def apply(self, change: dict[str, Any]) -> None:
        """Carries out one `POST /_lab/state`: `{"service", "account", "region", "set": {field: value}}`."""
        service, fields = change.get("service"), change.get("set", {})
        if service not in DEFAULTS:
            raise BadState(f"no state for service {service!r}; known: {', '.join(sorted(DEFAULTS))}")
        unknown = set(fields) - set(DEFAULTS[service])
        if unknown:
            known = ", ".join(sorted(DEFAULTS[service]))
            raise BadState(f"{service} has no field {', '.join(sorted(unknown))}; known: {known}")
        account, region = change.get("account", "123456789012"), change.get("region", "us-east-1")
        self.of(service, account, region).update(fields)

    def clear(self) -> None:
        with self._lock:
            self._slots.clear()


STATE = State()
