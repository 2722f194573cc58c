from __future__ import annotations

import pytest
from pydantic import TypeAdapter

from dashbridge.insights import InputSpec
from dashbridge.insights.compared import comparison_problems
from dashbridge.insights.expression import parse
from dashbridge.insights.inputs import value_type
from dashbridge.kit import Problem

INPUTS = TypeAdapter(dict[str, InputSpec]).validate_python(
    {
        "one": {"type": "select", "options": {"query": "q", "column": "hour"}},
        "many": {"type": "multi_select", "options": {"query": "q", "column": "hour"}},
        "count": {"type": "select", "options": [1, 2]},
        "month": {
            "type": "multi_select",
            "options": {"range": {"from": "2013-01-01", "to": "today", "step": "1 year"}},
        },
        "period": {"type": "date_range"},
        "size": {"type": "number_range"},
        "words": {"type": "text"},
        "late": {"type": "toggle"},
    }
)
KINDS = {
    "hour": "integer",
    "price": "decimal",
    "delay": "float",
    "city": "text",
    "day": "date",
    "at": "timestamp",
    "atz": "timestamptz",
    "flag": "boolean",
    "doc": "json",
    "clock": "time",
}
TYPES = {name: value_type(spec) for name, spec in INPUTS.items()}


def problems(text: str) -> list[Problem]:
    return comparison_problems(parse(text, INPUTS, "/insights/i").tree, TYPES, KINDS, "/insights/i")


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("hour = ${ref(one).value}", "write value_type: integer in the input one"),
        ("hour IN ${ref(many).values}", "write value_type: integer in the input many"),
        ("HOUR IN (${ref(many).values})", "write value_type: integer in the input many"),
        ("flag AND NOT (${ref(many).first} >= (price))", "value_type: decimal"),
        ("delay BETWEEN ${ref(many).min} AND 5", "value_type: number"),
        ("day = ${ref(one).value}", "value_type: date"),
        ("at <> ${ref(one).value}", "value_type: date"),
        ("atz < ${ref(one).value}", "value_type: date"),
        ("flag = ${ref(one).value}", "value_type: boolean"),
        ("city = ${ref(count).value}", "value_type: text"),
        ("city IN ('a', ${ref(count).value})", "value_type: text"),
        ("day >= ${ref(count).value}", "value_type: date"),
        ("hour LIKE ${ref(words).value}", "else cast the column"),
        ("hour IN ${ref(month).values}", "value_type: integer"),
        ("hour = ${ref(late).value}", "CAST(… AS VARCHAR)"),
        ("hour >= ${ref(period).from}", "what is a date too"),
        ("clock = ${ref(count).value}", "CAST(… AS VARCHAR)"),
        ("count(*) > ${ref(one).value}", "value_type: number"),
        ("max(hour) + 1 > ${ref(one).value}", "value_type: number"),
    ],
)
def test_kinds_that_do_not_go_together(text: str, hint: str) -> None:
    (problem,) = problems(text)
    assert problem.code == "insight.compared"
    assert problem.place.path == "/insights/i"
    assert hint in (problem.hint or "")


@pytest.mark.parametrize(
    "text",
    [
        "hour = ${ref(count).value}",
        "price BETWEEN ${ref(size).min} AND ${ref(size).max}",
        "city LIKE ${ref(words).value}",
        "contains(city, ${ref(words).value})",
        "CAST(hour AS VARCHAR) IN ${ref(many).values}",
        "day >= ${ref(period).from} AND at < ${ref(period).until} AND atz < ${ref(period).until}",
        "day IN ${ref(month).values}",
        "flag = ${ref(late).value}",
        "flag OR NOT ${ref(late).value}",
        "doc = ${ref(one).value}",
        "unknown = ${ref(one).value}",
        "upper(city) = ${ref(one).value}",
        "max(city) = ${ref(one).value}",
        "hour + 1 = length(${ref(words).value})",
    ],
)
def test_kinds_that_do(text: str) -> None:
    assert problems(text) == []
