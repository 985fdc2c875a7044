"""Access Analyzer: external access is analysed in the home region, only unused access in production, nothing else."""

from __future__ import annotations

from .core import HOME, PROD, SECOND, Estate


def seed(estate: Estate) -> None:
    """Makes the analyzers."""
    for region, name, kind in (
        (HOME, "acme-external-access", "ACCOUNT"),
        (PROD, "acme-unused-access", "ACCOUNT_UNUSED_ACCESS"),
    ):
        estate.client("accessanalyzer", region).create_analyzer(
            analyzerName=name, type=kind, tags={"Owner": "security"}
        )
        estate.count("analyzer")
        expect_region(estate, region, external=kind == "ACCOUNT")
    expect_region(estate, SECOND, external=False)


def expect_region(estate: Estate, region: str, external: bool) -> None:
    """The verdict on one region: somebody looks for external access, or not."""
    estate.expect_if(external, "AWS-ACCESSANALYZER-001", region, region)
