"""The browser's own engine draws what the server would, without asking; where it cannot run, nobody notices."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, Route, TimeoutError, expect
from tests.e2e.conftest import Tab

pytestmark = [pytest.mark.browser, pytest.mark.slow]

PATH = "/d/nyc-departures"
NARROWED = """version: 1
title: Narrowed
connection: flights
inputs:
  origin: {type: select, options: {query: flown, column: origin}}
  carrier: {type: multi_select, options: {query: flown, column: carrier, filter: "origin = ${ref(origin).value}"}}
  hours: {type: number_range, value_type: integer}
queries:
  flown: {sql: "SELECT DISTINCT origin, carrier FROM flights ORDER BY 1, 2"}
  raw: {sql: "SELECT origin, carrier, hour, dep_delay, time_hour FROM flights"}
insights:
  median:
    query: raw
    props: {value: median(dep_delay)}
    interactions:
      - filter: origin = ${ref(origin).value}
      - filter: carrier IN ${ref(carrier).values} AND hour >= ${ref(hours).min} AND hour <= ${ref(hours).max}
  times:
    query: raw
    columns:
      time: date_trunc('hour', time_hour)
      flights: count(*)
      minutes: CAST(sum(dep_delay) AS DECIMAL(18, 3))
    limit: 40
    interactions:
      - filter: carrier IN ${ref(carrier).values}
      - sort: date_trunc('hour', time_hour)
views:
  median: {type: metric, insight: median}
  times: {type: table, insight: times}
layout: {rows: [{height: sm, items: [{view: median, span: 12}]}, {height: md, items: [{view: times, span: 12}]}]}
"""
START_MS = 60_000
# A chart that took new data keeps its marks in another order than one drawn anew.
WORDS = """() => [...document.querySelectorAll(".card")].map((card) => {
  const all = (selector, read) => [...card.querySelectorAll(selector)].map(read);
  return [
    card.dataset.view,
    all("[data-figure], .card-body td", (it) => it.textContent.trim()),
    all(".card-body text", (it) => it.textContent.trim()).sort(),
    all(".role-mark [aria-label]", (it) => it.getAttribute("aria-label")).sort(),
  ];
})"""


def wait_for_engine(page: Page, state: str = "ready") -> None:
    """A machine too busy for the start's deadline gets another chance."""
    settled = page.locator(".dashboard[data-engine=ready], .dashboard[data-engine=failed]")
    for _ in range(3):
        settled.wait_for(timeout=START_MS)
        if settled.get_attribute("data-engine") == state:
            return
        page.reload()
    raise AssertionError(f"the engine is not {state}")


def wait_for_drawing(page: Page) -> None:
    expect(page.locator(".dashboard[aria-busy=true], .card[data-refreshing=true]")).to_have_count(0)
    expect(page.locator(".bone, .card[data-state=loading], .chart[data-drawn=false]")).to_have_count(0)


def wait_for_words(page: Page, words: list[Any]) -> None:
    """Until every text and mark of every card is as expected."""
    assert sum(len(texts) for card in words for texts in card[1:]) > 100
    try:
        page.wait_for_function(f"expected => JSON.stringify(({WORDS})()) === expected", arg=compact(words))
    except TimeoutError:
        assert page.evaluate(WORDS) == words
        raise


def compact(words: list[Any]) -> str:
    return json.dumps(words, separators=(",", ":"), ensure_ascii=False)


def choose_carriers(page: Page, *places: int) -> None:
    page.locator("#input-carrier").click()
    for place in places:
        page.locator("#input-carrier-panel input[type=checkbox]").nth(place).check()
    page.keyboard.press("Escape")


def asked(page: Page) -> list[str]:
    """A list that grows by the paths of what the page asks of the API from now on."""
    paths: list[str] = []
    page.on("request", lambda request: paths.append(request.url) if "/v1/" in request.url else None)
    return paths


@pytest.fixture
def other(context: BrowserContext) -> Iterator[Page]:
    """A page in the same session whose engine cannot be loaded."""
    page = context.new_page()
    page.route("**/*.wasm", lambda route: route.abort())
    yield page
    page.close()


def test_a_change_is_drawn_without_a_request_as_the_server_would_have_it(tab: Tab, other: Page) -> None:
    page = tab.page
    tab.sign_in(PATH)
    wait_for_engine(page)
    expect(page.locator(".card[data-answered=server]")).not_to_have_count(0)
    paths = asked(page)
    before = page.locator("[data-figure]").first.inner_text()
    choose_carriers(page, 1, 2, 3)
    expect(page.locator("[data-figure]").first).not_to_have_text(before)
    expect(page.locator(".card[data-answered=server]")).to_have_count(0)
    page.locator("#input-period").fill("2013-03-15")
    expect(page).to_have_url(re.compile(r"input\.period=2013-03-15"))
    other.goto(page.url)
    wait_for_engine(other, "failed")
    wait_for_drawing(other)
    expect(other.locator(".card[data-answered=browser]")).to_have_count(0)
    wait_for_words(page, other.evaluate(WORDS))
    assert paths == []


def test_rows_and_options_that_another_input_narrows_are_computed_here_too(
    tab: Tab, other: Page, context: BrowserContext
) -> None:
    page = tab.page
    tab.sign_in()
    url = f"{tab.server.url}/v1/dashboards/narrowed"
    headers = {"content-type": "application/yaml", "if-none-match": "*", "x-dashbridge": "1"}
    assert context.request.put(url, data=NARROWED, headers=headers).status == 201
    page.goto(f"{tab.server.url}/d/narrowed")
    wait_for_engine(page)
    paths = asked(page)
    page.locator("#input-hours").fill("6")
    page.locator("#input-hours").press("Enter")
    expect(page).to_have_url(re.compile(r"input\.hours="))
    page.locator("#input-origin").select_option(label="EWR")
    choose_carriers(page, 1, 2)
    expect(page.locator(".card[data-answered=server]")).to_have_count(0)
    other.goto(page.url)
    wait_for_engine(other, "failed")
    wait_for_drawing(other)
    wait_for_words(page, other.evaluate(WORDS))
    offered = "() => [...document.querySelectorAll('#input-carrier-panel label')].map((it) => it.textContent)"
    for one in (page, other):
        one.locator("#input-carrier").click()
    assert len(other.evaluate(offered)) > 5
    assert page.evaluate(offered) == other.evaluate(offered)
    assert paths == []
    assert context.request.delete(url, headers={"x-dashbridge": "1", "if-match": '"1"'}).ok


def test_a_page_whose_engine_is_blocked_asks_the_server(tab: Tab) -> None:
    page = tab.page
    page.route("**/*.wasm", lambda route: route.abort())
    tab.sign_in(PATH)
    wait_for_engine(page, "failed")
    before = page.locator("[data-figure]").first.inner_text()
    with page.expect_response(lambda answer: "/data?input.carrier=" in answer.url):
        choose_carriers(page, 1)
    expect(page.locator("[data-figure]").first).not_to_have_text(before)
    expect(page.locator(".card[data-answered=browser]")).to_have_count(0)
    tab.forgive("ERR_FAILED")


def test_a_policy_without_webassembly_is_noticed_at_once(tab: Tab) -> None:
    """A start that a policy forbids says nothing and never ends."""
    page = tab.page
    page.route(f"**{PATH}", without_webassembly)
    tab.sign_in(PATH)
    wait_for_engine(page, "failed")
    before = page.locator("[data-figure]").first.inner_text()
    with page.expect_response(lambda answer: "/data?input.carrier=" in answer.url):
        choose_carriers(page, 1)
    expect(page.locator("[data-figure]").first).not_to_have_text(before)
    tab.forgive("wasm", "WebAssembly")


def without_webassembly(route: Route) -> None:
    """The page under a policy that forbids WebAssembly."""
    answer = route.fetch()
    policy = answer.headers["content-security-policy"].replace(" 'wasm-unsafe-eval'", "")
    route.fulfill(response=answer, headers={**answer.headers, "content-security-policy": policy})


def test_an_insight_that_the_server_refuses_to_hand_out_is_the_servers(tab: Tab) -> None:
    page = tab.page
    problem = {"title": "No", "status": 413, "code": "too_large_for_browser", "detail": "No"}
    page.route("**/insights/delay_by_hour?stage=pre", lambda route: route.fulfill(status=413, json=problem))
    tab.sign_in(PATH)
    wait_for_engine(page)
    with page.expect_response(lambda answer: "/data?input.carrier=" in answer.url):
        choose_carriers(page, 1)
    wait_for_drawing(page)
    expect(page.locator(".card[data-state=error]")).to_have_count(0)
    tab.forgive("413")
