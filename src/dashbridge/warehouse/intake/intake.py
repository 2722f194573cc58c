"""The server's side of an upload: starts the process that reads the file, and hears what came of it."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from dashbridge.kit import Conflict, DashbridgeError, Invalid, Place, TimedOut, TooLarge, Unavailable, new_id

_PASSED_ON = ("PATH", "LD_LIBRARY_PATH", "TMPDIR", "LANG", "PYTHONPATH")
_ERRORS: Mapping[str, type[DashbridgeError]] = {
    error.__name__: error for error in (Conflict, Invalid, TooLarge, Unavailable)
}


@dataclass(frozen=True, slots=True)
class Taken:
    """A table that was made: its rows, its columns as (name, engine's type), and whether it replaced one."""

    rows: int
    columns: tuple[tuple[str, str], ...]
    replaced: bool


class Intake:
    """Makes tables of files, one at a time; each in a process bounded to `memory_bytes` and `timeout_s`."""

    def __init__(self, *, memory_bytes: int, timeout_s: float = 120.0) -> None:
        self._memory_bytes = memory_bytes
        self._timeout_s = timeout_s
        self._one = asyncio.Lock()

    async def take(self, source: Path, target: Path, table: str, *, replace: bool) -> Taken:
        """Put the CSV or Parquet file `source` into the DuckDB file `target` (made if absent) as `table`.

        Raises Invalid (no such file), Conflict (the table is there), TooLarge, TimedOut, Unavailable.
        """
        fresh = target.with_name(f".{target.name}.{new_id()}")
        request = {
            "source": str(source),
            "target": str(target),
            "fresh": str(fresh),
            "table": table,
            "replace": replace,
            "memory_bytes": self._memory_bytes,
        }
        async with self._one:
            return await asyncio.to_thread(self._run, request, fresh)

    def _run(self, request: dict[str, Any], fresh: Path) -> Taken:
        environment = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
        command = [sys.executable, "-m", "dashbridge.warehouse.intake.child"]
        try:
            ended = subprocess.run(
                command,
                input=orjson.dumps(request),
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                timeout=self._timeout_s,
                env=environment,
                check=False,
            )
        except subprocess.TimeoutExpired as error:
            raise TimedOut(
                "Reading the file took too long", code="upload_timed_out", hint="upload it in parts"
            ) from error
        finally:
            for left in (fresh, fresh.with_name(f"{fresh.name}.wal")):
                left.unlink(missing_ok=True)
        if ended.returncode != 0 or not ended.stdout:
            raise TooLarge(
                "The file could not be read: its reader was stopped", code="reader_stopped", hint="upload it in parts"
            )
        return _taken(orjson.loads(ended.stdout))


def _taken(answer: dict[str, Any]) -> Taken:
    if "error" in answer:
        said = answer["error"]
        raise _ERRORS.get(said["kind"], Invalid)(
            said["message"], code=said["code"], hint=said["hint"], place=Place(line=said["line"])
        )
    found = answer["ok"]
    columns = tuple((column["name"], column["type"]) for column in found["columns"])
    return Taken(found["rows"], columns, found["replaced"])
