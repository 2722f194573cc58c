"""What a prediction lacks is told by kind."""

from __future__ import annotations

from typing import Any

import pytest

from dashbridge.cli.misses import KINDS, counted, misses

GOLD: dict[str, Any] = {
    "mark": "bar",
    "x": {"column": "built", "aggregate": None, "bin": "YEAR"},
    "y": {"column": "crew", "aggregate": "AVG", "bin": None},
    "color": None,
    "filters": ["kind = 'Cargo'"],
    "sort": {"channel": "x", "order": "ascending"},
}
CASE = {"gold": GOLD, "tables_used": ["ship"]}
RIGHT = "SELECT year(built) AS x, avg(crew) AS y FROM ship WHERE kind = 'Cargo' GROUP BY 1 ORDER BY 1"


@pytest.mark.parametrize(
    ("chart", "sql", "kinds"),
    [
        ("bar", RIGHT, []),
        ("pie", RIGHT, ["chart"]),
        ("bar", None, ["none"]),
        ("bar", RIGHT.replace("ship", "ships"), ["tables"]),
        ("bar", RIGHT.replace("avg(crew)", "sum(crew)"), ["aggregate"]),
        ("bar", RIGHT.replace("crew", "crew_size"), ["columns"]),
        ("bar", RIGHT.replace("year(built)", "built"), ["bin"]),
        ("bar", RIGHT.replace("Cargo", "Ferry"), ["filter"]),
        ("bar", RIGHT.replace(" ORDER BY 1", ""), ["sort"]),
    ],
)
def test_kinds(chart: str, sql: str | None, kinds: list[str]) -> None:
    assert misses(CASE, {"chart": chart, "sql": sql, "color": None}) == kinds


def test_cases_without_gold_have_none() -> None:
    assert misses({}, {"chart": "bar", "sql": "x"}) == []
    assert counted([["sort"], ["sort", "bin"], []]) == dict.fromkeys(KINDS, 0) | {"sort": 2, "bin": 1}
