"""What there is: datasets, tables and columns out of BigQuery's books, never out of the data. Every method blocks."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from google.api_core import exceptions as api
from google.cloud import bigquery

from dashbridge.kit import NotFound, TableName
from dashbridge.warehouse.base import Dataset, Table, TableSchema
from dashbridge.warehouse.bigquery import types
from dashbridge.warehouse.bigquery.access import BigQueryAccess, Clients
from dashbridge.warehouse.bigquery.jobs import CALL_S, MINIMUM_BYTES, Jobs, Running
from dashbridge.warehouse.bigquery.versions import TableState

_DATASET: Final = re.compile(r"\w{1,1024}")
_LOCATION: Final = re.compile(r"[A-Za-z0-9-]{2,40}")
_LABELS: Final = {"purpose": "scan"}
_SIZED_ONE_BY_ONE: Final = 200  # tables whose sizes are asked for each, where no list gives them
_UNKNOWN_S: Final = 600
_ROWS: Final = 100_000
_SCAN_S: Final = 60.0
_BRIEF_S: Final = 3.0
_FALLS_BACK: Final = (api.GoogleAPIError,)  # not allowed, not there, not answering: the metadata API says it too
_KINDS: Final = {"VIEW": "view", "MATERIALIZED VIEW": "view", "MATERIALIZED_VIEW": "view"}


class Scanner:
    """The books of one project. Raises NotFound for what is not there, and what the client raises."""

    def __init__(self, access: BigQueryAccess, clients: Clients, jobs: Jobs) -> None:
        self._access = access
        self._clients = clients
        self._jobs = jobs

    def datasets(self) -> list[Dataset]:
        """By INFORMATION_SCHEMA.SCHEMATA where the location is known and it may be read, else by the API's list."""
        location = self._access.location
        if location is not None and _LOCATION.fullmatch(location):
            source = f"`{self._access.project}`.`region-{location.lower()}`.INFORMATION_SCHEMA.SCHEMATA"
            try:
                rows = self._rows(f"SELECT schema_name FROM {source} ORDER BY schema_name")
            except _FALLS_BACK:
                pass
            else:
                return [Dataset(str(row["schema_name"])) for row in rows]
        listed = self._clients.rest().list_datasets(self._access.project, retry=self._clients.retry, timeout=CALL_S)
        return sorted((Dataset(item.dataset_id) for item in listed), key=lambda found: found.name)

    def tables(self, dataset: str) -> list[Table]:
        """By INFORMATION_SCHEMA.TABLES and TABLE_STORAGE where they may be read, else by the metadata of each table."""
        if not _DATASET.fullmatch(dataset):
            raise _no_dataset(dataset)
        try:
            found = self._clients.rest().get_dataset(
                bigquery.DatasetReference(self._access.project, dataset), retry=self._clients.retry, timeout=CALL_S
            )
        except api.NotFound:
            raise _no_dataset(dataset) from None
        tables = self._named(dataset)
        sizes = self._sizes(dataset, found.location)
        if sizes is not None:
            return [_sized(table, sizes.get(table.name.name)) for table in tables]
        return [self._one_sized(table) for table in tables[:_SIZED_ONE_BY_ONE]] + tables[_SIZED_ONE_BY_ONE:]

    def schema(self, table: TableName) -> TableSchema:
        """One table by its metadata."""
        found = self._get(table)
        time_parts, range_parts = found.time_partitioning, found.range_partitioning
        partitioned_by = None
        if time_parts is not None:
            partitioned_by = time_parts.field or "_PARTITIONTIME"
        elif range_parts is not None:
            partitioned_by = range_parts.field
        return TableSchema(
            _described(Table(table, _kind(found.table_type)), found),
            types.columns_of(found.schema),
            partitioned_by,
            tuple(found.clustering_fields or ()),
            bool(found.require_partition_filter),
        )

    def state(self, table: TableName) -> TableState:
        """What tells whether the table changed: its last change, and what streams into it.

        What no book says (behind a view, of an external table, of a wildcard) counts as changed every ten minutes.
        """
        often = str(int(time.time() // _UNKNOWN_S))
        try:
            found = self._get(table)
        except NotFound:
            return TableState(often)
        if found.table_type != "TABLE":
            return TableState(f"{found.modified} {often}")
        streaming = found.streaming_buffer
        rows = None if streaming is None else streaming.estimated_rows
        text = f"{found.created} {found.modified} {found.num_bytes} {found.num_rows} {rows}"
        return TableState(text, found.modified)

    def _get(self, table: TableName) -> bigquery.Table:
        if not _DATASET.fullmatch(table.dataset) or "/" in table.name:
            raise _no_table(table)
        project = table.project or self._access.project
        try:
            reference = bigquery.DatasetReference(project, table.dataset).table(table.name)
            return self._clients.rest().get_table(reference, retry=self._clients.retry, timeout=CALL_S)
        except (api.NotFound, api.BadRequest):
            raise _no_table(table) from None

    def _named(self, dataset: str) -> list[Table]:
        source = f"`{self._access.project}`.`{dataset}`.INFORMATION_SCHEMA"
        sql = (
            f"SELECT t.table_name, t.table_type, o.option_value AS description FROM {source}.TABLES AS t "
            f"LEFT JOIN {source}.TABLE_OPTIONS AS o ON o.table_name = t.table_name AND o.option_name = 'description'"
        )
        try:
            rows = self._rows(sql)
        except _FALLS_BACK:
            reference = bigquery.DatasetReference(self._access.project, dataset)
            listed = self._clients.rest().list_tables(reference, retry=self._clients.retry, timeout=CALL_S)
            rows = [
                {"table_name": item.table_id, "table_type": item.table_type, "description": None} for item in listed
            ]
        found = [
            Table(
                TableName(dataset, row["table_name"]), _kind(row["table_type"]), None, None, _text(row["description"])
            )
            for row in rows
        ]
        return sorted(found, key=lambda table: table.name.name)

    def _sizes(self, dataset: str, location: str | None) -> dict[str, Mapping[str, Any]] | None:
        if location is None or not _LOCATION.fullmatch(location):
            return None
        source = f"`{self._access.project}`.`region-{location.lower()}`.INFORMATION_SCHEMA.TABLE_STORAGE"
        sql = (
            f"SELECT table_name, total_rows, total_logical_bytes FROM {source} "
            "WHERE table_schema = ? AND NOT COALESCE(deleted, FALSE)"
        )
        try:
            return {str(row["table_name"]): row for row in self._rows(sql, dataset)}
        except _FALLS_BACK:
            return None

    def _one_sized(self, table: Table) -> Table:
        try:
            return _described(table, self._get(table.name))
        except NotFound:  # dropped since it was listed
            return table

    def _rows(self, sql: str, *parameters: str) -> list[dict[str, Any]]:
        self._jobs.plan(sql, parameters, retry=self._clients.retry.with_timeout(_BRIEF_S))
        found, _, _ = self._jobs.run(
            sql,
            parameters,
            Running(),
            most_bytes=MINIMUM_BYTES * 4,
            max_rows=_ROWS,
            timeout_s=_SCAN_S,
            labels=_LABELS,
        )
        rows: list[dict[str, Any]] = found.to_pylist()
        return rows


def _kind(table_type: str | None) -> str:
    return _KINDS.get(str(table_type).upper(), "table")


def _sized(table: Table, row: Mapping[str, Any] | None) -> Table:
    if row is None or table.kind == "view":
        return table
    return replace(table, rows=row["total_rows"], bytes=row["total_logical_bytes"])


def _described(table: Table, found: bigquery.Table) -> Table:
    is_table = table.kind == "table"
    return replace(
        table,
        rows=found.num_rows if is_table else None,
        bytes=found.num_bytes if is_table else None,
        description=found.description or table.description,
    )


def _text(literal: str | None) -> str | None:
    """The text of an option, which INFORMATION_SCHEMA writes as a SQL literal."""
    if literal is None:
        return None
    try:
        return str(json.loads(literal))
    except ValueError:
        return literal.strip("\"'")


def _no_dataset(dataset: str) -> NotFound:
    return NotFound(f"There is no dataset {dataset[:200]!r} on this connection", code="dataset_not_found")


def _no_table(table: TableName) -> NotFound:
    return NotFound(f"There is no table {str(table)[:400]} on this connection", code="table_not_found")
