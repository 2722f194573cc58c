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
import pyarrow.compute as pc

from dashbridge.serving.payload import shape_of


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
    offsets = pa.array(np.concatenate([[0], np.cumsum(counts)]), pa.int32())
    order = pa.array(np.argsort(codes, kind="stable"))
    columns = {
        name: _by_cohort(table.column(place).take(order), offsets)
        for place, name in enumerate(table.column_names)
        if name != column
    }

    def part(number: int) -> orjson.Fragment:
        return orjson.Fragment(orjson.dumps({name: orjson.Fragment(texts[number]) for name, texts in columns.items()}))

    data = orjson.Fragment(orjson.dumps({name: part(number) for number, name in enumerate(names)}))
    return Cohorts(data, part(len(names)) if counts[len(names)] else None)


def _by_cohort(column: pa.ChunkedArray, offsets: pa.Array) -> list[str]:
    """The JSON array of each cohort's values."""
    tokens = shape_of(column).tokens
    whole = pa.concat_arrays([tokens(chunk) for chunk in column.chunks] or [pa.array([], pa.string())])
    joined = pc.binary_join(pa.ListArray.from_arrays(offsets, whole), ",")
    texts: list[str] = pc.binary_join_element_wise(pa.scalar("["), joined, pa.scalar("]"), "").to_pylist()
    return texts


def _codes(column: pa.ChunkedArray) -> tuple[list[str], np.ndarray[Any, Any]]:
    """The names of the cohorts, and each row's place among them; a missing value has the place after the last.

    Told apart by their JSON: nested values and intervals have no other codes.
    """
    tokens = shape_of(column).tokens
    written = [tokens(chunk) for chunk in column.chunks]
    coded = pa.concat_arrays(written or [pa.array([], pa.string())]).dictionary_encode()
    texts = coded.dictionary.to_pylist()
    codes = coded.indices.to_numpy(zero_copy_only=False).astype(np.int64)
    names = [_name(text) for text in texts if text != "null"]
    if len(names) < len(texts):
        missing = texts.index("null")
        places = np.arange(len(texts)) - (np.arange(len(texts)) > missing)
        places[missing] = len(names)
        codes = places[codes]
    return _merged(names, codes)


def _merged(names: list[str], codes: np.ndarray[Any, Any]) -> tuple[list[str], np.ndarray[Any, Any]]:
    """Values of one text (0.0 and -0.0 are two, 1 and 1 cannot be) are one cohort."""
    distinct = {name: place for place, name in enumerate(dict.fromkeys(names))}
    if len(distinct) == len(names):
        return names, codes
    places = np.array([*(distinct[name] for name in names), len(distinct)])
    return list(distinct), places[codes]


def _name(token: str) -> str:
    """A value that is text in the flat answer is itself, another one its JSON."""
    return str(orjson.loads(token)) if token.startswith('"') else token
