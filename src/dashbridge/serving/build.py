"""Computing all that a dashboard's data needs, in the order things depend on each other, telling each step as it goes.

Steps: a query that is run whole, then the options of inputs, insights and traces. What depends on a failed query says
so; the rest goes on. Rows and answers that are still valid are not computed again.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from dashbridge.connections import OverByteCap
from dashbridge.kit import DashbridgeError
from dashbridge.serving.compute import Computer
from dashbridge.serving.data_answer import InsightAnswer, error_body
from dashbridge.serving.input_states import InputStates
from dashbridge.serving.rows import TooManyRows
from dashbridge.serving.visit import Part, ServingLimits, Visit, listing_queries, parts_of
from dashbridge.serving.way import Way

StepKind = Literal["options", "query", "insight", "trace"]
State = Literal["running", "done", "failed", "skipped"]


@dataclass(frozen=True, slots=True)
class BuildStep:
    """What is known of a step now, one of `total`. `skipped`: what it makes is still valid, or nothing needs it.

    Times in ms.
    """

    kind: StepKind
    name: str
    state: State
    rows: int | None = None
    bytes_scanned: int | None = None
    ms: float | None = None
    error: DashbridgeError | None = None
    total: int = 0

    def as_dict(self) -> dict[str, Any]:
        """The step as JSON, without what is not known."""
        error = None if self.error is None else error_body(self.error)
        facts = {"rows": self.rows, "bytes_scanned": self.bytes_scanned, "ms": self.ms, "error": error}
        known = {name: value for name, value in facts.items() if value is not None}
        return {"kind": self.kind, "name": self.name, "state": self.state, "total": self.total, **known}


@dataclass(frozen=True, slots=True)
class _Made:
    """What came of a step."""

    rows: int | None = None
    bytes_scanned: int | None = None
    error: DashbridgeError | None = None
    reused: bool = False


@dataclass(eq=False)
class _Step:
    """`ready` gives what is still valid, `work` makes it anew."""

    kind: StepKind
    name: str
    ready: Callable[[], _Made | None]
    work: Callable[[], Awaitable[_Made]]
    after: _Step | None = None
    made: asyncio.Future[_Made] = field(default_factory=lambda: asyncio.get_running_loop().create_future())


class Builder:
    """Builds dashboards, at most `build_steps` steps at a time on one connection."""

    def __init__(self, computer: Computer, inputs: InputStates, limits: ServingLimits) -> None:
        self._computer = computer
        self._inputs = inputs
        self._limits = limits
        self._turns: dict[tuple[str, str], asyncio.Semaphore] = {}

    async def steps(self, visit: Visit) -> AsyncIterator[BuildStep]:
        """Every step twice, `running` and how it ended (a skipped one once), as they happen."""
        queries = list(visit.dashboard.queries)
        ways = await asyncio.gather(
            *(
                self._computer.ways.find(visit.dashboard, visit.warehouse, visit.version(query), query)
                for query in queries
            )
        )
        steps = self._plan(visit, dict(zip(queries, ways, strict=True)))
        told: asyncio.Queue[BuildStep | None] = asyncio.Queue()
        work = asyncio.ensure_future(self._run(visit, steps, told))
        try:
            while (step := await told.get()) is not None:
                yield replace(step, total=len(steps))
            await work
        finally:
            work.cancel()
            await asyncio.wait([work])

    def _plan(self, visit: Visit, ways: Mapping[str, Way]) -> list[_Step]:
        """The steps, each after what it depends on."""
        listing = listing_queries(visit.dashboard)
        whole = [query for query, way in ways.items() if way.shared or _hopeless(way) or query in listing.values()]
        queries = {query: self._query(visit, query, ways[query]) for query in whole}
        found = [*queries.values(), *(self._listed(visit, name, queries[query]) for name, query in listing.items())]
        for part in parts_of(visit.dashboard):
            way = ways[part.insight.query]
            above = queries[part.insight.query] if way.shared or _hopeless(way) else None
            found.append(self._part(visit, part, above))
        return found

    async def _run(self, visit: Visit, steps: list[_Step], told: asyncio.Queue[BuildStep | None]) -> None:
        turn = self._turns.setdefault(
            (visit.asked.team_id, visit.asked.connection_id), asyncio.Semaphore(self._limits.build_steps)
        )
        tasks = [asyncio.ensure_future(self._take(step, turn, told)) for step in steps]
        try:
            await asyncio.gather(*tasks)
        finally:
            for task in tasks:
                task.cancel()
            told.put_nowait(None)
            if tasks:
                await asyncio.wait(tasks)

    async def _take(self, step: _Step, turn: asyncio.Semaphore, told: asyncio.Queue[BuildStep | None]) -> None:
        above = None if step.after is None else await asyncio.shield(step.after.made)
        if step.after is not None and above is not None and above.error is not None:
            error = _because(step.after, above.error)
            step.made.set_result(_Made(error=error))
            told.put_nowait(BuildStep(step.kind, step.name, "failed", error=error))
            return
        made, ms = step.ready(), None
        if made is None:
            async with turn:
                told.put_nowait(BuildStep(step.kind, step.name, "running"))
                begun = time.perf_counter()
                made = await step.work()
                ms = round((time.perf_counter() - begun) * 1000, 1)
        step.made.set_result(made)
        state: State = "failed" if made.error is not None else "skipped" if made.reused else "done"
        told.put_nowait(BuildStep(step.kind, step.name, state, made.rows, made.bytes_scanned, ms, made.error))

    def _query(self, visit: Visit, query: str, way: Way) -> _Step:
        fetch = self._computer.query_fetch(visit, query, way)

        def ready() -> _Made | None:
            if self._computer.rows.too_many(visit, fetch):
                return _Made(reused=True)  # known to be too many to share: what needs them is computed apart
            kept = self._computer.rows.kept(visit, fetch)
            return None if kept is None else _Made(kept.table.num_rows, kept.bytes_scanned, reused=True)

        async def work() -> _Made:
            try:
                rows, _ = await self._computer.rows.fetch(visit, fetch)
            except TooManyRows as error:
                return _Made(reused=True) if way.most <= self._limits.max_shared_rows else _Made(error=error)
            except DashbridgeError as error:
                return _Made(error=error)
            return _Made(rows.table.num_rows, rows.bytes_scanned)

        return _Step("query", query, ready, work)

    def _part(self, visit: Visit, part: Part, above: _Step | None) -> _Step:
        def made(answer: InsightAnswer, reused: bool) -> _Made:
            return _Made(answer.table.num_rows, answer.metadata["bytes_scanned"], reused=reused)

        def ready() -> _Made | None:
            kept = self._computer.ready(visit, part)
            return None if kept is None else made(kept, True)

        async def work() -> _Made:
            found = (await self._computer.of_query(visit, part.insight.query, [part]))[part.key]
            return made(found, False) if isinstance(found, InsightAnswer) else _Made(error=found)

        return _Step(part.kind, part.name, ready, work, above)

    def _listed(self, visit: Visit, name: str, above: _Step) -> _Step:
        async def work() -> _Made:
            state = await self._inputs.listed(visit, name)
            return _Made(len(state.options or ()), error=state.error)

        def ready() -> _Made | None:
            return _Made(reused=True) if above.made.result().reused else None

        return _Step("options", name, ready, work, above)


def _hopeless(way: Way) -> bool:
    return way.error is not None and not isinstance(way.error, OverByteCap)


def _because(step: _Step, error: DashbridgeError) -> DashbridgeError:
    """The error of what depends on a failed step: the same kind and code, naming the step."""
    return type(error)(f"The {step.kind} {step.name!r} failed: {error.message}", code=error.code, hint=error.hint)
