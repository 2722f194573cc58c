"""Fifty texts that try to run, in every place that shows a text: each is seen as it was written, and none runs."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import APIRequestContext, BrowserContext, Page, expect
from tests.e2e.conftest import Tab
from tests.e2e.payloads import PAYLOADS, RUN
from tests.e2e.test_ask import open_steps
from tests.e2e.test_engine import wait_for_drawing

pytestmark = [pytest.mark.browser, pytest.mark.slow]

AT_ONCE = 10
GROUPS = [PAYLOADS[at : at + AT_ONCE] for at in range(0, len(PAYLOADS), AT_ONCE)]
CANARY = "window.ran = []; window.canary = (...all) => { window.ran.push(all.join()); };"
# Elements, attributes and addresses that no page of ours has.
STRANGE = """() => [...document.querySelectorAll("*")].flatMap((it) => {
  const kinds = "iframe,frame,object,embed,base,marquee,video,audio,math,applet,portal,animate,foreignObject";
  const strange = [...it.attributes]
    .filter(({ name, value }) => /^on/i.test(name) || /^\\s*(javascript|vbscript|data:text)/i.test(value))
    .filter(({ name }) => !["value", "title", "content"].includes(name) && !name.startsWith("aria-"));
  const own = it.tagName !== "SCRIPT" || it.src.startsWith(location.origin + "/assets/");
  return it.matches(kinds) || strange.length || !own ? [it.outerHTML.slice(0, 300)] : [];
})"""


@pytest.fixture
def guarded(tab: Tab) -> Iterator[Tab]:
    """A signed-in tab in which a text that ran would have left a trace, and which looks for one at the end."""
    tab.page.add_init_script(CANARY)
    tab.page.on("dialog", lambda dialog: (tab.complaints.append(f"dialog: {dialog.message}"), dialog.dismiss())[1])
    tab.page.on("popup", lambda popup: tab.complaints.append(f"popup: {popup.url}"))
    tab.page.on("download", lambda file: tab.complaints.append(f"download: {file.url}"))
    tab.sign_in("/nowhere")
    yield tab
    nothing_ran(tab.page)


def nothing_ran(page: Page) -> None:
    assert page.evaluate("window.ran") == []
    assert page.evaluate(STRANGE) == []


def shows(page: Page, selector: str, texts: tuple[str, ...] | list[str]) -> None:
    """Each text is the whole text of one of the elements, its spaces and unseen marks aside."""
    found = {plain(text) for text in page.locator(selector).evaluate_all("all => all.map((it) => it.textContent)")}
    missing = [text for text in texts if plain(text) not in found]
    assert missing == [], (selector, missing, sorted(found))


def plain(text: str) -> str:
    return " ".join(text.split())


def put(request: APIRequestContext, url: str, slug: str, document: dict[str, Any]) -> None:
    headers = {"content-type": "application/yaml", "if-none-match": "*", "x-dashbridge": "1"}
    answer = request.put(f"{url}/v1/dashboards/{slug}", data=json.dumps(document), headers=headers)
    assert answer.status == 201, answer.text()


def delete(request: APIRequestContext, url: str, slugs: list[str]) -> None:
    for slug in slugs:
        request.delete(f"{url}/v1/dashboards/{slug}", headers={"x-dashbridge": "1", "if-match": '"1"'})


def document(texts: tuple[str, ...]) -> dict[str, Any]:
    """A dashboard with each of the texts in each of its places."""
    rows = ", ".join(f"('{text.replace(chr(39), chr(39) * 2)}', {at + 1})" for at, text in enumerate(texts))
    views: dict[str, Any] = {
        f"text_{at}": {"type": "text", "title": text, "description": text, "text": text}
        for at, text in enumerate(texts)
    }
    views |= {
        f"bar_{at}": {
            "type": "bar",
            "title": text,
            "insight": "bars",
            "unit": text[:40],
            "alt_text": text,
            "labels": {"x": text, "y": text},
        }
        for at, text in enumerate(texts[:2])
    }
    views["pie"] = {"type": "pie", "insight": "pie", "title": texts[0], "labels": {"color": texts[1]}}
    views["metric"] = {"type": "metric", "insight": "metric", "title": texts[2], "unit": texts[3][:40]}
    views["table"] = {"type": "table", "insight": "rows", "labels": {"cell": texts[4], "n": texts[5]}}
    return {
        "version": 1,
        "title": texts[0],
        "description": texts[1],
        "connection": "flights",
        "inputs": {
            f"input_{at}": {"type": "multi_select", "label": text, "options": list(texts), "default": "all"}
            for at, text in enumerate(texts)
        },
        "queries": {
            "texts": {"sql": f"SELECT v.cell, v.n FROM (VALUES {rows}) AS v(cell, n)", "description": texts[6]}
        },
        "insights": {
            "bars": {"query": "texts", "props": {"x": "cell", "y": "sum(n)"}},
            "pie": {"query": "texts", "props": {"color": "cell", "value": "sum(n)"}},
            "metric": {"query": "texts", "props": {"value": "max(cell)"}},
            "rows": {"query": "texts", "columns": {"cell": "cell", "n": "sum(n)"}},
        },
        "views": views,
        "layout": {"rows": [{"items": [{"view": name, "span": 6}]} for name in views]},
    }


@pytest.mark.parametrize("group", range(len(GROUPS)))
def test_on_a_dashboard(guarded: Tab, context: BrowserContext, group: int) -> None:
    page, url, texts = guarded.page, guarded.server.url, GROUPS[group]
    slug = f"payloads-{group}"
    put(context.request, url, slug, document(texts))
    try:
        page.goto(f"{url}/d/{slug}")
        wait_for_drawing(page)
        page.locator(".card.table td").first.wait_for()
        expect(page.locator(".card[data-state=error]")).to_have_count(0)
        shows(page, "h1", [texts[0]])
        shows(page, ".lede", [texts[1]])
        shows(page, ".card-title", texts)
        shows(page, ".card.text p", [text for text in texts if "](https:" not in text and "`" not in text])
        shows(page, ".card.table td", texts)
        shows(page, ".card.table th", [texts[4], texts[5]])
        page.locator("#input-input_0").click()
        shows(page, "#input-input_0-panel label", texts)
        page.keyboard.press("Escape")
        page.locator(".card.bar .role-mark path").first.hover()
        nothing_ran(page)
    finally:
        delete(context.request, url, [slug])


def test_in_lists(guarded: Tab, context: BrowserContext) -> None:
    """As titles of dashboards, in the list of them and in the palette."""
    page, url = guarded.page, guarded.server.url
    slugs = [f"title-{at}" for at in range(len(PAYLOADS))]
    for slug, text in zip(slugs, PAYLOADS, strict=True):
        view = {"type": "text", "text": text}
        layout = {"rows": [{"items": [{"view": "it"}]}]}
        file = {"version": 1, "title": text, "description": text, "connection": "flights"}
        put(context.request, url, slug, {**file, "views": {"it": view}, "layout": layout})
    try:
        page.goto(f"{url}/dashboards")
        page.locator("main a[href='/d/title-0']").first.wait_for()
        seen = plain(page.locator("main").inner_text())
        assert [text for text in PAYLOADS if plain(text) not in seen] == []
        page.keyboard.press("Control+k")
        page.get_by_role("dialog").get_by_role("combobox").fill("canary")
        page.get_by_role("dialog").get_by_role("option").first.wait_for()
        nothing_ran(page)
    finally:
        delete(context.request, url, slugs)


def test_as_questions(guarded: Tab) -> None:
    page, url = guarded.page, guarded.server.url
    for half in (PAYLOADS[:25], PAYLOADS[25:]):
        page.goto(url)
        question = " ".join(half)
        page.get_by_label("Your question").fill(question)
        page.keyboard.press("Enter")
        page.locator(".turn:not([data-state=running])").wait_for()
        expect(page.locator(".asked")).to_have_text(question)
        open_steps(page)
        for line in page.locator(".tool summary").all():
            line.click()
        nothing_ran(page)


def test_in_addresses(guarded: Tab) -> None:
    page, url = guarded.page, guarded.server.url
    text = f"<img src=x onerror={RUN}>"
    for path in (
        f"/{text}",
        f"/d/{text}",
        f"/connections/{text}",
        f"/connections/flights/{text}/{text}",
        f"/chat/{text}",
    ):
        page.goto(url + path.replace(" ", "%20").replace("<", "%3C").replace(">", "%3E"))
        page.locator("main h1, main [role=alert], main .notice").first.wait_for()
        nothing_ran(page)
    page.goto(f"{url}/?ask=%3Cimg%20src=x%20onerror={RUN}%3E&dashboard=javascript:{RUN}&view=%3Cscript%3E")
    page.locator("main").wait_for()
    nothing_ran(page)
    guarded.forgive("404", "422")
