"""axe-core finds nothing on any page, light or dark, wide or phone."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Route, expect
from tests.e2e.axe import everywhere, violations
from tests.e2e.conftest import Tab
from tests.e2e.test_ask import ask, cut_short, open_steps, saved_slug, wait_for_turn
from tests.e2e.test_engine import wait_for_drawing

pytestmark = [pytest.mark.browser, pytest.mark.slow]

DASHBOARD = "/d/nyc-departures"


def check(page: Page, path: str, url: str, wait: Callable[[Page], None]) -> list[str]:
    page.goto(f"{url}{path}")
    wait(page)
    return [f"{path}: {one}" for one in everywhere(page)]


def heading(page: Page) -> None:
    page.locator("main h1").first.wait_for()
    expect(page.locator("main .bone")).to_have_count(0)


def test_pages_to_find_one_s_way(tab: Tab) -> None:
    page = tab.page
    page.goto(tab.server.url)
    page.get_by_label("Token or API key").wait_for()
    found = [f"sign in: {one}" for one in everywhere(page)]
    tab.forgive("401")
    tab.sign_in()
    for path in ("/", "/dashboards", "/connections", "/nowhere"):
        found += check(page, path, tab.server.url, heading)
    page.keyboard.press("Control+k")
    page.get_by_role("dialog").get_by_role("option").first.wait_for()
    found += [f"palette: {one}" for one in everywhere(page, "dialog[open]")]
    assert found == [], "\n".join(found)


def test_the_catalog(tab: Tab) -> None:
    page = tab.page
    tab.sign_in("/connections")
    page.locator("main").get_by_role("link", name="flights").first.click()
    page.locator("main").get_by_role("link", name="airlines").first.wait_for()
    found = [f"connection: {one}" for one in everywhere(page)]
    page.locator("main").get_by_role("link", name="airlines").first.click()
    page.get_by_role("heading", name="Columns").wait_for()
    found += [f"table: {one}" for one in everywhere(page)]
    assert found == [], "\n".join(found)


def test_a_dashboard_and_what_opens_on_it(tab: Tab) -> None:
    page = tab.page
    tab.sign_in(DASHBOARD)
    wait_for_drawing(page)
    page.locator(".chart[data-drawn=true]").first.wait_for()
    found = [f"dashboard: {one}" for one in everywhere(page)]
    for control in ("#input-carrier", "#input-period"):
        page.locator(control).click()
        found += [f"{control}: {one}" for one in violations(page)]
        page.keyboard.press("Escape")
    menu = page.get_by_role("button", name="Menu of Average departure delay by month")
    for entry in ("Full screen", "Show data", "Show SQL"):
        menu.click()
        item = page.get_by_role("menuitem", name=entry)
        item.wait_for()
        if entry == "Full screen":
            found += [f"menu: {one}" for one in violations(page)]
        item.click()
        page.locator("dialog[open]").wait_for()
        expect(page.locator("dialog[open] .bone")).to_have_count(0)
        found += [f"{entry}: {one}" for one in everywhere(page, "dialog[open]")]
        page.keyboard.press("Escape")
        expect(page.locator("dialog[open]")).to_have_count(0)
    assert found == [], "\n".join(found)


def test_a_conversation_under_way_and_done(tab: Tab) -> None:
    page = tab.page
    tab.sign_in()
    held: list[Route] = []
    page.route("**/messages", cut_short())
    page.route("**/stream", lambda route: held.append(route))
    ask(page)
    page.locator(".turn[data-state=running]").wait_for()
    found = [f"under way: {one}" for one in everywhere(page)]
    page.unroute("**/stream")
    for route in held:
        route.continue_()
    wait_for_turn(page)
    wait_for_drawing(page)
    open_steps(page)
    page.locator(".tool summary").first.click()
    found += [f"done: {one}" for one in everywhere(page)]
    assert saved_slug(page)
    assert found == [], "\n".join(found)
