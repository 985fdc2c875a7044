"""Recognises the service, operation, region and account of one AWS request."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, unquote_plus

from moto.core.request import Request
from moto.core.routing import get_service_router
from moto.core.utils import get_service_model
from moto.iam.models import get_account_id_from

# Signing names that differ from the service names that the SDKs (and this emulator) use.
SIGNING_NAMES = {
    "access-analyzer": "accessanalyzer",
    "elasticfilesystem": "efs",
    "elasticloadbalancing": "elbv2",
    "email": "ses",
    "monitoring": "cloudwatch",
    "s3-outposts": "s3control",
    "states": "stepfunctions",
    "tagging": "resourcegroupstaggingapi",
}

_CREDENTIAL = re.compile(r"Credential=([^/]+)/\d{8}/([^/]+)/([^/]+)/aws4_request")
_RPC_PATH = re.compile(r"^/service/[^/]+/operation/([^/]+)$")


@dataclass
class Call:
    """One request, understood."""

    service: str
    operation: str
    region: str
    account: str
    access_key: str
    protocol: str
    method: str
    path: str
    query: str
    body: bytes
    content_type: str

    @property
    def target(self) -> str:
        """What a fault's `match` is compared with: path, query and body, also unescaped."""
        text = f"{self.path}?{self.query}\n{self.body.decode('utf-8', 'replace')}"
        return f"{text}\n{unquote_plus(text)}"


def service_name(name: str) -> str:
    """The SDK's name of a service, from that name or its signing name."""
    name = name.lower()
    return SIGNING_NAMES.get(name, name)


def recognise(environ: dict[str, Any], body: bytes) -> Call:
    """Understands a request from its WSGI environment; unknown operations are named `METHOD /path`."""
    method = environ["REQUEST_METHOD"]
    path = environ.get("PATH_INFO", "/") or "/"
    query = environ.get("QUERY_STRING", "")
    content_type = environ.get("CONTENT_TYPE", "") or ""

    access_key, region, service = "", "us-east-1", ""
    scope = _CREDENTIAL.search(environ.get("HTTP_AUTHORIZATION", ""))
    if not scope and "X-Amz-Credential" in query:
        scope = _CREDENTIAL.search("Credential=" + parse_qs(query)["X-Amz-Credential"][0])
    if scope:
        access_key, region, service = scope.groups()
    service = service_name(service)
    if service == "s3" and path.startswith("/v20180820/"):
        service = "s3control"
    action = _action(method, query, body, content_type)
    if not service:
        service = "sts" if action else "s3"

    operation, protocol = _operation(environ, service, path, action, content_type)
    return Call(
        service=service,
        operation=operation or f"{method} {path}",
        region=region,
        account=environ.get("HTTP_X_MOTO_ACCOUNT_ID") or get_account_id_from(access_key),
        access_key=access_key,
        protocol=protocol,
        method=method,
        path=path,
        query=query,
        body=body,
        content_type=content_type,
    )


def _action(method: str, query: str, body: bytes, content_type: str) -> str | None:
    if content_type.startswith("application/x-www-form-urlencoded"):
        found = re.search(rb"(?:^|&)Action=([^&]+)", body)
        return unquote_plus(found.group(1).decode()) if found else None
    if method == "GET" and "Action=" in query:
        return parse_qs(query).get("Action", [None])[0]
    return None


def _operation(
    environ: dict[str, Any], service: str, path: str, action: str | None, content_type: str
) -> tuple[str | None, str]:
    """The operation, and the protocol that the answer must speak."""
    rpc = _RPC_PATH.match(path)
    if environ.get("HTTP_SMITHY_PROTOCOL") == "rpc-v2-cbor" and rpc:
        return rpc.group(1), "rpc-v2-cbor"
    if action:
        return action, "ec2" if service == "ec2" else "query"
    target = environ.get("HTTP_X_AMZ_TARGET")
    if target:
        return target.rsplit(".", 1)[-1], "json"
    try:
        model = get_service_model(service)
        operation, _ = get_service_router(service).match(Request(environ.copy(), shallow=True))
        return operation.name, str(model.protocol)
    except Exception:  # noqa: BLE001  an unknown service or path has no operation
        return None, "rest-xml" if service in ("s3", "s3control") else "rest-json"
