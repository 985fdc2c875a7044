"""Faults that a test injects: wrong answers, slow answers, no answer."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import Any

from . import errors
from .call import Call, service_name


class BadFault(ValueError):
    """The JSON of a fault cannot be understood."""


@dataclass
class Fault:
    """One rule; `times` counts down to 0, -1 stays for ever."""

    service: str
    operation: str
    region: str | None
    account: str | None
    match: str | None
    kind: str | None
    code: str | None
    status: int | None
    message: str | None
    times: int
    delay_seconds: float
    drop: bool

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Fault:
        known = set(cls.__dataclass_fields__)
        unknown = set(data) - known
        if unknown:
            raise BadFault(f"unknown field {', '.join(sorted(unknown))}; known: {', '.join(sorted(known))}")
        service = data.get("service", "*")
        code, kind = data.get("code"), data.get("kind")
        if kind is None and service == "*" and code in errors.GENERIC_CODES:
            kind, code = errors.GENERIC_CODES[code], None
        if kind is not None and kind not in errors.KINDS:
            raise BadFault(f"unknown kind {kind!r}; known: {', '.join(errors.KINDS)}")
        fault = cls(
            service=service if service == "*" else service_name(service),
            operation=data.get("operation", "*"),
            region=data.get("region"),
            account=data.get("account"),
            match=data.get("match"),
            kind=kind,
            code=code,
            status=data.get("status"),
            message=data.get("message"),
            times=int(data.get("times", -1)),
            delay_seconds=float(data.get("delay_seconds", 0)),
            drop=bool(data.get("drop", False)),
        )
        if not (fault.kind or fault.code or fault.drop or fault.delay_seconds):
            raise BadFault("a fault needs one of kind, code, drop, delay_seconds")
        return fault

    def applies(self, call: Call) -> bool:
        """Whether this rule is for `call`."""
        return (
            self.times != 0
            and self.service in ("*", call.service)
            and self.operation in ("*", call.operation)
            and self.region in (None, "*", call.region)
            and self.account in (None, "*", call.account)
            and (self.match is None or self.match in call.target)
        )

    def answer(self, call: Call) -> errors.Answer | None:
        """The wrong answer; None if the rule only delays."""
        if not (self.kind or self.code):
            return None
        code, status, message = self.code, self.status or 400, self.message
        if self.kind:
            code, usual = errors.code_of(self.kind, call)
            code, status = self.code or code, self.status or usual
            message = message or errors.message_of(self.kind, call)
        return errors.error(call, status, code or "", message or f"Fault injected by the test: {code}")


class Faults:
    """The rules in force. The first one that applies to a call is used."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._faults: list[Fault] = []

    def add(self, data: dict[str, Any]) -> None:
        fault = Fault.from_json(data)
        with self._lock:
            self._faults.append(fault)

    def clear(self) -> None:
        with self._lock:
            self._faults.clear()

    def take(self, call: Call) -> Fault | None:
        """The rule for `call`, counted down."""
        with self._lock:
            for fault in self._faults:
                if fault.applies(call):
                    if fault.times > 0:
                        fault.times -= 1
                    return fault
        return None
