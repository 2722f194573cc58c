"""Liveness needs nothing; readiness needs the directory."""

from __future__ import annotations

import httpx


async def test_a_process_that_answers_is_alive(client: httpx.AsyncClient) -> None:
    assert (await client.get("/healthz")).json() == {"status": "ok"}


async def test_ready_names_the_schema(client: httpx.AsyncClient) -> None:
    answer = await client.get("/readyz")
    assert answer.status_code == 200
    assert answer.json()["status"] == "ready"


async def test_a_saved_dashboard_answers(client: httpx.AsyncClient, shop: object, shop_yaml: str) -> None:
    saved = await client.put("/v1/dashboards/shop", content=shop_yaml, headers={"If-None-Match": "*"})
    assert saved.status_code == 201, saved.text
    data = await client.get("/v1/dashboards/shop/data")
    assert data.status_code == 200, data.text
    assert data.json()["insights"]["total"]["data"]["props.value"] == [18375.0]
