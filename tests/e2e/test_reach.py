"""What someone sees when the connection goes, when a turn is to end early, on a phone and in the dark."""

from __future__ import annotations

import pytest
from playwright.sync_api import BrowserContext, expect
from tests.e2e.conftest import Tab
from tests.e2e.test_ask import ask
from tests.e2e.test_engine import wait_for_drawing

pytestmark = pytest.mark.browser

PHONE = (
    "/dashboards",
    "/connections",
    "/connections/flights",
    "/connections/flights/main/flights",
    "/d/nyc-departures?panel=yaml",
    "/d/nyc-departures?panel=history",
    "/d/nyc-departures?panel=edit",
)
STOP_AT_ONCE = """() => {
  const watch = new MutationObserver(() => {
    const stop = document.querySelector("[aria-label=Stop]");
    if (!stop) return;
    watch.disconnect();
    stop.click();
  });
  watch.observe(document.body, { subtree: true, childList: true, attributes: true });
}"""


def test_offline_says_so_keeps_the_page_and_recovers(tab: Tab, context: BrowserContext) -> None:
    page = tab.page
    tab.sign_in("/d/nyc-departures")
    wait_for_drawing(page)
    context.set_offline(True)
    page.locator(".reach[data-reach=offline] p").wait_for()
    expect(page.locator(".reach")).to_contain_text("You are offline")
    expect(page.locator(".card[data-state=ready]")).not_to_have_count(0)
    context.set_offline(False)
    page.locator(".reach[data-reach=reached]").wait_for(state="attached")
    page.get_by_role("link", name="Dashboards", exact=True).click()
    page.locator("main a[href='/d/nyc-departures']").first.wait_for()
    tab.complaints[:] = [text for text in tab.complaints if "ERR_INTERNET_DISCONNECTED" not in text]


def test_a_turn_is_stopped(tab: Tab) -> None:
    """A turn may be over before it can be stopped: then the next one is."""
    page = tab.page
    tab.sign_in()
    for turns in range(1, 9):
        page.evaluate(STOP_AT_ONCE)
        ask(page)
        expect(page.locator(".turn")).to_have_count(turns)
        expect(page.locator(".turn[data-state=running]")).to_have_count(0)
        if page.locator(".turn[data-state=stopped]").count():
            break
    expect(page.locator(".turn[data-state=stopped]")).to_have_count(1)
    expect(page.get_by_role("button", name="Stop", exact=True)).to_have_count(0)
    page.reload()
    page.locator(".turn[data-state=stopped]").wait_for()


def test_nothing_is_wider_than_a_phone_in_the_dark(tab: Tab) -> None:
    page = tab.page
    page.set_viewport_size({"width": 390, "height": 844})
    page.emulate_media(color_scheme="dark")
    tab.sign_in()
    wide = []
    for path in PHONE:
        page.goto(f"{tab.server.url}{path}")
        page.locator("main h1, main input, main section").first.wait_for()
        expect(page.locator("main .bone")).to_have_count(0)
        page.locator("html[data-theme=dark]").wait_for()
        if page.evaluate("document.documentElement.scrollWidth") > 390:
            wide.append(path)
    assert wide == []
    background = page.evaluate("getComputedStyle(document.body).backgroundColor.match(/[\\d.]+/g).map(Number)")
    assert max(background[:3]) < 80
