"""When two answers are equal: integers, decimals, days and texts exactly, floats to 1e-9, order only where sorted."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import pyarrow as pa

Row = tuple[Any, ...]


def kind_of(one: pa.DataType) -> str:
    """The class of a type: what a reader of the answer can tell apart."""
    if pa.types.is_dictionary(one):
        return kind_of(one.value_type)
    if pa.types.is_decimal(one):
        return "integer" if one.scale == 0 else f"decimal {one.scale}"
    if pa.types.is_integer(one):
        return "integer"
    if pa.types.is_floating(one):
        return "float"
    if pa.types.is_large_string(one) or pa.types.is_string(one):
        return "text"
    return "timestamp" if pa.types.is_timestamp(one) else str(one)


def rows_of(table: pa.Table) -> list[Row]:
    """The rows, by position."""
    columns = [column.to_pylist() for column in table.columns]
    return list(zip(*columns, strict=True)) if columns else []


def same_value(one: Any, other: Any) -> bool:
    """Whether two values are equal."""
    if isinstance(one, float) and isinstance(other, float):
        both_nan = math.isnan(one) and math.isnan(other)
        return both_nan or math.isclose(one, other, rel_tol=1e-9, abs_tol=1e-9)
    return bool(one == other) and isinstance(one, bool) == isinstance(other, bool)


def same_row(one: Row, other: Row) -> bool:
    """Whether two rows are equal."""
    return len(one) == len(other) and all(map(same_value, one, other))


def difference(expected: pa.Table, found: pa.Table, limit: int, steady: Sequence[bool] = ()) -> str | None:
    """What differs. `expected` has the keys of its order as its last columns, and no limit.

    `steady` tells of each key whether every way computes the very same value: two averages may differ in their last
    digit, and what is sorted by a further key among equal ones then comes in another order.
    """
    shown = expected.num_columns - len(steady)
    kinds = [kind_of(expected.schema.field(at).type) for at in range(shown)]
    others = [kind_of(one.type) for one in found.schema]
    known = [not _untyped(one) for one in found.columns]
    if any(a != b and told for a, b, told in zip(kinds, others, known, strict=True)):
        return f"types {kinds} and {others}"
    rows, answer = rows_of(expected), rows_of(found)[:limit]
    if len(answer) != min(limit, len(rows)):
        return f"{len(rows)} rows (limit {limit}) and {len(answer)}"
    at = 0
    for tied in _ties(rows, shown, steady):
        group = answer[at : at + len(tied)]
        if missing := _unmatched(group, [row[:shown] for row in tied]):
            return f"row {missing} is not among {[row[:shown] for row in tied][:8]}"
        at += len(group)
    return None


def _untyped(column: pa.ChunkedArray) -> bool:
    """Whether it holds nothing but NULL of no type: 1.4 calls `price + NULL` so, as a column of INTEGER."""
    return bool(pa.types.is_null(column.type) or (pa.types.is_int32(column.type) and column.null_count == len(column)))


def _ties(rows: Sequence[Row], shown: int, steady: Sequence[bool]) -> list[list[Row]]:
    """The rows in runs whose order says nothing."""
    runs: list[list[Row]] = []
    for row in rows:
        if runs and _is_tie(runs[-1][-1][shown:], row[shown:], steady):
            runs[-1].append(row)
        else:
            runs.append([row])
    return runs


def _is_tie(one: Row, other: Row, steady: Sequence[bool]) -> bool:
    for a, b, same_everywhere in zip(one, other, steady, strict=True):
        if not same_value(a, b):
            return False
        if not same_everywhere and a is not None:
            return True
    return True


def _unmatched(found: Sequence[Row], among: list[Row]) -> Row | None:
    left = list(among)
    for row in found:
        at = next((at for at, one in enumerate(left) if same_row(one, row)), None)
        if at is None:
            return row
        del left[at]
    return None
