"""Dashboards over HTTP: writes that say what they replace, and data in every form."""

from __future__ import annotations

import csv
import gzip
import io
import json
from collections.abc import Callable
from pathlib import Path
from time import monotonic
from typing import Any

import duckdb
import httpx
import pyarrow as pa
import pytest
import pytest_asyncio

from dashbridge.api.deps import Rooms
from dashbridge.connections import DuckDBSettings
from dashbridge.sharing import Actor

ARROW = "application/vnd.apache.arrow.stream"


@pytest_asyncio.fixture
async def saved(client: httpx.AsyncClient, shop: Any, shop_yaml: str) -> httpx.AsyncClient:
    answer = await client.put("/v1/dashboards/shop", content=shop_yaml, headers={"If-None-Match": "*"})
    assert answer.status_code == 201, answer.text
    assert answer.headers["etag"] == '"1"'
    return client


def titled(yaml: str, title: str) -> str:
    return yaml.replace("title: Shop\n", f"title: {title}\n")


def code(answer: httpx.Response) -> tuple[int, str]:
    assert answer.headers["content-type"] == "application/problem+json"
    body = answer.json()
    assert {"type", "title", "status", "detail", "code"} <= set(body)
    assert body["status"] == answer.status_code
    return answer.status_code, body["code"]


async def test_a_write_says_what_it_replaces(saved: httpx.AsyncClient, shop_yaml: str) -> None:
    url = "/v1/dashboards/shop"
    assert code(await saved.put(url, content=shop_yaml)) == (428, "precondition_required")
    taken = await saved.put(url, content=shop_yaml, headers={"If-None-Match": "*"})
    assert code(taken) == (409, "dashboard_exists")
    stale = await saved.put(url, content=shop_yaml, headers={"If-Match": '"7"'})
    assert (*code(stale), stale.json()["revision"]) == (412, "stale_revision", 1)
    second = await saved.put(url, content=titled(shop_yaml, "Two"), headers={"If-Match": '"1"'})
    assert (second.status_code, second.headers["etag"], second.json()["revision"]) == (200, '"2"', 2)
    assert (await saved.get(url)).json()["title"] == "Two"
    restored = await saved.post(f"{url}/restore", json={"revision": 1}, headers={"If-Match": second.headers["etag"]})
    assert restored.json()["revision"] == 3
    assert (await saved.get(f"{url}/yaml")).text == shop_yaml
    assert (await saved.get(f"{url}/yaml?revision=2")).text == titled(shop_yaml, "Two")
    assert code(await saved.delete(url)) == (428, "precondition_required")
    assert code(await saved.delete(url, headers={"If-None-Match": "*"})) == (422, "bad_if_match")
    assert (await saved.delete(url, headers={"If-Match": '"3"'})).status_code == 204
    assert code(await saved.get(url)) == (404, "dashboard_not_found")
    assert (await saved.post(f"{url}/undelete")).json()["revision"] == 3


async def test_a_rename_keeps_the_revisions(saved: httpx.AsyncClient) -> None:
    url = "/v1/dashboards/shop/rename"
    assert code(await saved.post(url, json={"slug": "bazaar"})) == (428, "precondition_required")
    held = {"If-Match": '"1"'}
    assert code(await saved.post(url, json={"slug": "../x"}, headers=held)) == (422, "bad_slug")
    renamed = await saved.post(url, json={"slug": "bazaar"}, headers=held)
    assert (renamed.json()["slug"], renamed.json()["revision"]) == ("bazaar", 1)
    assert code(await saved.get("/v1/dashboards/shop")) == (404, "dashboard_not_found")
    assert len((await saved.get("/v1/dashboards/bazaar/revisions")).json()["revisions"]) == 1


@pytest.mark.parametrize(
    "match", ["", "x", "*", '"1', '"1", "2"', '"-1"', '"99999999999"', '"' + "9" * 5000 + '"', "١"]
)
async def test_an_if_match_that_is_none(saved: httpx.AsyncClient, shop_yaml: str, match: str) -> None:
    headers = {b"If-Match": match.encode()}
    answer = await saved.put("/v1/dashboards/shop", content=shop_yaml, headers=headers)
    assert answer.status_code == 200 if match == '"1' else code(answer) == (422, "bad_if_match")


async def test_a_bad_file_is_a_problem_with_lines(saved: httpx.AsyncClient, shop_yaml: str) -> None:
    bad = shop_yaml.replace("FROM orders", "FROM absent")
    for answer in (
        await saved.put("/v1/dashboards/shop", content=bad, headers={"If-Match": '"1"'}),
        await saved.post("/v1/validate", content=bad),
    ):
        assert answer.status_code == 422
        assert [(one["path"], one["line"]) for one in answer.json()["errors"]] == [("/queries/sales/sql", 14)]
    fine = await saved.post("/v1/validate", content=shop_yaml)
    assert fine.json()["ok"] is True
    columns = {query["name"]: [one["name"] for one in query["columns"]] for query in fine.json()["queries"]}
    assert columns.keys() == {"sales", "regions"}
    assert "region" in columns["sales"]
    assert all(one["type"] for query in fine.json()["queries"] for one in query["columns"])


HAND = {
    "total": "SELECT sum(amount) FROM orders WHERE {where}",
    "by_day": "SELECT day, sum(amount), region, region FROM orders WHERE {where} GROUP BY day, region",
}
CHOICES = {"": "true", "input.region=n": "region = 'n'", "input.region=n&input.region=w": "region IN ('n', 'w')"}


@pytest.mark.parametrize("query", CHOICES)
async def test_numbers_equal_hand_written_sql(saved: httpx.AsyncClient, shop_file: Path, query: str) -> None:
    answer = (await saved.get(f"/v1/dashboards/shop/data?{query}")).json()
    with duckdb.connect(str(shop_file), read_only=True) as con:
        for name, sql in HAND.items():
            wanted = con.execute(sql.format(where=CHOICES[query])).fetchall()
            columns = answer["insights"][name]["data"].values()
            found = list(zip(*columns, strict=True))
            said = [
                tuple(value.isoformat() if hasattr(value, "isoformat") else value for value in row) for row in wanted
            ]
            assert sorted(found) == sorted(said)


async def test_every_form_holds_the_same(saved: httpx.AsyncClient) -> None:
    url = "/v1/dashboards/shop/data?insight=by_day&input.region=w"
    flat = (await saved.get(url)).json()["insights"]["by_day"]["data"]
    arrow = await saved.get(url, headers={"Accept": ARROW})
    assert arrow.headers["content-type"] == ARROW
    table = pa.ipc.open_stream(arrow.content).read_all()
    assert {
        name: [str(v) if hasattr(v, "year") else v for v in values] for name, values in table.to_pydict().items()
    } == flat
    text = await saved.get(url, headers={"Accept": "text/csv"})
    assert text.headers["content-type"] == "text/csv; charset=utf-8"
    head, *rows = csv.reader(io.StringIO(text.text))
    assert head == list(flat)
    assert [float(row[1]) for row in rows] == flat["props.y"]
    tags = {answer.headers["etag"] for answer in (arrow, text, await saved.get(url))}
    assert len(tags) == 3


async def test_arrow_and_csv_hold_one_insight(saved: httpx.AsyncClient) -> None:
    for accept in (ARROW, "text/csv"):
        several = await saved.get("/v1/dashboards/shop/data", headers={"Accept": accept})
        assert code(several) == (422, "insight_required")
        absent = await saved.get("/v1/dashboards/shop/data?insight=nope", headers={"Accept": accept})
        assert code(absent) == (404, "insight_not_found")


@pytest.mark.parametrize("encoding", ["gzip", "br", "zstd"])
async def test_a_large_answer_is_compressed_as_asked(saved: httpx.AsyncClient, encoding: str) -> None:
    plain = await saved.get("/v1/dashboards/shop/data?insight=by_day", headers={"Accept-Encoding": "identity"})
    async with saved.stream(
        "GET", "/v1/dashboards/shop/data?insight=by_day", headers={"Accept-Encoding": encoding}
    ) as answer:
        raw = b"".join([chunk async for chunk in answer.aiter_raw()])
    assert answer.headers["content-encoding"] == encoding
    assert "accept-encoding" in answer.headers["vary"].lower()
    assert answer.headers["etag"] == plain.headers["etag"]
    assert len(raw) < len(plain.content) / 2
    if encoding == "gzip":
        assert (
            json.loads(gzip.decompress(raw))["insights"]["by_day"]["data"] == plain.json()["insights"]["by_day"]["data"]
        )


async def test_the_same_content_is_not_sent_twice(
    saved: httpx.AsyncClient,
    rooms: Rooms,
    admin: Actor,
    put_file: Callable[..., Path],
    shop_file: Path,
    tmp_path: Path,
    shop_yaml: str,
) -> None:
    url = "/v1/dashboards/shop/data"
    first = await saved.get(url)
    tag = first.headers["etag"]
    assert first.headers["cache-control"] == "private, no-cache"
    assert {"authorization", "cookie", "accept"} <= {one.strip().lower() for one in first.headers["vary"].split(",")}
    for held in (tag, tag.removeprefix("W/"), f'"x", {tag}', "*"):
        again = await saved.get(url, headers={"If-None-Match": held})
        assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
    assert (await saved.get(f"{url}?input.region=n", headers={"If-None-Match": tag})).status_code == 200
    await saved.put("/v1/dashboards/shop", content=titled(shop_yaml, "Two"), headers={"If-Match": '"1"'})
    second = await saved.get(url, headers={"If-None-Match": tag})
    assert second.status_code == 200
    bytes_copied = tmp_path / "changed.duckdb"
    put_file(admin, shop_file, "scratch.duckdb").rename(bytes_copied)
    with duckdb.connect(str(bytes_copied)) as con:
        con.execute("UPDATE orders SET amount = amount + 1 WHERE id = 5")
    put_file(admin, bytes_copied, "shop.duckdb")
    rooms.front.now = lambda: monotonic() + 1.0  # a second later: so often is a file looked at
    third = await saved.get(url, headers={"If-None-Match": second.headers["etag"]})
    assert third.status_code == 200
    values = [one.json()["insights"]["total"]["data"]["props.value"][0] for one in (first, second, third)]
    assert values == [values[0], values[0], values[0] + 1]


async def test_head_is_get_without_its_body(saved: httpx.AsyncClient) -> None:
    for url in ("/v1/dashboards/shop", "/v1/dashboards/shop/data", "/v1/dashboards/shop/yaml", "/healthz", "/"):
        head, get = await saved.head(url), await saved.get(url)
        assert (head.status_code, head.headers.get("etag")) == (get.status_code, get.headers.get("etag"))


@pytest.mark.parametrize(
    "query", ["input.nope=1", "input.region.from=1", "input.=x", "input.region=" + "x" * 5_000, "input.%00=1"]
)
async def test_inputs_that_do_not_fit_are_named(saved: httpx.AsyncClient, query: str) -> None:
    answer = await saved.get(f"/v1/dashboards/shop/data?{query}")
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["code"].startswith("input.")


async def test_a_value_that_is_sql_is_only_a_value(saved: httpx.AsyncClient) -> None:
    for value in ("' OR 1=1 --", "n'; DROP TABLE orders; --", "${ref(region).values}", "\0", "％", "n\n"):
        answer = await saved.get("/v1/dashboards/shop/data", params={"input.region": value})
        assert answer.status_code in (200, 422)
        if answer.status_code == 200:
            assert answer.json()["insights"]["total"]["data"]["props.value"] == [None]


async def test_what_is_not_there_is_404(saved: httpx.AsyncClient) -> None:
    for slug in ("absent", "UPPER", "%2e%2e", "a%00b", "a%0A", "é", "x" * 500):
        for part in ("", "/data", "/yaml", "/page", "/revisions"):
            assert (await saved.get(f"/v1/dashboards/{slug}{part}")).status_code == 404, (slug, part)
    assert (await saved.get("/v1/dashboards/shop/yaml?revision=9")).status_code == 404
    assert code(await saved.get("/v1/dashboards/shop/yaml?revision=" + "9" * 30)) == (422, "invalid_request")
    assert code(await saved.get("/v1/nothing")) == (404, "not_found")


async def test_warm_makes_the_next_a_hit(saved: httpx.AsyncClient) -> None:
    warmed = await saved.post("/v1/dashboards/shop/warm")
    assert warmed.json()["insights"] == {"total": "miss", "by_day": "miss"}
    insights = (await saved.get("/v1/dashboards/shop/data")).json()["insights"]
    assert {one["metadata"]["cache"] for one in insights.values()} == {"hit"}


async def test_a_page_has_what_it_takes_to_draw(saved: httpx.AsyncClient) -> None:
    page = (await saved.get("/v1/dashboards/shop/page")).json()
    assert set(page["views"]) == {"total", "trend"}
    assert page["layout"]["rows"][0]["items"] == [{"view": "total", "span": 12}]
    assert page["inputs"]["region"]["label"] == "Region"


async def test_a_deleted_connection_is_said(saved: httpx.AsyncClient, shop: Any) -> None:
    assert (await saved.delete(f"/v1/connections/{shop.id}")).status_code == 204
    assert code(await saved.get("/v1/dashboards/shop/data")) == (404, "connection_not_found")
    assert (await saved.get("/v1/dashboards/shop/page")).status_code == 200


async def test_a_team_never_gets_what_another_warmed(
    saved: httpx.AsyncClient,
    rooms: Rooms,
    stranger: Actor,
    people: Any,
    client_of: Callable[..., httpx.AsyncClient],
    put_file: Callable[..., Path],
    shop_file: Path,
    shop_yaml: str,
) -> None:
    """Same slug, file, connection name and request, other rows: each team gets its own, whoever asked first."""
    theirs = put_file(stranger, shop_file, "shop.duckdb")
    with duckdb.connect(str(theirs)) as con:
        con.execute("UPDATE orders SET amount = 1.0")
    await rooms.connections.create(stranger, "shop", DuckDBSettings(path="shop.duckdb"), allowed_datasets=["main"])
    other = client_of(people["stranger"])
    await other.put("/v1/dashboards/shop", content=shop_yaml, headers={"If-None-Match": "*"})
    for query in ("", "?input.region=n", "?insight=total"):
        ours = await saved.get(f"/v1/dashboards/shop/data{query}")
        replayed = await other.get(f"/v1/dashboards/shop/data{query}", headers={"If-None-Match": ours.headers["etag"]})
        assert replayed.status_code == 200
        total = replayed.json()["insights"]["total"]["data"]["props.value"]
        assert total == ([1000.0] if "region" in query else [3000.0])
        assert ours.json()["insights"]["total"]["data"]["props.value"] != total
