"""What someone sees when the connection goes, when a turn is to end early, on a phone and in the dark."""

from __future__ import annotations

import pytest
from playwright.sync_api import BrowserContext, expect
from tests.e2e.conftest import Tab
from tests.e2e.test_ask import ask, wait_for_turn
from tests.e2e.test_engine import wait_for_drawing, wait_for_engine

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


def test_offline_says_so_keeps_the_page_and_recovers(tab: Tab, context: BrowserContext) -> None:
    page = tab.page
    tab.sign_in("/d/nyc-departures")
    wait_for_engine(page)
    wait_for_drawing(page)
    context.set_offline(True)
    page.locator(".reach[data-reach=offline] p").wait_for()
    expect(page.locator(".reach")).to_contain_text("You are offline")
    expect(page.locator(".card[data-state=ready]")).not_to_have_count(0)
    context.set_offline(False)
    page.locator(".reach[data-reach=reached]").wait_for(state="attached")
    page.get_by_role("link", name="Dashboards", exact=True).click()
    page.locator("main a[href='/d/nyc-departures']").first.wait_for()
    tab.forgive("ERR_INTERNET_DISCONNECTED")


def test_a_turn_is_stopped(tab: Tab) -> None:
    """It waits for its first query, which the warehouse does not answer."""
    page = tab.page
    tab.sign_in()
    with tab.server.warehouse_asleep():
        ask(page)
        page.locator(".tool[data-state=running]").wait_for()
        page.get_by_role("button", name="Stop", exact=True).click()
        page.locator(".turn[data-state=stopped]").wait_for()
    expect(page.get_by_role("button", name="Stop", exact=True)).to_have_count(0)
    page.reload()
    page.locator(".turn[data-state=stopped]").wait_for()
    page.get_by_role("button", name="Try again").click()
    wait_for_turn(page)
    expect(page.locator(".tool[data-tool=save_dashboard_yaml][data-state=ok]")).to_have_count(1)


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
