"""The JSON-lines protocol of `check-sql --jsonl` and `translate --jsonl`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from dashbridge.sql.scope import Scope


def check_batch(lines: Iterable[str], *, scope: Scope) -> Iterator[str]:
    """`{"id", "sql"}` a line in, `{"id", "ok", "code", "message", "tables"}` a line out; never raises."""
    yield from ()


def translate_batch(lines: Iterable[str], *, source: str, target: str) -> Iterator[str]:
    """`{"id", "sql"}` a line in, `{"id", "ok", "sql", "code", "message"}` a line out; never raises."""
    yield from ()
