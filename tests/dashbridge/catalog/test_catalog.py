"""A scan keeps names and sizes; columns come from the warehouse, and only where the connection may look."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import duckdb
import pytest

from dashbridge.api.deps import Rooms
from dashbridge.catalog import Scan
from dashbridge.connections import ConnectionInfo
from dashbridge.kit import Forbidden, NotFound
from dashbridge.sharing import Actor


async def scanned(rooms: Rooms, admin: Actor, shop: ConnectionInfo) -> tuple[UUID, dict[str, dict[str, Any]]]:
    await rooms.catalog.scan(admin, shop.id)
    (dataset,) = await rooms.catalog.datasets(admin, shop.id)
    tables = await rooms.catalog.tables(admin, UUID(dataset["id"]))
    return UUID(dataset["id"]), {table["name"]: table for table in tables}


async def test_a_scan_sees_what_the_connection_may_show(rooms: Rooms, admin: Actor, shop: ConnectionInfo) -> None:
    assert await rooms.catalog.scan(admin, shop.id) == Scan(1, 2)
    (dataset,) = await rooms.catalog.datasets(admin, shop.id)
    assert dataset["name"] == "main"
    assert (await rooms.connections.by_id(admin, shop.id)).scanned_at is not None


async def test_a_table_is_read_when_asked_for(rooms: Rooms, admin: Actor, shop: ConnectionInfo) -> None:
    _, tables = await scanned(rooms, admin, shop)
    assert (tables["orders"]["kind"], tables["orders"]["rows"]) == ("table", 3000)
    table = await rooms.catalog.table(admin, UUID(tables["orders"]["id"]))
    kinds = {column["name"]: column["kind"] for column in table["columns"]}
    assert kinds == {"id": "integer", "day": "date", "region": "text", "amount": "float", "units": "integer"}
    assert (table["dataset"], table["name"], table["rows"]) == ("main", "orders", 3000)


async def test_a_new_scan_keeps_the_ids_of_what_stays(
    rooms: Rooms, admin: Actor, shop: ConnectionInfo, shop_file: Path, tmp_path: Path, put_file: Callable[..., Path]
) -> None:
    dataset_id, before = await scanned(rooms, admin, shop)
    changed = tmp_path / "changed.duckdb"
    shutil.copyfile(shop_file, changed)
    with duckdb.connect(str(changed)) as con:
        con.execute("DROP TABLE regions; CREATE TABLE extra (a INTEGER)")
    put_file(admin, changed, "shop.duckdb")
    with pytest.raises(NotFound):
        await rooms.catalog.table(admin, UUID(before["regions"]["id"]))
    again, after = await scanned(rooms, admin, shop)
    assert again == dataset_id
    assert set(after) == {"orders", "extra"}
    assert after["orders"]["id"] == before["orders"]["id"]


async def test_another_team_finds_no_id(rooms: Rooms, admin: Actor, stranger: Actor, shop: ConnectionInfo) -> None:
    dataset_id, tables = await scanned(rooms, admin, shop)
    for ask in (
        rooms.catalog.scan(stranger, shop.id),
        rooms.catalog.datasets(stranger, shop.id),
        rooms.catalog.tables(stranger, dataset_id),
        rooms.catalog.table(stranger, UUID(tables["orders"]["id"])),
        rooms.catalog.table(admin, uuid4()),
    ):
        with pytest.raises(NotFound):
            await ask


async def test_a_viewer_browses_nothing(rooms: Rooms, people: Any, shop: ConnectionInfo) -> None:
    for role, ask in (("viewer", rooms.catalog.datasets), ("editor", rooms.catalog.scan)):
        with pytest.raises(Forbidden):
            await ask(people[role].actor, shop.id)
