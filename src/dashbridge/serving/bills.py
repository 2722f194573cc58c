"""What a visit costs: its statements dry-run and paid for all at once before any runs, or priced and left."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Hashable, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import Any

from dashbridge.connections import OverByteCap
from dashbridge.costs import CURRENCY, NOTHING, Estimate, OverBudget, Planned
from dashbridge.kit import DashbridgeError
from dashbridge.serving.compute import Computer
from dashbridge.serving.needs import Needs
from dashbridge.serving.rows import Fetch
from dashbridge.serving.visit import Part, Visit, parts_of
from dashbridge.serving.way import Way
from dashbridge.warehouse.base import DryRun


@dataclass(frozen=True, slots=True)
class DashboardPrice:
    """What a dashboard reads at most, for one choice of its inputs.

    `queries`: each run whole; `views`: each computed alone; `refresh`: everything anew; `now`: what is not kept. A
    statement that several views share counts in each view, and once in the sums.
    """

    connection: str
    usd_per_tib: float
    queries: dict[str, Estimate]
    views: dict[str, Estimate]
    refresh: Estimate
    now: Estimate

    def as_dict(self) -> dict[str, Any]:
        """As JSON; the budgets are put beside it by who tells it."""
        return {
            "connection": self.connection,
            "currency": CURRENCY,
            "usd_per_tib": self.usd_per_tib,
            "upper_bound": True,
            "queries": {name: one.as_dict() for name, one in self.queries.items()},
            "views": {name: one.as_dict() for name, one in self.views.items()},
            "refresh": self.refresh.as_dict(),
            "now": self.now.as_dict(),
        }


class Bills:
    """Plans visits and pays for them. Where reading costs nothing it does nothing."""

    def __init__(self, computer: Computer, needs: Needs) -> None:
        self._computer = computer
        self._needs = needs
        self._turns: dict[tuple[str, str], asyncio.Lock] = {}

    @asynccontextmanager
    async def paid(
        self, visit: Visit, parts: Sequence[Part], *, listings: bool, build: bool = False
    ) -> AsyncIterator[Visit]:
        """The visit with all that the parts need paid for; over a budget, one that may only answer what is kept."""
        if visit.warehouse.price.free:
            yield visit
            return
        try:
            ways = await self.ways(visit, {part.insight.query for part in parts})
            needed = (
                self._needs.of_build(visit, ways, parts)
                if build
                else self._needs.of_all(visit, ways, parts, listings=listings)
            )
            paid = visit
            try:
                await self.admit(visit, needed)
            except OverBudget as error:
                paid = replace(visit, refused=error)
            yield paid
        finally:
            self._computer.rows.unclaim(visit)

    async def ways(self, visit: Visit, queries: Iterable[str]) -> dict[str, Way]:
        """The ways of queries."""
        wanted = [query for query in visit.dashboard.queries if query in set(queries)]
        find = self._computer.ways.find
        found = await asyncio.gather(
            *(find(visit.dashboard, visit.warehouse, visit.version(query), query) for query in wanted)
        )
        return dict(zip(wanted, found, strict=True))

    async def admit(self, visit: Visit, needed: Iterable[Fetch]) -> None:
        """Pay for all that is not here and that nobody else runs, or for nothing. Raises OverBudget."""
        if visit.warehouse.price.free:
            return
        rows = self._computer.rows
        missing = [fetch for fetch in _distinct(visit, needed) if rows.kept(visit, fetch) is None]
        await rows.recall(visit, missing)
        missing = [fetch for fetch in missing if rows.kept(visit, fetch) is None]
        plans = await asyncio.gather(*(_planned(visit, fetch) for fetch in missing))
        key = (visit.asked.team_id, visit.asked.connection_id)
        async with self._turns.setdefault(key, asyncio.Lock()):  # whoever comes next sees what is claimed
            plan = {_named(visit, fetch): one for fetch, one in zip(missing, plans, strict=True) if one is not None}
            mine = [fetch for fetch in missing if _named(visit, fetch) in plan and rows.needs_run(visit, fetch)]
            leased = await rows.lease(visit, mine)
            try:
                if visit.spending is not None:
                    await visit.spending.admit(plan[_named(visit, fetch)] for fetch, _ in leased)
            except BaseException:
                for _, lease in leased:
                    lease.free()
                raise
            rows.claim(visit, leased)

    async def price(self, visit: Visit) -> DashboardPrice:
        """What the visit would cost; nothing is run or reserved."""
        dashboard, price = visit.dashboard, visit.warehouse.price
        parts = parts_of(dashboard)
        ways = await self.ways(visit, dashboard.queries)
        everything = _distinct(visit, self._needs.of_all(visit, ways, parts, listings=True))
        known = {_named(visit, fetch): await self._estimate(visit, fetch) for fetch in everything}
        kept = {_named(visit, fetch) for fetch in everything if self._computer.rows.kept(visit, fetch) is not None}
        whole = [self._computer.query_fetch(visit, query, None) for query in dashboard.queries]
        return DashboardPrice(
            connection=dashboard.connection,
            usd_per_tib=price.usd_per_tib,
            queries={fetch.query: await self._estimate(visit, fetch) for fetch in whole},
            views=self._views(visit, ways, parts, known),
            refresh=sum(known.values(), NOTHING),
            now=sum((one for name, one in known.items() if name not in kept), NOTHING),
        )

    def _views(
        self, visit: Visit, ways: Mapping[str, Way], parts: Sequence[Part], known: Mapping[Hashable, Estimate]
    ) -> dict[str, Estimate]:
        drawn = {part.key: part for part in parts}
        found = {}
        for name, view in visit.dashboard.views.items():
            part = drawn.get(("insight", view.insight or "")) or drawn.get(("trace", view.trace or ""))
            if part is not None:
                way = ways[part.insight.query]
                needed = _distinct(visit, self._needs.of_parts(visit, part.insight.query, way, [part]))
                found[name] = sum((known.get(_named(visit, fetch), NOTHING) for fetch in needed), NOTHING)
        return found

    async def _estimate(self, visit: Visit, fetch: Fetch) -> Estimate:
        """What the statement would be charged; nothing for one that cannot run."""
        try:
            plan = (await visit.warehouse.dry_run(fetch.sql, fetch.values)).plan
        except OverByteCap as error:
            plan = DryRun("SELECT", (), (), int(error.details["bytes_scanned"]))
        except DashbridgeError as error:
            if error.status >= 500:
                raise
            return NOTHING
        return visit.warehouse.price.estimate(plan)


async def _planned(visit: Visit, fetch: Fetch) -> Planned | None:
    """What running it has to be paid with; None for a statement that the gate will refuse when it comes to that."""
    try:
        return visit.warehouse.planned(await visit.warehouse.dry_run(fetch.sql, fetch.values), fetch.part)
    except DashbridgeError:
        return None


def _distinct(visit: Visit, fetches: Iterable[Fetch]) -> list[Fetch]:
    return list({_named(visit, fetch): fetch for fetch in fetches}.values())


def _named(visit: Visit, fetch: Fetch) -> Hashable:
    return (visit.rows_key(fetch.query, fetch.sql, fetch.values), fetch.cut)
