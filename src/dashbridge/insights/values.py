"""The chosen value of an input, typed; and what each accessor makes of it."""

from __future__ import annotations

import datetime as dt
import math
import re
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from typing import Literal

from dashbridge.insights.dates import parse_date

Typed = str | int | float | bool | Decimal | dt.date
ParameterType = Literal["text", "integer", "number", "decimal", "date", "boolean"]

_INT64 = 2**63
_DECIMAL_PLACES = 9
_NUMBER = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]{1,3})?")


@dataclass(frozen=True, slots=True)
class InputValue:
    """What the viewer chose.

    `everything` means no restriction. Otherwise `items` holds the values: one for select, text and toggle (none if
    nothing is chosen), any number for multi_select, and exactly two (either may be None = open) for the ranges.
    """

    kind: str
    type: ParameterType
    items: tuple[Typed | None, ...] = ()
    everything: bool = False

    def get(self, accessor: str) -> tuple[Typed, ...] | Typed | None:
        """The value behind an accessor; None is SQL's NULL (nothing chosen). Ask `open` first."""
        if accessor == "values":
            return tuple(item for item in self.items if item is not None)
        if self.kind == "multi_select":
            return self._of_several(accessor)
        if accessor == "until":
            last = self.items[1] if len(self.items) == 2 else None
            return last + dt.timedelta(days=1) if isinstance(last, dt.date) and last < dt.date.max else last
        index = 1 if accessor in ("to", "max") else 0
        return self.items[index] if index < len(self.items) else None

    def open(self, accessor: str) -> bool:
        """Whether the accessor restricts nothing: the input stands at all, or that end of the range is open."""
        if self.everything:
            return True
        return self.kind in ("date_range", "number_range") and self.get(accessor) is None

    def as_json(self) -> object:
        """The value as the page sees it: "all", "none", one value, a list, {from, to} or {min, max}."""
        if self.everything:
            return "" if self.kind == "text" else "all"
        shown = [json_value(item) for item in self.items]
        if self.kind == "date_range":
            return {"from": shown[0], "to": shown[1]}
        if self.kind == "number_range":
            return {"min": shown[0], "max": shown[1]}
        if not shown:
            return "none"
        return shown if self.kind == "multi_select" else shown[0]

    def _of_several(self, accessor: str) -> Typed | None:
        items = [item for item in self.items if item is not None]
        if not items:
            return None
        if accessor in ("first", "last"):
            return items[0] if accessor == "first" else items[-1]
        ordered = sorted(items)
        return ordered[0] if accessor == "min" else ordered[-1]


def json_value(value: Typed | None) -> object:
    """A value as JSON holds it: dates, decimals and integers beyond 2^53 as text."""
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) > 2**53:
        return str(value)
    return value


def typed(text: str, kind: ParameterType, today: dt.date) -> Typed:
    """A written value as its type; `today` resolves date words. Raises ValueError with what is wrong."""
    match kind:
        case "text":
            return text
        case "boolean":
            if text.lower() in ("true", "on", "1", "yes"):
                return True
            if text.lower() in ("false", "off", "0", "no"):
                return False
            raise ValueError(f"{text[:40]!r} is neither true nor false")
        case "date":
            return parse_date(text, today)
    plain = text.strip()
    if not plain.isascii() or not _NUMBER.fullmatch(plain):
        raise ValueError(f"{text[:40]!r} is not a number")
    if kind == "integer":
        return _integer(plain)
    if kind == "decimal":
        return _decimal(plain, _DECIMAL_PLACES)
    number = float(plain)
    if not math.isfinite(number):
        raise ValueError(f"{text[:40]!r} is not a finite number")
    return number


def _integer(text: str) -> int:
    number = _decimal(text)
    if number != number.to_integral_value() or not -_INT64 <= number < _INT64:
        raise ValueError(f"{text[:40]!r} is not a whole number of 64 bits")
    return int(number)


def _decimal(text: str, places: int | None = None) -> Decimal:
    try:
        number = Decimal(text)
    except InvalidOperation:
        raise ValueError(f"{text[:40]!r} is not a number") from None
    if abs(number) >= Decimal(10) ** 29:
        raise ValueError(f"{text[:40]!r} is too large")
    if places is not None and (Fraction(number) * 10**places).denominator != 1:
        raise ValueError(f"{text[:40]!r} has more than {places} decimal places")
    return number
