"""A BigQuery connection through the rooms: made, scanned, asked within its datasets and projects; its key is sealed."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pyarrow as pa
import pytest

from dashbridge.api.deps import Rooms
from dashbridge.connections import BigQuerySettings, StatementNotAllowed
from dashbridge.kit import Forbidden, NotFound, TableName
from dashbridge.postgres.urls import libpq_words, read_url
from dashbridge.settings import Settings
from dashbridge.sharing import Actor
from dashbridge.sql import SqlRefused
from dashbridge.wiring.warehouses import opens_warehouses
from fakes.bigquery_server import BigQueryServer

SHOP = BigQuerySettings(project="shop")
KEY = json.dumps({"type": "service_account", "client_email": "a@b.example", "private_key": "CANARY-KEY"})


@pytest.fixture
def server() -> Iterator[BigQueryServer]:
    with BigQueryServer("shop") as made:
        made.engine.add_table("sales", "orders", pa.table({"region": ["n", "s"], "amount": [1, 2]}))
        made.engine.add_table("private", "salaries", pa.table({"pay": [1]}))
        made.engine.add_table("sales", "orders", pa.table({"region": ["x"]}), project="other")
        made.engine.add_view("sales", "leak", "SELECT pay FROM private.salaries")
        yield made


@pytest.fixture
def settings(directory: Any, tmp_path: Path, server: BigQueryServer) -> Settings:
    return Settings(database_url=directory.app_url, data_dir=tmp_path / "data", port=0, bigquery_endpoint=server.url)


async def test_it_is_made_once_it_answers_and_scanned(rooms: Rooms, admin: Actor, server: BigQueryServer) -> None:
    made = await rooms.connections.create(admin, "sales", SHOP, allowed_datasets=["sales"])
    assert (made.kind, made.default_dataset, made.status) == ("bigquery", "sales", "ready")
    assert server.dry_runs == ["SELECT 1"]
    assert server.runs == []
    await rooms.catalog.scan(admin, made.id)
    (dataset,) = await rooms.catalog.datasets(admin, made.id)
    tables = await rooms.catalog.tables(admin, dataset["id"])
    assert [(table["name"], table["kind"], table["rows"]) for table in tables] == [
        ("leak", "view", None),
        ("orders", "table", 2),
    ]
    orders = await rooms.catalog.table(admin, tables[1]["id"])
    assert [(column["name"], column["type"]) for column in orders["columns"]] == [
        ("region", "STRING"),
        ("amount", "INT64"),
    ]


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT pay FROM private.salaries",
        "SELECT * FROM `other.sales.orders`",
        "SELECT * FROM `shop.private.salaries`",
        "SELECT * FROM `region-us`.INFORMATION_SCHEMA.TABLES",
    ],
)
async def test_other_datasets_and_projects_are_out_of_reach(
    rooms: Rooms, admin: Actor, server: BigQueryServer, sql: str
) -> None:
    await rooms.connections.create(admin, "sales", SHOP, allowed_datasets=["sales"])
    warehouse = await rooms.connections.open(admin, "sales")
    with pytest.raises(SqlRefused):
        await warehouse.dry_run(sql)
    assert server.dry_runs == ["SELECT 1"]


async def test_a_view_that_leads_out_is_refused_by_what_bigquery_says(rooms: Rooms, admin: Actor) -> None:
    await rooms.connections.create(admin, "sales", SHOP, allowed_datasets=["sales"])
    warehouse = await rooms.connections.open(admin, "sales")
    with pytest.raises(StatementNotAllowed):
        await warehouse.dry_run("SELECT * FROM leak")
    with pytest.raises(NotFound):
        await warehouse.table_schema(TableName("private", "salaries"))
    with pytest.raises(NotFound):
        await warehouse.table_schema(TableName("sales", "orders", "other"))


async def test_another_project_may_be_allowed(rooms: Rooms, admin: Actor) -> None:
    wider = BigQuerySettings(project="shop", projects=["other"])
    await rooms.connections.create(admin, "wide", wider, allowed_datasets=["sales"])
    warehouse = await rooms.connections.open(admin, "wide")
    record = await warehouse.dry_run("SELECT a.region FROM orders AS a, `other.sales.orders` AS b")
    assert {str(table) for table in record.plan.tables} == {"sales.orders", "other.sales.orders"}
    assert (await warehouse.table_schema(TableName("sales", "orders", "other"))).columns[0].name == "region"


async def test_the_key_is_sealed_and_never_told(
    rooms: Rooms, people: Any, client_of: Callable[..., httpx.AsyncClient], directory: Any
) -> None:
    client = client_of(people["admin"])
    settings = {"project": "shop", "credentials": "service_account", "service_account": KEY}
    body = {"name": "sales", "kind": "bigquery", "settings": settings, "allowed_datasets": ["sales"]}
    made = await client.post("/v1/connections", json=body)
    assert made.status_code == 201, made.text
    told = [made.text, (await client.get("/v1/connections")).text]
    wrong = {**settings, "service_account": KEY.replace("service_account", "CANARY-KIND")}
    for bad in ({**body, "settings": wrong}, {**body, "allowed_datasets": []}, {**body, "kind": "duckdb"}):
        refused = await client.post("/v1/connections", json=bad)
        assert refused.status_code == 422
        told.append(refused.text)
    with psycopg.connect(libpq_words(read_url(directory.admin_url))) as connection:
        told += [str(row) for row in connection.execute("SELECT connections::text FROM connections").fetchall()]
        (sealed,) = connection.execute("SELECT sealed_settings FROM connections").fetchall()[0]
    told.append(bytes(sealed).decode("latin-1"))
    assert "CANARY" not in "".join(told)


async def test_the_servers_own_identity_may_be_kept_from_connections(rooms: Rooms, admin: Actor) -> None:
    await rooms.connections.create(admin, "sales", SHOP, allowed_datasets=["sales"])
    open_warehouse = opens_warehouses(Settings(bigquery_own_identity=False), pool=None)  # type: ignore[arg-type]
    for settings in (SHOP, BigQuerySettings(project="shop", credentials="impersonate", impersonate="a@b.example")):
        with pytest.raises(Forbidden):
            open_warehouse(admin.team_id, settings, "sales")
    open_warehouse(
        admin.team_id, BigQuerySettings(project="shop", credentials="service_account", service_account=KEY), "sales"
    )
