"""New data is read once, and from then on every filter state, option list, file and manifest shows it."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import httpx
import pyarrow as pa
import pytest

from dashbridge.api.deps import Rooms
from dashbridge.sharing import Actor
from dashbridge.warehouse.base import Result
from dashbridge.warehouse.duckdb import DuckDBWarehouse

URL = "/v1/dashboards/shop/data"
STATES = ["", "n", "s", "n,w"]
NEWER = """
    UPDATE orders SET amount = amount * 10;
    UPDATE regions SET label = 'New ' || label;
"""


def asked(state: str) -> str:
    return "&".join(f"input.region={one}" for one in state.split(",") if one)


async def everything(client: httpx.AsyncClient) -> dict[str, Any]:
    """What each way to ask gives: the total by filter state, the options, and the same total as files and manifest."""
    found: dict[str, Any] = {}
    for state in STATES:
        body = (await client.get(f"{URL}?{asked(state)}")).json()
        whole = (await client.get(f"{URL}?manifest=1&{asked(state)}")).json()
        only = f"{URL}?insight=total&{asked(state)}"
        rows = list(csv.reader(io.StringIO((await client.get(only, headers={"Accept": "text/csv"})).text)))
        arrow = await client.get(only, headers={"Accept": "application/vnd.apache.arrow.stream"})
        table = pa.ipc.open_stream(arrow.content).read_all()
        data = body["insights"]["total"]["data"]
        total = float(data["props.value"][0])
        assert float(rows[1][0]) == float(table.column(0)[0].as_py()) == total
        assert sum(map(float, body["insights"]["by_day"]["data"]["props.y"])) == pytest.approx(total)
        stated = whole["insights"]["total"]["data_sha256"]
        assert stated == hashlib.sha256(json.dumps(data, separators=(",", ":")).encode()).hexdigest()
        assert whole["manifest_id"] == body["manifest_id"]
        moments = {one["last_modified"] for insight in whole["insights"].values() for one in insight["tables"]}
        labels = [one["label"] for one in body["inputs"]["region"]["options"]]
        found[state] = (total, labels, moments)
        assert len(moments) == 1
    return found


async def test_one_refresh_covers_everything(
    client: httpx.AsyncClient,
    shop: Any,
    shop_yaml: str,
    shop_file: Path,
    rooms: Rooms,
    admin: Actor,
    put_file: Callable[[Actor, Path, str], Path],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(rooms.front.changes, "begin", lambda: None)  # what the front gives again is tested there
    ran: list[str] = []
    run = DuckDBWarehouse.run

    async def noted(warehouse: DuckDBWarehouse, sql: str, *rest: Any, **options: Any) -> Result:
        ran.append(sql)
        return await run(warehouse, sql, *rest, **options)

    monkeypatch.setattr(DuckDBWarehouse, "run", noted)
    made = await client.put("/v1/dashboards/shop", content=shop_yaml, headers={"If-None-Match": "*"})
    assert made.status_code == 201, made.text
    ran.clear()
    before = await everything(client)
    assert len(ran) == 2
    newer = tmp_path / "newer.duckdb"
    shutil.copyfile(shop_file, newer)
    with duckdb.connect(str(newer)) as con:
        con.execute(NEWER).fetchall()
    put_file(admin, newer, "shop.duckdb")
    ran.clear()
    after = await everything(client)
    assert len(ran) == len(set(ran)) == 2
    for state in STATES:
        (old, labels, then), (new, newer_labels, now) = before[state], after[state]
        assert new == pytest.approx(10 * old)
        assert newer_labels == [f"New {label}" for label in labels]
        assert then != now
    assert await everything(client) == after
    assert len(ran) == 2
