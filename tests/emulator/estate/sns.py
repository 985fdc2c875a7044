"""SNS: topics besides those of the alarms, which `cloudwatch` makes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from .core import PROD, SECOND, Estate, allow, policy, tags


@dataclass(frozen=True)
class Topic:
    """A topic. Without a statement it has the policy that AWS gives to new topics."""

    name: str
    region: str
    key: str | None = None
    statement: dict[str, Any] | None = None
    public: bool = False


EVERYONE = {"AWS": "*"}
TOPICS = (
    Topic("acme-orders", PROD, key="key acme-prod-data"),
    # Everyone may send
    Topic("acme-feedback", PROD, statement=allow("sns:Publish", "*", Principal=EVERYONE), public=True),
    # Everyone of the organization may subscribe
    Topic(
        "acme-announcements",
        SECOND,
        key="alias/aws/sns",
        statement=allow(
            "sns:Subscribe",
            "*",
            Principal=EVERYONE,
            Condition={"StringEquals": {"aws:PrincipalOrgID": "o-acme12345"}},
        ),
    ),
)


def seed(estate: Estate) -> None:
    """Makes the topics."""
    for topic in TOPICS:
        attributes = {}
        if topic.key:
            attributes["KmsMasterKeyId"] = estate.shared.get(topic.key, topic.key)
        if topic.statement:
            attributes["Policy"] = policy(topic.statement)
        sns = estate.client("sns", topic.region)
        arn = sns.create_topic(Name=topic.name, Attributes=attributes, Tags=tags("prod", "shop"))["TopicArn"]
        estate.count("sns topic")
        expect(estate, arn, topic.region, private=not topic.public, encrypted=topic.key is not None)


def expect(estate: Estate, arn: str, region: str, private: bool, encrypted: bool) -> None:
    """The verdicts on one topic."""
    estate.expect_if(private, "AWS-SNS-001", arn, region)
    estate.expect_if(encrypted, "AWS-SNS-002", arn, region)
