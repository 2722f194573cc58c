"""A table of 100,000 rows in Chromium, scrolled by the wheel for some seconds at a time.

Limit: 20 ms from frame to frame (50 a second), on average over a gesture; told beside it is the share of late frames.
"""

from __future__ import annotations

from itertools import pairwise

from benchmarks.figures import report
from benchmarks.page import serving
from playwright.sync_api import BrowserContext, CDPSession, Page, sync_playwright
from tests.e2e import chromium

ROWS = 100_000
GESTURES = 6
PIXELS = 12_000
PIXELS_A_SECOND = 4_000
FRAME_S = 1 / 50
LATE_S = 0.025  # one frame of sixty a second is left out
_FILE = """version: 1
title: Many rows
connection: flights
queries:
  all: {sql: "SELECT carrier, flight, time_hour, distance FROM flights"}
insights:
  all:
    query: all
    columns: {time: time_hour, carrier: carrier, flight: flight, miles: sum(distance)}
    limit: 100000
    interactions: [{sort: "time_hour, carrier, flight"}]
views:
  rows: {type: table, title: Every flight, insight: all, labels: {miles: Miles}}
layout: {rows: [{height: lg, items: [{view: rows, span: 12}]}]}
"""
_WATCH = """() => {
  window.frames_at = [];
  const frame = (now) => {
    window.frames_at.push(now);
    window.watching = requestAnimationFrame(frame);
  };
  window.watching = requestAnimationFrame(frame);
}"""
_FRAMES = "() => { cancelAnimationFrame(window.watching); return window.frames_at; }"


def main() -> None:
    """Print the ratio."""
    with serving() as (url, key), sync_playwright() as playwright:
        executable = chromium.find()
        assert executable is not None, chromium.COMMAND
        browser = playwright.chromium.launch(executable_path=executable, args=list(chromium.FLAGS))
        context = browser.new_context(viewport={"width": 1440, "height": 900})
        page = _opened(context, url, key)
        wheel = context.new_cdp_session(page)
        runs = [_scrolled(page, wheel, down=turn % 2 == 0) for turn in range(GESTURES + 1)][1:]
        browser.close()
    gaps = [gap for run in runs for gap in run]
    late = sum(gap > LATE_S for gap in gaps) / len(gaps)
    means = [sum(run) / len(run) for run in runs]
    rate = len(gaps) / sum(gaps)
    report(f"frames of {ROWS:,} rows scrolled", means, FRAME_S, f"{rate:.0f} a second, {late:.1%} late")


def _opened(context: BrowserContext, url: str, key: str) -> Page:
    page = context.new_page()
    page.goto(f"{url}/#sign-in={key}")
    page.locator("header.header").wait_for()
    headers = {"content-type": "application/yaml", "if-none-match": "*", "x-dashbridge": "1"}
    answer = context.request.put(f"{url}/v1/dashboards/many-rows", data=_FILE, headers=headers)
    assert answer.ok, answer.text()
    page.goto(f"{url}/d/many-rows")
    page.locator(f"table[aria-rowcount='{ROWS + 1}']").wait_for(timeout=60_000)
    page.wait_for_timeout(3_000)  # what the page does once it is drawn is over
    return page


def _scrolled(page: Page, wheel: CDPSession, *, down: bool) -> list[float]:
    """Seconds from each frame to the next while the wheel turns."""
    place = page.locator(".table-scroll")
    box = place.bounding_box()
    assert box is not None
    before = place.evaluate("it => it.scrollTop")
    page.evaluate(_WATCH)
    wheel.send(
        "Input.synthesizeScrollGesture",
        {
            "x": box["x"] + box["width"] / 2,
            "y": box["y"] + box["height"] / 2,
            "yDistance": -PIXELS if down else PIXELS,
            "speed": PIXELS_A_SECOND,
            "gestureSourceType": "mouse",
        },
    )
    frames = page.evaluate(_FRAMES)
    moved = abs(place.evaluate("it => it.scrollTop") - before)
    assert moved > PIXELS * 0.9, f"the table moved by {moved} px"
    return [(after - before) / 1000 for before, after in pairwise(frames)]
