"""Options as the page has them: counted out, read from rows, or narrowed by what another input is set to."""

from __future__ import annotations

import json
from typing import Any

import pyarrow as pa
import pytest
from tests.dashbridge.serving.conftest import Counted, ask, compiled

from dashbridge.serving import Answers

STATES = ["NY", "CA", "O'Hare", "' OR 1=1 --", "${ref(state).value}", "🛫", "all", ""]
YAML = """\
version: 1
title: Airports
connection: shop
inputs:
  state: {type: select, options: {query: states, column: state}, default: all}
  text: {type: text}
  airport:
    type: multi_select
    options:
      query: airports
      column: code
      label_column: name
      filter: "state = ${ref(state).value} AND contains(name, ${ref(text).value})"
  from_hour: {type: select, options: {range: {from: 0, to: 20, step: 10}}, default: 10}
  month: {type: select, options: {range: {from: start_of_month - 1 month, to: today, step: 1 month}}, default: none}
queries:
  states: {sql: SELECT state FROM states}
  airports: {sql: "SELECT code, name, state FROM airports ORDER BY code DESC"}
  flights: {sql: "SELECT code, day, hour FROM flights"}
insights:
  n:
    query: flights
    props: {value: count(*)}
    interactions:
      - filter: code IN ${ref(airport).values} AND hour >= ${ref(from_hour).value} AND day >= ${ref(month).value}
views: {v: {type: metric, insight: n}}
layout: {rows: [{height: sm, items: [{view: v, span: 12}]}]}
"""


@pytest.fixture
def airports() -> Counted:
    codes = list(range(40))
    return Counted(
        {
            "states": pa.table({"state": STATES}),
            "airports": pa.table(
                {
                    "code": [f"{at:02}" for at in codes],
                    "name": [None if at == 7 else f"Airport {at}%" for at in codes],
                    "state": [STATES[at % len(STATES)] for at in codes],
                }
            ),
            "flights": pa.table({"code": ["01"], "day": pa.array([0], pa.date32()), "hour": [12]}),
        }
    )


async def options(answers: Answers, warehouse: Counted, **inputs: list[str]) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((await ask(answers, compiled(YAML), warehouse, inputs=inputs)).json())["inputs"]
    return {name: state["options"] for name, state in found.items()}


async def test_everything_is_offered_while_the_other_input_stands_open(answers: Answers, airports: Counted) -> None:
    found = await options(answers, airports)
    assert [one["value"] for one in found["airport"]] == [f"{at:02}" for at in reversed(range(40))]
    assert {"value": "07", "label": "07"} in found["airport"]
    assert {"value": "08", "label": "Airport 8%"} in found["airport"]
    assert [one["value"] for one in found["state"]] == STATES
    assert [one["value"] for one in found["from_hour"]] == [0, 10, 20]
    assert [one["value"] for one in found["month"]] == ["2024-05-01", "2024-06-01"]
    assert found["text"] is None


@pytest.mark.parametrize("state", STATES)
async def test_options_follow_the_other_input_in_the_order_of_their_query(
    answers: Answers, airports: Counted, state: str
) -> None:
    found = await options(answers, airports, state=[f"={state}" if state == "all" else state])
    place = STATES.index(state)
    assert [one["value"] for one in found["airport"]] == [f"{at:02}" for at in reversed(range(place, 40, len(STATES)))]


async def test_nothing_chosen_offers_nothing(answers: Answers, airports: Counted) -> None:
    assert (await options(answers, airports, state=["none"]))["airport"] == []


async def test_a_typed_text_is_searched_as_it_is(answers: Answers, airports: Counted) -> None:
    assert [one["value"] for one in (await options(answers, airports, text=["9%"]))["airport"]] == [
        "39",
        "29",
        "19",
        "09",
    ]
    assert (await options(answers, airports, text=["_"]))["airport"] == []


async def test_a_choice_asks_the_warehouse_for_nothing_more(answers: Answers, airports: Counted) -> None:
    await options(answers, airports)
    asked = list(airports.runs)
    await options(answers, airports, state=["CA"])
    await options(answers, airports, text=["1"])
    assert airports.runs == asked
