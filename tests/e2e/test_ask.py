"""From a question to charts, in a real browser."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import suppress

import pytest
from playwright.sync_api import BrowserContext, Error, Page, Route, expect
from tests.e2e.conftest import Server, Tab

pytestmark = pytest.mark.browser

QUESTION = "How do departure delays vary by carrier and month?"


def ask(page: Page, question: str = QUESTION) -> None:
    page.get_by_label("Your question").fill(question)
    page.keyboard.press("Enter")


def wait_for_turn(page: Page, state: str = "complete") -> None:
    page.locator(f".turn:last-of-type[data-state={state}]").wait_for()


def open_steps(page: Page) -> None:
    """The lines of turns that are over are folded up."""
    for steps in page.locator(".did[data-folds=true]:not([open]) > summary").all():
        steps.click()


def saved_slug(page: Page) -> str:
    slug = page.locator(".dashboard[data-slug]").get_attribute("data-slug")
    assert slug
    return slug


def test_sign_in_by_link_works_once_and_leaves_no_token(tab: Tab, context: BrowserContext, server: Server) -> None:
    tab.page.goto(server.link)
    expect(tab.page.get_by_role("heading", name="What would you like to know?")).to_be_visible()
    assert "sign-in" not in tab.page.url
    context.clear_cookies()
    tab.page.goto("about:blank")
    tab.page.goto(server.link)
    expect(tab.page.get_by_role("heading", name="Sign in to Dashbridge")).to_be_visible()
    expect(tab.page.get_by_role("alert")).to_be_visible()
    tab.page.get_by_label("Token or API key").fill(server.api_key)
    tab.page.get_by_role("button", name="Sign in").click()
    expect(tab.page.get_by_role("heading", name="What would you like to know?")).to_be_visible()
    context.clear_cookies()
    tab.page.reload()
    expect(tab.page.get_by_role("heading", name="Sign in to Dashbridge")).to_be_visible()
    tab.page.evaluate("key => { location.hash = `sign-in=${key}` }", server.api_key)
    expect(tab.page.get_by_role("heading", name="What would you like to know?")).to_be_visible()
    refused = [text for text in tab.complaints if "401" in text]
    assert refused
    tab.complaints[:] = [text for text in tab.complaints if text not in refused]


def test_ask_and_see_charts(tab: Tab, context: BrowserContext) -> None:
    page = tab.page
    tab.sign_in()
    with tab.server.warehouse_asleep():
        ask(page)
        expect(page.locator(".tool[data-state=running]")).to_be_visible()
    wait_for_turn(page)
    tools = page.locator(".tool[data-tool]")
    assert tools.count() >= 4
    open_steps(page)
    dry_run = page.locator(".tool[data-tool=run_dry_run_query]").first
    dry_run.locator("summary").click()
    expect(dry_run.locator(".dry-run")).to_contain_text(re.compile(r"\d+(\.\d+)? [kM]?B to read, 100 MB allowed"))
    page.locator(".chart[data-drawn=true]").first.wait_for()
    expect(page.locator(".card[data-state=loading], .chart[data-drawn=false]")).to_have_count(0)
    expect(page.locator(".card[data-state=error]")).to_have_count(0)
    assert page.locator(".card[data-state=ready]").count() >= 4
    for chart in page.locator(".chart").all():
        assert chart.locator(".role-mark path, .role-mark line, canvas").count() > 0
        assert chart.get_attribute("aria-label")
    figures = page.locator("[data-figure]").all_inner_texts()
    assert figures
    assert all(re.search(r"\d", figure) for figure in figures)
    expect(page.locator(".facts .prepared [role=status]")).to_have_text("Data ready")
    saved = f"{tab.server.url}/v1/dashboards/{saved_slug(page)}/page"
    assert context.request.get(saved).json()["draft"] is True
    page.get_by_role("button", name="Keep", exact=True).click()
    expect(page.get_by_role("button", name="Keep", exact=True)).to_have_count(0)
    assert context.request.get(saved).json()["draft"] is False


def test_an_input_changes_the_numbers_and_the_address(tab: Tab) -> None:
    page = tab.page
    tab.sign_in()
    ask(page)
    wait_for_turn(page)
    page.goto(f"{tab.server.url}/d/{saved_slug(page)}")
    flights = page.locator("[data-figure]").last
    before = flights.inner_text()
    page.locator("#input-carrier").click()
    page.locator("#input-carrier-panel input[type=checkbox]").nth(1).check()
    expect(flights).not_to_have_text(before)
    assert "input.carrier=" in page.url
    chosen = flights.inner_text()
    page.reload()
    expect(page.locator("[data-figure]").last).to_have_text(chosen)
    page.get_by_role("button", name="Reset").click()
    expect(page.locator("[data-figure]").last).to_have_text(before)


def test_reload_during_a_turn_goes_on_where_it_was(tab: Tab) -> None:
    """The first connection is held before its answer, so that the page is away while the turn runs."""
    page = tab.page
    tab.sign_in()
    page.route("**/messages", cut_short())
    ask(page)
    page.wait_for_url(re.compile(r"/chat/"))
    page.unroute("**/messages")
    page.reload()
    wait_for_turn(page)
    expect(page.locator(".turn")).to_have_count(1)
    expect(page.locator(".asked")).to_have_text(QUESTION)
    expect(page.locator(".tool[data-tool=save_dashboard_yaml][data-state=ok]")).to_have_count(1)
    page.locator(".chart[data-drawn=true]").first.wait_for()


def test_a_cut_stream_is_resumed_without_repeats(tab: Tab) -> None:
    page = tab.page
    tab.sign_in()
    page.route("**/messages", cut_short())
    ask(page)
    wait_for_turn(page)
    names = page.locator(".tool[data-tool]").evaluate_all("all => all.map(it => it.dataset.tool)")
    assert names.count("save_dashboard_yaml") == page.locator(".tool[data-tool=save_dashboard_yaml]").count()
    page.reload()
    wait_for_turn(page)
    assert page.locator(".tool[data-tool]").evaluate_all("all => all.map(it => it.dataset.tool)") == names


def cut_short() -> Callable[[Route], None]:
    """Passes the question on, and hands the page only the first three events of the answer."""

    def handle(route: Route) -> None:
        answer = route.fetch()
        events = answer.text().split("\n\n")[:3]
        # The page may have been reloaded meanwhile: then nobody waits for it.
        with suppress(Error):
            route.fulfill(status=answer.status, headers=answer.headers, body="\n\n".join(events) + "\n\n")

    return handle


def test_follow_up_edits_the_open_dashboard(tab: Tab) -> None:
    page = tab.page
    tab.sign_in()
    ask(page)
    wait_for_turn(page)
    slug = saved_slug(page)
    revision = page.locator(".dashboard").get_attribute("data-revision")
    ask(page, "remove the table")
    expect(page.locator(".turn")).to_have_count(2)
    wait_for_turn(page)
    expect(page.locator(f".dashboard[data-slug={slug}]")).not_to_have_attribute("data-revision", revision or "")
    expect(page.locator(".card.table")).to_have_count(0)


def test_yaml_and_theme_by_keyboard(tab: Tab) -> None:
    page = tab.page
    tab.sign_in("/")
    page.locator("a.tile").first.click()
    link = page.get_by_role("link", name="YAML")
    link.focus()
    page.keyboard.press("Enter")
    expect(page.locator(".workbench")).to_contain_text("version: 1")
    page.get_by_role("button", name="Close the file").press("Enter")
    expect(page.locator(".workbench")).to_have_count(0)
    expect(link).to_be_focused()
    page.get_by_role("button", name="Use the dark theme").click()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    page.reload()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")


@pytest.mark.parametrize("path", ["/", "/d/nyc-departures", "/d/no-such-dashboard", "/nowhere"])
def test_a_phone_never_scrolls_sideways(tab: Tab, path: str) -> None:
    page = tab.page
    page.set_viewport_size({"width": 390, "height": 844})
    tab.sign_in(path)
    page.wait_for_load_state("networkidle")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    tab.forgive("404")
