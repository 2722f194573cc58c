"""`migrate traces` on a real data dir: proof on the data, the file written only when everything is equal."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import orjson
import pytest

Run = Callable[..., Any]
FLIGHTS = """
    CREATE TABLE flights AS SELECT
        TIMESTAMP '2013-01-01' + INTERVAL (range * 97) MINUTE AS time_hour,
        ['AA', 'UA', 'null', NULL][1 + range % 4] AS carrier,
        CASE WHEN range % 11 > 0 THEN (range * 7) % 90 - 10 END AS dep_delay
    FROM range(3000);
"""
OLD = """\
version: 1
title: Old charts   # kept as it is
connection: old_flights
inputs:
  least: {type: number_range, default: {min: 0}}
queries:
  departures:
    sql: |
      SELECT CAST(date_trunc('month', time_hour) AS DATE) AS month, carrier, dep_delay AS delay FROM flights
# Written in 2019.
traces:
  delays:
    query: departures
    cohort_on: carrier   # by carrier
    columns: {n: "count(*)"}
    props:
      x: month
      y: avg(delay)
    filters:
      # late ones
      - delay > 10 AND count(*) > 1
    order_by: [month DESC, column(n)]
  alone: {query: departures, props: {x: month, y: "count(*)"}, filters: ["delay >= ${ref(least).min}"]}
  points: {query: departures, props: {x: month, y: delay, color: carrier}, limit: 500}
views:
  trend: {type: line, trace: delays}
  count:
    type: bar
    trace: "alone"
  cloud: {type: scatter, trace: points}
layout: {rows: [{items: [{view: trend, span: 4}, {view: count, span: 4}, {view: cloud, span: 4}]}]}
"""


@pytest.fixture(scope="module")
def old_flights(served: Any, process: Run) -> Path:
    """The data dir of a running server, with a connection that has carriers without a name."""
    with duckdb.connect(str(served.file.with_name("old.duckdb"))) as con:
        con.execute(FLIGHTS).fetchall()
    made = process("connect", "duckdb", "--name", "old_flights", "--path", "old.duckdb")
    assert made.code == 0, made.err
    return Path(served.folder)


@pytest.fixture
def migrate(old_flights: Path, command: Run, monkeypatch: pytest.MonkeyPatch) -> Run:
    """`migrate FILE …` in this process, beside the server on its data dir."""
    monkeypatch.setenv("DASHBRIDGE_DATA_DIR", str(old_flights))
    return lambda *words: command("migrate", "traces", *words)


def test_proves_and_shows_and_then_writes(migrate: Run, tmp_path: Path) -> None:
    file = tmp_path / "old.yaml"
    file.write_text(OLD)
    file.chmod(0o640)
    shown = migrate(str(file))
    assert (shown.code, shown.err) == (0, "")
    out = shown.out.decode()
    assert "delays -> insight delays: 4 cohorts, " in out
    assert "alone -> insight alone: 1 cohort, " in out
    assert "points -> insight points: 1 cohort, 500 rows, 3 columns: equal" in out
    assert "+insights:" in out
    assert "-traces:" in out
    assert file.read_text() == OLD

    written = migrate(str(file), "--write")
    assert written.code == 0, written.err
    new = file.read_text()
    assert "title: Old charts   # kept as it is\n" in new
    assert "      - split: carrier   # by carrier\n".replace("   #", "  #") in new
    assert "      # late ones\n      - filter: delay > 10 AND count(*) > 1\n" in new
    assert '    insight: "alone"\n' in new
    assert "trace" not in new
    assert file.stat().st_mode & 0o777 == 0o640
    assert list(tmp_path.iterdir()) == [file]

    again = migrate(str(file))
    assert again.out.decode() == f"{file} has no traces\n"
    assert again.code == 0


def test_json_report_and_inputs(migrate: Run, tmp_path: Path) -> None:
    file = tmp_path / "old.yaml"
    file.write_text(OLD)
    body = orjson.loads(migrate(str(file), "--json", "--input", "least=30..").out)
    assert (body["equal"], body["written"]) == (True, False)
    assert [one["trace"] for one in body["traces"]] == ["delays", "alone", "points"]
    assert all(one["equal"] and one["error"] is None for one in body["traces"])
    everything = orjson.loads(migrate(str(file), "--json", "--input", "least=all").out)
    rows = [[one["rows"] for one in answer["traces"]] for answer in (body, everything)]
    assert rows[0][0] == rows[1][0]
    assert body["text"] == everything["text"]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("y: avg(delay)", "y: column(n)[0]", "item of a column"),
        ("carrier   #", "carier   #", "carier"),
        ("connection: old_flights", "connection: nowhere", "nowhere"),
        ("trace: delays", "trace: dealys", "did you mean delays?"),
        ("version: 1", "version: 1\n bad: [", "YAML"),
    ],
)
def test_refused_with_exit_1_and_nothing_written(migrate: Run, tmp_path: Path, old: str, new: str, said: str) -> None:
    file = tmp_path / "old.yaml"
    file.write_text(OLD.replace(old, new, 1))
    before = file.read_bytes()
    refused = migrate(str(file), "--write")
    assert refused.code == 1
    assert said in refused.err
    assert "Traceback" not in refused.err
    assert file.read_bytes() == before


def test_wrong_usage(migrate: Run, command: Run, tmp_path: Path) -> None:
    file = tmp_path / "old.yaml"
    file.write_bytes(b"\xff\xfe\x00")
    assert migrate("nowhere.yaml").code == 2
    assert migrate(str(file), "--input", "x").code == 2
    assert migrate("-", "--write").code == 2
    assert command("--url", "http://127.0.0.1:1", "migrate", "traces", str(file)).code == 2
    refused = migrate(str(file))
    assert refused.code == 1
    assert "UTF-8" in refused.err
