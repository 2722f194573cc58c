"""Arrow columns as the flat JSON columns of the data answer, at once or in pieces of bounded size.

Rules: NULL, NaN and infinities (of dates and times too) are null; a column of integers with one beyond 2^53, and
decimals with a scale, are text and say so; dates, times and intervals are ISO 8601; bytes are hex; nested values are
JSON by the same rules. No Python loop runs per row.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import orjson
import pyarrow as pa
import pyarrow.compute as pc

from dashbridge.serving.fixed_width import date_bytes, decimal_bytes, stamp_bytes
from dashbridge.serving.json_text import (
    EXACT,
    Pieces,
    decimal_texts,
    float_bytes,
    hex_texts,
    integer_bytes,
    is_bytes,
    joined,
    joined_texts,
    json_tokens,
    plain,
    quoted,
)
from dashbridge.serving.moments import date_texts, span_texts, stamp_texts, stamp_unit, time_texts

_PIECE_BYTES = 1 << 18
_PIECE_ROWS = 1 << 16


@dataclass(frozen=True, slots=True)
class Shape:
    """How a whole column is written: what its values are, and two ways to write some of them.

    `tokens` gives the JSON text of each value, `write` all of them with commas between, sooner.
    """

    type: str  # integer, decimal, float, boolean, text, date, time, timestamp, timestamptz, interval, json, bytes
    encoding: str  # "json" or "text": numbers and bytes carried as text to stay exact
    tokens: Callable[[pa.Array], pa.Array]
    write: Callable[[pa.Array], Pieces]

    @classmethod
    def of_tokens(cls, type: str, tokens: Callable[[pa.Array], pa.Array] = json_tokens) -> Shape:
        """Values that are written as their tokens."""
        return cls(type, "json", tokens, lambda array: joined(tokens(array)))

    @classmethod
    def of_texts(
        cls,
        type: str,
        encoding: str,
        say: Callable[[pa.Array], pa.Array],
        quick: Callable[[pa.Array], bytes | None] = lambda array: None,
    ) -> Shape:
        """Values that are written as text with nothing to escape, which `say` gives of plain arrays.

        `quick` gives the JSON of those that fit a common width.
        """

        def write(array: pa.Array) -> Pieces:
            array = plain(array)
            found = quick(array)
            return joined_texts(say(array), clean=True) if found is None else (found,)

        return cls(type, encoding, lambda array: quoted(say(plain(array))), write)


@dataclass(frozen=True, slots=True)
class FlatColumn:
    """One column of an answer: how a reader should take its values, and the column they come from."""

    name: str
    shape: Shape
    column: pa.ChunkedArray

    @property
    def type(self) -> str:
        """What the values are."""
        return self.shape.type

    @property
    def encoding(self) -> str:
        """`json` or `text`."""
        return self.shape.encoding

    @property
    def json(self) -> bytes:
        """The JSON array."""
        return b"".join(self.pieces())

    def pieces(self) -> Iterator[bytes | memoryview]:
        """The JSON array, about a quarter of a MiB at a time."""
        yield b"["
        more = False
        for part in parts_of_column(self.column):
            if more:
                yield b","
            yield from self.shape.write(part)
            more = True
        yield b"]"


def flat_columns(table: pa.Table) -> list[FlatColumn]:
    """Each column of a table of any length, in order."""
    columns = zip(table.column_names, table.columns, strict=True)
    return [FlatColumn(name, shape_of(column), column) for name, column in columns]


def object_pieces(columns: list[FlatColumn]) -> Iterator[bytes | memoryview]:
    """The columns as one JSON object, a piece at a time."""
    lead = b"{"
    for column in columns:
        yield lead + orjson.dumps(column.name) + b":"
        yield from column.pieces()
        lead = b","
    yield b"}" if columns else b"{}"


def column_values(column: pa.ChunkedArray) -> list[Any]:
    """The values as a reader of the JSON has them; for few rows."""
    values: list[Any] = orjson.loads(FlatColumn("", shape_of(column), column).json)
    return values


def parts_of_column(column: pa.ChunkedArray) -> Iterator[pa.Array]:
    """The rows in arrays of bounded size, none of them empty."""
    rows = len(column)
    a_piece = max(1, min(_PIECE_ROWS, rows * _PIECE_BYTES // max(1, column.nbytes)))
    for chunk in column.chunks:
        for start in range(0, len(chunk), a_piece):
            yield chunk.slice(start, a_piece)


def shape_of(column: pa.ChunkedArray) -> Shape:
    """How the column is written, by its type and, for integers and timestamps, by all of its values."""
    kind = column.type
    kinds = pa.types
    while isinstance(kind, pa.BaseExtensionType) or kinds.is_run_end_encoded(kind):
        kind = kind.storage_type if isinstance(kind, pa.BaseExtensionType) else kind.value_type
    if kinds.is_dictionary(kind):
        return _coded(column, kind)
    if kinds.is_integer(kind) or (kinds.is_decimal(kind) and kind.scale == 0):
        return _integers(column)
    if kinds.is_timestamp(kind):
        unit = stamp_unit(_plainly(column))
        name = "timestamp" if kind.tz is None else "timestamptz"
        return Shape.of_texts(
            name, "json", lambda array: stamp_texts(array, unit), lambda array: stamp_bytes(array, unit)
        )
    return next((shape for test, shape in _SHAPES if test(kind)), Shape.of_tokens("json"))


def _coded(column: pa.ChunkedArray, kind: pa.DictionaryType) -> Shape:
    """A column of codes: distinct texts are written once, other values as if there were no codes."""
    if pa.types.is_string(kind.value_type):
        return Shape.of_tokens("text")
    shape = shape_of(pa.chunked_array([_decoded(chunk) for chunk in column.chunks], kind.value_type))
    return Shape(
        *(shape.type, shape.encoding),
        lambda array: shape.tokens(_decoded(array)),
        lambda array: shape.write(_decoded(array)),
    )


def _decoded(array: pa.Array) -> pa.Array:
    return plain(array).dictionary_decode()


def _integers(column: pa.ChunkedArray) -> Shape:
    values = _plainly(column)
    bounds = pc.min_max(values) if values.null_count < len(values) else None
    if bounds is not None and (bounds["min"].as_py() < -EXACT or bounds["max"].as_py() > EXACT):
        return Shape.of_texts("integer", "text", lambda array: array.cast(pa.string()))
    return Shape(
        *("integer", "json"), lambda array: json_tokens(_whole(array)), lambda array: integer_bytes(_whole(array))
    )


def _whole(array: pa.Array) -> pa.Array:
    array = plain(array)
    return array.cast(pa.int64()) if pa.types.is_decimal(array.type) else array


def _plainly(column: pa.ChunkedArray) -> pa.ChunkedArray:
    chunks = [plain(chunk) for chunk in column.chunks]
    return pa.chunked_array(chunks) if chunks else pa.chunked_array([], plain(pa.array([], column.type)).type)


def _is_text(kind: pa.DataType) -> bool:
    kinds = pa.types
    return bool(kinds.is_string(kind) or kinds.is_large_string(kind) or kinds.is_string_view(kind))


def _is_span(kind: pa.DataType) -> bool:
    return bool(pa.types.is_interval(kind) or pa.types.is_duration(kind))


_SHAPES: tuple[tuple[Callable[[pa.DataType], bool], Shape], ...] = (
    (pa.types.is_boolean, Shape.of_tokens("boolean")),
    (pa.types.is_floating, Shape("float", "json", json_tokens, lambda array: float_bytes(plain(array)))),
    (pa.types.is_decimal, Shape.of_texts("decimal", "text", decimal_texts, decimal_bytes)),
    (pa.types.is_date, Shape.of_texts("date", "json", date_texts, date_bytes)),
    (pa.types.is_time, Shape.of_texts("time", "json", time_texts)),
    (pa.types.is_null, Shape.of_tokens("text")),
    (_is_text, Shape("text", "json", json_tokens, lambda array: joined_texts(plain(array)))),
    (is_bytes, Shape.of_texts("bytes", "text", hex_texts)),
    (_is_span, Shape.of_texts("interval", "text", span_texts)),
)
