"""Follow-ups on the demo dashboard and on an overview: each changes what was asked, and not a line beside it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from dashbridge.samples import flights_dashboard

Desk = Any
OVERVIEW = Path(__file__).parents[2] / "golden" / "overviews" / "flights.yaml"
EDITS = YAML(typ="safe", pure=True).load(Path(__file__).with_name("follow_up_edits.yaml"))
CASES = [(one["page"], one.get("view", ""), one["said"], frozenset(one["paths"])) for one in EDITS]


def remarked(text: str) -> str:
    """The file as a person keeps it: a remark above every view and every insight, one at its head."""
    found: list[str] = ["# Ours: ask before you change it."]
    for line in text.split("\n"):
        if re.fullmatch(r"  [a-z_0-9]+:", line):
            found.append(f"  # about {line.strip()[:-1]}")
        found.append(line)
    return "\n".join(found)


def opened(desk: Desk, page: str, view: str) -> dict[str, Any]:
    text = flights_dashboard() if page == "demo" else OVERVIEW.read_text(encoding="utf-8")
    desk.files["page"] = [remarked(text)]
    desk.open_slug, desk.open_view = "page", view or None
    return data(desk)


def data(desk: Desk) -> dict[str, Any]:
    found: dict[str, Any] = YAML(typ="safe", pure=True).load(desk.yaml("page"))
    return found


def changed(before: Any, after: Any, path: str = "") -> set[str]:
    """The paths at which two documents differ, as deep as both are maps."""
    if isinstance(before, dict) and isinstance(after, dict):
        keys = before.keys() | after.keys()
        return {one for key in keys for one in changed(before.get(key), after.get(key), f"{path}/{key}")}
    return set() if before == after else {path}


def in_order(before: Any, after: Any) -> bool:
    """Whether the keys that both have stand in the same order, all the way down."""
    if not (isinstance(before, dict) and isinstance(after, dict)):
        return True
    kept = [key for key in before if key in after]
    return kept == [key for key in after if key in before] and all(in_order(before[key], after[key]) for key in kept)


async def done(desk: Desk, said: str) -> None:
    turned = await desk.ask(said)
    assert turned.failed == []
    assert turned.saved == "page", turned.text
    loaded = desk.loaded("page")
    assert loaded.warnings == ()
    for insight in loaded.spec.insights:
        desk.rows("page", insight)


@pytest.mark.parametrize(("page", "view", "said", "paths"), CASES, ids=[f"{one[0]} {one[1]} {one[2]}" for one in CASES])
async def test_a_follow_up_changes_only_what_was_asked(
    flights: Desk, page: str, view: str, said: str, paths: frozenset[str]
) -> None:
    before = opened(flights, page, view)
    text = flights.yaml("page")
    await done(flights, said)
    after = data(flights)
    assert changed(before, after) == paths
    gone = {part for path in paths for part in path.split("/")[2:3]}
    remarks = [line for line in text.split("\n") if line.lstrip().startswith("#")]
    kept = [line for line in flights.yaml("page").split("\n") if line.lstrip().startswith("#")]
    assert [line for line in remarks if line not in kept and line.split()[-1] not in gone] == []
    assert [line for line in remarks if line in kept] == kept
    assert all(in_order(before[part], after[part]) for part in before if part != "insights" or "pie" not in said)


@pytest.mark.parametrize(("page", "view", "said", "paths"), CASES[::6], ids=[one[2] for one in CASES[::6]])
async def test_undo_brings_the_file_back_to_the_letter(
    flights: Desk, page: str, view: str, said: str, paths: frozenset[str]
) -> None:
    opened(flights, page, view)
    text = flights.yaml("page")
    await done(flights, said)
    assert flights.yaml("page") != text
    await done(flights, "undo that")
    assert flights.yaml("page") == text


async def test_by_weekday_a_view_sets_no_period_any_more(flights: Desk) -> None:
    opened(flights, "demo", "daily")
    turned = await flights.ask("make it by weekday")
    assert "no longer sets a period" in turned.text
    view = data(flights)["views"]["daily"]
    assert "brush" not in view
    assert view["title"] == "Flights by day of the week"
    rows = flights.rows("page", "flights_by_day")
    assert [row[0] for row in rows] == ["1 Mon", "2 Tue", "3 Wed", "4 Thu", "5 Fri", "6 Sat", "7 Sun"]


async def test_the_top_five_are_single_groups_and_never_other(flights: Desk) -> None:
    opened(flights, "overview", "")
    await done(flights, "top 5")
    carriers = (
        "SELECT a.name, count(*) FROM flights f JOIN airlines a USING (carrier) GROUP BY 1 ORDER BY 2 DESC LIMIT 5"
    )
    assert flights.rows("page", "by_carrier") == flights.sql(carriers)
    assert "Other" not in [row[0] for row in flights.rows("page", "by_destination")]


async def test_headlines_hold_when_the_time_gets_finer(flights: Desk) -> None:
    opened(flights, "overview", "")
    (before,) = flights.rows("page", "dep_delay_avg")
    await done(flights, "make it hourly")
    (after,) = flights.rows("page", "dep_delay_avg")
    assert after == pytest.approx(before)


@pytest.mark.parametrize(
    ("page", "said", "why"),
    [
        ("overview", "top 15", "9 largest"),
        ("overview", "remove the period input", "computes from Period"),
        ("overview", "add number of flights", "shows that already"),
        ("demo", "make it hourly", "written by hand"),
    ],
)
async def test_what_cannot_be_done_changes_nothing_and_says_why(flights: Desk, page: str, said: str, why: str) -> None:
    opened(flights, page, "")
    turned = await flights.ask(said)
    assert turned.saved is None
    assert why in turned.text
    assert len(flights.files["page"]) == 1
