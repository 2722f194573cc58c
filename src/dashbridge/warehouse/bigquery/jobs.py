"""Jobs, as calls that block: plan, start, read the rows, cancel."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

import pyarrow as pa
from google.api_core import exceptions as api
from google.api_core.retry import Retry
from google.cloud import bigquery
from google.cloud.bigquery.query import ConnectionProperty
from google.cloud.bigquery.table import RowIterator

from dashbridge.kit import TableName, new_id
from dashbridge.warehouse.base import DryRun, Parameter
from dashbridge.warehouse.bigquery import types
from dashbridge.warehouse.bigquery.access import BigQueryAccess, Clients

CALL_S: Final = 30.0  # one HTTP request
MEBIBYTE: Final = 2**20
MINIMUM_BYTES: Final = 10 * MEBIBYTE  # billed at least, for each table and for each query
_PAGE_ROWS: Final = 20_000  # results over one such page go by the Storage Read API, where it is to be had


class Stopped(Exception):
    """The run was cancelled while it was on its way."""


class Running:
    """One run, seen from the thread that waits for it and from the task that may stop it."""

    def __init__(self) -> None:
        self.stop = threading.Event()
        self.job: bigquery.QueryJob | None = None

    def check(self) -> None:
        """Raises Stopped."""
        if self.stop.is_set():
            raise Stopped


class Jobs:
    """Statements of one connection. Every method blocks and raises what the client raises."""

    def __init__(self, access: BigQueryAccess, clients: Clients, default_dataset: str | None) -> None:
        self._access = access
        self._clients = clients
        self._default_dataset = default_dataset

    def plan(self, sql: str, parameters: Sequence[Parameter], *, retry: Retry | None = None) -> DryRun:
        """Dry-run a statement."""
        config = self._config(parameters)
        config.dry_run = True
        job = self._clients.rest().query(
            sql, config, retry=retry or self._clients.retry, job_retry=None, timeout=CALL_S
        )
        named = {self._name(table) for table in job.referenced_tables}
        columns = types.columns_of(job.schema or ())
        return DryRun(
            str(job.statement_type or "UNKNOWN"),
            tuple(sorted(named, key=str)),
            columns,
            int(job.total_bytes_processed or 0),
        )

    def run(
        self,
        sql: str,
        parameters: Sequence[Parameter],
        running: Running,
        *,
        most_bytes: int,
        max_rows: int,
        timeout_s: float,
        labels: Mapping[str, str],
    ) -> tuple[pa.Table, bool, bigquery.QueryJob]:
        """Run a SELECT: its rows, whether there were more, and its job. Raises Stopped."""
        config = self._config(parameters)
        config.maximum_bytes_billed = most_bytes
        config.job_timeout_ms = max(1_000, int(timeout_s * 1_000))
        config.labels = dict(labels)
        running.job = self._insert(sql, config)
        try:
            running.check()
            rows = self._rows(running.job, max_rows, timeout_s)
            table = self._read(running, rows, max_rows)
        except Stopped:
            self.cancel(running)
            raise
        return table, (rows.total_rows or 0) > max_rows, running.job

    def cancel(self, running: Running) -> None:
        """Ask BigQuery to stop a job."""
        job = running.job
        if job is not None:
            self._clients.rest().cancel_job(
                job.job_id, project=job.project, location=job.location, retry=self._clients.retry, timeout=CALL_S
            )

    def _insert(self, sql: str, config: bigquery.QueryJobConfig) -> bigquery.QueryJob:
        client, job_id = self._clients.rest(), f"dashbridge-{new_id()}"
        try:
            return client.query(sql, config, job_id=job_id, retry=self._clients.retry, job_retry=None, timeout=CALL_S)
        except api.Conflict:  # an answer was lost on the way, and the try after it met our own job
            return client.get_job(job_id, location=self._access.location, retry=self._clients.retry, timeout=CALL_S)

    def _config(self, parameters: Sequence[Parameter]) -> bigquery.QueryJobConfig:
        config = bigquery.QueryJobConfig(query_parameters=types.parameters_of(parameters), use_legacy_sql=False)
        if self._default_dataset is not None:
            config.default_dataset = bigquery.DatasetReference(self._access.project, self._default_dataset)
        if self._access.payer != self._access.project:
            config.connection_properties = [ConnectionProperty("dataset_project_id", self._access.project)]
        return config

    def _name(self, table: bigquery.TableReference) -> TableName:
        project = None if table.project == self._access.project else table.project
        return TableName(table.dataset_id, table.table_id, project)

    def _read(self, running: Running, rows: RowIterator, max_rows: int) -> pa.Table:
        schema = types.arrow_schema(rows.schema)
        kept: list[pa.RecordBatch] = []
        wanted = max_rows
        for found in self._batches(running.job, rows, schema, max_rows):
            running.check()
            kept.append(found.slice(0, wanted))
            wanted -= kept[-1].num_rows
            if wanted <= 0:
                break
        return types.narrowed(pa.Table.from_batches(kept, schema))

    def _batches(
        self, job: bigquery.QueryJob, rows: RowIterator, schema: pa.Schema, max_rows: int
    ) -> Iterator[pa.RecordBatch]:
        storage = self._clients.storage() if min(rows.total_rows or 0, max_rows) > _PAGE_ROWS else None
        if storage is not None:
            streamed = rows.to_arrow_iterable(bqstorage_client=storage, max_stream_count=1)
            try:
                first = next(streamed, None)
            except api.GoogleAPICallError as error:
                if isinstance(error, api.Forbidden | api.MethodNotImplemented):
                    self._clients.forgo_storage()
                rows = self._rows(job, max_rows, CALL_S)
            else:
                if first is not None:
                    yield first.cast(schema)
                    yield from (found.cast(schema) for found in streamed)
                return
        for page in rows.pages:
            yield types.batch([row.values() for row in page], rows.schema, schema)

    def _rows(self, job: bigquery.QueryJob, max_rows: int, timeout_s: float) -> RowIterator:
        """Wait for a job; the first page comes along."""
        page = min(max_rows + 1, _PAGE_ROWS)
        return job.result(page_size=page, retry=self._clients.retry, job_retry=None, timeout=timeout_s + CALL_S)
