"""An input turned in Chromium: from the choice to new rows, by the page's own engine.

Limits: 12 ms at 100,000 rows and 50 ms at 1,000,000 (row level, every row is looked at), 5 ms where groups are merged.
The page itself measures, as a profile of it would show.
"""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.figures import report
from benchmarks.rows_world import RowsWorld, open_rows_world
from playwright.sync_api import Browser, sync_playwright
from tests.e2e import chromium

TURNS = 24
_READY_MS = 120_000
_TURN = """async ([slug, region, day]) => {
  const label = "dashbridge insight " + slug;
  await new Promise((next) => setTimeout(next, 200));  // the drawing of the last answer is over
  performance.clearMeasures(label);
  const query = new URLSearchParams([["input.region", region], ["input.period", `${day}..2025-11-30`]]);
  history.replaceState(null, "", `${location.pathname}?${query}`);
  dispatchEvent(new PopStateEvent("popstate"));
  const give_up = performance.now() + 20_000;
  while (performance.now() < give_up) {
    const [found] = performance.getEntriesByName(label);
    if (found) return found.duration;
    await new Promise((next) => setTimeout(next, 5));
  }
  return null;
}"""


def main() -> None:
    """Print the ratios."""
    for rows, slug, limit in ((100_000, "spread", 0.012), (1_000_000, "spread", 0.050), (1_000_000, "sums", 0.005)):
        asyncio.run(_prepared(rows, slug, limit))


async def _prepared(rows: int, slug: str, limit: float) -> None:
    async with open_rows_world(rows) as world:
        times = await asyncio.to_thread(_measure, world, slug)
    report(f"input change in Chromium, {slug} of {rows:,} rows", times, limit, f"worst {max(times) * 1000:.1f} ms")


def _measure(world: RowsWorld, slug: str) -> list[float]:
    with _serving(world) as (url, key), sync_playwright() as playwright:
        executable = chromium.find()
        assert executable is not None, chromium.COMMAND
        browser = playwright.chromium.launch(executable_path=executable, args=list(chromium.FLAGS))
        try:
            return _turns(browser, f"{url}/d/{slug}#sign-in={key}", slug)
        finally:
            browser.close()


def _turns(browser: Browser, address: str, slug: str) -> list[float]:
    page = browser.new_page()
    page.goto(address)
    page.locator(".dashboard[data-engine=ready]").wait_for(timeout=_READY_MS)
    times = []
    for turn in range(TURNS + 2):
        region = ("south", "east", "west", "abroad")[turn % 4]
        spent = page.evaluate(_TURN, [slug, region, f"2025-{1 + turn % 9:02}-01"])
        assert spent is not None, "the page did not answer by itself"
        times.append(spent / 1000)
    return times[2:]


@contextmanager
def _serving(world: RowsWorld) -> Iterator[tuple[str, str]]:
    folder = world.settings.data_dir
    env = {**os.environ, "DASHBRIDGE_DATA_DIR": str(folder), "DASHBRIDGE_PORT": "0", "PYTHONUNBUFFERED": "1"}
    server = subprocess.Popen([sys.executable, "-m", "dashbridge", "serve"], env=env, stdout=subprocess.PIPE, text=True)
    assert server.stdout is not None
    try:
        line = server.stdout.readline()
        assert line.startswith("Open http"), line
        yield line.split()[1].split("/#")[0], Path(folder, "api_key").read_text().strip()
    finally:
        server.terminate()
        server.wait(timeout=30)
