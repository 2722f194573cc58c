"""A page that knows its day, and data that is computed ahead, step by step."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import httpx
import orjson
import pytest
import pytest_asyncio
from fastapi import FastAPI

from dashbridge import wiring
from dashbridge.api.deps import Rooms

URL = "/v1/dashboards/shop"
EVENTS = {"Accept": "text/event-stream"}


@pytest_asyncio.fixture
async def saved(client: httpx.AsyncClient, shop: Any, shop_yaml: str) -> httpx.AsyncClient:
    answer = await client.put(URL, content=shop_yaml, headers={"If-None-Match": "*"})
    assert answer.status_code == 201, answer.text
    return client


async def replaced(saved: httpx.AsyncClient, yaml: str, revision: int = 1) -> None:
    answer = await saved.put(URL, content=yaml, headers={"If-Match": f'"{revision}"'})
    assert answer.status_code == 200, answer.text


def zoned(yaml: str) -> str:
    period = "  period: {type: date_range, default: last 7 days}\n"
    return yaml.replace("inputs:\n", f"timezone: Pacific/Kiritimati\ninputs:\n{period}").replace(
        "value: sum(amount)}, interactions: [{filter:",
        'value: sum(amount)}, interactions: [{filter: "day >= ${ref(period).from}"}, {filter:',
    )


@pytest.mark.parametrize("timezone", ["UTC", "Pacific/Kiritimati", "America/New_York"])
def test_the_day_is_that_of_the_zone(timezone: str, monkeypatch: pytest.MonkeyPatch) -> None:
    class Clock(wiring.datetime):
        @classmethod
        def now(cls, tz: Any = None) -> Any:
            return wiring.datetime.fromisoformat("2024-03-01T02:30:00+00:00").astimezone(tz)

    monkeypatch.setattr(wiring, "datetime", Clock)
    days = {"UTC": 1, "Pacific/Kiritimati": 1, "America/New_York": 29}
    assert wiring.today(timezone).day == days[timezone]
    assert wiring.today() == date(2024, 3, 1)


async def test_a_page_has_its_day_and_what_its_inputs_are_then(
    saved: httpx.AsyncClient, app: FastAPI, rooms: Rooms, shop_yaml: str
) -> None:
    plain = (await saved.get(f"{URL}/page")).json()
    assert (plain["timezone"], plain["today"]) == ("UTC", wiring.today().isoformat())
    assert plain["inputs"]["region"]["resolved"] == "all"
    await replaced(saved, zoned(shop_yaml))
    days = {"Pacific/Kiritimati": date(2024, 1, 31)}
    app.state.rooms = replace(rooms, today=lambda timezone="UTC": days[timezone])
    first = await saved.get(f"{URL}/page")
    page = first.json()
    assert (page["timezone"], page["today"]) == ("Pacific/Kiritimati", "2024-01-31")
    assert page["inputs"]["period"]["resolved"] == {"from": "2024-01-25", "to": "2024-01-31"}
    data = (await saved.get(f"{URL}/data")).json()
    assert data["inputs"]["period"]["value"] == page["inputs"]["period"]["resolved"]
    last_week = data["insights"]["total"]["data"]
    assert (await saved.get(f"{URL}/insights/total")).json()["data"] == last_week
    days["Pacific/Kiritimati"] = date(2024, 2, 1)
    assert (await saved.get(f"{URL}/page")).headers["etag"] != first.headers["etag"]
    assert (await saved.get(f"{URL}/insights/total")).json()["data"] != last_week


def events_of(text: str) -> list[tuple[str, dict[str, Any]]]:
    found = []
    for block in text.strip().split("\n\n"):
        fields = dict(line.split(": ", 1) for line in block.splitlines() if not line.startswith(":"))
        if fields:
            found.append((fields["event"], orjson.loads(fields["data"])))
    return found


async def test_a_warm_up_tells_each_step_and_leaves_everything_ready(saved: httpx.AsyncClient) -> None:
    answer = await saved.post(f"{URL}/warm", headers=EVENTS)
    assert answer.headers["content-type"].startswith("text/event-stream")
    *steps, last = events_of(answer.text)
    assert last == ("done", {"dashboard": "shop", "revision": 1, "done": last[1]["done"], "skipped": 0, "failed": 0})
    assert {name for name, _ in steps} == {"step"}
    told = {(step["kind"], step["name"], step["state"]) for _, step in steps}
    assert {("insight", name, state) for name in ("total", "by_day") for state in ("running", "done")} <= told
    for _, step in steps:
        known = {"kind", "name", "state", "total", "rows", "bytes_scanned", "ms", "error"}
        assert {"kind", "name", "state", "total"} <= set(step) <= known
        assert step["total"] == sum(other["state"] != "running" for _, other in steps)
    insights = (await saved.get(f"{URL}/data")).json()["insights"]
    assert {one["metadata"]["cache"] for one in insights.values()} == {"hit"}
    *again, done = events_of((await saved.post(f"{URL}/warm", headers=EVENTS)).text)
    assert {step["state"] for _, step in again} == {"skipped"}
    assert (done[1]["done"], done[1]["failed"]) == (0, 0)
    assert done[1]["skipped"] == len(again)


async def test_a_step_that_fails_leaves_the_others(saved: httpx.AsyncClient, shop_yaml: str) -> None:
    await replaced(saved, shop_yaml.replace("value: sum(amount)}", "value: sum(CAST(region AS INTEGER))}", 1))
    *steps, last = events_of((await saved.post(f"{URL}/warm", headers=EVENTS)).text)
    states = {step["name"]: step for _, step in steps if step["kind"] == "insight"}
    assert (states["total"]["state"], states["by_day"]["state"]) == ("failed", "done")
    assert states["total"]["error"]["code"]
    assert (last[0], last[1]["failed"]) == ("done", 1)


async def test_what_cannot_begin_is_a_problem_and_no_stream(
    saved: httpx.AsyncClient, shop: Any, people: Any, client_of: Callable[..., httpx.AsyncClient]
) -> None:
    bad = await saved.post(f"{URL}/warm?input.nope=1", headers=EVENTS)
    assert (bad.status_code, bad.headers["content-type"]) == (422, "application/problem+json")
    other = await client_of(people["stranger"]).post(f"{URL}/warm", headers=EVENTS)
    assert other.status_code == 404
    assert (await saved.delete(f"/v1/connections/{shop.id}")).status_code == 204
    assert (await saved.post(f"{URL}/warm", headers=EVENTS)).status_code == 404
