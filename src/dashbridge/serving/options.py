"""The options of an input: listed in the file, or the distinct values of a query's column in the query's order."""

from __future__ import annotations

from typing import Any

import pyarrow as pa

from dashbridge.insights import InputSpec, OptionsQuery

MAX_OPTIONS = 1_000


def options_query(spec: InputSpec) -> OptionsQuery | None:
    """Where an input's options come from, unless they are listed or it has none."""
    options = getattr(spec, "options", None)
    return options if isinstance(options, OptionsQuery) else None


def input_options(spec: InputSpec, rows: pa.Table | None) -> list[dict[str, Any]] | None:
    """`[{"value", "label"}]`, at most 1,000; None for an input without options."""
    source = options_query(spec)
    if source is None:
        listed = getattr(spec, "options", None)
        return None if listed is None else [{"value": option, "label": str(option)} for option in listed]
    if rows is None:
        return []
    values = rows.column(source.column).to_pylist()
    labels = rows.column(source.label_column).to_pylist() if source.label_column else values
    options: dict[Any, str] = {}
    for value, label in zip(values, labels, strict=True):
        if value is not None and value not in options:
            options[value] = str(value if label is None else label)
        if len(options) == MAX_OPTIONS:
            break
    return [{"value": value, "label": label} for value, label in options.items()]
