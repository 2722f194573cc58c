"""The query worker: a child process that holds locked-down DuckDB connections and answers one request at a time."""

from __future__ import annotations

import contextlib
import itertools
import os
import socket
import time
from collections import OrderedDict
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from dashbridge.kit import DashbridgeError
from dashbridge.warehouse import files, plan, records, wire
from dashbridge.warehouse.base import DryRun, WarehouseRefused
from dashbridge.warehouse.bounds import EngineSettings
from dashbridge.warehouse.engine import open_locked, refusal
from dashbridge.warehouse.rows import CutRows
from dashbridge.warehouse.storage import Storage

_MAX_OPEN = 3
_MAX_PLANS = 512
_AT_ONCE_ROWS = 200_000  # of rows that are here already; more of them are read as they come, to hold them once


@dataclass(slots=True)
class _OpenFile:
    con: duckdb.DuckDBPyConnection
    version: str
    storage: Storage
    plans: dict[tuple[str, str], DryRun] = field(default_factory=dict)


class Worker:
    """Answers the requests of `DuckDBPool`: about a file, or about tables that came with the request."""

    def __init__(self, settings: EngineSettings, result_bytes: int) -> None:
        self._settings = settings
        self._result_bytes = result_bytes
        self._spills = itertools.count()
        self._files: OrderedDict[str, _OpenFile] = OrderedDict()
        self._memory: duckdb.DuckDBPyConnection | None = None
        self._kept: dict[str, duckdb.DuckDBPyConnection] = {}
        self._results: dict[str, int] = {}

    def serve(self, sock: socket.socket) -> None:
        """Answer until the other end hangs up."""
        wire.send(sock, {"pid": os.getpid()})
        with contextlib.suppress(wire.Hangup, OSError):
            while True:
                request, given = wire.receive(sock)
                reply, made = self._answer(request, given)
                wire.send(sock, reply, made)
                wire.close_files(made)

    def _answer(self, request: wire.Message, given: list[int]) -> tuple[wire.Message, list[int]]:
        made: list[int] = []
        self._drop(request["drop"])
        try:
            if request["do"] == "query":
                return {"ok": self._query(request, given, made)}, made
            return {"ok": self._about_file(request, made)}, made
        except DashbridgeError as error:
            wire.close_files(made)
            return wire.pack_error(error), []
        except (duckdb.Error, MemoryError, pa.ArrowException, OSError) as error:
            wire.close_files(made)
            return wire.pack_error(refusal(error, request.get("sql", ""))), []

    def _open(self, path: str) -> duckdb.DuckDBPyConnection:
        folder = Path(self._settings.spill_folder) / f"{os.getpid()}-{next(self._spills)}"
        return open_locked(path, replace(self._settings, spill_folder=str(folder)))

    def _file(self, path: str) -> _OpenFile:
        """The open file, opened again when it was replaced since. Raises NotFound, WarehouseRefused, Unavailable."""
        version = files.data_version(Path(path))
        known = self._files.pop(path, None)
        if known is not None and known.version != version:
            known.con.close()
            known = None
        if known is None:
            con = self._open(path)
            known = _OpenFile(con, version, Storage(con))
        self._files[path] = known
        while len(self._files) > _MAX_OPEN:
            self._files.popitem(last=False)[1].con.close()
        return known

    def _about_file(self, request: wire.Message, made: list[int]) -> Any:
        file = self._file(request["path"])
        match request["do"]:
            case "datasets":
                return [records.pack(dataset) for dataset in file.storage.datasets()]
            case "tables":
                return [records.pack(table) for table in file.storage.tables(request["dataset"])]
            case "schema":
                return records.pack(file.storage.schema(records.unpack_name(request["table"])))
            case "dry_run":
                return records.pack(self._dry_run(file, request))
            case "run":
                return self._run(file, request, made)
        raise WarehouseRefused(f"A worker cannot {request['do']!r}.")

    def _dry_run(self, file: _OpenFile, request: wire.Message) -> DryRun:
        key = (request["sql"], repr(request["parameters"]))
        known = file.plans.get(key)
        if known is None:
            parameters = wire.unpack_parameters(request["parameters"])
            known = plan.dry_run(file.con, file.storage, request["sql"], parameters)
            if len(file.plans) >= _MAX_PLANS:
                file.plans.clear()
            file.plans[key] = known
        return known

    def _run(self, file: _OpenFile, request: wire.Message, made: list[int]) -> wire.Message:
        select = plan.require_select(file.con, request["sql"])
        known = request["planned"]
        size = int(known[1]) if known and known[0] == file.version else self._dry_run(file, request).bytes_scanned
        plan.require_bytes(size, request["max_bytes"])
        facts = self._select(file.con, select, request, made)
        held = os.fstat(made[-1]).st_size <= wire.HELD_BYTES
        if held:  # in memory that whoever asked is given too
            self._results[request["held"]] = os.dup(made[-1])
        return {**facts, "bytes_scanned": size, "held": held}

    def _drop(self, keys: list[str]) -> None:
        for key in keys:
            if (dropped := self._kept.pop(key, None)) is not None:
                dropped.close()
            if (file := self._results.pop(key, None)) is not None:
                os.close(file)

    def _query(self, request: wire.Message, given: list[int], made: list[int]) -> list[wire.Message]:
        key = request["key"]
        con = self._kept.get(key) if key is not None else None
        if con is None:
            mine = self._results.pop(key, None) if not given else None
            con = self._beside(dict(zip(request["tables"], given if mine is None else [mine], strict=True)))
            if key is not None:
                self._kept[key] = con
        try:
            return [self._select_checked(con, statement, made) for statement in request["statements"]]
        finally:
            if key is None:
                con.close()

    def _beside(self, tables: dict[str, int]) -> duckdb.DuckDBPyConnection:
        """A connection that sees only these tables: registered names belong to one cursor."""
        if self._memory is None:
            self._memory = self._open(":memory:")
        con = self._memory.cursor()
        for name, file in tables.items():
            con.register(name, wire.read_table(file))
        return con

    def _select_checked(self, con: duckdb.DuckDBPyConnection, statement: wire.Message, made: list[int]) -> wire.Message:
        try:
            select = plan.require_select(con, statement["sql"])
            return self._select(con, select, statement, made, at_once=int(statement["max_rows"]) <= _AT_ONCE_ROWS)
        except (duckdb.Error, MemoryError, pa.ArrowException, OSError) as error:
            raise refusal(error, statement["sql"]) from error

    def _select(
        self,
        con: duckdb.DuckDBPyConnection,
        select: duckdb.Statement,
        request: wire.Message,
        made: list[int],
        *,
        at_once: bool = False,
    ) -> wire.Message:
        """Run one SELECT and write at most `max_rows` of it to a new file at the end of `made`."""
        started = time.perf_counter()
        values = wire.unpack_parameters(request["parameters"])
        rows = CutRows(con, select, values, int(request["max_rows"]), at_once=at_once)
        made.append(wire.memory_file())
        with os.fdopen(os.dup(made[-1]), "wb", buffering=0) as sink, pa.ipc.new_stream(sink, rows.schema) as writer:
            for batch in rows:
                writer.write_batch(batch)
                if sink.tell() > self._result_bytes:
                    raise WarehouseRefused(
                        f"The result is larger than {self._result_bytes:,} bytes.",
                        code="result_too_large",
                        hint="aggregate in the query, select fewer columns, or set a LIMIT",
                    )
        return {"truncated": rows.truncated, "elapsed_s": time.perf_counter() - started}
