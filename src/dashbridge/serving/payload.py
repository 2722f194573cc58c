"""Arrow columns as the flat JSON columns of the data answer.

Rules: NULL, NaN and infinities are null; integers beyond 2^53 and decimals with a scale are text and say so; dates and
times are ISO 8601; nested values are JSON. No Python loop runs per row for numbers and times.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import orjson
import pyarrow as pa
import pyarrow.compute as pc

_EXACT = 2**53
_OPTIONS = orjson.OPT_SERIALIZE_NUMPY | orjson.OPT_NON_STR_KEYS


@dataclass(frozen=True, slots=True)
class FlatColumn:
    """One column of an answer: the JSON array, and how a reader should take its values."""

    name: str
    type: str  # integer, decimal, float, boolean, text, date, time, timestamp, timestamptz, json, bytes
    encoding: str  # "json" or "text": numbers carried as text to stay exact
    json: orjson.Fragment
    size: int


def flat_columns(table: pa.Table) -> list[FlatColumn]:
    """Each column of a table of any length, in order."""
    return [_flat(name, table.column(name).combine_chunks()) for name in table.column_names]


def _flat(name: str, column: pa.Array) -> FlatColumn:
    if isinstance(column, pa.ChunkedArray):
        column = pa.concat_arrays(column.chunks) if column.num_chunks else pa.array([], column.type)
    if pa.types.is_dictionary(column.type):
        column = column.dictionary_decode()
    kind, encoding, values = _encode(column)
    data = orjson.dumps(values, option=_OPTIONS, default=_plain)
    return FlatColumn(name, kind, encoding, orjson.Fragment(data), len(data))


def _encode(column: pa.Array) -> tuple[str, str, Any]:
    kind = column.type
    if pa.types.is_boolean(kind):
        return "boolean", "json", column.to_pylist()
    if pa.types.is_integer(kind):
        return _integers(column)
    if pa.types.is_floating(kind):
        return "float", "json", column.cast(pa.float64()).to_numpy(zero_copy_only=False)
    if pa.types.is_decimal(kind):
        return _decimals(column)
    if pa.types.is_date(kind):
        return "date", "json", pc.strftime(column, format="%Y-%m-%d").to_pylist()
    if pa.types.is_timestamp(kind):
        return _timestamps(column)
    if pa.types.is_time(kind):
        return "time", "json", column.cast(pa.string()).to_pylist()
    if pa.types.is_null(kind):
        return "text", "json", [None] * len(column)
    if pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind):
        return "text", "json", column.to_pylist()
    if pa.types.is_binary(kind) or pa.types.is_large_binary(kind):
        return "bytes", "text", [None if value is None else value.hex() for value in column.to_pylist()]
    return "json", "json", column.to_pylist()


def _integers(column: pa.Array) -> tuple[str, str, Any]:
    if len(column) == column.null_count:
        return "integer", "json", column.to_pylist()
    bounds = pc.min_max(column)
    if bounds["min"].as_py() < -_EXACT or bounds["max"].as_py() > _EXACT:
        return "integer", "text", column.cast(pa.string()).to_pylist()
    if column.null_count:
        return "integer", "json", column.to_pylist()
    return "integer", "json", column.to_numpy(zero_copy_only=False)


def _decimals(column: pa.Array) -> tuple[str, str, Any]:
    if column.type.scale == 0:
        try:
            kind, encoding, values = _integers(column.cast(pa.int64()))
        except pa.ArrowInvalid:
            return "integer", "text", column.cast(pa.string()).to_pylist()
        return kind, encoding, values
    return "decimal", "text", column.cast(pa.string()).to_pylist()


def _timestamps(column: pa.Array) -> tuple[str, str, Any]:
    zoned = column.type.tz is not None
    whole = pc.all(pc.equal(pc.subsecond(column), 0.0)).as_py() is not False
    if zoned:
        column = column.cast(pa.timestamp("us", "UTC"))
    unit = pa.timestamp("s" if whole else "us", column.type.tz)
    suffix = "Z" if zoned else ""
    return (
        "timestamptz" if zoned else "timestamp",
        "json",
        pc.strftime(column.cast(unit), format=f"%Y-%m-%dT%H:%M:%S{suffix}").to_pylist(),
    )


def _plain(value: Any) -> Any:
    if isinstance(value, bytes):
        return value.hex()
    return str(value)
