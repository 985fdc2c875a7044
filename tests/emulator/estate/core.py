"""What every module of the estate uses: clients, regions, copies for larger scales, dates, expected verdicts."""

from __future__ import annotations

import json
import socket
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import boto3
from botocore.config import Config

ACCOUNT = "123456789012"
HARDENED_ACCOUNT = "210987654321"
FRESH_ACCOUNT = "345678901234"
PARTNER_ACCOUNT = "999988887777"

# The home region has the trail, the log archive and everything that is global.
HOME = "us-east-1"
PROD = "eu-west-1"
SECOND = "eu-central-1"
REGIONS = (HOME, PROD, SECOND)

GLOBAL = "global"

VERDICTS = ("PASS", "FAIL", "ERROR", "NOT_APPLICABLE", "MANUAL")


@dataclass(frozen=True)
class Copy:
    """One round of the resources that grow with the scale. The first round has the plain names."""

    index: int

    def name(self, base: str) -> str:
        """`base` in the first round, `base-02` in the second, and so on."""
        return base if self.index == 0 else f"{base}-{self.index + 1:02d}"


class Estate:
    """An account being built on the emulator."""

    def __init__(self, endpoint: str, scale: int = 1, account: str = ACCOUNT) -> None:
        self.endpoint = endpoint.rstrip("/")
        self.scale = scale
        self.account = account
        self.made: Counter[str] = Counter()
        # Identifiers that one module makes and another uses, for instance `shared["logs-key"]`.
        self.shared: dict[str, Any] = {}
        self._expected: list[dict[str, str]] = []
        self._patches: list[dict[str, Any]] = []
        self._clients: dict[tuple[str, str], Any] = {}
        self._credentials = {"aws_access_key_id": "testing", "aws_secret_access_key": "testing"}
        _resolve_localhost_names()
        if account != ACCOUNT:
            self._enter(account)

    def client(self, service: str, region: str = HOME) -> Any:
        """A boto3 client of this account."""
        if (service, region) not in self._clients:
            self._clients[service, region] = boto3.client(
                service,
                region_name=region,
                endpoint_url=self.endpoint,
                config=Config(retries={"max_attempts": 0}, s3={"addressing_style": "path"}),
                **self._credentials,
            )
        return self._clients[service, region]

    def _enter(self, account: str) -> None:
        role = f"arn:aws:iam::{account}:role/OrganizationAccountAccessRole"
        answer = self.client("sts").assume_role(RoleArn=role, RoleSessionName="seed")["Credentials"]
        self._clients.clear()
        self._credentials = {
            "aws_access_key_id": answer["AccessKeyId"],
            "aws_secret_access_key": answer["SecretAccessKey"],
            "aws_session_token": answer["SessionToken"],
        }

    def copies(self) -> Iterator[Copy]:
        """As many rounds as the scale says, for resources that grow with it."""
        return (Copy(index) for index in range(self.scale))

    def count(self, kind: str, number: int = 1) -> None:
        """Notes that resources of a kind were made."""
        self.made[kind] += number

    def expect(self, control_id: str, resource_id: str, region: str, verdict: str) -> None:
        """Records what a scan must say of a resource. Global resources have the region `global`."""
        if verdict not in VERDICTS:
            raise ValueError(f"{control_id} {resource_id}: {verdict} is no verdict, take one of {VERDICTS}")
        self._expected.append({"control": control_id, "resource": resource_id, "region": region, "verdict": verdict})

    def expect_if(self, good: bool, control_id: str, resource_id: str, region: str = GLOBAL) -> None:
        """Records PASS if `good`, else FAIL."""
        self.expect(control_id, resource_id, region, "PASS" if good else "FAIL")

    def expected(self) -> list[dict[str, str]]:
        """All expectations, in a stable order."""
        order = ("control", "region", "resource")
        return sorted(self._expected, key=lambda entry: [entry[field] for field in order])

    def patch(self, op: str, **fields: Any) -> None:
        """Sets what no API can set (README.md, Patches). Sent when the seeding ends."""
        self._patches.append({"op": op, "account": self.account, **fields})

    def state(self, service: str, region: str = HOME, **fields: Any) -> None:
        """Sets what our fakes answer (README.md, State)."""
        change = {"service": service, "account": self.account, "region": region, "set": fields}
        self.lab("POST", "/_lab/state", change)

    def flush(self) -> None:
        """Sends the patches gathered so far."""
        if self._patches:
            self.lab("POST", "/_lab/patch", self._patches)
            self._patches = []

    def lab(self, method: str, path: str, data: Any = None) -> Any:
        """One request to the emulator's own endpoints."""
        body = None if data is None else json.dumps(data).encode()
        request = urllib.request.Request(self.endpoint + path, method=method, data=body)
        try:
            with urllib.request.urlopen(request) as answer:
                text = answer.read()
        except urllib.error.HTTPError as problem:
            raise RuntimeError(f"{method} {path}: {problem.read().decode()}") from problem
        return json.loads(text) if text.startswith((b"{", b"[")) else None


def tags(environment: str, owner: str, **more: str) -> list[dict[str, str]]:
    """Tags in the form that most services take."""
    pairs = {"Environment": environment, "Owner": owner, "CostCenter": "4711", **more}
    return [{"Key": key, "Value": value} for key, value in pairs.items()]


def named(kind: str, name: str, owner: str = "platform") -> list[dict[str, Any]]:
    """The tags of a new EC2 resource of that kind."""
    environment = "dev" if "-dev-" in name else "prod"
    return [{"ResourceType": kind, "Tags": tags(environment, owner, Name=name)}]


def policy(*statements: dict[str, Any]) -> str:
    """A policy document."""
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def allow(action: Any, resource: Any = "*", **more: Any) -> dict[str, Any]:
    """An Allow statement."""
    return {"Effect": "Allow", "Action": action, "Resource": resource, **more}


def deny(action: Any, resource: Any = "*", **more: Any) -> dict[str, Any]:
    """A Deny statement."""
    return {"Effect": "Deny", "Action": action, "Resource": resource, **more}


def trust(principal: Any, action: str = "sts:AssumeRole", **more: Any) -> str:
    """The trust policy of a role."""
    return policy({"Effect": "Allow", "Principal": principal, "Action": action, **more})


def _resolve_localhost_names() -> None:
    """SDKs put the account before the host (`123456789012.localhost`), which few resolvers know."""
    if getattr(socket.getaddrinfo, "knows_localhost_names", False):
        return
    original = socket.getaddrinfo

    def getaddrinfo(host: Any, *args: Any, **kwargs: Any) -> Any:
        if isinstance(host, str) and host.endswith(".localhost"):
            host = "localhost"
        return original(host, *args, **kwargs)

    getaddrinfo.knows_localhost_names = True  # type: ignore[attr-defined]
    socket.getaddrinfo = getaddrinfo
