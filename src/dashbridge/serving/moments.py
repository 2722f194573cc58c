"""Dates, times and spans of time as ISO 8601 text, a column at a time.

Arrow writes the years 0 to 9999. Other years are rare and written one by one, with a sign and at least six digits, as
JavaScript reads them. What has no end (an engine's infinity) is null.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from dashbridge.serving.fixed_width import DAY_S, FIRST_DAY, LAST_DAY, PER_SECOND

_LIKE_YEAR_0 = date(2000, 1, 1)
_ENDLESS_DAYS = (2**31 - 1, -(2**31 - 1))
_ENDLESS_TICKS = (2**63 - 1, -(2**63 - 1))
_LOOK_ROWS = 1 << 16
_SPAN = np.dtype([("months", "i4"), ("days", "i4"), ("nanoseconds", "i8")])


def date_texts(dates: pa.Array) -> pa.Array:
    """YYYY-MM-DD for date32."""
    return _within(
        dates.view(pa.int32()), FIRST_DAY, LAST_DAY, lambda part: part.view(pa.date32()).cast(pa.string()), _day
    )


def stamp_texts(stamps: pa.Array, unit: str) -> pa.Array:
    """YYYY-MM-DDTHH:MM:SS with as many digits after it as `unit` has (s, us, ns); with a zone, in UTC and with a Z."""
    own, zoned = stamps.type.unit, stamps.type.tz is not None
    per_day = PER_SECOND[own] * DAY_S

    def write(ticks: pa.Array) -> pa.Array:
        return _with_t(ticks.view(pa.timestamp(own)).cast(pa.timestamp(unit)).cast(pa.string()))

    def say(ticks: int) -> str | None:
        if ticks in _ENDLESS_TICKS:
            return None
        day, rest = divmod(ticks, per_day)
        return f"{_date(day)}T{_clock(rest, own, unit)}"

    ticks = stamps.view(pa.int64())
    texts = _within(ticks, FIRST_DAY * per_day, (LAST_DAY + 1) * per_day - 1, write, say)
    return pc.binary_join_element_wise(texts, "Z", "") if zoned else texts


def stamp_unit(column: pa.ChunkedArray) -> str:
    """The shortest of s, us and ns that holds every timestamp of the column."""
    own = column.type.unit
    if own == "s":
        return "s"
    longest = "s"
    for ticks in _ticks(column):
        if own == "ns" and np.any(ticks % 1_000):
            return "ns"
        if longest == "s" and np.any(ticks % PER_SECOND[own]):
            longest = "us"
            if own != "ns":
                break
    return longest


def _ticks(column: pa.ChunkedArray) -> Iterator[np.ndarray[Any, Any]]:
    """Some at a time; what is missing or has no end is 0."""
    for chunk in column.chunks:
        for start in range(0, len(chunk), _LOOK_ROWS):
            part = chunk.slice(start, _LOOK_ROWS).view(pa.int64()).fill_null(0).to_numpy(zero_copy_only=False)
            yield np.where(np.isin(part, _ENDLESS_TICKS), 0, part) if abs(part).max() >= 2**63 - 1 else part


def time_texts(times: pa.Array) -> pa.Array:
    """HH:MM:SS with the digits of the type; the end of a day, where an engine tells it from its beginning, is 24:00."""
    kind = times.type
    storage = pa.int32() if pa.types.is_time32(kind) else pa.int64()
    last = PER_SECOND[kind.unit] * DAY_S - 1
    return _within(
        *(times.view(storage), 0, last),
        lambda part: part.view(kind).cast(pa.string()),
        lambda ticks: _clock(ticks, kind.unit, kind.unit),
    )


def span_texts(spans: pa.Array) -> pa.Array:
    """ISO 8601 such as P1Y2M3DT4.5S, for intervals and durations; one of nothing is PT0S."""
    if pa.types.is_duration(spans.type):
        ticks, scale = spans.view(pa.int64()), 10**9 // PER_SECOND[spans.type.unit]
        return _of_distinct(ticks, lambda value: _span(0, 0, value * scale))
    rows = np.zeros(len(spans), _SPAN)
    data = spans.buffers()[1]
    if data is not None and len(spans):
        rows = np.frombuffer(data, _SPAN, len(spans), spans.offset * _SPAN.itemsize)
    distinct, places = np.unique(rows, return_inverse=True)
    texts = pa.array([_span(*map(int, one)) for one in distinct], pa.string())
    return texts.take(pa.array(places, mask=spans.is_null().to_numpy(zero_copy_only=False)))


def _within(
    numbers: pa.Array, low: int, high: int, write: Callable[[pa.Array], pa.Array], say: Callable[[int], str | None]
) -> pa.Array:
    """Texts by `write` for numbers within the bounds, by `say` for each other one."""
    bounds = pc.min_max(numbers)
    if numbers.null_count == len(numbers) or (low <= bounds["min"].as_py() and bounds["max"].as_py() <= high):
        return write(numbers)
    inside = pc.and_(pc.greater_equal(numbers, low), pc.less_equal(numbers, high))
    written = write(pc.if_else(inside, numbers, pa.scalar(None, numbers.type)))
    outside = pc.if_else(inside, pa.scalar(None, numbers.type), numbers)
    return pc.coalesce(written, _of_distinct(outside, say))


def _of_distinct(numbers: pa.Array, say: Callable[[int], str | None]) -> pa.Array:
    coded = numbers.dictionary_encode()
    return pa.array([say(value) for value in coded.dictionary.to_pylist()], pa.string()).take(coded.indices)


def _with_t(texts: pa.Array) -> pa.Array:
    """With a T for the only blank of each text."""
    valid, offsets, data = texts.buffers()
    if data is None:
        return texts
    changed = pa.py_buffer(data.to_pybytes().replace(b" ", b"T"))
    return pa.Array.from_buffers(texts.type, len(texts), [valid, offsets, changed], offset=texts.offset)


def _day(day: int) -> str | None:
    return None if day in _ENDLESS_DAYS else _date(day)


def _date(day: int) -> str:
    """A day counted from 1970 in the calendar of ISO 8601, which has a year 0."""
    eras, rest = divmod(day - FIRST_DAY, 146_097)  # days of 400 years, after which the calendar repeats
    found = _LIKE_YEAR_0 + timedelta(days=rest)
    year = found.year - _LIKE_YEAR_0.year + 400 * eras
    written = f"{year:04}" if 0 <= year <= 9999 else f"{year:+07}"
    return f"{written}-{found.month:02}-{found.day:02}"


def _clock(ticks: int, own: str, unit: str) -> str:
    seconds, rest = divmod(ticks, PER_SECOND[own])
    text = f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"
    if unit == "s":
        return text
    digits = len(str(PER_SECOND[unit])) - 1
    return f"{text}.{rest * PER_SECOND[unit] // PER_SECOND[own]:0{digits}}"


def _span(months: int, days: int, nanoseconds: int) -> str:
    years, months = int(months / 12), months - 12 * int(months / 12)
    seconds = format((Decimal(nanoseconds) / 10**9).normalize(), "f")
    parts = [f"{number}{mark}" for number, mark in ((years, "Y"), (months, "M"), (days, "D")) if number]
    clock = f"T{seconds}S" if nanoseconds or not parts else ""
    return "P" + "".join(parts) + clock
