"""Two servers that share a Valkey, and a crowd that asks both for one cold dashboard."""

from __future__ import annotations

import asyncio
import os
import sys
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import httpx
import pyarrow as pa
import pytest

from fakes.bigquery_server import BigQueryServer
from fakes.valkey import RunningValkey, valkey, valkey_process  # noqa: F401 - fixtures

ROWS = 2_000
CROWD = 500
DASHBOARD = """\
version: 1
title: Shop
connection: shop
inputs:
  region: {type: multi_select, label: Region, options: {query: regions, column: region}, default: all}
queries:
  sales: {sql: "SELECT day, region, sum(amount) AS amount FROM main.orders GROUP BY day, region"}
  units: {sql: "SELECT region, sum(units) AS units FROM main.orders GROUP BY region"}
  regions: {sql: "SELECT DISTINCT region FROM main.orders ORDER BY region"}
insights:
  total: {query: sales, props: {value: sum(amount)}, interactions: [{filter: "region IN ${ref(region).values}"}]}
  by_day: {query: sales, props: {x: day, y: sum(amount)}, interactions: [{sort: day}]}
  units: {query: units, props: {x: region, y: sum(units)}}
views:
  total: {type: metric, title: Amount, insight: total}
  trend: {type: line, title: By day, insight: by_day}
  units: {type: bar, title: Units, insight: units}
layout:
  rows:
    - {height: md, items: [{view: total, span: 4}, {view: trend, span: 4}, {view: units, span: 4}]}
"""


@dataclass(frozen=True)
class Worker:
    process: asyncio.subprocess.Process
    client: httpx.AsyncClient
    log: Path

    async def data(self, slug: str) -> dict[str, Any]:
        answer = await self.client.get(f"/v1/dashboards/{slug}/data")
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found


@pytest.fixture
def bigquery() -> Iterator[BigQueryServer]:
    with BigQueryServer("shop") as server:
        first = date(2024, 1, 1)
        orders = {
            "day": [first + timedelta(days=n % 90) for n in range(ROWS)],
            "region": ["nsw"[n % 3] for n in range(ROWS)],
            "amount": [n % 50 / 4.0 for n in range(ROWS)],
            "units": [n % 5 for n in range(ROWS)],
        }
        server.engine.add_table("main", "orders", pa.table(orders))
        yield server


@asynccontextmanager
async def working(environment: dict[str, str], log: Path) -> AsyncIterator[Worker]:
    with log.open("w") as errors:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "dashbridge", "serve", env=environment, stdout=asyncio.subprocess.PIPE, stderr=errors
        )
    assert process.stdout is not None
    try:
        link = (await process.stdout.readline()).decode().partition("Open ")[2].partition("/#")[0]
        assert link, f"it did not start; see {log}"
        key = (Path(environment["DASHBRIDGE_DATA_DIR"]) / "api_key").read_text().strip()
        limits = httpx.Limits(max_connections=CROWD, max_keepalive_connections=0)  # none is closed under a question
        headers = {"Authorization": f"Bearer {key}"}
        async with httpx.AsyncClient(base_url=link, headers=headers, timeout=120, limits=limits) as client:
            yield Worker(process, client, log)
    finally:
        if process.returncode is None:
            process.terminate()
        await process.wait()
        process._transport.close()  # type: ignore[attr-defined]  # its pipe, or it is reported as unclosed


@asynccontextmanager
async def two_workers(
    directory: Any, bigquery: BigQueryServer, cache: RunningValkey, folder: Path
) -> AsyncIterator[tuple[Worker, Worker]]:
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("DASHBRIDGE_")}
    environment = inherited | {
        "DASHBRIDGE_BIGQUERY_ENDPOINT": bigquery.url,
        "DASHBRIDGE_CACHE_LEASE_S": "8",
        "DASHBRIDGE_CACHE_TIMEOUT_MS": "60000",
        "DASHBRIDGE_CACHE_URL": cache.url,
        "DASHBRIDGE_DATABASE_URL": directory.app_url,
        "DASHBRIDGE_DATA_DIR": str(folder / "data"),
        "DASHBRIDGE_LOG_FORMAT": "text",
        "DASHBRIDGE_PORT": "0",
        "PYTHONUNBUFFERED": "1",
    }
    async with AsyncExitStack() as stack:
        both = (stack.enter_async_context(working(environment, folder / f"{name}.log")) for name in ("one", "two"))
        one, two = await asyncio.gather(*both)
        made = {"name": "shop", "kind": "bigquery", "settings": {"project": "shop"}, "allowed_datasets": ["main"]}
        answer = await one.client.post("/v1/connections", json=made)
        assert answer.status_code == 201, answer.text
        for slug, yaml in (("shop", DASHBOARD), ("later", DASHBOARD.replace("main.orders", "main.orders AS o"))):
            headers = {"If-None-Match": "*", "Content-Type": "application/yaml"}
            saved = await one.client.put(f"/v1/dashboards/{slug}", content=yaml, headers=headers)
            assert saved.status_code in (200, 201), saved.text
        yield one, two


def totals(answers: list[dict[str, Any]]) -> set[str]:
    return {str(one["insights"]["total"]["data"]) + str(one["insights"]["units"]["data"]) for one in answers}


async def crowd(bigquery: BigQueryServer, workers: tuple[Worker, Worker]) -> None:
    """Each query runs once, and is paid for once."""
    assert bigquery.runs == []
    answers = await asyncio.gather(*(workers[n % 2].data("shop") for n in range(CROWD)))
    assert len(totals(answers)) == 1
    ran = Counter(bigquery.runs)
    assert len(ran) == 3
    assert set(ran.values()) == {1}
    states = Counter(one["metadata"]["cache"] for each in answers for one in each["insights"].values())
    assert set(states) <= {"miss", "hit", "shared"}
    assert states["shared"] > 0
    costs = (await workers[0].client.get("/v1/costs")).json()
    assert costs["total"]["queries"] == 3


async def killed(bigquery: BigQueryServer, one: Worker, two: Worker) -> None:
    """The first runs the queries and dies at them; the other goes on with each, once."""
    before = len(bigquery.runs)
    bigquery.started.clear()
    bigquery.hold("orders AS o")
    lost = [asyncio.ensure_future(one.data("later")) for _ in range(20)]
    await asyncio.to_thread(bigquery.started.wait, 60)
    waiting = [asyncio.ensure_future(two.data("later")) for _ in range(50)]
    one.process.kill()
    await one.process.wait()
    assert all(isinstance(end, httpx.HTTPError) for end in await asyncio.gather(*lost, return_exceptions=True))
    bigquery.release()
    answers = await asyncio.gather(*waiting)
    assert len(totals(answers)) == 1
    ran = Counter(bigquery.runs[before:])
    assert len(ran) == 3
    assert max(ran.values()) <= 2


@pytest.mark.slow
async def test_two_processes_run_each_query_once_and_one_goes_on_alone(
    directory: Any,
    bigquery: BigQueryServer,
    valkey: RunningValkey,  # noqa: F811
    tmp_path: Path,
) -> None:
    async with two_workers(directory, bigquery, valkey, tmp_path) as (one, two):
        await crowd(bigquery, (one, two))
        await killed(bigquery, one, two)
        logs = [one.log, two.log]
    assert all("Traceback" not in log.read_text() for log in logs)
