"""The BigQuery emulator `bqemulator` as a process of its own, out of its own environment. It is DuckDB underneath."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tempfile
import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

HOME = Path(__file__).resolve().parents[2] / ".venv-bigquery"
START_S = 90
_EXTENSION = "import duckdb_extensions; duckdb_extensions.import_extension('spatial')"


@dataclass(frozen=True)
class Emulator:
    """A running emulator: the address of its REST API and of its Storage Read API."""

    url: str
    storage: str


@contextmanager
def running_emulator() -> Iterator[Emulator]:
    """Start an emulator on free ports, and stop it at the end. Tests share one: the fixture `bigquery_emulator`."""
    python = HOME / "bin" / "python"
    if not python.exists():
        raise AssertionError("There is no BigQuery emulator here: run `make .venv-bigquery/.synced`")
    folder = tempfile.mkdtemp(prefix="dashbridge-bigquery-")
    environment = {"HOME": folder, "PATH": os.environ.get("PATH", ""), "PYTHONWARNINGS": "ignore"}
    subprocess.run([python, "-c", _EXTENSION], env=environment, check=True, capture_output=True, timeout=START_S)
    command = [HOME / "bin" / "bqemulator", "start", "--rest-port", "0", "--grpc-port", "0"]
    process = subprocess.Popen(
        command, env=environment, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    drain = threading.Thread(target=deque, args=(process.stdout, 0), daemon=True)
    alarm = threading.Timer(START_S, process.kill)
    try:
        alarm.start()
        found = _listening(process)
        alarm.cancel()
        drain.start()
        yield found
    finally:
        alarm.cancel()
        alarm.join()
        process.kill()
        process.wait(30)
        if drain.ident is not None:
            drain.join(30)
        if process.stdout is not None:
            process.stdout.close()
        shutil.rmtree(folder, ignore_errors=True)


def _listening(process: subprocess.Popen[str]) -> Emulator:
    ports: dict[str, int] = {}
    said: list[str] = []
    assert process.stdout is not None
    for line in process.stdout:
        said.append(line)
        event = json.loads(line) if line.startswith("{") else {}
        if event.get("event") in ("rest.listen", "grpc.listen"):
            ports[event["event"]] = event["port"]
        if len(ports) == 2:
            return Emulator(f"http://127.0.0.1:{ports['rest.listen']}", f"127.0.0.1:{ports['grpc.listen']}")
    raise AssertionError("The emulator did not start:\n" + "".join(said)[-4_000:])
