"""One row of NULLs with a statement's columns: enough to see whether another statement fits them.

A row, since DuckDB finds some casts impossible (INTEGER to DATE) only when it runs them.
"""

from __future__ import annotations

from collections.abc import Sequence

import pyarrow as pa

from dashbridge.warehouse.base import Column, Kind

_KINDS = {
    Kind.INTEGER: pa.int64(),
    Kind.DECIMAL: pa.decimal128(38, 9),
    Kind.FLOAT: pa.float64(),
    Kind.BOOLEAN: pa.bool_(),
    Kind.DATE: pa.date32(),
    Kind.TIME: pa.time64("us"),
    Kind.TIMESTAMP: pa.timestamp("us"),
    Kind.TIMESTAMP_TZ: pa.timestamp("us", "UTC"),
    Kind.BYTES: pa.binary(),
    Kind.INTERVAL: pa.month_day_nano_interval(),
}
_TYPES = {"HUGEINT": pa.decimal128(38, 0)}  # as they cross


def blank_table(columns: Sequence[Column]) -> pa.Table:
    """The columns of a dry run as Arrow types; text stands for kinds Arrow has no plain type of."""
    return pa.table(
        [pa.array([None], _TYPES.get(column.type) or _KINDS.get(column.kind, pa.string())) for column in columns],
        names=[column.name for column in columns],
    )
