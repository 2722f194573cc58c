"""The description of the API: whole, fresh in the checkout, and true (see also the matrix of routes)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import orjson
import pytest
from fastapi import FastAPI
from jsonschema import Draft202012Validator
from tests.dashbridge.api.described import Described

from dashbridge.api.openapi import FILE, description_text
from dashbridge.app import bare_app
from dashbridge.kit import resource_folder

BARE = Described(bare_app())
SUCCESS = ("application/json", "text/event-stream", "application/yaml", "text/csv")

EVERYTHING = """\
version: 1
title: Everything
description: Every kind of input and view
connection: shop
timezone: America/New_York
inputs:
  region: {type: multi_select, label: Region, options: {query: regions, column: region, label_column: label}}
  one: {type: select, options: [n, s, w], default: n}
  counted: {type: select, options: {range: {from: 0, to: 10, step: 5}}, default: all}
  narrowed: {type: select, options: {query: regions, column: region, filter: "region = ${ref(one).value}"}}
  period: {type: date_range, default: last 90 days}
  amount: {type: number_range, min: 0, max: 20, step: 1}
  word: {type: text}
  big: {type: toggle, default: true}
queries:
  sales: {sql: "SELECT day, region, amount, units FROM orders"}
  regions: {sql: "SELECT region, label FROM regions ORDER BY region"}
insights:
  total:
    query: sales
    props: {value: sum(amount)}
    interactions:
      - filter: region IN ${ref(region).values} AND day >= ${ref(period).from}
      - filter: amount <= ${ref(amount).max} AND region = ${ref(narrowed).value} AND units >= ${ref(counted).value}
      - filter: region = ${ref(one).value} AND region LIKE ${ref(word).value} AND (units > 1) = ${ref(big).value}
  by_day: {query: sales, props: {x: day, y: sum(amount), color: region}, interactions: [{split: region}, {sort: day}]}
  bad: {query: sales, props: {value: sum(CAST(region AS INTEGER))}}
views:
  total: {type: metric, title: "Amount in ${ref(region).values}", insight: total, unit: EUR, format: {value: ".1f"}}
  trend: {type: line, title: By day, insight: by_day, brush: period}
  rows: {type: table, insight: by_day}
  words: {type: text, text: "**Hello**"}
  broken: {type: metric, insight: bad}
layout: {rows: [{height: sm, items: [{view: total, span: 6}, {view: broken, span: 6}]}, {height: md, items: [
  {view: trend, span: 12}]}, {height: lg, items: [{view: rows, span: 8}, {view: words, span: 4}]}]}
"""


def operations() -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, methods in BARE.whole["paths"].items():
        for method, operation in methods.items():
            yield method, path, operation


def test_the_committed_description_is_fresh() -> None:
    written = (resource_folder("schemas") / FILE).read_text(encoding="utf-8")
    assert written == description_text(bare_app()), "run: make schemas"


def test_every_schema_is_one_of_2020_12() -> None:
    for schema in BARE.whole["components"]["schemas"].values():
        Draft202012Validator.check_schema(schema)


def test_every_route_says_what_it_answers() -> None:
    for method, path, operation in operations():
        assert operation["summary"]
        assert operation["responses"]["default"]["content"]["application/problem+json"]["schema"]
        good = {status: one for status, one in operation["responses"].items() if status.startswith("2")}
        assert good, (method, path)
        for status, response in good.items():
            content = response.get("content", {})
            assert (status == "204") == (not content), (method, path, status)
            assert set(content) <= {*SUCCESS, "application/vnd.apache.arrow.stream"}
            if "application/json" in content:
                assert content["application/json"]["schema"]["$ref"]


def test_no_name_is_made_up_by_the_framework() -> None:
    for name in BARE.whole["components"]["schemas"]:
        assert name.isidentifier()
        assert "__" not in name
        assert not name.endswith(("-Input", "-Output"))


async def test_a_dashboard_of_everything_is_as_described(client: httpx.AsyncClient, app: FastAPI, shop: Any) -> None:
    described = Described(app)
    url = "/v1/dashboards/{slug}"
    saved = await client.put(url.format(slug="all"), content=EVERYTHING, headers={"If-None-Match": "*"})
    assert saved.status_code == 201, saved.text
    asked = [("get", url + path) for path in ("", "/page", "/data", "/insights", "/revisions")]
    asked += [("post", "/v1/preview"), ("post", "/v1/validate"), ("post", url + "/warm")]
    for method, path in asked:
        answer = await client.request(method, path.format(slug="all"), content=EVERYTHING if "{" not in path else None)
        assert answer.status_code == 200, (path, answer.text)
        assert not list(described.unlike(method, path, answer)), path
    one = url + "/insights/{name}"
    for name in ("total", "by_day", "options.narrowed", "total?stage=pre"):
        answer = await client.get(one.format(slug="all", name=name), headers={"Accept": "application/json"})
        assert not list(described.unlike("get", one, answer)), name


async def test_the_description_is_served(client: httpx.AsyncClient, tmp_path: Path) -> None:
    served = orjson.loads((await client.get("/openapi.json")).content)
    assert served == BARE.whole


@pytest.mark.parametrize("body", [{}, {"slug": "x"}, {"dashboard": "x", "revision": 1}])
def test_what_is_no_answer_does_not_fit(body: dict[str, Any]) -> None:
    for name in ("DashboardPage", "DataAnswer", "ProblemDocument", "Preview", "Session"):
        assert list(BARE.faults({"$ref": f"#/components/schemas/{name}"}, body))
