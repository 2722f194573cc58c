"""A dashboard changed by its file and on its grid: what is wrong is said in place, and each step can be undone."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import BrowserContext, Page, expect
from tests.e2e.axe import everywhere
from tests.e2e.conftest import Tab
from tests.e2e.test_engine import wait_for_drawing

pytestmark = pytest.mark.browser

FILE = """\
# The author's own words stay.
version: 1
title: By airport
connection: flights
queries:
  flights: {sql: "SELECT origin, dep_delay FROM flights"} # every flight
insights:
  flights: {query: flights, props: {x: origin, y: count(*)}}
  delays: {query: flights, props: {x: origin, y: avg(dep_delay)}}
views:
  flights: {type: bar, title: Flights, insight: flights}
  delays: {type: bar, title: Delays, insight: delays}
layout:
  # side by side
  rows:
    - height: md
      items: [{view: flights, span: 6}, {view: delays, span: 6}]
"""
SLUG = "by-airport"


class Desk:
    """A saved dashboard, the page it is open on, and its file as the server has it."""

    def __init__(self, tab: Tab, context: BrowserContext) -> None:
        self.page = tab.page
        self.complaints = tab.complaints
        self.request = context.request
        self.site = tab.server.url
        self.api = f"{self.site}/v1/dashboards/{SLUG}"

    def open(self, panel: str = "") -> Page:
        self.page.goto(f"{self.site}/d/{SLUG}{panel and f'?panel={panel}'}")
        return self.page

    def saved(self) -> str:
        return self.request.get(f"{self.api}/yaml").text()

    def revisions(self) -> int:
        return len(self.request.get(f"{self.api}/revisions").json()["revisions"])

    def restore_by_dialog(self) -> None:
        """Say yes to the question whether to go back."""
        before = self.revisions()
        self.page.get_by_role("dialog").get_by_role("button", name="Restore revision").click()
        expect(self.page.get_by_role("dialog")).to_have_count(0)
        assert self.revisions() == before + 1


@pytest.fixture
def desk(tab: Tab, context: BrowserContext) -> Iterator[Desk]:
    tab.sign_in("/nowhere")
    made = Desk(tab, context)
    headers = {"content-type": "application/yaml", "if-none-match": "*", "x-dashbridge": "1"}
    answer = made.request.put(made.api, data=FILE, headers=headers)
    assert answer.status == 201, answer.text()
    yield made
    tab.page.goto("about:blank")
    newest = made.revisions()
    assert made.request.delete(made.api, headers={"x-dashbridge": "1", "if-match": f'"{newest}"'}).ok


def write(page: Page, text: str) -> None:
    """Put a text in place of all that the editor holds, as a paste does."""
    page.locator(".cm-content").focus()
    page.keyboard.press("Control+a")
    page.keyboard.press("Delete")
    page.keyboard.insert_text(text)


def test_a_file_edited_with_an_error_then_restored_then_undone(desk: Desk) -> None:
    page = desk.open("yaml")
    page.locator(".cm-content").wait_for()
    page.locator(".cm-content").focus()
    page.keyboard.press("Control+a")
    page.keyboard.type("v: [")
    expect(page.locator(".cm-line")).to_have_text(["v: []"])
    write(page, FILE.replace("avg(dep_delay)", "avg(dep_dely)"))
    page.locator(".workbench[data-check=broken]").wait_for()
    finding = page.locator(".findings li").first
    expect(finding).to_contain_text("dep_dely")
    found = [f"findings: {one}" for one in everywhere(page)]
    write(page, FILE.replace("title: By airport", "title: By New York airport"))
    page.locator(".workbench[data-check=good]").wait_for()
    expect(page.locator(".findings li")).to_have_count(0)
    expect(page.locator(".workbench h1, .workbench h2").filter(has_text="By New York airport").first).to_be_visible()
    page.keyboard.press("Control+s")
    page.locator(".save-state[data-dirty=false]").wait_for()
    expect(page.locator(".save-state")).to_have_text("Saved")
    expect(page.locator(".workbench-head .prepared [role=status]")).to_have_text("Data ready")
    assert "title: By New York airport" in desk.saved()
    assert desk.saved().startswith("# The author's own words stay.")
    page.get_by_role("button", name="Close the file").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("By New York airport")
    expect(page.locator(".facts .prepared[data-prepared=done]")).to_be_visible()

    page = desk.open("history")
    page.locator(".revisions li").nth(1).wait_for()
    found += [f"history: {one}" for one in everywhere(page)]
    page.locator(".revisions li button").nth(1).click()
    page.get_by_role("button", name="Restore this one").click()
    expect(page.get_by_role("dialog").get_by_label("What would change").get_by_role("listitem")).not_to_have_count(0)
    desk.restore_by_dialog()
    assert desk.saved() == FILE

    page = desk.open()
    wait_for_drawing(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("By airport")
    page.keyboard.press("Control+z")
    desk.restore_by_dialog()
    expect(page.get_by_role("heading", level=1)).to_have_text("By New York airport")
    assert found == [], "\n".join(found)
    refused = [text for text in desk.complaints if "422" in text]
    desk.complaints[:] = [text for text in desk.complaints if text not in refused]


def test_views_dragged_and_resized_change_only_the_layout(desk: Desk) -> None:
    page = desk.open("edit")
    flights, delays = page.locator("[data-edit=flights]"), page.locator("[data-edit=delays]")
    flights.wait_for()
    wait_for_drawing(page)
    to = delays.bounding_box()
    assert to
    start = flights.bounding_box()
    assert start
    page.mouse.move(start["x"] + 60, start["y"] + 14)
    page.mouse.down()
    page.mouse.move(to["x"] + to["width"] / 2, to["y"] + 20, steps=6)
    page.mouse.move(to["x"] + to["width"] - 30, to["y"] + 20, steps=6)
    page.mouse.up()
    page.wait_for_function(
        """() => document.querySelector("[data-edit=delays]").getBoundingClientRect().left
          < document.querySelector("[data-edit=flights]").getBoundingClientRect().left"""
    )
    delays.focus()
    page.keyboard.press("Shift+ArrowLeft")
    page.keyboard.press("Shift+ArrowLeft")
    page.locator(".edit[data-check=good]").wait_for()
    found = [f"edit: {one}" for one in everywhere(page)]
    page.get_by_role("button", name="Changes").click()
    expect(page.get_by_role("dialog")).to_contain_text("{view: delays, span: 4}")
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Undo").click()
    page.get_by_role("button", name="Redo").click()
    page.get_by_role("button", name="Save").click()
    page.locator(f".dashboard[data-slug={SLUG}]").wait_for()
    saved = desk.saved()
    assert [line for line in saved.splitlines() if "view:" not in line] == [
        line for line in FILE.splitlines() if "view:" not in line
    ]
    assert saved.index("view: delays, span: 4") < saved.index("view: flights")
    assert found == [], "\n".join(found)
