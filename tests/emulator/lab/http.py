"""The HTTP side of the server: one thread a connection, kept open between requests as AWS does.

werkzeug's own handler closes the connection after each answer, which would make every client pay for a new one.
"""

from __future__ import annotations

import sys
import traceback
from typing import Any

from moto.moto_server.werkzeug_app import MotoRequestHandler


class KeepAliveHandler(MotoRequestHandler):
    """Answers requests until the client closes, and writes no line to stderr per request."""

    protocol_version = "HTTP/1.1"
    # Without this, Nagle's algorithm delays the second packet of each answer by 40 ms.
    disable_nagle_algorithm = True

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Says nothing; `GET /_lab/calls` has the log."""

    def run_wsgi(self) -> None:
        """Runs one request through the application, which reads the whole body and answers in one piece."""
        started: list[Any] = []

        def start_response(status: str, headers: Any, exc_info: Any = None) -> None:
            started[:] = [status, headers]

        try:
            body = b"".join(self.server.app(self.make_environ(), start_response))
            status, headers = started
        except ConnectionError:
            self.close_connection = True
            return
        except Exception:  # noqa: BLE001  a bug of ours must not look like a hanging server
            traceback.print_exc(file=sys.stderr)
            status, headers, body = "500 Internal Server Error", [], b"the emulator failed, see its stderr"
        code, _, reason = status.partition(" ")
        self.send_response(int(code), reason)
        for name, value in headers:
            if name.lower() not in ("content-length", "connection", "date", "server"):
                self.send_header(name, value)
        length = self._declared_length(headers) if self.command == "HEAD" else len(body)
        if code != "204":
            self.send_header("Content-Length", str(length))
        self.end_headers()
        if self.command != "HEAD" and body:
            self.wfile.write(body)

    @staticmethod
    def _declared_length(headers: Any) -> int:
        return next((int(value) for name, value in headers if name.lower() == "content-length"), 0)
