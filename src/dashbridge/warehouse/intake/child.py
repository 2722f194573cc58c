"""The process that reads an uploaded file and writes it into a new DuckDB file: one request on stdin, one answer."""

from __future__ import annotations

import ctypes
import fcntl
import json
import os
import resource
import shutil
import signal
import sys
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from dashbridge.kit import Conflict, DashbridgeError, Invalid, TooLarge, Unavailable
from dashbridge.warehouse.bounds import OUT_OF_MEMORY
from dashbridge.warehouse.engine import refusal
from dashbridge.warehouse.intake.tabular import read_upload

_PR_SET_PDEATHSIG, _PR_SET_NO_NEW_PRIVS = 1, 38
_HEADROOM = 1 << 30


def main() -> None:
    """Answer the request on stdin: `{"ok": …}` or `{"error": …}`."""
    request = json.load(sys.stdin)
    _confine(request["memory_bytes"])
    try:
        answer = {"ok": take(request)}
    except DashbridgeError as error:
        answer = {"error": {"kind": type(error).__name__, **_told(error)}}
    except (MemoryError, pa.ArrowMemoryError):
        answer = {"error": {"kind": "TooLarge", **_told(_no_memory())}}
    json.dump(answer, sys.stdout)


def take(request: dict[str, Any]) -> dict[str, Any]:
    """Put the table of the file `source` into `target`, beside the tables that are there. Raises Conflict, Invalid."""
    target, fresh = Path(request["target"]), Path(request["fresh"])
    table = read_upload(Path(request["source"]), most_bytes=request["memory_bytes"] // 2)
    with target.with_name(f".{target.name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        try:
            if target.exists():
                shutil.copyfile(target, fresh)
            facts = _write(fresh, table, request)
            fresh.replace(target)
        except OSError as error:
            raise Unavailable(f"The table could not be kept: {error.strerror}", code="upload_not_kept") from error
        return facts


def _write(fresh: Path, table: pa.Table, request: dict[str, Any]) -> dict[str, Any]:
    name = request["table"]
    config: dict[str, str | bool | int | float | list[str]] = {
        "memory_limit": f"{request['memory_bytes'] // 2}B",
        "threads": "1",
        "temp_directory": "",
        "python_enable_replacements": "false",
    }
    try:
        with duckdb.connect(str(fresh), config=config) as con:
            con.execute("SET enable_external_access = false").fetchall()
            there = bool(con.execute("FROM duckdb_tables() WHERE table_name = ?", [name]).fetchall())
            if there and not request["replace"]:
                raise Conflict(
                    f"There is a table {name!r} already",
                    code="table_exists",
                    hint="give another name, or add replace=true to put this one in its place",
                )
            con.register("uploaded", table)
            con.execute(f'CREATE OR REPLACE TABLE "{name}" AS SELECT * FROM uploaded').fetchall()
            described = con.execute(f'DESCRIBE "{name}"').fetchall()
            con.unregister("uploaded")
            con.execute("CHECKPOINT").fetchall()
    except duckdb.Error as error:
        if refusal(error, "").code == OUT_OF_MEMORY:
            raise _no_memory() from error
        raise Invalid(
            "The file has values that DuckDB does not take", code="bad_values", hint="write it again with plainer types"
        ) from error
    columns = [{"name": row[0], "type": row[1]} for row in described]
    return {"rows": table.num_rows, "columns": columns, "replaced": there}


def _told(error: DashbridgeError) -> dict[str, Any]:
    return {"message": error.message, "code": error.code, "hint": error.hint, "line": error.place.line}


def _no_memory() -> TooLarge:
    return TooLarge("The file needs too much memory", code="too_large_unpacked", hint="upload it in parts")


def _confine(memory_bytes: int) -> None:
    """Bound the address space, leave no core, gain no rights, and die with the server."""
    pages = Path("/proc/self/statm")
    if pages.exists():
        libc = ctypes.CDLL(None)
        libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
        bound = int(pages.read_text().split()[0]) * resource.getpagesize() + memory_bytes + _HEADROOM
        resource.setrlimit(resource.RLIMIT_AS, (bound, bound))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    os.nice(5)


if __name__ == "__main__":
    main()
