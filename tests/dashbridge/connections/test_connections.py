"""Connections: made once they answer, sealed, one team's own."""

from __future__ import annotations

import asyncio
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
import pytest

from dashbridge import wiring
from dashbridge.api.deps import Rooms
from dashbridge.connections import ConnectionInfo, DuckDBSettings
from dashbridge.kit import Conflict, DashbridgeError, Forbidden, Invalid, NotFound
from dashbridge.postgres.urls import libpq_words, read_url
from dashbridge.settings import Settings
from dashbridge.sharing import Actor
from dashbridge.warehouse.duckdb import DuckDBWarehouse

SHOP = DuckDBSettings(path="shop.duckdb")


async def test_a_new_connection_is_validated_and_listed(rooms: Rooms, admin: Actor, shop: ConnectionInfo) -> None:
    assert (shop.status, shop.kind, shop.allowed_datasets) == ("ready", "duckdb", ["main"])
    assert shop.validated_at is not None
    assert await rooms.connections.list(admin) == [shop]
    assert await rooms.connections.by_id(admin, shop.id) == shop


@pytest.mark.parametrize("name", ["", "a b", "../x", "a\n", "a\0", "é", "a" * 64, "a/b", "a'b", "=cmd", "\ud800"])
async def test_a_name_that_is_none_is_refused(rooms: Rooms, admin: Actor, name: str) -> None:
    with pytest.raises(Invalid):
        await rooms.connections.create(admin, name, SHOP)
    with pytest.raises(NotFound):
        await rooms.connections.open(admin, name)


@pytest.mark.parametrize("options", [{"ai_access": "everything"}, {"max_bytes_per_query": 0}])
async def test_options_that_do_not_fit_are_refused(rooms: Rooms, admin: Actor, options: dict[str, Any]) -> None:
    with pytest.raises(Invalid):
        await rooms.connections.create(admin, "shop", SHOP, **options)


@pytest.mark.parametrize(
    "path", ["../shop.duckdb", "/etc/passwd", "absent.duckdb", ".", "link.duckdb", "a\0b", "text.duckdb", "x" * 400]
)
async def test_a_path_that_leads_elsewhere_makes_no_connection(
    rooms: Rooms, admin: Actor, settings: Settings, shop_file: Path, path: str
) -> None:
    folder = wiring.duckdb_folder(settings, admin.team_id)
    folder.mkdir(parents=True)
    os.symlink(shop_file, folder / "link.duckdb")
    (folder / "text.duckdb").write_text("no database")
    shutil.copyfile(shop_file, folder.parent / "shop.duckdb")
    with pytest.raises(DashbridgeError) as refused:
        await rooms.connections.create(admin, "shop", DuckDBSettings(path=path))
    assert refused.value.status in (404, 422)
    assert await rooms.connections.list(admin) == []


async def test_a_name_is_taken_once_whoever_races(
    rooms: Rooms, admin: Actor, put_file: Callable[..., Path], shop_file: Path
) -> None:
    put_file(admin, shop_file, "shop.duckdb")
    made = await asyncio.gather(
        *(rooms.connections.create(admin, "shop", SHOP) for _ in range(5)), return_exceptions=True
    )
    assert sorted(type(one).__name__ for one in made) == ["Conflict"] * 4 + ["ConnectionInfo"]
    assert all(isinstance(one, Conflict | ConnectionInfo) for one in made)


async def test_settings_are_sealed_in_the_row(rooms: Rooms, shop: ConnectionInfo, directory: Any) -> None:
    with psycopg.connect(libpq_words(read_url(directory.admin_url))) as connection:
        row = connection.execute("SELECT to_jsonb(c)::text FROM connections c").fetchone()
    assert row is not None
    assert "shop.duckdb" not in row[0]
    assert b"shop.duckdb".hex() not in row[0]


async def test_sealed_settings_of_another_row_do_not_open(
    rooms: Rooms, admin: Actor, shop: ConnectionInfo, directory: Any
) -> None:
    other = await rooms.connections.create(admin, "other", SHOP)
    with psycopg.connect(libpq_words(read_url(directory.admin_url))) as connection:
        connection.execute(
            "UPDATE connections SET updated_at = now(), sealed_settings = "
            "(SELECT sealed_settings FROM connections WHERE id = %s) WHERE id = %s",
            [shop.id, other.id],
        )
    with pytest.raises(DashbridgeError) as refused:
        await rooms.connections.open(admin, "other")
    assert "shop.duckdb" not in str(refused.value)


async def test_another_team_meets_nothing(rooms: Rooms, stranger: Actor, shop: ConnectionInfo) -> None:
    connections = rooms.connections
    assert await connections.list(stranger) == []
    with pytest.raises(NotFound):
        await connections.open(stranger, "shop")
    for by_id in (connections.by_id, connections.open_by_id, connections.validate, connections.delete):
        with pytest.raises(NotFound):
            await by_id(stranger, shop.id)


@pytest.mark.parametrize("role", ["editor", "viewer"])
async def test_only_an_admin_connects(rooms: Rooms, people: Any, shop: ConnectionInfo, role: str) -> None:
    actor = people[role].actor
    for attempt in (
        rooms.connections.create(actor, "mine", SHOP),
        rooms.connections.validate(actor, shop.id),
        rooms.connections.delete(actor, shop.id),
    ):
        with pytest.raises(Forbidden):
            await attempt


async def test_a_failing_validation_is_noted_and_raised(
    rooms: Rooms, admin: Actor, shop: ConnectionInfo, settings: Settings, put_file: Callable[..., Path], shop_file: Path
) -> None:
    (wiring.duckdb_folder(settings, admin.team_id) / "shop.duckdb").unlink()
    with pytest.raises(NotFound):
        await rooms.connections.validate(admin, shop.id)
    assert (await rooms.connections.by_id(admin, shop.id)).status == "failing"
    put_file(admin, shop_file, "shop.duckdb")
    assert (await rooms.connections.validate(admin, shop.id)).status == "ready"


async def test_open_warehouses_are_kept_and_go_with_the_row(rooms: Rooms, admin: Actor, shop: ConnectionInfo) -> None:
    first = await rooms.connections.open(admin, "shop")
    await rooms.connections.delete(admin, shop.id)
    with pytest.raises(NotFound):
        await rooms.connections.open(admin, "shop")
    again = await rooms.connections.create(admin, "shop", SHOP)
    opened = await asyncio.gather(*(rooms.connections.open_by_id(admin, again.id) for _ in range(5)))
    assert len({id(warehouse) for warehouse in opened}) == 1
    assert opened[0] is not first


async def test_an_unknown_id_is_not_found(rooms: Rooms, admin: Actor) -> None:
    for by_id in (rooms.connections.by_id, rooms.connections.open_by_id, rooms.connections.delete):
        with pytest.raises(NotFound):
            await by_id(admin, uuid4())


async def test_a_dialect_is_known_without_opening_and_follows_the_connection(
    rooms: Rooms, admin: Actor, stranger: Actor, shop: ConnectionInfo, monkeypatch: pytest.MonkeyPatch
) -> None:
    connections = rooms.connections
    with monkeypatch.context() as patched:
        patched.setattr(DuckDBWarehouse, "dry_run", None)
        assert await connections.dialect(admin, "shop") == "duckdb"
        patched.setattr(rooms.database, "team", None)
        assert await connections.dialect(admin, "shop") == "duckdb"
    assert await connections.dialect(stranger, "shop") is None
    assert await connections.dialect(admin, "no such name!") is None
    await connections.delete(admin, shop.id)
    with pytest.raises(NotFound):
        await connections.open(admin, "shop")
    assert await connections.dialect(admin, "shop") is None
