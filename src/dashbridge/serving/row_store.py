"""Rows that are kept for a while; whoever asks while they are fetched waits, in this process and in others."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from time import monotonic

from dashbridge.costs import Spending
from dashbridge.insights import huge_columns
from dashbridge.kit import DashbridgeError, TimedOut, Unavailable, new_id
from dashbridge.serving.cache import ByteLRU
from dashbridge.serving.facts import COMPUTED, MOVED, REUSED, CacheFact, Facts, TableFact
from dashbridge.serving.rows import Fetch, Rows, RowsKey, too_many_rows
from dashbridge.serving.second_level import Lease, SecondLevel
from dashbridge.serving.shared_rows import RowsName
from dashbridge.serving.single_flight import SingleFlight
from dashbridge.serving.visit import Visit

_MARK_BYTES = 500
_SHARED = CacheFact("shared", "computed by another process")


@dataclass(slots=True)
class _Kept:
    """Rows, until when they may be given as they are, and when they were last known to be the newest."""

    rows: Rows
    fresh_until: float
    seen_at: float
    news: CacheFact | None = None  # how they came, for the first who is given them


@dataclass(frozen=True, slots=True)
class _Claim:
    spending: Spending
    lease: Lease


class RowStore:
    """Rows by team, connection, policy, data version, statement and values.

    A statement that costs money is claimed by the visit that has paid for it; others wait for its rows and pay nothing.
    Rows that are no longer the newest are given for `stale_s` while newer ones are fetched behind, and for
    `last_good_s` where the warehouse fails; both say so.
    """

    def __init__(
        self, max_bytes: int, second: SecondLevel | None = None, *, stale_s: float = 0.0, last_good_s: float = 0.0
    ) -> None:
        self._kept: ByteLRU[_Kept] = ByteLRU(max_bytes)
        self._newest: ByteLRU[RowsKey] = ByteLRU(4 << 20)
        self._over: ByteLRU[int] = ByteLRU(1 << 20)
        self._flights: SingleFlight[tuple[Rows, CacheFact]] = SingleFlight()
        self._second = second or SecondLevel(None)
        self._stale_s = stale_s
        self._last_good_s = last_good_s
        self._claims: dict[RowsKey, _Claim] = {}
        self._running: set[RowsKey] = set()
        self._refreshing: dict[RowsKey, asyncio.Task[None]] = {}

    def kept(self, visit: Visit, fetch: Fetch) -> Rows | None:
        """The rows, if they are here, not too many, and of the newest data as far as is known."""
        kept = self._kept.get(fetch.key(visit))
        now = monotonic()
        if kept is None or kept.fresh_until <= now or kept.rows.table.num_rows > fetch.most:
            return None
        if visit.unsure is None:
            kept.seen_at = now
        return kept.rows

    def too_many(self, visit: Visit, fetch: Fetch) -> bool:
        """Whether it is known that more rows would come than may."""
        key = fetch.key(visit)
        over, kept = self._over.get(key), self._kept.get(key)
        return (over is not None and over >= fetch.most) or (kept is not None and kept.rows.table.num_rows > fetch.most)

    def mark(self, visit: Visit, fetch: Fetch) -> None:
        """Remember that more would come than may."""
        self._over.put(fetch.key(visit), fetch.most, size=_MARK_BYTES, ttl_s=fetch.ttl_s)

    def taken(self, visit: Visit, fetch: Fetch) -> bool:
        """Whether the statement runs now, or someone has paid for it and will run it."""
        key = fetch.key(visit)
        return key in self._claims or key in self._running

    def needs_run(self, visit: Visit, fetch: Fetch) -> bool:
        """Whether rows that may be given are neither here nor on their way by another's account."""
        return self.kept(visit, fetch) is None and not self.taken(visit, fetch) and self._stale(visit, fetch) is None

    async def recall(self, visit: Visit, fetches: Iterable[Fetch]) -> None:
        """Bring here what other processes have of these."""
        if self._second.shares:
            await asyncio.gather(*(self._recall(visit, fetch) for fetch in fetches))

    async def lease(self, visit: Visit, fetches: Iterable[Fetch]) -> list[tuple[Fetch, Lease]]:
        """Of these, what no other process has or runs: from now on they wait for this one."""
        found = []
        for fetch in fetches:
            key = fetch.key(visit)
            looked = await self._second.look(_name(visit, fetch), key, fetch.ttl_s)
            if isinstance(looked, Rows):
                self._keep(visit, fetch, looked, _SHARED)
            elif looked is not None:
                found.append((fetch, looked))
        return found

    def claim(self, visit: Visit, leased: Sequence[tuple[Fetch, Lease]]) -> None:
        """The visit has paid for these."""
        for fetch, lease in leased:
            if visit.spending is None:
                lease.free()
            else:
                self._claims[fetch.key(visit)] = _Claim(visit.spending, lease)

    def unclaim(self, visit: Visit) -> None:
        """The visit is over; what it paid for and nobody ran is free for others."""
        for key in [key for key, claim in self._claims.items() if claim.spending is visit.spending]:
            self._claims.pop(key).lease.free()

    async def fetch(self, visit: Visit, fetch: Fetch) -> tuple[Rows, CacheFact]:
        """The rows, and where they were. Raises TooManyRows, OverBudget, and what the gate's `run` raises."""
        kept = self.kept(visit, fetch)
        if kept is not None:
            return kept, self._of_version(visit, fetch, kept, self._fact(visit, fetch))
        if not fetch.cut and self.too_many(visit, fetch):
            raise too_many_rows(fetch.most)
        stale = self._stale(visit, fetch)
        if stale is not None:
            visit.freshness.note(0.0)
            self._refresh(visit, fetch)
            return stale
        if visit.refused is not None and not self.taken(visit, fetch):
            raise visit.refused
        try:
            if visit.unsure is not None:
                raise visit.unsure
            rows, fact = await self._flights.do((fetch.key(visit), fetch.most), lambda: self._run(visit, fetch))
            visit.freshness.note(fetch.ttl_s - (datetime.now(UTC) - rows.computed_at).total_seconds())
            return rows, self._of_version(visit, fetch, rows, fact)
        except (Unavailable, TimedOut) as error:
            last = await self._last(visit, fetch)
            if last is None:
                raise
            visit.freshness.note(0.0)
            return last, _last_good(error)

    async def close(self) -> None:
        """End what is fetched behind."""
        for task in self._refreshing.values():
            task.cancel()
        await asyncio.gather(*self._refreshing.values(), return_exceptions=True)
        await self._flights.settled()
        await self._second.close()

    async def _recall(self, visit: Visit, fetch: Fetch) -> None:
        if not self.taken(visit, fetch):
            rows = await self._second.find(_name(visit, fetch), fetch.key(visit), fetch.ttl_s)
            if rows is not None:
                self._keep(visit, fetch, rows, _SHARED)

    async def _run(self, visit: Visit, fetch: Fetch) -> tuple[Rows, CacheFact]:
        """What another process computed, or the statement's own run, paid by whoever claimed it."""
        key, name = fetch.key(visit), _name(visit, fetch)
        claim = self._claims.get(key)
        lease = claim.lease if claim is not None else await self._second.wait(name, key, fetch.ttl_s)
        if isinstance(lease, Rows):
            self._keep(visit, fetch, lease)
            if not fetch.cut and lease.table.num_rows > fetch.most:
                raise too_many_rows(fetch.most)
            return lease, _SHARED
        given = False
        self._running.add(key)
        try:
            rows = await self._computed(visit, fetch, claim.spending if claim is not None else visit.spending)
            self._keep(visit.at(fetch.query, rows.facts.data_version), fetch, rows)
            self._second.keep(name, rows, fetch.ttl_s, lease)
            given = True
        finally:
            self._running.discard(key)
            self._claims.pop(key, None)
            if not given:
                lease.free()
        return rows, COMPUTED

    async def _computed(self, visit: Visit, fetch: Fetch, spending: Spending | None) -> Rows:
        if spending is None:
            raise DashbridgeError("A statement was to run that nobody pays for")
        result, record = await visit.warehouse.run(
            fetch.sql, fetch.values, spending=spending, max_rows=fetch.most, part=fetch.part
        )
        if result.truncated and not fetch.cut:
            self.mark(visit, fetch)
            raise too_many_rows(fetch.most)
        huge = huge_columns([(column.name, column.type) for column in record.plan.columns])
        charged = None if visit.warehouse.price.free else record.estimate.bytes
        now, billed = datetime.now(UTC), result.bytes_billed
        # Versions by table are of seconds ago, and a statement around a query need not have the query's own.
        version = visit.version(fetch.query) if visit.warehouse.by_table else record.data_version
        tables = tuple(TableFact(str(table), record.last_modified.get(table)) for table in record.plan.tables)
        facts = Facts(tables, charged, billed, now, record.sql_sha256, visit.warehouse.policy, version)
        key = (*fetch.key(visit), result.held or str(new_id()))
        return Rows(key, result.table, record.plan.bytes_scanned, now, huge, charged, billed, facts)

    def _keep(self, visit: Visit, fetch: Fetch, rows: Rows, news: CacheFact | None = None) -> None:
        now, key = monotonic(), fetch.key(visit)
        fresh_s = fetch.ttl_s - (datetime.now(UTC) - rows.computed_at).total_seconds()
        behind_s = max(self._stale_s, self._last_good_s)
        kept = _Kept(rows, now + fresh_s, now, news)
        self._kept.put(key, kept, size=rows.table.nbytes, ttl_s=fresh_s + behind_s)
        if behind_s:
            self._newest.put(fetch.any_version(visit), key, size=_MARK_BYTES, ttl_s=fresh_s + behind_s)

    def _of_version(self, visit: Visit, fetch: Fetch, rows: Rows, fact: CacheFact) -> CacheFact:
        """What is to be said of rows whose data may have changed since the visit began."""
        version = rows.facts.data_version
        if not version or visit.unsure is not None or version == visit.version(fetch.query):
            return fact
        visit.freshness.moved = True
        visit.freshness.note(0.0)
        return CacheFact(fact.state, MOVED)

    def _fact(self, visit: Visit, fetch: Fetch) -> CacheFact:
        """What is to be said of rows that are here."""
        if visit.unsure is not None:
            visit.freshness.note(0.0)
            return _last_good(visit.unsure)
        kept = self._kept.get(fetch.key(visit))
        if kept is None:
            return REUSED
        visit.freshness.note(kept.fresh_until - monotonic())
        if kept.news is None:
            return REUSED
        news, kept.news = kept.news, None
        return news

    def _behind(self, visit: Visit, fetch: Fetch) -> _Kept | None:
        """The newest rows that were kept, of whatever version."""
        key = self._newest.get(fetch.any_version(visit))
        kept = None if key is None else self._kept.get(key)
        return None if kept is None or kept.rows.table.num_rows > fetch.most else kept

    def _stale(self, visit: Visit, fetch: Fetch) -> tuple[Rows, CacheFact] | None:
        """Rows that were the newest a moment ago."""
        kept = self._behind(visit, fetch) if self._stale_s and visit.unsure is None else None
        if kept is None:
            return None
        age_s = monotonic() - min(kept.seen_at, kept.fresh_until)
        if age_s >= self._stale_s:
            return None
        return kept.rows, CacheFact("stale", f"newer rows are being computed; these were current {age_s:.0f} s ago")

    async def _last(self, visit: Visit, fetch: Fetch) -> Rows | None:
        """The last rows that came, here or in another process, if they are not too old to be given."""
        if not self._last_good_s:
            return None
        kept = self._behind(visit, fetch)
        if kept is not None and monotonic() - kept.fresh_until < self._last_good_s:
            return kept.rows
        within_s = fetch.ttl_s + self._last_good_s
        rows = await self._second.last(_name(visit, fetch), fetch.any_version(visit), within_s)
        return rows if rows is not None and rows.table.num_rows <= fetch.most else None

    def _refresh(self, visit: Visit, fetch: Fetch) -> None:
        """Fetch newer rows behind whoever was given old ones, on an account of their own."""
        key: RowsKey = (*fetch.key(visit), fetch.most)
        if key in self._refreshing or visit.spending is None:
            return
        spending = visit.spending.another()

        async def refresh() -> None:
            with suppress(DashbridgeError):  # the rows that are given grow older, and then it is told
                async with spending:
                    behind = replace(visit, spending=spending, refused=None)
                    await self._flights.do((fetch.key(behind), fetch.most), lambda: self._run(behind, fetch))

        task = asyncio.ensure_future(refresh())
        self._refreshing[key] = task
        task.add_done_callback(lambda _: self._refreshing.pop(key, None))


def _name(visit: Visit, fetch: Fetch) -> RowsName:
    return RowsName.of(fetch.key(visit), fetch.any_version(visit))


def _last_good(error: DashbridgeError) -> CacheFact:
    return CacheFact("last_good", f"the warehouse failed: {error.message}")
