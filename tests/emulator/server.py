"""The AWS emulator of the tests, the demo and the benchmarks: moto with a call log, faults and fakes.

    python server.py [--port PORT] [--watch-stdin]

Prints `listening on http://localhost:PORT` when it is ready. See README.md.
"""

from __future__ import annotations

import argparse
import os
import sys
import threading

# AWS's own policies are needed (AWSSupportAccess, AdministratorAccess); its 1,300 public images are not.
os.environ.setdefault("MOTO_IAM_LOAD_MANAGED_POLICIES", "true")
os.environ.setdefault("MOTO_EC2_LOAD_DEFAULT_AMIS", "false")
os.environ.setdefault("AWS_ACCESS_KEY_ID", "testing")
os.environ.setdefault("AWS_SECRET_ACCESS_KEY", "testing")
os.environ.setdefault("AWS_EC2_METADATA_DISABLED", "true")

from werkzeug.serving import make_server  # noqa: E402

from lab.app import Lab  # noqa: E402
from lab.http import KeepAliveHandler  # noqa: E402


def _exit_with_parent() -> None:
    """Ends this process when its standard input closes, as it does when the test process dies."""
    while sys.stdin.buffer.read(1024):
        pass
    os._exit(0)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--port", type=int, default=0, help="port on 127.0.0.1; 0 takes a free one")
    parser.add_argument("--watch-stdin", action="store_true", help="stop when standard input closes")
    arguments = parser.parse_args()

    server = make_server("127.0.0.1", arguments.port, Lab(), threaded=True, request_handler=KeepAliveHandler)
    server.daemon_threads = True
    os.environ["MOTO_PORT"] = str(server.port)
    if arguments.watch_stdin:
        threading.Thread(target=_exit_with_parent, daemon=True).start()
    print(f"listening on http://localhost:{server.port}", flush=True)
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        pass


if __name__ == "__main__":
    main()
