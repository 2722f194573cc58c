"""The warehouse port: explore, dry-run and run SQL, with columnar results.

An implementation runs what it is given: whether a statement may run at all is decided above, in `connections`.
Errors raised by every method: `WarehouseRefused` (the engine rejects the statement or its cost), `TimedOut`, `NotFound`
(no such table) and `Unavailable` (the engine does not answer).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType
from typing import Final, Protocol

import pyarrow as pa

from dashbridge.kit import Invalid, TableName

Parameter = str | int | float | bool | Decimal | date | datetime | None
NO_LABELS: Final[Mapping[str, str]] = MappingProxyType({})


class WarehouseRefused(Invalid):
    """The engine rejects the statement, its cost or its memory; the message is fit for an author."""

    default_code = "query_refused"


class Kind(StrEnum):
    """What a column holds, whatever the engine calls its type."""

    INTEGER = "integer"
    DECIMAL = "decimal"
    FLOAT = "float"
    BOOLEAN = "boolean"
    TEXT = "text"
    DATE = "date"
    TIME = "time"
    TIMESTAMP = "timestamp"
    TIMESTAMP_TZ = "timestamptz"
    INTERVAL = "interval"
    BYTES = "bytes"
    JSON = "json"
    LIST = "list"
    STRUCT = "struct"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table or of a result: `type` in the engine's words, `kind` in ours."""

    name: str
    type: str
    kind: Kind
    nullable: bool = True
    description: str | None = None
    distinct: int | None = None  # estimated by the engine from its own statistics; never from a scan

    def as_dict(self) -> dict[str, str | int | bool | None]:
        """The column as JSON."""
        return {
            "name": self.name,
            "type": self.type,
            "kind": self.kind.value,
            "nullable": self.nullable,
            "distinct": self.distinct,
            "description": self.description,
        }


@dataclass(frozen=True, slots=True)
class Dataset:
    """A schema (DuckDB) or dataset (BigQuery)."""

    name: str
    description: str | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """A table or view as the light scan sees it: sizes where the engine knows them without scanning."""

    name: TableName
    kind: str  # "table" or "view"
    rows: int | None = None
    bytes: int | None = None
    description: str | None = None


@dataclass(frozen=True, slots=True)
class TableSchema:
    """A table with its columns, read on demand.

    `partition_filter_required`: the engine refuses a query without a filter on `partitioned_by`. `last_partition` is
    the newest day, hour, month or year that has one, as ISO text (`2026-01-31`), where the engine says so for nothing.
    """

    table: Table
    columns: tuple[Column, ...]
    partitioned_by: str | None = None
    clustered_by: tuple[str, ...] = ()
    partition_filter_required: bool = False
    last_partition: str | None = None


@dataclass(frozen=True, slots=True)
class DryRun:
    """What a statement would do, found without running it. `bytes_scanned` is an upper bound."""

    statement_type: str  # "SELECT" or the engine's word for anything else
    tables: tuple[TableName, ...]
    columns: tuple[Column, ...]
    bytes_scanned: int


@dataclass(frozen=True, slots=True)
class Limits:
    """The bounds of one run. Past `max_rows` the result is cut and says so; past the others it is stopped."""

    max_bytes: int = 100_000_000
    max_rows: int = 1_000_000
    timeout_s: float = 30.0


@dataclass(frozen=True, slots=True)
class Result:
    """The rows of one run, as an Arrow table. `bytes_billed` and `job_id` where the engine says them.

    `held`: the key by which the local engine may hold this table already.
    """

    table: pa.Table
    bytes_scanned: int
    elapsed_s: float
    truncated: bool = False
    bytes_billed: int | None = None
    job_id: str | None = None
    held: str | None = None


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What an engine can do; a gap is declared here, never skipped in a test."""

    dialect: str  # "duckdb" or "bigquery": a dialect name of `dashbridge.sql`
    hard_cancel: bool = True
    reports_distinct: bool = False
    billed: bool = False  # the bytes a query reads cost money
    minimum_bytes_per_table: int = 0  # what is billed at least, for each table a query reads
    minimum_bytes_per_query: int = 0  # the same for a query as a whole, unless it bills nothing at all
    reports_bytes_billed: bool = False  # results carry `bytes_billed`
    last_modified: bool = False  # `data_version(tables)` looks at those tables alone


class Warehouse(Protocol):
    """One open connection to a warehouse. Safe for concurrent use."""

    capabilities: Capabilities

    async def list_datasets(self) -> list[Dataset]:
        """The datasets of this connection, by name, without the engine's own."""

    async def list_tables(self, dataset: str) -> list[Table]:
        """The tables and views of a dataset, by name. Raises NotFound."""

    async def table_schema(self, table: TableName) -> TableSchema:
        """Columns, sizes, partitioning and clustering of one table. Raises NotFound."""

    async def dry_run(self, sql: str, parameters: Sequence[Parameter] = ()) -> DryRun:
        """Plan without running: statement type, tables read, result columns, an upper bound of bytes read."""

    async def run(
        self,
        sql: str,
        parameters: Sequence[Parameter] = (),
        *,
        limits: Limits = Limits(),
        labels: Mapping[str, str] = NO_LABELS,
    ) -> Result:
        """Run one SELECT. `?` placeholders take `parameters` in order. Cancelling the task stops the query.

        `labels` tell the engine whose query it is, where it keeps such a note; elsewhere they are ignored.
        """

    async def data_version(self, tables: Sequence[TableName] = ()) -> str:
        """A short text that changes whenever the data may have changed: of `tables`, or of all that is known."""

    async def last_modified(self, tables: Sequence[TableName]) -> dict[TableName, datetime]:
        """When the data of these tables changed last, in UTC, without those of which it is not known."""

    async def close(self) -> None:
        """Stop running queries and let go of the engine."""


class LocalEngine(Protocol):
    """DuckDB over Arrow tables held in memory: where post-queries run on the server."""

    async def query(
        self,
        tables: Mapping[str, pa.Table],
        sql: str,
        parameters: Sequence[Parameter] = (),
        *,
        limits: Limits = Limits(),
    ) -> Result:
        """Run one SELECT over the named `tables`. Raises WarehouseRefused, TimedOut."""

    async def query_many(
        self,
        tables: Mapping[str, pa.Table],
        statements: Sequence[tuple[str, Sequence[Parameter]]],
        *,
        limits: Limits = Limits(),
        key: str | None = None,
    ) -> list[Result]:
        """Run several SELECTs over the same tables, all within one time limit; the first failure fails all.

        `key` names these very tables, so that an engine which holds them already need not be sent them again.
        """

    async def close(self) -> None:
        """Stop the engine's processes."""
