"""A table comes into a DuckDB file whole or not at all, beside the others, under a bound of memory and time."""

from __future__ import annotations

import asyncio
from pathlib import Path

import duckdb
import pytest

from dashbridge.kit import Conflict, DashbridgeError, TimedOut, TooLarge
from dashbridge.warehouse import files
from dashbridge.warehouse.intake import Intake, Taken

MEMORY = 512 << 20


@pytest.fixture
def intake() -> Intake:
    return Intake(memory_bytes=MEMORY)


def written(folder: Path, text: str) -> Path:
    path = folder / "sent"
    path.write_text(text)
    return path


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def rows(target: Path, sql: str) -> list[tuple[object, ...]]:
    with duckdb.connect(str(target), read_only=True) as con:
        return con.execute(sql).fetchall()


@pytest.mark.slow
async def test_tables_come_beside_each_other(intake: Intake, tmp_path: Path) -> None:
    target = tmp_path / "uploads.duckdb"
    first = await intake.take(written(tmp_path, "id,n\n007,1\n"), target, "one", replace=False)
    assert first == Taken(1, (("id", "VARCHAR"), ("n", "BIGINT")), False)
    version = files.data_version(target)
    with duckdb.connect(str(target), read_only=True) as held:  # a reader does not mind, and sees what it opened
        await intake.take(written(tmp_path, "d\n2024-01-02\n2024-01-03\n"), target, "two", replace=False)
        assert held.execute("SELECT count(*) FROM duckdb_tables()").fetchall() == [(1,)]
    assert files.data_version(target) != version
    assert rows(target, "SELECT id, n, d FROM one, two ORDER BY d")[0][:2] == ("007", 1)
    with pytest.raises(Conflict) as taken:
        await intake.take(written(tmp_path, "a\n1\n"), target, "one", replace=False)
    assert taken.value.code == "table_exists"
    again = await intake.take(written(tmp_path, "a\n1\n"), target, "one", replace=True)
    assert again.replaced
    assert rows(target, "FROM one") == [(1,)]
    assert names(tmp_path) == {"sent", "uploads.duckdb", ".uploads.duckdb.lock"}


async def test_what_fails_leaves_the_file_as_it_was(intake: Intake, tmp_path: Path) -> None:
    target = tmp_path / "uploads.duckdb"
    await intake.take(written(tmp_path, "a\n1\n"), target, "one", replace=False)
    before = target.read_bytes()
    with pytest.raises(DashbridgeError) as refused:
        await intake.take(written(tmp_path, "a,b\n1\n"), target, "one", replace=True)
    assert refused.value.code == "ragged_rows"
    with pytest.raises(TimedOut):
        await Intake(memory_bytes=MEMORY, timeout_s=0.001).take(tmp_path / "sent", target, "one", replace=True)
    big = written(tmp_path, "a,b\n" + "x,y\n" * 400_000)
    with pytest.raises(TooLarge):
        await Intake(memory_bytes=1 << 20).take(big, target, "one", replace=True)
    assert target.read_bytes() == before
    assert names(tmp_path) == {"sent", "uploads.duckdb", ".uploads.duckdb.lock"}


async def test_uploads_at_the_same_time_all_arrive(tmp_path: Path) -> None:
    target, source = tmp_path / "uploads.duckdb", written(tmp_path, "a\n1\n")
    apart = [Intake(memory_bytes=MEMORY) for _ in range(3)]  # as of several server processes
    await asyncio.gather(*(one.take(source, target, f"t{n}", replace=False) for n, one in enumerate(apart)))
    assert rows(target, "SELECT table_name FROM duckdb_tables() ORDER BY 1") == [("t0",), ("t1",), ("t2",)]
