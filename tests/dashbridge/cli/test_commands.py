"""The command line on a served data dir: each command's output, its exit code, and its refusals."""

from __future__ import annotations

import csv
import gc
import io
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import httpx
import orjson
import pyarrow as pa
import pytest

Run = Callable[..., Any]
YAML = """\
version: 1
title: Departure delays by carrier and month
connection: flights
queries:
  departures:
    sql: |
      SELECT CAST(date_trunc('month', time_hour) AS DATE) AS month, carrier,
             sum(dep_delay) AS delay, count(dep_delay) AS flights
      FROM flights
      GROUP BY 1, 2
insights:
  delay_by_month:
    query: departures
    props: {x: month, y: sum(delay) / sum(flights), color: carrier}
    interactions: [{split: carrier}, {sort: month}]
views:
  trend: {type: line, title: Average departure delay, insight: delay_by_month, unit: min}
layout: {rows: [{height: md, items: [{view: trend, span: 12}]}]}
"""
BY_HAND = """
    SELECT strftime(date_trunc('month', time_hour), '%Y-%m-%d'), carrier, avg(dep_delay)
    FROM flights GROUP BY ALL ORDER BY 1, 2
"""


@pytest.fixture(scope="session")
def connected(served: Any, process: Run) -> Any:
    """The server with the connection `flights`, made by a second process on the same data dir."""
    made = process("connect", "duckdb", "--name", "flights", "--path", "flights.duckdb")
    assert made.code == 0, made.err
    assert made.out.startswith(b"flights ")
    return served


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """The dashboard's file, named after its slug."""
    path = tmp_path / "delays.yaml"
    path.write_bytes(YAML.encode())
    return path


@pytest.fixture
def by_hand(served: Any) -> list[tuple[str, str, float]]:
    """The rows that the dashboard's insight must have."""
    with duckdb.connect(str(served.file), read_only=True) as con:
        return con.execute(BY_HAND).fetchall()


def same(got: Any, wanted: list[tuple[str, str, float]]) -> None:
    rows = sorted((str(month), carrier, float(delay)) for month, carrier, delay in got)
    assert [row[:2] for row in rows] == [row[:2] for row in wanted]
    assert [row[2] for row in rows] == pytest.approx([row[2] for row in wanted], rel=1e-9)


def test_scanning(connected: Any, remote: Run) -> None:
    assert remote("scan", "flights").out == b"1 datasets, 2 tables\n"
    refused = remote("scan", "nowhere")
    assert (refused.code, refused.out) == (1, b"")
    assert "there are: flights" in refused.err


def test_validating(connected: Any, remote: Run, file: Path) -> None:
    good = remote("validate", str(file))
    assert good.code == 0, good.err
    assert good.out.endswith(b"valid\n")
    assert orjson.loads(remote("validate", "--json", str(file)).out)["queries"][0]["name"] == "departures"
    file.write_text(YAML.replace("sum(delay)", "sum(dely)").replace("insight: delay", "insight: dealy"))
    bad = remote("validate", str(file))
    assert (bad.code, bad.out) == (1, b"")
    assert "line 1" in bad.err
    assert remote("validate", "nowhere.yaml").code == 2
    assert remote("validate").code == 2


def test_a_file_goes_out_as_it_came_in_and_its_data_are_right(
    connected: Any, remote: Run, process: Run, file: Path, by_hand: Any
) -> None:
    pushed = remote("push", str(file))
    assert pushed.code == 0, pushed.err
    assert pushed.out.startswith(b"delays revision 1\n")
    assert remote("pull", "delays").out == YAML.encode()

    there = orjson.loads(process("data", "delays").out)["insights"]["delay_by_month"]["data"]
    same(zip(there["props.x"], there["carrier"], there["props.y"], strict=True), by_hand)
    header, *rows = csv.reader(io.StringIO(remote("data", "delays", "--format", "csv").out.decode()))
    at = [header.index(name) for name in ("props.x", "carrier", "props.y")]
    same(([row[i] for i in at] for row in rows), by_hand)
    arrow = remote("data", "delays", "--format", "arrow", "--insight", "delay_by_month").out
    table = pa.ipc.open_stream(arrow).read_all()
    same(zip(*(table[name].to_pylist() for name in ("props.x", "carrier", "props.y")), strict=True), by_hand)

    file.write_text(YAML.replace("title: Departure", "title: Changed departure"))
    assert remote("push", str(file)).out.startswith(b"delays revision 2\n")
    stale = remote("push", str(file), "--revision", "1")
    assert stale.code == 1
    assert remote("pull", "delays", "--revision", "1").out == YAML.encode()


def test_warming_tells_what_was_computed(connected: Any, remote: Run, process: Run, file: Path) -> None:
    name = file.with_name("warmed.yaml")
    written = SPLIT_YAML.replace("FROM flights", "FROM flights WHERE true")  # whose rows no other test has asked for
    name.write_text(written)
    pushed = remote("push", str(name))
    assert (pushed.code, pushed.err) == (0, "data: ready\n")
    again = remote("warm", "warmed")
    assert (again.code, again.out) == (0, b"0 computed, 2 still valid, 0 failed\n")
    assert again.err.startswith("query departures: still valid, ")
    body = orjson.loads(remote("warm", "--json", "warmed", "--input", "carrier=AA").out)
    assert (body["dashboard"], body["failed"]) == ("warmed", 0)
    told = [(step["kind"], step["name"], step["state"]) for step in body["steps"]]
    assert told == [("query", "departures", "skipped"), ("insight", "delay_by_month", "done")]
    here = process("warm", "warmed")  # its own process has nothing yet
    assert (here.code, here.out) == (0, b"2 computed, 0 still valid, 0 failed\n"), here.err
    assert here.err.startswith("query departures: done, ")
    assert "\ninsight delay_by_month: done, " in here.err
    refused = remote("warm", "warmed", "--input", "nope=1")
    assert (refused.code, refused.out) == (1, b"")
    assert remote("warm", "absent").code == 1
    assert remote("warm", "warmed", "--input", "nope").code == 2
    name.write_text(written.replace("sum(delay)", "sum(CAST(carrier AS INTEGER))"))
    pushed = remote("push", str(name))
    assert pushed.code == 0
    assert pushed.err.startswith("data: failed: ")
    assert remote("push", "--no-wait", str(name)).err == ""
    failed = remote("warm", "warmed")
    assert (failed.code, failed.out) == (1, b"0 computed, 1 still valid, 1 failed\n")
    assert "insight delay_by_month: failed" in failed.err


def test_what_is_not_there_is_said(connected: Any, remote: Run) -> None:
    for words in (("data", "nowhere"), ("pull", "nowhere"), ("data", "../nowhere"), ("pull", "a/b")):
        refused = remote(*words)
        assert (refused.code, refused.out) == (1, b""), words
        assert refused.err.startswith("error: ")
        assert "Traceback" not in refused.err
    assert remote("data", "delays", "--input", "novalue").code == 2
    assert remote("data", "delays", "--format", "xml").code == 2


def test_asking_saves_a_dashboard(connected: Any, remote: Run) -> None:
    asked = remote("ask", "How do departure delays vary by carrier and month?")
    assert asked.code == 0, asked.err
    lines = dict(
        line.split(": ", 1) for line in asked.out.decode().splitlines() if line.startswith(("slug", "yaml", "url"))
    )
    assert lines["url"].strip().endswith(f"/d/{lines['slug']}")
    assert "save_dashboard_yaml" in asked.err
    data = orjson.loads(remote("data", lines["slug"]).out)
    assert all("error" not in insight for insight in data["insights"].values())

    nothing = remote("ask", "--json", "What is the colour of the unicorn's hat?")
    assert nothing.code == 1
    body = orjson.loads(nothing.out)
    assert body["saved"] is None
    assert body["text"] or body["question"]

    later = remote("ask", "--session", body["session_id"], "Average departure delay by carrier")
    assert later.code == 0, later.err
    assert body["session_id"] in later.err
    assert remote("ask", "--session", "nonsense", "x").code == 2
    assert remote("ask", "--session", body["session_id"], "--dashboard", "x", "x").code == 2


def test_a_server_that_is_not_there_or_will_not_have_us(served: Any, command: Run) -> None:
    refused = command("--url", served.url, "--api-key", "dbk_wrong", "scan", "flights")
    assert refused.code == 1
    assert refused.err.startswith("error: ")
    for url in ("http://127.0.0.1:1", "ftp://x", "http://[::bad"):
        for words in (("scan", "flights"), ("ask", "Anything?")):
            refused = command("--url", url, *words)
            assert refused.code == 1
            assert refused.err.startswith("error: ")
    assert command("--api-key", "x", "scan", "flights").code == 2
    assert command("no-such-command").code == 2


def test_a_port_in_use_is_said(command: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        monkeypatch.setenv("DASHBRIDGE_PORT", port)
        refused = command("serve")
    assert refused.code == 1
    assert f"127.0.0.1:{port}" in refused.err
    assert "DASHBRIDGE_PORT" in refused.err
    assert "Traceback" not in refused.err


def test_the_server_goes_on_after_other_processes_came_and_went(served: Any) -> None:
    assert httpx.get(f"{served.url}/readyz").status_code == 200


def test_compiling(command: Run, file: Path) -> None:
    done = command("compile", str(file))
    assert done.code == 0
    compiled = orjson.loads(done.out)
    assert compiled["title"] == "Departure delays by carrier and month"
    file.write_text("version: 1\n")
    assert command("compile", str(file)).code == 1


SPLIT_YAML = YAML.replace(
    "queries:\n", "inputs: {carrier: {type: multi_select, options: [AA, UA]}}\nqueries:\n"
).replace("[{split: carrier}", '[{filter: "carrier IN ${ref(carrier).values}"}, {split: carrier}')


def test_compiling_tells_how_each_insight_is_split(command: Run, file: Path) -> None:
    file.write_text(SPLIT_YAML)
    one = orjson.loads(command("compile", "--json", str(file)).out)["insights"]["delay_by_month"]
    assert one["mode"] == "grouped"
    assert one["mode_reason"]
    assert "FROM flights" in one["pre_query"]
    assert one["post_query"].count("?") == len(one["parameters"]) > 0
    text = command("compile", "--text", str(file))
    assert text.code == 0, text.err
    shown = text.out.decode()
    assert shown.startswith(f"delay_by_month: grouped, {one['mode_reason']}\n")
    assert "(FROM departures)" in shown
    assert one["post_query"] in shown
    assert "?1 carrier.values" in shown
    assert "\x02" not in shown
    assert command("compile", "--dialect", "mysql", str(file)).code == 2


def test_a_file_alone_is_checked_in_its_dialect(command: Run, file: Path) -> None:
    good = command("validate", "--dialect", "duckdb", str(file))
    assert (good.code, good.out) == (0, b"delay_by_month: static\nvalid\n"), good.err
    file.write_text(SPLIT_YAML.replace("sum(delay) / sum(flights)", "'SAFE_DIVIDE(sum(delay), sum(flights))'"))
    assert command("validate", "--dialect", "duckdb", str(file)).code == 1
    file.write_text(file.read_text().replace("date_trunc('month', time_hour)", "DATE_TRUNC(time_hour, MONTH)"))
    other = command("validate", "--dialect", "bigquery", "--json", str(file))
    assert other.code == 0, other.err
    assert orjson.loads(other.out)["insights"][0]["name"] == "delay_by_month"
    file.write_text(YAML.replace("FROM flights", "FROM read_csv('/etc/passwd')"))
    refused = command("validate", "--dialect", "duckdb", str(file))
    assert (refused.code, refused.out) == (1, b"")
    assert "/queries/departures/sql" in refused.err
    assert "line " in refused.err


def test_checking_sql(command: Run, tmp_path: Path) -> None:
    sql = tmp_path / "query.sql"
    sql.write_text("SELECT carrier FROM flights")
    good = command("check-sql", "--dialect", "duckdb", str(sql))
    assert good.code == 0
    assert b"flights" in good.out
    sql.write_text("DROP TABLE flights")
    bad = command("check-sql", "--dialect", "duckdb", str(sql))
    assert (bad.code, bad.out) == (1, b"")
    assert bad.err.startswith("refused (")
    as_json = command("check-sql", "--dialect", "duckdb", "--json", str(sql))
    assert as_json.code == 1
    assert orjson.loads(as_json.out)["ok"] is False
    assert command("check-sql").code == 2

    sql.write_text('{"id": "1", "sql": "SELECT 1"}\n{"id": 2, "sql": "DELETE FROM t"}\nnonsense\n')
    lines = [
        orjson.loads(line)
        for line in command("check-sql", "--dialect", "bigquery", "--jsonl", str(sql)).out.splitlines()
    ]
    assert [line["ok"] for line in lines] == [True, False, False]
    assert [line["id"] for line in lines[:2]] == ["1", 2]
    assert all(line.keys() >= {"id", "ok", "code", "message", "tables"} for line in lines)


def test_translating(command: Run, tmp_path: Path) -> None:
    sql = tmp_path / "query.sql"
    sql.write_text("SELECT IFNULL(a, 0) AS a FROM `d.t`")
    done = command("translate", "--from", "bigquery", "--to", "duckdb", str(sql))
    assert done.code == 0, done.err
    assert b"COALESCE" in done.out.upper()
    sql.write_text("SELECT FROM")
    assert command("translate", "--from", "bigquery", "--to", "duckdb", str(sql)).code == 1
    assert command("translate", "--from", "mysql", "--to", "duckdb").code == 2


def test_bad_settings_give_no_traceback(command: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("DASHBRIDGE_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("DASHBRIDGE_HOST", "nowhere.invalid")
    refused = command("serve")
    assert refused.code == 1
    assert "DASHBRIDGE_HOST" in refused.err
    monkeypatch.setenv("DASHBRIDGE_PORT", "many")
    refused = command("serve")
    assert refused.code == 1
    assert "DASHBRIDGE_PORT" in refused.err


def test_a_command_leaves_the_collector_as_it_was(command: Run) -> None:
    assert command("validate", "--help").code == 0
    assert command("no-such-command").code == 2
    assert gc.isenabled()
    assert gc.get_freeze_count() == 0
