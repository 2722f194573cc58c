"""`dashbridge costs`, and the price in what `validate` and `data` say."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import orjson
import pytest

from dashbridge.cli import costs, data
from dashbridge.cli.door import Refused

Run = Callable[..., Any]
SUMS = {"unsettled": 0, "estimated": 2 * 10**12, "billed": 9 * 10**11, "usd_estimated": 11.3687, "usd_billed": 5.116}
DAY = {"queries": 1_200, "refused": 2, **SUMS}
QUIET = dict.fromkeys(DAY, 0)
BUDGETS = [
    {"name": "turn", "limit": None, "used": 0, "left": None},
    {"name": "team_day", "limit": 10**12, "used": 3 * 10**11, "left": 7 * 10**11},
]
SPENT = {
    "currency": "USD",
    "priced": True,
    "days": [{"day": "2026-11-21", **DAY}, {"day": "2026-11-20", **QUIET}],
    "total": DAY,
    "by_dashboard": [{"dashboard": "sales", **DAY}, {"dashboard": None, **QUIET}],
    "by_purpose": [{"purpose": "data", **DAY}],
    "unsettled": 1,
    "budgets": BUDGETS,
}
PLAN = {
    **{"budget": "refresh", "estimate": 1_200_000_000, "usd": 0.0068, "limit": 5 * 10**8, "left": 4 * 10**8},
    "plan_sha256": "ab" * 32,
}
YAML = """\
version: 1
title: Flights
connection: flights
queries: {flights: {sql: "SELECT carrier, count(*) AS flights FROM flights GROUP BY 1"}}
insights: {by_carrier: {query: flights, props: {x: carrier, y: sum(flights)}}}
views: {carriers: {type: bar, title: Flights, insight: by_carrier}}
layout: {rows: [{height: md, items: [{view: carriers, span: 12}]}]}
"""


class Answered:
    """An answer of the API."""

    def __init__(self, body: Any) -> None:
        self.content = orjson.dumps(body)

    def json(self) -> Any:
        return orjson.loads(self.content)


@pytest.fixture
def answers(monkeypatch: pytest.MonkeyPatch) -> Callable[[Any], None]:
    """The API answers `dashbridge costs` with this."""

    def set_body(body: Any) -> None:
        monkeypatch.setattr(costs, "through_door", lambda context, work: Answered(body))

    return set_body


def test_what_was_spent_as_tables(command: Run, answers: Callable[[Any], None]) -> None:
    answers(SPENT)
    ran = command("costs", "--days", "2")
    assert ran.code == 0, ran.err
    assert ran.out.decode().splitlines() == [
        "day         estimated  billed             cost  queries  refused",
        "2026-11-21       2 TB  900 GB  $5.12 of $11.37    1,200        2",
        "in all           2 TB  900 GB  $5.12 of $11.37    1,200        2",
        "",
        "dashboard  estimated  billed             cost  queries  refused",
        "sales           2 TB  900 GB  $5.12 of $11.37    1,200        2",
        "(none)           0 B     0 B               $0        0        0",
        "",
        "1 queries have no bill (yet); budgets count their estimates",
        "budget of each turn: none",
        "budget of the team, today: 1 TB, 300 GB used",
    ]


def test_nothing_spent_is_told_by_whether_anything_could_be(command: Run, answers: Callable[[Any], None]) -> None:
    empty = SPENT | {"days": [{"day": "2026-11-21", **QUIET}], "total": QUIET, "by_dashboard": []}
    answers(empty)
    assert command("costs").out.startswith(b"Nothing was spent in the last 30 days\n")
    answers(empty | {"priced": False})
    assert command("costs").out.startswith(b"Your connections cost nothing to query\n")


def test_it_is_the_answer_of_the_server(remote: Run) -> None:
    ran = remote("costs", "--days", "3", "--json")
    assert ran.code == 0, ran.err
    body = orjson.loads(ran.out)
    assert len(body["days"]) == 3
    assert body["priced"] is False
    assert remote("costs").out.startswith(b"Your connections cost nothing to query\n")
    assert remote("costs", "--days", "0").code == 2


def test_a_file_is_priced_when_it_is_checked(served: Any, remote: Run, process: Run, tmp_path: Path) -> None:
    if remote("scan", "flights").code:
        assert process("connect", "duckdb", "--name", "flights", "--path", "flights.duckdb").code == 0
    file = tmp_path / "flights.yaml"
    file.write_text(YAML)
    lines = remote("validate", str(file)).out.decode().splitlines()
    assert lines[0] == "flights: reads up to 262 kB, of 100 MB allowed"
    assert lines[-2:] == ["a refresh reads up to 262 kB", "valid"]


def test_a_plan_over_its_budget_says_what_it_needs(command: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(context: Any, work: Any) -> bytes:
        raise Refused("It is over the budget", code="over_budget", answered=PLAN)

    monkeypatch.setattr(data, "through_door", refuse)
    ran = command("data", "sales")
    assert (ran.code, ran.out) == (1, b"")
    assert "reads up to 1.2 GB, $0.01 at most; 400 MB of 500 MB is left in the budget 'refresh'" in ran.err
    assert f'POST /v1/overrides {{"plan_sha256": "{"ab" * 32}"' in ran.err


def test_a_plan_that_stops_some_views_is_told_once(command: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    error = {"code": "over_budget", "message": "…", "hint": None, "status": 422, "details": PLAN}
    body = {"insights": {"one": {"error": error}, "two": {"error": error}, "three": {"data": {}}}}
    monkeypatch.setattr(data, "through_door", lambda context, work: orjson.dumps(body))
    ran = command("data", "sales")
    assert ran.code == 0
    assert orjson.loads(ran.out) == body
    assert ran.err.count("not run:") == 1
