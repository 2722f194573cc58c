"""The one way to a warehouse: every statement is parsed, scoped, dry-run and capped here before it runs.

Chat tools, the data endpoint, scans and everything later are given a `GatedWarehouse`, never the port itself, so no
caller can forget the check.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar
from uuid import UUID

from dashbridge.kit import Invalid, NotFound, TableName, Unavailable, sha256_hex
from dashbridge.sql import Scope, check
from dashbridge.warehouse.base import (
    Dataset,
    DryRun,
    Limits,
    Parameter,
    Result,
    Table,
    TableSchema,
    Warehouse,
)

_RECORDS_KEPT = 2_000
_TRIES = 3

K = TypeVar("K")
V = TypeVar("V")


class OverByteCap(Invalid):
    """A statement would read more than its cap allows."""

    default_code = "over_byte_cap"


class StatementNotAllowed(Invalid):
    """The engine sees more in a statement than the gate did."""

    default_code = "statement_not_allowed"


@dataclass(frozen=True, slots=True)
class DryRunRecord:
    """Proof that a statement passed the gate: what it reads, what it returns, under which cap (bytes)."""

    sql_sha256: str
    data_version: str
    plan: DryRun
    limit: int


class GatedWarehouse:
    """A warehouse behind the gate, for one connection of one team. Safe for concurrent use.

    `policy` names what may be read: rows kept under one policy are not for another.
    """

    def __init__(self, warehouse: Warehouse, *, connection_id: UUID, scope: Scope, limits: Limits) -> None:
        self.connection_id = connection_id
        self._warehouse = warehouse
        self._scope = scope
        self._limits = limits
        self._passed: OrderedDict[tuple[str, int], None] = OrderedDict()
        self._plans: OrderedDict[tuple[str, str, str], DryRun] = OrderedDict()
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
        version = await self._warehouse.data_version()
        digest = sha256_hex(sql.encode(errors="surrogatepass"))
        key = (digest, repr(tuple(parameters)), version)
        plan = self._plans.get(key)
        if plan is None:  # a plan is kept only of this very text, after it passed this very scope
            self._check(sql, digest, len(parameters))
            plan = await self._warehouse.dry_run(sql, parameters)
            self._refuse_surprises(plan)
            _remember(self._plans, key, plan)
        limit = self._limits.max_bytes if max_bytes is None else min(max_bytes, self._limits.max_bytes)
        if plan.bytes_scanned > limit:
            raise OverByteCap(
                f"This query would read up to {plan.bytes_scanned:,} bytes; the cap is {limit:,}",
                hint="read fewer columns or partitions, aggregate a smaller table, or ask an admin to raise the cap",
                bytes_scanned=plan.bytes_scanned,
                limit=limit,
            )
        return DryRunRecord(digest, version, plan, limit)

    async def run(
        self, sql: str, parameters: Sequence[Parameter] = (), *, max_rows: int | None = None
    ) -> tuple[Result, DryRunRecord]:
        """Run a statement that passes the gate now, on the very data it passed for; `max_rows` may lower the limit.

        Raises what `dry_run` raises, TimedOut, and Unavailable where the data changes under every try.
        """
        rows = self._limits.max_rows if max_rows is None else min(max_rows, self._limits.max_rows)
        for _ in range(_TRIES):
            record = await self.dry_run(sql, parameters)
            limits = Limits(record.limit, rows, self._limits.timeout_s)
            result = await self._warehouse.run(sql, parameters, limits=limits)
            if await self._warehouse.data_version() == record.data_version:
                return result, record
        raise Unavailable("The data changed while it was read", code="data_changing", hint="try again in a moment")

    async def data_version(self) -> str:
        """Changes whenever the data may have changed."""
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
        if not self._shows(table.dataset):
            raise NotFound(f"There is no table {table} on this connection", code="table_not_found")
        return await self._warehouse.table_schema(table)

    async def close(self) -> None:
        """Let go of the engine."""
        await self._warehouse.close()

    def _shows(self, dataset: str) -> bool:
        return self._scope.datasets is None or dataset in self._scope.datasets

    def _refuse_surprises(self, plan: DryRun) -> None:
        if plan.statement_type != "SELECT":
            raise StatementNotAllowed(
                f"The warehouse reads this statement as {plan.statement_type}, not SELECT",
                hint="write one read-only SELECT",
            )
        for table in plan.tables:
            if not self._shows(table.dataset):
                raise StatementNotAllowed(
                    "This statement reads a table outside the datasets of its connection",
                    code="table_not_allowed",
                    hint="name tables of this connection only",
                )

    def _check(self, sql: str, digest: str, placeholders: int) -> None:
        """The text alone: the same one with other values is not read again."""
        if (digest, placeholders) not in self._passed:
            check(sql, scope=self._scope, placeholders=placeholders)
            _remember(self._passed, (digest, placeholders), None)


def _remember(kept: OrderedDict[K, V], key: K, value: V) -> None:
    kept[key] = value
    if len(kept) > _RECORDS_KEPT:
        kept.popitem(last=False)


def _no_dataset(dataset: str) -> NotFound:
    return NotFound(f"There is no dataset {dataset!r} on this connection", code="dataset_not_found")
