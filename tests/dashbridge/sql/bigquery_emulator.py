"""A BigQuery emulator in a process of its own, asked over its REST interface. It is DuckDB underneath.

Its answers come back as they are on the wire, so two texts of one query can be compared without reading types.
"""

from __future__ import annotations

import json
import os
import subprocess
import threading
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import httpx

PYTHON = Path(__file__).parents[3] / ".venv-bigquery" / "bin" / "python"
PROJECT = "acme-prod-1"
_EXTENSION = "import duckdb_extensions; duckdb_extensions.import_extension('spatial')"


class EmulatorRefused(Exception):
    """The emulator cannot run a statement; the text says why."""


class BigQueryEmulator:
    """Started with the block, gone with it; `home` takes what the engine writes."""

    def __init__(self, home: Path) -> None:
        if not PYTHON.exists():
            raise RuntimeError("The BigQuery emulator is not installed: run make setup")
        environment = {"HOME": str(home), "PATH": os.environ.get("PATH", "")}
        subprocess.run([PYTHON, "-c", _EXTENSION], env=environment, check=True, capture_output=True)
        command = [str(PYTHON.with_name("bqemulator")), "start", "--rest-port", "0", "--grpc-port", "0"]
        self._process = subprocess.Popen(
            command, env=environment, cwd=home, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        port = self._read_port()
        self._drain = threading.Thread(target=self._drained, daemon=True)
        self._drain.start()
        base = f"http://127.0.0.1:{port}/bigquery/v2/projects/{PROJECT}/"
        # A connection the emulator closed after a fault of its own must not fail the next question.
        self._http = httpx.Client(base_url=base, timeout=120, limits=httpx.Limits(max_keepalive_connections=0))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self._http.close()
        self._process.terminate()
        self._process.wait()
        self._drain.join()
        if self._process.stdout is not None:
            self._process.stdout.close()

    def load(self, statements: str) -> None:
        """Make the datasets and tables of a file."""
        for dataset in sorted({line.split()[2].split(".")[0] for line in statements.splitlines() if _creates(line)}):
            reference = {"datasetReference": {"projectId": PROJECT, "datasetId": dataset}}
            self._http.post("datasets", json=reference).raise_for_status()
        for statement in statements.split(";\n"):
            self.ask(statement)

    def ask(self, sql: str) -> tuple[list[str], list[Any]]:
        """The column types and the rows. Raises EmulatorRefused."""
        answer = self._http.post("queries", json={"query": sql, "useLegacySql": False})
        body = answer.json()
        if answer.status_code != 200 or body.get("errors"):
            raise EmulatorRefused(json.dumps(body.get("errors") or body.get("error"))[:300])
        types = [field["type"] + field.get("mode", "") for field in body["schema"]["fields"]]
        return types, [_plain(row) for row in body.get("rows", ())]

    def _read_port(self) -> int:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            if '"rest.listen"' in line:
                return int(json.loads(line)["port"])
        raise RuntimeError("The BigQuery emulator ended before it listened")

    def _drained(self) -> None:
        assert self._process.stdout is not None
        for _ in self._process.stdout:
            pass


def _creates(line: str) -> bool:
    return line.startswith("CREATE TABLE")


def _plain(cell: Any) -> Any:
    """Rows and cells without their wrappers of `f` and `v`."""
    if isinstance(cell, dict):
        return [_plain(one) for one in cell["f"]] if "f" in cell else _plain(cell["v"])
    return [_plain(one) for one in cell] if isinstance(cell, list) else cell
