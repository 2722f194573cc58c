"""Requests per second of one address: `wrk` where it is installed, else a client of our own in a process of its own."""

from __future__ import annotations

import asyncio
import itertools
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import uvloop

CONNECTIONS = 32
_RATE = re.compile(r"Requests/sec:\s*([0-9.]+)")
_OWN_IDS = Path(__file__).with_name("own_ids.lua")
_ID = "own-%012d"
_BAD = re.compile(r"Non-2xx or 3xx responses: ([0-9]+)|Socket errors: (.*)")


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(port: int) -> None:
    """Until somebody listens there. Raises TimeoutError after a minute."""
    end = time.monotonic() + 60
    while time.monotonic() < end:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise TimeoutError(port)


@contextmanager
def running(command: list[str], port: int) -> Iterator[int]:
    """A server that listens there; its process id. It is ended."""
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    try:
        wait_for(port)
        yield process.pid
    finally:
        process.terminate()
        process.wait(60)


def rate(port: int, path: str, headers: Mapping[str, str], seconds: float, *, own_ids: bool = False) -> float:
    """Answers per second over `CONNECTIONS` connections; with `own_ids` no two requests are alike.

    Raises RuntimeError where any answer was an error.
    """
    if shutil.which("wrk") is None:
        return _own_rate(port, path, headers, seconds, own_ids=own_ids)
    given = [part for name, value in headers.items() for part in ("-H", f"{name}: {value}")]
    script = ["-s", str(_OWN_IDS)] if own_ids else []
    command = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds:g}s", *script, *given, f"http://127.0.0.1:{port}{path}"]
    told = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    bad, found = _BAD.search(told), _RATE.search(told)
    if bad is not None or found is None:
        raise RuntimeError(f"{path}: {told}")
    return float(found[1])


def _own_rate(port: int, path: str, headers: Mapping[str, str], seconds: float, *, own_ids: bool) -> float:
    headers = {**headers, "X-Request-Id": _ID} if own_ids else headers
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    request = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n{lines}\r\n"
    command = [sys.executable, "-m", "benchmarks.wire", str(port), str(seconds), request]
    return float(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


_NUMBERS = itertools.count()


class _Client(asyncio.Protocol):
    """Asks, counts the bytes of the answer, asks again: every answer is as long as the first."""

    def __init__(self, request: bytes) -> None:
        self._numbered = _ID.encode() in request
        self._request, self._length, self._got = request, 0, b""
        self.answers = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport
        self._ask()

    def data_received(self, data: bytes) -> None:
        if not self._length:
            self._got += data
            head, end, _ = self._got.partition(b"\r\n\r\n")
            if not end:
                return
            if not head.startswith((b"HTTP/1.1 200", b"HTTP/1.1 304")):
                raise RuntimeError(head.decode("latin-1"))
            stated = re.search(rb"content-length: *([0-9]+)", head, re.IGNORECASE)
            self._length = len(head) + 4 + (int(stated[1]) if stated else 0)
            self._seen = len(self._got)
        else:
            self._seen += len(data)
        if self._seen >= self._length:
            self._seen = 0
            self.answers += 1
            self._ask()

    def _ask(self) -> None:
        request = self._request % next(_NUMBERS) if self._numbered else self._request
        self._transport.write(request)  # type: ignore[attr-defined]


async def _ask(port: int, seconds: float, request: bytes) -> float:
    loop = asyncio.get_running_loop()
    clients = [
        (await loop.create_connection(lambda: _Client(request), "127.0.0.1", port))[1] for _ in range(CONNECTIONS)
    ]
    before, began = sum(client.answers for client in clients), time.perf_counter()
    await asyncio.sleep(seconds)
    return (sum(client.answers for client in clients) - before) / (time.perf_counter() - began)


if __name__ == "__main__":
    print(uvloop.run(_ask(int(sys.argv[1]), float(sys.argv[2]), sys.argv[3].encode())))
