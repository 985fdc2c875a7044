"""ECR: repositories. The registry of one region scans some by itself."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from .core import HOME, PROD, SECOND, Estate, allow, policy, tags

PULL = ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"]
KEEP_TEN = {
    "rulePriority": 1,
    "selection": {"tagStatus": "any", "countType": "imageCountMoreThan", "countNumber": 10},
    "action": {"type": "expire"},
}


@dataclass(frozen=True)
class Repository:
    """A repository. `readers`: who may pull, under `condition`; `scanned`: by its own setting or the registry's."""

    name: str
    region: str
    scan_on_push: bool = False
    scanned: bool = False
    tags: str = "MUTABLE"
    exclusion: str | None = None
    readers: Any = None
    condition: Any = None
    public: bool = False
    lifecycle: bool = False


REPOSITORIES = (
    Repository("acme-shop", PROD, scan_on_push=True, scanned=True, tags="IMMUTABLE", lifecycle=True),
    Repository("acme-search", PROD, tags="IMMUTABLE_WITH_EXCLUSION", exclusion="latest*", lifecycle=True),
    Repository("acme-base", HOME, scan_on_push=True, scanned=True, readers="*", public=True),
    # Everyone of the organization may pull
    Repository(
        "acme-reports",
        HOME,
        readers="*",
        condition={"StringEquals": {"aws:PrincipalOrgID": "o-acme12345"}},
        tags="IMMUTABLE",
    ),
    Repository("analytics/import", SECOND, scanned=True, tags="MUTABLE"),
    Repository("scratch", SECOND),
)


def seed(estate: Estate) -> None:
    """Makes the repositories."""
    estate.client("ecr", SECOND).put_registry_scanning_configuration(
        scanType="BASIC",
        rules=[
            {
                "scanFrequency": "SCAN_ON_PUSH",
                "repositoryFilters": [{"filter": "analytics/*", "filterType": "WILDCARD"}],
            }
        ],
    )
    for repository in REPOSITORIES:
        make(estate, repository)


def make(estate: Estate, one: Repository) -> None:
    """Makes a repository and records the verdicts on it."""
    ecr = estate.client("ecr", one.region)
    exclusions = [{"filterType": "WILDCARD", "filter": one.exclusion}] if one.exclusion else None
    arn = ecr.create_repository(
        repositoryName=one.name,
        imageTagMutability=one.tags,
        imageScanningConfiguration={"scanOnPush": one.scan_on_push},
        tags=tags("prod", "platform"),
        **({"imageTagMutabilityExclusionFilters": exclusions} if exclusions else {}),
    )["repository"]["repositoryArn"]
    if one.readers:
        more = {"Condition": one.condition} if one.condition else {}
        statement = allow(PULL, Principal=one.readers, **more)
        # A statement of a repository is about the repository; it names no resource.
        del statement["Resource"]
        ecr.set_repository_policy(repositoryName=one.name, policyText=policy(statement))
    if one.lifecycle:
        ecr.put_lifecycle_policy(repositoryName=one.name, lifecyclePolicyText=json.dumps({"rules": [KEEP_TEN]}))
    estate.expect_if(one.scanned, "AWS-ECR-001", arn, one.region)
    estate.expect_if(one.tags == "IMMUTABLE", "AWS-ECR-002", arn, one.region)
    estate.expect_if(not one.public, "AWS-ECR-003", arn, one.region)
    estate.expect_if(one.lifecycle, "AWS-ECR-004", arn, one.region)
    estate.count("ecr repository")
