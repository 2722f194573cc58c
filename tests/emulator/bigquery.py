"""Tables put into the BigQuery emulator by the official client."""

from __future__ import annotations

import io
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from google.api_core.client_options import ClientOptions
from google.auth.credentials import AnonymousCredentials
from google.cloud import bigquery

from emulator.process import Emulator

_TYPES = [
    (pa.types.is_boolean, "BOOL"),
    (pa.types.is_integer, "INT64"),
    (pa.types.is_floating, "FLOAT64"),
    (pa.types.is_decimal, "NUMERIC"),
    (pa.types.is_date, "DATE"),
    (pa.types.is_time, "TIME"),
    (pa.types.is_binary, "BYTES"),
]


def load(emulator: Emulator, project: str, dataset: str, name: str, rows: pa.Table, **facts: Any) -> None:
    """Make a table of Arrow rows, in place of the one there is; `facts` are attributes of the client's Table."""
    options = ClientOptions(api_endpoint=emulator.url)
    client = bigquery.Client(project=project, credentials=AnonymousCredentials(), client_options=options)
    client.create_dataset(dataset, exists_ok=True)
    table = bigquery.Table(f"{project}.{dataset}.{name}", schema=_fields(rows.schema))
    for fact, value in facts.items():
        setattr(table, fact, value)
    client.delete_table(table, not_found_ok=True)
    client.create_table(table)
    config = bigquery.LoadJobConfig(source_format="PARQUET", schema=table.schema)
    file = io.BytesIO()
    pq.write_table(rows, file)
    job = client.load_table_from_file(file, table, rewind=True, job_config=config)
    job.result()
    client.close()
    assert job.output_rows == rows.num_rows


def _fields(schema: pa.Schema) -> list[bigquery.SchemaField]:
    return [bigquery.SchemaField(field.name, _type(field.type)) for field in schema]


def _type(kind: pa.DataType) -> str:
    if pa.types.is_timestamp(kind):
        return "DATETIME" if kind.tz is None else "TIMESTAMP"
    return next((name for fits, name in _TYPES if fits(kind)), "STRING")
