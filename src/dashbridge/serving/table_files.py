"""One insight's table as a file: an Arrow IPC stream, or CSV."""

from __future__ import annotations

import io

import orjson
import pyarrow as pa
import pyarrow.csv as pa_csv
import pyarrow.ipc as pa_ipc

from dashbridge.serving.payload import encode, plain_array

_FORMULA_LEADS = ("=", "+", "-", "@", "\t", "\r", "\n", "\0", "＝", "＋", "－", "＠")
_NATIVE = (
    *(pa.types.is_boolean, pa.types.is_integer, pa.types.is_floating),
    *(pa.types.is_date, pa.types.is_time, pa.types.is_timestamp),
)


def arrow_bytes(table: pa.Table) -> bytes:
    """The table as an Arrow IPC stream."""
    sink = pa.BufferOutputStream()
    with pa_ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table)
    return bytes(sink.getvalue())


def csv_bytes(table: pa.Table) -> bytes:
    """The table as CSV (RFC 4180, UTF-8): numbers stay numbers, a missing value is empty, nested values are JSON.

    Text that a spreadsheet would run as a formula is led by an apostrophe.
    """
    columns = [_csv_column(table.column(place)) for place in range(table.num_columns)]
    plain = pa.table(columns, names=[_no_formula(name) for name in table.column_names])
    sink = io.BytesIO()
    pa_csv.write_csv(plain, sink)
    return sink.getvalue()


def _csv_column(column: pa.ChunkedArray) -> pa.Array:
    array = plain_array(column)
    kind = array.type
    if any(native(kind) for native in _NATIVE):
        return array
    if pa.types.is_decimal(kind):
        return pa.array([None if value is None else format(value, "f") for value in array.to_pylist()], pa.string())
    return pa.array([_text(value) for value in encode(array)[2]], pa.string())


def _text(value: object) -> str | None:
    if value is None:
        return None
    return _no_formula(value if isinstance(value, str) else orjson.dumps(value, default=str).decode())


def _no_formula(text: str) -> str:
    return "'" + text if text.startswith(_FORMULA_LEADS) else text
