"""A table of terabytes, partitioned by day: what is read of it, and what the person is told."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest

from dashbridge.planner.measure_sql import period_sql
from dashbridge.planner.periods import Period

Desk = Any
A_DAY = 20_000_000
WHOLE = 3_000_000_000_000
_DATES = re.compile(r"order_date (>=|<) DATE '([0-9-]+)'")


def days_read(sql: str) -> int | None:
    """The days of orders that a statement reads, None for all of them; 0 where it reads other tables."""
    if "orders" not in sql:
        return 0
    found = {op: dt.date.fromisoformat(day) for op, day in _DATES.findall(sql)}
    return (found["<"] - found[">="]).days if found.keys() == {">=", "<"} else None


@pytest.fixture
def large(sales: Desk) -> Desk:
    """The shop, its orders large and partitioned."""
    facts = dict(sales.facts)
    facts["main.orders"] = facts["main.orders"] | {
        "bytes": WHOLE,
        "partitioned_by": "order_date",
        "last_partition": "2026-12-31",
        "partition_filter_required": False,
    }
    sales.facts = facts
    sales.bytes_of = bytes_read
    return sales


def bytes_read(sql: str) -> int:
    days = days_read(sql)
    return WHOLE if days is None else days * A_DAY


def statements(turned: Any) -> list[str]:
    return [call.arguments["sql"] for call in turned.calls if call.name == "run_dry_run_query"]


def saved_days(desk: Desk, slug: str) -> set[int | None]:
    return {days_read(query.sql) for query in desk.loaded(slug).spec.queries.values()} - {0}


async def test_the_newest_period_that_fits_is_read_and_the_answer_says_so(large: Desk) -> None:
    turned = await large.ask("Revenue by status and month")
    assert turned.saved, turned.text
    assert saved_days(large, turned.saved) == {31}, "31 days of 20 MB are the longest period under 1 GB"
    assert {days_read(sql) for sql in statements(turned)} >= {None, 365, 92, 31}, "longer ones were tried first"
    assert "3 TB" in turned.text
    assert "partitioned by order_date" in turned.text
    assert "from 2026-12-01 to 2026-12-31" in turned.text
    assert "Name another period" in turned.text
    assert "2026-12-01" in large.loaded(turned.saved).spec.title
    assert turned.failed == []


async def test_a_table_that_asks_for_a_filter_is_never_tried_without(large: Desk) -> None:
    large.facts["main.orders"]["partition_filter_required"] = True
    turned = await large.ask("Revenue by status and month")
    assert turned.saved, turned.text
    assert None not in {days_read(sql) for sql in statements(turned)}


async def test_what_was_asked_is_read_and_a_large_answer_is_explained(large: Desk) -> None:
    turned = await large.ask("Revenue by status in 2025")
    assert saved_days(large, turned.saved) == {365}
    assert "reads up to 7.3 GB. Cheaper: less." in turned.text
    (last,) = [call for call in turned.calls if call.arguments.get("large_queries_because")]
    assert "2025" in last.arguments["large_queries_because"]


async def test_a_small_table_is_read_whole(sales: Desk) -> None:
    sales.facts = dict(sales.facts)
    sales.facts["main.orders"] = sales.facts["main.orders"] | {"partitioned_by": "order_date"}
    turned = await sales.ask("Revenue by status and month")
    assert saved_days(sales, turned.saved) == {None}
    assert "partitioned" not in turned.text


CHART = "A bar chart of the number of orders by status"


async def test_a_chart_that_is_asked_for_reads_the_newest_period_too(large: Desk) -> None:
    turned = await large.ask(CHART)
    assert "as one chart" in turned.text
    assert saved_days(large, turned.saved) == {31}
    assert [days_read(sql) for sql in statements(turned)] == [None, 365, 92, 31]
    assert (
        "partitioned by order_date, so only the newest part of it is read, from 2026-12-01 to 2026-12-31" in turned.text
    )
    assert "2026-12-01" in large.loaded(turned.saved).spec.title


async def test_over_the_byte_cap_it_is_the_same(large: Desk) -> None:
    large.cap = 10 * A_DAY
    turned = await large.ask(CHART)
    assert saved_days(large, turned.saved) == {7}
    assert "as one chart" in turned.text


async def test_a_chart_keeps_the_period_that_it_names_and_asks_for_a_filter_where_one_must_be(large: Desk) -> None:
    turned = await large.ask(f"{CHART} in December 2026")
    assert saved_days(large, turned.saved) == {31}
    assert "newest part" not in turned.text
    large.facts["main.orders"]["partition_filter_required"] = True
    turned = await large.ask(CHART)
    assert None not in {days_read(sql) for sql in statements(turned)}
    assert turned.saved


@pytest.mark.parametrize("newest", [None, "20261231", "2026-12", "2026", "2026-12-31T23", "someday", "99991399"])
async def test_odd_partitions_do_no_harm(large: Desk, newest: str | None) -> None:
    large.facts["main.orders"]["last_partition"] = newest
    turned = await large.ask("Revenue by status and month")
    assert turned.saved, turned.text


@pytest.fixture
def march() -> Period:
    return Period("in March 2026", dt.date(2026, 3, 1), dt.date(2026, 4, 1))


@pytest.mark.parametrize(
    ("dialect", "kind", "word"),
    [("bigquery", "timestamptz", "TIMESTAMP"), ("bigquery", "date", "DATE"), ("duckdb", "timestamptz", "DATE")],
)
def test_a_period_compares_a_bare_column_with_a_constant_of_its_type(
    march: Period, dialect: str, kind: str, word: str
) -> None:
    assert period_sql("t", march, dialect, kind) == [f"t >= {word} '2026-03-01'", f"t < {word} '2026-04-01'"]
