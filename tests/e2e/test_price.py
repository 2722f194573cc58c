"""What a dashboard costs, on its page; a refresh that is over its budget, and an admin who allows it once."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect
from tests.e2e.axe import everywhere, violations
from tests.e2e.conftest import Server, Tab, running
from tests.e2e.test_editing import write

pytestmark = [pytest.mark.browser, pytest.mark.slow]

REFUSED = "status of 422"


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    """Reading a file costs money here, and a refresh of the demo's dashboard reads more than it may."""
    with running(DASHBRIDGE_DUCKDB_USD_PER_TIB="5", DASHBRIDGE_BUDGET_REFRESH_BYTES="3000000") as started:
        yield started


@pytest.fixture
def refused(tab: Tab) -> Iterator[Tab]:
    """A tab that may say that the server refused its data."""
    yield tab
    tab.forgive(REFUSED)


def test_over_the_budget_nothing_is_read_until_an_admin_allows_it_once(refused: Tab) -> None:
    page = refused.page
    refused.sign_in("/d/nyc-departures")
    price = page.locator(".facts [data-price]")
    expect(price).to_have_text("A refresh reads up to 7.1 MB · $0.01 at most")
    flights = page.locator("[data-view=flights]")
    expect(flights).to_contain_text("Not run: over the budget of a refresh")
    expect(flights).to_contain_text("It reads up to 7.1 MB · $0.01 at most; 3 MB of 3 MB is left.")
    expect(page.locator(".card[data-state=ready]")).to_have_count(0)
    assert everywhere(page) == []

    flights.get_by_role("button", name="Allow once").click()
    dialog = page.get_by_role("dialog", name="Allow this once?")
    expect(dialog).to_contain_text("Reads at most7.1 MB")
    allow = dialog.get_by_role("button", name="Allow once")
    expect(allow).to_be_disabled()
    dialog.get_by_label("Why").fill("The board meets today")
    assert violations(page) == []
    allow.click()
    expect(dialog).to_have_count(0)
    expect(flights).to_have_attribute("data-state", "ready")
    expect(flights).to_contain_text("336,776")
    expect(page.locator(".card[data-state=error]")).to_have_count(0)
    expect(price).to_have_text("A refresh reads up to 7.1 MB · $0.01 at most; all at hand now")


def test_the_costs_of_the_team_are_reached_from_the_menu(refused: Tab) -> None:
    page = refused.page
    refused.sign_in("/d/nyc-departures")
    page.locator(".facts [data-price]").wait_for()
    page.get_by_role("button", name="Account of").click()
    page.get_by_role("link", name="Costs").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Costs")
    expect(page.locator("tr", has=page.get_by_role("link", name="nyc-departures"))).to_be_visible()
    expect(page.get_by_label("Your team, today: used")).to_be_visible()
    page.get_by_text("7 days").click()
    expect(page.locator("main")).to_have_attribute("aria-busy", "false")
    assert everywhere(page) == []
    page.set_viewport_size({"width": 390, "height": 844})
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_a_file_tells_its_price_before_it_is_saved(refused: Tab) -> None:
    page = refused.page
    refused.sign_in("/d/nyc-departures?panel=yaml")
    cost = page.locator(".file-cost")
    expect(cost.locator("summary")).to_have_text("A refresh reads up to 7.1 MB · $0.01 at most")
    cost.locator("summary").click()
    expect(cost).to_contain_text("More than the budget of a refresh has left (3 MB): it would not run.")
    expect(cost).to_contain_text("departures")

    file = page.request.get(f"{refused.server.url}/v1/dashboards/nyc-departures/yaml").text()
    write(page, file.replace("dep_delay IS NOT NULL", "dep_delay > -999"))  # whose rows are not at hand
    page.locator(".workbench[data-check=good]").wait_for()
    page.keyboard.press("Control+s")
    prepared = page.locator(".workbench-head .prepared [role=status]")
    expect(prepared).to_have_text("Not prepared: it would cost up to $0.01")
    page.get_by_role("button", name="Close the file").click()
    page.set_viewport_size({"width": 390, "height": 844})
    expect(page.locator(".facts .prepared")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert everywhere(page) == []
