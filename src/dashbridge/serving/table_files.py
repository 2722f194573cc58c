"""One insight's table as a file, made a piece at a time: an Arrow IPC stream with dictionaries, or CSV."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Mapping

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv
import pyarrow.ipc as pa_ipc

from dashbridge.serving.fixed_width import DAY_S, FIRST_DAY, LAST_DAY, PER_SECOND
from dashbridge.serving.json_text import decimal_texts, hex_texts, is_bytes, json_tokens, plain
from dashbridge.serving.moments import date_texts, span_texts, stamp_texts, stamp_unit, time_texts

_BATCH_ROWS = 1 << 15
_SAMPLE_ROWS = 1 << 14
_INDICES = ((pa.int8(), 2**7), (pa.int16(), 2**15), (pa.int32(), 2**31))
_LEADS = pa.array(["=", "+", "-", "@", "\t", "\r", "\n", "\0", "＝", "＋", "－", "＠"])
_Text = Callable[[pa.Array], pa.Array]


def arrow_pieces(table: pa.Table, metadata: Mapping[str, str] | None = None) -> Iterator[bytes]:
    """The table as an Arrow IPC stream, with `metadata` in its schema; repeating text goes as dictionaries."""
    columns = [coded(column) for column in table.columns]
    sent = pa.table(columns, names=table.column_names).unify_dictionaries().replace_schema_metadata(metadata or None)
    sink = _Sink()
    with pa_ipc.new_stream(sink, sent.schema) as writer:
        for batch in sent.to_batches(max_chunksize=_BATCH_ROWS):
            writer.write_batch(batch)
            yield sink.taken()
    yield sink.taken()


def csv_pieces(table: pa.Table) -> Iterator[bytes]:
    """The table as CSV (RFC 4180, UTF-8): numbers stay numbers, a missing value is empty, nested values are JSON.

    Text that a spreadsheet would run as a formula is led by an apostrophe.
    """
    names = _guarded(pa.array(table.column_names, pa.string())).to_pylist()
    says = [_cells(column) for column in table.columns]
    empty = table.schema.empty_table().to_batches() or [pa.RecordBatch.from_pylist([], schema=table.schema)]
    sink, schema = _Sink(), _in_cells(empty[0], says, names).schema
    with pa_csv.CSVWriter(sink, schema) as writer:
        for batch in table.to_batches(max_chunksize=_BATCH_ROWS):
            writer.write_batch(_in_cells(batch, says, names))
            yield sink.taken()
    yield sink.taken()


def arrow_bytes(table: pa.Table) -> bytes:
    """All of `arrow_pieces`."""
    return b"".join(arrow_pieces(table))


def csv_bytes(table: pa.Table) -> bytes:
    """All of `csv_pieces`."""
    return b"".join(csv_pieces(table))


def coded(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """A text column as codes into its distinct values, where that is smaller; any other as it is."""
    kinds = pa.types
    if not (kinds.is_string(column.type) or kinds.is_large_string(column.type)) or not len(column):
        return column
    rows = min(len(column), _SAMPLE_ROWS)
    if rows < len(column) and pc.count_distinct(column.slice(0, rows)).as_py() > rows // 2:
        return column
    found = column.dictionary_encode()
    kind = next(kind for kind, most in _INDICES if len(found.chunk(0).dictionary) <= most)
    small = [pa.DictionaryArray.from_arrays(one.indices.cast(kind), found.chunk(0).dictionary) for one in found.chunks]
    size = sum(one.indices.nbytes for one in small) + small[0].dictionary.nbytes
    return pa.chunked_array(small) if size < column.nbytes else column


class _Sink(io.RawIOBase):
    """What a writer writes, until it is taken."""

    def __init__(self) -> None:
        super().__init__()
        self._held: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, data: object, /) -> int:
        self._held.append(bytes(memoryview(data)))  # type: ignore[arg-type]
        return len(self._held[-1])

    def taken(self) -> bytes:
        """What was written since the last time."""
        held, self._held = self._held, []
        return b"".join(held)


def _in_cells(batch: pa.RecordBatch, says: list[_Text], names: list[str]) -> pa.RecordBatch:
    return pa.RecordBatch.from_arrays([say(column) for say, column in zip(says, batch.columns, strict=True)], names)


def _cells(column: pa.ChunkedArray) -> _Text:
    """How the values of a column come into cells: as numbers and times that the writer knows, or as text."""
    kind = plain(pa.array([], column.type)).type
    kinds = pa.types
    if kinds.is_dictionary(kind):
        below = _cells(pa.chunked_array([plain(chunk).dictionary_decode() for chunk in column.chunks], kind.value_type))
        return lambda array: below(plain(array).dictionary_decode())
    if kinds.is_floating(kind):
        return lambda array: _finite(plain(array))
    if kinds.is_timestamp(kind):
        per_day = PER_SECOND[kind.unit] * DAY_S
        unit = stamp_unit(column)
        say: _Text = lambda array: stamp_texts(array, unit)  # noqa: E731
        return plain if _holds(column, pa.int64(), FIRST_DAY * per_day, (LAST_DAY + 1) * per_day - 1) else say
    if kinds.is_date(kind):
        return plain if _holds(column, pa.int32(), FIRST_DAY, LAST_DAY) else lambda array: date_texts(plain(array))
    if kinds.is_boolean(kind) or kinds.is_integer(kind):
        return plain
    found = next((say for test, say in _SAYS if test(kind)), _nested)
    return lambda array: found(plain(array))


def _holds(column: pa.ChunkedArray, storage: pa.DataType, low: int, high: int) -> bool:
    for chunk in column.chunks:
        bounds = pc.min_max(plain(chunk).view(storage))
        if bounds["min"].is_valid and (bounds["min"].as_py() < low or bounds["max"].as_py() > high):
            return False
    return True


def _finite(numbers: pa.Array) -> pa.Array:
    return pc.if_else(pc.is_finite(numbers), numbers, pa.scalar(None, pa.float64()))


def _nested(array: pa.Array) -> pa.Array:
    return pc.if_else(array.is_valid(), json_tokens(array), pa.scalar(None, pa.string()))


def _guarded(texts: pa.Array) -> pa.Array:
    risky = pc.is_in(pc.utf8_slice_codeunits(texts, 0, 1), value_set=_LEADS)
    if not pc.any(risky).as_py():
        return texts
    return pc.if_else(risky, pc.binary_join_element_wise(pa.scalar("'"), texts, ""), texts)


_SAYS: tuple[tuple[Callable[[pa.DataType], bool], _Text], ...] = (
    (pa.types.is_string, _guarded),
    (pa.types.is_decimal, decimal_texts),
    (pa.types.is_time, time_texts),
    (is_bytes, hex_texts),
    (lambda kind: pa.types.is_interval(kind) or pa.types.is_duration(kind), span_texts),
    (pa.types.is_null, lambda array: array.cast(pa.string())),
)
