"""How parts are computed: over rows of their query that they share, from their own pre-query, or whole."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import pyarrow as pa

from dashbridge.connections import OverByteCap
from dashbridge.insights import over_query
from dashbridge.kit import DashbridgeError, Invalid
from dashbridge.serving.browser_gate import BrowserGate
from dashbridge.serving.cache import ByteLRU
from dashbridge.serving.data_answer import Found, InsightAnswer
from dashbridge.serving.facts import CacheFact
from dashbridge.serving.local import Post, Trips, statement_of
from dashbridge.serving.row_store import RowStore
from dashbridge.serving.rows import Fetch, Rows, TooManyRows
from dashbridge.serving.single_flight import SingleFlight
from dashbridge.serving.visit import Part, PartKey, ServingLimits, Visit
from dashbridge.serving.way import Way, Ways, as_it_is, pre_fetch, usable_pre

_KEEP_S = 3600.0
_SMALL_BYTES = 1 << 17  # of a table: about a millisecond to write as JSON and hash

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Source:
    """Rows that parts are computed from, and whether they are the whole query's."""

    rows: Rows
    shared: bool


class Computer:
    """Computes parts and keeps their answers: by the rows, the statement and the values that bear on it."""

    def __init__(self, rows: RowStore, ways: Ways, trips: Trips, limits: ServingLimits, max_bytes: int) -> None:
        self.rows = rows
        self.ways = ways
        self.trips = trips
        self.browsers = BrowserGate(rows, limits)
        self._limits = limits
        self._answers: ByteLRU[InsightAnswer] = ByteLRU(max_bytes)
        self._flights: SingleFlight[list[Found]] = SingleFlight()
        self._writing: SingleFlight[InsightAnswer] = SingleFlight()

    async def of_query(self, visit: Visit, query: str, parts: Sequence[Part]) -> dict[PartKey, Found]:
        """An answer or an error for each of the query's `parts`."""
        way = self.ways.kept(visit.dashboard, visit.warehouse, visit.version(query), query)
        if way is None:
            way = await self.ways.find(visit.dashboard, visit.warehouse, visit.version(query), query)
        if way.error is not None and not isinstance(way.error, OverByteCap):
            return self._all_failed(visit, parts, way.error)
        together = [part for part in parts if way.shared and part.insight.split.whole_local is not None]
        apart = [part for part in parts if part not in together]
        if not apart:
            return await self._together(visit, query, way, together)
        shared, separate = await asyncio.gather(
            self._together(visit, query, way, together), self._each(visit, query, way, apart)
        )
        return shared | separate

    def ready(self, visit: Visit, part: Part) -> InsightAnswer | None:
        """The part's answer, if it is here and still valid."""
        query = part.insight.query
        way = self.ways.kept(visit.dashboard, visit.warehouse, visit.version(query), query)
        if way is None:
            return None
        pre = way.pre.get(part.key)
        shared = [self.query_fetch(visit, query, way)] if way.shared else []
        own = [] if pre is None else [pre_fetch(visit, query, pre, self._limits)]
        found = next((one for fetch in (*shared, *own) if (one := self._kept(visit, fetch, part))), None)
        if found is None and all(self.rows.kept(visit, fetch) is None for fetch in (*shared, *own)):
            return self._kept(visit, self.whole_fetch(visit, query, part), part)
        return found

    def _kept(self, visit: Visit, fetch: Fetch, part: Part) -> InsightAnswer | None:
        rows = self.rows.kept(visit, fetch)
        return None if rows is None else self._answers.get(self._key(visit, rows, part))

    def query_fetch(self, visit: Visit, query: str, way: Way | None) -> Fetch:
        """The query's own rows; without a way, as the options of an input ask for them."""
        most = self._limits.max_query_rows if way is None else way.most
        return Fetch(query, query, visit.sql(query), most, visit.ttl_s(query))

    def sharable(self, rows: Rows) -> bool:
        """Whether a query's rows are few enough to compute its parts from."""
        return bool(rows.table.num_rows <= self._limits.max_shared_rows)

    async def _together(self, visit: Visit, query: str, way: Way, parts: Sequence[Part]) -> dict[PartKey, Found]:
        if not parts:
            return {}
        try:
            rows, fact = await self._fetch(visit, self.query_fetch(visit, query, way), parts, shared=True)
        except TooManyRows:
            return await self._each(visit, query, way, parts)
        except DashbridgeError as error:
            return self._all_failed(visit, parts, error)
        if not self.sharable(rows):
            return await self._each(visit, query, way, parts)
        found = await self._over(visit, _Source(rows, shared=True), parts)
        return {part.key: self._served(visit, way, part, one, fact) for part, one in zip(parts, found, strict=True)}

    async def _fetch(
        self, visit: Visit, fetch: Fetch, parts: Sequence[Part], *, shared: bool
    ) -> tuple[Rows, CacheFact]:
        """The rows; while a worker is at them, the statements over them are written."""
        if self.rows.kept(visit, fetch) is not None:
            return await self.rows.fetch(visit, fetch)
        reading = asyncio.ensure_future(self.rows.fetch(visit, fetch))
        try:
            for part in parts:
                await asyncio.sleep(0)
                statement_of(part, shared)
            return await reading
        finally:
            reading.cancel()

    async def _each(self, visit: Visit, query: str, way: Way, parts: Sequence[Part]) -> dict[PartKey, Found]:
        found = await asyncio.gather(*(self._alone(visit, query, way, part) for part in parts))
        return {part.key: one for part, one in zip(parts, found, strict=True)}

    async def _alone(self, visit: Visit, query: str, way: Way, part: Part) -> Found:
        try:
            return await self._from_pre(visit, query, way, part) or await self._whole(visit, query, way, part)
        except Invalid as error:
            return self._failed(visit, part, await _query_error(visit, query) or error)
        except DashbridgeError as error:
            return self._failed(visit, part, error)

    async def _from_pre(self, visit: Visit, query: str, way: Way, part: Part) -> InsightAnswer | None:
        """The answer out of the part's own pre-query; None where only the whole statement can tell."""
        pre = usable_pre(way, part)
        if pre is None:
            return None
        try:
            rows, fact = await self._fetch(visit, pre_fetch(visit, query, pre, self._limits), [part], shared=False)
        except TooManyRows:
            return None
        except Invalid:
            if as_it_is(part):
                raise
            return None
        if as_it_is(part):
            answer = await self._finish(visit, rows, part, rows.table)
            return answer.as_served(fact, self.browsers.may(visit, way, part))
        (found,) = await self._over(visit, _Source(rows, shared=False), [part])
        if isinstance(found, InsightAnswer):
            return found.as_served(fact, self.browsers.may(visit, way, part))
        if not isinstance(found, Invalid):
            raise found
        _log.warning("post-query of %r of %r refused: %s", part.label, visit.asked.slug, found)
        return None

    async def _whole(self, visit: Visit, query: str, way: Way, part: Part) -> InsightAnswer:
        rows, fact = await self.rows.fetch(visit, self.whole_fetch(visit, query, part))
        found = await self._finish(visit, rows, part, rows.table)
        return found.as_served(fact, self.browsers.may(visit, way, part))

    def whole_fetch(self, visit: Visit, query: str, part: Part) -> Fetch:
        """The part's own statement, for the values of this visit."""
        bound = visit.bind(part.insight.split.whole)
        sql = over_query(bound.sql, visit.sql(query))
        most = part.most(self._limits) + 1
        return Fetch(query, part.label, sql, most, visit.ttl_s(query), tuple(bound.values), cut=True)

    async def _over(self, visit: Visit, source: _Source, parts: Sequence[Part]) -> list[Found]:
        """The parts' statements over rows that are here; what was computed before is not computed again."""
        found: dict[PartKey, Found] = {}
        missing: list[Part] = []
        for part in parts:
            kept = self._answers.get(self._key(visit, source.rows, part))
            if kept is None:
                missing.append(part)
            else:
                found[part.key] = kept
        if missing:
            flight = tuple(self._key(visit, source.rows, part) for part in missing)
            computed = await self._flights.do(flight, lambda: self._compute(visit, source, missing))
            found |= {part.key: one for part, one in zip(missing, computed, strict=True)}
        return [found[part.key] for part in parts]

    async def _compute(self, visit: Visit, source: _Source, parts: Sequence[Part]) -> list[Found]:
        posts = [self._post(visit, source, part) for part in parts]
        return await self.trips.run(
            source.rows, posts, lambda at, table: self._finish(visit, source.rows, parts[at], table)
        )

    def _post(self, visit: Visit, source: _Source, part: Part) -> Post:
        bound = visit.bind(statement_of(part, source.shared))
        write = Post.over_rows if source.shared else Post.over_data
        return write(bound.sql, bound.values, source.rows, part.most(self._limits))

    async def _finish(self, visit: Visit, rows: Rows, part: Part, table: pa.Table) -> InsightAnswer:
        """The answer out of its table, cut and kept; a large one is written in a thread, once for all who ask."""
        key = self._key(visit, rows, part)
        kept = self._answers.get(key)
        if kept is not None:
            return kept
        most = part.most(self._limits)
        truncated = table.num_rows > most and not part.cut_is_wanted(self._limits)
        cut = table.slice(0, most)
        if cut.nbytes <= _SMALL_BYTES:
            answer = InsightAnswer.of(part, cut, rows, truncated)
        else:
            answer = await self._writing.do(
                key, lambda: asyncio.to_thread(InsightAnswer.of, part, cut, rows, truncated)
            )
        self._answers.put(key, answer, size=answer.size, ttl_s=_KEEP_S)
        return answer

    def _key(self, visit: Visit, rows: Rows, part: Part) -> tuple[Hashable, ...]:
        written = (part.label, part.insight.template, repr(part.insight.interactions))
        return (*rows.key, *written, visit.chosen(part), part.most(self._limits))

    def _served(self, visit: Visit, way: Way, part: Part, found: Found, fact: CacheFact) -> Found:
        if isinstance(found, InsightAnswer):
            return found.as_served(fact, self.browsers.may(visit, way, part))
        return self._failed(visit, part, found)

    def _all_failed(self, visit: Visit, parts: Sequence[Part], error: DashbridgeError) -> dict[PartKey, Found]:
        return {part.key: self._failed(visit, part, error) for part in parts}

    def _failed(self, visit: Visit, part: Part, error: DashbridgeError) -> DashbridgeError:
        if error.status == 500:
            _log.error("insight %r of %r", part.label, visit.asked.slug, exc_info=error)
        return error


async def _query_error(visit: Visit, query: str) -> DashbridgeError | None:
    """What is wrong with the author's query by itself, told in place of what is wrong with a statement around it."""
    try:
        await visit.warehouse.dry_run(visit.sql(query))
    except OverByteCap:
        return None
    except DashbridgeError as error:
        return error
    return None
