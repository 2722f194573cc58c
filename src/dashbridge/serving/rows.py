"""Rows of statements that went through the gate, kept for a while; whoever asks while they are fetched waits."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import pyarrow as pa

from dashbridge.insights import huge_columns
from dashbridge.kit import TooLarge, new_id
from dashbridge.serving.cache import ByteLRU
from dashbridge.serving.single_flight import SingleFlight
from dashbridge.serving.visit import Visit
from dashbridge.warehouse.base import Parameter

_MARK_BYTES = 500


class TooManyRows(TooLarge):
    """A statement gives more rows than may be kept: a cut result would give wrong totals."""

    default_code = "too_many_rows"


@dataclass(frozen=True, slots=True)
class Rows:
    """The rows of one statement: its cache key (unique per run), bytes read and when.

    `hugeints` names the columns that were HUGEINT and crossed as decimals.
    """

    key: tuple[Hashable, ...]
    table: pa.Table
    bytes_scanned: int
    computed_at: datetime
    hugeints: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Fetch:
    """A statement with its values: `most` rows may come, and keep for `ttl_s`. `cut` takes the first `most` of more."""

    sql: str
    most: int
    ttl_s: float
    values: Sequence[Parameter] = ()
    cut: bool = False


class RowStore:
    """Rows by team, connection, policy, data version, statement and values."""

    def __init__(self, max_bytes: int) -> None:
        self._kept: ByteLRU[Rows] = ByteLRU(max_bytes)
        self._over: ByteLRU[int] = ByteLRU(1 << 20)
        self._flights: SingleFlight[Rows] = SingleFlight()

    def kept(self, visit: Visit, fetch: Fetch) -> Rows | None:
        """The rows, if they are here and not too many."""
        rows = self._kept.get(_key(visit, fetch))
        return rows if rows is not None and rows.table.num_rows <= fetch.most else None

    def too_many(self, visit: Visit, fetch: Fetch) -> bool:
        """Whether it is known that more rows would come than may."""
        key = _key(visit, fetch)
        over, rows = self._over.get(key), self._kept.get(key)
        return (over is not None and over >= fetch.most) or (rows is not None and rows.table.num_rows > fetch.most)

    def mark(self, visit: Visit, fetch: Fetch) -> None:
        """Remember that more would come than may."""
        self._over.put(_key(visit, fetch), fetch.most, size=_MARK_BYTES, ttl_s=fetch.ttl_s)

    async def fetch(self, visit: Visit, fetch: Fetch) -> tuple[Rows, bool]:
        """The rows, and whether they were here. Raises TooManyRows, and what the gate's `run` raises."""
        kept = self.kept(visit, fetch)
        if kept is not None:
            return kept, True
        if not fetch.cut and self.too_many(visit, fetch):
            raise too_many_rows(fetch.most)
        key = _key(visit, fetch)
        return await self._flights.do((key, fetch.most), lambda: self._run(visit, fetch, key)), False

    async def _run(self, visit: Visit, fetch: Fetch, key: tuple[Hashable, ...]) -> Rows:
        result, record = await visit.warehouse.run(fetch.sql, fetch.values, max_rows=fetch.most)
        if result.truncated and not fetch.cut:
            self.mark(visit, fetch)
            raise too_many_rows(fetch.most)
        huge = huge_columns([(column.name, column.type) for column in record.plan.columns])
        fresh = (*key, str(new_id()))
        rows = Rows(fresh, result.table, record.plan.bytes_scanned, datetime.now(UTC), huge)
        self._kept.put(key, rows, size=result.table.nbytes, ttl_s=fetch.ttl_s)
        return rows


def _key(visit: Visit, fetch: Fetch) -> tuple[Hashable, ...]:
    key = visit.rows_key(fetch.sql, fetch.values)
    return (*key, fetch.most) if fetch.cut else key


def too_many_rows(most: int) -> TooManyRows:
    """The error of a statement that gives more than `most` rows."""
    return TooManyRows(
        f"The query returns more than {most:,} rows",
        hint="aggregate or filter in the query: a cut result would give wrong totals",
    )
