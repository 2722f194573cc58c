"""The options of an input: listed in the file, counted out of a range, or the distinct values of rows in order."""

from __future__ import annotations

import datetime as dt
from typing import Any

import orjson
import pyarrow as pa

from dashbridge.insights import InputSpec
from dashbridge.insights.options import options_query, range_options
from dashbridge.kit import Invalid
from dashbridge.serving.payload import column_values

MAX_OPTIONS = 1_000


def input_options(spec: InputSpec, rows: pa.Table | None, today: dt.date) -> list[dict[str, Any]] | None:
    """`[{"value", "label"}]`, at most 1,000, values as the data answer has them; None for an input without options.

    Raises Invalid when the rows lack the column that the options are read from, and for a range that does not fit.
    """
    source = options_query(spec)
    if source is None:
        counted = range_options(spec, today)
        listed = getattr(spec, "options", None) if counted is None else counted
        return None if listed is None else [{"value": option, "label": str(option)} for option in listed]
    if rows is None:
        return []
    values = _column(rows, source.column)
    return _distinct(values, _column(rows, source.label_column) if source.label_column else values)


def computed_options(answer: pa.Table) -> list[dict[str, Any]]:
    """The options an insight gives: its columns `value` and, where it has it, `label`; otherwise as `input_options`."""
    values = _column(answer, "columns.value")
    return _distinct(values, _column(answer, "columns.label") if "columns.label" in answer.column_names else values)


def _distinct(values: list[Any], labels: list[Any]) -> list[dict[str, Any]]:
    options: dict[bytes, dict[str, Any]] = {}
    for value, label in zip(values, labels, strict=True):
        key = orjson.dumps(value)
        if value is not None and key not in options:
            options[key] = {"value": value, "label": str(value if label is None else label)}
        if len(options) == MAX_OPTIONS:
            break
    return list(options.values())


def _column(rows: pa.Table, name: str) -> list[Any]:
    if rows.column_names.count(name) != 1:
        raise Invalid(
            f"The query of these options returns no column {name!r}",
            code="unknown_column",
            hint="it returns: " + ", ".join(rows.column_names),
        )
    return column_values(rows.column(name))
