"""The answer to "what does this dashboard show now?": queries run or reused, insights computed, columns made flat.

Two layers are kept: a query's rows (by team, connection, data version and SQL) and an insight's columns (by those rows,
the post-query and its parameters). Whatever is computed is computed once for all who ask at the same time.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime

from dashbridge.connections import GatedWarehouse
from dashbridge.dashboards import CompiledDashboard
from dashbridge.insights import BoundQuery, CompiledInsight, InputSpec, InputValue, read_inputs
from dashbridge.kit import DashbridgeError, Invalid, NotFound, TooLarge, new_id, sha256_hex
from dashbridge.serving.cache import ByteLRU
from dashbridge.serving.data_answer import DataAnswer, InputState, InsightAnswer, Rows
from dashbridge.serving.options import input_options, options_query
from dashbridge.serving.payload import flat_columns
from dashbridge.serving.single_flight import SingleFlight
from dashbridge.warehouse.base import Limits, LocalEngine

_POSTS_A_TRIP = 4
_SMALL_BYTES = 8 * 2**20


_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Asked:
    """Whose dashboard is asked for: the cache's first key, and what the answer says of itself."""

    team_id: str
    connection_id: str
    slug: str
    revision: int
    yaml_sha256: str


@dataclass(frozen=True, slots=True)
class ServingLimits:
    """Rows of one query and of one insight, bytes of both caches together, seconds of a post-query."""

    max_query_rows: int = 1_000_000
    max_insight_rows: int = 100_000
    cache_bytes: int = 256 * 2**20
    post_timeout_s: float = 30.0


class Answers:
    """Serves every dashboard of this process."""

    def __init__(self, engine: LocalEngine, limits: ServingLimits) -> None:
        self._engine = engine
        self._limits = limits
        self._rows: ByteLRU[Rows] = ByteLRU(limits.cache_bytes * 3 // 4)
        self._insights: ByteLRU[InsightAnswer] = ByteLRU(limits.cache_bytes // 4)
        self._foreseeing: set[asyncio.Future[object]] = set()
        self._row_flights: SingleFlight[Rows] = SingleFlight()
        self._insight_flights: SingleFlight[dict[str, InsightAnswer | DashbridgeError]] = SingleFlight()

    def foresee(self, dashboard: CompiledDashboard, warehouse: GatedWarehouse) -> asyncio.Future[object]:
        """Dry-run the queries in the background: whoever opened the page asks for its data next. Nothing is run.

        What fails is left for the data itself to tell.
        """
        plans = (warehouse.dry_run(query.sql) for query in dashboard.queries.values())
        task: asyncio.Future[object] = asyncio.ensure_future(asyncio.gather(*plans, return_exceptions=True))
        self._foreseeing.add(task)
        task.add_done_callback(self._foreseeing.discard)
        return task

    async def answer(
        self,
        asked: Asked,
        dashboard: CompiledDashboard,
        warehouse: GatedWarehouse,
        raw_inputs: Mapping[str, Sequence[str]],
        *,
        today: date,
        only: str | None = None,
    ) -> DataAnswer:
        """All insights (or `only` one) for the given inputs; one that fails carries its error, the others live.

        Raises Invalid for inputs that do not fit, NotFound for an unknown `only`.
        """
        values = read_inputs(dashboard.inputs, raw_inputs, today)
        wanted = _wanted(dashboard, only)
        visit = _Visit(asked, dashboard, warehouse, await warehouse.data_version(), values, today)
        by_query: dict[str, list[CompiledInsight]] = {}
        for insight in wanted:
            by_query.setdefault(insight.query, []).append(insight)
        states, groups = await asyncio.gather(
            self._input_states(visit, dashboard.inputs if only is None else {}),
            asyncio.gather(*(self._of_query(visit, query, insights) for query, insights in by_query.items())),
        )
        found = {name: answer for group in groups for name, answer in group.items()}
        ordered = {insight.name: found[insight.name] for insight in wanted}
        return DataAnswer(asked.slug, asked.revision, asked.yaml_sha256, ordered, states)

    async def _of_query(
        self, visit: _Visit, query: str, insights: Sequence[CompiledInsight]
    ) -> dict[str, InsightAnswer | DashbridgeError]:
        reading = asyncio.ensure_future(self._query_rows(visit, query))
        try:
            if self._rows.get(visit.rows_key(query)) is None:
                await asyncio.sleep(0)  # the query is on its way to a worker; meanwhile its statements are written
                for insight in insights:
                    visit.bind(insight, self._most(insight))
            rows, cached = await reading
        except DashbridgeError as error:
            if error.status == 500:
                _log.error("query %r of %r", query, visit.asked.slug, exc_info=error)
            return dict.fromkeys((insight.name for insight in insights), error)
        finally:
            reading.cancel()
        asked = [self._post(visit, rows, insight) for insight in insights]
        found: dict[str, InsightAnswer | DashbridgeError] = {}
        missing = []
        for post in asked:
            kept = self._insights.get(post.key)
            if kept is None:
                missing.append(post)
            else:
                found[post.insight.name] = kept.as_cached(cached)
        if missing:
            flight = tuple(post.key for post in missing)
            computed = await self._insight_flights.do(flight, lambda: self._side_by_side(visit, rows, missing))
            for name, answer in computed.items():
                found[name] = answer if isinstance(answer, DashbridgeError) else answer.as_cached(cached)
        return found

    async def _query_rows(self, visit: _Visit, query: str) -> tuple[Rows, bool]:
        spec = visit.dashboard.queries[query]
        key = visit.rows_key(query)
        kept = self._rows.get(key)
        if kept is not None:
            return kept, True

        async def run() -> Rows:
            result, record = await visit.warehouse.run(spec.sql, max_rows=self._limits.max_query_rows)
            if result.truncated:
                raise TooLarge(
                    f"The query {query!r} returns more than {self._limits.max_query_rows:,} rows",
                    code="too_many_rows",
                    hint="aggregate or filter in the query: a cut result would give wrong totals",
                )
            rows = Rows((*key, str(new_id())), result.table, record.plan.bytes_scanned, datetime.now(UTC))
            self._rows.put(key, rows, size=result.table.nbytes, ttl_s=spec.ttl_s)
            return rows

        return await self._row_flights.do(key, run), False

    def _post(self, visit: _Visit, rows: Rows, insight: CompiledInsight) -> _Post:
        most = self._most(insight)
        chosen = tuple(visit.values[name] for name in insight.input_dependencies)
        written = (insight.name, insight.template, repr(insight.interactions))
        return _Post((*rows.key, *written, chosen, most), insight, most)

    def _most(self, insight: CompiledInsight) -> int:
        return min(insight.row_limit, self._limits.max_insight_rows)

    async def _side_by_side(
        self, visit: _Visit, rows: Rows, posts: Sequence[_Post]
    ) -> dict[str, InsightAnswer | DashbridgeError]:
        """The posts in trips of a few, so that several workers share them; many rows are sent to one worker only."""
        most = _POSTS_A_TRIP if rows.table.nbytes <= _SMALL_BYTES else len(posts)
        trips = [posts[start : start + most] for start in range(0, len(posts), most)]
        computed = await asyncio.gather(*(self._compute(visit, rows, trip) for trip in trips))
        return {name: answer for trip in computed for name, answer in trip.items()}

    async def _compute(
        self, visit: _Visit, rows: Rows, posts: Sequence[_Post]
    ) -> dict[str, InsightAnswer | DashbridgeError]:
        """Post-queries over the same rows in one trip; if that fails, each alone, so that one error stays one."""
        limits = Limits(max_rows=max(post.most for post in posts) + 1, timeout_s=self._limits.post_timeout_s)
        bound = [visit.bind(post.insight, post.most) for post in posts]
        statements = [(one.sql, one.values) for one in bound]
        try:
            results = await self._engine.query_many(
                {"insight_data": rows.table}, statements, limits=limits, key=str(rows.key[-1])
            )
        except DashbridgeError as error:
            if len(posts) == 1:
                return {posts[0].insight.name: error}
            alone = await asyncio.gather(*(self._compute(visit, rows, [post]) for post in posts))
            return {name: answer for one in alone for name, answer in one.items()}
        found: dict[str, InsightAnswer | DashbridgeError] = {}
        for post, result in zip(posts, results, strict=True):
            table = result.table.slice(0, post.most)
            wanted = post.insight.limit_is_the_authors and post.most == post.insight.row_limit
            truncated = result.table.num_rows > post.most and not wanted
            answer = InsightAnswer.of(post.insight, table, flat_columns(table), rows, truncated)
            self._insights.put(post.key, answer, size=answer.size, ttl_s=3600)
            found[post.insight.name] = answer
        return found

    async def _input_states(self, visit: _Visit, inputs: Mapping[str, InputSpec]) -> dict[str, InputState]:
        states: dict[str, InputState] = {}
        for name, spec in inputs.items():
            source = options_query(spec)
            options, error = None, None
            try:
                rows = None if source is None else (await self._query_rows(visit, source.query))[0].table
                options = input_options(spec, rows)
            except DashbridgeError as failed:
                options, error = [], failed
            states[name] = InputState(visit.values[name].as_json(), options, error)
        return states


@dataclass(frozen=True, slots=True)
class _Visit:
    """One asking of one dashboard."""

    asked: Asked
    dashboard: CompiledDashboard
    warehouse: GatedWarehouse
    version: str
    values: Mapping[str, InputValue]
    today: date
    bound: dict[str, BoundQuery] = field(default_factory=dict)

    def rows_key(self, query: str) -> tuple[Hashable, ...]:
        """What names a query's rows: team, connection, its policy, the data's version, the statement."""
        sql = self.dashboard.queries[query].sql
        asked = self.asked
        return (asked.team_id, asked.connection_id, self.warehouse.policy, self.version, sha256_hex(sql.encode()))

    def bind(self, insight: CompiledInsight, most: int) -> BoundQuery:
        """The insight's statement for these values; one row more than `most` tells whether the answer is cut."""
        if insight.name not in self.bound:
            self.bound[insight.name] = insight.bind(self.values, self.today, limit=most + 1)
        return self.bound[insight.name]


@dataclass(frozen=True, slots=True)
class _Post:
    """One insight's statement over its rows: at most `most` rows are given, one more is asked for."""

    key: tuple[Hashable, ...]
    insight: CompiledInsight
    most: int


def _wanted(dashboard: CompiledDashboard, only: str | None) -> list[CompiledInsight]:
    if only is None:
        return list(dashboard.insights.values())
    if only not in dashboard.insights:
        raise NotFound(
            f"This dashboard has no insight {only!r}",
            code="insight_not_found",
            hint="it has: " + ", ".join(dashboard.insights),
        )
    return [dashboard.insights[only]]


def single_insight(dashboard: CompiledDashboard, asked: str | None) -> str:
    """The insight an Arrow or CSV answer holds. Raises Invalid when there are several and none is named."""
    if asked is not None:
        return asked
    if len(dashboard.insights) == 1:
        return next(iter(dashboard.insights))
    raise Invalid(
        "Arrow and CSV hold one insight, and this dashboard has several",
        code="insight_required",
        hint="add ?insight=NAME (or --insight NAME): " + ", ".join(dashboard.insights),
    )
