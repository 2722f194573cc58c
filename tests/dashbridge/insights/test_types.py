"""What is said against an insight once the columns of its query are known."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import TypeAdapter

from dashbridge.insights import (
    CompiledInsight,
    InputSpec,
    InsightSpec,
    column_problems,
    compile_insight,
    type_problems,
)

INPUTS: dict[str, InputSpec] = TypeAdapter(dict[str, InputSpec]).validate_python(
    {"period": {"type": "date_range"}, "carrier": {"type": "multi_select", "options": ["AA", "UA"]}}
)


def compiled(**parts: Any) -> CompiledInsight:
    spec = InsightSpec.model_validate({"query": "q", "props": {"x": "carrier", "y": "sum(flights)"}, **parts})
    return compile_insight("i", spec, INPUTS)


def test_columns_that_the_query_returns_pass_whatever_their_case() -> None:
    insight = compiled(interactions=[{"filter": "DAY >= ${ref(period).from}"}, {"sort": "sum(flights) DESC"}])
    assert column_problems(insight, ["carrier", "Flights", "day"]) == []


@pytest.mark.parametrize(
    "interaction",
    [
        {"filter": "carier IN ${ref(carrier).values}"},
        {"filter": "sum(carier) > 1"},
        {"sort": "max(carier)"},
        {"split": "carier"},
    ],
)
def test_a_column_that_is_not_there_is_found_wherever_it_stands(interaction: dict[str, str]) -> None:
    (problem,) = column_problems(compiled(interactions=[interaction]), ["carrier", "flights"])
    assert problem.code == "insight.unknown_column"
    assert "carier" in problem.message
    assert "did you mean carrier?" in (problem.hint or "")


def test_a_field_of_a_struct_is_looked_up_by_its_column() -> None:
    insight = compiled(props={"x": "place.city", "y": "count(*)"})
    assert column_problems(insight, ["place"]) == []
    assert [problem.code for problem in column_problems(insight, ["city"])] == ["insight.unknown_column"]


@pytest.mark.parametrize(("accessor", "found"), [("to", ["insight.timestamp_to"]), ("until", [])])
def test_a_timestamp_against_the_last_day_loses_that_day(accessor: str, found: list[str]) -> None:
    insight = compiled(interactions=[{"filter": f"day < ${{ref(period).{accessor}}}"}])
    assert [problem.code for problem in type_problems(insight, {"day": "timestamp"})] == found
    assert type_problems(insight, {"day": "date"}) == []


def test_a_choice_is_compared_with_columns_of_its_kind() -> None:
    insight = compiled(interactions=[{"filter": "carrier IN ${ref(carrier).values} OR carrier = 'all'"}])
    assert type_problems(insight, {"carrier": "text"}) == []
    (problem,) = type_problems(insight, {"Carrier": "integer"})
    assert (problem.code, problem.place.path) == ("insight.compared", "/insights/i")
    assert "value_type: integer" in (problem.hint or "")
