"""A browser reads a data answer: every column whole, and proof of what was served that it can check by itself."""

from __future__ import annotations

import json

import pytest
from tests.e2e.conftest import Tab

pytestmark = pytest.mark.browser

URL = "/v1/dashboards/nyc-departures/data"
READ = """async (url) => {
  const answer = await fetch(url);
  const text = await answer.text();
  const body = JSON.parse(text);
  const manifest = await (await fetch(url + "?manifest=1")).json();
  const sha256 = async (of) => [...new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(of)))]
    .map((byte) => byte.toString(16).padStart(2, "0")).join("");
  const insights = {};
  for (const [name, { data, metadata }] of Object.entries(body.insights)) {
    const opened = text.indexOf(`"${name}":{"data":`) + name.length + 11;
    const written = text.slice(opened, text.indexOf(',"query":', opened));
    insights[name] = {
      lengths: metadata.columns.map((column) => data[column.name].length),
      rows: metadata.rows,
      same: (await sha256(written)) === manifest.insights[name].data_sha256,
      odd: metadata.columns.filter(({ name, type }) =>
        data[name].some((it) => it !== null && ["integer", "float"].includes(type) !== (typeof it === "number"))),
    };
  }
  const ids = [answer.headers.get("Dashbridge-Manifest"), body.manifest_id, manifest.manifest_id];
  const { manifest_id: id, runs, ...stated } = manifest;
  return { ids, insights, stated, sha256: await sha256(SORTED(stated)) };
}"""
# As any language writes it: sorted keys, no blanks, ASCII alone.
SORTED = r"""((it) => {
  const write = (it) => Array.isArray(it) ? `[${it.map(write).join()}]`
    : it === null || typeof it !== "object" ? JSON.stringify(it)
    : `{${Object.keys(it).sort().map((key) => `${JSON.stringify(key)}:${write(it[key])}`).join()}}`;
  return write(it).replace(/[^\x00-\x7f]/g, (at) => "\\u" + at.charCodeAt(0).toString(16).padStart(4, "0"));
})"""


def test_a_browser_reads_the_data_and_checks_the_manifest(tab: Tab) -> None:
    tab.sign_in("/d/nyc-departures")
    found = tab.page.evaluate(READ.replace("SORTED", SORTED), URL)
    assert set(found["ids"]) == {found["sha256"]}, json.dumps(found["stated"])
    assert len(found["insights"]) >= 4
    for name, insight in found["insights"].items():
        assert set(insight["lengths"]) == {insight["rows"]}, name
        assert (insight["same"], insight["odd"]) == (True, []), name
