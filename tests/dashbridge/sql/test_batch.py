"""The line protocol answers every line, good or bad."""

from __future__ import annotations

import json

from hypothesis import given, settings
from hypothesis import strategies as st

from dashbridge.sql import Scope, check_batch, translate_batch

SCOPE = Scope("duckdb", frozenset({"main"}))


def test_check_answers_line_by_line() -> None:
    lines = [
        '{"id": 1, "sql": "SELECT * FROM b, a"}\n',
        '{"id": "two", "sql": "DROP TABLE a"}',
        "",
        "nonsense",
        "[1]",
        '{"id": 3}',
        '{"id": 4, "sql": 5}',
        '{"sql": "SELECT 1"}',
    ]
    answers = [json.loads(line) for line in check_batch(lines, scope=SCOPE)]
    assert answers[0] == {"id": 1, "ok": True, "code": None, "message": None, "tables": ["main.a", "main.b"]}
    assert [(a["id"], a["ok"], a["code"]) for a in answers[1:]] == [
        ("two", False, "not_a_select"),
        (None, False, "bad_line"),
        (None, False, "bad_line"),
        (3, False, "bad_line"),
        (4, False, "bad_line"),
        (None, True, None),
    ]
    assert all(set(a) == {"id", "ok", "code", "message", "tables"} for a in answers)
    assert all(a["tables"] == [] and a["message"] for a in answers if not a["ok"])


def test_check_reads_lazily() -> None:
    def lines():  # type: ignore[no-untyped-def]
        yield '{"id": 1, "sql": "SELECT 1"}'
        raise AssertionError("read ahead")

    assert json.loads(next(iter(check_batch(lines(), scope=SCOPE))))["ok"]


def test_translate_answers_line_by_line() -> None:
    lines = ['{"id": 1, "sql": "SELECT SAFE_DIVIDE(1, 2)"}', '{"id": 2, "sql": "SELECT FORMAT(\'%d\', 1)"}', "{"]
    answers = [json.loads(line) for line in translate_batch(lines, source="bigquery", target="duckdb")]
    assert [(a["id"], a["ok"], a["code"]) for a in answers] == [
        (1, True, None),
        (2, False, "not_translatable"),
        (None, False, "bad_line"),
    ]
    assert answers[0]["sql"].startswith("SELECT CASE")
    assert all(set(a) == {"id", "ok", "sql", "code", "message"} for a in answers)


def test_unknown_dialect_is_an_answer() -> None:
    (answer,) = check_batch(['{"id": 1, "sql": "SELECT 1"}'], scope=Scope("mysql", None))
    assert json.loads(answer)["code"] == "unknown_dialect"


@settings(max_examples=200, deadline=None)
@given(
    st.one_of(st.text(max_size=60), st.builds(json.dumps, st.recursive(st.text(max_size=5), st.lists, max_leaves=4)))
)
def test_any_line_gets_at_most_one_answer(line: str) -> None:
    answers = list(check_batch([line], scope=SCOPE))
    assert len(answers) == (1 if line.strip() else 0)
    assert not any(json.loads(answer)["ok"] for answer in answers)


def test_deep_json_is_a_bad_line() -> None:
    (answer,) = check_batch(["[" * 100_000], scope=SCOPE)
    assert json.loads(answer)["code"] == "bad_line"
