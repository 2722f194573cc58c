"""The in-memory twin: a warehouse over Arrow tables, in process. It ships for trials and tests, not for strangers' SQL:
a query that eats the process's memory has no worker of its own to die in."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import TypeVar

import duckdb
import pyarrow as pa

from dashbridge.kit import TableName, TimedOut, Unavailable
from dashbridge.warehouse import plan
from dashbridge.warehouse.base import (
    NO_LABELS,
    Capabilities,
    Dataset,
    DryRun,
    Limits,
    Parameter,
    Result,
    Table,
    TableSchema,
    WarehouseRefused,
)
from dashbridge.warehouse.bounds import EngineSettings
from dashbridge.warehouse.engine import open_locked, refusal
from dashbridge.warehouse.rows import CutRows
from dashbridge.warehouse.storage import Storage, quote

_SETTINGS = EngineSettings(memory_bytes=1 << 30, threads=2, spill_folder="", spill_bytes=0)
_METADATA_S = 15.0

T = TypeVar("T")


class MemoryWarehouse:
    """DuckDB over `tables` ("name" or "schema.name"). `setup` is SQL run once after them: views, comments."""

    capabilities = Capabilities(dialect="duckdb", hard_cancel=False, reports_distinct=True)

    def __init__(self, tables: Mapping[str, pa.Table], *, setup: str = "") -> None:
        self._lock = threading.Lock()
        self._version = 0
        self._closed = False
        self._con, self._storage = self._load(tables, setup)

    def replace(self, tables: Mapping[str, pa.Table], *, setup: str = "") -> None:
        """Put other data in place of the old; the data version changes."""
        with self._lock:
            self._con.close()
            self._con, self._storage = self._load(tables, setup)
            self._version += 1

    @staticmethod
    def _load(tables: Mapping[str, pa.Table], setup: str) -> tuple[duckdb.DuckDBPyConnection, Storage]:
        con = open_locked(":memory:", _SETTINGS)
        for name, table in tables.items():
            dataset, _, short = name.rpartition(".")
            dataset = dataset or "main"
            con.execute(f"CREATE SCHEMA IF NOT EXISTS {quote(dataset)}").fetchall()
            con.register("incoming", table)
            con.execute(f"CREATE TABLE {quote(dataset)}.{quote(short)} AS FROM incoming").fetchall()
            con.unregister("incoming")
        if setup:
            con.execute(setup).fetchall()
        return con, Storage(con)

    async def list_datasets(self) -> list[Dataset]:
        """See the port."""
        return await self._in_thread(lambda: self._storage.datasets(), _METADATA_S)

    async def list_tables(self, dataset: str) -> list[Table]:
        """See the port."""
        return await self._in_thread(lambda: self._storage.tables(dataset), _METADATA_S)

    async def table_schema(self, table: TableName) -> TableSchema:
        """See the port."""
        return await self._in_thread(lambda: self._storage.schema(table), _METADATA_S)

    async def dry_run(self, sql: str, parameters: Sequence[Parameter] = ()) -> DryRun:
        """See the port."""
        return await self._in_thread(lambda: plan.dry_run(self._con, self._storage, sql, parameters), _METADATA_S)

    async def run(
        self,
        sql: str,
        parameters: Sequence[Parameter] = (),
        *,
        limits: Limits = Limits(),
        labels: Mapping[str, str] = NO_LABELS,
    ) -> Result:
        """See the port. The engine is asked to stop at the timeout; inside some functions it does not listen."""
        return await self._in_thread(lambda: self._run(sql, parameters, limits), limits.timeout_s)

    def _run(self, sql: str, parameters: Sequence[Parameter], limits: Limits) -> Result:
        select = plan.require_select(self._con, sql)
        size = plan.dry_run(self._con, self._storage, sql, parameters).bytes_scanned
        plan.require_bytes(size, limits.max_bytes)
        started = time.perf_counter()
        try:
            rows = CutRows(self._con, select, parameters, limits.max_rows)
            table = pa.Table.from_batches(list(rows), rows.schema)
        except (duckdb.Error, MemoryError, pa.ArrowException, OSError) as error:
            raise refusal(error, sql) from error
        return Result(table, size, time.perf_counter() - started, rows.truncated)

    async def data_version(self, tables: Sequence[TableName] = ()) -> str:
        """How often the data was replaced."""
        return f"memory-{self._version}"

    async def last_modified(self, tables: Sequence[TableName]) -> dict[TableName, datetime]:
        """Of none: what is in memory has no history."""
        return {}

    async def close(self) -> None:
        """Stop what runs and let go of the tables."""
        if not self._closed:
            self._closed = True
            self._con.interrupt()
            await asyncio.to_thread(self._end)

    def _end(self) -> None:
        with self._lock:
            self._con.close()

    async def _in_thread(self, work: Callable[[], T], timeout_s: float) -> T:
        running = threading.Event()
        task = asyncio.ensure_future(asyncio.to_thread(self._one_at_a_time, work, running))
        task.add_done_callback(_seen)
        try:
            done, _ = await asyncio.wait([task], timeout=timeout_s)
            if not done:
                self._interrupt(running)
                await asyncio.wait([task])
                if task.exception() is None or isinstance(task.exception(), WarehouseRefused):
                    raise TimedOut(f"The query ran past its limit of {timeout_s:g} s and was stopped.")
            return task.result()
        except asyncio.CancelledError:
            self._interrupt(running)
            await asyncio.wait([task])
            raise

    def _interrupt(self, running: threading.Event) -> None:
        if running.is_set():
            self._con.interrupt()

    def _one_at_a_time(self, work: Callable[[], T], running: threading.Event) -> T:
        with self._lock:
            if self._closed:
                raise Unavailable("The warehouse is closed.", code="engine_closed")
            running.set()
            try:
                return work()
            finally:
                running.clear()


def _seen(task: asyncio.Task[object]) -> None:
    """What becomes of work that its asker left is told to nobody."""
    if not task.cancelled():
        task.exception()
