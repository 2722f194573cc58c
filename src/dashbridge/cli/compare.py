"""Whether two tables hold the same cohorts: every value of every column, told apart by the cohort's own value."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pyarrow as pa

MOST_TOLD = 10
_TOLERANCE = 1e-9


@dataclass(frozen=True, slots=True)
class Compared:
    """What was compared, and each difference in words (at most 10 of them)."""

    cohorts: int
    rows: int
    columns: tuple[str, ...]
    differences: tuple[str, ...]


def compare_cohorts(
    trace: pa.Table, trace_split: str | None, insight: pa.Table, insight_split: str | None, *, ordered: bool
) -> Compared:
    """Compare a trace's rows with an insight's, cohort by cohort; `ordered`: in their order within each cohort.

    Rows that are not grouped may come in any order where their sort leaves them equal. A trace of one cohort has its
    name for it, where an insight without a split has none. Integers, decimals, dates and texts are compared exactly,
    floats to 1e-9 of their size.
    """
    columns = tuple(name for name in trace.column_names if name != trace_split)
    others = tuple(name for name in insight.column_names if name != insight_split)
    if columns != others:
        told = f"the trace has the columns {', '.join(columns)}, the insight {', '.join(others)}"
        return Compared(0, trace.num_rows, columns, (told,))
    left, right = _by_cohort(trace, trace_split, columns), _by_cohort(insight, insight_split, columns)
    if trace_split is not None and insight_split is None and len(left) <= 1:
        right = dict(zip(left, right.values(), strict=True)) if len(left) == len(right) else right
    differences: list[str] = []
    for cohort in {**left, **right}:
        for told in _of_cohort(left.get(cohort, []), right.get(cohort, []), columns, ordered=ordered):
            if len(differences) < MOST_TOLD:
                differences.append(f"cohort {_shown(cohort[1])}: {told}")
    return Compared(len(left), trace.num_rows, columns, tuple(differences))


Cohort = tuple[str, Any]
Rows = list[tuple[Any, ...]]


def _by_cohort(table: pa.Table, split: str | None, columns: tuple[str, ...]) -> dict[Cohort, Rows]:
    """The rows by cohort in the order they appear. A text is never the same cohort as another kind of value."""
    names = table.column(split).to_pylist() if split is not None else [None] * table.num_rows
    values = [table.column(name).to_pylist() for name in columns]
    found: dict[Cohort, Rows] = {}
    for name, *row in zip(names, *values, strict=True):
        key = "nan" if isinstance(name, float) and math.isnan(name) else name
        found.setdefault((type(name).__name__, key if _hashable(key) else repr(key)), []).append(tuple(row))
    return found


def _of_cohort(left: Rows, right: Rows, columns: tuple[str, ...], *, ordered: bool) -> Iterator[str]:
    if len(left) != len(right):
        yield f"{len(left):,} rows in the trace, {len(right):,} in the insight"
        return
    if not ordered:
        left, right = sorted(left, key=_order), sorted(right, key=_order)
    for number, (one, other) in enumerate(zip(left, right, strict=True), 1):
        for name, value, found in zip(columns, one, other, strict=True):
            if not _same(value, found):
                yield f"{name}, row {number:,}: {_shown(value)} in the trace, {_shown(found)} in the insight"


def _order(row: tuple[Any, ...]) -> list[tuple[str, str]]:
    """A key that puts equal rows at the same place, floats by their first nine digits."""
    return [(type(value).__name__, f"{value:.9g}" if isinstance(value, float) else repr(value)) for value in row]


def _same(left: Any, right: Any) -> bool:
    if isinstance(left, float) and isinstance(right, float):
        if math.isnan(left) or math.isnan(right):
            return math.isnan(left) and math.isnan(right)
        return left == right or math.isclose(left, right, rel_tol=_TOLERANCE, abs_tol=0.0)
    if isinstance(left, list) and isinstance(right, list):
        return len(left) == len(right) and all(map(_same, left, right))
    if isinstance(left, dict) and isinstance(right, dict):
        return left.keys() == right.keys() and all(_same(left[key], right[key]) for key in left)
    number = isinstance(left, int | Decimal) and isinstance(right, int | Decimal)
    kinds = type(left) is type(right) or (number and not isinstance(left, bool) and not isinstance(right, bool))
    return kinds and bool(left == right)


def _hashable(value: Any) -> bool:
    return not isinstance(value, list | dict)


def _shown(value: Any) -> str:
    return "NULL" if value is None else repr(value)[:60] if isinstance(value, str) else str(value)[:60]
