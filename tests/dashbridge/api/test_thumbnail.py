"""One chart for the list: the first that is small, ready and sound; never an error, never a wait."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx
import pytest

from dashbridge.api.routes import thumbnail
from dashbridge.serving import Answers

URL = "/v1/dashboards/shop"
NOTHING = {"dashboard": "shop", "revision": 1, "view": None, "insight": None}


async def saved(client: httpx.AsyncClient, yaml: str) -> None:
    answer = await client.put(URL, content=yaml, headers={"If-None-Match": "*"})
    assert answer.status_code == 201, answer.text


async def test_it_is_the_first_chart_with_its_data(client: httpx.AsyncClient, shop: Any, shop_yaml: str) -> None:
    await saved(client, shop_yaml)
    answer = await client.get(f"{URL}/thumbnail")
    body = answer.json()
    page, data = [(await client.get(f"{URL}/{what}")).json() for what in ("page", "data")]
    assert body["view"] == page["views"]["trend"]
    assert body["insight"]["data"] == data["insights"]["by_day"]["data"]
    held = await client.get(f"{URL}/thumbnail", headers={"If-None-Match": answer.headers["etag"]})
    assert (held.status_code, held.content) == (304, b"")


async def test_a_chart_of_too_many_rows_gives_way_to_the_next(
    client: httpx.AsyncClient, shop: Any, shop_yaml: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    await saved(client, shop_yaml)
    monkeypatch.setattr(thumbnail, "MOST_ROWS", 1)
    assert (await client.get(f"{URL}/thumbnail")).json()["view"]["name"] == "total"
    monkeypatch.setattr(thumbnail, "MOST_ROWS", 0)
    assert (await client.get(f"{URL}/thumbnail")).json() == NOTHING


async def test_a_chart_that_fails_gives_way_to_the_next(client: httpx.AsyncClient, shop: Any, shop_yaml: str) -> None:
    await saved(client, shop_yaml.replace("y: sum(amount)", "y: sum(CAST(region AS INTEGER))"))
    assert (await client.get(f"{URL}/thumbnail")).json()["view"]["name"] == "total"


async def test_a_trace_is_drawn_too(client: httpx.AsyncClient, shop: Any, shop_yaml: str) -> None:
    trace = "traces:\n  old: {query: sales, cohort_on: region, props: {x: day, y: sum(amount)}}\nviews:\n"
    yaml = shop_yaml.replace("views:\n", trace).replace("title: By day, insight: by_day", "title: By day, trace: old")
    await saved(client, yaml)
    assert set((await client.get(f"{URL}/thumbnail")).json()["insight"]["data"]) == {"n", "s", "w"}


async def test_what_takes_long_or_is_gone_is_left_out(
    client: httpx.AsyncClient, shop: Any, shop_yaml: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    await saved(client, shop_yaml)

    async def endless(*args: Any, **options: Any) -> None:
        await asyncio.Event().wait()

    with monkeypatch.context() as patched:
        patched.setattr(Answers, "answer", endless)
        patched.setattr(thumbnail, "PATIENCE_S", 0.01)
        answer = await client.get(f"{URL}/thumbnail")
    assert (answer.json(), answer.headers["cache-control"]) == (NOTHING, "no-store")
    assert (await client.get(f"{URL}/thumbnail")).json()["view"]["name"] == "trend"
    assert (await client.delete(f"/v1/connections/{shop.id}")).status_code == 204
    assert (await client.get(f"{URL}/thumbnail")).json() == NOTHING
