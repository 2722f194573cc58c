"""Which way the insights of a query are computed: from the query's rows, run once for all, or each from its own.

Decided by dry runs alone, so that an opened page can have it decided before its data is asked for.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass

from dashbridge.connections import GatedWarehouse
from dashbridge.dashboards import CompiledDashboard
from dashbridge.insights import crossing_problem, huge_columns, over_query
from dashbridge.kit import DashbridgeError
from dashbridge.serving.cache import ByteLRU
from dashbridge.serving.rows import Fetch
from dashbridge.serving.single_flight import SingleFlight
from dashbridge.serving.visit import Part, PartKey, ServingLimits, Visit, listing_queries, parts_of
from dashbridge.warehouse.base import Column, Kind

_KEEP_S = 3600.0
_LAST_S = 86_400.0
_GROUPS = re.compile(r"\bgroup\s+by\b", re.IGNORECASE)  # a guess about cost, never about meaning


@dataclass(frozen=True, slots=True)
class PreQuery:
    """A part's pre-query as planned: what it is for, its bytes, its HUGEINT columns, and what stands in its way.

    `refused` is what the gate or the engine said; `crossing` why its rows cannot leave the engine unchanged; `zoned`
    the first column with a time zone, which a browser's engine cannot compute with.
    """

    sql: str
    part: str
    bytes_scanned: int = 0
    hugeints: tuple[str, ...] = ()
    crossing: str | None = None
    zoned: str | None = None
    refused: DashbridgeError | None = None


@dataclass(frozen=True, slots=True)
class Way:
    """How a query's parts are computed. `most` is how many rows of the whole query may be kept.

    `error` says why the query itself cannot run; `pre` has the parts that can be split.
    """

    shared: bool
    most: int
    error: DashbridgeError | None
    pre: Mapping[PartKey, PreQuery]


def usable_pre(way: Way, part: Part) -> PreQuery | None:
    """The pre-query that the part is computed from; None where only the whole statement can tell."""
    pre = way.pre.get(part.key)
    if pre is None or (pre.refused is not None and pre.refused.status < 500):
        return None
    return None if pre.crossing is not None and not as_it_is(part) else pre


def as_it_is(part: Part) -> bool:
    """Whether the rows of the pre-query are the part's answer."""
    split = part.insight.split
    return split.mode == "static" and split.post is not None and not split.post.parameters


def pre_fetch(visit: Visit, query: str, pre: PreQuery, limits: ServingLimits) -> Fetch:
    """The rows of a pre-query."""
    return Fetch(query, pre.part, pre.sql, limits.max_query_rows, visit.ttl_s(query))


class Ways:
    """The ways of queries, found once for each version of the data."""

    def __init__(self, limits: ServingLimits) -> None:
        self._limits = limits
        self._kept: ByteLRU[Way] = ByteLRU(4 * 2**20)
        self._flights: SingleFlight[Way] = SingleFlight()
        self._last: ByteLRU[Way] = ByteLRU(4 * 2**20)

    def kept(self, dashboard: CompiledDashboard, warehouse: GatedWarehouse, version: str, query: str) -> Way | None:
        """The way, if it is known."""
        return self._kept.get(_key(dashboard, warehouse, version, query))

    async def find(self, dashboard: CompiledDashboard, warehouse: GatedWarehouse, version: str, query: str) -> Way:
        """The way of a query's parts. Raises nothing: what fails is in the way."""
        key = _key(dashboard, warehouse, version, query)
        kept = self._kept.get(key)
        if kept is not None:
            return kept
        return await self._flights.do(key, lambda: self._find_or_last(dashboard, warehouse, query, key))

    async def _find_or_last(
        self, dashboard: CompiledDashboard, warehouse: GatedWarehouse, query: str, key: Hashable
    ) -> Way:
        """The way; while the warehouse fails, the last one, so that the last rows are found by it."""
        any_version = _key(dashboard, warehouse, "", query)
        way = await self._find(dashboard, warehouse, query, key)
        if _failed(way):
            return self._last.get(any_version) or way
        self._last.put(any_version, way, size=_size(way), ttl_s=_LAST_S)
        return way

    async def _find(self, dashboard: CompiledDashboard, warehouse: GatedWarehouse, query: str, key: Hashable) -> Way:
        parts = [part for part in parts_of(dashboard) if part.insight.query == query]
        sql = dashboard.queries[query].sql
        # Options keep the order of their query, which a statement around it need not.
        optional = query in listing_queries(dashboard).values() or any(part.kind == "options" for part in parts)
        grouped = _GROUPS.search(sql) is not None
        statements = {part.key: (part.label, one.sql) for part in parts if (one := part.insight.split.pre) is not None}
        whole, pre = await asyncio.gather(
            _plan(warehouse, sql, query) if optional or grouped or len(parts) > 1 else _nothing(),
            asyncio.gather(*(_plan(warehouse, over_query(one, sql), label) for label, one in statements.values())),
        )
        planned = dict(zip(statements, pre, strict=True))
        most = self._limits.max_query_rows
        most = most if optional else min(most, self._limits.max_shared_rows)
        error = whole.refused if whole is not None else None
        shared = False
        if whole is not None and error is None and whole.crossing is None:
            shared = optional or _cheaper(whole, parts, planned, grouped)
        way = Way(shared, most, error, planned)
        if not _failed(way):
            self._kept.put(key, way, size=_size(way), ttl_s=_KEEP_S)
        return way


def _failed(way: Way) -> bool:
    """Whether the warehouse failed to say something of it."""
    return any(
        error is not None and error.status >= 500 for error in (way.error, *(p.refused for p in way.pre.values()))
    )


def _size(way: Way) -> int:
    return 1_000 + 500 * len(way.pre)


def _cheaper(whole: PreQuery, parts: Sequence[Part], planned: Mapping[PartKey, PreQuery], grouped: bool) -> bool:
    """Whether one run of the query reads no more than the separate statements of what could share its rows.

    A single statement shares nothing, unless the query groups its rows: to group them once more there costs most.
    """
    separate: dict[str, int] = {}
    for part in parts:
        if part.insight.split.whole_local is None:
            continue
        one = planned.get(part.key)
        if one is None or one.refused is not None or one.crossing is not None:
            separate[part.label] = whole.bytes_scanned  # computed whole, for every choice of the viewer anew
        else:
            separate[one.sql] = one.bytes_scanned
    return len(separate) > (0 if grouped else 1) and whole.bytes_scanned <= sum(separate.values())


async def _plan(warehouse: GatedWarehouse, sql: str, part: str) -> PreQuery:
    try:
        plan = (await warehouse.dry_run(sql)).plan
    except DashbridgeError as error:
        return PreQuery(sql, part, refused=error)
    named = [(column.name, column.type) for column in plan.columns]
    return PreQuery(sql, part, plan.bytes_scanned, huge_columns(named), crossing_problem(named), _zoned(plan.columns))


async def _nothing() -> None:
    return None


def _zoned(columns: Sequence[Column]) -> str | None:
    return next((column.name for column in columns if column.kind is Kind.TIMESTAMP_TZ), None)


def _key(dashboard: CompiledDashboard, warehouse: GatedWarehouse, version: str, query: str) -> Hashable:
    """All that the way depends on: the data, what may be read of it, and every statement over the query."""
    statements = [
        (part.label, part.insight.template, pre.sql if (pre := part.insight.split.pre) is not None else None)
        for part in parts_of(dashboard)
        if part.insight.query == query
    ]
    sql, listing = dashboard.queries[query].sql, query in listing_queries(dashboard).values()
    return (warehouse.connection_id, warehouse.policy, version, sql, tuple(statements), listing)
