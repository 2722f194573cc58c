"""Teams, connections, and what scans found."""

from __future__ import annotations

from uuid import uuid4

import pytest

from dashbridge.directory import Connection, FoundDataset, FoundTable, connections, datasets, teams
from dashbridge.kit import Conflict, NotFound, new_id


@pytest.fixture
async def team(directory):
    """Opens transactions of one team."""
    team_id = await directory.add_team("ours")
    return lambda: directory.database.team(team_id)


def connection(name: str = "flights", **columns) -> Connection:
    return Connection(name=name, kind="duckdb", sealed_settings=b"\x00sealed\xff", **columns)


async def test_a_team_is_made_once(directory):
    team_id = uuid4()
    for name in ("first", "second"):
        async with directory.database.team(team_id) as session:
            assert (await teams.ensure(session, name)).name == "first"
    async with directory.database.team(uuid4()) as session:
        with pytest.raises(NotFound):
            await teams.get(session)


async def test_connection_defaults_are_the_careful_ones(team):
    chosen = new_id()
    async with team() as session:
        await connections.create(session, connection(id=chosen))
    async with team() as session:
        row = await connections.get(session, chosen)
        assert (row.ai_access, row.max_bytes_per_query, row.allowed_datasets, row.status) == (
            "schema",
            100_000_000,
            None,
            "new",
        )
        assert row.sealed_settings == b"\x00sealed\xff"
        assert await connections.by_name(session, "flights") == row


async def test_an_empty_list_of_datasets_is_not_no_list(team):
    async with team() as session:
        row = await connections.create(session, connection(allowed_datasets=[]))
        assert row.allowed_datasets == []


async def test_names_are_taken_once(team):
    async with team() as session:
        await connections.create(session, connection())
        with pytest.raises(Conflict):
            await connections.create(session, connection())
        other = await connections.create(session, connection("other"))
        with pytest.raises(Conflict):
            await connections.change(session, other.id, name="flights")
        changed = await connections.change(session, other.id, name="other", ai_access="samples", allowed_datasets=["a"])
        assert (changed.name, changed.ai_access, changed.allowed_datasets) == ("other", "samples", ["a"])
        assert [row.name for row in await connections.everything(session)] == ["flights", "other"]


async def test_marks_are_the_databases_time(team):
    async with team() as session:
        row = await connections.create(session, connection())
        assert row.validated_at is None
        row = await connections.mark_validated(session, row.id, "ok")
        assert row.status == "ok"
        assert row.validated_at == row.updated_at
        assert (await connections.mark_scanned(session, row.id)).scanned_at is not None


async def test_an_absent_connection(team):
    async with team() as session:
        for call in (
            connections.get(session, uuid4()),
            connections.by_name(session, "x"),
            connections.change(session, uuid4(), status="x"),
            connections.mark_scanned(session, uuid4()),
            connections.delete(session, uuid4()),
        ):
            with pytest.raises(NotFound):
                await call


async def test_a_scan_keeps_ids_of_what_stays(team):
    async with team() as session:
        owner = (await connections.create(session, connection())).id
        tables = (FoundTable("flights", "table", 336_776, 10**12, "all of them"), FoundTable("old", "view"))
        await datasets.replace(session, owner, [FoundDataset("main", tables), FoundDataset("gone", tables)])
        (gone, main) = await datasets.of_connection(session, owner)
        before = {table.name: table for table in await datasets.tables_of(session, main.id)}
        assert before["flights"].bytes == 10**12
        flights_id = before["flights"].id
        new = (FoundTable("flights", "table", 1, 2), FoundTable("new", "table"))
        await datasets.replace(session, owner, [FoundDataset("main", new, "described")])
    async with team() as session:
        assert [dataset.id for dataset in await datasets.of_connection(session, owner)] == [main.id]
        assert (await datasets.get(session, main.id)).description == "described"
        found = await datasets.all_tables(session, owner)
        assert [(dataset.name, table.name) for dataset, table in found] == [("main", "flights"), ("main", "new")]
        dataset, table = await datasets.get_table(session, flights_id)
        assert (dataset.name, table.rows, table.description) == ("main", 1, None)
        with pytest.raises(NotFound):
            await datasets.get(session, gone.id)
        with pytest.raises(NotFound):
            await datasets.get_table(session, before["old"].id)
        await datasets.replace(session, owner, [FoundDataset("main")])
        assert await datasets.all_tables(session, owner) == []
        await datasets.replace(session, owner, [])
        assert await datasets.of_connection(session, owner) == []


async def test_a_scan_of_many_tables(team):
    many = tuple(FoundTable(f"events_{number:05}", "table", number, number) for number in range(9_000))
    async with team() as session:
        owner = (await connections.create(session, connection())).id
        for _ in range(2):
            await datasets.replace(session, owner, [FoundDataset("analytics", many)])
        assert len(await datasets.all_tables(session, owner)) == 9_000


async def test_deleting_a_connection_takes_its_catalog_along(team):
    async with team() as session:
        row = await connections.create(session, connection())
        await datasets.replace(session, row.id, [FoundDataset("main", (FoundTable("t", "table"),))])
        (dataset,) = await datasets.of_connection(session, row.id)
        await connections.delete(session, row.id)
        assert await datasets.tables_of(session, dataset.id) == []
