"""A table with a cohort column as the nested columns of a trace: one set of columns for each cohort.

Cohorts come in the order they first appear, rows in their order. What the flat answer shows as null (NULL, and NaN or
an infinity among floats) is the null cohort, apart from a text 'null'. No Python loop runs per row.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import orjson
import pyarrow as pa

from dashbridge.serving.payload import dump_values, encode, plain_array

_OPTIONS = orjson.OPT_SERIALIZE_NUMPY | orjson.OPT_NON_STR_KEYS


@dataclass(frozen=True, slots=True)
class Cohorts:
    """JSON: `{cohort: {column: [values]}}`, and the columns of the rows without a cohort, if there are such rows."""

    data: orjson.Fragment
    null_cohort: orjson.Fragment | None


def cohorts_of(table: pa.Table, column: str | None, *, alone: str) -> Cohorts:
    """The table by the values of `column`, which is left out; without a column all is one cohort, named `alone`.

    A cohort that is not text is named by its JSON text: 5, true, 1.5; dates and the like as in the flat answer.
    """
    names, codes = [alone], np.zeros(table.num_rows, dtype=np.int64)
    if column is not None:
        names, codes = _codes(table.column(column))
    counts = np.bincount(codes, minlength=len(names) + 1)
    ends = np.cumsum(counts)
    order = pa.array(np.argsort(codes, kind="stable"))
    sorted_columns = {
        name: encode(plain_array(table.column(place).take(order)))[2]
        for place, name in enumerate(table.column_names)
        if name != column
    }

    def part(number: int) -> dict[str, Any]:
        stop = int(ends[number])
        start = stop - int(counts[number])
        return {name: values[start:stop] for name, values in sorted_columns.items()}

    nulls = part(len(names)) if counts[len(names)] else None
    data = _fragment({name: part(number) for number, name in enumerate(names)})
    return Cohorts(data, None if nulls is None else _fragment(nulls))


def _codes(column: pa.ChunkedArray) -> tuple[list[str], np.ndarray[Any, Any]]:
    """The names of the cohorts, and each row's place among them; a missing value has the place after the last."""
    array = plain_array(column)
    if pa.types.is_null(array.type):
        return [], np.zeros(len(array), dtype=np.int64)
    try:
        coded = array.dictionary_encode()
    except pa.ArrowNotImplementedError:  # nested values and intervals: told apart by their text
        coded = pa.array(_texts(array), pa.string()).dictionary_encode()
    names = [str(name) for name in _texts(coded.dictionary)]
    codes = coded.indices.fill_null(len(names)).to_numpy(zero_copy_only=False)
    return _merged(names, codes.astype(np.int64))


def _merged(names: list[str], codes: np.ndarray[Any, Any]) -> tuple[list[str], np.ndarray[Any, Any]]:
    """Values of one text (0.0 and -0.0 are two, 1 and 1 cannot be) are one cohort."""
    distinct = {name: place for place, name in enumerate(dict.fromkeys(names))}
    if len(distinct) == len(names):
        return names, codes
    places = np.array([*(distinct[name] for name in names), len(distinct)])
    return list(distinct), places[codes]


def _texts(array: pa.Array) -> list[str | None]:
    """Each value as text; a value that is text in the flat answer is itself."""
    values: list[Any] = orjson.loads(dump_values(encode(array)[2]))
    return [
        None if value is None else value if isinstance(value, str) else orjson.dumps(value).decode() for value in values
    ]


def _fragment(columns: dict[str, Any]) -> orjson.Fragment:
    return orjson.Fragment(orjson.dumps(columns, option=_OPTIONS, default=str))
