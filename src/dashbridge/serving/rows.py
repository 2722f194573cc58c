"""Rows of statements that went through the gate, kept for a while; whoever asks while they are fetched waits."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import pyarrow as pa

from dashbridge.costs import Spending
from dashbridge.insights import huge_columns
from dashbridge.kit import DashbridgeError, TooLarge, new_id
from dashbridge.serving.cache import ByteLRU
from dashbridge.serving.facts import NO_FACTS, Facts, TableFact
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

    `hugeints` names the columns that were HUGEINT and crossed as decimals. `bytes_estimated` and `bytes_billed` are
    charged bytes, None where reading costs nothing (or, billed, where the engine did not say); `facts` has them too.
    """

    key: tuple[Hashable, ...]
    table: pa.Table
    bytes_scanned: int
    computed_at: datetime
    hugeints: tuple[str, ...] = ()
    bytes_estimated: int | None = None
    bytes_billed: int | None = None
    facts: Facts = NO_FACTS


@dataclass(frozen=True, slots=True)
class Fetch:
    """A statement over a query, for a part (or the query itself), with its values.

    `most` rows may come, and keep for `ttl_s`. `cut` takes the first `most` of more.
    """

    query: str
    part: str
    sql: str
    most: int
    ttl_s: float
    values: Sequence[Parameter] = ()
    cut: bool = False


class RowStore:
    """Rows by team, connection, policy, data version, statement and values.

    A statement that costs money is claimed by the visit that has paid for it; others wait for its rows and pay nothing.
    """

    def __init__(self, max_bytes: int) -> None:
        self._kept: ByteLRU[Rows] = ByteLRU(max_bytes)
        self._over: ByteLRU[int] = ByteLRU(1 << 20)
        self._flights: SingleFlight[Rows] = SingleFlight()
        self._claims: dict[tuple[Hashable, ...], Spending] = {}
        self._running: set[tuple[Hashable, ...]] = set()

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

    def taken(self, visit: Visit, fetch: Fetch) -> bool:
        """Whether the statement runs now, or someone has paid for it and will run it."""
        key = _key(visit, fetch)
        return key in self._claims or key in self._running

    def claim(self, visit: Visit, fetches: Iterable[Fetch]) -> None:
        """The visit has paid for these."""
        if visit.spending is not None:
            self._claims |= {_key(visit, fetch): visit.spending for fetch in fetches}

    def unclaim(self, visit: Visit) -> None:
        """The visit is over; what it paid for and nobody ran is free for others."""
        for key in [key for key, spending in self._claims.items() if spending is visit.spending]:
            del self._claims[key]

    async def fetch(self, visit: Visit, fetch: Fetch) -> tuple[Rows, bool]:
        """The rows, and whether they were here. Raises TooManyRows, OverBudget, and what the gate's `run` raises."""
        kept = self.kept(visit, fetch)
        if kept is not None:
            return kept, True
        if not fetch.cut and self.too_many(visit, fetch):
            raise too_many_rows(fetch.most)
        if visit.refused is not None and not self.taken(visit, fetch):
            raise visit.refused
        key = _key(visit, fetch)
        return await self._flights.do((key, fetch.most), lambda: self._run(visit, fetch, key)), False

    async def _run(self, visit: Visit, fetch: Fetch, key: tuple[Hashable, ...]) -> Rows:
        spending = self._claims.get(key, visit.spending)
        if spending is None:
            raise DashbridgeError("A statement was to run that nobody pays for")
        self._running.add(key)
        try:
            result, record = await visit.warehouse.run(
                fetch.sql, fetch.values, spending=spending, max_rows=fetch.most, part=fetch.part
            )
        finally:
            self._running.discard(key)
            self._claims.pop(key, None)
        if result.truncated and not fetch.cut:
            self.mark(visit, fetch)
            raise too_many_rows(fetch.most)
        huge = huge_columns([(column.name, column.type) for column in record.plan.columns])
        fresh = (*key, str(new_id()))
        charged = None if visit.warehouse.price.free else record.estimate.bytes
        now, billed, tables = datetime.now(UTC), result.bytes_billed, record.plan.tables
        named = tuple(TableFact(str(table)) for table in tables)
        facts = Facts(named, charged, billed, now, record.sql_sha256, visit.warehouse.policy)
        rows = Rows(fresh, result.table, record.plan.bytes_scanned, now, huge, charged, billed, facts)
        self._kept.put(key, rows, size=result.table.nbytes, ttl_s=fetch.ttl_s)
        return rows


def _key(visit: Visit, fetch: Fetch) -> tuple[Hashable, ...]:
    key = visit.rows_key(fetch.query, fetch.sql, fetch.values)
    return (*key, fetch.most) if fetch.cut else key


def too_many_rows(most: int) -> TooManyRows:
    """The error of a statement that gives more than `most` rows."""
    return TooManyRows(
        f"The query returns more than {most:,} rows",
        hint="aggregate or filter in the query: a cut result would give wrong totals",
    )
