"""The full name of a warehouse table, shared by the SQL gate and the warehouse ports."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class TableName:
    """A table's full name. `project` is BigQuery's project or DuckDB's catalog; None means the connection's own."""

    dataset: str
    name: str
    project: str | None = None

    def __str__(self) -> str:
        return ".".join(part for part in (self.project, self.dataset, self.name) if part)
