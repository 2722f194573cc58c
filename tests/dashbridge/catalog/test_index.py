"""Tables and columns are found by words that are not theirs; the index follows what the warehouse holds."""

from __future__ import annotations

import importlib.util
import logging
from types import SimpleNamespace
from typing import Any

import pyarrow as pa
import pytest

from dashbridge.api.deps import Rooms
from dashbridge.catalog import embed, meaning
from dashbridge.connections import ConnectionInfo, GatedWarehouse
from dashbridge.directory import words as rows
from dashbridge.kit import TableName
from dashbridge.sharing import Actor
from dashbridge.sql import Scope
from dashbridge.warehouse.base import Limits
from dashbridge.warehouse.memory import MemoryWarehouse

TOWNS = {
    "towns": pa.table({"town": ["a"], "population": [1], "mayor": ["b"]}),
    "receipts": pa.table({"receipt_id": [1], "price": [1.0], "sold_on": ["x"]}),
    "private.towns": pa.table({"secret_population": [1]}),
}


def over(tables: dict[str, Any], shop: ConnectionInfo) -> GatedWarehouse:
    inner = MemoryWarehouse(tables)
    return GatedWarehouse(inner, connection_id=shop.id, scope=Scope("duckdb", frozenset({"main"})), limits=Limits())


@pytest.fixture(params=["compared by the server", "compared here"])
def either(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """With pgvector, and as if the server had none."""
    if request.param == "compared here":

        async def no(_: Any) -> bool:
            return False

        monkeypatch.setattr(rows, "compares_vectors", no)


@pytest.mark.usefixtures("either")
async def test_words_that_mean_the_same_find_it(rooms: Rooms, admin: Actor, shop: ConnectionInfo) -> None:
    index, warehouse = rooms.catalog.index, over(TOWNS, shop)
    found = await index.search(admin, warehouse, "residents")
    assert (found[0].table, found[0].column) == ("main.towns", "population")
    costs = await index.search(admin, warehouse, "what does it cost")
    assert ("main.receipts", "price") in [(match.table, match.column) for match in costs]
    assert all("secret" not in str(match.column) for match in [*found, *costs])


async def test_own_words_come_first(rooms: Rooms, admin: Actor, shop: ConnectionInfo) -> None:
    found = await rooms.catalog.index.search(admin, over(TOWNS, shop), "town population")
    assert {(match.table, match.column) for match in found[:3]} == {
        ("main.towns", None),
        ("main.towns", "town"),
        ("main.towns", "population"),
    }


async def test_new_tables_are_read_and_old_ones_forgotten(rooms: Rooms, admin: Actor, shop: ConnectionInfo) -> None:
    index = rooms.catalog.index
    assert await index.refresh(admin, over(TOWNS, shop)) == 2
    assert await index.refresh(admin, over(TOWNS, shop)) == 0
    fewer = {"towns": TOWNS["towns"], "bridges": pa.table({"span": [1.0]})}
    assert await index.refresh(admin, over(fewer, shop)) == 1
    assert await index.search(admin, over(fewer, shop), "receipts") == []
    assert (await index.search(admin, over(fewer, shop), "bridges"))[0].table == "main.bridges"


async def test_a_scan_has_the_columns_read_anew_and_only_what_changed_is_written(
    rooms: Rooms, admin: Actor, shop: ConnectionInfo, monkeypatch: pytest.MonkeyPatch
) -> None:
    index, written = rooms.catalog.index, []
    add = rows.add

    async def noted(session: Any, connection_id: Any, named: Any) -> None:
        written.extend(f"{one.table}.{one.column}" for one in named)
        await add(session, connection_id, named)

    monkeypatch.setattr(rows, "add", noted)
    assert await index.refresh(admin, over(TOWNS, shop)) == 2
    assert len(written) == 8
    written.clear()
    changed = TOWNS | {"receipts": pa.table({"receipt_id": [1], "total": [1.0], "sold_on": ["x"]})}
    assert await index.refresh(admin, over(changed, shop)) == 0
    await rooms.catalog.scan(admin, shop.id)
    assert await index.refresh(admin, over(changed, shop)) == 2
    assert sorted(written) == [f"main.receipts.{name}" for name in ("", "receipt_id", "sold_on", "total")]
    assert await index.refresh(admin, over(changed, shop)) == 0
    found = {match.column for match in await index.search(admin, over(changed, shop), "price total")}
    assert "total" in found
    assert "price" not in found


async def test_a_table_that_is_seen_to_differ_is_read_again(rooms: Rooms, admin: Actor, shop: ConnectionInfo) -> None:
    index = rooms.catalog.index
    await index.refresh(admin, over(TOWNS, shop))
    changed = over(TOWNS | {"towns": pa.table({"town": ["a"], "twin_town": ["b"]})}, shop)
    for name in ("towns", "receipts"):
        await index.noticed(admin, shop.id, await changed.table_schema(TableName("main", name)))
    assert await index.refresh(admin, changed) == 1
    assert {match.column for match in await index.search(admin, changed, "twin")} == {"twin_town"}


@pytest.mark.usefixtures("either")
async def test_other_words_for_the_same_come_first(rooms: Rooms, admin: Actor, shop: ConnectionInfo) -> None:
    tables = {
        "clients": pa.table({"client_id": [1], "full_name": ["a"], "joined_on": ["x"]}),
        "invoices": pa.table({"invoice_id": [1], "sales_amount": [1.0], "issued_on": ["x"], "paid": [True]}),
        "machines": pa.table({"machine_id": [1], "weight": [1.0], "temperature": [1.0], "colour": ["x"]}),
        "weather": pa.table({"station": ["x"], "wind_speed": [1.0], "humidity": [1.0]}),
    }
    warehouse = over(tables, shop)
    for said, table, column in (
        ("revenue", "main.invoices", "sales_amount"),
        ("customers", "main.clients", None),
        ("how hot is it", "main.machines", "temperature"),
    ):
        found = await rooms.catalog.index.search(admin, warehouse, said)
        assert (table, column) in [(match.table, match.column) for match in found[:3]], (said, found[:5])


async def test_the_log_says_once_that_meanings_are_compared_here(
    rooms: Rooms, admin: Actor, shop: ConnectionInfo, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def no(_: Any) -> bool:
        return False

    monkeypatch.setattr(rows, "compares_vectors", no)
    with caplog.at_level(logging.WARNING):
        for text in ("residents", "price", "town"):
            assert await rooms.catalog.index.search(admin, over(TOWNS, shop), text)
    assert [one.message for one in caplog.records if "pgvector" in one.message] == [caplog.records[0].message]


@pytest.mark.parametrize("text", ["", "  ", "!?", "\0", "𝒜" * 400, "'; DROP TABLE x; --", "%"])
async def test_odd_words_do_no_harm(rooms: Rooms, admin: Actor, shop: ConnectionInfo, text: str) -> None:
    found = await rooms.catalog.index.search(admin, over(TOWNS, shop), text)
    assert len(found) <= 20


def test_meanings_are_of_length_one() -> None:
    vectors = embed(["price", "cost", "", "zzzxqv", "\0"])
    assert vectors.shape == (5, 256)
    assert vectors[0] @ vectors[1] > 0.5
    assert all(abs(float(one @ one) - 1) < 1e-3 or float(one @ one) == 0 for one in vectors)
    assert embed([]).shape == (0, 256)


def test_reading_meanings_leaves_the_log_of_the_process_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    root = logging.getLogger()
    before = root.level, list(root.handlers)

    def imported(name: str) -> Any:
        root.addHandler(logging.NullHandler())
        root.setLevel(logging.DEBUG)
        return importlib.import_module(name)

    monkeypatch.setattr(meaning, "importlib", SimpleNamespace(import_module=imported, util=importlib.util))
    assert meaning._read() is not None
    assert (root.level, root.handlers) == before
