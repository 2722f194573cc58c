"""Dates, timestamps and decimals as JSON in rows of one width, written by numpy; each None where a value does not fit.

What is left blank (a missing value's row, leading zeros) is taken out at the end: no such text has a blank of its own.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

Bytes = np.ndarray[Any, Any]

FIRST_DAY, LAST_DAY = -719_528, 2_932_896  # 0000-01-01 and 9999-12-31
PER_SECOND = {"s": 1, "ms": 10**3, "us": 10**6, "ns": 10**9}
DAY_S = 86_400
_DIGITS = {"s": 0, "us": 6, "ns": 9}
_PAIRS = np.array([f"{number:02}" for number in range(100)], "S2").view(np.uint16)
_TRIPLES = np.array([f"{number:03}" for number in range(1000)], "S3").view("V3")
_QUOTE, _BLANK, _COMMA, _MINUS, _ZERO, _POINT = b'" ,-0.'


def date_bytes(dates: pa.Array) -> bytes | None:
    """`"YYYY-MM-DD",…` for date32."""
    days = _within(dates.view(pa.int32()), FIRST_DAY, LAST_DAY)
    if days is None:
        return None
    out = np.empty(len(days), np.dtype([("open", "u1"), ("day", "V10"), ("close", "u1"), ("comma", "u1")]))
    out["open"], out["close"], out["comma"] = _QUOTE, _QUOTE, _COMMA
    out["day"] = _days(days)
    return _finished(out.view(np.uint8).reshape(len(days), -1), dates)


def stamp_bytes(stamps: pa.Array, unit: str) -> bytes | None:
    """`"YYYY-MM-DDTHH:MM:SS…",…` with the digits of `unit` (s, us, ns); with a zone, in UTC and with a Z."""
    own, zoned = stamps.type.unit, stamps.type.tz is not None
    per_day = PER_SECOND[own] * DAY_S
    ticks = _within(stamps.view(pa.int64()), FIRST_DAY * per_day, (LAST_DAY + 1) * per_day - 1)
    if ticks is None:
        return None
    triples = _DIGITS[unit] // 3
    parts: list[tuple[Any, ...]] = [("open", "u1"), ("day", "V10"), ("t", "u1"), ("hour", "u2"), ("c1", "u1")]
    parts += [("minute", "u2"), ("c2", "u1"), ("second", "u2")]
    parts += [("point", "u1"), ("rest", "V3", (triples,))] if triples else []
    parts += [("z", "u1")] if zoned else []
    out = np.empty(len(ticks), np.dtype([*parts, ("close", "u1"), ("comma", "u1")]))
    out["open"], out["close"], out["comma"], out["t"], out["c1"], out["c2"] = (*b'"",T::',)
    day = ticks // per_day
    out["day"] = _days(day)
    rest = ticks - day * per_day
    seconds = rest // PER_SECOND[own]
    out["hour"], out["minute"] = _PAIRS[seconds // 3600], _PAIRS[seconds // 60 % 60]
    out["second"] = _PAIRS[seconds % 60]
    if zoned:
        out["z"] = b"Z"[0]
    if triples:
        out["point"] = _POINT
        fraction = rest - seconds * PER_SECOND[own]
        fraction = fraction * PER_SECOND[unit] // PER_SECOND[own]
        for place in range(triples - 1, -1, -1):
            fraction, low = np.divmod(fraction, 1000)
            out["rest"][:, place] = _TRIPLES[low]
    return _finished(out.view(np.uint8).reshape(len(ticks), -1), stamps)


def decimal_bytes(decimals: pa.Array) -> bytes | None:
    """`"-12.30",…` with all digits of the scale, for decimals of at most 18 digits."""
    kind = decimals.type
    if not (pa.types.is_decimal128(kind) and kind.precision <= 18 and 0 < kind.scale <= 18):
        return None
    words = np.frombuffer(decimals.buffers()[1], np.int64)[2 * decimals.offset : 2 * (decimals.offset + len(decimals))]
    numbers = words[::2].copy()
    if decimals.null_count:
        numbers[decimals.is_null().to_numpy(zero_copy_only=False)] = 0
    left = np.abs(numbers).astype(np.uint64)
    most = int(left.max())
    left = left.astype(np.uint32) if most < 2**32 else left
    count = max(len(str(most)), kind.scale + 1)
    out = np.full((len(numbers), count + 5), _QUOTE, np.uint8)
    out[:, 1] = np.where(numbers < 0, _MINUS, _BLANK)
    point = 2 + count - kind.scale
    out[:, point] = _POINT
    out[:, -1] = _COMMA
    digits: list[Bytes] = []
    for _ in range(count):
        left, low = _by_ten(left)
        digits.insert(0, low)
    leading = np.ones(len(numbers), bool)
    for place, digit in enumerate(digits):
        if place < count - kind.scale - 1:
            leading &= digit == _ZERO
            digit[leading] = _BLANK
        out[:, 2 + place + (2 + place >= point)] = digit
    return _finished(out, decimals, blanks=True)


def _by_ten(numbers: Bytes) -> tuple[Bytes, Bytes]:
    tens = numbers // 10
    return tens, (numbers - tens * 10).astype(np.uint8) + _ZERO


def _within(numbers: pa.Array, low: int, high: int) -> Bytes | None:
    """The numbers, 0 for a missing one; None when one is outside of the bounds."""
    bounds = pc.min_max(numbers)
    if not bounds["min"].is_valid or bounds["min"].as_py() < low or bounds["max"].as_py() > high:
        return None
    found: Bytes = numbers.fill_null(0).to_numpy(zero_copy_only=False)
    return found


def _days(days: Bytes) -> Bytes:
    """The text of each day; of all days between the first and the last where they are few."""
    first, last = int(days.min()), int(days.max())
    if last - first > len(days):
        return _texts(pa.array(days, pa.int32()))
    found: Bytes = _texts(pa.array(np.arange(first, last + 1), pa.int32()))[days - first]
    return found


def _texts(days: pa.Array) -> Bytes:
    return np.frombuffer(days.view(pa.date32()).cast(pa.string()).buffers()[2], "V10", len(days))


def _finished(out: Bytes, values: pa.Array, *, blanks: bool = False) -> bytes:
    """The rows without the last comma, those of missing values as null."""
    if values.null_count:
        row = np.frombuffer(b"null".ljust(out.shape[1] - 1) + b",", np.uint8)
        out[values.is_null().to_numpy(zero_copy_only=False)] = row
    text = out.tobytes()
    return (text.translate(None, b" ") if blanks or values.null_count else text)[:-1]
