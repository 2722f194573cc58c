"""Insights over HTTP: how they are computed, one alone, and the rows a browser computes with."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb
import httpx
import orjson
import pyarrow as pa
import pytest
import pytest_asyncio
from fastapi import FastAPI
from jsonschema import Draft202012Validator

from dashbridge.api.deps import Rooms
from dashbridge.api.insight_schema import insight_schema
from dashbridge.insights import read_inputs, with_data
from dashbridge.serving import Answers, ServingLimits
from dashbridge.sharing import Actor

ARROW = "application/vnd.apache.arrow.stream"
URL = "/v1/dashboards/shop/insights"
MORE = """\
  worst: {query: sales, props: {value: "max(amount) FILTER (WHERE region IN ${ref(region).values})"}}
  fixed: {query: sales, props: {x: region, y: sum(amount)}}
  middle:
    query: sales
    props: {x: day, y: "median(amount)"}
    interactions: [{filter: "region IN ${ref(region).values}"}]
  ranked:
    query: sales
    props: {x: day, y: amount}
    interactions: [{filter: "row_number() OVER (ORDER BY amount, day, region) > length(${ref(region).first})"}]
traces:
  cohorts: {query: sales, cohort_on: region, props: {x: day, y: sum(amount)}, order_by: [day]}
"""
CHOICES = ["", "input.region=n", "input.region=n&input.region=w", "input.region=none", "input.region=nothing%27%20OR"]


@pytest.fixture
def yaml(shop_yaml: str) -> str:
    return shop_yaml.replace("views:\n", MORE + "views:\n  old: {type: line, title: Old, trace: cohorts}\n")


@pytest_asyncio.fixture
async def saved(client: httpx.AsyncClient, shop: Any, yaml: str) -> httpx.AsyncClient:
    answer = await client.put("/v1/dashboards/shop", content=yaml, headers={"If-None-Match": "*"})
    assert answer.status_code == 201, answer.text
    return client


def fits(name: str, body: Any) -> None:
    """Raises where the body is not what the schema's part says."""
    schema = insight_schema()
    Draft202012Validator({"$defs": schema["$defs"], "$ref": f"#/$defs/{name}"}).validate(body)
    Draft202012Validator(schema).validate(body)


async def names(saved: httpx.AsyncClient) -> dict[str, Any]:
    found: dict[str, Any] = (await saved.get(URL)).json()["insights"]
    return found


async def test_how_each_is_computed_is_told_without_data(
    saved: httpx.AsyncClient, shop_file: Path, rooms: Rooms, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rooms.connections, "open", None)
    answer = await saved.get(URL)
    body = answer.json()
    assert (body["dashboard"], body["revision"]) == ("shop", 1)
    insights = body["insights"]
    assert {"total", "by_day", "worst", "fixed", "middle", "ranked", "traces.cohorts"} <= set(insights)
    assert insights["fixed"]["mode"] == "static"
    assert insights["total"]["mode"] == "grouped"
    assert insights["middle"]["mode"] == "rows"
    with duckdb.connect(str(shop_file), read_only=True) as con:
        for name, one in insights.items():
            assert one["mode_reason"], name
            assert (one["pre_query"] is None) == (one["post_query"] is None) == (one["mode"] == "server")
            assert (one["post_query"] or "").count("?") == len(one["parameters"])
            if one["pre_query"] is not None:
                assert con.sql(one["pre_query"]).columns
    described = insights["by_day"]
    assert described["columns"][0] == {"name": "props.x", "label": "Day"}
    assert described["split_column"] == "region"
    assert described["input_dependencies"] == ["region"]
    again = await saved.get(URL, headers={"If-None-Match": answer.headers["etag"]})
    assert again.headers["etag"] == answer.headers["etag"]


async def test_one_alone_is_the_one_among_all(saved: httpx.AsyncClient) -> None:
    for query in CHOICES:
        await check_alone(saved, query)


async def check_alone(saved: httpx.AsyncClient, query: str) -> None:
    whole = (await saved.get(f"/v1/dashboards/shop/data?{query}")).json()
    parts = {**whole["insights"], **{f"traces.{name}": one for name, one in whole["traces"].items()}}
    assert set(parts) <= set(await names(saved))
    for name, among in parts.items():
        answer = await saved.get(f"{URL}/{name}?{query}")
        alone = answer.json()
        kind = "Trace" if name.startswith("traces.") else "Insight"
        fits(f"{kind}Answer", among)
        fits(f"One{kind}", alone)
        assert alone["data"] == among["data"]
        assert (alone["dashboard"], alone["revision"], alone["insight"]) == ("shop", 1, name)
        held = await saved.get(f"{URL}/{name}?{query}", headers={"If-None-Match": answer.headers["etag"]})
        assert (held.status_code, held.content) == (304, b"")


async def test_every_form_of_one_holds_the_same(saved: httpx.AsyncClient) -> None:
    url = f"{URL}/by_day?input.region=w"
    flat = (await saved.get(url)).json()["data"]
    arrow = await saved.get(url, headers={"Accept": ARROW})
    assert arrow.headers["content-type"] == ARROW
    table = pa.ipc.open_stream(arrow.content).read_all()
    assert {name: len(values) for name, values in table.to_pydict().items()} == {
        name: len(values) for name, values in flat.items()
    }
    assert table.column("props.y").to_pylist() == flat["props.y"]
    text = await saved.get(url, headers={"Accept": "text/csv"})
    head, *rows = csv.reader(io.StringIO(text.text))
    assert head == list(flat)
    assert [float(row[1]) for row in rows] == flat["props.y"]


async def test_the_rows_and_the_post_query_make_the_servers_answer(
    saved: httpx.AsyncClient, rooms: Rooms, admin: Actor
) -> None:
    for query in CHOICES:
        await check_split(saved, rooms, admin, query)


async def check_split(saved: httpx.AsyncClient, rooms: Rooms, admin: Actor, query: str) -> None:
    """What a browser does, in a plain DuckDB: the envelope and the rows suffice."""
    opened = await rooms.library.open(admin, "shop")
    chosen = {"region": httpx.QueryParams(query).get_list("input.region")} if query else {}
    values = read_inputs(opened.compiled.inputs, chosen, rooms.today())
    split = 0
    for name, described in (await names(saved)).items():
        answer = await saved.get(f"{URL}/{name}?stage=pre&{query}", headers={"Accept": ARROW})
        if described["mode"] == "server":
            assert (answer.status_code, answer.json()["code"]) == (409, "not_splittable")
            continue
        if name.startswith(("options.", "traces.")):
            assert answer.status_code == 200
            continue
        split += 1
        assert answer.headers["content-type"] == ARROW
        rows = pa.ipc.open_stream(answer.content).read_all()
        envelope = orjson.loads(rows.schema.metadata[b"dashbridge"])
        fits("PreEnvelope", envelope)
        post = opened.compiled.insights[name].split.post
        assert post is not None
        assert (post.sql, post.as_json()["parameters"]) == (envelope["post_query"], envelope["parameters"])
        bound = post.bind(values)
        with duckdb.connect() as con:
            con.register("rows", rows)
            sql = with_data(bound.sql, "rows", tuple(envelope["hugeints"]))
            found = con.sql(sql, params=bound.values).fetchall()[: envelope["row_limit"]]
        data = (await saved.get(f"{URL}/{name}?{query}")).json()["data"]
        assert list(data) == [column["name"] for column in envelope["columns"]]
        shown = [[value.isoformat() if hasattr(value, "isoformat") else value for value in row] for row in found]
        assert sorted(map(str, shown)) == sorted(map(str, map(list, zip(*data.values(), strict=True))))
    assert split >= 4


async def test_the_tag_is_of_the_rows_and_of_what_is_left_to_do(
    saved: httpx.AsyncClient,
    admin: Actor,
    put_file: Callable[..., Path],
    shop_file: Path,
    tmp_path: Path,
    yaml: str,
) -> None:
    url = f"{URL}/by_day?stage=pre"
    first = await saved.get(url, headers={"Accept": ARROW})
    tag = first.headers["etag"]
    assert not tag.startswith("W/")
    assert first.headers["cache-control"] == "private, no-cache"
    held = await saved.get(url, headers={"Accept": ARROW, "If-None-Match": tag})
    assert (held.status_code, held.content, held.headers["etag"]) == (304, b"", tag)
    envelope = await saved.get(url, headers={"Accept": "application/json"})
    assert envelope.headers["etag"] != tag
    fits("PreEnvelope", envelope.json())
    assert envelope.json() == orjson.loads(pa.ipc.open_stream(first.content).schema.metadata[b"dashbridge"])
    second = yaml.replace("title: Shop\n", "title: Two\n")  # the same insight in another revision: not sent again
    assert (await saved.put("/v1/dashboards/shop", content=second, headers={"If-Match": '"1"'})).status_code == 200
    assert (await saved.get(url, headers={"Accept": ARROW, "If-None-Match": tag})).status_code == 304
    third = second.replace("{split: region}, {sort: day}", "{split: region}, {sort: day DESC}")
    assert third != second
    assert (await saved.put("/v1/dashboards/shop", content=third, headers={"If-Match": '"2"'})).status_code == 200
    assert (await saved.get(url, headers={"Accept": ARROW, "If-None-Match": tag})).status_code == 200
    await saved.put("/v1/dashboards/shop", content=second, headers={"If-Match": '"3"'})
    changed = tmp_path / "changed.duckdb"
    put_file(admin, shop_file, "scratch.duckdb").rename(changed)
    with duckdb.connect(str(changed)) as con:
        con.execute("UPDATE orders SET amount = amount + 1 WHERE id = 5")
    put_file(admin, changed, "shop.duckdb")
    fresh = await saved.get(url, headers={"Accept": ARROW, "If-None-Match": tag})
    assert (fresh.status_code, fresh.headers["etag"] == tag) == (200, False)


async def test_too_much_for_a_browser_is_said_and_the_data_is_still_there(
    saved: httpx.AsyncClient, app: FastAPI, rooms: Rooms, query_pool: Any
) -> None:
    for limits in ({"browser_max_rows": 3}, {"browser_max_bytes": 500}, {"browser_max_rows": 0}):
        app.state.rooms = replace(rooms, answers=Answers(query_pool, ServingLimits(**limits)))
        answer = await saved.get(f"{URL}/by_day?stage=pre")
        assert (answer.status_code, answer.json()["code"]) == (413, "too_large_for_browser"), limits
        assert "/data" in answer.json()["hint"]
        data = await saved.get(f"{URL}/by_day?input.region=n")
        assert len(data.json()["data"]["props.x"]) == 30


async def test_what_is_not_there_is_said(saved: httpx.AsyncClient) -> None:
    for name in ("absent", "traces.absent", "options.absent", "a%00b", "..%2Ftotal", "x" * 300, "%22"):
        for stage in ("", "?stage=pre"):
            answer = await saved.get(f"{URL}/{name}{stage}")
            assert answer.status_code == 404, (name, answer.text)
    for stage in ("post", "", "pre%00"):
        assert (await saved.get(f"{URL}/total?stage={stage}")).status_code == 422
    assert (await saved.get(f"{URL}/total?input.nope=1")).status_code == 422
    assert (await saved.get("/v1/dashboards/absent/insights")).status_code == 404


async def test_a_failed_insight_is_its_own_error(saved: httpx.AsyncClient, yaml: str) -> None:
    bad = yaml.replace("value: sum(amount)}", "value: sum(CAST(region AS INTEGER))}", 1)
    assert bad != yaml
    put = await saved.put("/v1/dashboards/shop", content=bad, headers={"If-Match": '"1"'})
    assert put.status_code == 200, put.text
    assert (await saved.get(f"{URL}/total")).status_code == 422
    among = (await saved.get("/v1/dashboards/shop/data")).json()["insights"]
    fits("FailedInsight", among["total"])
    assert "data" in among["by_day"]


async def test_head_is_get_without_its_body(saved: httpx.AsyncClient) -> None:
    for url in (URL, f"{URL}/total", f"{URL}/total?stage=pre"):
        head, get = await saved.head(url), await saved.get(url)
        assert (head.status_code, head.headers["etag"]) == (get.status_code, get.headers["etag"])
