"""Which warehouse a connection's settings open."""

from __future__ import annotations

import os
from pathlib import Path
from uuid import UUID

from dashbridge.connections import BigQuerySettings, ConnectionSettings, DuckDBSettings, OpenWarehouse
from dashbridge.kit import Forbidden
from dashbridge.settings import Settings
from dashbridge.warehouse.base import Warehouse
from dashbridge.warehouse.duckdb import DuckDBPool, DuckDBWarehouse


def duckdb_folder(settings: Settings, team_id: UUID) -> Path:
    """The folder of a team's DuckDB files: the only one its connections reach."""
    return (settings.duckdb_root or settings.embedded("duckdb")).absolute() / str(team_id)


def opens_warehouses(settings: Settings, pool: DuckDBPool) -> OpenWarehouse:
    """How connections open what their settings name."""

    def open_warehouse(team_id: UUID, wanted: ConnectionSettings, default_dataset: str | None) -> Warehouse:
        if isinstance(wanted, DuckDBSettings):
            return DuckDBWarehouse(wanted.path, pool, root=duckdb_folder(settings, team_id))
        return _open_bigquery(settings, wanted, default_dataset)

    return open_warehouse


def _open_bigquery(settings: Settings, wanted: BigQuerySettings, default_dataset: str | None) -> Warehouse:
    if wanted.credentials != "service_account" and not settings.bigquery_own_identity:
        raise Forbidden(
            "Connections may not use this server's Google identity",
            code="identity_not_allowed",
            hint="give a service account key; DASHBRIDGE_BIGQUERY_OWN_IDENTITY allows the other",
        )
    from dashbridge.warehouse.bigquery import BigQueryAccess, BigQueryWarehouse  # Google's clients take a second

    key = wanted.service_account
    access = BigQueryAccess(
        wanted.project,
        location=wanted.location,
        billing_project=wanted.billing_project,
        service_account=None if key is None else key.get_secret_value(),
        impersonate=wanted.impersonate,
        endpoint=settings.bigquery_endpoint or _emulator(),
        storage_endpoint=settings.bigquery_storage_endpoint,
    )
    return BigQueryWarehouse(access, default_dataset=default_dataset, max_timeout_s=wanted.timeout_s)


def _emulator() -> str | None:
    """The address of an emulator, as Google's own clients are told of it."""
    host = os.environ.get("BIGQUERY_EMULATOR_HOST")
    return host if host is None or "://" in host else f"http://{host}"
