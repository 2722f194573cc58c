"""What axe-core finds wrong with a page for people who cannot see it well, or use no mouse: WCAG 2.2 AA."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path

from playwright.sync_api import Page

SOURCE = Path(__file__).parents[2] / "web/node_modules/axe-core/axe.min.js"
SIZES = {"wide": {"width": 1440, "height": 900}, "phone": {"width": 390, "height": 844}}
ALL = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
# What a theme can change: the style sheet gives it other colours and nothing else.
COLOURS = ["color-contrast", "link-in-text-block"]
RUN = """async ([within, runOnly]) => {
  const found = await axe.run(within ?? document, { runOnly, resultTypes: ["violations"] });
  return found.violations.flatMap(({ id, nodes }) =>
    nodes.map((node) => `${id}: ${node.target.join(" ")} ${node.html.slice(0, 160)}: ${node.failureSummary}`));
}"""
# A colour is judged where it comes to rest.
SETTLED = """() => document.getAnimations().every(({ playState, effect }) =>
  playState !== "running" || effect?.getTiming().iterations === Infinity)"""


@cache
def source() -> str:
    """The text of axe-core."""
    return SOURCE.read_text(encoding="utf-8")


def violations(page: Page, within: str | None = None, rules: Sequence[str] = ALL) -> list[str]:
    """Of the page as it is now, or of a part of it: a dialog is quickly looked at, as all else is out of reach."""
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(f"{source()}; undefined")
    page.wait_for_function(SETTLED)
    found: list[str] = page.evaluate(RUN, [within, list(rules)])
    return found


def everywhere(page: Page, within: str | None = None) -> list[str]:
    """Of the page in light and dark, on a wide screen and a phone, each named; afterwards it is wide and light."""
    found = []
    for size in SIZES:
        page.set_viewport_size({"width": SIZES[size]["width"], "height": SIZES[size]["height"]})
        for theme in ("dark", "light"):
            page.emulate_media(color_scheme="dark" if theme == "dark" else "light")
            page.locator(f"html[data-theme={theme}]").wait_for()
            rules = COLOURS if theme == "dark" else ALL
            found += [f"{size} {theme}: {one}" for one in violations(page, within, rules)]
    page.set_viewport_size({"width": 1440, "height": 900})
    return found
