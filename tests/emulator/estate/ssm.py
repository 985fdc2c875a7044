"""Systems Manager: documents, kept to oneself and shared."""

from __future__ import annotations

import json

from .core import HOME, PARTNER_ACCOUNT, PROD, SECOND, Estate, tags

RESTART = {
    "schemaVersion": "2.2",
    "description": "Restarts the shop.",
    "mainSteps": [
        {"action": "aws:runShellScript", "name": "restart", "inputs": {"runCommand": ["systemctl restart shop"]}}
    ],
}

# (name, region, shared with)
DOCUMENTS = (
    ("acme-restart-shop", PROD, None),
    ("acme-partner-setup", PROD, PARTNER_ACCOUNT),
    ("acme-legacy-setup", HOME, "all"),
    ("acme-collect-logs", HOME, None),
    ("acme-analytics-setup", SECOND, None),
)


def seed(estate: Estate) -> None:
    """Makes the documents."""
    for name, region, shared_with in DOCUMENTS:
        make(estate, name, region, shared_with)


def make(estate: Estate, name: str, region: str, shared_with: str | None) -> None:
    """Makes a document and records the verdicts on it."""
    ssm = estate.client("ssm", region)
    ssm.create_document(Name=name, Content=json.dumps(RESTART), DocumentType="Command", Tags=tags("prod", "platform"))
    if shared_with:
        ssm.modify_document_permission(Name=name, PermissionType="Share", AccountIdsToAdd=[shared_with])
    arn = f"arn:aws:ssm:{region}:{estate.account}:document/{name}"
    estate.expect_if(shared_with != "all", "AWS-SSM-001", arn, region)
    estate.expect("AWS-SSM-002", arn, region, "FAIL" if shared_with else "NOT_APPLICABLE")
    estate.count("ssm document")
