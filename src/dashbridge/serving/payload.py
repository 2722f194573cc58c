"""Arrow columns as the flat JSON columns of the data answer.

Rules: NULL, NaN and infinities (of dates and times too) are null; integers beyond 2^53 and decimals with a scale are
text and say so; dates, times and intervals are ISO 8601; bytes are hex; nested values are JSON by the same rules. No
Python loop runs per row for numbers and times.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import orjson
import pyarrow as pa
import pyarrow.compute as pc

_EXACT = 2**53
_OPTIONS = orjson.OPT_SERIALIZE_NUMPY | orjson.OPT_NON_STR_KEYS
_ENDLESS_DAYS = (2**31 - 1, -(2**31 - 1))
_ENDLESS_TICKS = (2**63 - 1, -(2**63 - 1))


@dataclass(frozen=True, slots=True)
class FlatColumn:
    """One column of an answer: the JSON array, and how a reader should take its values."""

    name: str
    type: str  # integer, decimal, float, boolean, text, date, time, timestamp, timestamptz, interval, json, bytes
    encoding: str  # "json" or "text": numbers and bytes carried as text to stay exact
    json: orjson.Fragment
    size: int


def flat_columns(table: pa.Table) -> list[FlatColumn]:
    """Each column of a table of any length, in order."""
    return [_flat(name, table.column(place)) for place, name in enumerate(table.column_names)]


def _flat(name: str, column: pa.ChunkedArray) -> FlatColumn:
    kind, encoding, values = encode(plain_array(column))
    data = dump_values(values)
    return FlatColumn(name, kind, encoding, orjson.Fragment(data), len(data))


def dump_values(values: Any) -> bytes:
    """The JSON array of what `encode` gives."""
    return orjson.dumps(values, option=_OPTIONS, default=str)


def plain_array(column: pa.ChunkedArray) -> pa.Array:
    """The column in one piece without dictionary or extension; what has no end is null."""
    array = pa.concat_arrays(column.chunks) if column.num_chunks else pa.array([], column.type)
    if isinstance(array, pa.ExtensionArray):
        array = array.storage
    if pa.types.is_dictionary(array.type):
        array = array.dictionary_decode()
    kind = array.type
    if pa.types.is_floating(kind):
        array = array.cast(pa.float64())
        return pc.if_else(pc.is_finite(array), array, pa.scalar(None, pa.float64()))
    if pa.types.is_date32(kind):
        return _without(array, pa.int32(), _ENDLESS_DAYS)
    if pa.types.is_timestamp(kind):
        return _without(array, pa.int64(), _ENDLESS_TICKS)
    return array


def encode(column: pa.Array) -> tuple[str, str, Any]:
    """A plain array's type, its encoding, and its values as `orjson` takes them."""
    kind = column.type
    if pa.types.is_boolean(kind):
        return "boolean", "json", column.to_pylist()
    if pa.types.is_integer(kind):
        return _integers(column)
    if pa.types.is_floating(kind):
        return "float", "json", column.to_numpy(zero_copy_only=False)
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
    if is_bytes(kind):
        return "bytes", "text", [None if value is None else value.hex() for value in column.to_pylist()]
    if pa.types.is_interval(kind):
        return "interval", "text", [_nested(value) for value in column.to_pylist()]
    return "json", "json", [_nested(value) for value in _python_values(column)]


def is_bytes(kind: pa.DataType) -> bool:
    """Whether values of this Arrow type are bytes."""
    kinds = pa.types
    tests = (kinds.is_binary, kinds.is_large_binary, kinds.is_fixed_size_binary, kinds.is_binary_view)
    return any(test(kind) for test in tests)


def _without(array: pa.Array, storage: pa.DataType, endless: tuple[int, int]) -> pa.Array:
    marks = pc.is_in(array.view(storage), value_set=pa.array(endless, storage))
    return pc.if_else(marks, pa.scalar(None, array.type), array)


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
            return _integers(column.cast(pa.int64()))
        except pa.ArrowInvalid:
            return "integer", "text", column.cast(pa.string()).to_pylist()
    return "decimal", "text", [None if value is None else format(value, "f") for value in column.to_pylist()]


def _timestamps(column: pa.Array) -> tuple[str, str, Any]:
    zoned = column.type.tz is not None
    if zoned:
        column = column.cast(pa.timestamp(column.type.unit, "UTC"))
    if pc.all(pc.equal(pc.subsecond(column), 0.0)).as_py() is not False:
        unit = "s"
    else:
        unit = "us" if pc.all(pc.equal(pc.nanosecond(column), 0)).as_py() is not False else "ns"
    texts = pc.strftime(
        column.cast(pa.timestamp(unit, column.type.tz)), format="%Y-%m-%dT%H:%M:%S" + ("Z" if zoned else "")
    )
    return "timestamptz" if zoned else "timestamp", "json", texts.to_pylist()


def _python_values(column: pa.Array) -> Sequence[Any]:
    try:
        values: list[Any] = column.to_pylist()
    except (OverflowError, ValueError):  # a date or time in there that Python cannot say
        return [_python_value(value) for value in column]
    return values


def _python_value(value: pa.Scalar) -> Any:
    try:
        return value.as_py()
    except (OverflowError, ValueError):
        return None


def _nested(value: Any) -> Any:
    if isinstance(value, pa.MonthDayNano):
        return _interval(value)
    if isinstance(value, dict):
        return {str(key): _nested(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_nested(inner) for inner in value]
    if isinstance(value, bool) or not isinstance(value, int | Decimal | bytes | dt.datetime):
        return value
    if isinstance(value, int):
        return value if abs(value) <= _EXACT else str(value)
    if isinstance(value, bytes):
        return value.hex()
    return format(value, "f") if isinstance(value, Decimal) else value.isoformat().replace("+00:00", "Z")


def _interval(value: Any) -> str:
    """ISO 8601, such as P1Y2M3DT4.5S; an interval of nothing is PT0S."""
    months, days, nanoseconds = value
    years, months = int(months / 12), months - 12 * int(months / 12)
    seconds = format((Decimal(nanoseconds) / 10**9).normalize(), "f")
    parts = [f"{number}{mark}" for number, mark in ((years, "Y"), (months, "M"), (days, "D")) if number]
    clock = f"T{seconds}S" if nanoseconds or not parts else ""
    return "P" + "".join(parts) + clock
