from __future__ import annotations

import contextlib
import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashbridge.insights.dates import move, parse_date, parse_span, today_in
from dashbridge.kit import Invalid

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


@pytest.mark.parametrize("text", ["last 0 days", "last 9999 years"])
def test_a_span_of_no_days_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"holds no day|outside the calendar"):
        parse_span(text, DAY)


def test_digits_are_plain_digits() -> None:
    for text in ("２０１３-01-01", "today - ٣ days", "2013-1１-01"):
        with pytest.raises(ValueError, match="is not a date"):
            parse_date(text, DAY)


def test_the_day_depends_on_the_zone() -> None:
    now = dt.datetime(2013, 3, 10, 4, 30, tzinfo=dt.UTC)
    assert today_in("UTC", now) == dt.date(2013, 3, 10)
    assert today_in("America/New_York", now) == dt.date(2013, 3, 9)
    assert today_in("Asia/Tokyo", now.replace(hour=15)) == dt.date(2013, 3, 11)
    assert today_in("America/New_York", dt.datetime(2013, 7, 1, 3, 59, tzinfo=dt.UTC)) == dt.date(2013, 6, 30)
    assert today_in("America/New_York", dt.datetime(2013, 7, 1, 4, 0, tzinfo=dt.UTC)) == dt.date(2013, 7, 1)


@pytest.mark.parametrize(
    "zone", ["America/New_Yorck", "", "../etc/passwd", "/etc/passwd", "America", "Mars", "a\0b", "é"]
)
def test_an_unknown_zone_is_refused(zone: str) -> None:
    with pytest.raises(Invalid) as caught:
        today_in(zone, dt.datetime(2013, 1, 1, tzinfo=dt.UTC))
    assert caught.value.code == "timezone.unknown"
    assert caught.value.hint


def test_a_zone_is_guessed() -> None:
    with pytest.raises(Invalid) as caught:
        today_in("America/NewYork", dt.datetime(2013, 1, 1, tzinfo=dt.UTC))
    assert caught.value.hint == "did you mean America/New_York?"


@given(st.dates(dt.date(200, 1, 1), dt.date(9800, 1, 1)), st.sampled_from(["week", "month", "quarter", "year"]))
def test_a_period_begins_after_the_one_before_ended(day: dt.date, period: str) -> None:
    start, end = parse_date(f"start_of_{period}", day), parse_date(f"end_of_{period}", day)
    assert start <= day <= end
    assert parse_date(f"end_of_{period} - 1 {period}", day) == start - dt.timedelta(days=1)
    assert parse_date(f"start_of_{period} + 1 {period}", day) == end + dt.timedelta(days=1)


@given(st.dates(dt.date(200, 1, 1), dt.date(9800, 1, 1)), st.integers(1, 90), st.sampled_from(["day", "week", "month"]))
def test_a_span_ends_today_and_the_next_follows_it(day: dt.date, count: int, unit: str) -> None:
    found = parse_span(f"last {count} {unit}s", day)
    assert found is not None
    assert found[1] == day
    assert found[0] == move(day, -count, unit) + dt.timedelta(days=1)


@given(st.text(max_size=30), st.dates())
def test_any_text_is_a_day_or_refused(text: str, day: dt.date) -> None:
    for read in (parse_date, parse_span):
        with contextlib.suppress(ValueError):
            read(text, day)
