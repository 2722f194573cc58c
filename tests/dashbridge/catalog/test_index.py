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


async def test_a_scan_has_the_columns_read_anew(rooms: Rooms, admin: Actor, shop: ConnectionInfo) -> None:
    index, warehouse = rooms.catalog.index, await rooms.connections.open(admin, "shop")
    assert await index.refresh(admin, warehouse) == 2
    await rooms.catalog.scan(admin, shop.id)
    assert await index.refresh(admin, warehouse) == 2


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
