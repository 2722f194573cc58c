from __future__ import annotations

import datetime as dt
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashbridge.insights.ranges import range_type, range_values
from dashbridge.insights.spec import MAX_OPTIONS, Steps
from dashbridge.insights.values import ParameterType

DAY = dt.date(2013, 7, 14)


def values(first: Any, last: Any, step: Any, kind: ParameterType | None = None) -> list[Any]:
    steps = Steps.model_validate({"from": first, "to": last, "step": step})
    return list(range_values(steps, kind or range_type(steps), DAY))


def test_whole_numbers_with_both_ends() -> None:
    assert values(10, 60, 10) == [10, 20, 30, 40, 50, 60]
    assert values(10, 65, 10) == [10, 20, 30, 40, 50, 60]
    assert values(-3, 3, 3) == [-3, 0, 3]
    assert values(5, 5, 1) == [5]


def test_tenths_do_not_drift() -> None:
    found = values(0, 1, 0.1)
    assert found == [0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0]
    assert values(0.1, 100, 0.1)[-1] == 100.0
    assert all(repr(one) == f"{at / 10}" for at, one in enumerate(found))


def test_numbers_in_quotes_are_decimals() -> None:
    found = values("0.10", "0.30", "0.05")
    assert found == [Decimal("0.10"), Decimal("0.15"), Decimal("0.20"), Decimal("0.25"), Decimal("0.30")]
    assert str(found[0]) == "0.10"
    assert values("12345678901234567890.1", "12345678901234567890.3", "0.1")[-1] == Decimal("12345678901234567890.3")


@pytest.mark.parametrize(
    ("kind", "shown"),
    [("integer", [1, 2]), ("number", [1.0, 2.0]), ("decimal", [Decimal(1), Decimal(2)]), ("text", ["1", "2"])],
)
def test_the_values_are_of_the_type_asked(kind: ParameterType, shown: list[object]) -> None:
    found = values(1, 2, 1, kind)
    assert found == shown
    assert [type(one) for one in found] == [type(one) for one in shown]


def test_days_by_the_calendar() -> None:
    assert values("2013-01-31", "2013-05-31", "1 month") == [
        dt.date(2013, 1, 31),
        dt.date(2013, 2, 28),
        dt.date(2013, 3, 31),
        dt.date(2013, 4, 30),
        dt.date(2013, 5, 31),
    ]
    assert values("2013-01-01", "2013-01-31", "2 weeks") == [dt.date(2013, 1, day) for day in (1, 15, 29)]
    assert [day.year for day in values("2012-02-29", "2016-02-29", "1 Year")] == [2012, 2013, 2014, 2015, 2016]
    assert values("2013-01-01", "2013-12-31", "1 quarter")[-1] == dt.date(2013, 10, 1)
    assert values("2013-01-01", "2013-01-02", "1 day", "text") == ["2013-01-01", "2013-01-02"]


def test_words_are_resolved_by_the_day() -> None:
    assert values("start_of_month - 2 months", "today", "1 month") == [dt.date(2013, month, 1) for month in (5, 6, 7)]


def test_the_end_of_the_calendar_ends_it() -> None:
    assert values("9999-11-30", "9999-12-31", "1 month") == [dt.date(9999, 11, 30), dt.date(9999, 12, 30)]


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ((1, 10, 0), "step 0 is not above 0"),
        ((1, 10, -1), "step -1 is not above 0"),
        ((10, 1, 1), "begins at 10 after its end 1"),
        ((1, 1001, 1), "more than 1,000"),
        ((0, 1, 1e-300), "more than 1,000"),
        ((0, "1e999", "1e-999"), "more than 1,000"),
        (("2013-01-01", "2016-01-01", "1 day"), "more than 1,000"),
        (("2013-12-01", "2013-01-01", "1 month"), "after its end"),
        (("2013-01-01", "2013-12-01", 1), "not one between days"),
        (("2013-01-01", "2013-12-01", "0 days"), "not one between days"),
        (("2013-01-01", "2013-12-01", "1 hour"), "not one between days"),
        (("2013-01-01", "2013-12-01", "-1 day"), "not one between days"),
        (("2013-02-30", "2013-12-01", "1 day"), "no day of the calendar"),
        ((1, "2013-12-01", "1 day"), "is not a date"),
        (("a", "b", "1 day"), "is not a date"),
        ((0, 2**62 * 3, 2**62), "64 bits"),
        (("0.0000000001", "0.0000000002", "0.0000000001"), "decimal places"),
    ],
)
def test_refused(given: tuple[Any, Any, Any], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        values(*given)


@pytest.mark.parametrize("kind", ["date", "boolean"])
def test_numbers_are_no_days(kind: ParameterType) -> None:
    with pytest.raises(ValueError, match=f"range of numbers cannot be of the value_type {kind}"):
        values(1, 2, 1, kind)


def test_days_are_no_numbers() -> None:
    with pytest.raises(ValueError, match="range of days cannot be of the value_type integer"):
        values("2013-01-01", "2013-02-01", "1 day", "integer")


def test_half_a_step_is_no_whole_number() -> None:
    with pytest.raises(ValueError, match="not a whole number"):
        values(0, 1, 0.5, "integer")


decimals = st.decimals(min_value=-10_000, max_value=10_000, places=3)


@given(decimals, st.integers(0, MAX_OPTIONS - 1), st.decimals(min_value="0.001", max_value=50, places=3))
def test_decimals_step_exactly(first: Decimal, count: int, step: Decimal) -> None:
    last = first + count * step
    found = values(f"{first:f}", f"{last:f}", f"{step:f}")
    assert found == [first + at * step for at in range(count + 1)]


@given(st.floats(-1e6, 1e6, allow_nan=False), st.floats(0, 1e6, allow_nan=False), st.floats(1e-3, 1e6, allow_nan=False))
def test_floats_are_the_nearest_to_the_exact_value(first: float, width: float, step: float) -> None:
    try:
        found = values(first, first + width, step)
    except ValueError:
        assert width / step > MAX_OPTIONS - 2
        return
    exact = [Fraction(repr(first)) + at * Fraction(repr(step)) for at in range(len(found))]
    assert found == list(dict.fromkeys(float(one) for one in exact))
    assert all(Fraction(repr(first)) <= one <= Fraction(repr(first + width)) for one in exact)


@given(
    st.dates(), st.integers(0, 4000), st.integers(1, 40), st.sampled_from(["day", "weeks", "month", "quarters", "year"])
)
def test_days_rise_between_the_ends(first: dt.date, width: int, count: int, unit: str) -> None:
    last = first + dt.timedelta(days=min(width, (dt.date.max - first).days))
    try:
        found = values(first.isoformat(), last.isoformat(), f"{count} {unit}")
    except ValueError:
        assert width > MAX_OPTIONS
        return
    assert found[0] == first
    assert found == sorted(set(found))
    assert found[-1] <= last


@given(
    *[st.one_of(st.integers(), st.floats(allow_nan=False, allow_infinity=False), st.text(min_size=1, max_size=12))] * 3
)
def test_any_range_is_counted_or_refused(first: object, last: object, step: object) -> None:
    try:
        found = values(first, last, step)
    except ValueError:
        return
    assert 1 <= len(found) <= MAX_OPTIONS
