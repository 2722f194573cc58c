"""Options counted out between two ends: numbers without drift, days by the calendar."""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal
from fractions import Fraction

from dashbridge.insights.dates import move, parse_date
from dashbridge.insights.spec import MAX_OPTIONS, Steps
from dashbridge.insights.values import ParameterType, Typed, typed

WRITTEN = "write {from: 10, to: 60, step: 10} or {from: 2013-01-01, to: 2013-12-01, step: 1 month}"

_NUMERIC = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]{1,3})?")
_STEP = re.compile(r"(?P<count>[0-9]{1,4})\s*(?P<unit>day|week|month|quarter|year)s?")


def range_type(steps: Steps) -> ParameterType:
    """What the values are: integer, number, decimal (where a number stands in quotes) or date."""
    given = (steps.from_, steps.to, steps.step)
    if all(isinstance(one, int) for one in given):
        return "integer"
    if all(isinstance(one, int | float) for one in given):
        return "number"
    return "decimal" if all(_is_numeric(one) for one in given) else "date"


def range_values(steps: Steps, kind: ParameterType, today: dt.date) -> list[Typed]:
    """The values in order, as `kind`, at most 1,000. Raises ValueError with what is wrong."""
    own = range_type(steps)
    fitting = ("date", "text") if own == "date" else ("integer", "number", "decimal", "text")
    if kind not in fitting:
        raise ValueError(f"a range of {'days' if own == 'date' else 'numbers'} cannot be of the value_type {kind}")
    texts = _days(steps, today) if own == "date" else _numbers(steps)
    return list(dict.fromkeys(typed(text, kind, today) for text in texts))


def _numbers(steps: Steps) -> list[str]:
    first, last, step = (Decimal(str(one)) for one in (steps.from_, steps.to, steps.step))
    if step <= 0:
        raise ValueError(f"the step {steps.step} is not above 0")
    _in_order(first <= last, steps)
    places = max(0, *(-int(one.as_tuple().exponent) for one in (first, last, step)))
    start, end, stride = (int(Fraction(one) * 10**places) for one in (first, last, step))
    count = (end - start) // stride + 1
    if count > MAX_OPTIONS:
        raise ValueError(f"it gives more than {MAX_OPTIONS:,} values; at most that many are offered")
    return [f"{Decimal(f'{start + stride * at}e-{places}'):f}" for at in range(count)]


def _days(steps: Steps, today: dt.date) -> list[str]:
    match = _STEP.fullmatch(str(steps.step).strip().lower())
    if match is None or int(match["count"]) == 0:
        raise ValueError(f"the step {str(steps.step)[:40]!r} is not one between days; write 1 day, 2 weeks, 1 month …")
    first, last = (parse_date(str(one), today) for one in (steps.from_, steps.to))
    _in_order(first <= last, steps)
    days: list[str] = []
    day: dt.date | None = first
    while day is not None and day <= last:
        if len(days) == MAX_OPTIONS:
            raise ValueError(f"it gives more than {MAX_OPTIONS:,} days; at most that many are offered")
        days.append(day.isoformat())
        day = _moved(first, len(days) * int(match["count"]), match["unit"])
    return days


def _moved(first: dt.date, count: int, unit: str) -> dt.date | None:
    """Counted from the first day, so that months which begin on a 31st come back to it; None past the calendar."""
    try:
        return move(first, count, unit)
    except OverflowError:
        return None


def _in_order(holds: bool, steps: Steps) -> None:
    if not holds:
        raise ValueError(f"it begins at {steps.from_} after its end {steps.to}")


def _is_numeric(given: object) -> bool:
    return isinstance(given, int | float) or _NUMERIC.fullmatch(str(given)) is not None
