"""The port's records as JSON and back."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from dashbridge.kit import TableName
from dashbridge.warehouse.base import Column, Dataset, DryRun, Kind, Table, TableSchema


def pack(record: Dataset | Table | TableSchema | DryRun | TableName) -> dict[str, Any]:
    """A record as JSON."""
    return asdict(record)


def unpack_dataset(data: dict[str, Any]) -> Dataset:
    """The reverse of `pack`."""
    return Dataset(**data)


def unpack_name(data: dict[str, Any]) -> TableName:
    """The reverse of `pack`."""
    return TableName(**data)


def unpack_table(data: dict[str, Any]) -> Table:
    """The reverse of `pack`."""
    return Table(**{**data, "name": unpack_name(data["name"])})


def unpack_schema(data: dict[str, Any]) -> TableSchema:
    """The reverse of `pack`."""
    fields = {
        "table": unpack_table(data["table"]),
        "columns": _columns(data["columns"]),
        "clustered_by": tuple(data["clustered_by"]),
    }
    return TableSchema(**{**data, **fields})


def unpack_dry_run(data: dict[str, Any]) -> DryRun:
    """The reverse of `pack`."""
    tables = tuple(unpack_name(name) for name in data["tables"])
    return DryRun(**{**data, "tables": tables, "columns": _columns(data["columns"])})


def _columns(data: list[dict[str, Any]]) -> tuple[Column, ...]:
    return tuple(Column(**{**column, "kind": Kind(column["kind"])}) for column in data)
