"""The DuckDB adapter: which files it opens, when it sees new data, and what its dry run counts."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from dashbridge.kit import NotFound, TableName, Unavailable
from dashbridge.warehouse.base import Limits, WarehouseRefused
from dashbridge.warehouse.duckdb import DuckDBPool, DuckDBWarehouse

Write = Callable[[Path, str], Path]
BLOCK = 262_144


async def test_a_relative_path_starts_at_the_root(pool: DuckDBPool, database: Path) -> None:
    warehouse = DuckDBWarehouse(database.name, pool, root=database.parent)
    assert (await warehouse.run("SELECT count(*) AS n FROM labels")).table.to_pydict() == {"n": [7]}


@pytest.mark.parametrize(
    "path", ["../events.duckdb", "../../etc/passwd", "/etc/passwd", "link.duckdb", "folder/x.duckdb"]
)
async def test_paths_out_of_the_root_are_refused(pool: DuckDBPool, database: Path, tmp_path: Path, path: str) -> None:
    root = tmp_path / "team"
    root.mkdir()
    (root / "link.duckdb").symlink_to(database)
    (root / "folder").symlink_to(database.parent)
    (database.parent / "x.duckdb").touch()
    with pytest.raises(WarehouseRefused) as caught:
        await DuckDBWarehouse(path, pool, root=root).run("SELECT 1")
    assert caught.value.code == "path_outside_root"


async def test_a_symlink_inside_the_root_is_fine(pool: DuckDBPool, tmp_path: Path, write: Write) -> None:
    write(tmp_path / "real.duckdb", "CREATE TABLE t AS SELECT 1 AS a")
    (tmp_path / "link.duckdb").symlink_to("real.duckdb")
    assert (await DuckDBWarehouse("link.duckdb", pool, root=tmp_path).run("FROM t")).table.num_rows == 1


async def test_a_missing_file_is_not_found(pool: DuckDBPool, tmp_path: Path) -> None:
    warehouse = DuckDBWarehouse("none.duckdb", pool, root=tmp_path)
    for call in (warehouse.list_datasets, warehouse.data_version):
        with pytest.raises(NotFound):
            await call()
    assert not os.listdir(tmp_path)


async def test_what_is_no_database_is_named(pool: DuckDBPool, tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "text.duckdb").write_text("hello\n" * 5000)
    for name in ("folder", "text.duckdb"):
        with pytest.raises(WarehouseRefused) as caught:
            await DuckDBWarehouse(name, pool, root=tmp_path).run("SELECT 1")
        assert caught.value.code == "not_a_duckdb_file"
        assert str(tmp_path) not in str(caught.value)


async def test_a_file_under_a_writer_is_named(
    pool: DuckDBPool, tmp_path: Path, holder: Callable[[Path], AbstractContextManager[None]]
) -> None:
    path = tmp_path / "busy.duckdb"
    with holder(path), pytest.raises(Unavailable) as caught:
        await DuckDBWarehouse(path, pool).run("SELECT 1")
    assert caught.value.code == "database_locked"
    assert "rename" in (caught.value.hint or "")


async def test_a_replaced_file_is_seen_by_the_next_query(pool: DuckDBPool, tmp_path: Path, write: Write) -> None:
    path = write(tmp_path / "data.duckdb", "CREATE TABLE t AS SELECT 1 AS a")
    warehouse = DuckDBWarehouse(path, pool)
    versions = set()
    for number in range(1, 5):
        os.replace(write(tmp_path / "new.duckdb", f"CREATE TABLE t AS SELECT {number} AS a, 'x' AS b"), path)
        versions.add(await warehouse.data_version())
        for _ in range(4):  # more than there are workers: each must see it
            assert (await warehouse.run("SELECT a FROM t")).table.to_pydict() == {"a": [number]}
        assert len((await warehouse.dry_run("FROM t")).columns) == 2
    assert len(versions) == 4


async def test_data_that_only_the_log_holds_is_read(pool: DuckDBPool, tmp_path: Path, write: Write) -> None:
    sql = "PRAGMA disable_checkpoint_on_shutdown; CREATE TABLE t AS SELECT range AS a FROM range(1000)"
    path = write(tmp_path / "log.duckdb", sql)
    assert path.with_name("log.duckdb.wal").exists()
    warehouse = DuckDBWarehouse(path, pool)
    assert (await warehouse.run("SELECT count(*) AS n FROM t")).table.to_pydict() == {"n": [1000]}
    assert (await warehouse.dry_run("FROM t")).bytes_scanned >= 8000


async def test_odd_names(warehouse: DuckDBWarehouse) -> None:
    assert [dataset.name for dataset in await warehouse.list_datasets()] == ["main", "odd schema"]
    (table,) = await warehouse.list_tables("odd schema")
    assert table.name == TableName("odd schema", 'odd " table')
    schema = await warehouse.table_schema(table.name)
    assert [(column.name, column.nullable, column.distinct) for column in schema.columns] == [
        ("a", False, None),
        ("b c", True, None),
    ]
    found = await warehouse.dry_run('SELECT "b c" FROM "odd schema"."odd "" table"')
    assert found.tables == (table.name,)


async def bytes_of(warehouse: DuckDBWarehouse, sql: str) -> int:
    return (await warehouse.dry_run(sql)).bytes_scanned


async def test_bytes_are_whole_blocks_of_the_columns_read(warehouse: DuckDBWarehouse) -> None:
    everything = await bytes_of(warehouse, "SELECT * FROM events")
    assert everything % BLOCK == 0
    one = await bytes_of(warehouse, "SELECT sum(amount) FROM events")
    assert 0 < one < everything
    assert await bytes_of(warehouse, "SELECT amount FROM (SELECT * FROM events)") == one
    assert await bytes_of(warehouse, "SELECT a.amount FROM events a, events b WHERE a.amount < b.amount") == one
    assert await bytes_of(warehouse, "SELECT n FROM totals") <= one
    assert await bytes_of(warehouse, "SELECT 1") == 0


async def test_a_filtered_column_counts(warehouse: DuckDBWarehouse) -> None:
    alone = await bytes_of(warehouse, "SELECT grp FROM events")
    for condition in ("name LIKE '%7'", "moment > TIMESTAMP '2013-03-03'", "amount > 5 OR name = 'x'"):
        assert await bytes_of(warehouse, f"SELECT grp FROM events WHERE {condition}") > alone


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT count(DISTINCT name), median(amount) FROM events",
        "SELECT grp, count(*) FILTER (WHERE amount > 3) FROM events GROUP BY 1 HAVING count(*) > 2 ORDER BY 2 LIMIT 3",
        "SELECT * FROM events ORDER BY amount LIMIT 5",
        "SELECT name, row_number() OVER (PARTITION BY grp ORDER BY moment) AS n FROM events QUALIFY n = 1",
        "SELECT * FROM events ASOF JOIN labels ON events.grp >= labels.grp",
        "SELECT e.name FROM events e WHERE NOT EXISTS (SELECT 1 FROM labels l WHERE l.grp = e.id)",
        "SELECT grp, name, count(*) FROM events GROUP BY CUBE (grp, name)",
        "PIVOT (SELECT grp, name, amount FROM events) ON grp IN (1, 2) USING sum(amount) GROUP BY name",
        "WITH RECURSIVE r AS (SELECT 1 AS a UNION ALL SELECT a + 1 FROM r WHERE a < 5) SELECT name FROM r, events",
        "SELECT name, COLUMNS('a.*') FROM events USING SAMPLE 10%",
    ],
)
async def test_no_plan_counts_less_than_its_columns(warehouse: DuckDBWarehouse, sql: str) -> None:
    found = await warehouse.dry_run(sql)
    named = [
        name
        for name in ("id", "grp", "name", "amount", "moment")
        if name in sql.replace("count", "").replace("labels", "")
    ]
    least = await bytes_of(warehouse, f"SELECT {', '.join(named)} FROM events")
    assert least <= found.bytes_scanned <= await bytes_of(warehouse, "SELECT * FROM events, labels")


async def test_strings_in_overflow_blocks_count(pool: DuckDBPool, tmp_path: Path, write: Write) -> None:
    text = "string_agg(random()::VARCHAR, '')"
    sql = f"CREATE TABLE t AS SELECT a, {text} AS long FROM range(50) r(a), range(4000) x(y) GROUP BY 1"
    path = write(tmp_path / "long.duckdb", sql)
    warehouse = DuckDBWarehouse(path, pool)
    assert await bytes_of(warehouse, "SELECT long FROM t") >= path.stat().st_size * 0.5
    assert await bytes_of(warehouse, "SELECT a FROM t") == BLOCK


async def test_generated_and_dropped_columns_do_not_shift_the_count(
    pool: DuckDBPool, tmp_path: Path, write: Write
) -> None:
    sql = """CREATE TABLE t (gone INT, a INT, b INT GENERATED ALWAYS AS (a + 1), long VARCHAR, d DOUBLE);
        ALTER TABLE t DROP COLUMN gone;
        INSERT INTO t (a, long, d) SELECT range, repeat(hash(range)::VARCHAR, 4), 1 FROM range(100000)"""
    warehouse = DuckDBWarehouse(write(tmp_path / "t.duckdb", sql), pool)
    long = await bytes_of(warehouse, "SELECT long FROM t")
    assert long > 2_000_000
    assert await bytes_of(warehouse, "SELECT d FROM t") < long
    assert await bytes_of(warehouse, "SELECT b FROM t") == await bytes_of(warehouse, "SELECT a FROM t") < long


async def test_parameters_bind_in_the_dry_run(warehouse: DuckDBWarehouse) -> None:
    found = await warehouse.dry_run(
        "SELECT ? AS x, name FROM events WHERE grp = ? AND name IN (?, ?)", ["a", 1, "b", "c"]
    )
    assert [column.name for column in found.columns] == ["x", "name"]
    assert found.bytes_scanned == await bytes_of(warehouse, "SELECT name, grp FROM events")


async def test_a_run_records_its_bytes(warehouse: DuckDBWarehouse) -> None:
    sql = "SELECT max(length(name)) FROM events"
    assert (await warehouse.run(sql)).bytes_scanned == await bytes_of(warehouse, sql)


async def test_a_view_by_its_catalog_name(warehouse: DuckDBWarehouse) -> None:
    for name in ("totals", "events.totals", "events.main.totals", "Main.Totals"):
        found = await warehouse.dry_run(f"SELECT n FROM {name}")
        assert TableName("main", "totals") in found.tables


@pytest.mark.parametrize(
    "sql",
    [
        "COPY events TO 'x.csv'",
        "ATTACH 'x.duckdb'",
        "INSTALL httpfs",
        "LOAD httpfs",
        "SET threads = 9",
        "PRAGMA database_list",
        "CALL duckdb_settings()",
        "CREATE TEMP TABLE x AS SELECT 1",
        "PREPARE p AS SELECT 1",
        "EXPLAIN ANALYZE SELECT 1",
        "DELETE FROM events",
        "BEGIN",
        "VACUUM",
        "USE main",
        "SELECT 1; DROP TABLE events",
        "FROM read_csv('/etc/passwd')",
        "FROM '/etc/passwd'",
        "FROM glob('/*')",
        "SELECT getenv('HOME')",
        "FROM read_parquet('http://127.0.0.1:1/x')",
    ],
)
async def test_run_refuses_all_but_a_select_over_the_file(warehouse: DuckDBWarehouse, sql: str) -> None:
    with pytest.raises(WarehouseRefused):
        await warehouse.run(sql)


async def test_a_large_result(warehouse: DuckDBWarehouse) -> None:
    sql = "SELECT a.*, b.label FROM events a JOIN labels b USING (grp) CROSS JOIN range(5)"
    result = await warehouse.run(sql, limits=Limits(max_rows=900_000))
    assert (result.table.num_rows, result.truncated) == (900_000, True)
    result.table.validate(full=True)


@pytest.mark.parametrize("inner", ["SELECT * FROM events", "WITH e AS (SELECT * FROM events) SELECT * FROM e -- all"])
@pytest.mark.parametrize("where", ["", "WHERE CAST(? AS BOOLEAN) OR s.grp = CAST(? AS BIGINT) OR s.grp IN (?, ?)"])
async def test_a_wrapped_statement_counts_only_what_is_read_of_it(
    warehouse: DuckDBWarehouse, inner: str, where: str
) -> None:
    sql = f"SELECT s.name, sum(s.grp) AS n FROM (\n{inner}\n) AS s {where} GROUP BY 1"
    found = await warehouse.dry_run(sql, [False, "3", "1", None][: sql.count("?")])
    assert found.bytes_scanned == await bytes_of(warehouse, "SELECT name, grp FROM events")
    assert found.bytes_scanned < await bytes_of(warehouse, "SELECT * FROM events") / 2


async def test_a_bare_parameter_does_not_widen_the_count(warehouse: DuckDBWarehouse) -> None:
    sql = "SELECT s.grp, ? AS shown FROM (SELECT * FROM events) AS s"
    found = await warehouse.dry_run(sql, ["x"])
    assert [column.name for column in found.columns] == ["grp", "shown"]
    assert found.bytes_scanned == await bytes_of(warehouse, "SELECT grp FROM events")
