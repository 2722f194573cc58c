from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from itertools import pairwise

import pytest
from pydantic import TypeAdapter

from dashbridge.insights import InputSpec
from dashbridge.insights.options import (
    MOST_ROWS,
    compile_options,
    counted_options,
    option_cycles,
    options_query,
    range_options,
)
from dashbridge.kit import Invalid

DAY = dt.date(2013, 7, 14)
read = TypeAdapter(dict[str, InputSpec]).validate_python


def ranged(first: object, last: object, step: object, kind: str = "select") -> InputSpec:
    return read({"x": {"type": kind, "options": {"range": {"from": first, "to": last, "step": step}}}})["x"]


def asking(**filters: str | None) -> Mapping[str, InputSpec]:
    """Inputs named a, b … whose options come from a query with such a filter."""
    return read(
        {
            name: {"type": "select", "options": {"query": "q", "column": "v"} | ({"filter": text} if text else {})}
            for name, text in filters.items()
        }
    )


def test_a_range_as_the_page_has_it() -> None:
    assert range_options(ranged(10, 30, 10), DAY) == [10, 20, 30]
    assert range_options(ranged(0, 0.3, 0.1), DAY) == [0.0, 0.1, 0.2, 0.3]
    assert range_options(ranged("1.10", "1.30", "0.10"), DAY) == ["1.10", "1.20", "1.30"]
    assert range_options(ranged(2**53, 2**53 + 1, 1), DAY) == [2**53, str(2**53 + 1)]
    days = ranged("start_of_year", "today", "3 months", "multi_select")
    assert range_options(days, DAY) == ["2013-01-01", "2013-04-01", "2013-07-01"]
    assert counted_options(days, DAY) == [dt.date(2013, month, 1) for month in (1, 4, 7)]


def test_other_options_are_not_counted() -> None:
    specs = read({"a": {"type": "select", "options": ["x"]}, "b": {"type": "toggle"}, **asking(c=None)})
    assert [range_options(spec, DAY) for spec in specs.values()] == [None, None, None]
    assert [options_query(spec) is not None for spec in specs.values()] == [False, False, True]


def test_a_range_that_does_not_fit_says_why() -> None:
    with pytest.raises(Invalid, match="more than 1,000") as caught:
        range_options(ranged("2013-01-01", "today + 9 years", "1 day"), DAY)
    assert caught.value.code == "input.range"
    assert "{from: 10, to: 60, step: 10}" in (caught.value.hint or "")


def test_options_are_an_insight_over_their_query() -> None:
    specs = read(
        {
            "state": {"type": "select", "options": ["CA", "NY"]},
            "airport": {
                "type": "multi_select",
                "options": {
                    "query": "airports",
                    "column": 'the "code"',
                    "label_column": "name",
                    "filter": "state = ${ref(state).value}",
                },
            },
        }
    )
    compiled = compile_options("airport", specs["airport"], specs)
    assert (compiled.name, compiled.query, compiled.row_limit) == ("options.airport", "airports", MOST_ROWS)
    assert [one.key for one in compiled.columns] == ["columns.value", "columns.label"]
    assert compiled.columns[0].expression == '"the ""code"""'
    assert compiled.input_dependencies == ("state",)
    assert not compiled.requires_groupby


def test_without_a_label_the_value_is_shown() -> None:
    specs = asking(a=None)
    compiled = compile_options("a", specs["a"], specs)
    assert [one.expression for one in compiled.columns] == ['"v"', '"v"']
    assert compiled.input_dependencies == ()


@pytest.mark.parametrize(
    ("text", "code", "path"),
    [
        ("v = ${ref(nope).value}", "ref.unknown_input", "/inputs/a/options/filter"),
        ("v = ${ref(b).values}", "ref.accessor", "/inputs/a/options/filter"),
        ("v = '${ref(b).value}'", "ref.in_text", "/inputs/a/options/filter"),
        ("v = (SELECT 1)", "sql.construct_not_allowed", "/inputs/a/options/filter"),
        ("v = ", "sql.not_sql", "/inputs/a/options/filter"),
        ("v = today()", "expression.clock", "/inputs/a/options/filter"),
        ("count(*) > 1", "input.options", "/inputs/a/options/filter"),
    ],
)
def test_a_filter_that_fails_is_placed_at_the_input(text: str, code: str, path: str) -> None:
    specs = asking(a=text, b=None)
    with pytest.raises(Invalid) as caught:
        compile_options("a", specs["a"], specs)
    (problem,) = caught.value.problems
    assert problem.place.path == path
    assert problem.code == code


def test_an_odd_column_is_placed_at_the_column() -> None:
    specs = read({"a": {"type": "select", "options": {"query": "q", "column": "v", "label_column": "a\x01b"}}})
    with pytest.raises(Invalid) as caught:
        compile_options("a", specs["a"], specs)
    assert [one.place.path for one in caught.value.problems] == ["/inputs/a/options/label_column"]


def test_bigquery_quotes_its_own_way() -> None:
    specs = asking(a="v > ${ref(b).value}", b=None)
    assert compile_options("a", specs["a"], specs, dialect="bigquery").columns[0].expression == "`v`"


def test_options_of_no_query_are_not_compiled() -> None:
    specs = read({"a": {"type": "toggle"}})
    with pytest.raises(Invalid, match="come from no query"):
        compile_options("a", specs["a"], specs)


@pytest.mark.parametrize(
    ("filters", "cycles"),
    [
        ({"a": "v = ${ref(a).value}"}, ["a -> a"]),
        ({"a": "v = ${ref(b).value}", "b": "v = ${ref(a).value}"}, ["a -> b -> a"]),
        (
            {"a": "v = ${ref(b).value}", "b": "v = ${ref(c).value}", "c": "v = ${ref(d).value} OR v = ${ref(a).value}"},
            ["c -> a -> b -> c"],
        ),
        ({"d": "v = ${ref(a).value}", "a": "v = ${ref(b).value}", "b": "v = ${ref(a).value}"}, ["a -> b -> a"]),
        ({"a": "v = ${ref(a).value}", "b": "v = ${ref(b).value}"}, ["a -> a", "b -> b"]),
        ({"a": "v = ${ref(b).value}", "b": "v = ${ref(c).value}", "c": None}, []),
        ({"a": "v = ${ref(c).value}", "b": "v = ${ref(c).value}", "c": None}, []),
    ],
)
def test_cycles_are_named_in_full(filters: dict[str, str | None], cycles: list[str]) -> None:
    specs = asking(**{"c": None, "d": None} | filters)
    found = option_cycles(specs)
    assert [one.message.partition(": ")[2] for one in found] == cycles
    assert [one.place.path for one in found] == [f"/inputs/{cycle[0]}/options/filter" for cycle in cycles]
    assert all(one.code == "input.cycle" and one.hint for one in found)


def test_a_long_chain_is_no_cycle() -> None:
    names = [f"i{at}" for at in range(50)]
    filters = {name: f"v = ${{ref({after}).value}}" for name, after in pairwise(names)}
    assert option_cycles(asking(**filters, **{names[-1]: None})) == []
    assert len(option_cycles(asking(**filters, **{names[-1]: "v = ${ref(i0).value}"}))) == 1
