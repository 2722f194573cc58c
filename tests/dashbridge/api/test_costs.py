"""The price of a dashboard and of a file, the team's costs, and an override that lets one plan run once."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import httpx
import pytest
import pytest_asyncio
from tests.dashbridge.api.described import Described

from dashbridge.settings import Settings

URL = "/v1/dashboards/shop"


@pytest.fixture
def settings(directory: Any, tmp_path: Path) -> Settings:
    """Reading costs money, and a refresh may read next to nothing."""
    return Settings(
        database_url=directory.app_url,
        data_dir=tmp_path / "data",
        port=0,
        duckdb_usd_per_tib=6.25,
        budget_refresh_bytes=1_000,
    )


@pytest_asyncio.fixture
async def saved(client: httpx.AsyncClient, shop: Any, shop_yaml: str) -> str:
    answer = await client.put(URL, content=shop_yaml, headers={"If-None-Match": "*"})
    assert answer.status_code == 201, answer.text
    return shop_yaml


async def test_a_file_and_its_dashboard_have_the_same_price(client: httpx.AsyncClient, saved: str) -> None:
    price = (await client.get(f"{URL}/cost")).json()
    assert price == (await client.post("/v1/validate", content=saved)).json()["cost"]
    assert price["usd_per_tib"] == 6.25
    assert price["refresh"] == price["now"]
    assert price["refresh"]["bytes"] > 0
    assert price["refresh"]["usd"] == pytest.approx(price["refresh"]["bytes"] * 6.25 / 2**40, abs=1e-6)
    assert [one["left"] for one in price["budgets"] if one["name"] == "refresh"] == [1_000]


async def test_inputs_that_do_not_fit_are_refused(client: httpx.AsyncClient, saved: str) -> None:
    assert (await client.get(f"{URL}/cost", params={"input.nowhere": "1"})).status_code == 422


async def test_an_override_lets_exactly_one_refresh_run(client: httpx.AsyncClient, saved: str, app: Any) -> None:
    refused = await client.get(f"{URL}/data")
    problem = refused.json()
    assert (refused.status_code, problem["code"], problem["budget"]) == (422, "over_budget", "refresh")
    assert problem["limit"] == problem["left"] == 1_000
    assert problem["estimate"] == (await client.get(f"{URL}/cost")).json()["refresh"]["bytes"]
    asked = {"plan_sha256": problem["plan_sha256"], "reason": "needed today"}
    granted = await client.post("/v1/overrides", json=asked)
    assert granted.status_code == 201, granted.text
    assert list(Described(app).unlike("POST", "/v1/overrides", granted)) == []
    assert (await client.get(f"{URL}/data")).status_code == 200
    assert (await client.get(f"{URL}/cost")).json()["now"]["bytes"] == 0
    (used,) = (await client.get("/v1/overrides")).json()["overrides"]
    assert used["used_by"] == "admin"
    costs = await client.get("/v1/costs", params={"days": 1})
    assert list(Described(app).unlike("GET", "/v1/costs", costs)) == []
    body = costs.json()
    assert body["priced"] is True
    assert body["total"]["refused"] == 1
    assert body["total"]["estimated"] == problem["estimate"]
    assert [one["dashboard"] for one in body["by_dashboard"]] == ["shop"]


@pytest.mark.parametrize(
    "asked",
    [
        {"plan_sha256": "short", "reason": "r"},
        {"plan_sha256": "ab" * 32, "reason": "  "},
        {"plan_sha256": "ab" * 32, "reason": "x" * 501},
        {"plan_sha256": "ab" * 32},
        {"plan_sha256": "ab" * 32, "reason": "r", "more": 1},
    ],
)
async def test_an_override_needs_a_plan_and_a_reason(client: httpx.AsyncClient, asked: dict[str, Any]) -> None:
    assert (await client.post("/v1/overrides", json=asked)).status_code == 422


@pytest.mark.parametrize("days", ["0", "367", "x", "-1"])
async def test_days_that_are_none_are_refused(client: httpx.AsyncClient, days: str) -> None:
    assert (await client.get("/v1/costs", params={"days": days})).status_code == 422
