"""What an open DuckDB file says of itself: schemas, tables, columns, and the blocks its columns lie in."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import duckdb

from dashbridge.kit import NotFound, TableName
from dashbridge.warehouse.base import Column, Dataset, Table, TableSchema
from dashbridge.warehouse.kinds import duckdb_kind

_SYSTEM = ("information_schema", "pg_catalog")
_WIDTHS = {
    **dict.fromkeys(("BOOLEAN", "TINYINT", "UTINYINT"), 1),
    **dict.fromkeys(("SMALLINT", "USMALLINT"), 2),
    **dict.fromkeys(("INTEGER", "UINTEGER", "FLOAT", "DATE"), 4),
    **dict.fromkeys(("BIGINT", "UBIGINT", "DOUBLE", "TIME", "TIMESTAMP", "TIMESTAMP WITH TIME ZONE"), 8),
    "VALIDITY": 1,
}
_SEGMENTS = "SELECT column_name, persistent, block_id, additional_block_ids FROM pragma_storage_info(?)"
_LOOSE = """
    SELECT column_name, segment_type, count, TRY_CAST(stats.total_string_length AS BIGINT)
    FROM pragma_storage_info(?) WHERE NOT persistent"""


@dataclass(slots=True)
class ColumnBytes:
    """Where a column lies: its blocks in the file, and bytes that were not written to a block yet."""

    blocks: set[int] = field(default_factory=set)
    loose: int = 0


class Storage:
    """The catalogue of one version of the data. What it finds once it keeps."""

    def __init__(self, con: duckdb.DuckDBPyConnection) -> None:
        self._con = con
        self._columns: dict[tuple[str, str], dict[str, ColumnBytes]] = {}
        self._listed: dict[str, dict[str, Table]] = {}
        self._described: dict[str, dict[str, list[tuple[Any, ...]]]] = {}

    @cached_property
    def catalog(self) -> str:
        """The name DuckDB gave the database."""
        return str(self._rows("SELECT current_database()")[0][0])

    @cached_property
    def views(self) -> frozenset[tuple[str, str]]:
        """The (schema, name) of every view."""
        sql = "SELECT schema_name, view_name FROM duckdb_views() WHERE NOT internal AND database_name = ?"
        return frozenset((str(schema), str(name)) for schema, name in self._rows(sql, self.catalog))

    @cached_property
    def _block_size(self) -> int:
        return int(
            self._rows("SELECT block_size FROM pragma_database_size() WHERE database_name = ?", self.catalog)[0][0]
        )

    def _rows(self, sql: str, *parameters: Any) -> list[Any]:
        return self._con.sql(sql, params=list(parameters)).fetchall()

    def bytes_of(self, columns: Iterable[tuple[str, str, str]]) -> int:
        """An upper bound of the bytes that (schema, table, column) hold together; a shared block counts once."""
        blocks: set[int] = set()
        loose = 0
        for schema, table, name in set(columns):
            column = self._column_bytes(schema, table).get(name)
            if column is not None:
                blocks |= column.blocks
                loose += column.loose
        return len(blocks) * self._block_size + loose

    def all_columns(self, schema: str, table: str) -> set[tuple[str, str, str]]:
        """Every column of a table, as `bytes_of` takes it."""
        return {(schema, table, column) for column in self._column_bytes(schema, table)}

    def _column_bytes(self, schema: str, table: str) -> dict[str, ColumnBytes]:
        known = self._columns.get((schema, table))
        if known is None:
            known = self._columns[schema, table] = self._read_column_bytes(f"{quote(schema)}.{quote(table)}")
        return known

    def _read_column_bytes(self, name: str) -> dict[str, ColumnBytes]:
        found: dict[str, ColumnBytes] = {}
        all_stored = True
        for column, stored, block, more in self._rows(_SEGMENTS, name):
            all_stored = all_stored and stored
            lies = found.setdefault(column, ColumnBytes())
            if stored and block is not None and block >= 0:
                lies.blocks.add(block)
            if stored:
                lies.blocks.update(more or ())
        for column, kind, rows, text in () if all_stored else self._rows(_LOOSE, name):
            found[column].loose += int(rows) * _WIDTHS.get(kind, 16) + int(text or 0)
        return found

    def datasets(self) -> list[Dataset]:
        """Schemas but the engine's own."""
        sql = "SELECT schema_name, comment FROM duckdb_schemas() WHERE database_name = ? ORDER BY 1"
        return [Dataset(name, comment) for name, comment in self._rows(sql, self.catalog) if name not in _SYSTEM]

    def tables(self, dataset: str) -> list[Table]:
        """Tables and views of a schema. Raises NotFound."""
        if dataset not in {known.name for known in self.datasets()}:
            raise NotFound(f"There is no dataset {dataset!r}.", code="no_dataset", hint="list the datasets first")
        return sorted(self._tables(dataset).values(), key=lambda table: table.name.name)

    def _tables(self, dataset: str) -> dict[str, Table]:
        if dataset not in self._listed:
            self._listed[dataset] = {table.name.name: table for table in self._read_tables(dataset)}
        return self._listed[dataset]

    def _read_tables(self, dataset: str) -> Iterable[Table]:
        where = "WHERE NOT internal AND database_name = ? AND schema_name = ?"
        tables = f"SELECT table_name, estimated_size, comment FROM duckdb_tables() {where}"
        for name, rows, comment in self._rows(tables, self.catalog, dataset):
            size = self.bytes_of(self.all_columns(dataset, name))
            yield Table(TableName(dataset, name), "table", int(rows), size, comment)
        views = f"SELECT view_name, comment FROM duckdb_views() {where}"
        for name, comment in self._rows(views, self.catalog, dataset):
            yield Table(TableName(dataset, name), "view", description=comment)

    def schema(self, table: TableName) -> TableSchema:
        """The columns of a table or view, with the engine's distinct estimates. Raises NotFound."""
        found = self._tables(table.dataset) if table.project in (None, self.catalog) else {}
        if table.name not in found:
            raise NotFound(f"There is no table {str(table)!r}.", code="no_table", hint="list the tables first")
        rows = self._described_in(table.dataset).get(table.name, [])
        distinct = self._distinct(table, [row[0] for row in rows]) if found[table.name].kind == "table" else {}
        columns = tuple(
            Column(name, type_name, duckdb_kind(type_name), bool(nullable), comment, distinct.get(name))
            for name, type_name, nullable, comment in rows
        )
        return TableSchema(found[table.name], columns)

    def _described_in(self, dataset: str) -> dict[str, list[tuple[Any, ...]]]:
        """The columns of every table of a dataset, asked at once: the engine goes through all of them for any."""
        if dataset not in self._described:
            sql = """SELECT table_name, column_name, data_type, is_nullable, comment FROM duckdb_columns()
                WHERE database_name = ? AND schema_name = ? ORDER BY table_name, column_index"""
            found = self._described[dataset] = {}
            for table, column, kind, nullable, comment in self._rows(sql, self.catalog, dataset):
                found.setdefault(table, []).append((column, sys.intern(kind), nullable, comment))
        return self._described[dataset]

    def _distinct(self, table: TableName, names: list[str]) -> dict[str, int]:
        """The estimates in the stored statistics: `stats()` is a constant of the plan, so one row is all it takes."""
        wanted = ", ".join(f"stats({quote(name)})" for name in names)
        rows = self._rows(f"SELECT {wanted} FROM {quote(table.dataset)}.{quote(table.name)} LIMIT 1")
        found = zip(names, rows[0] if rows else (), strict=False)
        known = {name: stats.get("approx_unique") for name, stats in found if isinstance(stats, dict)}
        return {name: int(value) for name, value in known.items() if value}


def quote(name: str) -> str:
    """An identifier in double quotes."""
    escaped = name.replace('"', '""')
    return f'"{escaped}"'
