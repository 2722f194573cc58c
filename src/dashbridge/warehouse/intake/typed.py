"""The type of a column of texts: a number, a day, a moment or true and false where every value is one, else text.

What would lose something stays text: ids with leading zeros, numbers too long to be exact, dates that could be read
two ways.
"""

from __future__ import annotations

from collections.abc import Callable

import pyarrow as pa
import pyarrow.compute as pc

_ABSENT = pa.array(["", "NA", "N/A", "#N/A", "n/a", "null", "NULL", "None", "NaN", "nan", "-"])
_INTEGER = r"^-?(?:0|[1-9][0-9]{0,17})$"
_NUMBER = r"^-?(?:(?:0|[1-9][0-9]{0,14})(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?$"
_COMMA_NUMBER = r"^-?(?:0|[1-9][0-9]{0,14})(?:,[0-9]+)?$"
_TRUTH = r"^(?i:true|false)$"
_DAY = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"
_MOMENT = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}[ T][0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,6})?)?$"
_ZONED = (
    r"^[0-9]{4}-[0-9]{2}-[0-9]{2}[ T][0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,6})?)?(?:Z|[+-][0-9]{2}(?::?[0-9]{2})?)$"
)
_PARTED_DAYS = ((r"^[0-9]{1,2}\.[0-9]{1,2}\.[0-9]{4}$", "%d.%m.%Y"), (r"^[0-9]{4}/[0-9]{1,2}/[0-9]{1,2}$", "%Y/%m/%d"))
_SLASHED = r"^(?P<a>[0-9]{1,2})/(?P<b>[0-9]{1,2})/(?P<year>[0-9]{4})$"


def typed(texts: pa.Array, *, decimal_comma: bool) -> pa.Array:
    """The column as its type; `decimal_comma`: whether 1,5 is a number."""
    trimmed = pc.utf8_trim_whitespace(texts)
    values = pc.if_else(pc.is_in(trimmed, value_set=_ABSENT), pa.scalar(None, pa.string()), trimmed)
    if values.null_count < len(values):
        for attempt in (_integers, _numbers, _truths, _days, _moments):
            found = attempt(values)
            if found is not None:
                return found
        if decimal_comma and _all(values, _COMMA_NUMBER):
            return pc.cast(pc.replace_substring(values, ",", "."), pa.float64())
    return pc.if_else(pc.equal(trimmed, ""), pa.scalar(None, pa.string()), texts)


def _integers(values: pa.Array) -> pa.Array | None:
    return pc.cast(values, pa.int64()) if _all(values, _INTEGER) else None


def _numbers(values: pa.Array) -> pa.Array | None:
    if not _all(values, _NUMBER):
        return None
    found = pc.cast(values, pa.float64())
    return found if pc.all(pc.is_finite(found)).as_py() else None


def _truths(values: pa.Array) -> pa.Array | None:
    return pc.cast(pc.utf8_lower(values), pa.bool_()) if _all(values, _TRUTH) else None


def _days(values: pa.Array) -> pa.Array | None:
    if _all(values, _DAY):
        return _tried(lambda: pc.cast(values, pa.date32()))
    for pattern, form in _PARTED_DAYS:
        if _all(values, pattern):
            return _parsed(values, form)
    return _slashed_days(values) if _all(values, _SLASHED) else None


def _slashed_days(values: pa.Array) -> pa.Array | None:
    """Days written 3/14/2024 or 14/3/2024, if any of them tells which."""
    parts = pc.extract_regex(values, pattern=_SLASHED)
    first, second = (pc.max(pc.cast(pc.struct_field(parts, name), pa.int64())).as_py() for name in ("a", "b"))
    if (first > 12) == (second > 12):
        return None
    return _parsed(values, "%d/%m/%Y" if first > 12 else "%m/%d/%Y")


def _parsed(values: pa.Array, form: str) -> pa.Array | None:
    return _tried(lambda: pc.cast(pc.strptime(values, format=form, unit="s"), pa.date32()))


def _moments(values: pa.Array) -> pa.Array | None:
    if _all(values, _MOMENT):
        return _tried(lambda: pc.cast(values, pa.timestamp("us")))
    if _all(values, _ZONED):
        return _tried(lambda: pc.cast(values, pa.timestamp("us", "UTC")))
    return None


def _tried(make: Callable[[], pa.Array]) -> pa.Array | None:
    try:
        return make()
    except pa.ArrowInvalid:  # shaped like one, but no such day or hour
        return None


def _all(values: pa.Array, pattern: str) -> bool:
    return bool(pc.all(pc.match_substring_regex(values, pattern), skip_nulls=True).as_py())
