"""SQS: queues, for friends and for everyone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from .core import HOME, PROD, SECOND, Estate, allow, deny, policy

PLAIN = {"Bool": {"aws:SecureTransport": "false"}}


@dataclass(frozen=True)
class Queue:
    """A queue. `sender`: who may send, under `condition`; `tls`: not without; `key`: of KMS, instead of SSE-SQS."""

    name: str
    region: str
    sender: Any = None
    condition: Any = None
    tls: bool = False
    sse: bool = True
    key: str | None = None
    public: bool = False


QUEUES = (
    Queue("acme-orders", PROD, key="key acme-prod-data", tls=True),
    # Everyone may send, but only on behalf of one topic
    Queue(
        "acme-orders-copies",
        PROD,
        sender={"AWS": "*"},
        condition={"ArnEquals": {"aws:SourceArn": "arn:aws:sns:eu-west-1:123456789012:acme-orders"}},
    ),
    Queue("acme-reports", HOME, tls=True),
    Queue("acme-legacy-inbox", HOME, sender={"AWS": "*"}, sse=False, public=True),
    Queue("acme-dev-jobs", SECOND, sse=False),
)


def seed(estate: Estate) -> None:
    """Makes the queues."""
    for queue in QUEUES:
        make(estate, queue)


def make(estate: Estate, one: Queue) -> None:
    """Makes a queue and records the verdicts on it."""
    arn = f"arn:aws:sqs:{one.region}:{estate.account}:{one.name}"
    attributes = {"SqsManagedSseEnabled": str(one.sse and not one.key).lower()}
    if one.key:
        attributes["KmsMasterKeyId"] = estate.shared[one.key]
    statements = []
    if one.sender:
        more = {"Condition": one.condition} if one.condition else {}
        statements.append(allow("sqs:SendMessage", arn, Principal=one.sender, **more))
    if one.tls:
        statements.append(deny("sqs:*", arn, Principal="*", Condition=PLAIN))
    if statements:
        attributes["Policy"] = policy(*statements)
    estate.client("sqs", one.region).create_queue(
        QueueName=one.name, Attributes=attributes, tags={"Environment": "prod", "Owner": "shop"}
    )
    estate.expect_if(not one.public, "AWS-SQS-001", arn, one.region)
    estate.expect_if(bool(one.key) or one.sse, "AWS-SQS-002", arn, one.region)
    estate.expect_if(one.tls, "AWS-SQS-003", arn, one.region)
    estate.count("sqs queue")
