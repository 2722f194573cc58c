"""BigQuery as a warehouse. The client blocks, so every call runs in a thread of the connection's own."""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import datetime
from typing import Final, TypeVar

import pyarrow as pa
from google.cloud import bigquery

from dashbridge.kit import TableName, TimedOut, Unavailable
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
from dashbridge.warehouse.bigquery.access import BigQueryAccess, Clients
from dashbridge.warehouse.bigquery.errors import FAILURES, RETRIED_JOBS, reason_of, translated
from dashbridge.warehouse.bigquery.jobs import MEBIBYTE, MINIMUM_BYTES, Jobs, Running, Stopped
from dashbridge.warehouse.bigquery.scan import Scanner
from dashbridge.warehouse.bigquery.versions import Versions

_AT_ONCE: Final = 8  # statements that run, and beside them as many looks and plans
_PLANS_KEPT: Final = 1_000
_TRIES: Final = 3
_PAUSE_S: Final = 0.2
_STOP_S: Final = 10.0

T = TypeVar("T")


class BigQueryWarehouse:
    """The datasets of one BigQuery project. Opens nothing until it is asked something.

    A name without a dataset means `default_dataset`; no job may take more than `max_timeout_s`; a call that BigQuery is
    too busy for is tried again for `retry_s`. Beside the port's errors: WarehouseRefused for credentials that
    do not work (`bad_credentials`) and for what BigQuery denies them (`warehouse_denied`).
    """

    capabilities = Capabilities(
        dialect="bigquery",
        hard_cancel=True,
        billed=True,
        minimum_bytes_per_table=MINIMUM_BYTES,
        minimum_bytes_per_query=MINIMUM_BYTES,
        reports_bytes_billed=True,
        last_modified=True,
    )

    def __init__(
        self,
        access: BigQueryAccess,
        *,
        default_dataset: str | None = None,
        max_timeout_s: float | None = None,
        retry_s: float = 20.0,
    ) -> None:
        self._clients = Clients(access, retry_s)
        self._jobs = Jobs(access, self._clients, default_dataset)
        self._scanner = Scanner(access, self._clients, self._jobs)
        self._versions = Versions(self._scanner.state)
        self._max_timeout_s = max_timeout_s
        self._looking = ThreadPoolExecutor(_AT_ONCE, "bigquery-look")
        self._waiting = ThreadPoolExecutor(_AT_ONCE, "bigquery-run")
        self._slots = asyncio.Semaphore(_AT_ONCE)
        self._plans: OrderedDict[tuple[str, str], DryRun] = OrderedDict()
        self._running: set[Running] = set()
        self._closed = False

    async def list_datasets(self) -> list[Dataset]:
        """The datasets that the credentials may see."""
        return await self._look(self._scanner.datasets)

    async def list_tables(self, dataset: str) -> list[Table]:
        """Tables and views of a dataset, with rows and bytes as BigQuery's books have them. Raises NotFound."""
        return await self._look(lambda: self._scanner.tables(dataset))

    async def table_schema(self, table: TableName) -> TableSchema:
        """Columns, sizes, partitions and clusters of one table or view. Raises NotFound."""
        return await self._look(lambda: self._scanner.schema(table))

    async def dry_run(self, sql: str, parameters: Sequence[Parameter] = ()) -> DryRun:
        """BigQuery's own dry run: free of charge, an upper bound where a table is clustered."""
        found = await self._look(lambda: self._jobs.plan(sql, parameters), sql)
        self._plans[sql, repr(tuple(parameters))] = found
        if len(self._plans) > _PLANS_KEPT:
            self._plans.popitem(last=False)
        return found

    async def run(
        self,
        sql: str,
        parameters: Sequence[Parameter] = (),
        *,
        limits: Limits = Limits(),
        labels: Mapping[str, str] = NO_LABELS,
    ) -> Result:
        """Run one SELECT that was dry-run before, or is now. Past the timeout, or cancelled, its job is cancelled.

        BigQuery itself stops it past `limits.max_bytes`, rounded up to what it bills at least.
        """
        plan = self._plans.get((sql, repr(tuple(parameters)))) or await self.dry_run(sql, parameters)
        _require(plan, limits.max_bytes)
        least = MINIMUM_BYTES * max(1, len(plan.tables))
        most = max(least, -(-limits.max_bytes // MEBIBYTE) * MEBIBYTE)
        timeout_s = min(limits.timeout_s, self._max_timeout_s or limits.timeout_s)

        def work(running: Running) -> tuple[pa.Table, bool, bigquery.QueryJob]:
            return self._jobs.run(
                sql,
                parameters,
                running,
                most_bytes=most,
                max_rows=limits.max_rows,
                timeout_s=timeout_s,
                labels=labels,
            )

        async with self._slots:
            started = time.perf_counter()
            table, truncated, job = await self._waited(work, timeout_s, sql)
        processed, billed = job.total_bytes_processed, job.total_bytes_billed
        return Result(
            table,
            plan.bytes_scanned if processed is None else int(processed),
            time.perf_counter() - started,
            truncated,
            None if billed is None else int(billed),
            str(job.job_id),
        )

    async def data_version(self, tables: Sequence[TableName] = ()) -> str:
        """When those tables last changed, read at most every ten seconds; without tables, of all asked for so far."""
        return await self._look(lambda: self._versions.of(tables))

    async def last_modified(self, tables: Sequence[TableName]) -> dict[TableName, datetime]:
        """As the books of its own tables say; nobody says when the data behind a view or an external table changed."""
        return await self._look(lambda: self._versions.last_modified(tables))

    async def close(self) -> None:
        """Cancel what runs and let go of the clients."""
        self._closed = True
        for running in list(self._running):
            running.stop.set()
            await self._cancel(running)
        self._looking.shutdown(wait=False, cancel_futures=True)
        self._waiting.shutdown(wait=False, cancel_futures=True)
        await asyncio.to_thread(self._clients.close)

    async def _look(self, work: Callable[[], T], sql: str | None = None) -> T:
        self._require_open()
        try:
            return await asyncio.get_running_loop().run_in_executor(self._looking, work)
        except FAILURES as error:
            raise translated(error, sql=sql) from error

    async def _waited(
        self, work: Callable[[Running], tuple[pa.Table, bool, bigquery.QueryJob]], timeout_s: float, sql: str
    ) -> tuple[pa.Table, bool, bigquery.QueryJob]:
        deadline = time.monotonic() + timeout_s
        for tried in range(1, _TRIES + 1):
            try:
                return await self._one_run(work, deadline)
            except Stopped:
                raise Unavailable("The warehouse is closed.", code="engine_closed") from None
            except FAILURES as error:
                if reason_of(error) not in RETRIED_JOBS or tried == _TRIES:
                    raise translated(error, sql=sql) from error
                await asyncio.sleep(min(_PAUSE_S * 2**tried, max(0.0, deadline - time.monotonic())))
            except (pa.ArrowException, ValueError, TypeError) as error:
                raise WarehouseRefused(
                    "A value of the result cannot be read", code="unreadable_result", hint="cast the column to STRING"
                ) from error
        raise AssertionError("the last try returns or raises")

    async def _one_run(
        self, work: Callable[[Running], tuple[pa.Table, bool, bigquery.QueryJob]], deadline: float
    ) -> tuple[pa.Table, bool, bigquery.QueryJob]:
        self._require_open()
        running = Running()
        self._running.add(running)
        future = asyncio.get_running_loop().run_in_executor(self._waiting, work, running)
        try:
            done, _ = await asyncio.wait([future], timeout=max(0.0, deadline - time.monotonic()))
            if not done:
                await self._stop(running, future)
                raise TimedOut("The query ran past its limit and was stopped.", hint="read less, or raise the limit")
            return future.result()
        except asyncio.CancelledError:
            await asyncio.shield(asyncio.ensure_future(self._stop(running, future)))
            raise
        finally:
            self._running.discard(running)

    async def _stop(self, running: Running, future: asyncio.Future[tuple[pa.Table, bool, bigquery.QueryJob]]) -> None:
        running.stop.set()
        await self._cancel(running)
        done, _ = await asyncio.wait([future], timeout=_STOP_S)
        for ended in done:
            if not ended.cancelled():
                ended.exception()

    async def _cancel(self, running: Running) -> None:
        with suppress(*FAILURES):
            await asyncio.to_thread(self._jobs.cancel, running)

    def _require_open(self) -> None:
        if self._closed:
            raise Unavailable("The warehouse is closed.", code="engine_closed")


def _require(plan: DryRun, most: int) -> None:
    if plan.statement_type != "SELECT":
        raise WarehouseRefused(f"Only a SELECT can run here, not {plan.statement_type}.", code="not_a_select")
    if plan.bytes_scanned > most:
        raise WarehouseRefused(
            f"The query would read up to {plan.bytes_scanned:,} bytes, over its limit of {most:,}.",
            code="too_many_bytes",
            hint="select fewer columns or partitions, or raise the limit",
        )
