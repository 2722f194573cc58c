from __future__ import annotations

import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import duckdb
import pytest

from dashbridge.kit import Invalid, Unavailable
from dashbridge.samples import ensure_flights, flights, load_flights

COUNTS = {"flights": 336_776, "airlines": 16, "airports": 1_458, "planes": 3_322, "weather": 26_115}


@pytest.fixture
def con(flights_file: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(str(flights_file), read_only=True) as connection:
        yield connection


def one(con: duckdb.DuckDBPyConnection, sql: str) -> Any:
    row = con.execute(sql).fetchone()
    assert row is not None
    return row[0] if len(row) == 1 else row


def test_every_table_has_all_its_rows(con: duckdb.DuckDBPyConnection) -> None:
    assert {name: one(con, f"SELECT count(*) FROM main.{name}") for name in COUNTS} == COUNTS


@pytest.mark.parametrize("table", ["flights", "weather"])
def test_time_hour_is_new_york_clock_time(con: duckdb.DuckDBPyConnection, table: str) -> None:
    wrong = f"SELECT count(*) FROM {table} WHERE time_hour != make_timestamp(year, month, day, hour, 0, 0)"
    assert one(con, wrong) == 0
    assert one(con, f"SELECT any_value(typeof(time_hour)) FROM {table}") == "TIMESTAMP"


def test_by_utc_1218_flights_would_fall_in_the_wrong_month(con: duckdb.DuckDBPyConnection) -> None:
    utc = "time_hour AT TIME ZONE 'America/New_York' AT TIME ZONE 'UTC'"
    assert one(con, f"SELECT count(*) FROM flights WHERE month({utc}) != month") == 1_218


def test_na_is_null_and_never_text(con: duckdb.DuckDBPyConnection) -> None:
    assert one(con, "SELECT count(*) FROM flights WHERE dep_delay IS NULL") == 8_255
    for table, column in (("flights", "tailnum"), ("airports", "tzone"), ("planes", "type")):
        assert one(con, f"SELECT count(*) FROM {table} WHERE {column} = 'NA'") == 0


def test_january_delay_is_weighted_by_known_delays(con: duckdb.DuckDBPyConnection) -> None:
    assert one(con, "SELECT round(avg(dep_delay), 2) FROM flights WHERE month = 1") == 10.04


def test_every_table_and_column_has_a_comment(con: duckdb.DuckDBPyConnection) -> None:
    assert one(con, "SELECT count(*) FROM duckdb_tables() WHERE comment IS NULL OR comment = ''") == 0
    silent = "SELECT count(*) FROM duckdb_columns() WHERE NOT internal AND coalesce(comment, '') = ''"
    assert one(con, silent) == 0
    assert "minutes" in one(con, "SELECT comment FROM duckdb_columns() WHERE column_name = 'dep_delay'")


def test_columns_equal_the_package_file(flights_file: Path, con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    with zipfile.ZipFile(flights._sources()["flights.csv.zip"]) as archive:
        source = archive.extract("flights.csv", tmp_path)
    columns = "* EXCLUDE time_hour"
    raw = con.execute(f"SELECT {columns} FROM read_csv(?, nullstr = 'NA', sample_size = -1)", [source])
    assert [field[0] for field in raw.description or []] == [
        field[0] for field in con.execute(f"SELECT {columns} FROM flights LIMIT 0").description or []
    ]
    missing = (
        f"SELECT {columns} FROM read_csv(?, nullstr = 'NA', sample_size = -1) EXCEPT ALL SELECT {columns} FROM flights"
    )
    assert con.execute(f"SELECT count(*) FROM ({missing})", [source]).fetchone() == (0,)


def test_progress_names_each_table_and_ends_at_its_total(tmp_path: Path) -> None:
    seen: list[tuple[str, int, int]] = []
    load_flights(tmp_path / "f.duckdb", lambda *step: seen.append(step))
    assert seen == [step for name, rows in COUNTS.items() for step in ((name, 0, rows), (name, rows, rows))]


def test_a_good_file_is_kept(flights_file: Path) -> None:
    before = flights_file.stat()
    assert ensure_flights(flights_file) is False
    assert flights_file.stat().st_ino == before.st_ino
    assert flights_file.stat().st_mtime_ns == before.st_mtime_ns


def changed_comment(path: Path) -> None:
    with duckdb.connect(str(path)) as con:
        con.execute("COMMENT ON COLUMN flights.dep_delay IS 'stale'")


def fewer_rows(path: Path) -> None:
    with duckdb.connect(str(path)) as con:
        con.execute("DELETE FROM airlines WHERE carrier = 'AA'")


@pytest.mark.parametrize(
    "damage",
    [
        changed_comment,
        fewer_rows,
        lambda path: path.write_bytes(b""),
        lambda path: path.write_bytes(b"not a database" * 1000),
        lambda path: os.truncate(path, 5_000),
        lambda path: path.unlink(),
    ],
    ids=["stale comment", "fewer rows", "empty", "garbage", "cut", "absent"],
)
def test_a_bad_file_is_replaced(flights_file: Path, tmp_path: Path, damage: Any) -> None:
    target = tmp_path / "flights.duckdb"
    shutil.copyfile(flights_file, target)
    damage(target)
    assert ensure_flights(target) is True
    with duckdb.connect(str(target), read_only=True) as con:
        assert one(con, "SELECT count(*) FROM flights") == COUNTS["flights"]
    assert sorted(path.name for path in tmp_path.iterdir()) == [".flights.duckdb.lock", "flights.duckdb"]


def test_a_failed_load_leaves_the_old_file(flights_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = tmp_path / "flights.duckdb"
    target.write_bytes(b"old")
    torn = tmp_path / "torn.zip"
    torn.write_bytes(flights._sources()["flights.csv.zip"].read_bytes()[:100_000])
    monkeypatch.setattr(flights, "_sources", lambda: {"flights.csv.zip": torn})
    with pytest.raises(Invalid, match="damaged"):
        load_flights(target)
    assert target.read_bytes() == b"old"
    assert not list(tmp_path.glob("*loading*"))


def test_a_short_csv_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sources = dict(flights._sources())
    short = tmp_path / "airlines.csv"
    short.write_text("carrier,name\nAA,American\n")
    monkeypatch.setattr(flights, "_sources", lambda: {**sources, "airlines.csv": short})
    with pytest.raises(Invalid, match="airlines has 1 rows in place of 16"):
        load_flights(tmp_path / "out" / "flights.duckdb")
    assert not (tmp_path / "out" / "flights.duckdb").exists()


def test_a_csv_of_another_shape_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sources = dict(flights._sources())
    other = tmp_path / "planes.csv"
    other.write_text("tailnum,year\nN1,old\n")
    monkeypatch.setattr(flights, "_sources", lambda: {**sources, "planes.csv": other})
    with pytest.raises(Invalid, match="not as expected"):
        load_flights(tmp_path / "flights.duckdb")


def test_without_the_package_the_hint_says_what_to_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def absent(name: str) -> Any:
        raise PackageNotFoundError(name)

    monkeypatch.setattr(flights, "distribution", absent)
    with pytest.raises(Unavailable, match="make setup"):
        load_flights(tmp_path / "flights.duckdb")


def test_a_package_without_the_file_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(flights, "distribution", lambda name: SimpleNamespace(files=[]))
    with pytest.raises(Unavailable, match=r"no file flights\.csv\.zip"):
        load_flights(tmp_path / "flights.duckdb")


def test_a_folder_that_is_a_file_is_a_named_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(Unavailable, match="choose a data folder"):
        ensure_flights(tmp_path / "file" / "flights.duckdb")


def test_processes_that_race_load_once(tmp_path: Path) -> None:
    target = tmp_path / "flights.duckdb"
    program = (
        "import sys\nfrom pathlib import Path\nfrom dashbridge.samples import ensure_flights\n"
        "print(ensure_flights(Path(sys.argv[1])))"
    )
    racers = [subprocess.Popen([sys.executable, "-c", program, str(target)], stdout=subprocess.PIPE) for _ in range(3)]
    answers = sorted(racer.communicate()[0].decode().strip() for racer in racers)
    assert answers == ["False", "False", "True"]


def test_a_file_open_for_writing_elsewhere_is_a_named_error(flights_file: Path, tmp_path: Path) -> None:
    target = tmp_path / "flights.duckdb"
    shutil.copyfile(flights_file, target)
    program = "import sys, duckdb; con = duckdb.connect(sys.argv[1]); print('held', flush=True); sys.stdin.read()"
    with subprocess.Popen(
        [sys.executable, "-c", program, str(target)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        with pytest.raises(Unavailable, match="open for writing"):
            ensure_flights(target)
        holder.communicate()


def test_a_load_killed_half_way_is_done_again(tmp_path: Path) -> None:
    target = tmp_path / "flights.duckdb"
    program = (
        "import os, sys, pathlib\nfrom dashbridge.samples import load_flights\n"
        "def die(table, done, total):\n    if table == 'planes': os.kill(os.getpid(), 9)\n"
        "load_flights(pathlib.Path(sys.argv[1]), die)\n"
    )
    assert subprocess.run([sys.executable, "-c", program, str(target)], check=False).returncode == -9
    assert not target.exists()
    assert ensure_flights(target) is True
    assert not list(tmp_path.glob("*loading*"))
