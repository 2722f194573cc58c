"""An uploaded file as an Arrow table: what it is, is told by its first bytes, never by its name."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet

from dashbridge.kit import Invalid, TooLarge
from dashbridge.warehouse.intake.delimited import MOST_COLUMNS, read_delimited
from dashbridge.warehouse.intake.names import column_names

_PARQUET = b"PAR1"
_KNOWN = {
    b"PK\x03\x04": "a spreadsheet or a ZIP archive",
    b"\x1f\x8b": "compressed",
    b"BZh": "compressed",
    b"\xfd7zXZ": "compressed",
    b"\x28\xb5\x2f\xfd": "compressed",
    b"%PDF": "a PDF",
    b"\xd0\xcf\x11\xe0": "an old spreadsheet",
    b"SQLite format 3": "a SQLite database",
    b"ARROW1": "an Arrow file",
    b"ORC": "an ORC file",
    b"Obj\x01": "an Avro file",
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
}


def read_upload(path: Path, *, most_bytes: int) -> pa.Table:
    """The table of a CSV or Parquet file, with plain names. Raises Invalid, TooLarge.

    `most_bytes`: what a Parquet file may hold once it is unpacked.
    """
    data = path.read_bytes()
    if data.startswith(_PARQUET):
        return _read_parquet(data, most_bytes)
    for magic, what in _KNOWN.items():
        if data.startswith(magic):
            raise Invalid(
                f"The file is neither CSV nor Parquet: it is {what}",
                code="not_a_table_file",
                hint="export the sheet or table as CSV, and send it uncompressed",
            )
    return read_delimited(data)


def _read_parquet(data: bytes, most_bytes: int) -> pa.Table:
    try:
        file = pyarrow.parquet.ParquetFile(pa.BufferReader(data), thrift_string_size_limit=len(data))
        width = len(file.schema_arrow.names)
        if width > MOST_COLUMNS:
            raise TooLarge(f"The file has {width:,} columns, more than {MOST_COLUMNS}", code="too_many_columns")
        batches, size = [], 0
        for batch in file.iter_batches(use_threads=False):
            size += batch.nbytes
            if size > most_bytes:
                raise TooLarge(f"Unpacked, the file has more than {most_bytes:,} bytes", code="too_large_unpacked")
            batches.append(batch)
        table = pa.Table.from_batches(batches, file.schema_arrow)
    except (pa.ArrowException, OSError, UnicodeError) as error:
        raise Invalid(
            "The Parquet file is broken or of a kind that cannot be read", code="bad_parquet", hint="write it again"
        ) from error
    if table.num_columns == 0 or table.num_rows == 0:
        raise Invalid("The file has no rows", code="empty_upload")
    return _settled(table.rename_columns(column_names(table.column_names)))


def _settled(table: pa.Table) -> pa.Table:
    """Moments to the microsecond; what has no type at all is text."""
    fields = []
    for field in table.schema:
        kind = field.type
        if pa.types.is_timestamp(kind) and kind.unit == "ns":
            kind = pa.timestamp("us", kind.tz)
        fields.append(pa.field(field.name, pa.string() if pa.types.is_null(kind) else kind))
    return table.cast(pa.schema(fields), safe=False)
