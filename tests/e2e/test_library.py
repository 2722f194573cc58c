"""Dashboards found, renamed, deleted and brought back, and a file made a table; all by what the page offers."""

from __future__ import annotations

import json
import re

import pytest
from playwright.sync_api import BrowserContext, Page, expect
from tests.e2e.axe import everywhere
from tests.e2e.conftest import Tab
from tests.e2e.test_ask import wait_for_turn
from tests.e2e.test_engine import wait_for_drawing

pytestmark = pytest.mark.browser

FILE = """version: 1
title: {title}
connection: flights
views: {{note: {{type: text, text: A note}}}}
layout: {{rows: [{{items: [{{view: note}}]}}]}}
"""
SHOPS = b"city,opened,sales\nOslo,2024-03-01,120.5\nTurin,2024-04-01,80\nOslo,2024-05-01,99.5\n"


def make(context: BrowserContext, tab: Tab, slug: str, title: str) -> None:
    headers = {"content-type": "application/yaml", "if-none-match": "*", "x-dashbridge": "1"}
    url = f"{tab.server.url}/v1/dashboards/{slug}"
    answer = context.request.put(url, data=FILE.format(title=title), headers=headers)
    assert answer.status == 201, answer.text()


def act(page: Page, title: str, action: str) -> None:
    page.get_by_role("button", name=f"Actions for {title}", exact=True).click()
    page.get_by_role("button", name=action, exact=True).click()


def test_a_dashboard_is_renamed_deleted_and_brought_back(tab: Tab, context: BrowserContext) -> None:
    page = tab.page
    tab.sign_in("/nowhere")
    make(context, tab, "to-tidy", "To tidy")
    page.goto(f"{tab.server.url}/dashboards")
    act(page, "To tidy", "Rename")
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Title").fill("Tidied")
    dialog.get_by_label("Address").fill("Tidy it")
    dialog.get_by_role("button", name="Rename").click()
    expect(dialog).to_have_count(0)
    row = page.get_by_role("link", name="Tidied", exact=True)
    expect(row).to_have_attribute("href", "/d/tidy-it")
    expect(page.get_by_role("link", name="To tidy", exact=True)).to_have_count(0)

    act(page, "Tidied", "Delete")
    expect(row).to_have_count(0)
    page.reload()
    expect(page.get_by_role("link", name="NYC departures, 2013", exact=True)).to_be_visible()
    expect(row).to_have_count(0)
    assert context.request.get(f"{tab.server.url}/v1/dashboards/tidy-it").status == 404
    make(context, tab, "in-the-way", "In the way")
    page.reload()
    act(page, "In the way", "Delete")
    toast = page.locator(".toast")
    expect(toast).to_contain_text(re.compile("“.?In the way.?” is deleted."))
    toast.get_by_role("button", name="Undo").click()
    expect(toast).to_contain_text(re.compile("“.?In the way.?” is back."))
    page.get_by_role("link", name="In the way", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("In the way")
    gone = context.request.delete(
        f"{tab.server.url}/v1/dashboards/in-the-way", headers={"x-dashbridge": "1", "if-match": '"1"'}
    )
    assert gone.ok


def test_the_palette_by_keyboard_alone(tab: Tab) -> None:
    page = tab.page
    tab.sign_in()
    question = page.get_by_label("Your question")
    expect(question).to_be_focused()
    palette = page.get_by_role("dialog", name="Find and do")
    chosen = palette.locator("[role=option][aria-selected=true]")
    page.keyboard.press("Control+k")
    palette.get_by_role("option").first.wait_for()
    page.keyboard.press("Escape")
    expect(palette).to_have_count(0)
    expect(question).to_be_focused()
    page.keyboard.press("Control+k")
    page.keyboard.type("departures")
    expect(chosen).to_contain_text("NYC departures, 2013")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/d/nyc-departures$"))
    wait_for_drawing(page)
    page.keyboard.press("Control+k")
    page.keyboard.type("all con")
    expect(chosen).to_contain_text("All connections")
    page.keyboard.press("ArrowDown")
    expect(chosen).not_to_contain_text("All connections")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/connections$"))
    expect(page.get_by_role("heading", level=1)).to_be_visible()


def test_what_is_chosen_comes_back_with_the_address(tab: Tab) -> None:
    page = tab.page
    tab.sign_in("/d/nyc-departures")
    wait_for_drawing(page)
    flights = page.locator(".card[data-view=flights] [data-figure]")
    all_flights = flights.inner_text()
    page.locator("#input-airport").select_option(label="JFK")
    expect(flights).not_to_have_text(all_flights)
    expect(page).to_have_url(re.compile(r"input\.airport="))
    of_one = flights.inner_text()
    page.get_by_role("link", name="Dashboards", exact=True).click()
    expect(page).to_have_url(re.compile(r"/dashboards$"))
    page.go_back()
    expect(page).to_have_url(re.compile(r"input\.airport="))
    expect(flights).to_have_text(of_one)
    expect(page.locator("#input-airport")).to_have_value("=JFK")
    page.go_forward()
    expect(page).to_have_url(re.compile(r"/dashboards$"))
    page.get_by_role("link", name="NYC departures, 2013", exact=True).click()
    expect(flights).to_have_text(all_flights)


def test_an_uploaded_file_is_asked_about(tab: Tab) -> None:
    page = tab.page
    tab.sign_in("/connections")
    page.get_by_label("File to upload").set_input_files(
        {"name": "Shops 2024.csv", "mimeType": "text/csv", "buffer": SHOPS}
    )
    expect(page.get_by_label("Table name")).to_have_value("shops_2024")
    page.get_by_label("Table name").press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("shops_2024")
    expect(page.locator("main")).to_contain_text("sales")
    page.get_by_role("link", name="Ask about this table").click()
    page.get_by_label("Your question").fill("What are total sales by city?")
    page.keyboard.press("Enter")
    wait_for_turn(page)
    wait_for_drawing(page)
    expect(page.locator(".card[data-state=error]")).to_have_count(0)
    expect(page.locator(".beside")).to_contain_text("300")


def test_bigquery_is_connected_by_a_key_that_the_page_does_not_keep(tab: Tab) -> None:
    page = tab.page
    tab.sign_in("/connections")
    page.get_by_role("button", name="Add a connection").press("Enter")
    form = page.get_by_role("dialog", name="Add a connection")
    form.get_by_label("DuckDB file").press("ArrowRight")
    connect = form.get_by_role("button", name="Test and connect")
    connect.press("Enter")
    name = form.get_by_label("Name")
    expect(name).to_be_focused()
    expect(name).to_have_accessible_description("Give it a name.")
    name.fill("shop")
    form.get_by_label("Datasets").fill("sales, web")
    key = form.get_by_label("Key (JSON)")
    key.fill("{}")
    expect(key).to_have_accessible_description("This is not the JSON of a service account’s key.")
    owner = "reader@shop.example"
    written = {"type": "service_account", "client_email": owner, "private_key": "CANARY", "project_id": "shop"}
    bytes_of_key = json.dumps(written).encode()
    form.get_by_label("Key file").set_input_files(
        {"name": "key.json", "mimeType": "application/json", "buffer": bytes_of_key}
    )
    expect(key).to_have_accessible_description(f"The key of {owner}.")
    expect(form.get_by_label("Project", exact=True)).to_have_value("shop")
    with page.expect_request("**/v1/connections") as sent:
        form.get_by_label("Project", exact=True).press("Enter")
    assert json.loads(sent.value.post_data or "")["settings"]["service_account"] == json.dumps(written)
    expect(key).to_be_focused()
    expect(key).to_have_accessible_description(re.compile("The service account key cannot be read"))
    expect(key).to_have_value("")
    assert "CANARY" not in page.content()
    assert everywhere(page, "dialog[open]") == []
    form.get_by_role("button", name="Cancel").click()
    expect(form).to_have_count(0)
    tab.forgive("422")
