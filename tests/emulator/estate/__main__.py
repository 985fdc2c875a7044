"""python -m estate seed --endpoint URL [--scale N] [--expected FILE] [--hardened | --fresh]

Run from tests/emulator, with the Python of the emulator's virtual environment.
"""

from __future__ import annotations

import argparse
import json
import sys
import time

from . import (
    accessanalyzer,
    account,
    awslambda,
    cloudtrail,
    cloudwatch,
    config,
    dynamodb,
    ec2,
    ecr,
    efs,
    elbv2,
    fresh,
    guardduty,
    hardened,
    iam,
    kms,
    machines,
    rds,
    s3,
    securityhub,
    sns,
    sqs,
    ssm,
)
from .core import ACCOUNT, FRESH_ACCOUNT, HARDENED_ACCOUNT, Estate

# In the order of their needs: a trail needs its bucket, its key and its log group.
MODULES = (
    account,
    iam,
    kms,
    s3,
    ec2,
    machines,
    rds,
    efs,
    cloudwatch,
    sns,
    cloudtrail,
    config,
    guardduty,
    securityhub,
    accessanalyzer,
    sqs,
    dynamodb,
    awslambda,
    ecr,
    elbv2,
    ssm,
)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m estate", description="Builds Acme's account on the emulator.")
    commands = parser.add_subparsers(dest="command", required=True)
    seed = commands.add_parser("seed", help="make the resources")
    seed.add_argument("--endpoint", required=True, help="the URL that server.py printed")
    seed.add_argument("--scale", type=int, default=1, help="how many copies of what grows with an account")
    seed.add_argument("--expected", help="write the verdicts that a scan must give to this file, as JSON")
    other = seed.add_mutually_exclusive_group()
    other.add_argument("--hardened", action="store_true", help="build the well-kept second account instead")
    other.add_argument("--fresh", action="store_true", help="build the empty third account instead")
    arguments = parser.parse_args()

    started = time.monotonic()
    number, modules = ACCOUNT, MODULES
    if arguments.hardened:
        number, modules = HARDENED_ACCOUNT, (hardened,)
    elif arguments.fresh:
        number, modules = FRESH_ACCOUNT, (fresh,)
    estate = Estate(arguments.endpoint, arguments.scale, number)
    # The same random numbers each time, so that identifiers repeat.
    estate.lab("POST", f"/moto-api/seed?a={estate.account}")
    for module in modules:
        module.seed(estate)
    estate.flush()
    if arguments.expected:
        with open(arguments.expected, "w", encoding="utf-8") as file:
            json.dump(estate.expected(), file, indent=1)
            file.write("\n")
    made = ", ".join(f"{number} {kind}" for kind, number in sorted(estate.made.items()))
    seconds = time.monotonic() - started
    print(
        f"account {estate.account}: {estate.made.total()} resources in {seconds:.1f} s: {made}",
        file=sys.stderr,
    )


if __name__ == "__main__":
    main()
