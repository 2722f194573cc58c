"""The demo dashboard's inputs, its brush and its bars: each turned, its numbers those of plain SQL, nothing asked."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
from playwright.sync_api import Locator, Page, expect
from tests.e2e.conftest import Tab
from tests.e2e.test_engine import PATH, asked, choose_carriers, wait_for_drawing, wait_for_engine

from dashbridge.samples import ensure_flights

pytestmark = pytest.mark.browser

HEADLINES = "SELECT count(*), avg(dep_delay), avg(CAST(dep_delay > 15 AS INTEGER)) FROM flights WHERE {where}"
BY_AIRPORT = "SELECT origin, avg(dep_delay) FROM flights WHERE {where} GROUP BY 1 ORDER BY 1"
AT_REST = """() => {
  const ends = [...document.querySelectorAll("#input-period, #input-period-to")].map((end) => end.value);
  const now = location.search.includes(ends.join("..")) ? location.search : null;
  if (now === null || window.restingAt !== now) {
    window.restingAt = now;
    window.restingSince = performance.now();
    return false;
  }
  return performance.now() - window.restingSince > 1000;
}"""
PERIOD = re.compile(r"input\.period=(\d{4}-\d\d-\d\d)\.\.(\d{4}-\d\d-\d\d)")


@pytest.fixture(scope="module")
def flights(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    file = tmp_path_factory.mktemp("flights") / "flights.duckdb"
    ensure_flights(Path(file), lambda *_: None)
    with duckdb.connect(str(file), read_only=True) as connection:
        yield connection


class Demo:
    """The demo page after its engine is ready, beside the same data in DuckDB."""

    def __init__(self, page: Page, flights: duckdb.DuckDBPyConnection) -> None:
        self.page = page
        self.flights = flights

    def card(self, view: str) -> Locator:
        return self.page.locator(f".card[data-view={view}]")

    def shows(self, where: str, *, by_airport: str | None = None) -> None:
        """Wait until headlines and bars are those of `where`; the bars may leave one condition out."""
        count, delay, late = self.flights.execute(HEADLINES.format(where=where)).fetchall()[0]
        for view, text in (("flights", f"{count:,}"), ("delay", f"{delay:.1f}"), ("late", f"{late:.1%}")):
            expect(self.card(view).locator("[data-figure]")).to_have_text(text)
        bars = self.card("origins").locator(".role-mark path[aria-label]")
        rows = self.flights.execute(BY_AIRPORT.format(where=by_airport or where)).fetchall()
        expect(bars).to_have_count(len(rows))
        for airport, mean in rows:
            bar = self.card("origins").locator(f".role-mark path[aria-label*='{airport}']")
            expect(bar).to_have_attribute("aria-label", re.compile(rf"(^|\D){re.escape(f'{mean:.1f}')}(\D|$)"))

    def drag_days(self, start: float, end: float) -> tuple[str, str]:
        """Drag over two shares of the daily chart's plot; the days that the address then holds."""
        box = self.card("daily").locator("svg .background").first.bounding_box()
        assert box is not None
        y = box["y"] + box["height"] / 2
        self.page.mouse.move(box["x"] + box["width"] * start, y)
        self.page.mouse.down()
        self.page.mouse.move(box["x"] + box["width"] * (start + end) / 2, y, steps=4)
        self.page.mouse.move(box["x"] + box["width"] * end, y, steps=4)
        self.page.mouse.up()
        expect(self.page).to_have_url(PERIOD)
        self.page.wait_for_function(AT_REST)  # a brush that moves writes many addresses, the last one at its end
        found = PERIOD.search(self.page.url)
        assert found is not None
        return found[1], found[2]


@pytest.fixture
def demo(tab: Tab, flights: duckdb.DuckDBPyConnection) -> Iterator[Demo]:
    """Ready, and at the end of the test nothing was asked of the API."""
    tab.sign_in(PATH)
    wait_for_engine(tab.page)
    wait_for_drawing(tab.page)
    paths = asked(tab.page)
    yield Demo(tab.page, flights)
    assert paths == []


def test_as_it_opens(demo: Demo) -> None:
    demo.shows("true")


def test_the_carriers(demo: Demo) -> None:
    choose_carriers(demo.page, 1)
    expect(demo.page).to_have_url(re.compile(r"input\.carrier=\w+$"))
    demo.shows(f"carrier = '{demo.page.url.rpartition('=')[2]}'")


def test_the_airport(demo: Demo) -> None:
    demo.page.locator("#input-airport").select_option("JFK")
    demo.shows("origin = 'JFK'", by_airport="true")


def test_the_period(demo: Demo) -> None:
    demo.page.locator("#input-period").fill("2013-06-10")
    demo.page.locator("#input-period-to").fill("2013-08-20")
    demo.shows("time_hour >= '2013-06-10' AND time_hour < '2013-08-21'")


def test_the_brush_and_a_bar(demo: Demo) -> None:
    first, last = demo.drag_days(0.3, 0.55)
    assert "2013-03-15" < first < "2013-05-15"
    assert "2013-06-15" < last < "2013-08-15"
    period = f"CAST(time_hour AS DATE) BETWEEN '{first}' AND '{last}'"
    demo.shows(period)
    demo.card("origins").locator(".role-mark path[aria-label*='LGA']").click()
    expect(demo.page.locator("#input-airport option:checked")).to_have_text("LGA")
    demo.shows(f"origin = 'LGA' AND {period}", by_airport=period)
