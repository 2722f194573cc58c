"""Statements over rows that are already here, in trips to the local engine."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

import pyarrow as pa

from dashbridge.dashboards import CompiledDashboard
from dashbridge.insights import Statement, over_table, with_data
from dashbridge.kit import DashbridgeError
from dashbridge.serving.rows import Rows
from dashbridge.serving.visit import Part, parts_of
from dashbridge.warehouse.base import Limits, LocalEngine, Parameter, Result

_POSTS_A_TRIP = 4
_SMALL_BYTES = 8 * 2**20
_TABLE = "insight_rows"

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Post:
    """A statement with its values; at most `most` rows are wanted, one more tells that there are more."""

    sql: str
    values: Sequence[Parameter]
    most: int

    @classmethod
    def over_rows(cls, sql: str, values: Sequence[Parameter], rows: Rows, most: int) -> Post:
        """A statement over a query's rows."""
        return cls(over_table(sql, _TABLE, rows.hugeints), values, most)

    @classmethod
    def over_data(cls, sql: str, values: Sequence[Parameter], rows: Rows, most: int) -> Post:
        """A post-query over the rows of its pre-query."""
        return cls(with_data(sql, _TABLE, rows.hugeints), values, most)


class Trips:
    """Runs posts over rows; several at once where that is quicker."""

    def __init__(self, engine: LocalEngine, timeout_s: float) -> None:
        self._engine = engine
        self._timeout_s = timeout_s

    async def run(
        self, rows: Rows, posts: Sequence[Post], then: Callable[[int, pa.Table], Awaitable[T]]
    ) -> list[T | DashbridgeError]:
        """What `then` makes of each post's number and table (of at most `most + 1` rows), or the post's error.

        They go a few at a time, so that several workers share them, and while they are at the next ones something is
        made of the first; many rows are sent to one worker only.
        """
        most = _POSTS_A_TRIP if rows.table.nbytes <= _SMALL_BYTES else max(1, len(posts))

        async def trip(start: int) -> list[T | DashbridgeError]:
            tables = await self._trip(rows, posts[start : start + most])
            return [
                table if isinstance(table, DashbridgeError) else await then(start + at, table)
                for at, table in enumerate(tables)
            ]

        done = await asyncio.gather(*(trip(start) for start in range(0, len(posts), most)))
        return [found for made in done for found in made]

    async def _trip(self, rows: Rows, posts: Sequence[Post]) -> list[pa.Table | DashbridgeError]:
        """Posts in one trip; if that fails, each alone, so that one error stays one."""
        limits = Limits(max_rows=max(post.most for post in posts) + 1, timeout_s=self._timeout_s)
        try:
            results: list[Result] = await self._engine.query_many(
                {_TABLE: rows.table},
                [(post.sql, post.values) for post in posts],
                limits=limits,
                key=str(rows.key[-1]),
            )
        except DashbridgeError as error:
            if len(posts) == 1:
                return [error]
            alone = await asyncio.gather(*(self._trip(rows, [post]) for post in posts))
            return [found for one in alone for found in one]
        return [result.table.slice(0, post.most + 1) for result, post in zip(results, posts, strict=True)]


async def write_statements(dashboard: CompiledDashboard, query: str, *, shared: bool) -> None:
    """Write what the query's parts will need, letting others run in between: a statement takes milliseconds."""
    for part in parts_of(dashboard):
        if part.insight.query == query and part.insight.split.mode != "server":
            await asyncio.sleep(0)
            statement_of(part, shared)


def statement_of(part: Part, shared: bool) -> Statement:
    """What is run here over rows of the query, or over those of the pre-query."""
    split = part.insight.split
    return (split.whole_local if shared else split.post) or split.whole
