"""The JSON-lines protocol of `check-sql --jsonl` and `translate --jsonl`.

A bad line is an answer, never an exception.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from dashbridge.sql.check import check
from dashbridge.sql.refused import SqlRefused
from dashbridge.sql.scope import Scope
from dashbridge.sql.translate import translate


def check_batch(lines: Iterable[str], *, scope: Scope) -> Iterator[str]:
    """`{"id", "sql"}` a line in, `{"id", "ok", "code", "message", "tables"}` a line out; blank lines are passed over.

    `tables` are full names where the statement passed, else empty; `code` and `message` are null where it passed.
    """

    def answer(sql: str) -> dict[str, Any]:
        tables = [str(table) for table in check(sql, scope=scope).tables]
        return {"ok": True, "code": None, "message": None, "tables": tables}

    return _answers(lines, answer, {"tables": []})


def translate_batch(lines: Iterable[str], *, source: str, target: str) -> Iterator[str]:
    """`{"id", "sql"}` a line in, `{"id", "ok", "sql", "code", "message"}` a line out; `sql` is null where refused."""

    def answer(sql: str) -> dict[str, Any]:
        return {"ok": True, "sql": translate(sql, source=source, target=target), "code": None, "message": None}

    return _answers(lines, answer, {"sql": None})


def _answers(lines: Iterable[str], answer: Callable[[str], dict[str, Any]], empty: dict[str, Any]) -> Iterator[str]:
    for line in lines:
        if not line.strip():
            continue
        id_: Any = None
        try:
            case = _read_line(line)
            id_ = case.get("id")
            result = answer(_sql_of(case))
        except SqlRefused as error:
            result = {"ok": False, "code": error.code, "message": str(error), **empty}
        yield json.dumps({"id": id_, **result})


def _read_line(line: str) -> dict[str, Any]:
    try:
        case = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise _bad_line("The line is not JSON.") from error
    if not isinstance(case, dict):
        raise _bad_line("The line is not a JSON object.")
    return case


def _sql_of(case: dict[str, Any]) -> str:
    sql = case.get("sql")
    if not isinstance(sql, str):
        raise _bad_line('The line has no text under "sql".')
    return sql


def _bad_line(message: str) -> SqlRefused:
    return SqlRefused(message, code="bad_line", hint='Write {"id": ..., "sql": "..."} on one line.')
