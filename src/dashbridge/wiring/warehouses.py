"""Which warehouse a connection's settings open."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from uuid import UUID

from dashbridge.connections import DuckDBSettings
from dashbridge.settings import Settings
from dashbridge.warehouse.duckdb import DuckDBPool, DuckDBWarehouse


def duckdb_folder(settings: Settings, team_id: UUID) -> Path:
    """The folder of a team's DuckDB files: the only one its connections reach."""
    return (settings.duckdb_root or settings.embedded("duckdb")).absolute() / str(team_id)


def opens_warehouses(settings: Settings, pool: DuckDBPool) -> Callable[[UUID, DuckDBSettings], DuckDBWarehouse]:
    """How connections open what their settings name."""

    def open_duckdb(team_id: UUID, wanted: DuckDBSettings) -> DuckDBWarehouse:
        root = duckdb_folder(settings, team_id)
        return DuckDBWarehouse(wanted.path, pool, root=root)

    return open_duckdb
