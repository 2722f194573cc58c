"""Whatever is typed: a chart whose statement runs and whose file is valid, or none."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dashbridge.dashboards import load_dashboard
from dashbridge.planner.asked import ask_for
from dashbridge.planner.emit import emit
from dashbridge.planner.schema import table_from_json

WORDS = (
    "bar chart pie scatter line stacked grouped of the number paintings artists visits each every medium nation by "
    "x-axis y axis as x 'Oil' between 1 and 5 than average more total in desc order , top 3 ? . month year weekday bin "
    "per value not never without any or female 2022 name ids count sum max starts with letter from most to fewest "
    "distribution group by attribute titles heights guests sorted by galleries acquired a line for each"
)
HOSTILE = [
    "",
    "bar chart",
    "a bar chart " * 900,
    "pie chart of " + "the the the, " * 800,
    "scatter of height and height and height, sort by height by height in desc",
    "bar chart of " + "medium and nation and full name and title and height and insured value by " * 60,
    "bar chart of paintings " + "could you please could you i want to sort " * 200,
    "bar chart of paintings where medium is 'x'); DROP TABLE painting; --",
    "SELECT * FROM painting; -- as a bar chart of medium",
    "pie chart of paintings with title \"'; DELETE FROM visit WHERE '1'='1\" for each medium",
    "bar chart of paintings named O'Brien's \"Blue\" by nation's medium",
    "bar chart of 🎨 per 🖼️ 📊 for medium 😀",
    "Balkendiagramm der Anzahl der Gemälde je Technik, bar chart absteigend sortiert",
    "diagramme à barres du nombre de paintings par medium, pie",
    "每个 medium 的 paintings 数量 bar chart",
    "عدد paintings لكل medium bar chart",
    "bar chart of paintings per medium \x00 \u202e \ufeff limit 5",
    "line chart of paintings between 999999999999999999999 and -1e309 by medium",
    "bar chart of paintings acquired before 0000-00-00 and after 9999-99-99 by medium",
    "bar chart of medium for paintings that were not not never without any visits",
    "stacked bar chart stacked by medium coloured by medium split by medium",
    "bar chart of height in 2020 or 2021 or 2022 or top 0 or top 999 or the 7 largest",
    "bar chart with medium on x axis and medium on y axis as x as y",
    "Count the heights acquired on each weekday with a bar chart",
    "show heights by month binned by month as a line chart with a line for each nation",
]


def _asked(base: tuple[Any, Any], question: str) -> None:
    connection, facts = base
    asked = ask_for(question, [table_from_json(one) for one in facts.values()], "museum", "duckdb", "2026-11-21")
    if asked is not None:
        connection.cursor().execute(asked.sql).fetchone()
        load_dashboard(emit(asked.document))
        assert all(len(text) < 300 for text in (asked.title, *asked.follow_ups))


@pytest.mark.parametrize("question", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_questions(museum_base: tuple[Any, Any], question: str) -> None:
    _asked(museum_base, question)


@settings(max_examples=60, deadline=None)
@given(words=st.lists(st.sampled_from(WORDS.split()) | st.text(max_size=5), max_size=30))
def test_word_salads(museum_base: tuple[Any, Any], words: list[str]) -> None:
    _asked(museum_base, " ".join(["bar chart", *words]))
