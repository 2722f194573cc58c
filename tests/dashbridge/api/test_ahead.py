"""What the page will ask for stands at its head: for whom, for which dashboard and inputs, and never as code."""

from __future__ import annotations

import json
import re
from html import unescape
from pathlib import Path

import httpx
import pytest

from dashbridge.api.ahead import MANIFEST, links_ahead
from dashbridge.api.credentials import SESSION_COOKIE

BUILD = {
    "index.html": {"file": "assets/index.js", "isEntry": True, "imports": ["_shared.js"]},
    "_shared.js": {"file": "assets/shared.js"},
    "_draw.js": {"file": "assets/draw.js", "imports": ["_shared.js", "index.html", "_draw.js"]},
    "src/views/ChartView.tsx": {"file": "assets/chart.js", "css": ["assets/c.css"], "imports": ["_draw.js"]},
    "src/views/drawChart.ts": {"file": "assets/all charts.js", "src": "src/views/drawChart.ts"},
    "src/views/TableView.tsx": {"file": "assets/table.js", "imports": ["index.html", "_draw.js", "_gone.js"]},
}


@pytest.fixture
def built(tmp_path: Path) -> Path:
    (tmp_path / MANIFEST).parent.mkdir()
    (tmp_path / MANIFEST).write_text(json.dumps(BUILD))
    return tmp_path


def fetched(links: str) -> list[str]:
    return [unescape(url) for url in re.findall(r'as="fetch" crossorigin href="([^"]*)"', links)]


def test_a_dashboard_names_its_answers_and_what_draws_it(built: Path) -> None:
    links = links_ahead(built, "d/shop", [], signed_in=True)
    assert fetched(links) == ["/v1/me", "/v1/dashboards/shop/page", "/v1/dashboards/shop/data"]
    modules = re.findall(r'rel="modulepreload" crossorigin href="([^"]*)"', links)
    assert modules == ["/assets/chart.js", "/assets/draw.js", "/assets/table.js"]
    assert '<link rel="preload" as="script" href="/assets/all%20charts.js">' in links
    assert '<link rel="preload" as="style" crossorigin href="/assets/c.css">' in links


def test_without_a_session_nothing_is_asked_of_the_api(built: Path) -> None:
    assert fetched(links_ahead(built, "d/shop", [], signed_in=False)) == []
    assert links_ahead(built, "", [], signed_in=False) == ""


@pytest.mark.parametrize("path", ["", "dashboards", "d/", "d/Shop", "d/a/b", "d/../x", 'd/"><script>', "connections/d"])
def test_another_page_asks_only_who_is_there(built: Path, path: str) -> None:
    assert fetched(links_ahead(built, path, [], signed_in=True)) == ["/v1/me"]
    assert "modulepreload" not in links_ahead(built, path, [], signed_in=True)


def test_a_panel_draws_nothing(built: Path) -> None:
    assert fetched(links_ahead(built, "d/shop", [("panel", "yaml")], signed_in=True)) == ["/v1/me"]


def test_chosen_inputs_are_written_as_the_page_writes_them(built: Path) -> None:
    query = [("view", "x"), ("input.b", "Ö & ~*+"), ("input.a", "2"), ("input.a", "1"), ("input.b", '"><script>')]
    url = fetched(links_ahead(built, "d/shop", query, signed_in=True))[-1]
    assert url == ("/v1/dashboards/shop/data?input.a=2&input.a=1&input.b=%C3%96+%26+%7E*%2B&input.b=%22%3E%3Cscript%3E")


@pytest.mark.parametrize("content", [None, "", "{", "[]", "null", '{"src/views/ChartView.tsx": 1}'])
def test_a_build_that_says_nothing_is_no_problem(tmp_path: Path, content: str | None) -> None:
    (tmp_path / MANIFEST).parent.mkdir()
    if content is not None:
        (tmp_path / MANIFEST).write_text(content)
    assert "modulepreload" not in links_ahead(tmp_path, "d/shop", [], signed_in=True)


async def test_the_page_holds_the_links_before_its_body(client: httpx.AsyncClient) -> None:
    page = await client.get("/d/shop", headers={"Cookie": f"{SESSION_COOKIE}=any"})
    head, _, _ = page.text.partition("</head>")
    assert "/v1/dashboards/shop/data" in head
