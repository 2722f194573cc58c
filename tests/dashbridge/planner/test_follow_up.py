from __future__ import annotations

import pytest

from dashbridge.planner.follow_up import read_follow_up


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("make it monthly", "grain", "monthly"),
        ("weekly please", "grain", "weekly"),
        ("by day instead", "grain", "day"),
        ("Add a breakdown by origin", "add", "a breakdown by origin"),
        ("and by origin?", "add", "by origin"),
        ("break it down by origin", "add", "by origin"),
        ("only carrier AA", "only", "carrier AA"),
        ("just JFK", "only", "JFK"),
        ("exclude EWR", "exclude", "EWR"),
        ("remove the table", "remove", "the table"),
        ('rename it to "A: b #1"', "rename", "A: b #1"),
        ("show as bar chart", "chart", "bar"),
        ("top 5", "top", "5"),
        ("sort by carrier descending", "sort", "carrier descending"),
        ("undo that", "undo", ""),
    ],
)
def test_one_edit(text: str, kind: str, value: str) -> None:
    (edit,) = read_follow_up(text)
    assert (edit.kind, edit.value) == (kind, value)


def test_two_edits_in_one_text() -> None:
    assert [edit.kind for edit in read_follow_up("make it weekly and remove the table")] == ["grain", "remove"]


@pytest.mark.parametrize(
    "text",
    [
        "How do departure delays vary by carrier and month?",
        "how many flights were late in March?",
        "average delay by month",
        "flights per day",
        "top 5 destinations by number of flights",
        "overview of flights",
        "",
        "🙂",
        "x" * 5000,
    ],
)
def test_questions_of_their_own(text: str) -> None:
    assert read_follow_up(text) == ()
