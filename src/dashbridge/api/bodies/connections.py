"""Connections, and the catalog under them."""

from __future__ import annotations

from typing import Literal

from dashbridge.api.bodies.closed import Closed, Id, Moment, Whole


class Connection(Closed):
    """A connection; its settings stay sealed."""

    id: Id
    name: str
    kind: str
    ai_access: Literal["schema", "aggregates", "samples"]
    max_bytes_per_query: Whole
    default_dataset: str | None
    allowed_datasets: list[str] | None
    status: str
    validated_at: Moment | None
    scanned_at: Moment | None


class ConnectionList(Closed):
    """The team's connections, by name."""

    connections: list[Connection]


class ScanResult(Closed):
    """How much a scan found."""

    datasets: Whole
    tables: Whole


class Dataset(Closed):
    """A dataset as of the last scan."""

    id: Id
    name: str
    description: str | None
    scanned_at: Moment | None


class DatasetList(Closed):
    """The datasets of a connection."""

    datasets: list[Dataset]


class TableEntry(Closed):
    """A table as of the last scan; sizes where the engine knows them."""

    id: Id
    name: str
    kind: str
    rows: Whole | None
    bytes: Whole | None
    description: str | None


class TableList(Closed):
    """The tables of a dataset."""

    tables: list[TableEntry]


class TableColumn(Closed):
    """A column: its type in the engine's words, its kind in ours; distinct values as the engine estimates them."""

    name: str
    type: str
    kind: str
    nullable: bool
    distinct: Whole | None
    description: str | None


class TableDetail(TableEntry):
    """A table with its columns, read from the warehouse now."""

    dataset: str
    partitioned_by: str | None
    clustered_by: list[str]
    columns: list[TableColumn]


class UploadedColumn(Closed):
    """A column of an uploaded table, its type in the engine's words."""

    name: str
    type: str


class UploadedTable(Closed):
    """A table made of an uploaded file; `table_id` is its place in the catalog."""

    connection: Connection
    dataset: str
    table: str
    table_id: Id | None
    rows: Whole
    columns: list[UploadedColumn]
    replaced: bool
