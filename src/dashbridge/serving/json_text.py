"""The JSON text of each value of an Arrow array, as an Arrow array of text: written by kernels, not row by row.

Missing values, NaN and infinities are null; integers beyond 2^53, decimals and bytes are strings; dates, times and
spans are ISO 8601; lists, structs and maps (as lists of pairs) hold values by the same rules.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import orjson
import pyarrow as pa
import pyarrow.compute as pc

from dashbridge.serving.moments import date_texts, span_texts, stamp_texts, time_texts

EXACT = 2**53
Pieces = tuple[bytes | memoryview, ...]
_NUMPY = orjson.OPT_SERIALIZE_NUMPY
_NULL = pa.scalar("null")
_NO_NULL = "\x01"  # stands for null where no text has a control character
_MARK = f'"{_NO_NULL}"'.encode()


def plain(array: pa.Array) -> pa.Array:
    """Without extensions, runs, views and large offsets; a dictionary's values stay in their dictionary."""
    if isinstance(array, pa.ExtensionArray):
        array = array.storage
    kind = array.type
    kinds = pa.types
    if kinds.is_run_end_encoded(kind):
        return plain(pc.run_end_decode(array))
    if kinds.is_string_view(kind) or kinds.is_large_string(kind):
        return array.cast(pa.string())
    if is_bytes(kind):
        return array.cast(pa.binary())
    if kinds.is_floating(kind):
        return array.cast(pa.float64())
    if kinds.is_date64(kind):
        return array.cast(pa.date32())
    if kinds.is_decimal32(kind) or kinds.is_decimal64(kind):
        return array.cast(pa.decimal128(kind.precision, kind.scale))
    return array


def is_bytes(kind: pa.DataType) -> bool:
    """Whether values of this Arrow type are bytes."""
    kinds = pa.types
    tests = (kinds.is_binary, kinds.is_large_binary, kinds.is_fixed_size_binary, kinds.is_binary_view)
    return any(test(kind) for test in tests)


def json_tokens(array: pa.Array) -> pa.Array:
    """The JSON text of each value, `null` for a missing one."""
    array = plain(array)
    if pa.types.is_dictionary(array.type):
        return json_tokens(array.dictionary).take(array.indices).fill_null(_NULL)
    if pa.types.is_null(array.type):
        return pa.repeat(_NULL, len(array))
    write = next((write for test, write in _WRITERS if test(array.type)), _one_by_one)
    return write(array).fill_null(_NULL)


def joined(tokens: pa.Array) -> Pieces:
    """The tokens with commas between them."""
    return (_joined(tokens, ","),)


def joined_texts(texts: pa.Array, *, clean: bool = False) -> Pieces:
    """Texts as JSON strings with commas between them; `clean` texts have nothing to escape."""
    if not len(texts):
        return ()
    if not clean:
        texts = _escaped(texts)
    if not texts.null_count:
        return (b'"', _joined(texts, '","'), b'"')
    return (b"".join((b'"', _joined(texts.fill_null(_NO_NULL), '","'), b'"')).replace(_MARK, b"null"),)


def float_bytes(numbers: pa.Array) -> Pieces:
    """Floats with commas between them, as short as they read back the same."""
    return (memoryview(orjson.dumps(numbers.to_numpy(zero_copy_only=False), option=_NUMPY))[1:-1],)


def integer_bytes(numbers: pa.Array) -> Pieces:
    """Integers within 2^53 with commas between them."""
    if numbers.null_count:
        return joined(numbers.cast(pa.string()).fill_null(_NULL))
    return (memoryview(orjson.dumps(numbers.to_numpy(zero_copy_only=False), option=_NUMPY))[1:-1],)


def decimal_texts(decimals: pa.Array) -> pa.Array:
    """All digits of the scale, never an exponent."""
    texts = decimals.cast(pa.string())
    if -1 < decimals.type.scale <= 6:  # Arrow writes an exponent from the seventh place on
        return texts
    odd = pc.match_substring(texts, "E")
    if not pc.any(odd).as_py():
        return texts
    found = [format(value, "f") for value in decimals.filter(odd).to_pylist()]
    return pc.replace_with_mask(texts, odd.fill_null(False), pa.array(found, pa.string()))


def hex_texts(values: pa.Array) -> pa.Array:
    """Two hexadecimal digits for each byte."""
    _, offsets, data = values.buffers()
    if data is None or not len(values):
        return pc.if_else(values.is_valid(), pa.scalar(""), pa.scalar(None, pa.string()))
    at = np.frombuffer(offsets, np.int32, len(values) + 1, 4 * values.offset)
    start = int(at[0])
    digits = data.to_pybytes()[start : int(at[-1])].hex().encode()
    places = pa.py_buffer(((at.astype(np.int64) - start) * 2).astype(np.int32).tobytes())
    found = pa.Array.from_buffers(pa.string(), len(values), [None, places, pa.py_buffer(digits)])
    return pc.if_else(values.is_valid(), found, pa.scalar(None, pa.string())) if values.null_count else found


def quoted(texts: pa.Array) -> pa.Array:
    """Texts that have nothing to escape as JSON strings, `null` for a missing one."""
    return _quoted(texts).fill_null(_NULL)


def _quoted(texts: pa.Array) -> pa.Array:
    return pc.binary_join_element_wise(pa.scalar('"'), texts, pa.scalar('"'), "")


def _joined(texts: pa.Array, between: str) -> memoryview:
    whole = pa.ListArray.from_arrays(pa.array([0, len(texts)], pa.int32()), texts)
    return memoryview(pc.binary_join(whole, between)[0].as_buffer())


def _escaped(texts: pa.Array) -> pa.Array:
    """As JSON has it between quotation marks; nothing is done for text that has nothing to escape."""
    _, offsets, data = texts.buffers()
    if data is None or not len(texts):
        return texts
    at = np.frombuffer(offsets, np.int32, len(texts) + 1, 4 * texts.offset)
    seen = np.frombuffer(data, np.uint8)[int(at[0]) : int(at[-1])]
    if not len(seen):
        return texts
    raw = seen.tobytes()
    for mark in ("\\", '"'):
        if mark.encode() in raw:
            texts = pc.replace_substring(texts, mark, "\\" + mark)
    if seen.min() < 32:
        for code in np.unique(seen[seen < 32]):
            texts = pc.replace_substring(texts, chr(code), orjson.dumps(chr(code)).decode()[1:-1])
    return texts


def _integers(numbers: pa.Array) -> pa.Array:
    texts = numbers.cast(pa.string())
    bounds = pc.min_max(numbers)
    if numbers.null_count == len(numbers) or (bounds["min"].as_py() >= -EXACT and bounds["max"].as_py() <= EXACT):
        return texts
    exact = pc.less_equal(numbers, pa.scalar(EXACT, numbers.type))
    if not pa.types.is_unsigned_integer(numbers.type):
        exact = pc.and_(exact, pc.greater_equal(numbers, pa.scalar(-EXACT, numbers.type)))
    return pc.if_else(exact, texts, _quoted(texts))


def _floats(numbers: pa.Array) -> pa.Array:
    if not len(numbers):
        return pa.array([], pa.string())
    return pc.split_pattern(pa.array([str(float_bytes(numbers)[0], "ascii")]), ",").flatten()


def _listed(lists: pa.Array) -> pa.Array:
    lengths = pc.list_value_length(lists)
    return _in_brackets(json_tokens(lists.flatten()), lengths)


def _mapped(maps: pa.Array) -> pa.Array:
    offsets = maps.offsets.to_numpy()
    start, length = int(offsets[0]), int(offsets[-1] - offsets[0])
    keys, items = (json_tokens(one.slice(start, length)) for one in (maps.keys, maps.items))
    pairs = pc.binary_join_element_wise(pa.scalar("["), keys, pa.scalar(","), items, pa.scalar("]"), "")
    rows = pc.binary_join(pa.ListArray.from_arrays(pa.array(offsets - start, pa.int32()), pairs), ",")
    return _bracketed(rows, maps)


def _in_brackets(tokens: pa.Array, lengths: pa.Array) -> pa.Array:
    ends = np.cumsum(lengths.fill_null(0).to_numpy(zero_copy_only=False), dtype=np.int64)
    offsets = pa.array(np.concatenate([np.zeros(1, np.int64), ends]), pa.int32())
    return _bracketed(pc.binary_join(pa.ListArray.from_arrays(offsets, tokens), ","), lengths)


def _bracketed(texts: pa.Array, like: pa.Array) -> pa.Array:
    found = pc.binary_join_element_wise(pa.scalar("["), texts, pa.scalar("]"), "")
    return pc.if_else(like.is_valid(), found, pa.scalar(None, pa.string())) if like.null_count else found


def _struct(structs: pa.Array) -> pa.Array:
    """Objects; lists where names repeat, as those of a row without names do."""
    names = [field.name for field in structs.type]
    first, last = "{}" if len(set(names)) == len(names) else "[]"
    parts: list[pa.Array | pa.Scalar] = [pa.repeat(pa.scalar(first), len(structs))]
    for place, name in enumerate(names):
        key = f"{orjson.dumps(name).decode()}:" if first == "{" else ""
        parts += [pa.scalar(("," if place else "") + key), json_tokens(structs.field(place))]
    found = pc.binary_join_element_wise(*parts, pa.scalar(last), "")
    return pc.if_else(structs.is_valid(), found, pa.scalar(None, pa.string())) if structs.null_count else found


def _one_by_one(values: pa.Array) -> pa.Array:
    """Unions, whose values differ in type: each as an array of its own."""
    one = [None if not value.is_valid else json_tokens(_inner(value))[0].as_py() for value in values]
    return pa.array(one, pa.string())


def _inner(value: pa.Scalar) -> pa.Array:
    held = value.value if isinstance(value, pa.UnionScalar) else value
    return pa.repeat(held, 1)


def _is_list(kind: pa.DataType) -> bool:
    kinds = pa.types
    tests = (kinds.is_list, kinds.is_large_list, kinds.is_fixed_size_list, kinds.is_list_view, kinds.is_large_list_view)
    return any(test(kind) for test in tests)


_WRITERS: tuple[tuple[Callable[[pa.DataType], bool], Callable[[pa.Array], pa.Array]], ...] = (
    (pa.types.is_string, lambda array: _quoted(_escaped(array))),
    (pa.types.is_integer, _integers),
    (pa.types.is_floating, _floats),
    (pa.types.is_boolean, lambda array: pc.if_else(array, pa.scalar("true"), pa.scalar("false"))),
    (pa.types.is_decimal, lambda array: _quoted(decimal_texts(array))),
    (pa.types.is_date, lambda array: _quoted(date_texts(array))),
    (pa.types.is_timestamp, lambda array: _quoted(stamp_texts(array, "ns" if array.type.unit == "ns" else "us"))),
    (pa.types.is_time, lambda array: _quoted(time_texts(array))),
    (lambda kind: pa.types.is_interval(kind) or pa.types.is_duration(kind), lambda array: _quoted(span_texts(array))),
    (is_bytes, lambda array: _quoted(hex_texts(array))),
    (_is_list, _listed),
    (pa.types.is_map, _mapped),
    (pa.types.is_struct, _struct),
)
