"""What each view offers: its SQL, its rows, files of both, one alone on the screen, and the series of its legend."""

from __future__ import annotations

import csv
import io
import re
from base64 import b64encode
from pathlib import Path

import pytest
from playwright.sync_api import APIRequestContext, BrowserContext, Locator, Page, expect
from tests.e2e.conftest import Tab
from tests.e2e.test_engine import PATH, wait_for_drawing

pytestmark = pytest.mark.browser

CHART, TABLE = "trend", "table"
SIZE_OF_PICTURE = """async (address) => {
  const picture = new Image();
  picture.src = address;
  await picture.decode();
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [picture.naturalWidth, picture.naturalHeight];
  const pen = canvas.getContext("2d");
  pen.drawImage(picture, 0, 0);
  const dots = pen.getImageData(0, 0, canvas.width, canvas.height).data;
  const colours = new Set();
  for (let at = 0; at < dots.length; at += 4) colours.add(`${dots[at]},${dots[at + 1]},${dots[at + 2]}`);
  return [canvas.width, canvas.height, colours.size];
}"""


def card(page: Page, view: str) -> Locator:
    return page.locator(f".card[data-view={view}]")


def choose(page: Page, view: str, entry: str) -> None:
    card(page, view).get_by_role("button", name=re.compile("^Menu of ")).click()
    page.get_by_role("menuitem", name=entry).click()


def saved(page: Page, view: str, entry: str) -> tuple[str, bytes]:
    """The name and the bytes of the file that an entry of a view's menu hands out."""
    with page.expect_download() as waiting:
        choose(page, view, entry)
    return waiting.value.suggested_filename, Path(waiting.value.path()).read_bytes()


def served(request: APIRequestContext, url: str, insight: str) -> list[list[str]]:
    """The rows of an insight as the data endpoint writes them."""
    answer = request.get(f"{url}/v1/dashboards{PATH[2:]}/data?insight={insight}", headers={"accept": "text/csv"})
    assert answer.ok, answer.text()
    return list(csv.reader(io.StringIO(answer.text())))[1:]


def same(ours: list[list[str]], theirs: list[list[str]]) -> None:
    """Rows are equal, their numbers to nine digits; the server repeats a split that is shown too."""
    assert len(ours) == len(theirs) > 0
    for mine, other in zip(ours, theirs, strict=True):
        assert other[len(mine) :] in ([], other[len(mine) - 1 : len(mine)])
        for cell, expected in zip(mine, other, strict=False):
            assert cell == expected or float(cell) == pytest.approx(float(expected), rel=1e-9), (mine, other)


def test_sql_rows_and_files_of_a_view(tab: Tab, context: BrowserContext) -> None:
    context.grant_permissions(["clipboard-read", "clipboard-write"], origin=tab.server.url)
    page = tab.page
    tab.sign_in(PATH)
    wait_for_drawing(page)

    choose(page, TABLE, "Show SQL")
    statement = page.locator("dialog[open] .statement").first
    expect(statement).to_contain_text(re.compile(r"SELECT\s+carrier"))
    expect(statement).to_contain_text("GROUP BY")
    page.keyboard.press("Escape")

    choose(page, CHART, "Show data")
    dialog = page.locator("dialog[open]")
    expect(dialog.locator("thead th")).to_have_count(3)
    expect(dialog.locator("tbody tr").first).to_contain_text("2013")
    page.keyboard.press("Escape")
    expect(page.locator("dialog[open]")).to_have_count(0)

    for view, insight in ((TABLE, "carrier_table"), (CHART, "delay_by_month")):
        choose(page, view, "Copy as CSV")
        expect(card(page, view).locator(".said")).to_have_text("Copied as CSV")
        copied = page.evaluate("navigator.clipboard.readText()")
        same(list(csv.reader(io.StringIO(copied)))[1:], served(context.request, tab.server.url, insight))
    name, file = saved(page, TABLE, "Download CSV")
    assert name.endswith(".csv")
    same(list(csv.reader(io.StringIO(file.decode())))[1:], served(context.request, tab.server.url, "carrier_table"))


def test_pictures_of_a_view_open_as_pictures(tab: Tab) -> None:
    page = tab.page
    tab.sign_in(PATH)
    card(page, CHART).locator(".chart[data-drawn=true]").wait_for()
    for ending, kind, begins in (("png", "image/png", b"\x89PNG\r\n"), ("svg", "image/svg+xml", b"<svg ")):
        name, file = saved(page, CHART, f"Download {ending.upper()}")
        assert name == f"Average departure delay by month.{ending}"
        assert file.startswith(begins)
        width, height, colours = page.evaluate(SIZE_OF_PICTURE, f"data:{kind};base64,{b64encode(file).decode()}")
        assert width > 400
        assert height > 200
        assert colours > 20


def test_a_legend_shows_one_series_alone(tab: Tab) -> None:
    page = tab.page
    tab.sign_in(PATH)
    chart = card(page, CHART)
    chart.locator(".chart[data-drawn=true]").wait_for()
    lines = chart.locator(".mark-line path")
    names = chart.locator(".legend li button").count()
    expect(lines).to_have_count(names)
    chart.get_by_role("button", name="Show B6", exact=True).click()
    expect(lines).to_have_count(1)
    chart.get_by_role("button", name="Show UA", exact=True).click(modifiers=["Shift"])
    expect(lines).to_have_count(2)
    chart.get_by_role("button", name="Show all").click()
    expect(lines).to_have_count(names)


def test_one_view_has_an_address_and_fills_the_screen(tab: Tab) -> None:
    page = tab.page
    tab.sign_in(f"{PATH}?view={TABLE}")
    expect(card(page, TABLE)).to_be_in_viewport()
    choose(page, TABLE, "Full screen")
    expect(page).to_have_url(re.compile(rf"[?&]view={TABLE}&screen=full"))
    page.reload()
    dialog = page.locator("dialog[open][data-size=full]")
    expect(dialog.locator("tbody tr")).not_to_have_count(0)
    page.keyboard.press("Escape")
    expect(page.locator("dialog[open]")).to_have_count(0)
    assert "screen=" not in page.url


MANY = """version: 1
title: Many rows
connection: flights
queries:
  all: {sql: "SELECT carrier, flight, time_hour, distance FROM flights"}
insights:
  all:
    query: all
    columns: {time: time_hour, carrier: carrier, flight: flight, miles: sum(distance)}
    limit: 100000
    interactions: [{sort: "time_hour, carrier, flight"}]
views:
  rows: {type: table, title: Every flight, insight: all, labels: {miles: Miles}}
layout: {rows: [{height: lg, items: [{view: rows, span: 12}]}]}
"""


def test_a_hundred_thousand_rows_are_sorted_summed_and_scrolled(tab: Tab, context: BrowserContext) -> None:
    page = tab.page
    tab.sign_in("/nowhere")
    url = f"{tab.server.url}/v1/dashboards/many-rows"
    headers = {"content-type": "application/yaml", "if-none-match": "*", "x-dashbridge": "1"}
    answer = context.request.put(url, data=MANY, headers=headers)
    assert answer.status == 201, answer.text()
    rows = context.request.get(f"{url}/data").json()["insights"]["all"]["data"]
    miles = rows["columns.miles"]
    assert len(miles) == 100_000
    page.goto(f"{tab.server.url}/d/many-rows")
    table = card(page, "rows").locator("table")
    expect(table).to_have_attribute("aria-rowcount", "100001")
    assert table.locator("tbody tr").count() < 100
    expect(table.locator("tfoot")).to_contain_text(f"{sum(miles):,}")
    table.get_by_role("button", name="Miles").click()
    expect(table.locator("tbody tr").first).to_contain_text(f"{max(miles):,}")
    expect(table.locator("th[aria-sort=descending]")).to_have_text("Miles")
    card(page, "rows").get_by_role("region").evaluate("it => { it.scrollTop = it.scrollHeight; }")
    last = table.locator("tr[aria-rowindex='100001']")
    expect(last).to_be_in_viewport()
    expect(last).to_contain_text(f"{min(miles):,}")
    assert table.locator("tbody tr").count() < 100
    card(page, "rows").get_by_role("searchbox").fill("HA")
    hawaiian = sum("HA" in carrier for carrier in rows["columns.carrier"])
    expect(card(page, "rows").locator(".table-foot")).to_contain_text(f"{hawaiian:,} of 100,000 rows")
    assert context.request.delete(url, headers={"x-dashbridge": "1", "if-match": '"1"'}).ok
