"""Conversations named, deleted and brought back; a session that ends in the middle of one; a line that breaks."""

from __future__ import annotations

import re
from contextlib import suppress
from threading import Event

import pytest
from playwright.sync_api import BrowserContext, Page, Route, TimeoutError, expect
from tests.e2e.conftest import Tab
from tests.e2e.test_ask import ask, wait_for_turn
from tests.e2e.test_engine import PATH, wait_for_drawing

pytestmark = pytest.mark.browser

SHORT = "How many flights were there in March?"


def conversations(page: Page) -> None:
    page.get_by_role("button", name=re.compile("^Conversations")).click()


def test_a_conversation_is_named_deleted_and_brought_back(tab: Tab) -> None:
    page = tab.page
    tab.sign_in()
    ask(page, SHORT)
    wait_for_turn(page)
    address = page.url
    conversations(page)
    page.get_by_role("button", name=f"Rename: {SHORT}").first.click()
    page.get_by_label("Title of the conversation").fill("March <b>2013</b>")
    page.keyboard.press("Enter")
    title = page.locator(".chat-title")
    expect(title).to_contain_text("March <b>2013</b>")
    page.reload()
    wait_for_turn(page)
    expect(title).to_contain_text("March <b>2013</b>")
    expect(page.locator(".asked")).to_have_text(SHORT)
    conversations(page)
    page.get_by_role("button", name="Delete: March <b>2013</b>").click()
    expect(page).to_have_url(f"{tab.server.url}/")
    toast = page.locator(".toast")
    expect(toast).to_contain_text(re.compile("“.?March <b>2013</b>.?” is deleted."))
    toast.get_by_role("button", name="Undo").click()
    expect(toast).to_contain_text("The conversation is back.")
    page.goto(address)
    wait_for_turn(page)
    expect(title).to_contain_text("March <b>2013</b>")


def test_a_session_that_ends_loses_no_question(tab: Tab, context: BrowserContext) -> None:
    page = tab.page
    tab.sign_in()
    field = page.get_by_label("Your question")
    field.fill(SHORT)
    context.clear_cookies()
    page.keyboard.press("Enter")
    expect(page.get_by_text("Your session has ended.")).to_be_visible()
    page.get_by_label("Token or API key").fill(tab.server.api_key)
    page.keyboard.press("Enter")
    expect(field).to_have_value(SHORT)
    page.keyboard.press("Enter")
    wait_for_turn(page)
    expect(page.locator(".asked")).to_have_text(SHORT)
    expect(field).to_have_value("")

    follow_up = "by carrier\nand month"
    field.fill(follow_up)
    context.clear_cookies()
    dashboards = page.get_by_role("link", name="Dashboards", exact=True)
    with suppress(TimeoutError):  # what the page asks for by itself may end the session first
        dashboards.click(timeout=2_000)
    page.get_by_label("Token or API key").fill(tab.server.api_key)
    page.keyboard.press("Enter")
    dashboards.click()
    expect(page.get_by_role("heading", name="Dashboards", level=1)).to_be_visible()
    page.get_by_role("link", name="Ask", exact=True).click()
    expect(field).to_have_value(follow_up)
    tab.forgive("401")


def test_slow_data_says_so_and_comes(tab: Tab) -> None:
    page = tab.page
    tab.sign_in("/nowhere")
    held: list[Route] = []
    page.route("**/v1/dashboards/*/data*", lambda route: held.append(route))
    page.goto(f"{tab.server.url}{PATH}")
    expect(page.get_by_role("heading", level=1)).to_have_text("NYC departures, 2013")
    expect(page.get_by_text("Still computing…").first).to_be_visible()
    for route in held:
        route.continue_()
    page.unroute("**/v1/dashboards/*/data*")
    wait_for_drawing(page)
    expect(page.get_by_text("Still computing…")).to_have_count(0)
    expect(page.locator(".card[data-state=error]")).to_have_count(0)


def test_a_server_that_falls_silent_is_told_and_asked_again(tab: Tab) -> None:
    page = tab.page
    tab.sign_in("/dashboards")
    page.locator("main a[href='/d/nyc-departures']").first.wait_for()
    silent = Event()
    silent.set()

    def cut(route: Route) -> None:
        if silent.is_set():
            route.abort("connectionreset")
        else:
            route.continue_()

    page.route(re.compile(r"/(v1|healthz)"), cut)
    page.locator("main a[href='/d/nyc-departures']").first.click()
    banner = page.locator(".reach[data-reach=silent]")
    expect(banner).to_contain_text("Dashbridge does not answer. Trying again until it does")
    silent.clear()
    wait_for_drawing(page)
    page.locator(".chart[data-drawn=true]").first.wait_for()
    expect(page.locator(".reach[data-reach=reached]")).to_be_attached()
    expect(page.locator(".card[data-state=error]")).to_have_count(0)
    tab.forgive("ERR_CONNECTION_RESET")


def test_a_question_that_cannot_be_sent_is_kept_to_try_again(tab: Tab) -> None:
    page = tab.page
    tab.sign_in()
    page.route(re.compile(r"/v1/chat/sessions$"), lambda route: route.abort("connectionreset"))
    ask(page, SHORT)
    wait_for_turn(page, "failed")
    expect(page.locator(".failure").first).to_be_visible()
    page.unroute(re.compile(r"/v1/chat/sessions$"))
    page.get_by_role("button", name="Try again").click()
    wait_for_turn(page)
    expect(page.locator(".turn")).to_have_count(1)
    expect(page.locator(".asked")).to_have_text(SHORT)
    tab.forgive("ERR_CONNECTION_RESET")
