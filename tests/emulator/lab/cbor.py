"""Smithy RPC v2 CBOR for services whose moto backend speaks JSON only (CloudWatch).

The official Rust SDK calls CloudWatch in this protocol. A request is rewritten to awsJson for moto, and
moto's JSON answer is written as CBOR, with the types that the service model declares.
"""

from __future__ import annotations

import base64
import struct
from datetime import datetime, timezone
from typing import Any


class Timestamp(float):
    """Seconds since the epoch, written with CBOR tag 1."""


def decode(data: bytes) -> Any:
    """The value that `data` holds; timestamps become numbers, byte strings become base64 text."""
    value, _ = _decode(data, 0)
    return value


def _decode(data: bytes, at: int) -> tuple[Any, int]:
    major, info = data[at] >> 5, data[at] & 31
    at += 1
    if major == 7:
        if info in (20, 21, 22, 23):
            return {20: False, 21: True}.get(info), at
        code, size = {25: (">e", 2), 26: (">f", 4), 27: (">d", 8)}[info]
        return struct.unpack(code, data[at : at + size])[0], at + size
    if info == 31:
        return _decode_indefinite(data, at, major)
    if info < 24:
        number = info
    else:
        size = {24: 1, 25: 2, 26: 4, 27: 8}[info]
        number = int.from_bytes(data[at : at + size], "big")
        at += size
    if major == 0:
        return number, at
    if major == 1:
        return -1 - number, at
    if major == 2:
        return base64.b64encode(data[at : at + number]).decode(), at + number
    if major == 3:
        return data[at : at + number].decode(), at + number
    if major == 4:
        items = []
        for _ in range(number):
            item, at = _decode(data, at)
            items.append(item)
        return items, at
    if major == 5:
        mapping = {}
        for _ in range(number):
            key, at = _decode(data, at)
            mapping[key], at = _decode(data, at)
        return mapping, at
    return _decode(data, at)  # a tag: its content


def _decode_indefinite(data: bytes, at: int, major: int) -> tuple[Any, int]:
    items: list[Any] = []
    while data[at] != 0xFF:
        item, at = _decode(data, at)
        items.append(item)
    at += 1
    if major == 4:
        return items, at
    if major == 5:
        return dict(zip(items[::2], items[1::2], strict=True)), at
    return "".join(items), at


def encode(value: Any) -> bytes:
    """`value` as CBOR."""
    out = bytearray()
    _encode(out, value)
    return bytes(out)


def _head(out: bytearray, major: int, number: int) -> None:
    if number < 24:
        out.append(major << 5 | number)
        return
    for info, size in ((24, 1), (25, 2), (26, 4), (27, 8)):
        if number < 1 << (8 * size):
            out.append(major << 5 | info)
            out.extend(number.to_bytes(size, "big"))
            return


def _encode(out: bytearray, value: Any) -> None:
    if value is None or isinstance(value, bool):
        out.append({None: 0xF6, False: 0xF4, True: 0xF5}[value])
    elif isinstance(value, Timestamp):
        _head(out, 6, 1)
        out.extend(b"\xfb" + struct.pack(">d", value))
    elif isinstance(value, int):
        _head(out, 0, value) if value >= 0 else _head(out, 1, -1 - value)
    elif isinstance(value, float):
        out.extend(b"\xfb" + struct.pack(">d", value))
    elif isinstance(value, bytes):
        _head(out, 2, len(value))
        out.extend(value)
    elif isinstance(value, str):
        data = value.encode()
        _head(out, 3, len(data))
        out.extend(data)
    elif isinstance(value, (list, tuple)):
        _head(out, 4, len(value))
        for item in value:
            _encode(out, item)
    elif isinstance(value, dict):
        _head(out, 5, len(value))
        for key, item in value.items():
            _encode(out, key)
            _encode(out, item)
    else:
        raise TypeError(f"cannot write {type(value).__name__} as CBOR")


def typed(value: Any, shape: Any) -> Any:
    """A JSON `value` with the types of the model's `shape`: timestamps, doubles and blobs become such."""
    if value is None or shape is None:
        return value
    kind = shape.type_name
    if kind == "structure":
        members = shape.members
        return {k: typed(v, members.get(k)) for k, v in value.items() if v is not None}
    if kind == "list":
        return [typed(item, shape.member) for item in value]
    if kind == "map":
        return {k: typed(v, shape.value) for k, v in value.items()}
    if kind == "timestamp":
        return Timestamp(_seconds(value))
    if kind in ("double", "float"):
        return float(value)
    if kind in ("integer", "long"):
        return int(value)
    if kind == "blob":
        return base64.b64decode(value)
    return value


def _seconds(value: Any) -> float:
    if isinstance(value, (int, float)):
        return float(value)
    moment = datetime.fromisoformat(str(value).replace("Z", "+00:00"))
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=timezone.utc)
    return moment.timestamp()
