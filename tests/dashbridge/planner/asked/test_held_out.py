"""Questions over invented databases: how many get the right chart and the right rows, held from below."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import orjson
import pytest

from dashbridge.cli.prediction import predicted
from dashbridge.planner.asked import ask_for, names_chart
from dashbridge.planner.emit import emit
from dashbridge.planner.schema import Table, table_from_json

HERE = Path(__file__).parent
# Each: the database, the chart's class, the question, and a statement that gives its rows (x, y, colour).
CASES: list[list[str]] = [orjson.loads(line) for line in (HERE / "held_out.jsonl").read_bytes().splitlines()]
FLOOR = 0.9
_KINDS = {"BIGINT": "integer", "INTEGER": "integer", "DOUBLE": "float", "VARCHAR": "text", "DATE": "date"}


@pytest.fixture(scope="module")
def held_out() -> Any:
    connection = duckdb.connect()
    connection.execute((HERE / "held_out.sql").read_text(encoding="utf-8"))
    yield connection
    connection.close()


def _tables(connection: Any, database: str) -> list[Table]:
    """The tables of one database, as the schema tool would give them."""
    listed = connection.execute(
        "SELECT table_name, list([column_name, data_type] ORDER BY column_index) FROM duckdb_columns() "
        "WHERE schema_name = ? GROUP BY 1 ORDER BY 1",
        [database],
    ).fetchall()
    found = []
    for table, columns in listed:
        (rows,) = connection.execute(f'SELECT count(*) FROM "{database}"."{table}"').fetchone()
        counts = ", ".join(f'count(DISTINCT "{name}")' for name, _ in columns)
        distinct = connection.execute(f'SELECT {counts} FROM "{database}"."{table}"').fetchone()
        facts = [
            {"name": name, "kind": _KINDS.get(kind, kind.lower()), "distinct": count}
            for (name, kind), count in zip(columns, distinct, strict=True)
        ]
        found.append(table_from_json({"table": f"main.{table}", "rows": rows, "columns": facts}))
    return found


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal | int | float) and not isinstance(value, bool):
        return round(float(value), 6)
    if isinstance(value, dt.datetime):
        return value.date()
    return value


def _answered(connection: Any, database: str, chart: str, question: str, gold: str) -> str:
    """ "" where chart and rows are right; else what is wrong. A statement that fails raises."""
    if not names_chart(question):
        return "no chart is named"
    asked = ask_for(question, _tables(connection, database), "own", "duckdb", "2026-11-21")
    if asked is None:
        return "nothing was understood"
    found = predicted(emit(asked.document), dt.date(2026, 11, 21))
    if str(found["chart"]) != chart:
        return f"{found['chart']} in place of {chart}"
    cursor = connection.cursor()
    cursor.execute(f'USE "{database}"')
    expected = cursor.execute(gold).fetchall()
    result = cursor.execute(str(found["sql"]))
    names = [one[0] for one in result.description]
    channels = [found["x"], found["y"], *([found["color"]] if found["color"] else [])]
    rows = [tuple(row[names.index(str(one))] for one in channels) for row in result.fetchall()]
    wanted = sorted(str(tuple(map(_plain, row))) for row in expected)
    straight, turned = ([str(tuple(_plain(row[at]) for at in order)) for row in rows] for order in _orders(channels))
    return "" if wanted in (sorted(straight), sorted(turned)) else f"{rows[:3]} of {found['sql']}"


def _orders(channels: list[Any]) -> tuple[list[int], list[int]]:
    rest = list(range(2, len(channels)))
    return [0, 1, *rest], [1, 0, *rest]


def test_most_questions_that_no_rule_was_written_for_are_answered(held_out: Any) -> None:
    wrong = {case[2]: said for case in CASES if (said := _answered(held_out, *case))}
    right = 1 - len(wrong) / len(CASES)
    assert right >= FLOOR, "\n".join(f"{question}\n    {said}" for question, said in wrong.items())
