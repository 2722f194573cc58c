"""What one chart's turn says: what it was built from, what it asks back, what it cannot do, and what to ask next."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import duckdb
import pytest

Desk = Any

RIDES = """
CREATE TABLE station (id BIGINT, name VARCHAR, borough VARCHAR);
INSERT INTO station SELECT i, 'Stop ' || i, ['East', 'West'][1 + i % 2] FROM range(1, 9) r(i);
CREATE TABLE ride (ride_id BIGINT, start_station_id BIGINT, end_station_id BIGINT, order_date DATE, paid_date DATE,
    fare DOUBLE, rider_type VARCHAR);
INSERT INTO ride SELECT i, 1 + i % 5, 1 + (i * 3) % 7, DATE '2024-01-01' + CAST(i * 5 AS INTEGER),
    DATE '2024-03-01' + CAST(i * 9 AS INTEGER), 2.5 + i % 6, ['member', 'guest', 'staff'][1 + i % 3]
    FROM range(1, 61) r(i);
"""


@pytest.fixture(scope="module")
def ride_base() -> Iterator[Any]:
    with duckdb.connect() as connection:
        connection.execute(RIDES)
        yield connection


@pytest.fixture
def rides(ride_base: Any, desk_over: Any) -> Desk:
    return desk_over(ride_base, "rides")


async def test_two_keys_to_one_table_are_asked_about_and_the_answer_is_used(rides: Desk) -> None:
    asked = await rides.ask("A bar chart of the number of rides for each station name")
    assert asked.question is not None
    assert asked.saved is None
    assert [one.rpartition("(")[2] for one in asked.question["options"]] == ["start_station_id)", "end_station_id)"]
    turned = await rides.ask("the second")
    assert turned.saved is not None, turned.text
    assert "end_station_id = " in turned.text


async def test_a_word_that_says_which_key_is_not_asked_about(rides: Desk) -> None:
    turned = await rides.ask("A bar chart of the number of rides that ended at each station name, by end station")
    assert turned.saved is not None, turned.text
    assert "end_station_id = " in turned.text


async def test_two_dates_are_asked_about(rides: Desk) -> None:
    asked = await rides.ask("A bar chart of the number of rides with the date binned by month")
    assert asked.question is not None, asked.text
    assert len(asked.question["options"]) == 2
    turned = await rides.ask(asked.question["options"][1])
    assert turned.saved is not None, turned.text
    assert "paid date" in turned.text


async def test_what_is_not_computed_is_said_beside_what_is(rides: Desk) -> None:
    turned = await rides.ask("A bar chart that predicts the total fare for each rider type")
    assert turned.saved is not None
    assert "predicts (it is not computed here" in turned.text


async def test_what_no_table_holds_is_named_with_what_is_there(rides: Desk) -> None:
    turned = await rides.ask("A pie chart of quarks by flavour")
    assert turned.saved is None
    assert '"quarks"' in turned.text
    assert "main.ride" in turned.text


CHARTS = [
    "A bar chart of the number of rides for each rider type",
    "A pie chart of the total fare by rider type",
    "A line chart of the number of rides per month of the order date",
    "A scatter plot of fare and ride id for all rides",
    "A stacked bar chart of the number of stations per borough coloured by name",
]


@pytest.mark.parametrize("question", CHARTS)
async def test_every_question_offered_next_is_understood(rides: Desk, question: str) -> None:
    first = await rides.ask(question)
    assert first.saved is not None, first.text
    offered = [
        line[2:] for line in first.text.partition("You could ask next:")[2].splitlines() if line.startswith("- ")
    ]
    assert len(offered) == 3, first.text
    for text in offered:
        beside = replace(rides, files=dict(rides.files), history=list(rides.history))
        turned = await beside.ask(text)
        assert turned.saved is not None, f"{text}: {turned.text}"
        assert "could not understand" not in turned.text, f"{text}: {turned.text}"
