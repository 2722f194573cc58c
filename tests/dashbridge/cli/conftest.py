"""One server on a data dir of its own, and the command line beside it: over HTTP in this process, or as a process."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pytest

from dashbridge.cli import main
from dashbridge.wiring import EMBEDDED_TEAM

FLIGHTS = """
    CREATE TABLE airlines (carrier VARCHAR, name VARCHAR);
    INSERT INTO airlines VALUES ('AA', 'American'), ('UA', 'United'), ('DL', 'Delta');
    CREATE TABLE flights AS SELECT
        TIMESTAMP '2013-01-01' + INTERVAL (range * 97) MINUTE AS time_hour,
        ['AA', 'UA', 'DL'][1 + range % 3] AS carrier,
        CASE WHEN range % 11 > 0 THEN (range * 7) % 90 - 10 END AS dep_delay
    FROM range(5000);
"""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """One worker holds the server: to start it twice takes longer than its tests gain."""
    for item in items:
        if "served" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.xdist_group("served"))


@dataclass(frozen=True)
class Served:
    """A running `dashbridge serve`: its address, key, data dir, environment and DuckDB file."""

    url: str
    key: str
    folder: Path
    environment: dict[str, str]
    file: Path


@dataclass(frozen=True)
class Ran:
    """What a command did."""

    code: int
    out: bytes
    err: str


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The server, stopped by SIGTERM in the end."""
    folder = tmp_path_factory.mktemp("served")
    file = folder / "duckdb" / str(EMBEDDED_TEAM) / "flights.duckdb"
    file.parent.mkdir(parents=True)
    with duckdb.connect(str(file)) as con:
        con.execute(FLIGHTS).fetchall()
    environment = {name: value for name, value in os.environ.items() if not name.startswith("DASHBRIDGE_")}
    environment |= {"DASHBRIDGE_DATA_DIR": str(folder), "DASHBRIDGE_PORT": "0", "PYTHONUNBUFFERED": "1"}
    command = [sys.executable, "-m", "dashbridge", "serve"]
    with (folder / "log").open("w") as log:
        process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=log, text=True)
        assert process.stdout is not None
        with process.stdout as lines:
            link = next((line.split()[1] for line in lines if line.startswith("Open ")), None)
            assert link is not None, (folder / "log").read_text()
            key = (folder / "api_key").read_text().strip()
            yield Served(link.partition("/#")[0], key, folder, environment, file)
            process.send_signal(signal.SIGTERM)
            process.wait(30)
    assert "Traceback" not in (folder / "log").read_text()


@pytest.fixture(scope="session")
def process(served: Served) -> Callable[..., Ran]:
    """`process("data", SLUG)` runs a command as a process that works on the same data dir itself."""

    def run(*words: str, **more: str) -> Ran:
        command = [sys.executable, "-m", "dashbridge", *words]
        done = subprocess.run(command, env={**served.environment, **more}, capture_output=True, timeout=60)
        return Ran(done.returncode, done.stdout, done.stderr.decode())

    return run


@pytest.fixture
def command(monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]) -> Callable[..., Ran]:
    """`command("check-sql", …)` runs a command in this process, as the console script does."""

    def run(*words: str) -> Ran:
        monkeypatch.setattr(sys, "argv", ["dashbridge", *words])
        code = 0
        try:
            main()
        except SystemExit as ended:
            code = ended.code if isinstance(ended.code, int) else int(ended.code is not None)
        sys.stdout.flush()
        sys.stderr.flush()
        out, err = capfdbinary.readouterr()
        return Ran(code, out, err.decode())

    return run


@pytest.fixture
def remote(served: Served, command: Callable[..., Ran]) -> Callable[..., Ran]:
    """`remote("scan", "flights")` runs a command that speaks to the server."""

    def run(*words: str) -> Ran:
        return command("--url", served.url, "--api-key", served.key, *words)

    return run
