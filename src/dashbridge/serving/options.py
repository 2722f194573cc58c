"""The options of an input: listed in the file, or the distinct values of a query's column in the query's order."""

from __future__ import annotations

from typing import Any

import orjson
import pyarrow as pa

from dashbridge.insights import InputSpec, OptionsQuery
from dashbridge.kit import Invalid
from dashbridge.serving.payload import dump_values, encode, plain_array

MAX_OPTIONS = 1_000


def options_query(spec: InputSpec) -> OptionsQuery | None:
    """Where an input's options come from, unless they are listed or it has none."""
    options = getattr(spec, "options", None)
    return options if isinstance(options, OptionsQuery) else None


def input_options(spec: InputSpec, rows: pa.Table | None) -> list[dict[str, Any]] | None:
    """`[{"value", "label"}]`, at most 1,000, values as the data answer has them; None for an input without options.

    Raises Invalid when the rows lack the column that the options are read from.
    """
    source = options_query(spec)
    if source is None:
        listed = getattr(spec, "options", None)
        return None if listed is None else [{"value": option, "label": str(option)} for option in listed]
    if rows is None:
        return []
    values = _column(rows, source.column)
    labels = _column(rows, source.label_column) if source.label_column else values
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
    values: list[Any] = orjson.loads(dump_values(encode(plain_array(rows.column(name)))[2]))
    return values
