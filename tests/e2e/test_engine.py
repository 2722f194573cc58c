"""The browser's own engine draws what the server would, without asking; where it cannot run, nobody notices."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, Route, TimeoutError, expect
from tests.e2e.conftest import Tab

pytestmark = pytest.mark.browser

PATH = "/d/nyc-departures"
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
    expect(page.locator(".card[data-state=loading], .chart[data-drawn=false]")).to_have_count(0)


def wait_for_words(page: Page, words: list[Any]) -> None:
    """Until every text and mark of every card is as expected."""
    assert sum(len(texts) + len(marks) for _, _, texts, marks in words) > 100
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
    tab.complaints[:] = [text for text in tab.complaints if "ERR_FAILED" not in text]


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
    tab.complaints[:] = [text for text in tab.complaints if "wasm" not in text and "WebAssembly" not in text]


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
    tab.complaints[:] = [text for text in tab.complaints if "413" not in text]
