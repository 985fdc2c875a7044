#!/usr/bin/env python3
"""Measures `ciacm scan aws` against the emulator at 1x, 10x and 50x of the estate.

Prints client CPU seconds, peak memory, wall time, HTTP calls and resources of each scale, and the calls by operation.
Needs the emulator's Python environment (tests/emulator/README.md) and a release build:

    cargo build --release
    PYTHON benches/scan.py --scale 1 10 50

The server's own CPU is not counted; it is the slower side, so wall time says little.
"""

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
EMULATOR = ROOT / "tests" / "emulator"
READS = re.compile(r":(Describe|Get|List|Head|GenerateCredentialReport)")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    target = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target"))
    parser.add_argument("--binary", type=Path, default=target / "release" / "ciacm")
    parser.add_argument("--scale", type=int, nargs="+", default=[1])
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--framework", help="limit the scan, for instance cis-aws-7.0")
    parser.add_argument("--operations", action="store_true", help="also print the calls by operation")
    arguments = parser.parse_args()
    if not arguments.binary.exists():
        sys.exit(f"{arguments.binary} is missing: run `cargo build --release` first")

    print("| scale | resources | controls | verdicts | calls | client CPU s | wall s | peak MB |")
    print("|---|---|---|---|---|---|---|---|")
    for scale in arguments.scale:
        with tempfile.TemporaryDirectory() as work:
            measure(scale, arguments, Path(work))


def measure(scale: int, arguments: argparse.Namespace, work: Path) -> None:
    log = open(work / "server.log", "w+")
    server = subprocess.Popen(
        [sys.executable, "server.py", "--port", "0"], cwd=EMULATOR, stdout=log, stderr=subprocess.STDOUT
    )
    try:
        url = address(work / "server.log")
        seed = [sys.executable, "-m", "estate", "seed", "--endpoint", url, "--scale", str(scale)]
        subprocess.run(seed, cwd=EMULATOR, check=True, stdout=subprocess.DEVNULL)
        runs = [scan(url, arguments, work / f"home{number}") for number in range(arguments.runs)]
        cpu, wall, peak, calls, report = min(runs, key=lambda run: run[0])
        written = [name for name in calls if not READS.search(name)]
        if written:
            sys.exit(f"the scan did more than read: {written}")
        summary = report["summary"]
        verdicts = sum(summary["verdicts"].values())
        print(
            f"| {scale}x | {summary['resources']} | {summary['controls']} | {verdicts} | {sum(calls.values())} "
            f"| {cpu:.2f} | {wall:.2f} | {peak:.0f} |",
            flush=True,
        )
        if arguments.operations:
            for name, count in sorted(calls.items(), key=lambda entry: -entry[1]):
                print(f"    {count:6} {name}")
    finally:
        server.kill()
        server.wait()


def address(path: Path) -> str:
    for _ in range(150):
        found = re.search(r"listening on (\S+)", path.read_text())
        if found:
            return found.group(1)
        time.sleep(0.2)
    sys.exit("the emulator did not start: " + path.read_text())


def scan(url: str, arguments: argparse.Namespace, home: Path) -> tuple:
    lab(url, "calls/clear")
    command = [arguments.binary, "--home", home, "scan", "aws", "--endpoint-url", url, "--format", "json"]
    command += ["--region", "us-east-1,eu-west-1,eu-central-1", "--fail-on", "none", "--output", f"{home}.json"]
    if arguments.framework:
        command += ["--framework", arguments.framework]
    environment = {
        "PATH": os.environ["PATH"],
        "AWS_ACCESS_KEY_ID": "testing",
        "AWS_SECRET_ACCESS_KEY": "testing",
        "AWS_EC2_METADATA_DISABLED": "true",
    }
    begun = time.monotonic()
    process = subprocess.Popen([str(part) for part in command], env=environment)
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.monotonic() - begun
    code = os.waitstatus_to_exitcode(status)
    if code not in (0, 3):
        sys.exit(f"the scan ended with {code}")
    calls = json.loads(urllib.request.urlopen(f"{url}/_lab/calls/summary").read())
    report = json.loads(Path(f"{home}.json").read_text())
    return usage.ru_utime + usage.ru_stime, wall, usage.ru_maxrss / 1024, calls, report


def lab(url: str, path: str) -> None:
    urllib.request.urlopen(urllib.request.Request(f"{url}/_lab/{path}", data=b"", method="POST")).read()


if __name__ == "__main__":
    main()
