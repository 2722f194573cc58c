"""Hostile files, uploads, addresses and names: what is refused says so, what is shown is text, and nothing runs."""

from __future__ import annotations

import json
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, Route, expect
from tests.e2e.conftest import Tab
from tests.e2e.payloads import BIDI, HTML, PAYLOADS, RUN, SVG, TEMPLATES
from tests.e2e.test_engine import wait_for_drawing
from tests.e2e.test_payloads import delete, document, guarded, nothing_ran, put, shows

pytestmark = pytest.mark.browser
__all__ = ["guarded"]

WORST = (HTML[0], HTML[10], HTML[22], SVG[0], SVG[3], TEMPLATES[0], *BIDI)
BAD_EXPRESSION = f"{RUN}; window.canary(2)"
PATCHES: tuple[dict[str, Any], ...] = (
    {"mark": {"href": f"javascript:{RUN}", "cursor": "pointer"}},
    {"mark": {"type": "image", "url": "https://elsewhere.invalid/x.png", "width": 40, "height": 40}},
    {"mark": {"fill": f"url('javascript:{RUN}')", "stroke": "url(https://elsewhere.invalid/x.svg#a)"}},
    {"mark": {"tooltip": f"<img src=x onerror={RUN}>"}},
    {"mark": {"color": {"expr": BAD_EXPRESSION}}},
    {"encoding": {"href": {"value": f"javascript:{RUN}"}}},
    {"encoding": {"url": {"value": "https://elsewhere.invalid/x.png"}}},
    {"encoding": {"tooltip": {"value": f"<script>{RUN}</script>"}}},
    {"encoding": {"color": {"condition": {"test": BAD_EXPRESSION, "value": "red"}, "value": "blue"}}},
    {"encoding": {"x": {"axis": {"labelExpr": BAD_EXPRESSION, "title": f"<svg onload={RUN}>"}}}},
    {"encoding": {"y": {"axis": {"title": f"<img src=x onerror={RUN}>", "labelFont": "x;} *{display:none}"}}}},
    {"data": {"url": "https://elsewhere.invalid/rows.json"}},
    {"data": {"url": "/v1/me"}},
    {"datasets": {"insight": [{"x": f"<script>{RUN}</script>"}]}},
    {"transform": [{"calculate": BAD_EXPRESSION, "as": "x"}, {"filter": BAD_EXPRESSION}]},
    {"transform": [{"lookup": "x", "from": {"data": {"url": "//elsewhere.invalid/x.json"}, "key": "x"}}]},
    {"params": [{"name": "p", "expr": BAD_EXPRESSION}, {"name": "q", "value": 1, "bind": {"input": "text"}}]},
    {"params": [{"name": "p", "select": {"type": "point", "on": "click", "toggle": BAD_EXPRESSION}}]},
    {"signals": [{"name": "s", "init": BAD_EXPRESSION, "on": [{"events": "load", "update": BAD_EXPRESSION}]}]},
    {"usermeta": {"embedOptions": {"actions": True, "loader": {"baseURL": "//elsewhere.invalid"}, "ast": False}}},
    {"usermeta": {"embedOptions": {"patch": "//elsewhere.invalid/patch.json", "defaultStyle": "*{display:none}"}}},
    {"config": {"background": f"url(javascript:{RUN})", "style": {"cell": {"href": f"javascript:{RUN}"}}}},
    {"config": {"signals": [{"name": "s", "update": BAD_EXPRESSION}], "locale": {"number": BAD_EXPRESSION}}},
    {"$schema": "https://elsewhere.invalid/schema.json", "title": {"text": f"<script>{RUN}</script>"}},
    {"layer": [{"mark": {"type": "image", "url": "//elsewhere.invalid/x.png"}}], "projection": {"type": "x"}},
    {"__proto__": {"canary": 1}, "constructor": {"prototype": {"canary": 1}}},
)
CHART = {
    "version": 1,
    "title": "Patched",
    "connection": "flights",
    "queries": {"it": {"sql": "SELECT origin, dep_delay FROM flights"}},
    "insights": {"it": {"query": "it", "props": {"x": "origin", "y": "count(*)"}}},
    "views": {"it": {"type": "bar", "insight": "it"}},
    "layout": {"rows": [{"items": [{"view": "it"}]}]},
}
LINKED = """() => [...document.querySelectorAll(".card svg *")].flatMap(({ attributes }) =>
  [...attributes].filter(({ name, value }) => /href|src/.test(name) && value !== "").map(({ value }) => value))"""
# Texts whose marks could reorder what stands beside them: neither isolated nor alone in their block.
LOOSE = """() => {
  const found = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const { data, parentElement: own } = walker.currentNode;
    const plain = data.replace(/\\u2068[^\\u202a-\\u202e\\u2066-\\u2069]*\\u2069/g, "");
    if (!/[\\u202a-\\u202e\\u2066-\\u2069]/.test(plain) || own.closest("svg, script, style, textarea")) continue;
    let box = own;
    const apart = (it) => /isolate|plaintext/.test(getComputedStyle(it).unicodeBidi);
    while (!apart(box) && getComputedStyle(box).display === "inline") box = box.parentElement;
    if (!apart(box) && box.textContent.trim() !== data.trim()) found.push(box.outerHTML.slice(0, 300));
  }
  return found;
}"""


def merged(base: Any, patch: Any) -> Any:
    if not isinstance(base, dict) or not isinstance(patch, dict):
        return patch
    return {**base, **{key: merged(base.get(key), value) for key, value in patch.items()}}


def as_written(file: dict[str, Any]) -> str:
    """Its marks themselves, not their numbers."""
    return json.dumps(file, indent=1, ensure_ascii=False)


def all_is_text(page: Page) -> None:
    nothing_ran(page)
    assert page.evaluate(LOOSE) == []


def test_patches_of_charts(guarded: Tab, context: BrowserContext) -> None:
    """The server refuses most; were it to let one through, the page would neither run nor load anything for it."""
    page, url = guarded.page, guarded.server.url
    headers = {"content-type": "application/yaml", "x-dashbridge": "1"}
    accepted = []
    for patch in PATCHES:
        file = {**CHART, "views": {"it": {**CHART["views"]["it"], "vega_lite": patch}}}  # type: ignore[dict-item]
        answer = context.request.post(f"{url}/v1/validate", data=json.dumps(file), headers=headers)
        assert answer.status in (200, 422), answer.text()
        if answer.ok and answer.json().get("valid", True):
            accepted.append(patch)
    assert all(set(patch) <= {"mark", "encoding", "title", "config"} for patch in accepted), accepted
    put(context.request, url, "patched", CHART)

    def let_through(route: Route) -> None:
        answer = route.fetch()
        body = answer.json()
        first = body["views"]["it"]
        body["views"] = {
            f"it{at}": {**first, "vega_lite": merged(first["vega_lite"], patch), "title": f"Patch {at}"}
            for at, patch in enumerate(PATCHES)
        }
        body["layout"]["rows"] = [{"height": "sm", "items": [{"view": name, "span": 12}]} for name in body["views"]]
        route.fulfill(response=answer, json=body)

    page.route("**/v1/dashboards/patched/page", let_through)
    try:
        page.goto(f"{url}/d/patched")
        expect(page.locator(".card")).to_have_count(len(PATCHES))
        expect(page.locator(".card .bone, .card[data-state=loading]")).to_have_count(0)
        page.wait_for_function(
            """() => [...document.querySelectorAll(".card")].every((card) =>
              card.querySelector(".chart[data-drawn=true], [role=alert], .card-problem"))"""
        )
        for mark in page.locator(".card .role-mark path, .card .role-mark image").all():
            mark.dispatch_event("click")
        assert page.evaluate(LINKED) == []
        all_is_text(page)
    finally:
        page.unroute_all(behavior="wait")
        delete(context.request, url, ["patched"])


def test_uploaded_names(guarded: Tab, context: BrowserContext) -> None:
    page, url = guarded.page, guarded.server.url
    page.goto(f"{url}/connections")
    quote = '"'
    head = ",".join(f'"{text.replace(quote, quote * 2)}"' for text in WORST)
    rows = "\n".join([head, head, ",".join("1" for _ in WORST)])
    for at, text in enumerate(WORST[::3]):
        name = text.replace("/", "∕")[:100] + ".csv"
        page.get_by_label("File to upload").set_input_files(
            {"name": name, "mimeType": "text/csv", "buffer": rows.encode()}
        )
        shows(page, ".sending-file span[dir=auto]", [name])
        all_is_text(page)
        page.get_by_label("Table name").fill(f"hostile_{at}" if at == 0 else text[:63])
        page.get_by_role("button", name="Upload", exact=True).click()
        if at == 0:
            page.get_by_role("heading", name="Columns").wait_for()
            all_is_text(page)
            page.goto(f"{url}/connections")
            continue
        page.locator(".sending [role=alert], h1:has-text('connections')").first.wait_for()
        all_is_text(page)
        page.goto(f"{url}/connections")
    guarded.forgive("422", "400")


def test_chosen_by_the_address(guarded: Tab) -> None:
    page, url = guarded.page, guarded.server.url
    for text in WORST[::2]:
        chosen = "&".join(f"input.{name}={quoted(text)}" for name in ("carrier", "airport", "period", quoted(text)))
        page.goto(f"{url}/d/nyc-departures?view={quoted(text)}&{chosen}")
        page.locator("h1").first.wait_for()
        wait_for_drawing(page)
        all_is_text(page)
    guarded.forgive("422")


def quoted(text: str) -> str:
    return "".join(f"%{byte:02X}" for byte in text.encode())


def test_in_the_editors(guarded: Tab, context: BrowserContext) -> None:
    page, url = guarded.page, guarded.server.url
    texts = (*WORST, *PAYLOADS[5:8])[:10]
    put(context.request, url, "edited", document(texts))
    headers = {"content-type": "application/yaml", "if-match": '"1"', "x-dashbridge": "1"}
    changed = {**document(texts), "title": texts[6], "description": texts[7]}
    answer = context.request.put(f"{url}/v1/dashboards/edited", data=as_written(changed), headers=headers)
    assert answer.ok, answer.text()
    try:
        page.goto(f"{url}/d/edited?panel=yaml")
        page.locator(".cm-content").wait_for()
        expect(page.locator(".workbench .card").first).to_be_visible()
        assert page.locator(".cm-specialChar").count() > 0
        all_is_text(page)
        page.locator(".cm-content").focus()
        page.keyboard.press("Control+a")
        page.keyboard.insert_text(as_written({**changed, "connection": WORST[0], "theme": WORST[1]}))
        page.locator(".findings li").first.wait_for()
        all_is_text(page)
        page.keyboard.press("Control+z")
        page.locator(".save-state[data-dirty=false]").wait_for()
        page.goto(f"{url}/d/edited?panel=history")
        page.locator(".revisions li button").nth(1).click()
        page.get_by_role("button", name="Restore this one").click()
        page.get_by_role("dialog").get_by_role("listitem").first.wait_for()
        all_is_text(page)
        page.keyboard.press("Escape")
        page.goto(f"{url}/d/edited?panel=edit")
        page.locator("[data-edit=table]").wait_for()
        wait_for_drawing(page)
        all_is_text(page)
        for view in ("text_0", "bar_0", "metric"):
            page.locator(f"[data-edit={view}]").focus()
            page.keyboard.press("Enter")
            page.get_by_label("Title").first.wait_for()
            all_is_text(page)
    finally:
        page.goto("about:blank")
        context.request.delete(f"{url}/v1/dashboards/edited", headers={"x-dashbridge": "1", "if-match": '"2"'})
    page.goto(f"{url}/nowhere")
    guarded.forgive("422")


def test_as_names_of_conversations_and_in_what_is_told(guarded: Tab, context: BrowserContext) -> None:
    page, url = guarded.page, guarded.server.url
    ours = {"x-dashbridge": "1"}
    made = []
    for text in WORST:
        begun = context.request.post(f"{url}/v1/chat/sessions", data={"connection": "flights"}, headers=ours)
        made.append(f"{url}/v1/chat/sessions/{begun.json()['session_id']}")
        assert context.request.patch(made[-1], data={"title": text}, headers=ours).ok
    page.goto(f"{url}/chat/{made[-1].rsplit('/', 1)[1]}")
    expect(page.locator(".chat-title")).to_contain_text("canary(1)")
    page.locator(".chat-title").click()
    page.locator(".session-title").nth(len(WORST) - 1).wait_for()
    shows(page, ".session-title", WORST)
    all_is_text(page)
    page.get_by_role("button", name="Delete: ").first.click()
    expect(page.locator(".toast")).to_contain_text("is deleted.")
    expect(page.get_by_label("Your question")).to_be_visible()
    all_is_text(page)
    for session in made[:-1]:
        context.request.delete(session, headers=ours)
