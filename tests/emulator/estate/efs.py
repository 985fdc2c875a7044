"""EFS: encrypted and plain file systems."""

from __future__ import annotations

from .core import HOME, PROD, SECOND, Estate, tags

# (name, region, encrypted, key)
FILE_SYSTEMS = (
    ("acme-prod-shared", PROD, True, "acme-prod-data"),
    ("acme-analytics-home", SECOND, True, None),
    ("acme-dev-scratch", PROD, False, None),
    ("acme-legacy-share", HOME, False, None),
)


def seed(estate: Estate) -> None:
    """Makes the file systems."""
    for name, region, encrypted, key in FILE_SYSTEMS:
        estate.client("efs", region).create_file_system(
            CreationToken=name,
            Encrypted=encrypted,
            PerformanceMode="generalPurpose",
            Tags=tags("dev" if "-dev-" in name else "prod", "data", Name=name),
            **({"KmsKeyId": estate.shared[f"key {key}"]} if key else {}),
        )
        estate.count("efs file system")
