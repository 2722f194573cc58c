from __future__ import annotations

import datetime as dt

import pytest

from dashbridge.planner.periods import Period, read_periods
from dashbridge.planner.words import tokens


def periods(text: str) -> tuple[Period, ...]:
    return read_periods(tokens(text), "2026-11-21", set())


@pytest.mark.parametrize(
    ("text", "start", "until", "months"),
    [
        ("flights in March", None, None, (3,)),
        ("flights in March 2013", "2013-03-01", "2013-04-01", ()),
        ("in 2013", "2013-01-01", "2014-01-01", ()),
        ("after June", None, None, (7, 8, 9, 10, 11, 12)),
        ("since March 2013", "2013-03-01", None, ()),
        ("before 2013", None, "2013-01-01", ()),
        ("until June 2013", None, "2013-07-01", ()),
        ("between January and March 2013", "2013-01-01", "2013-04-01", ()),
        ("from November to February", None, None, (11, 12, 1, 2)),
        ("on 2013-02-28", "2013-02-28", "2013-03-01", ()),
        ("in December 2013", "2013-12-01", "2014-01-01", ()),
        ("last month", "2026-10-01", "2026-11-01", ()),
        ("this year", "2026-01-01", "2026-11-22", ()),
        ("last 3 days", "2026-11-18", "2026-11-22", ()),
        ("in June and July", None, None, (6, 7)),
    ],
)
def test_spans(text: str, start: str | None, until: str | None, months: tuple[int, ...]) -> None:
    (found,) = periods(text)
    assert (found.start, found.until) == (
        start and dt.date.fromisoformat(start),
        until and dt.date.fromisoformat(until),
    )
    assert found.months == months


@pytest.mark.parametrize(
    "text", ["how may I see flights", "march on", "more than 2000 flights", "2013-99-99", "", "the 1800s"]
)
def test_what_is_no_period(text: str) -> None:
    assert periods(text) == ()
