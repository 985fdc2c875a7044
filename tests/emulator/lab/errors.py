"""Error answers in the format of each AWS protocol, and the codes that each service uses for the same trouble."""

from __future__ import annotations

import json
from dataclasses import dataclass
from xml.sax.saxutils import escape

from . import cbor
from .call import Call

REQUEST_ID = "00000000-1111-2222-3333-444444444444"


@dataclass
class Answer:
    """A complete HTTP answer."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes


def error(call: Call, status: int, code: str, message: str) -> Answer:
    """The answer that carries `code` and `message` in the protocol that `call` spoke."""
    headers = [("x-amzn-RequestId", REQUEST_ID), ("x-amz-request-id", REQUEST_ID)]
    fault = "Sender" if status < 500 else "Receiver"
    xml = f"<Code>{escape(code)}</Code><Message>{escape(message)}</Message>"
    head = '<?xml version="1.0" encoding="UTF-8"?>\n'
    if call.protocol == "ec2":
        kind = "text/xml;charset=UTF-8"
        body = f"{head}<Response><Errors><Error>{xml}</Error></Errors><RequestID>{REQUEST_ID}</RequestID></Response>"
    elif call.service == "s3":
        kind = "application/xml"
        resource = f"<Resource>{escape(call.path)}</Resource>"
        body = f"{head}<Error>{xml}{resource}<RequestId>{REQUEST_ID}</RequestId><HostId>emulator</HostId></Error>"
    elif call.protocol in ("query", "rest-xml"):
        kind = "text/xml"
        body = (
            f"{head}<ErrorResponse><Error><Type>{fault}</Type>{xml}</Error>"
            f"<RequestId>{REQUEST_ID}</RequestId></ErrorResponse>"
        )
    elif call.protocol == "rpc-v2-cbor":
        headers += [("smithy-protocol", "rpc-v2-cbor"), ("x-amzn-query-error", f"{code};{fault}")]
        headers.append(("Content-Type", "application/cbor"))
        return Answer(status, headers, cbor.encode({"__type": code, "message": message}))
    elif call.protocol == "json":
        kind = call.content_type or "application/x-amz-json-1.1"
        body = json.dumps({"__type": code, "message": message})
    else:
        kind = "application/json"
        headers.append(("x-amzn-errortype", code))
        body = json.dumps({"message": message})
    headers.append(("Content-Type", kind))
    return Answer(status, headers, b"" if call.method == "HEAD" else body.encode())


# kind -> protocol -> (code, status); the line of a service goes before the line of its protocol
_KINDS: dict[str, dict[str, tuple[str, int]]] = {
    "denied": {
        "ec2": ("UnauthorizedOperation", 403),
        "sns": ("AuthorizationError", 403),
        "cloudwatch": ("AccessDenied", 403),
        "query": ("AccessDenied", 403),
        "rest-xml": ("AccessDenied", 403),
        "json": ("AccessDeniedException", 400),
        "rest-json": ("AccessDeniedException", 403),
    },
    "throttled": {
        "ec2": ("RequestLimitExceeded", 503),
        "s3": ("SlowDown", 503),
        "sns": ("Throttled", 429),
        "cloudwatch": ("Throttling", 400),
        "account": ("TooManyRequestsException", 429),
        "guardduty": ("TooManyRequestsException", 429),
        "securityhub": ("TooManyRequestsException", 429),
        "query": ("Throttling", 400),
        "rest-xml": ("SlowDown", 503),
        "json": ("ThrottlingException", 400),
        "rest-json": ("ThrottlingException", 429),
    },
    "expired": {
        "ec2": ("RequestExpired", 400),
        "cloudwatch": ("ExpiredToken", 403),
        "query": ("ExpiredToken", 403),
        "rest-xml": ("ExpiredToken", 400),
        "json": ("ExpiredTokenException", 400),
        "rest-json": ("ExpiredTokenException", 403),
    },
    "invalid_credentials": {
        "ec2": ("AuthFailure", 401),
        "s3": ("InvalidAccessKeyId", 403),
        "cloudwatch": ("InvalidClientTokenId", 403),
        "query": ("InvalidClientTokenId", 403),
        "rest-xml": ("InvalidClientTokenId", 403),
        "json": ("UnrecognizedClientException", 400),
        "rest-json": ("UnrecognizedClientException", 403),
    },
    "internal": {
        "ec2": ("InternalError", 500),
        "s3": ("InternalError", 500),
        "query": ("InternalFailure", 500),
        "rest-xml": ("InternalError", 500),
        "json": ("InternalServerError", 500),
        "rest-json": ("InternalServerException", 500),
        "cloudwatch": ("InternalServiceError", 500),
    },
}

KINDS = tuple(_KINDS)

# Generic codes that a fault for every service may name, and the kind that they stand for.
GENERIC_CODES = {
    "AccessDenied": "denied",
    "Throttling": "throttled",
    "ExpiredToken": "expired",
    "InvalidClientTokenId": "invalid_credentials",
    "InternalFailure": "internal",
}


def code_of(kind: str, call: Call) -> tuple[str, int]:
    """The code and HTTP status that the service of `call` uses for `kind`."""
    table = _KINDS[kind]
    for key in (call.service, call.protocol):
        if key in table:
            return table[key]
    return table["query"]


def message_of(kind: str, call: Call) -> str:
    """A message like the one AWS gives."""
    if kind == "denied":
        action = f"{call.service}:{call.operation}"
        who = f"User: arn:aws:iam::{call.account}:user/emulator is not authorized to perform: {action}"
        why = "because no identity-based policy allows the action"
        if call.protocol == "ec2":
            return f"You are not authorized to perform this operation. {who} {why}"
        return f"{who} {why}"
    return {
        "throttled": "Rate exceeded",
        "expired": "The security token included in the request is expired",
        "invalid_credentials": "The security token included in the request is invalid",
        "internal": "The request processing has failed because of an unknown error",
    }[kind]
