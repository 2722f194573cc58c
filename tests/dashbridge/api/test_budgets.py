"""Every path to a warehouse that costs money: dry-run first, paid as a whole, refused as a whole."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest
import pytest_asyncio

from dashbridge.api.deps import Rooms
from dashbridge.cli.door import Refused, _Here
from dashbridge.kit import Invalid
from dashbridge.settings import Settings
from dashbridge.sharing import Actor
from dashbridge.warehouse.duckdb import DuckDBWarehouse

URL = "/v1/dashboards/shop"
ARROW = "application/vnd.apache.arrow.stream"


@dataclass
class Counter:
    """What reached the warehouse's port, in every process of this test: there is one."""

    planned: set[tuple[str, str]] = field(default_factory=set)
    runs: list[tuple[str, str]] = field(default_factory=list)
    unplanned: list[str] = field(default_factory=list)


@pytest.fixture
def counter(monkeypatch: pytest.MonkeyPatch) -> Counter:
    found, dry_run, run = Counter(), DuckDBWarehouse.dry_run, DuckDBWarehouse.run

    async def counted_dry_run(self: Any, sql: str, parameters: Sequence[Any] = ()) -> Any:
        plan = await dry_run(self, sql, parameters)
        found.planned.add((sql, repr(tuple(parameters))))
        return plan

    async def counted_run(self: Any, sql: str, parameters: Sequence[Any] = (), **options: Any) -> Any:
        found.runs.append((sql, repr(tuple(parameters))))
        if found.runs[-1] not in found.planned:
            found.unplanned.append(sql)
        return await run(self, sql, parameters, **options)

    monkeypatch.setattr(DuckDBWarehouse, "dry_run", counted_dry_run)
    monkeypatch.setattr(DuckDBWarehouse, "run", counted_run)
    return found


@pytest.fixture
def budget() -> dict[str, Any]:
    return {}


@pytest.fixture
def settings(directory: Any, tmp_path: Path, budget: dict[str, Any]) -> Settings:
    return Settings(
        database_url=directory.app_url, data_dir=tmp_path / "data", port=0, duckdb_usd_per_tib=6.25, **budget
    )


@pytest_asyncio.fixture
async def saved(counter: Counter, client: httpx.AsyncClient, shop: Any, shop_yaml: str) -> str:
    answer = await client.put(URL, content=shop_yaml, headers={"If-None-Match": "*"})
    assert answer.status_code == 201, answer.text
    return shop_yaml


@pytest_asyncio.fixture
async def door(client: httpx.AsyncClient, rooms: Rooms, admin: Actor) -> AsyncIterator[_Here]:
    """The command line's way in, on this machine."""
    yield _Here(client, rooms, admin)


Path_ = Callable[[httpx.AsyncClient, _Here, str], Any]


async def _data(client: httpx.AsyncClient, door: _Here, yaml: str) -> str | None:
    return code_of(await client.get(f"{URL}/data"))


async def _export(client: httpx.AsyncClient, door: _Here, yaml: str) -> str | None:
    return code_of(await client.get(f"{URL}/data?insight=by_day", headers={"Accept": "text/csv"}))


async def _one(client: httpx.AsyncClient, door: _Here, yaml: str) -> str | None:
    return code_of(await client.get(f"{URL}/insights/by_day?input.region=n"))


async def _pre(client: httpx.AsyncClient, door: _Here, yaml: str) -> str | None:
    return code_of(await client.get(f"{URL}/insights/by_day?stage=pre"))


async def _warm(client: httpx.AsyncClient, door: _Here, yaml: str) -> str | None:
    return code_of(await client.post(f"{URL}/warm"))


async def _warm_told(client: httpx.AsyncClient, door: _Here, yaml: str) -> str | None:
    return code_of(await client.post(f"{URL}/warm", headers={"Accept": "text/event-stream"}))


async def _preview(client: httpx.AsyncClient, door: _Here, yaml: str) -> str | None:
    answer = await client.post("/v1/preview?input.region=n", content=yaml)
    assert answer.status_code == 200
    codes = [one["code"] for one in answer.json()["warnings"]]
    return "over_budget" if "over_budget" in codes and answer.json()["data"] is None else None


async def _thumbnail(client: httpx.AsyncClient, door: _Here, yaml: str) -> str | None:
    """Of what goes wrong a list of dashboards tells nothing."""
    answer = (await client.get(f"{URL}/thumbnail")).json()
    return "over_budget" if answer["insight"] is None else None


async def _command_data(client: httpx.AsyncClient, door: _Here, yaml: str) -> str | None:
    try:
        await door.call("GET", f"{URL}/data", params={"input.region": "s"})
    except Refused as error:
        return error.code
    return None


async def _command_warm(client: httpx.AsyncClient, door: _Here, yaml: str) -> str | None:
    try:
        async for name, _ in door.build("shop", []):
            assert name in ("step", "done")
    except Invalid as error:
        return error.code
    return None


PATHS = [_data, _export, _one, _pre, _warm, _warm_told, _preview, _thumbnail, _command_data, _command_warm]


def code_of(answer: httpx.Response) -> str | None:
    if answer.status_code < 400:
        return None
    body = answer.json()
    assert answer.status_code == 422
    assert len(body["errors"]) == 1
    for name in ("budget", "estimate", "limit", "left", "plan_sha256"):
        assert body[name] is not None
    assert body["plan_sha256"] in body["hint"]
    return str(body["code"])


async def test_nothing_runs_without_its_dry_run(
    client: httpx.AsyncClient,
    door: _Here,
    saved: str,
    counter: Counter,
    rooms: Rooms,
    admin: Actor,
    shop_file: Path,
    put_file: Callable[..., Path],
) -> None:
    for path in PATHS:
        before = len(counter.runs)
        put_file(admin, shop_file, "shop.duckdb")  # new data: nothing is kept
        assert await path(client, door, saved) is None, path
        assert len(counter.runs) > before, path
        assert counter.unplanned == [], path
    report = await rooms.costs.report(admin, days=1)
    assert report.total.queries == len(counter.runs)
    assert report.total.billed == report.total.estimated > 0
    assert report.unsettled == ()
    assert set(report.by_purpose) == {"data", "export", "warm", "preview", "thumbnail"}
    assert set(report.by_dashboard) == {"shop", "preview"}


class TestOverTheRefresh:
    @pytest.fixture
    def budget(self) -> dict[str, Any]:
        return {"budget_refresh_bytes": 1}

    async def test_an_over_budget_plan_runs_nothing(
        self, client: httpx.AsyncClient, door: _Here, saved: str, counter: Counter, rooms: Rooms, admin: Actor
    ) -> None:
        for path in PATHS:
            assert await path(client, door, saved) == "over_budget", path
            assert counter.runs == [], path
        assert (await client.post("/v1/validate", content=saved)).status_code == 200
        assert (await client.get(f"{URL}/page")).status_code == 200
        assert counter.runs == []
        total = (await rooms.costs.report(admin, days=1)).total
        assert (total.queries, total.estimated) == (0, 0)
        assert total.refused >= len(PATHS)


class TestOverTheDay:
    @pytest.fixture
    def budget(self) -> dict[str, Any]:
        return {"budget_team_day_bytes": 1}

    async def test_the_day_is_told_as_the_budget(self, client: httpx.AsyncClient, saved: str, counter: Counter) -> None:
        body = (await client.get(f"{URL}/data")).json()
        assert (body["code"], body["budget"], body["limit"], body["left"]) == ("over_budget", "team_day", 1, 1)
        assert counter.runs == []


async def test_what_is_kept_is_served_when_the_budget_is_used_up(
    client: httpx.AsyncClient, saved: str, counter: Counter, rooms: Rooms, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = (await client.get(f"{URL}/data")).json()
    ran = len(counter.runs)
    monkeypatch.setattr(rooms.costs, "limits", type(rooms.costs.limits)(1, 1, 1))
    again = (await client.get(f"{URL}/data")).json()
    assert again["insights"]["by_day"]["data"] == first["insights"]["by_day"]["data"]
    assert len(counter.runs) == ran
