"""The demo dashboard without one of its tiles, eight views, warm, in Chromium: from navigation to its last chart drawn.

Limit: 2.5 times what vega-embed alone needs, from navigation too, for the same charts: same specifications, rows, sizes
and renderer, its scripts in the browser's cache as ours are, on a blank page of a server that does nothing else. Both
are come to from elsewhere, so that each begins in a process of its own with the code that the browser has kept. Told
beside it: the longest task of the main thread, with and without the drawing of charts (limit: 100 ms without).
"""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from statistics import median
from threading import Thread
from typing import Any

from benchmarks.figures import report
from playwright.sync_api import BrowserContext, Page, sync_playwright
from ruamel.yaml import YAML
from tests.e2e import chromium

SLUG = "eight-views"
SOURCE = "nyc-departures"
LEFT_OUT = "late"
RUNS = 9
# A browser keeps compiled code from the second visit on, and uses it from the third.
UNCOUNTED = 3
TASK_S = 0.1
_MODULES = Path("web/node_modules")
_SCRIPTS = {f"/{name}.js": _MODULES / name / "build" / f"{name}.min.js" for name in ("vega", "vega-lite", "vega-embed")}
_WATCH = """
window.longTasks = [];
new PerformanceObserver((list) => {
  for (const task of list.getEntries()) window.longTasks.push([task.startTime, task.startTime + task.duration]);
}).observe({ type: "longtask", buffered: true });
// Told by the change itself: asking on each frame would have the page make frames that nobody sees.
new MutationObserver(() => { window.lastDrawn = performance.now(); })
  .observe(document, { subtree: true, attributeFilter: ["data-drawn"] });
"""
_DRAWN = """async (charts) => {
  while (document.querySelectorAll(".chart[data-drawn=true]").length < charts)
    await new Promise((next) => setTimeout(next, 20));
  return window.lastDrawn;
}"""
_ENGINE = ".dashboard[data-engine=ready]"
# Each task and how much of it is left without the drawing of charts.
_TASKS = """() => {
  const draws = performance.getEntriesByName("dashbridge draw");
  const spent = ([from, to]) => draws.reduce((sum, draw) => sum + Math.max(0,
    Math.min(to, draw.startTime + draw.duration) - Math.max(from, draw.startTime)), 0);
  return window.longTasks.map((task) => [task[1] - task[0], task[1] - task[0] - spent(task)]);
}"""
_SIZES = """() => Object.fromEntries([...document.querySelectorAll("[data-view] .chart")].map((chart) =>
  [chart.closest("[data-view]").dataset.view, [chart.clientWidth, chart.clientHeight]]))"""
_PEER = """<!doctype html><meta charset="utf-8"><body>
<script src="/vega.js"></script><script src="/vega-lite.js"></script><script src="/vega-embed.js"></script>
<script>
const charts = CHARTS;
window.drawn = Promise.all(charts.map((spec) => {
  const place = document.body.appendChild(document.createElement("div"));
  return vegaEmbed(place, spec, { actions: false, renderer: "svg" });
})).then(() => performance.now());
</script>"""


def main() -> None:
    """Print the ratios."""
    with serving() as (url, key), sync_playwright() as playwright:
        executable = chromium.find()
        assert executable is not None, chromium.COMMAND
        # A profile as a person has it: a private window keeps no compiled code.
        with tempfile.TemporaryDirectory(prefix="dashbridge-bench-") as profile:
            context = playwright.chromium.launch_persistent_context(
                profile,
                executable_path=executable,
                args=list(chromium.FLAGS),
                viewport={"width": 1440, "height": 3000},
            )
            ours, peer, tasks = _measure(context, url, key)
            context.close()
    alone = median(peer)
    report("warm page of 8 views", ours, 2.5 * alone, f"vega-embed alone {alone * 1000:.0f} ms for its 5 charts")
    longest = max((task for run in tasks for task, _ in run), default=0)
    worst = [max((rest for _, rest in run), default=0) / 1000 for run in tasks]
    report("longest task but drawing", worst, TASK_S, f"the longest with it {longest:.0f} ms")


def _measure(
    context: BrowserContext, url: str, key: str
) -> tuple[list[float], list[float], list[list[tuple[float, float]]]]:
    page = context.new_page()
    page.add_init_script(_WATCH)
    _save(context, url, key)
    page.goto(f"{url}/d/{SLUG}#sign-in={key}")
    page.locator(".dashboard").wait_for()
    charts = _charts(context, url, page)
    ours: list[float] = []
    peer: list[float] = []
    tasks: list[list[tuple[float, float]]] = []
    with _serving_peer(charts) as blank:
        alone = context.new_page()
        for _ in range(UNCOUNTED + RUNS):
            page.goto(f"{url}/d/{SLUG}")
            ours.append(page.evaluate(_DRAWN, len(charts)) / 1000)
            page.locator(_ENGINE).wait_for(timeout=60_000)  # its start counts among the tasks, not to the charts
            tasks.append(page.evaluate(_TASKS))
            page.goto("about:blank")
            alone.goto(blank)
            peer.append(alone.evaluate("window.drawn") / 1000)
            alone.goto("about:blank")
    return ours[UNCOUNTED:], peer[UNCOUNTED:], tasks[UNCOUNTED:]


def _save(context: BrowserContext, url: str, key: str) -> None:
    """The demo's file with one tile fewer, under a name of its own."""
    bearer = {"Authorization": f"Bearer {key}"}
    yaml = YAML()
    file = yaml.load(context.request.get(f"{url}/v1/dashboards/{SOURCE}/yaml", headers=bearer).text())
    del file["views"][LEFT_OUT]
    for row in file["layout"]["rows"]:
        row["items"] = [item for item in row["items"] if item["view"] != LEFT_OUT]
    text = io.StringIO()
    yaml.dump(file, text)
    saved = context.request.put(
        f"{url}/v1/dashboards/{SLUG}", headers={**bearer, "If-None-Match": "*"}, data=text.getvalue()
    )
    assert saved.status == 201, saved.text()


def _charts(context: BrowserContext, url: str, page: Page) -> list[dict[str, Any]]:
    """The charts of the dashboard as vega-embed takes them: rows included, as big as the page draws them."""
    base = f"{url}/v1/dashboards/{SLUG}"
    views = context.request.get(f"{base}/page").json()["views"]
    insights = context.request.get(f"{base}/data").json()["insights"]
    drawn = {name: view for name, view in views.items() if view["vega_lite"]}
    page.evaluate(_DRAWN, len(drawn))
    sizes = page.evaluate(_SIZES)
    charts = []
    for name, view in drawn.items():
        columns = insights[view["insight"]]["data"]
        rows = [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]
        fit = {"autosize": {"type": "fit", "contains": "padding"}, "width": sizes[name][0], "height": sizes[name][1]}
        charts.append({**view["vega_lite"], **fit, "data": {"values": rows}})
    return charts


@contextmanager
def _serving_peer(charts: list[dict[str, Any]]) -> Iterator[str]:
    """The blank page, and its scripts as a browser may keep them."""
    blank = _PEER.replace("CHARTS", json.dumps(charts).replace("</", "<\\/")).encode()
    scripts = {path: file.read_bytes() for path, file in _SCRIPTS.items()}

    class Peer(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            body = scripts.get(self.path, blank)
            kind, kept = (
                ("javascript", "public, max-age=31536000, immutable") if body != blank else ("html", "no-store")
            )
            # With the last, a blank page before it is elsewhere: a browser would draw both in one process else.
            apart = {"Cross-Origin-Opener-Policy": "same-origin"}
            self.send_response(200)
            for name, value in {"Content-Type": f"text/{kind}", "Cache-Control": kept, **apart}.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None:
            pass

    class Quiet(ThreadingHTTPServer):
        def handle_error(self, request: Any, client_address: Any) -> None:
            pass  # a browser that leaves closes its connections as it likes

    server = Quiet(("127.0.0.1", 0), Peer)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        server.server_close()


@contextmanager
def serving() -> Iterator[tuple[str, str]]:
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
