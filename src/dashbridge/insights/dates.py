"""Date words such as `start_of_month - 3 months` and `last 90 days`, resolved by a given day, not by a clock.

Which day it is depends on the dashboard's time zone: `today_in`.
"""

from __future__ import annotations

import calendar
import datetime as dt
import functools
import re
import zoneinfo

from dashbridge.insights.references import near
from dashbridge.kit import Invalid

_ISO = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_UNIT = r"(?P<unit>day|week|month|quarter|year)s?"
_WORD = re.compile(
    r"(?P<base>today|yesterday|tomorrow|(?P<edge>start|end)_of_(?P<period>week|month|quarter|year))"
    rf"(?:\s*(?P<sign>[+-])\s*(?P<count>[0-9]{{1,4}})\s*{_UNIT})?"
)
_LAST = re.compile(rf"(?:the )?last (?P<count>[0-9]{{1,4}}) {_UNIT}")

WRITTEN = "2013-01-31, today, start_of_month, end_of_year - 1 year"


def today_in(timezone: str, now: dt.datetime) -> dt.date:
    """The day it is at `now` (an aware time) in an IANA time zone. Raises Invalid for a zone nobody knows."""
    try:
        zone = zoneinfo.ZoneInfo(timezone)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        message = f"there is no time zone {timezone[:60]!r}"
        raise Invalid(message, code="timezone.unknown", hint=near(timezone, _zones())) from None
    return now.astimezone(zone).date()


def parse_date(text: str, today: dt.date) -> dt.date:
    """The day a text names: an ISO date or a date word. Raises ValueError with what to write."""
    word = text.strip()
    if _ISO.fullmatch(word):
        try:
            return dt.date.fromisoformat(word)
        except ValueError:
            raise ValueError(f"{word} is no day of the calendar") from None
    match = _WORD.fullmatch(word.lower())
    if match is None:
        raise ValueError(f"{text[:40]!r} is not a date; write {WRITTEN}")
    steps = int(match["count"] or 0) * (-1 if match["sign"] == "-" else 1)
    unit = match["unit"] or "day"
    try:
        if match["edge"] is None:
            base = today + dt.timedelta(days={"today": 0, "yesterday": -1, "tomorrow": 1}[match["base"]])
            return move(base, steps, unit)
        start = move(_start(today, match["period"]), steps, unit)
        return start if match["edge"] == "start" else move(start, 1, match["period"]) - dt.timedelta(days=1)
    except (OverflowError, ValueError):
        raise ValueError(f"{text[:40]!r} is outside the calendar") from None


def parse_span(text: str, today: dt.date) -> tuple[dt.date, dt.date] | None:
    """`last 90 days`: that many days up to and with today; `last 3 months` likewise. None for any other text."""
    match = _LAST.fullmatch(" ".join(text.lower().split()))
    if match is None:
        return None
    if int(match["count"]) == 0:
        raise ValueError(f"{text[:40]!r} holds no day")
    try:
        return move(today, -int(match["count"]), match["unit"]) + dt.timedelta(days=1), today
    except (OverflowError, ValueError):
        raise ValueError(f"{text[:40]!r} is outside the calendar") from None


def move(day: dt.date, count: int, unit: str) -> dt.date:
    """`day` moved by units; the day of the month is kept where the month has it, else the month's last."""
    if unit in ("day", "week"):
        return day + dt.timedelta(days=count * (7 if unit == "week" else 1))
    months = day.year * 12 + day.month - 1 + count * {"month": 1, "quarter": 3, "year": 12}[unit]
    year, month = divmod(months, 12)
    if not 1 <= year <= 9999:
        raise OverflowError("outside the calendar")
    return dt.date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def _start(day: dt.date, period: str) -> dt.date:
    if period == "week":
        return day - dt.timedelta(days=day.weekday())
    month = {"month": day.month, "quarter": day.month - (day.month - 1) % 3, "year": 1}[period]
    return day.replace(month=month, day=1)


@functools.cache
def _zones() -> list[str]:
    return sorted(zoneinfo.available_timezones())
