"""What the app's page will ask for, as links at its head: the browser fetches it while the code is still on its way."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from html import escape
from pathlib import Path
from typing import Any
from urllib.parse import quote, quote_plus

from dashbridge.kit import is_slug

MANIFEST = Path(".vite/manifest.json")
_DRAWN_BY = ("src/views/ChartView.tsx", "src/views/TableView.tsx")
_CHARTS = "src/views/drawChart.ts"  # no module: fetched and kept apart from them


def links_ahead(root: Path, path: str, query: Sequence[tuple[str, str]], *, signed_in: bool) -> str:
    """The links for the page at `path`, "" for none; answers of the API only where the browser holds a session."""
    links = [_fetched("/v1/me")] if signed_in else []
    slug = path.removeprefix("d/").removesuffix("/")
    if path.startswith("d/") and is_slug(slug) and not any(name == "panel" for name, _ in query):
        links += _drawing_links(root)
        if signed_in:
            base, inputs = f"/v1/dashboards/{slug}", _inputs(query)
            links += [_fetched(f"{base}/page"), _fetched(f"{base}/data{inputs and '?'}{inputs}")]
    return "".join(links)


def _fetched(url: str) -> str:
    return f'<link rel="preload" as="fetch" crossorigin href="{escape(url)}">'


def _module(file: str) -> str:
    return f'<link rel="modulepreload" crossorigin href="/{escape(quote(file))}">'


def _script(file: str) -> str:
    return f'<link rel="preload" as="script" href="/{escape(quote(file))}">'


def _style(file: str) -> str:
    return f'<link rel="preload" as="style" crossorigin href="/{escape(quote(file))}">'


def _inputs(query: Sequence[tuple[str, str]]) -> str:
    """The chosen inputs, written as the page writes them: by name, and as a browser encodes a form."""
    chosen = sorted(((name, value) for name, value in query if name.startswith("input.")), key=lambda pair: pair[0])
    return "&".join(f"{_encoded(name)}={_encoded(value)}" for name, value in chosen)


def _encoded(text: str) -> str:
    return quote_plus(text, safe="*").replace("~", "%7E")


def _drawing_links(root: Path) -> list[str]:
    """Of the files that draw charts and tables, as the build names them; none where it does not say."""
    try:
        manifest = json.loads((root / MANIFEST).read_bytes())
        seen = {"index.html", *manifest.get("index.html", {}).get("imports", ())}  # the page names these itself
        files = [file for entry in _DRAWN_BY for file in _files(manifest, entry, seen)]
        charts = [_script(manifest[_CHARTS]["file"])] if _CHARTS in manifest else []
        return charts + [_module(file) if file.endswith(".js") else _style(file) for file in files]
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return []


def _files(manifest: dict[str, Any], entry: str, seen: set[str]) -> Iterator[str]:
    chunk = manifest.get(entry)
    if chunk is None or entry in seen:
        return
    seen.add(entry)
    yield chunk["file"]
    yield from chunk.get("css", ())
    for other in chunk.get("imports", ()):
        yield from _files(manifest, other, seen)
