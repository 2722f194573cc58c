"""A statement with open places, and how chosen values enter it: as `?` with a typed cast, never as text."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Any, Literal

from sqlglot import Dialect
from sqlglot.errors import TokenError
from sqlglot.tokenizer_core import TokenType

from dashbridge.insights.values import InputValue, ParameterType, Typed
from dashbridge.kit import Invalid

SOURCE = "insight_source"
DATA = "insight_data"
ROWS = "insight_rows"
SOURCE_MARK = "\x02"  # control characters are refused in every written expression

Gives = Literal["value", "open", "some"]
Sent = str | float | bool | None


@dataclass(frozen=True, slots=True)
class Placeholder:
    """One `?` before values are known.

    `gives` tells what is bound there: the accessor's `value`, whether the accessor is `open` (restricts nothing), or
    whether `some` value is chosen at all. A list's `?` stands bare and has a `cast`: it becomes one `CAST(? AS cast)`
    per chosen value, and one of NULL when there is none.
    """

    input: str
    accessor: str
    type: ParameterType
    gives: Gives = "value"
    cast: str | None = None


@dataclass(frozen=True, slots=True)
class Parameter:
    """One `?` with its value: dates, integers and decimals as text, cast by the statement; None is NULL."""

    input: str
    accessor: str
    type: ParameterType
    value: Sent


@dataclass(frozen=True, slots=True)
class BoundQuery:
    """One statement and the values of its placeholders, in order."""

    sql: str
    parameters: tuple[Parameter, ...]

    @property
    def values(self) -> list[Sent]:
        """The values alone, as an engine takes them."""
        return [one.value for one in self.parameters]


@dataclass(frozen=True, slots=True)
class Statement:
    """SQL in which every `?` is a placeholder, in the order of `parameters`.

    It reads `insight_data`, or a source that `over_query` or `over_table` puts in.
    """

    sql: str
    parameters: tuple[Placeholder, ...] = ()

    def bind(self, values: Mapping[str, InputValue]) -> BoundQuery:
        """The statement for these values. Raises Invalid when an input has none."""
        pieces = self.sql.split("?")
        text = [pieces[0]]
        bound: list[Parameter] = []
        for piece, place in zip(pieces[1:], self.parameters, strict=True):
            found = list(_sent(place, values))
            bound += [Parameter(place.input, place.accessor, place.type, one) for one in found]
            mark = f"CAST(? AS {place.cast})" if place.cast else "?"
            text += [", ".join([mark] * len(found)), piece]
        return BoundQuery("".join(text), tuple(bound))

    def as_json(self) -> dict[str, Any]:
        """The statement for a reader that binds it itself."""
        return {"post_query": self.sql, "parameters": [asdict(one) for one in self.parameters]}


def over_query(sql: str, query: str) -> str:
    """A statement, bound or without placeholders, with an author's query as its source."""
    return sql.replace(SOURCE_MARK, f"(\n{_unended(query)}\n) AS {SOURCE}")


def over_table(sql: str, table: str, huge: tuple[str, ...] = ()) -> str:
    """The same with a table as its source; `huge` names columns that crossed as decimals and were HUGEINT."""
    return sql.replace(SOURCE_MARK, f"({_restored(table, huge)}) AS {SOURCE}")


def with_data(sql: str, table: str, huge: tuple[str, ...] = ()) -> str:
    """A post-query over a `table` that stands for `insight_data`."""
    return f"WITH {DATA} AS ({_restored(table, huge)}) {sql}"


@lru_cache(maxsize=512)
def _unended(query: str) -> str:
    """The query without the semicolons that may end it, by the quotes and comments of either dialect."""
    for dialect in ("duckdb", "bigquery"):
        with suppress(TokenError):
            end = len(query)
            for token in reversed(Dialect.get_or_raise(dialect).tokenize(query)):
                if token.token_type != TokenType.SEMICOLON:
                    break
                end = token.start
            if end < len(query):
                return query[:end].rstrip()
    return query.rstrip()


def _restored(table: str, huge: tuple[str, ...]) -> str:
    names = ['"' + name.replace('"', '""') + '"' for name in huge]
    casts = ", ".join(f"CAST({name} AS HUGEINT) AS {name}" for name in names)
    return f"SELECT * REPLACE ({casts}) FROM {table}" if casts else f"FROM {table}"


def _sent(place: Placeholder, values: Mapping[str, InputValue]) -> Iterator[Sent]:
    value = values.get(place.input)
    if value is None:
        hint = "read_inputs fills the defaults"
        raise Invalid(f"input {place.input!r} has no value", code="input.missing", hint=hint)
    chosen = None if value.everything else value.get(place.accessor)
    if place.gives == "open":
        yield value.open(place.accessor)
    elif place.gives == "some":
        yield bool(chosen)
    elif isinstance(chosen, tuple):
        yield from map(_plain, chosen or (None,))
    else:
        yield _plain(chosen)


def _plain(value: Typed | None) -> Sent:
    if value is None or isinstance(value, bool | float | str):
        return value
    if isinstance(value, dt.date):
        return value.isoformat()
    return f"{value:f}" if isinstance(value, Decimal) else str(value)
