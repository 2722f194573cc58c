"""A DuckDB file as a warehouse. The file is only ever opened in the pool's workers."""

from __future__ import annotations

import os
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from dashbridge.kit import TableName, new_id
from dashbridge.warehouse import files, records, wire
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
)
from dashbridge.warehouse.pool import DuckDBPool

__all__ = ["DuckDBPool", "DuckDBWarehouse"]

_METADATA_S = 15.0
_PLANS_KEPT = 1_000


class DuckDBWarehouse:
    """One DuckDB file, read-only. A file that was replaced is seen by the next call.

    Beside the port's errors: NotFound when the file is gone, WarehouseRefused when it lies outside `root` or is not a
    DuckDB file, Unavailable when a writer holds it.
    """

    capabilities = Capabilities(dialect="duckdb", hard_cancel=True, reports_distinct=True)

    def __init__(
        self, path: str | os.PathLike[str], pool: DuckDBPool, *, root: str | os.PathLike[str] | None = None
    ) -> None:
        self._path = path
        self._root = root
        self._pool = pool
        self._planned: OrderedDict[tuple[str, str], tuple[str, int]] = OrderedDict()

    async def list_datasets(self) -> list[Dataset]:
        """Schemas but the engine's own."""
        return [records.unpack_dataset(data) for data in await self._ask("datasets")]

    async def list_tables(self, dataset: str) -> list[Table]:
        """Tables and views of a schema, with rows and bytes as the file's own books have them. Raises NotFound."""
        return [records.unpack_table(data) for data in await self._ask("tables", dataset=dataset)]

    async def table_schema(self, table: TableName) -> TableSchema:
        """Columns and sizes of one table or view. Raises NotFound."""
        return records.unpack_schema(await self._ask("schema", table=records.pack(table)))

    async def dry_run(self, sql: str, parameters: Sequence[Parameter] = ()) -> DryRun:
        """Plan without running; `bytes_scanned` counts whole blocks of the columns read, each once."""
        version = await self.data_version()
        packed = wire.pack_parameters(parameters)
        planned = records.unpack_dry_run(await self._ask("dry_run", sql=sql, parameters=packed))
        self._planned[sql, repr(packed)] = (version, planned.bytes_scanned)
        if len(self._planned) > _PLANS_KEPT:
            self._planned.popitem(last=False)
        return planned

    async def run(
        self,
        sql: str,
        parameters: Sequence[Parameter] = (),
        *,
        limits: Limits = Limits(),
        labels: Mapping[str, str] = NO_LABELS,
    ) -> Result:
        """Run one SELECT. Past the timeout, or when the task is cancelled, the worker is killed."""
        packed, held = wire.pack_parameters(parameters), str(new_id())
        request = {
            **self._request("run"),
            "held": held,
            "sql": sql,
            "parameters": packed,
            "planned": self._planned.get((sql, repr(packed))),
            "max_rows": limits.max_rows,
            "max_bytes": limits.max_bytes,
        }
        message, (table,) = await self._pool.ask(request, timeout_s=limits.timeout_s)
        facts = message["ok"]
        known = held if facts["held"] else None
        return Result(table, facts["bytes_scanned"], facts["elapsed_s"], facts["truncated"], held=known)

    async def data_version(self, tables: Sequence[TableName] = ()) -> str:
        """Inode, modification time and size of the file."""
        return files.data_version(files.resolve(self._path, self._root))

    async def last_modified(self, tables: Sequence[TableName]) -> dict[TableName, datetime]:
        """When the file was written: it says nothing of single tables."""
        return dict.fromkeys(tables, files.last_modified(files.resolve(self._path, self._root)))

    async def close(self) -> None:
        """Stop what runs on the file (through any connection) and let go of it; the pool lives on."""
        await self._pool.release(str(files.real_path(self._path, self._root)))

    def _request(self, what: str) -> wire.Message:
        return {"do": what, "path": str(files.resolve(self._path, self._root))}

    async def _ask(self, what: str, **details: Any) -> Any:
        message, _ = await self._pool.ask({**self._request(what), **details}, timeout_s=_METADATA_S)
        return message["ok"]
