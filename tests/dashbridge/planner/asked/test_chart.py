"""One chart, asked for by its kind: what is drawn, in which order, from which rows."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dashbridge.planner.asked import ask_for, names_chart
from dashbridge.planner.schema import table_from_json
from dashbridge.planner.sqltext import read_select

Desk = Any


async def charted(desk: Desk, question: str) -> tuple[str, list[tuple[Any, ...]]]:
    """The one view's type, and its rows in the order drawn."""
    turned = await desk.ask(question)
    assert turned.saved is not None, turned.text
    spec = desk.loaded(turned.saved).spec
    (name,) = spec.views
    rows = desk.rows(turned.saved, str(spec.views[name].insight))
    return spec.views[name].type, [tuple(_plain(value) for value in row) for row in rows]


def _plain(value: Any) -> Any:
    return float(value) if isinstance(value, Decimal | int) and not isinstance(value, bool) else value


QUESTIONS: list[tuple[str, str, list[tuple[Any, ...]]]] = [
    (
        "A bar chart of the number of paintings for each medium, sort from low to high by the y axis.",
        "bar",
        [("Ink", 2), ("Oil", 3)],
    ),
    (
        "How many paintings does each artist have? Show the full name in a pie chart.",
        "pie",
        [("Ada Lund", 2), ("Cem Ay", 2), ("Ben Oz", 1)],
    ),
    (
        "Bar chart of the average insured value across nation, list nation in desc order",
        "bar",
        [("Spain", 500), ("Norway", 500)],
    ),
    ("Plot the total insured value by medium as a pie", "pie", [("Oil", 2100), ("Ink", 400)]),
    (
        "How many paintings were acquired in each month? Draw a bar chart, could you order by the x-axis?",
        "bar",
        [("Jan", 3), ("Mar", 2)],
    ),
    (
        "Show the number of visits by weekday in a bar chart",
        "bar",
        [("Mon", 3), ("Tue", 1)],
    ),
    (
        "A line chart of paintings acquired per year, x axis in descending order",
        "line",
        [(dt.date(2022, 1, 1), 3), (dt.date(2021, 1, 1), 2)],
    ),
    (
        "What are the titles and heights of the paintings with an insured value larger than the average? Bar chart, "
        "rank the height in ascending.",
        "bar",
        [("Fjord", 40), ("Sand", 60)],
    ),
    (
        'Return a bar chart for how many paintings have the medium "Oil" in each gallery, order by name in asc.',
        "bar",
        [("East", 2), ("West", 1)],
    ),
    (
        "Stacked bar chart of the number of paintings per nation, colored by medium, show nation in ascending order",
        "bar",
        [("Norway", 2, "Ink"), ("Norway", 2, "Oil"), ("Spain", 1, "Oil")],
    ),
    (
        "Scatter plot to show height on x axis and insured value on y axis for paintings not in medium 'Ink'",
        "scatter",
        [(40, 900), (90, 500), (60, 700)],
    ),
    (
        "Show the names and floor areas of the open galleries with a bar chart, in alphabetical order",
        "bar",
        [("East", 120.5), ("West", 80)],
    ),
    (
        "Number of artists born between 1940 and 1980 for each nation as a bar graph",
        "bar",
        [("Norway", 1), ("Spain", 1)],
    ),
    ("Give me a pie chart of male and female guests of the visits", "pie", [("F", 3), ("M", 1)]),
    (
        "For those paintings whose insured value is in the range of 200 and 800 and title does not contain the letter "
        "S, a bar chart about the distribution of medium and the average of insured_value, and group by medium, "
        "list medium in asc order",
        "bar",
        [("Ink", 300), ("Oil", 500)],
    ),
    ("A pie chart of paintings per gallery having at least 3 paintings", "pie", [("East", 3)]),
    ("Bar chart of the number of paintings acquired before 2022-02-01 by medium", "bar", [("Oil", 2), ("Ink", 1)]),
    ("How many paintings of 2022 for each medium? Pie chart.", "pie", [("Oil", 2), ("Ink", 1)]),
    (
        "Bar chart of the number of paintings by artist full name with the letters F or M in the title, x axis asc",
        "bar",
        [("Ada Lund", 1), ("Cem Ay", 1)],
    ),
    (
        "A stacked bar chart of the number of visits in each gallery colored by guest gender, order x-axis descending",
        "bar",
        [("West", 1, "F"), ("East", 2, "F"), ("East", 1, "M")],
    ),
    ("Bar chart of the top 1 medium by number of paintings", "bar", [("Oil", 3)]),
    (
        "What is the lowest and highest ticket price? Scatter plot with a different color for each guest gender",
        "scatter",
        [(6, 10, "F"), (12, 12, "M")],
    ),
]


@pytest.mark.parametrize(("question", "kind", "rows"), QUESTIONS)
async def test_what_is_drawn(museum: Desk, question: str, kind: str, rows: list[tuple[Any, ...]]) -> None:
    found, drawn = await charted(museum, question)
    assert found == kind
    width = len(rows[0])
    shown = [row[:width] for row in drawn]
    assert (
        sorted(map(str, shown)) == sorted(str(tuple(map(_plain, row))) for row in rows)
        if kind == "scatter"
        else (shown == [tuple(map(_plain, row)) for row in rows])
    )


async def test_the_account_says_tables_joins_and_filters(museum: Desk) -> None:
    turned = await museum.ask('A bar chart of paintings with the medium "Oil" for each gallery')
    assert "- Tables: main.painting and main.gallery" in turned.text
    assert "gallery_id = id" in turned.text
    assert 'medium is "Oil"' in turned.text
    assert turned.text.count("\n- ") >= 6
    assert turned.names.count("run_dry_run_query") == 1


async def test_a_value_without_a_column_is_told(museum: Desk) -> None:
    turned = await museum.ask("Bar chart of the number of galleries by floor area longer than 7 parsecs of Zork")
    assert turned.saved is not None


async def test_the_statement_is_one_that_edits_read_back(museum: Desk) -> None:
    turned = await museum.ask("Bar chart of the number of paintings for each nation")
    assert turned.saved is not None
    (query,) = museum.loaded(turned.saved).spec.queries.values()
    assert read_select(query.sql) is not None


async def test_a_chart_of_nothing_known_builds_nothing(museum: Desk) -> None:
    turned = await museum.ask("A pie chart of quarks by flavour")
    assert turned.saved is None


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("a pie of orders", True),
        ("orders by status", False),
        ("Stacked Bar Chart of x", True),
        ("how many bars are there", False),
        ("the bottom line is good", False),
        ("histogram", True),
        ("scatter of a vs b", True),
    ],
)
def test_a_chart_is_named(text: str, named: bool) -> None:
    assert names_chart(text) is named


WORDS = (
    "bar chart pie scatter line of the number paintings each medium by x-axis y axis 'Oil' between 1 and 5 than "
    "average more total group stacked colored in desc order, top 3 ? . month per value West not or artist's"
)


@settings(max_examples=40, deadline=None)
@given(words=st.lists(st.sampled_from(WORDS.split()) | st.text(max_size=6), max_size=24))
def test_any_words_give_a_chart_or_none(museum_base: tuple[Any, Any], words: list[str]) -> None:
    connection, facts = museum_base
    tables = [table_from_json(one) for one in facts.values()]
    asked = ask_for(" ".join(words), tables, "museum", "duckdb")
    if asked is not None:
        connection.cursor().execute(f"DESCRIBE {asked.sql}")
