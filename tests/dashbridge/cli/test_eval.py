"""`dashbridge eval`: every case has its line, whatever happens to it; what a line says can be run."""

from __future__ import annotations

import json
from pathlib import Path

import duckdb
import pytest
from click.testing import CliRunner

from dashbridge.cli.eval import command

ROWS = "ship_id,kind,built,crew\n1,Cargo,2001,12\n2,Cargo,2004,20\n3,Ferry,2001,\\N\n"
SHIPS = {"ship": [["ship_id", "BIGINT"], ["kind", "VARCHAR"], ["built", "BIGINT"], ["crew", "DOUBLE"]]}


@pytest.fixture
def data(tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    (folder / "port").mkdir(parents=True)
    (folder / "port" / "ship.csv").write_text(ROWS)
    (folder / "schema.json").write_text(json.dumps({"port": SHIPS, "lost": SHIPS}))
    return folder


def test_each_case_is_one_prediction(data: Path, tmp_path: Path) -> None:
    cases = [
        {"id": "a", "database": "port", "question": "A bar chart of the number of ships for each kind"},
        {"id": "b", "database": "lost", "question": "ships by kind"},
        {"id": "c", "database": "nowhere", "question": "ships by kind"},
        {"id": "d", "database": "port", "question": "zxqv?"},
    ]
    (tmp_path / "cases.jsonl").write_text("\n".join(json.dumps(case) for case in cases) + "\n\n")
    out = tmp_path / "out.jsonl"
    ran = CliRunner().invoke(
        command, [str(tmp_path / "cases.jsonl"), "--data", str(data), "--out", str(out), "--json"], obj=(None, None)
    )
    assert ran.exit_code == 0, ran.output
    assert json.loads(ran.stdout) == {"cases": 4, "failed": 3, "out": str(out)}
    found = {one["id"]: one for one in map(json.loads, out.read_text().splitlines())}
    assert list(found) == ["a", "b", "c", "d"]
    assert "lost/ship.csv" in found["b"]["error"]
    assert "nowhere" in found["c"]["error"]
    assert found["d"]["error"]
    first = found["a"]
    assert (first["chart"], first["color"]) == ("bar", None)
    with duckdb.connect() as connection:
        connection.execute("CREATE TABLE ship AS SELECT * FROM read_csv(?)", [str(data / "port" / "ship.csv")])
        rows = connection.execute(first["sql"])
        names = [one[0] for one in rows.description or ()]
        charted = [(row[names.index(first["x"])], row[names.index(first["y"])]) for row in rows.fetchall()]
    assert charted == [("Cargo", 2), ("Ferry", 1)]


@pytest.mark.parametrize(
    ("cases", "schema", "words"),
    [
        ('{"id": 1}', "{}", "cases.jsonl:1 is not a case"),
        ("[", "{}", "cases.jsonl:1 is not a case"),
        ("", "[1]", "schema.json"),
        ("", "{", "schema.json"),
    ],
)
def test_files_that_do_not_fit_are_named(tmp_path: Path, cases: str, schema: str, words: str) -> None:
    (tmp_path / "cases.jsonl").write_text(cases)
    (tmp_path / "schema.json").write_text(schema)
    arguments = [str(tmp_path / "cases.jsonl"), "--data", str(tmp_path), "--out", str(tmp_path / "out")]
    ran = CliRunner().invoke(command, arguments, obj=(None, None))
    assert ran.exit_code == 1
    assert words in str(ran.exception)
