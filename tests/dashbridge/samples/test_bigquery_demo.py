"""The demo with its flights in BigQuery: its queries on the emulator, its dashboard over a server of the protocol."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pytest

from dashbridge.api.deps import Rooms
from dashbridge.cli.demo import prepare_demo
from dashbridge.dashboards import load_dashboard
from dashbridge.kit import Invalid
from dashbridge.samples import FLIGHTS_DASHBOARD, flights_dashboard
from dashbridge.settings import Settings
from dashbridge.sharing import Actor
from dashbridge.warehouse.bigquery import BigQueryAccess, BigQueryWarehouse
from emulator.bigquery import load
from emulator.process import Emulator
from fakes.bigquery_server import BigQueryServer

SLICE = "SELECT * FROM flights WHERE month IN (1, 7) AND day = 4"


@pytest.fixture(scope="module")
def slices(flights_file: Path) -> dict[str, pa.Table]:
    with duckdb.connect(str(flights_file), read_only=True) as con:
        return {"flights": con.sql(SLICE).to_arrow_table(), "airlines": con.sql("FROM airlines").to_arrow_table()}


@pytest.fixture
def server(slices: dict[str, pa.Table]) -> Iterator[BigQueryServer]:
    with BigQueryServer("demo") as made:
        for name, rows in slices.items():
            made.engine.add_table("nyc", name, rows)
        yield made


@pytest.fixture
def settings(directory: Any, tmp_path: Path, server: BigQueryServer) -> Settings:
    return Settings(
        database_url=directory.app_url,
        data_dir=tmp_path / "data",
        port=0,
        bigquery_endpoint=server.url,
        demo_warehouse="bigquery://demo/nyc",
    )


@pytest.mark.xdist_group("bigquery_emulator")
async def test_each_query_says_the_same_on_the_emulator(
    slices: dict[str, pa.Table], bigquery_emulator: Emulator
) -> None:
    with duckdb.connect() as con:
        for name, rows in slices.items():
            con.register(name, rows)
            load(bigquery_emulator, "demo", "slices", name, rows)
        warehouse = BigQueryWarehouse(BigQueryAccess("demo", endpoint=bigquery_emulator.url), default_dataset="slices")
        ours, theirs = (
            load_dashboard(flights_dashboard(dialect), dialect).spec.queries for dialect in ("duckdb", "bigquery")
        )
        for name, query in theirs.items():
            found = (await warehouse.run(query.sql)).table
            expected = con.sql(ours[name].sql).to_arrow_table()
            assert found.column_names == expected.column_names
            assert sorted(map(str, found.to_pylist())) == sorted(map(str, expected.to_pylist()))
        await warehouse.close()


async def test_the_demo_is_prepared_there(
    rooms: Rooms, admin: Actor, settings: Settings, server: BigQueryServer
) -> None:
    await prepare_demo(settings, rooms, admin)
    await prepare_demo(settings, rooms, admin)
    (connection,) = await rooms.connections.list(admin)
    assert (connection.name, connection.kind, connection.allowed_datasets) == ("flights", "bigquery", ["nyc"])
    assert (await rooms.library.pointer(admin, FLIGHTS_DASHBOARD)).revision == 1
    assert all("INFORMATION_SCHEMA" in sql for sql in server.runs)


@pytest.mark.parametrize("wrong", ["", "duckdb://x/y", "bigquery://demo", "bigquery://Demo!/x", "bigquery://demo/a/b"])
async def test_a_warehouse_that_is_none_is_named(rooms: Rooms, admin: Actor, wrong: str) -> None:
    with pytest.raises(Invalid, match="DASHBRIDGE_DEMO_WAREHOUSE"):
        await prepare_demo(Settings(demo_warehouse=wrong), rooms, admin)
