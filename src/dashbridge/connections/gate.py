"""The one way to a warehouse: every statement is parsed, scoped, dry-run, capped and paid for here before it runs.

Chat tools, the data endpoint, scans and everything later are given a `GatedWarehouse`, never the port itself, so no
caller can forget the check; and nothing runs without a `Spending`, so none can forget the budget.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import UUID

from dashbridge.connections.plans import Plans, StatementNotAllowed
from dashbridge.costs import FREE, NOTHING, Charge, Estimate, Planned, Price, Spending
from dashbridge.kit import DashbridgeError, Invalid, NotFound, TableName, Unavailable, sha256_hex
from dashbridge.sql import Scope
from dashbridge.warehouse.base import (
    NO_LABELS,
    Dataset,
    DryRun,
    Limits,
    Parameter,
    Result,
    Table,
    TableSchema,
    Warehouse,
)

_TRIES = 3
_TABLES_CHECKED_S = 10.0  # an engine with versions by table asks for each at most so often
_FILE_CHECKED_S = 1.0


__all__ = ["DryRunRecord", "GatedWarehouse", "OverByteCap", "StatementNotAllowed"]


class OverByteCap(Invalid):
    """A statement would read more than its cap allows."""

    default_code = "over_byte_cap"


@dataclass(frozen=True, slots=True)
class DryRunRecord:
    """Proof that a statement passed the gate: what it reads, what it returns, under which cap (bytes), at what price.

    `data_version` is of what the statement reads, where the engine can tell, else of the whole connection. After a run
    `last_modified` says when the tables it read changed last, of those that are known.
    """

    sql_sha256: str
    data_version: str
    plan: DryRun
    limit: int
    values_sha256: str = ""
    estimate: Estimate = NOTHING
    last_modified: Mapping[TableName, datetime] = field(default_factory=dict, compare=False)


class GatedWarehouse:
    """A warehouse behind the gate, for one connection of one team. Safe for concurrent use.

    `policy` names what may be read: rows kept under one policy are not for another. Where `usd_per_tib` is above 0,
    what runs is paid from the budgets. `epoch` changes whenever the connection was changed.
    """

    def __init__(
        self,
        warehouse: Warehouse,
        *,
        connection_id: UUID,
        scope: Scope,
        limits: Limits,
        usd_per_tib: float = 0.0,
        epoch: str = "",
    ) -> None:
        self.connection_id = connection_id
        self.epoch = epoch
        self._warehouse = warehouse
        self._scope = scope
        self._limits = limits
        able = warehouse.capabilities
        self.price = (
            Price(usd_per_tib, able.minimum_bytes_per_table, able.minimum_bytes_per_query) if usd_per_tib else FREE
        )
        self._plans = Plans(warehouse, scope)
        self.policy = sha256_hex(f"{sorted(scope.datasets) if scope.datasets is not None else None} {limits}".encode())

    @property
    def dialect(self) -> str:
        """The dialect statements are written in."""
        return self._scope.dialect

    @property
    def default_dataset(self) -> str | None:
        """The dataset an unqualified table name means."""
        return self._scope.default_dataset

    @property
    def by_table(self) -> bool:
        """Whether the engine knows the version of each table, and not of the connection alone."""
        return self._plans.by_table

    @property
    def checked_s(self) -> float:
        """For how long a version that was told may be taken for the newest, in seconds."""
        return _TABLES_CHECKED_S if self._plans.by_table else _FILE_CHECKED_S

    @property
    def max_bytes(self) -> int:
        """The cap in bytes of every statement on this connection."""
        return self._limits.max_bytes

    async def dry_run(
        self, sql: str, parameters: Sequence[Parameter] = (), *, max_bytes: int | None = None
    ) -> DryRunRecord:
        """Pass a statement through the gate without running it. `max_bytes` may lower the cap, never raise it.

        `parameters` are the values of its `?`, in order; without them a `?` is refused.
        Raises SqlRefused, StatementNotAllowed, OverByteCap, and what the port's `dry_run` raises.
        """
        digest = sha256_hex(sql.encode(errors="surrogatepass"))
        plan, version = await self._plans.of(sql, parameters)
        limit = self._limits.max_bytes if max_bytes is None else min(max_bytes, self._limits.max_bytes)
        if plan.bytes_scanned > limit:
            raise OverByteCap(
                f"This query would read up to {plan.bytes_scanned:,} bytes; the cap is {limit:,}",
                hint="read fewer columns or partitions, aggregate a smaller table, or ask an admin to raise the cap",
                bytes_scanned=plan.bytes_scanned,
                limit=limit,
            )
        if self.price.free:
            return DryRunRecord(digest, version, plan, limit)
        values = sha256_hex(repr(tuple(parameters)).encode(errors="surrogatepass"))
        return DryRunRecord(digest, version, plan, limit, values, self.price.estimate(plan))

    def planned(self, record: DryRunRecord, part: str | None = None) -> Planned | None:
        """What running the statement of `record` for `part` has to be paid with; None where it is free."""
        if self.price.free:
            return None
        return Planned(self.connection_id, record.sql_sha256, record.values_sha256, record.estimate, part)

    async def run(
        self,
        sql: str,
        parameters: Sequence[Parameter] = (),
        *,
        spending: Spending,
        max_rows: int | None = None,
        part: str | None = None,
    ) -> tuple[Result, DryRunRecord]:
        """Run a statement that passes the gate now, on the very data it passed for, paid by `spending`.

        `max_rows` may lower the limit; `part` tells the ledger and the engine what it is for. An engine that knows
        versions by table reads one state of them anyway; elsewhere a result of changing data is thrown away.
        Raises what `dry_run` raises, OverBudget, TimedOut, and Unavailable where the data changes under every try.
        """
        rows = self._limits.max_rows if max_rows is None else min(max_rows, self._limits.max_rows)
        for _ in range(_TRIES):
            record = await self.dry_run(sql, parameters)
            async with spending.charge(self.planned(record, part)) as charge:
                limits = Limits(self._most(record, charge), rows, self._limits.timeout_s)
                labels = self._labels(spending, part)
                result = await self._warehouse.run(sql, parameters, limits=limits, labels=labels)
                self._pay(charge, record, result)
            moments = await self._last_modified(record)
            if self._plans.by_table or await self._warehouse.data_version() == record.data_version:
                return result, replace(record, last_modified=moments)
        raise Unavailable("The data changed while it was read", code="data_changing", hint="try again in a moment")

    async def _last_modified(self, record: DryRunRecord) -> Mapping[TableName, datetime]:
        try:
            return await self._plans.last_modified(record.plan.tables)
        except DashbridgeError:  # what was computed is worth more than this
            return {}

    async def versions_of(self, statements: Mapping[str, str]) -> dict[str, str]:
        """For each named statement a text that changes whenever what it reads may have changed, through views too.

        Of a statement that does not pass, and on engines that cannot tell tables apart: that of the connection.
        """
        if not self._plans.by_table:
            return dict.fromkeys(statements, await self._warehouse.data_version())
        found = await asyncio.gather(*(self._version_of(sql) for sql in statements.values()))
        return dict(zip(statements, found, strict=True))

    async def _version_of(self, sql: str) -> str:
        try:
            return (await self._plans.of(sql, ()))[1]
        except DashbridgeError:
            return await self._warehouse.data_version()

    async def data_version(self) -> str:
        """Changes whenever the data may have changed, as far as it is known to be read."""
        return await self._warehouse.data_version()

    async def list_datasets(self) -> list[Dataset]:
        """The datasets this connection may show."""
        return [dataset for dataset in await self._warehouse.list_datasets() if self._shows(dataset.name)]

    async def list_tables(self, dataset: str) -> list[Table]:
        """The tables of a dataset this connection may show. Raises NotFound."""
        if not self._shows(dataset):
            raise _no_dataset(dataset)
        return await self._warehouse.list_tables(dataset)

    async def table_schema(self, table: TableName) -> TableSchema:
        """One table's columns and sizes. Raises NotFound."""
        if not self._shows(table.dataset) or not self._reaches(table.project):
            raise NotFound(f"There is no table {table} on this connection", code="table_not_found")
        return await self._warehouse.table_schema(table)

    async def close(self) -> None:
        """Let go of the engine."""
        await self._warehouse.close()

    def _shows(self, dataset: str) -> bool:
        return self._scope.datasets is None or dataset in self._scope.datasets

    def _reaches(self, project: str | None) -> bool:
        """Whether a table's project is the connection's own or one it was given; catalogs of DuckDB are no projects."""
        return self.dialect != "bigquery" or project in (None, self._scope.default_project, *self._scope.projects)

    def _most(self, record: DryRunRecord, charge: Charge) -> int:
        """The bytes the engine is to stop at: what was admitted, within the cap and the least that is billed."""
        if charge.max_bytes is None:
            return record.limit
        return max(min(record.limit, charge.max_bytes), record.estimate.bytes)

    def _labels(self, spending: Spending, part: str | None) -> Mapping[str, str]:
        if not self._warehouse.capabilities.billed:
            return NO_LABELS
        return spending.purpose.labels(spending.actor.team_id, part)

    def _pay(self, charge: Charge, record: DryRunRecord, result: Result) -> None:
        """What was billed, in the engine's words; an engine without a bill is charged what was estimated."""
        if charge.max_bytes is None:
            return
        billed = result.bytes_billed
        if billed is None and not self._warehouse.capabilities.reports_bytes_billed:
            billed = record.estimate.bytes
        charge.ran(billed, None if billed is None else self.price.usd(billed), result.job_id)


def _no_dataset(dataset: str) -> NotFound:
    return NotFound(f"There is no dataset {dataset!r} on this connection", code="dataset_not_found")
