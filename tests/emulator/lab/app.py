"""The WSGI application: `/_lab/...` for tests, everything else is an AWS call for the fakes and for moto."""

from __future__ import annotations

import hashlib
import io
import json
import socket
import sys
import threading
import time
import traceback
import uuid
from collections import Counter
from collections.abc import Callable, Iterable
from http import HTTPStatus
from typing import Any

from moto.core.utils import get_service_model
from moto.moto_api._internal.models import moto_api_backend
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app

from . import cbor, errors, fakes, patches
from .call import Call, recognise
from .errors import Answer
from .faults import Faults
from .state import STATE

StartResponse = Callable[..., Any]


class Lab:
    """moto behind a call log, faults and fakes."""

    def __init__(self) -> None:
        patches.install()
        self._moto = DomainDispatcherApplication(create_backend_app)
        self._faults = Faults()
        self._calls: list[dict[str, Any]] = []
        self._lock = threading.Condition()
        # What began before the log was cleared is not logged, what began before a reset is not answered: clients that
        # were killed or gave up leave calls behind, which must not show in the next test.
        self._log_begun = 0
        self._life_begun = 0
        self._at_work = 0
        self._asked: Counter[bytes] = Counter()

    def __call__(self, environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        body = _read_body(environ)
        path = environ.get("PATH_INFO", "")
        if path.startswith("/moto-api"):
            return self._moto(environ, start_response)
        if path.startswith("/_lab/"):
            answer = self._lab(environ["REQUEST_METHOD"], path, body)
        else:
            answer = self._aws(environ, body)
        start_response(f"{answer.status} {_reason(answer.status)}", answer.headers)
        return [answer.body]

    # --- AWS calls -------------------------------------------------------------------------------

    def _aws(self, environ: dict[str, Any], body: bytes) -> Answer:
        call = recognise(environ, body)
        log, life = self._log_begun, self._life_begun
        fault = self._faults.take(call)
        if fault and fault.delay_seconds:
            time.sleep(fault.delay_seconds)
        with self._lock:
            if life != self._life_begun:
                _drop(environ)
            self._at_work += 1
        try:
            if fault and fault.drop:
                self._log(call, 0, log)
                _drop(environ)
            answer = fault.answer(call) if fault else None
            if answer is None:
                answer = self._answer(call, environ)
            answer.headers[:] = self._with_request_id(call, answer.headers)
            self._log(call, answer.status, log)
        finally:
            with self._lock:
                self._at_work -= 1
                self._lock.notify_all()
        return answer

    def _with_request_id(self, call: Call, headers: list[tuple[str, str]]) -> list[tuple[str, str]]:
        """An id that follows from the request and from how often it was made, so that recordings are alike."""
        name = "x-amz-request-id" if call.service in ("s3", "s3control") else "x-amzn-requestid"
        where = f"{call.account} {call.region} {call.service}:{call.operation} {call.method} {call.path}?{call.query}\n"
        request = hashlib.sha256(where.encode() + call.body).digest()
        with self._lock:
            self._asked[request] += 1
            often = self._asked[request]
        digest = hashlib.sha256(request + often.to_bytes(8, "big")).digest()
        request_id = digest[:8].hex().upper() if call.service == "s3" else str(uuid.UUID(bytes=digest[:16], version=4))
        kept = [(key, value) for key, value in headers if key.lower() not in ("x-amzn-requestid", "x-amz-request-id")]
        return [*kept, (name, request_id)]

    def _answer(self, call: Call, environ: dict[str, Any]) -> Answer:
        try:
            answer = fakes.answer(call, environ)
            if answer is None and call.protocol == "rpc-v2-cbor":
                answer = self._cbor(call, environ)
            return answer or self._moto_answer(call, environ)
        except NotImplementedError:
            return _not_implemented(call)
        except Exception:  # noqa: BLE001  moto fails in many ways; the client must get an answer
            traceback.print_exc(file=sys.stderr)
            code, status = errors.code_of("internal", call)
            return errors.error(call, status, code, f"The emulator failed on {call.service}:{call.operation}")

    def _moto_answer(self, call: Call, environ: dict[str, Any]) -> Answer:
        started: list[Any] = []

        def start_response(status: str, headers: Any, exc_info: Any = None) -> None:
            started[:] = [status, headers]

        environ["wsgi.input"].seek(0)
        parts = self._moto(environ, start_response)
        try:
            body = b"".join(parts)
        finally:
            if hasattr(parts, "close"):
                parts.close()
        status, headers = int(started[0].split(" ", 1)[0]), list(started[1])
        kind = next((v for k, v in headers if k.lower() == "content-type"), "")
        if status == 404 and kind.startswith("text/html") and b"<!doctype html>" in body.lower():
            return _not_implemented(call)
        return Answer(status, headers, body)

    def _cbor(self, call: Call, environ: dict[str, Any]) -> Answer:
        """Asks moto in JSON, answers in CBOR."""
        model = get_service_model(call.service)
        body = json.dumps(cbor.decode(call.body) if call.body else {}).encode()
        outer = ("HTTP_SMITHY_PROTOCOL", "RAW_URI", "REQUEST_URI")
        inner = {k: v for k, v in environ.items() if k not in outer}
        inner |= {
            "PATH_INFO": "/",
            "HTTP_X_AMZ_TARGET": f"{model.metadata['targetPrefix']}.{call.operation}",
            "CONTENT_TYPE": "application/x-amz-json-1.0",
            "CONTENT_LENGTH": str(len(body)),
            "wsgi.input": io.BytesIO(body),
        }
        answer = self._moto_answer(call, inner)
        result = json.loads(answer.body or b"{}")
        if answer.status >= 400:
            code = str(result.get("__type", "InternalFailure")).rsplit("#", 1)[-1]
            message = result.get("message") or result.get("Message") or ""
            return errors.error(call, answer.status, code, message)
        shape = model.operation_model(call.operation).output_shape
        headers = [("Content-Type", "application/cbor"), ("smithy-protocol", "rpc-v2-cbor")]
        return Answer(answer.status, headers, cbor.encode(cbor.typed(result, shape) if shape else {}))

    def _log(self, call: Call, status: int, log: int) -> None:
        entry = {
            "service": call.service,
            "operation": call.operation,
            "region": call.region,
            "account": call.account,
            "status": status,
        }
        with self._lock:
            if log == self._log_begun:
                self._calls.append(entry)

    # --- What tests ask of the emulator ----------------------------------------------------------

    def _lab(self, method: str, path: str, body: bytes) -> Answer:
        try:
            return self._lab_route(f"{method} {path}", json.loads(body) if body else {})
        except ValueError as problem:  # includes BadFault, BadState, BadPatch and broken JSON
            return _json(400, {"error": str(problem)})

    def _lab_route(self, route: str, data: Any) -> Answer:
        several = data if isinstance(data, list) else [data]
        if route == "GET /_lab/calls":
            with self._lock:
                return _json(200, self._calls)
        if route == "GET /_lab/calls/summary":
            with self._lock:
                names = Counter(f"{c['service']}:{c['operation']}" for c in self._calls)
            return _json(200, dict(sorted(names.items())))
        if route == "POST /_lab/calls/clear":
            with self._lock:
                self._forget_calls()
        elif route == "POST /_lab/faults":
            for fault in several:
                self._faults.add(fault)
        elif route == "DELETE /_lab/faults":
            self._faults.clear()
        elif route == "POST /_lab/state":
            for change in several:
                STATE.apply(change)
        elif route == "POST /_lab/patch":
            for patch in several:
                patches.apply(patch)
        elif route == "POST /_lab/reset":
            self._reset()
        else:
            return _json(404, {"error": f"no route {route}"})
        return _json(200, {})

    def _reset(self) -> None:
        with self._lock:
            self._life_begun += 1
            self._faults.clear()
            self._lock.wait_for(lambda: self._at_work == 0, timeout=10)
            moto_api_backend.reset()
            STATE.clear()
            self._asked.clear()
            self._forget_calls()

    def _forget_calls(self) -> None:
        self._calls.clear()
        self._log_begun += 1


def _read_body(environ: dict[str, Any]) -> bytes:
    stream = environ["wsgi.input"]
    if environ.pop("wsgi.input_terminated", False):
        body = stream.read()
        environ.pop("HTTP_TRANSFER_ENCODING", None)
    else:
        body = stream.read(int(environ.get("CONTENT_LENGTH") or 0))
    environ["CONTENT_LENGTH"] = str(len(body))
    environ["wsgi.input"] = io.BytesIO(body)
    return body


def _not_implemented(call: Call) -> Answer:
    """Neither moto nor a fake knows the call. Status 501, which no SDK retries (moto's own 500 is retried)."""
    message = f"The emulator does not implement {call.service}:{call.operation}"
    return errors.error(call, 501, "NotImplemented", message)


def _drop(environ: dict[str, Any]) -> None:
    """Closes the connection without an answer."""
    connection = environ.get("werkzeug.socket")
    if connection is not None:
        connection.shutdown(socket.SHUT_RDWR)
    raise ConnectionResetError("dropped by a fault")


def _json(status: int, value: Any) -> Answer:
    return Answer(status, [("Content-Type", "application/json")], json.dumps(value).encode())


def _reason(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Unknown"
