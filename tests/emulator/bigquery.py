"""The BigQuery emulator `bqemulator` as a process of its own, out of its own environment."""

from __future__ import annotations

import base64
import datetime as dt
import json
import os
import shutil
import subprocess
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
from google.api_core.client_options import ClientOptions
from google.auth.credentials import AnonymousCredentials
from google.cloud import bigquery

HOME = Path(__file__).resolve().parents[2] / ".venv-bigquery"
START_S = 90
_ROWS_AT_ONCE = 2_000
_TYPES = [
    (pa.types.is_boolean, "BOOL"),
    (pa.types.is_integer, "INT64"),
    (pa.types.is_floating, "FLOAT64"),
    (pa.types.is_decimal, "NUMERIC"),
    (pa.types.is_date, "DATE"),
    (pa.types.is_time, "TIME"),
    (pa.types.is_binary, "BYTES"),
]


@dataclass(frozen=True)
class Emulator:
    """A running emulator: the address of its REST API and of its Storage Read API."""

    url: str
    storage: str

    def client(self, project: str) -> bigquery.Client:
        """The official client on a project, without credentials."""
        options = ClientOptions(api_endpoint=self.url)
        return bigquery.Client(project=project, credentials=AnonymousCredentials(), client_options=options)

    def load(self, project: str, dataset: str, name: str, rows: pa.Table, **facts: Any) -> None:
        """Make a table of Arrow rows; `facts` are attributes of the client's Table."""
        client = self.client(project)
        client.create_dataset(dataset, exists_ok=True)
        fields = [bigquery.SchemaField(field.name, _type(field.type)) for field in rows.schema]
        table = bigquery.Table(f"{project}.{dataset}.{name}", schema=fields)
        for fact, value in facts.items():
            setattr(table, fact, value)
        client.create_table(table)
        for start in range(0, rows.num_rows, _ROWS_AT_ONCE):
            values = [_plain(row) for row in rows.slice(start, _ROWS_AT_ONCE).to_pylist()]
            refused = client.insert_rows_json(table, values)
            if refused:
                raise AssertionError(refused)
        client.close()


@contextmanager
def running_emulator() -> Iterator[Emulator]:
    """Start an emulator on free ports, and stop it at the end."""
    python = HOME / "bin" / "python"
    if not python.exists():
        raise AssertionError("There is no BigQuery emulator here: run `make .venv-bigquery/.synced`")
    folder = tempfile.mkdtemp(prefix="dashbridge-bigquery-")
    environment = {**os.environ, "HOME": folder, "PYTHONWARNINGS": "ignore"}
    extension = "import duckdb_extensions; duckdb_extensions.import_extension('spatial')"
    subprocess.run([python, "-c", extension], env=environment, check=True, capture_output=True, timeout=START_S)
    command = [HOME / "bin" / "bqemulator", "start", "--rest-port", "0", "--grpc-port", "0"]
    process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    drained: list[threading.Thread] = []
    alarm = threading.Timer(START_S, process.kill)
    try:
        alarm.start()
        yield _listening(process, drained)
    finally:
        alarm.cancel()
        alarm.join()
        process.kill()
        process.wait(30)
        for thread in drained:
            thread.join(30)
        if process.stdout is not None:
            process.stdout.close()
        shutil.rmtree(folder, ignore_errors=True)


def _listening(process: subprocess.Popen[str], drained: list[threading.Thread]) -> Emulator:
    ports: dict[str, int] = {}
    said: list[str] = []
    assert process.stdout is not None
    for line in process.stdout:
        said.append(line)
        event = json.loads(line) if line.startswith("{") else {}
        if event.get("event") in ("rest.listen", "grpc.listen"):
            ports[event["event"]] = event["port"]
        if len(ports) == 2:
            thread = threading.Thread(target=_drain, args=(process,), daemon=True)
            thread.start()
            drained.append(thread)
            return Emulator(f"http://127.0.0.1:{ports['rest.listen']}", f"127.0.0.1:{ports['grpc.listen']}")
    raise AssertionError("The emulator did not start:\n" + "".join(said)[-4_000:])


def _drain(process: subprocess.Popen[str]) -> None:
    assert process.stdout is not None
    for _ in process.stdout:
        pass


def _type(kind: pa.DataType) -> str:
    if pa.types.is_timestamp(kind):
        return "DATETIME" if kind.tz is None else "TIMESTAMP"
    return next((name for fits, name in _TYPES if fits(kind)), "STRING")


def _plain(row: dict[str, Any]) -> dict[str, Any]:
    return {name: _json(value) for name, value in row.items() if value is not None}


def _json(value: Any) -> Any:
    if isinstance(value, dt.date | dt.time):
        return value.isoformat()
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    return str(value) if isinstance(value, Decimal) else value
