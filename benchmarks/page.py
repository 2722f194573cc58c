"""The demo dashboard, warm, in Chromium: from navigation to its last chart drawn.

Limit: 2.5 times what vega-embed alone needs, from navigation too, for the same charts with the same rows on a blank
page. Told beside it: tasks of the main thread over 100 ms, in both.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from benchmarks.figures import report
from playwright.sync_api import BrowserContext, Page, Route, sync_playwright
from tests.e2e import chromium

SLUG = "nyc-departures"
RUNS = 9
_MODULES = Path("web/node_modules")
_SCRIPTS = {f"/{name}.js": _MODULES / name / "build" / f"{name}.min.js" for name in ("vega", "vega-lite", "vega-embed")}
_WATCH = """
window.longTasks = [];
new PerformanceObserver((list) => {
  for (const task of list.getEntries()) window.longTasks.push(task.duration);
}).observe({ type: "longtask", buffered: true });
"""
_DRAWN = """async (charts) => {
  const done = () => document.querySelectorAll(".chart[data-drawn=true]").length >= charts;
  while (!done()) await new Promise((next) => requestAnimationFrame(next));
  return performance.now();
}"""
_PEER = """<!doctype html><meta charset="utf-8"><body>
<script src="/vega.js"></script><script src="/vega-lite.js"></script><script src="/vega-embed.js"></script>
<script>
const charts = CHARTS;
window.drawn = Promise.all(charts.map(({ spec, width }) => {
  const place = document.body.appendChild(document.createElement("div"));
  return vegaEmbed(place, { ...spec, width, height: 240 }, { actions: false, renderer: "svg" });
})).then(() => performance.now());
</script>"""


def main() -> None:
    """Print the ratio."""
    with _serving() as (url, key), sync_playwright() as playwright:
        executable = chromium.find()
        assert executable is not None, chromium.COMMAND
        browser = playwright.chromium.launch(executable_path=executable, args=list(chromium.FLAGS))
        context = browser.new_context(viewport={"width": 1440, "height": 3000})
        ours, peer, long_ours, long_peer = _measure(context, url, key)
        browser.close()
    alone = statistics.median(peer)
    report("warm page of 9 views", ours, 2.5 * alone, f"vega-embed alone {alone * 1000:.0f} ms for its 5 charts")
    told = [f"{name} {max(tasks, default=0):.0f} ms" for name, tasks in (("page", long_ours), ("alone", long_peer))]
    print(f"longest task of the main thread: {', '.join(told)}")


def _measure(context: BrowserContext, url: str, key: str) -> tuple[list[float], list[float], list[float], list[float]]:
    page = context.new_page()
    page.add_init_script(_WATCH)
    page.goto(f"{url}/d/{SLUG}#sign-in={key}")
    page.locator(".dashboard").wait_for()
    charts = _charts(context, url)
    page.evaluate(_DRAWN, len(charts))
    alone = context.new_page()
    alone.add_init_script(_WATCH)
    alone.route("http://alone.test/**", _peer_of(charts))
    ours, peer, long_ours, long_peer = [], [], [], []
    for _ in range(RUNS):
        page.goto(f"{url}/d/{SLUG}")
        ours.append(page.evaluate(_DRAWN, len(charts)) / 1000)
        long_ours += _long(page)
        alone.goto("http://alone.test/")
        peer.append(alone.evaluate("window.drawn") / 1000)
        long_peer += _long(alone)
    return ours, peer, long_ours, long_peer


def _long(page: Page) -> list[float]:
    found: list[float] = page.evaluate("window.longTasks")
    page.goto("about:blank")
    return found


def _charts(context: BrowserContext, url: str) -> list[dict[str, Any]]:
    """The charts of the dashboard as vega-embed takes them, rows included."""
    base = f"{url}/v1/dashboards/{SLUG}"
    views = context.request.get(f"{base}/page").json()["views"]
    insights = context.request.get(f"{base}/data").json()["insights"]
    charts = []
    for view in views.values():
        if view["vega_lite"]:
            columns = insights[view["insight"]]["data"]
            rows = [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]
            charts.append({"spec": {**view["vega_lite"], "data": {"values": rows}}, "width": 1200})
    return charts


def _peer_of(charts: list[dict[str, Any]]) -> Any:
    page = _PEER.replace("CHARTS", json.dumps(charts).replace("</", "<\\/"))

    def answer(route: Route) -> None:
        path = "/" + route.request.url.rpartition("/")[2]
        if path in _SCRIPTS:
            route.fulfill(path=_SCRIPTS[path], content_type="text/javascript")
        else:
            route.fulfill(body=page, content_type="text/html")

    return answer


@contextmanager
def _serving() -> Iterator[tuple[str, str]]:
    with tempfile.TemporaryDirectory(prefix="dashbridge-bench-") as folder:
        env = {**os.environ, "DASHBRIDGE_DATA_DIR": folder, "DASHBRIDGE_PORT": "0", "PYTHONUNBUFFERED": "1"}
        command = [sys.executable, "-m", "dashbridge", "demo"]
        server = subprocess.Popen(command, env=env, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        assert server.stdout is not None
        try:
            line = next(line for line in server.stdout if line.startswith("Open http"))
            yield line.split()[1].split("/#")[0], Path(folder, "api_key").read_text().strip()
        finally:
            server.terminate()
            server.wait(timeout=30)
