"""A file of a person becomes a table to ask about: of their team alone, for who may connect, and never in part."""

from __future__ import annotations

import io
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import httpx
import pyarrow as pa
import pyarrow.parquet
import pytest

from dashbridge import wiring
from dashbridge.settings import Settings

URL = "/v1/uploads"
YAML = """\
version: 1
title: Mine
connection: uploads
queries: {sold: {sql: "SELECT day, sku, amount FROM sales"}}
insights: {total: {query: sold, props: {value: sum(amount)}}}
views: {total: {type: metric, insight: total}}
layout: {rows: [{height: sm, items: [{view: total, span: 12}]}]}
"""


async def sent(client: httpx.AsyncClient, content: Any, **params: Any) -> httpx.Response:
    return await client.post(URL, content=content, params=params, headers={"Content-Type": "text/csv"})


async def total(client: httpx.AsyncClient) -> Any:
    answer = (await client.get("/v1/dashboards/mine/data")).json()
    return answer["insights"]["total"]["data"]["props.value"]


async def test_a_file_is_asked_about_like_any_table(client: httpx.AsyncClient) -> None:
    made = await sent(client, "Day;SKU;Amount\n2024-01-02;007;1,5\n2024-01-03;012;2,5\n", name="Sales")
    assert made.status_code == 201, made.text
    body = made.json()
    assert (body["table"], body["dataset"], body["rows"], body["replaced"]) == ("sales", "main", 2, False)
    assert body["columns"] == [
        {"name": "day", "type": "DATE"},
        {"name": "sku", "type": "VARCHAR"},
        {"name": "amount", "type": "DOUBLE"},
    ]
    assert (body["connection"]["name"], body["connection"]["status"]) == ("uploads", "ready")
    assert body["connection"]["scanned_at"]
    table = (await client.get(f"/v1/tables/{body['table_id']}")).json()
    assert [column["name"] for column in table["columns"]] == ["day", "sku", "amount"]
    saved = await client.put("/v1/dashboards/mine", content=YAML, headers={"If-None-Match": "*"})
    assert saved.status_code == 201, saved.text
    assert await total(client) == [4.0]
    again = await sent(client, "day,sku,amount\n2024-01-02,1,1\n", name="sales")
    assert (again.status_code, again.json()["code"]) == (409, "table_exists")
    assert await total(client) == [4.0]
    replaced = await sent(client, "day,sku,amount\n2024-01-02,1,10\n", name="sales", replace=True)
    assert (replaced.status_code, replaced.json()["replaced"]) == (201, True)
    assert await total(client) == [10]


async def test_a_parquet_comes_beside_it(client: httpx.AsyncClient) -> None:
    sink = io.BytesIO()
    pyarrow.parquet.write_table(pa.table({"Größe": [1, 2]}), sink)
    for name, content in (("one", b"a\n1\n"), ("two", sink.getvalue())):
        assert (await sent(client, content, name=name)).status_code == 201
    (connection,) = (await client.get("/v1/connections")).json()["connections"]
    (dataset,) = (await client.get(f"/v1/connections/{connection['id']}/datasets")).json()["datasets"]
    tables = (await client.get(f"/v1/datasets/{dataset['id']}/tables")).json()["tables"]
    assert [table["name"] for table in tables] == ["one", "two"]


async def test_what_is_no_table_leaves_nothing(client: httpx.AsyncClient, settings: Settings, admin: Any) -> None:
    for content, params, code in (
        (b"", {"name": "x"}, "empty_upload"),
        (b"\xff\xfe\x00", {"name": "x"}, "not_a_table_file"),
        (b"a,b\n1,2,3\n", {"name": "x"}, "ragged_rows"),
        (b"a\n1\n", {"name": "!!"}, "bad_table_name"),
        (b"a\n1\n", {"name": ""}, "invalid_request"),
        (b"a\n1\n", {}, "invalid_request"),
    ):
        refused = await sent(client, content, **params)
        assert (refused.status_code, refused.json()["code"]) == (422, code), refused.text
        assert refused.headers["content-type"] == "application/problem+json"
    form = await client.post(f"{URL}?name=x", files={"file": ("x.csv", b"a\n1\n")})
    assert (form.status_code, form.json()["code"]) == (422, "bad_upload")
    assert (await client.get("/v1/connections")).json()["connections"] == []
    assert not (wiring.duckdb_folder(settings, admin.team_id) / "uploads.duckdb").exists()


async def test_only_the_own_team_sees_it(
    client: httpx.AsyncClient, client_of: Callable[..., httpx.AsyncClient], people: Any
) -> None:
    for who in ("viewer", "editor"):
        assert (await sent(client_of(people[who]), "a\n1\n", name="x")).status_code == 403
    assert (await sent(client, "a\nCANARY\n", name="sales")).status_code == 201
    stranger = client_of(people["stranger"])
    assert (await stranger.get("/v1/connections")).json()["connections"] == []
    assert (await sent(stranger, "a\n1\n", name="sales")).status_code == 201
    assert (await client.get("/v1/connections")).json()["connections"][0]["name"] == "uploads"


async def test_a_connection_of_that_name_is_not_taken_over(
    client: httpx.AsyncClient, admin: Any, shop_file: Path, put_file: Callable[..., Path]
) -> None:
    put_file(admin, shop_file, "shop.duckdb")
    made = {"name": "uploads", "kind": "duckdb", "settings": {"path": "shop.duckdb"}}
    assert (await client.post("/v1/connections", json=made)).status_code == 201
    refused = await sent(client, "a\n1\n", name="x")
    assert (refused.status_code, refused.json()["code"]) == (409, "connection_exists")


@pytest.fixture
def small(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> int:
    """The limit of a file, set before the rooms open."""
    object.__setattr__(settings, "max_upload_bytes", 2_000_000)
    return settings.max_upload_bytes


class Endless:
    """A body without an end, which knows how much of it was taken."""

    taken = 0

    async def __aiter__(self) -> AsyncIterator[bytes]:
        while True:
            self.taken += 65_536
            yield b"1,2,3,4\n" * 8_192


async def test_a_file_over_the_limit_is_not_read_to_its_end(small: int, client: httpx.AsyncClient) -> None:
    stated = await sent(client, b"x" * (small + 1), name="x")
    assert (stated.status_code, stated.json()["code"]) == (413, "too_large")
    body = Endless()
    unstated = await sent(client, body, name="x")
    assert (unstated.status_code, unstated.json()["code"]) == (413, "too_large")
    assert body.taken <= small + 2 * 65_536
    within = await sent(client, b"a\n" + b"1\n" * 800_000, name="x")
    assert (within.status_code, within.json()["rows"]) == (201, 800_000)
