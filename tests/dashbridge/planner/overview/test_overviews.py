"""Broad wishes: each becomes a dashboard that keeps the rules, and reads as its reviewed file.

DASHBRIDGE_UPDATE_GOLDEN=1 writes tests/golden/overviews anew; read what changed before it is kept.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from overviews.databases import MADE, Base
from overviews.rules import Saved, broken

Desk = Any
GOLDEN = Path(__file__).parents[3] / "golden" / "overviews"
NEVER = {
    "flights": "dep_delay arr_delay air_time year flight hour minute temp dewp humid wind_dir pressure visib",
    "shop": "order_id customer_id product_id zip_code discount_rate unit_price stock stock_value",
    "clinic": "visit_id patient_id doctor_id floor birth_year wait_minutes duration_minutes satisfaction_score",
    "energy": "site_id meter_reading temperature",
    "thin": "founded_year post_code balance headcount width height vat_rate",
}
WISHES = [
    ("flights", "give me an overview of flights", "flights"),
    ("flights", "Overview of delays", "delays"),
    ("flights", "how are the delays at JFK?", "delays_jfk"),
    ("flights", "What is going on with the weather?", "weather"),
    ("flights", "summary of planes", "planes"),
    ("shop", "How are sales?", "sales"),
    ("shop", "give me a dashboard about orders", "orders"),
    ("shop", "overview of inventory", "inventory"),
    ("shop", "what's happening with customers", "customers"),
    ("shop", "sales dashboard for country France since March 2025", "sales_france"),
    ("clinic", "overview of visits", "visits"),
    ("clinic", "how are the waits?", "waits"),
    ("clinic", "What is going on with missed visits?", "missed"),
    ("clinic", "dashboard of satisfaction by doctor", "satisfaction"),
    ("energy", "how is energy use", "energy"),
    ("energy", "Key figures of readings per week", "readings"),
    ("thin", "overview of accounts", "accounts"),
    ("thin", "overview of measurements", "measurements"),
    ("thin", "overview of holidays", "holidays"),
    ("thin", "overview of remarks", "remarks"),
    ("thin", "tell me about suppliers", "suppliers"),
    ("thin", "overview of settings", "settings"),
]


@pytest.fixture
def desk(request: pytest.FixtureRequest, desk_over: Callable[[Base, str], Desk]) -> Callable[[str], Desk]:
    def over(name: str) -> Desk:
        return request.getfixturevalue("flights") if name == "flights" else _made(name, desk_over)

    return over


@cache
def _made(name: str, desk_over: Callable[[Base, str], Desk]) -> Desk:
    return desk_over(MADE[name](), name)


async def saved(desk: Desk, wish: str) -> tuple[Saved, str, str]:
    desk.history, desk.open_slug = [], None
    desk.files.clear()
    turned = await desk.ask(wish)
    assert turned.failed == []
    assert turned.saved, turned.text
    loaded = desk.loaded(turned.saved)
    assert loaded.warnings == ()
    text = desk.yaml(turned.saved)
    rows = {name: desk.rows(turned.saved, name) for name in loaded.spec.insights}
    found: dict[str, Any] = YAML(typ="safe", pure=True).load(text)
    return Saved(found, rows, frozenset(NEVER[desk.name].split())), text, turned.text


@pytest.mark.parametrize(("base", "wish", "name"), WISHES, ids=[case[2] for case in WISHES])
async def test_a_broad_wish_keeps_the_rules_and_reads_as_reviewed(
    desk: Callable[[str], Desk], base: str, wish: str, name: str
) -> None:
    page, text, told = await saved(desk(base), wish)
    assert broken(page) == []
    assert base in ("flights", "thin") or whole(page)
    assert "Tables: main." in told
    golden = GOLDEN / f"{name}.yaml"
    if os.environ.get("DASHBRIDGE_UPDATE_GOLDEN"):
        golden.write_text(text, encoding="utf-8")
    assert text == golden.read_text(encoding="utf-8")


def whole(page: Saved) -> bool:
    """All that a table with time, categories and measures should get."""
    compared = all(page.shown(name)[0][1] is not None for name in page.of("metric"))
    counts = (
        2 <= len(page.of("metric")) <= 4,
        2 <= len(page.of("bar")) <= 3,
        len(page.of("line") + page.of("table")) == 2,
    )
    types = {one["type"] for one in page.data["inputs"].values()}
    return compared and all(counts) and types == {"date_range", "multi_select"}


async def test_headlines_are_the_last_four_weeks_beside_the_four_before(desk: Callable[[str], Desk]) -> None:
    shop = desk("shop")
    turned = await shop.ask("how are sales?")
    newest = shop.sql("SELECT max(order_date) FROM orders")[0][0]
    now = "SELECT sum(revenue) FROM orders WHERE order_date > ? - 28"
    before = "SELECT sum(revenue) FROM orders WHERE order_date > ? - 56 AND order_date <= ? - 28"
    cursor = shop.connection.cursor()
    expected = (cursor.execute(now, [newest]).fetchone()[0], cursor.execute(before, [newest, newest]).fetchone()[0])
    assert shop.rows(turned.saved, "revenue_sum") == [expected]
    march = shop.rows(turned.saved, "revenue_sum", period=["2025-03-01..2025-03-31"])
    sql = "SELECT sum(revenue) FROM orders WHERE order_date BETWEEN '2025-03-04' AND '2025-03-31'"
    assert march[0][0] == shop.sql(sql)[0][0]


async def test_the_largest_nine_and_the_rest_are_all_there_is(desk: Callable[[str], Desk]) -> None:
    shop = desk("shop")
    turned = await shop.ask("how are sales?")
    largest = shop.sql("SELECT name, sum(revenue) FROM orders JOIN customers USING (customer_id) "
                       "GROUP BY customer_id, name ORDER BY 2 DESC, customer_id LIMIT 9")  # fmt: skip
    rows = shop.rows(turned.saved, "by_customer")
    assert rows[:9] == largest
    assert rows[9][0] == "Other"
    assert sum(row[1] for row in rows) == shop.sql("SELECT sum(revenue) FROM orders")[0][0]


@pytest.mark.parametrize(
    ("base", "wish", "said"),
    [
        ("thin", "overview of drafts", "main.drafts is empty"),
        ("thin", "how is the weather?", 'about "weather"'),
        ("shop", "give me an overview of submarines", 'about "submarines"'),
    ],
)
async def test_a_refusal_says_what_is_missing(desk: Callable[[str], Desk], base: str, wish: str, said: str) -> None:
    turned = await desk(base).ask(wish)
    assert turned.saved is None
    assert said in turned.text
    assert "Nothing was saved" in turned.text


async def test_what_a_thin_table_lacks_is_said(desk: Callable[[str], Desk]) -> None:
    thin = desk("thin")
    turned = await thin.ask("overview of measurements")
    assert "has no date column" in turned.text
    assert "has no column with few values" in turned.text


async def test_without_a_topic_the_table_that_tells_most_is_shown(desk: Callable[[str], Desk]) -> None:
    shop = desk("shop")
    shop.history = []
    turned = await shop.ask("give me a dashboard")
    assert turned.saved.startswith("overview-of-orders")
