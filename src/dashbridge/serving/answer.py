"""The answer to "what does this dashboard show now?", for a given choice of its inputs.

Kept: rows (by team, connection, policy, data version, statement and values), answers (by those rows and what bears on
them), and what browsers were given. Whatever is computed is computed once for all who ask at the same time.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import date
from typing import Any

from dashbridge.connections import GatedWarehouse
from dashbridge.costs import Spending
from dashbridge.dashboards import CompiledDashboard
from dashbridge.insights import InputValue, read_inputs
from dashbridge.kit import DashbridgeError
from dashbridge.serving.bills import Bills, DashboardPrice
from dashbridge.serving.build import Builder, BuildStep
from dashbridge.serving.compute import Computer
from dashbridge.serving.data_answer import DataAnswer, Found, InputState, InsightAnswer
from dashbridge.serving.failures import require_any
from dashbridge.serving.input_states import InputStates
from dashbridge.serving.local import Trips, write_statements
from dashbridge.serving.needs import Needs
from dashbridge.serving.pre_answer import PreAnswer, PreAnswers
from dashbridge.serving.row_store import RowStore
from dashbridge.serving.second_level import SecondLevel
from dashbridge.serving.versions import Versions
from dashbridge.serving.visit import Asked, Part, PartKey, ServingLimits, Visit, find_part, parts_of
from dashbridge.serving.way import Ways
from dashbridge.warehouse.base import LocalEngine

_TRIES = 3


class Answers:
    """Serves every dashboard of this process."""

    def __init__(self, engine: LocalEngine, limits: ServingLimits, second: SecondLevel | None = None) -> None:
        quarter = limits.cache_bytes // 4
        rows = RowStore(2 * quarter, second, stale_s=limits.stale_s, last_good_s=limits.last_good_s)
        trips = Trips(engine, limits.post_timeout_s)
        self._rows = rows
        self._versions = Versions(limits.last_good_s)
        self._stale_s = limits.stale_s
        self._ways = Ways(limits)
        self._computer = Computer(rows, self._ways, trips, limits, quarter)
        self._inputs = InputStates(self._computer)
        needs = Needs(self._computer, limits)
        self._bills = Bills(self._computer, needs)
        self._pre = PreAnswers(self._computer, needs, self._bills, limits, quarter)
        self._builder = Builder(self._computer, self._inputs, limits)
        self._foreseeing: set[asyncio.Future[object]] = set()

    def foresee(self, dashboard: CompiledDashboard, warehouse: GatedWarehouse) -> asyncio.Future[object]:
        """Plan in the background what the data will need: whoever opened the page asks for it next. Nothing is run.

        What fails is left for the data itself to tell.
        """

        async def plan() -> None:
            with suppress(DashbridgeError):
                versions, _ = await self._versions.of(dashboard, warehouse)
                await asyncio.gather(*(self._foresee(dashboard, warehouse, *one) for one in versions.items()))

        task: asyncio.Future[object] = asyncio.ensure_future(plan())
        self._foreseeing.add(task)
        task.add_done_callback(self._foreseeing.discard)
        return task

    async def _foresee(self, dashboard: CompiledDashboard, warehouse: GatedWarehouse, query: str, version: str) -> None:
        way = await self._ways.find(dashboard, warehouse, version, query)
        await write_statements(dashboard, query, shared=way.shared)

    async def answer(
        self,
        asked: Asked,
        dashboard: CompiledDashboard,
        warehouse: GatedWarehouse,
        raw_inputs: Mapping[str, Sequence[str]],
        *,
        today: date,
        spending: Spending,
        only: str | None = None,
    ) -> DataAnswer:
        """All insights and traces (or `only` one, see `find_part`) for the given inputs, paid by `spending` at once.

        One that fails carries its error, the others live; over a budget nothing is run, and what is kept is answered.
        Raises Invalid for inputs that do not fit, NotFound for an unknown `only`, OverBudget where nothing is left to
        answer with; WarehouseFailed or WarehouseTimedOut where everything failed by the warehouse.
        """
        values = read_inputs(dashboard.inputs, raw_inputs, today)
        wanted = parts_of(dashboard) if only is None else [find_part(dashboard, only)]
        by_query: dict[str, list[Part]] = {}
        for part in wanted:
            by_query.setdefault(part.insight.query, []).append(part)
        for _ in range(_TRIES):
            versions, unsure = await self._versions.of(dashboard, warehouse, None if only is None else by_query)
            begun = Visit(asked, dashboard, warehouse, versions, values, today, spending, unsure=unsure)
            async with self._bills.paid(begun, wanted, listings=only is None) as visit:
                listed, groups = await asyncio.gather(
                    self._inputs.from_queries(visit if only is None else None),
                    asyncio.gather(*(self._computer.of_query(visit, name, parts) for name, parts in by_query.items())),
                )
            if not visit.freshness.moved:  # else the data changed in between, and no answer is of two states of it
                break
        found = {key: answer for group in groups for key, answer in group.items()}
        if visit.refused is not None and not any(isinstance(one, InsightAnswer) for one in found.values()):
            raise visit.refused
        require_any({part.label: found[part.key] for part in wanted})
        states = self._inputs.states(visit, listed, found) if only is None else None
        fresh_s = min(visit.freshness.least_s, warehouse.checked_s)
        answer = _answer(asked, wanted, found, states)
        said = _bearing(values, wanted)
        return replace(answer, values=said, fresh_for_s=fresh_s, stale_for_s=self._stale_s)

    async def close(self) -> None:
        """End what is done behind the askers."""
        for task in self._foreseeing:
            task.cancel()
        await self._rows.close()

    async def pre(
        self, asked: Asked, dashboard: CompiledDashboard, warehouse: GatedWarehouse, name: str, *, spending: Spending
    ) -> PreAnswer:
        """The rows under one insight (or `traces.NAME`, `options.INPUT`) and what remains to be done with them.

        Raises NotFound; Conflict `not_splittable` and TooLarge `too_large_for_browser`, where only the data itself may
        be asked for; OverBudget; and what the gate raises.
        """
        part = find_part(dashboard, name)
        versions, unsure = await self._versions.of(dashboard, warehouse, [part.insight.query])
        visit = Visit(asked, dashboard, warehouse, versions, {}, date.min, spending, unsure=unsure)
        return await self._pre.of(visit, part)

    async def build(
        self,
        asked: Asked,
        dashboard: CompiledDashboard,
        warehouse: GatedWarehouse,
        raw_inputs: Mapping[str, Sequence[str]],
        *,
        today: date,
        spending: Spending | None,
    ) -> AsyncGenerator[BuildStep]:
        """Compute everything an answer needs, step by step; what is still valid is skipped, what fails is told.

        After it `answer` finds everything ready. Without `spending` nothing that costs money runs. Raises Invalid for
        inputs that do not fit, and OverBudget before any step.
        """
        values = read_inputs(dashboard.inputs, raw_inputs, today)
        versions, unsure = await self._versions.of(dashboard, warehouse)
        begun = Visit(asked, dashboard, warehouse, versions, values, today, spending, unsure=unsure)
        async with self._bills.paid(begun, parts_of(dashboard), listings=True, build=True) as visit:
            if visit.refused is not None:
                raise visit.refused
            async for step in self._builder.steps(visit):
                yield step

    async def price(
        self,
        asked: Asked,
        dashboard: CompiledDashboard,
        warehouse: GatedWarehouse,
        raw_inputs: Mapping[str, Sequence[str]],
        *,
        today: date,
    ) -> DashboardPrice:
        """What a dashboard, saved or not, reads at most for the given inputs: by dry runs alone, nothing is reserved.

        Raises Invalid for inputs that do not fit, Unavailable.
        """
        values = read_inputs(dashboard.inputs, raw_inputs, today)
        versions, _ = await self._versions.of(dashboard, warehouse)
        return await self._bills.price(Visit(asked, dashboard, warehouse, versions, values, today, None))


def _bearing(values: Mapping[str, InputValue], wanted: Sequence[Part]) -> dict[str, Any]:
    """The values, as JSON, that bear on what is wanted."""
    names = {name for part in wanted for name in part.insight.input_dependencies}
    return {name: value.as_json() for name, value in values.items() if name in names}


def _answer(
    asked: Asked, wanted: Sequence[Part], found: Mapping[PartKey, Found], states: dict[str, InputState] | None
) -> DataAnswer:
    """Options are in the states; asked for alone they are told like an insight."""
    shown = [part for part in wanted if states is None or part.kind != "options"]
    insights = {part.label: found[part.key] for part in shown if part.kind != "trace"}
    traces = {part.name: found[part.key] for part in shown if part.kind == "trace"}
    return DataAnswer(asked.slug, asked.revision, asked.yaml_sha256, insights, states or {}, traces)
