from __future__ import annotations

import datetime as dt

import pytest

from dashbridge.insights.dates import move, parse_date, parse_span

DAY = dt.date(2024, 2, 29)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2013-01-01", "2013-01-01"),
        ("today", "2024-02-29"),
        ("Yesterday", "2024-02-28"),
        ("tomorrow", "2024-03-01"),
        ("today - 1 year", "2023-02-28"),
        ("today + 2 weeks", "2024-03-14"),
        ("start_of_week", "2024-02-26"),
        ("end_of_week", "2024-03-03"),
        ("start_of_month", "2024-02-01"),
        ("end_of_month", "2024-02-29"),
        ("end_of_month - 1 month", "2024-01-31"),
        ("start_of_month - 3 months", "2023-11-01"),
        ("start_of_quarter", "2024-01-01"),
        ("end_of_quarter", "2024-03-31"),
        ("end_of_year", "2024-12-31"),
        ("start_of_year-1 year", "2023-01-01"),
        (" today ", "2024-02-29"),
    ],
)
def test_words(text: str, day: str) -> None:
    assert parse_date(text, DAY).isoformat() == day


@pytest.mark.parametrize(
    "text",
    [
        "",
        "now",
        "2013-1-1",
        "2013-02-30",
        "today - 9999 years",
        "20130101",
        "today - x days",
        "2013-01-01T00:00:00",
        "end_of_day",
    ],
)
def test_no_words(text: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        parse_date(text, DAY)


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("last 1 day", "2024-02-29"),
        ("last 90 days", "2023-12-02"),
        ("Last  2 weeks", "2024-02-16"),
        ("the last 12 months", "2023-03-01"),
    ],
)
def test_spans(text: str, first: str) -> None:
    assert parse_span(text, DAY) == (dt.date.fromisoformat(first), DAY)


def test_no_span() -> None:
    assert parse_span("today", DAY) is None


def test_moves_keep_the_day_where_the_month_has_it() -> None:
    assert move(dt.date(2023, 1, 31), 1, "month") == dt.date(2023, 2, 28)
    assert move(dt.date(2023, 11, 30), 1, "quarter") == dt.date(2024, 2, 29)
