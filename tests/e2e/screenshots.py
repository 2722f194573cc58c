"""Takes the pictures in docs/images: five pages, wide and phone, light and dark. By hand: LINK of a running demo."""

from __future__ import annotations

import sys
from pathlib import Path

from playwright.sync_api import Browser, Page, expect, sync_playwright
from tests.e2e import chromium
from tests.e2e.axe import SIZES
from tests.e2e.test_ask import ask, wait_for_turn
from tests.e2e.test_engine import wait_for_drawing

FOLDER = Path(__file__).parents[2] / "docs/images"
MOST_BYTES = 200_000
TALL = 850
PAGES = {
    "dashboard": "/d/nyc-departures",
    "list": "/dashboards",
    "table": "/connections/flights/main/flights",
    "yaml": "/d/nyc-departures?panel=yaml",
}


def main(link: str) -> None:
    """Write them, each under 200 KB."""
    site, _, key = link.partition("/#")
    with sync_playwright() as playwright:
        executable = chromium.find()
        assert executable is not None, chromium.COMMAND
        browser = playwright.chromium.launch(executable_path=executable, args=list(chromium.FLAGS))
        try:
            _take_all(browser, site, key)
        finally:
            browser.close()


def _take_all(browser: Browser, site: str, key: str) -> None:
    page = browser.new_page(viewport={"width": 1440, "height": 900}, locale="en-GB", reduced_motion="reduce")
    page.goto(f"{site}/#{key}")
    page.locator("header.header").wait_for()
    ask(page)
    wait_for_turn(page)
    wait_for_drawing(page)
    for name, path in {"ask": page.url.removeprefix(site), **PAGES}.items():
        for size in SIZES.values():
            page.set_viewport_size({"width": size["width"], "height": min(size["height"], TALL)})
            for theme in ("light", "dark"):
                page.emulate_media(color_scheme="dark" if theme == "dark" else "light")
                page.goto(site + path)
                page.locator("main").wait_for()
                page.wait_for_load_state("networkidle")
                wait_for_drawing(page)
                _take(page, name, size["width"], theme)


def _take(page: Page, name: str, width: int, theme: str) -> None:
    expect(page.locator("main .bone")).to_have_count(0)
    page.mouse.move(0, 0)
    file = FOLDER / f"{name}-{width}-{theme}.png"
    page.screenshot(path=file)
    assert file.stat().st_size < MOST_BYTES, (file.name, file.stat().st_size)


if __name__ == "__main__":
    main(sys.argv[1])
