"""Chosen values are data: answers equal those of SQL that a separate, naive builder wrote with the values filled in."""

from __future__ import annotations

import datetime as dt
import math
import random
from decimal import Decimal
from typing import Any

import duckdb
import pytest
from pydantic import TypeAdapter

from dashbridge.insights import (
    BoundQuery,
    CompiledInsight,
    InputSpec,
    InsightSpec,
    compile_insight,
    default_inputs,
    huge_columns,
    over_query,
    over_table,
    read_inputs,
    with_data,
)

DAY = dt.date(2026, 11, 21)
HOSTILE = [
    "AA",
    "O'Hare",
    '"quoted"',
    "back\\slash",
    "${ref(city).values}",
    "' OR 1=1 --",
    "🛫 emoji",
    "\u202eRTL",
    "",
    "null",
    "?",
    "a;b",
    "%",
    "_",
    "$1",
    "x\ny",
    "'; DROP TABLE insight_data; --",
    "\\'",
    "''",
    "é",
    "e\u0301",
]
INPUTS = TypeAdapter(dict[str, InputSpec]).validate_python(
    {
        "one": {"type": "select", "options": {"query": "q", "column": "city"}},
        "many": {"type": "multi_select", "options": {"query": "q", "column": "city"}},
        "count": {"type": "select", "options": [1, 2, 3, 4, 5]},
        "counts": {"type": "multi_select", "options": [1, 2, 3, 4, 5]},
        "period": {"type": "date_range"},
        "size": {"type": "number_range"},
        "price": {"type": "number_range", "value_type": "decimal"},
        "words": {"type": "text"},
        "late": {"type": "toggle"},
    }
)


def whole(insight: CompiledInsight, raw: dict[str, list[str]]) -> BoundQuery:
    bound = insight.split.whole.bind(read_inputs(INPUTS, raw, DAY))
    return BoundQuery(over_table(bound.sql, "insight_data"), bound.parameters)


def halves(engine: duckdb.DuckDBPyConnection, insight: CompiledInsight, raw: dict[str, list[str]]) -> list[Any]:
    """The rows that the pre-query and then the post-query give."""
    split = insight.split
    if split.pre is None or split.post is None:
        bound = whole(insight, raw)
        return engine.execute(bound.sql, bound.values).fetchall()
    made = engine.sql(over_query(split.pre.sql, "SELECT * FROM insight_data;"))
    huge = huge_columns([(name, str(kind)) for name, kind in zip(made.columns, made.types, strict=True)])
    crossed = made.to_arrow_table()
    after = split.post.bind(read_inputs(INPUTS, raw, DAY))
    engine.register("crossed", crossed)
    return engine.execute(with_data(after.sql, "crossed", huge), after.values).fetchall()


def quoted(value: object) -> str:
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, int | float | Decimal):
        return str(value)
    return "'" + str(value).replace("'", "''") + "'"


class Naive:
    """Writes the statement by pasting quoted values; knows nothing of trees. Used by the tests alone."""

    def __init__(self, rng: random.Random) -> None:
        self.rng = rng
        self.raw: dict[str, list[str]] = {}

    def filters(self) -> tuple[list[str], list[str]]:
        """Pairs of (written AND part, the same with values): the second is TRUE for what stands at all."""
        made = [self._filter(kind) for kind in self.rng.sample(range(9), self.rng.randint(0, 3))]
        return [one for one, _ in made], [two for _, two in made]

    def _filter(self, kind: int) -> tuple[str, str]:
        rng = self.rng
        if kind == 0:
            return self._scalar("one", "city = {}", "value", rng.choice(HOSTILE))
        if kind == 1:
            return self._list("many", "city", [rng.choice(HOSTILE) for _ in range(rng.randint(0, 4))])
        if kind == 2:
            return self._scalar("count", "n < {}", "value", rng.randint(1, 5))
        if kind == 3:
            return self._list("counts", "n", [rng.randint(1, 5) for _ in range(rng.randint(0, 3))])
        if kind == 4:
            first = dt.date(2013, 1, 1) + dt.timedelta(days=rng.randrange(200))
            last = first + dt.timedelta(days=rng.randrange(150))
            self.raw["period"] = [f"{first}..{last}"]
            written = "day >= ${ref(period).from} AND day < ${ref(period).until}"
            return written, f"day >= DATE '{first}' AND day < DATE '{last + dt.timedelta(days=1)}'"
        if kind == 5:
            low = rng.randint(-9, 9) / 2
            self.raw["size"] = [f"{low}.."]
            return "amount BETWEEN ${ref(size).min} AND ${ref(size).max}", f"amount >= {low}"
        if kind == 6:
            low = Decimal(rng.randint(0, 40)) / 10
            self.raw["price"] = [f"{low}..{low + 1}"]
            return "price BETWEEN ${ref(price).min} AND ${ref(price).max}", f"price BETWEEN {low} AND {low + 1}"
        if kind == 7:
            return self._scalar("words", "(city LIKE {} OR kind = 'B')", "value", rng.choice(HOSTILE))
        return self._scalar("late", "(flag OR NOT {})", "value", rng.random() < 0.5)

    def _scalar(self, name: str, form: str, accessor: str, value: object) -> tuple[str, str]:
        written = form.format(f"${{ref({name}).{accessor}}}")
        everything = self.rng.random() < 0.2 and name not in ("late", "words")
        if everything or (name == "words" and value == ""):
            self.raw[name] = ["all"] if name != "words" else [""]
            return written, "TRUE"
        self.raw[name] = [str(value).lower() if isinstance(value, bool) else str(value)]
        return written, form.format(quoted(value))

    def _list(self, name: str, column: str, values: list[Any]) -> tuple[str, str]:
        self.raw[name] = [str(value) for value in values] or ["none"]
        written = (
            f"{column} IN ${{ref({name}).values}}"
            if self.rng.random() < 0.5
            else f"{column} IN (${{ref({name}).values}})"
        )
        return written, f"{column} IN ({', '.join(quoted(one) for one in values)})" if values else "FALSE"


def case(rng: random.Random) -> tuple[InsightSpec, dict[str, list[str]], str, bool]:
    naive = Naive(rng)
    written, filled = naive.filters()
    keys = rng.sample(["city", "kind", "date_trunc('month', day)", "n % 3", "upper(kind)"], rng.randint(1, 2))
    aggregates = rng.sample(
        [
            "sum(amount)",
            "count(*)",
            "avg(price)",
            "max(day)",
            "count(DISTINCT city)",
            "sum(amount) / nullif(count(n), 0)",
        ],
        rng.randint(0, 2),
    )
    windows = (
        ["row_number() OVER (ORDER BY n, city, day, amount, price)"] if not aggregates and rng.random() < 0.3 else []
    )
    columns = [*keys, *aggregates, *windows]
    rng.shuffle(columns)
    plain = [one.replace("date_trunc('month', day)", "CAST(date_trunc('month', day) AS DATE)") for one in columns]
    interactions = [{"filter": one} for one in written]
    having, qualify = "", ""
    if aggregates and rng.random() < 0.5:
        interactions.append({"filter": "count(*) >= 2 AND TRUE"})
        having = "HAVING count(*) >= 2"
        if rng.random() < 0.5:
            interactions.append({"filter": "rank() OVER (ORDER BY count(*) DESC) <= 4"})
            qualify = "QUALIFY rank() OVER (ORDER BY count(*) DESC) <= 4"
    split = rng.random() < 0.4
    if split:
        interactions.insert(rng.randrange(len(interactions) + 1), {"split": "kind"})
        plain.append("kind")
    sort = rng.random() < 0.5
    if sort:
        interactions.append(
            {"sort": f"{columns[0]} DESC NULLS FIRST" + (f", {columns[1]}" if len(columns) > 1 else "")}
        )
    order = "ORDER BY 1 DESC NULLS FIRST" + (", 2" if len(columns) > 1 else "") if sort else ""
    group = [str(at) for at, one in enumerate(plain, 1) if one not in aggregates]
    where = f"WHERE {' AND '.join(filled)}" if filled else ""
    grouping = f"GROUP BY {', '.join(group)}" if aggregates else ""
    sql = f"SELECT {', '.join(plain)} FROM insight_data {where} {grouping} {having} {qualify} {order}"
    props = {f"p{number}": text for number, text in enumerate(columns)}
    return (
        InsightSpec.model_validate({"query": "q", "props": props, "interactions": interactions}),
        naive.raw,
        sql,
        sort,
    )


def same(left: object, right: object) -> bool:
    if isinstance(left, float) and isinstance(right, float):
        return math.isclose(left, right, rel_tol=1e-9, abs_tol=1e-12)
    return left == right and type(left) is type(right)


def ordered(rows: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    return sorted(
        rows,
        key=lambda row: tuple(
            (value is None, f"{value:.6f}" if isinstance(value, float) else str(value)) for value in row
        ),
    )


@pytest.mark.parametrize("seed", range(300))
def test_answers_equal_those_of_the_naive_statement(engine: duckdb.DuckDBPyConnection, seed: int) -> None:
    spec, raw, sql, sort = case(random.Random(seed))
    insight = compile_insight("i", spec, INPUTS)
    bound = whole(insight, raw)
    wanted = engine.execute(sql).fetchall()
    for found in (engine.execute(bound.sql, bound.values).fetchall(), halves(engine, insight, raw)):
        if sort:
            width = min(2, len(spec.props))
            assert all(
                same(*pair)
                for one, two in zip(found, wanted, strict=True)
                for pair in zip(one[:width], two[:width], strict=True)
            )
        assert len(found) == len(wanted)
        for one, two in zip(ordered(found), ordered(wanted), strict=True):
            assert all(same(*pair) for pair in zip(one, two, strict=True)), (insight.split, sql)


@pytest.mark.parametrize("value", [*HOSTILE, "all", "none", "=all"])
def test_hostile_values_are_only_compared(engine: duckdb.DuckDBPyConnection, value: str) -> None:
    spec = InsightSpec.model_validate(
        {
            "query": "q",
            "props": {"x": "city", "e": "${ref(one).value}"},
            "interactions": [{"filter": "city = ${ref(one).value} AND city IN ${ref(many).values}"}],
        }
    )
    sent = "=" + value if value in ("all", "none", "=all") else value
    insight, raw = compile_insight("i", spec, INPUTS), {"one": [sent], "many": [sent, "zz"]}
    bound = whole(insight, raw)
    assert value == "" or value in ("?", "_", "$1", "AA", "''") or value not in bound.sql
    assert bound.sql.count("?") == len(bound.parameters)
    wanted = engine.execute("SELECT city, city FROM insight_data WHERE city = ?", [value]).fetchall()
    assert engine.execute(bound.sql, bound.values).fetchall() == halves(engine, insight, raw) == wanted
    assert engine.execute("SELECT count(*) FROM insight_data").fetchone() == (400,)


@pytest.mark.parametrize(
    ("text", "raw", "where"),
    [
        ("city IN ${ref(many).values}", {}, "TRUE"),
        ("city IN ${ref(many).values}", {"many": ["none"]}, "FALSE"),
        ("city IN ${ref(many).values}", {"many": ["AA", "?", "AA"]}, "city IN ('AA', '?')"),
        ("NOT city IN ${ref(many).values}", {}, "TRUE"),
        ("NOT city IN ${ref(many).values}", {"many": ["none"]}, "TRUE"),
        ("city NOT IN ${ref(many).values}", {"many": ["AA"]}, "city <> 'AA'"),
        ("city IN (${ref(many).values}, 'AA')", {"many": ["none"]}, "city = 'AA'"),
        ("NOT city IN (${ref(many).values}, 'AA')", {"many": ["none"]}, "city <> 'AA'"),
        ("NOT city IN ('AA', ${ref(many).values})", {"many": ["?", "''"]}, "city NOT IN ('AA', '?', '''''')"),
        ("city IN ('AA', ${ref(one).value})", {"one": ["?"]}, "city IN ('AA', '?')"),
        ("city = ${ref(one).value} OR n = 1", {}, "TRUE"),
        ("city = ${ref(one).value} OR n = 1", {"one": ["none"]}, "n = 1"),
        ("city = ${ref(one).value}", {"one": ["none"]}, "FALSE"),
        ("city IS DISTINCT FROM ${ref(one).value}", {"one": ["none"]}, "city IS NOT NULL"),
        ("n = ${ref(count).value}", {"count": ["3"]}, "n = 3"),
        ("day BETWEEN ${ref(period).from} AND ${ref(period).to}", {"period": ["2013-03-01.."]}, "day >= '2013-03-01'"),
        ("(n > 1 AND (n < 5)) AND city IN ${ref(many).values}", {}, "n > 1 AND n < 5"),
        ("day < ${ref(period).until}", {"period": ["..2013-03-31"]}, "day <= '2013-03-31'"),
        ("price >= ${ref(price).min}", {"price.min": ["1.10"]}, "price >= 1.10"),
        ("amount >= ${ref(size).min}", {"size": ["1.."]}, "amount >= 1"),
        ("flag = ${ref(late).value}", {"late": ["on"]}, "flag"),
        ("city > ${ref(many).max}", {"many": ["AA", "a;b", "_"]}, "city > 'a;b'"),
        ("CASE WHEN city IN ${ref(many).values} THEN n = 1 ELSE n = 2 END", {"many": ["none"]}, "n = 2"),
        ("city = 'why?' OR city = ${ref(one).value}", {"one": ["?"]}, "city = '?'"),
    ],
)
def test_what_all_and_nothing_mean(
    engine: duckdb.DuckDBPyConnection, text: str, raw: dict[str, list[str]], where: str
) -> None:
    props = {"a": "n", "b": "city", "c": "day", "d": "price", "e": "amount"}
    spec = InsightSpec.model_validate({"query": "q", "props": props, "interactions": [{"filter": text}]})
    insight = compile_insight("i", spec, INPUTS)
    bound = whole(insight, raw)
    wanted = engine.execute(f"SELECT n, city, day, price, amount FROM insight_data WHERE {where}").fetchall()
    assert engine.execute(bound.sql, bound.values).fetchall() == wanted
    assert halves(engine, insight, raw) == wanted
    assert where == "TRUE" or len(wanted) < 400


@pytest.mark.parametrize(("raw", "where"), [({}, "n > 1"), ({"one": ["AA"]}, "n > 1 AND city = 'AA'")])
def test_the_filter_of_an_aggregate_is_a_filter(
    engine: duckdb.DuckDBPyConnection, raw: dict[str, list[str]], where: str
) -> None:
    props = {"y": "sum(n) FILTER (WHERE city = ${ref(one).value} AND n > 1)"}
    insight = compile_insight("i", InsightSpec(query="q", props=props), INPUTS)
    wanted = engine.execute(f"SELECT sum(n) FROM insight_data WHERE {where}").fetchall()
    bound = whole(insight, raw)
    assert engine.execute(bound.sql, bound.values).fetchall() == wanted == halves(engine, insight, raw)


def test_parameters_say_where_they_come_from_and_follow_the_text() -> None:
    spec = InsightSpec.model_validate(
        {
            "query": "q",
            "props": {"x": "CASE WHEN ${ref(late).value} THEN city END"},
            "interactions": [
                {"sort": "amount"},
                {"filter": "n IN ${ref(counts).values} AND day < ${ref(period).until}"},
            ],
        }
    )
    raw = {"counts": ["9007199254740993", "2"], "period": ["2013-01-01..2013-01-31"], "late": ["true"]}
    bound = whole(compile_insight("i", spec, INPUTS), raw)
    assert [(one.input, one.accessor, one.type, one.value) for one in bound.parameters] == [
        ("late", "value", "boolean", True),
        ("counts", "values", "boolean", False),
        ("counts", "values", "integer", "9007199254740993"),
        ("counts", "values", "integer", "2"),
        ("counts", "values", "boolean", True),
        ("period", "until", "boolean", False),
        ("period", "until", "date", "2013-02-01"),
    ]


def test_an_input_as_group_key(engine: duckdb.DuckDBPyConnection) -> None:
    spec = InsightSpec.model_validate(
        {"query": "q", "props": {"x": "CASE WHEN ${ref(late).value} THEN kind ELSE 'one' END", "y": "count(*)"}}
    )
    insight = compile_insight("i", spec, INPUTS)
    for raw, groups in (({}, 1), ({"late": ["true"]}, 2)):
        assert len(halves(engine, insight, raw)) == groups


def test_defaults_bind_for_every_input(engine: duckdb.DuckDBPyConnection) -> None:
    text = " AND ".join(
        [
            "city = ${ref(one).value}",
            "n IN ${ref(counts).values}",
            "day >= ${ref(period).from}",
            "city = ${ref(words).value}",
        ]
    )
    spec = InsightSpec.model_validate({"query": "q", "props": {"x": "n"}, "interactions": [{"filter": text}]})
    bound = compile_insight("i", spec, INPUTS).split.whole.bind(default_inputs(INPUTS, DAY))
    assert len(engine.execute(over_table(bound.sql, "insight_data"), bound.values).fetchall()) == 400
