"""Follow-ups change only what was asked, keep a person's file as it was elsewhere, and stay right in numbers."""

from __future__ import annotations

from typing import Any

import pytest
from ruamel.yaml import YAML

from dashbridge.samples import flights_dashboard

Desk = Any
QUESTION = "How do departure delays vary by carrier and month?"
SLUG = "average-departure-delay-by-carrier-and-month"


async def opened(desk: Desk) -> dict[str, Any]:
    turned = await desk.ask(QUESTION)
    assert turned.saved == SLUG
    desk.open_slug = SLUG
    return data(desk)


def data(desk: Desk) -> dict[str, Any]:
    found: dict[str, Any] = YAML(typ="safe", pure=True).load(desk.yaml(desk.open_slug))
    return found


async def edit(desk: Desk, text: str) -> dict[str, Any]:
    turned = await desk.ask(text)
    assert turned.failed == []
    assert turned.saved == desk.open_slug, turned.text
    loaded = desk.loaded(desk.open_slug)
    assert loaded.warnings == ()
    for insight in loaded.spec.insights:
        desk.rows(desk.open_slug, insight)
    return data(desk)


def changed(before: Any, after: Any, path: str = "") -> set[str]:
    """The paths at which two documents differ, as deep as both are maps."""
    if isinstance(before, dict) and isinstance(after, dict):
        return {
            found
            for key in before.keys() | after.keys()
            for found in changed(before.get(key), after.get(key), f"{path}/{key}")
        }
    return set() if before == after else {path}


CASES = [
    (
        "make it weekly",
        {
            "/title",
            "/insights/trend/props/x",
            "/insights/trend/interactions",
            "/insights/carrier_by_month/props/x",
            "/insights/carrier_by_month/interactions",
            "/views/trend/title",
            "/views/trend/labels/x",
            "/views/carrier_by_month/title",
            "/views/carrier_by_month/labels/x",
        },
    ),
    ("rename it to Carriers: late? #1", {"/title"}),
    ("rename the trend to Over time", {"/views/trend/title"}),
    ("only carrier AA", {"/inputs/carrier/default"}),
    ("only 2013", {"/inputs/period/default"}),
    ("remove the table", {"/insights/details", "/views/details", "/layout/rows"}),
    (
        "remove the heatmap and the table",
        {
            "/insights/details",
            "/views/details",
            "/insights/carrier_by_month",
            "/views/carrier_by_month",
            "/layout/rows",
        },
    ),
    ("show the trend as an area chart", {"/views/trend/type"}),
    ("show as bar chart", {"/views/trend/type"}),
    ("top 5", {"/insights/by_carrier/limit", "/views/by_carrier/title"}),
    (
        "bottom 3 carriers",
        {
            "/insights/by_carrier/limit",
            "/insights/by_carrier/interactions",
            "/views/by_carrier/title",
            "/views/by_carrier/sort/order",
        },
    ),
    ("sort the table by flights", {"/insights/details/interactions"}),
    ("exclude EWR", {"/queries/flights/sql"}),
    ("only March", {"/queries/flights/sql"}),
    (
        "add a breakdown by origin",
        {"/queries/flights_by_origin", "/insights/by_origin", "/views/by_origin", "/layout/rows"},
    ),
    ("add average distance", {"/queries/flights/sql", "/insights/distance_avg", "/views/distance_avg", "/layout/rows"}),
]


@pytest.mark.parametrize(("text", "paths"), CASES, ids=[case[0] for case in CASES])
async def test_only_what_was_asked_changes(flights: Desk, text: str, paths: set[str]) -> None:
    before = await opened(flights)
    after = await edit(flights, text)
    assert changed(before, after) == paths


async def test_weeks_are_right(flights: Desk) -> None:
    await opened(flights)
    await edit(flights, "make it weekly")
    expected = flights.sql(
        "SELECT CAST(date_trunc('week', time_hour) AS DATE), avg(dep_delay) FROM flights GROUP BY 1 ORDER BY 1"
    )
    rows = flights.rows(SLUG, "trend")
    assert [row[0] for row in rows] == [row[0] for row in expected]
    assert [row[1] for row in rows] == pytest.approx([row[1] for row in expected], rel=1e-9)


async def test_hours_make_the_query_finer(flights: Desk) -> None:
    await opened(flights)
    await edit(flights, "make it hourly")
    assert "date_trunc('hour', t.time_hour) AS hour" in flights.loaded(SLUG).spec.queries["flights"].sql
    assert (
        len(flights.rows(SLUG, "trend"))
        == flights.sql("SELECT count(DISTINCT time_hour) FROM flights WHERE dep_delay IS NOT NULL OR true")[0][0]
    )
    rows = flights.rows(SLUG, "dep_delay_avg", period=["2013-03-01..2013-03-31"])
    assert rows[0][0] == pytest.approx(flights.sql("SELECT avg(dep_delay) FROM flights WHERE month = 3")[0][0])


async def test_several_edits_one_after_the_other(flights: Desk) -> None:
    await opened(flights)
    for text in (
        "only carrier AA",
        "exclude EWR",
        "add a breakdown by origin",
        "make it daily and remove the table",
        "top 5",
    ):
        await edit(flights, text)
    rows = flights.rows(SLUG, "by_origin")
    expected = flights.sql(
        "SELECT origin, avg(dep_delay) FROM flights WHERE carrier = 'AA' AND origin <> 'EWR' GROUP BY 1 ORDER BY 2 DESC"
    )
    assert [row[0] for row in rows] == [row[0] for row in expected]
    assert [row[1] for row in rows] == pytest.approx([row[1] for row in expected])


async def test_a_breakdown_by_a_joined_column(flights: Desk) -> None:
    await opened(flights)
    await edit(flights, "add a breakdown by plane manufacturer")
    expected = flights.sql(
        "SELECT manufacturer, avg(dep_delay) FROM flights LEFT JOIN planes USING (tailnum) "
        "GROUP BY 1 ORDER BY 2 DESC LIMIT 3"
    )
    rows = flights.rows(SLUG, "by_manufacturer")[:3]
    assert [row[1] for row in rows] == pytest.approx([row[1] for row in expected])


async def test_undo_and_redo(flights: Desk) -> None:
    await opened(flights)
    first = flights.yaml(SLUG)
    await edit(flights, "top 5")
    second = flights.yaml(SLUG)
    await edit(flights, "undo that")
    assert flights.yaml(SLUG) == first
    await edit(flights, "undo")
    assert flights.yaml(SLUG) == second


async def test_nothing_to_undo(flights: Desk) -> None:
    turned = await flights.ask("undo")
    assert turned.calls == []
    await opened(flights)
    turned = await flights.ask("undo")
    assert turned.saved is None
    assert "nothing to undo" in turned.text


async def test_the_dashboard_saved_last_is_meant_when_none_is_open(flights: Desk) -> None:
    await flights.ask(QUESTION)
    turned = await flights.ask("make it weekly")
    assert turned.saved == SLUG


REFUSED = [
    ("remove the pie", "found no view"),
    ("add a breakdown by moon phase", "found nothing like"),
    ("top 5 moons", "top 5"),
    ("sort by moon", "Nothing here can be sorted"),
    ("make it monthly", "already"),
    ("only zzz", "could not tell"),
    ("show the table as a pie", "table"),
    ("show the heatmap as a pie", "two groupings"),
    ("remove the carrier filter", "no such filter"),
]


@pytest.mark.parametrize(("text", "reason"), REFUSED, ids=[case[0] for case in REFUSED])
async def test_what_cannot_be_done_is_said_and_nothing_saved(flights: Desk, text: str, reason: str) -> None:
    await opened(flights)
    before = flights.yaml(SLUG)
    turned = await flights.ask(text)
    if text != "top 5 moons":
        assert turned.saved is None, turned.text
        assert flights.yaml(SLUG) == before
    assert reason in turned.text


async def test_which_of_two_bars(flights: Desk) -> None:
    await opened(flights)
    await edit(flights, "add a breakdown by origin")
    turned = await flights.ask("remove the bar chart")
    assert turned.question is not None
    assert len(turned.question["options"]) == 2
    turned = await flights.ask(turned.question["options"][1])
    assert turned.saved == SLUG
    assert "by_origin" not in flights.loaded(SLUG).spec.views


def by_hand(desk: Desk) -> str:
    """The demo dashboard, written by a person, with comments."""
    text = flights_dashboard().replace("insights:\n", "# computed\ninsights:  # from the queries\n", 1)
    desk.files["nyc"] = [text]
    desk.open_slug = "nyc"
    return text


@pytest.mark.parametrize(
    "text",
    [
        "make it weekly",
        "only carrier AA",
        "remove the table",
        "exclude EWR",
        "top 5",
        "show the trend as an area chart",
        "only March",
        "rename it to Foo",
        "sort by flights",
        "remove the heatmap",
        "make it by weekday",
        "bottom 3 carriers",
    ],
)
async def test_a_file_written_by_hand_keeps_its_lines(flights: Desk, text: str) -> None:
    before = by_hand(flights).splitlines()
    old = data(flights)
    new = await edit(flights, text)
    after = flights.yaml("nyc").splitlines()
    assert "# computed" in after
    assert "insights:  # from the queries" in after
    assert new != old
    kept = sum(1 for line in before if line in after)
    assert kept >= len(before) - (24 if text.startswith("remove") else 6)
    assert sum(1 for line in after if line not in before) <= 12
    for query in old["queries"].keys() & new["queries"].keys():
        assert old["queries"][query] == new["queries"][query]


@pytest.mark.parametrize(
    "text", ["add a breakdown by destination", "add total distance", "make it hourly", "add a breakdown by origin"]
)
async def test_a_query_written_by_hand_is_left_alone(flights: Desk, text: str) -> None:
    by_hand(flights)
    turned = await flights.ask(text)
    assert turned.saved is None
    assert "Nothing was changed" in turned.text


async def test_a_broken_file_is_not_touched(flights: Desk) -> None:
    flights.files["broken"] = ["version: 1\nviews: [\n"]
    flights.open_slug = "broken"
    turned = await flights.ask("top 5")
    assert turned.saved is None
    assert "does not hold together" in turned.text


async def test_a_dashboard_that_is_gone(flights: Desk) -> None:
    by_hand(flights)
    flights.broken = lambda name, _: flights._get_dashboard_yaml("gone") if name == "get_dashboard_yaml" else None
    turned = await flights.ask("top 5")
    assert "could not open nyc" in turned.text
