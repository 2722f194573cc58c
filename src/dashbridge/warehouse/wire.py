"""How a parent and its query worker talk: JSON messages on a socket, Arrow tables in memory files passed beside them.

No pickle crosses: what a worker says is data, whatever has become of the worker.
"""

from __future__ import annotations

import fcntl
import json
import mmap
import os
import socket
import struct
import tempfile
import time
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pyarrow as pa

from dashbridge.kit import DashbridgeError, NotFound, Place, TimedOut, Unavailable
from dashbridge.warehouse.base import Parameter, WarehouseRefused

Message = dict[str, Any]

_HEADER = struct.Struct(">QH")
_MAX_FILES = 64
HELD_BYTES = 64 << 20  # of tables that a worker holds for what is asked of them next
_SMALL = 64 * 1024  # below this a copy is cheaper than a mapping
_ERRORS: dict[str, type[DashbridgeError]] = {
    kind.__name__: kind for kind in (WarehouseRefused, NotFound, TimedOut, Unavailable)
}


class Hangup(Exception):
    """The other end is gone."""


def send(sock: socket.socket, message: Message, files: Sequence[int] = ()) -> None:
    """Send one message, and duplicates of the open `files` with it. Raises OSError when the other end is gone."""
    body = json.dumps(message).encode()
    socket.send_fds(sock, [_HEADER.pack(len(body), len(files))], files)
    sock.sendall(body)


def receive(sock: socket.socket, *, deadline: float | None = None) -> tuple[Message, list[int]]:
    """The next message and its files, which the caller closes. `deadline` is on the monotonic clock.

    Raises TimeoutError past the deadline and Hangup when the other end is gone.
    """
    _wait_until(sock, deadline)
    cloexec = getattr(socket, "MSG_CMSG_CLOEXEC", 0)
    try:
        head, files, _, _ = socket.recv_fds(sock, _HEADER.size, _MAX_FILES, cloexec)
        head += _exactly(sock, _HEADER.size - len(head), deadline) if head else b""
        if not head:
            raise Hangup
        length, _ = _HEADER.unpack(head)
        return json.loads(_exactly(sock, length, deadline)), files
    except ConnectionError as error:
        raise Hangup from error


def _exactly(sock: socket.socket, length: int, deadline: float | None) -> bytes:
    data = bytearray()
    while len(data) < length:
        _wait_until(sock, deadline)
        part = sock.recv(min(length - len(data), 1 << 20))
        if not part:
            raise Hangup
        data += part
    return bytes(data)


def _wait_until(sock: socket.socket, deadline: float | None) -> None:
    if deadline is None:
        sock.settimeout(None)
        return
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError
    sock.settimeout(left)


def memory_file() -> int:
    """A nameless file in memory (on disk where the system has none); the caller closes it."""
    if hasattr(os, "memfd_create"):
        return os.memfd_create("rows", os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
    with tempfile.TemporaryFile() as file:
        return os.dup(file.fileno())


def write_table(table: pa.Table) -> int:
    """A memory file holding the table as an Arrow stream; the caller closes it."""
    file = memory_file()
    with os.fdopen(os.dup(file), "wb", buffering=0) as sink, pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table)
    return file


def read_table(file: int) -> pa.Table:
    """The table in a memory file, without a copy when it is large. Closes the file."""
    try:
        _seal(file)
        size = os.fstat(file).st_size
        data: Any = os.pread(file, size, 0) if size < _SMALL else mmap.mmap(file, size, prot=mmap.PROT_READ)
    finally:
        os.close(file)
    return pa.ipc.open_stream(pa.py_buffer(data)).read_all()


def _seal(file: int) -> None:
    """Hold the size still: a sender that shrank a mapped file would crash the reader."""
    if not hasattr(fcntl, "F_ADD_SEALS"):
        return
    try:
        fcntl.fcntl(file, fcntl.F_ADD_SEALS, fcntl.F_SEAL_SHRINK | fcntl.F_SEAL_GROW | fcntl.F_SEAL_WRITE)
    except PermissionError as error:
        raise Hangup from error


def close_files(files: Iterable[int]) -> None:
    """Close files that nobody wants."""
    for file in files:
        os.close(file)


def pack_parameters(values: Sequence[Parameter]) -> list[Any]:
    """Parameters as JSON: what JSON has no word for travels as {type: text}."""
    return [_pack(value) for value in values]


def _pack(value: Parameter) -> Any:
    if isinstance(value, Decimal):
        return {"decimal": str(value)}
    if isinstance(value, datetime):
        return {"timestamp": value.isoformat()}
    if isinstance(value, date):
        return {"date": value.isoformat()}
    if value is None or isinstance(value, str | int | float):
        return value
    raise WarehouseRefused(f"A query parameter cannot be a {type(value).__name__}.", code="bad_parameter")


def unpack_parameters(values: Sequence[Any]) -> list[Parameter]:
    """The reverse of `pack_parameters`."""
    readers: dict[str, Callable[[str], Parameter]] = {
        "decimal": Decimal,
        "timestamp": datetime.fromisoformat,
        "date": date.fromisoformat,
    }
    plain: list[Parameter] = []
    for value in values:
        if isinstance(value, dict):
            ((kind, text),) = value.items()
            value = readers[kind](text)
        plain.append(value)
    return plain


def pack_error(error: DashbridgeError) -> Message:
    """An error of the port as a message."""
    return {
        "error": type(error).__name__,
        "message": error.message,
        "code": error.code,
        "hint": error.hint,
        "line": error.place.line,
        "column": error.place.column,
    }


def unpack_error(message: Message) -> DashbridgeError:
    """The error in a message made by `pack_error`."""
    kind = _ERRORS.get(message["error"], Unavailable)
    place = Place(line=message["line"], column=message["column"])
    return kind(message["message"], code=message["code"], hint=message["hint"], place=place)
