"""Access Analyzer: external access is analysed in the home region, only unused access in production, nothing else."""

from __future__ import annotations

from .core import HOME, PROD, Estate


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
