"""The answer to "what does this dashboard show now?", for a given choice of its inputs.

Kept: rows (by team, connection, policy, data version, statement and values), answers (by those rows and what bears on
them), and what browsers were given. Whatever is computed is computed once for all who ask at the same time.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import suppress
from datetime import date

from dashbridge.connections import GatedWarehouse
from dashbridge.dashboards import CompiledDashboard
from dashbridge.insights import read_inputs
from dashbridge.kit import DashbridgeError
from dashbridge.serving.build import Builder, BuildStep
from dashbridge.serving.compute import Computer
from dashbridge.serving.data_answer import DataAnswer, Found, InputState
from dashbridge.serving.input_states import InputStates
from dashbridge.serving.local import Trips, write_statements
from dashbridge.serving.pre_answer import PreAnswer, PreAnswers
from dashbridge.serving.rows import RowStore
from dashbridge.serving.visit import Asked, Part, PartKey, ServingLimits, Visit, find_part, parts_of
from dashbridge.serving.way import Ways
from dashbridge.warehouse.base import LocalEngine


class Answers:
    """Serves every dashboard of this process."""

    def __init__(self, engine: LocalEngine, limits: ServingLimits) -> None:
        quarter = limits.cache_bytes // 4
        rows, trips = RowStore(2 * quarter), Trips(engine, limits.post_timeout_s)
        self._ways = Ways(limits)
        self._computer = Computer(rows, self._ways, trips, limits, quarter)
        self._inputs = InputStates(self._computer)
        self._pre = PreAnswers(self._computer, limits, quarter)
        self._builder = Builder(self._computer, self._inputs, limits)
        self._foreseeing: set[asyncio.Future[object]] = set()

    def foresee(self, dashboard: CompiledDashboard, warehouse: GatedWarehouse) -> asyncio.Future[object]:
        """Plan in the background what the data will need: whoever opened the page asks for it next. Nothing is run.

        What fails is left for the data itself to tell.
        """

        async def plan() -> None:
            with suppress(DashbridgeError):
                version = await warehouse.data_version()
                await asyncio.gather(*(self._foresee(dashboard, warehouse, version, one) for one in dashboard.queries))

        task: asyncio.Future[object] = asyncio.ensure_future(plan())
        self._foreseeing.add(task)
        task.add_done_callback(self._foreseeing.discard)
        return task

    async def _foresee(self, dashboard: CompiledDashboard, warehouse: GatedWarehouse, version: str, query: str) -> None:
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
        only: str | None = None,
    ) -> DataAnswer:
        """All insights and traces (or `only` one, see `find_part`) for the given inputs.

        One that fails carries its error, the others live. Raises Invalid for inputs that do not fit, NotFound for an
        unknown `only`.
        """
        values = read_inputs(dashboard.inputs, raw_inputs, today)
        wanted = parts_of(dashboard) if only is None else [find_part(dashboard, only)]
        visit = Visit(asked, dashboard, warehouse, await warehouse.data_version(), values, today)
        by_query: dict[str, list[Part]] = {}
        for part in wanted:
            by_query.setdefault(part.insight.query, []).append(part)
        listed, groups = await asyncio.gather(
            self._inputs.from_queries(visit if only is None else None),
            asyncio.gather(*(self._computer.of_query(visit, query, parts) for query, parts in by_query.items())),
        )
        found = {key: answer for group in groups for key, answer in group.items()}
        states = self._inputs.states(visit, listed, found) if only is None else None
        return _answer(asked, wanted, found, states)

    async def pre(self, asked: Asked, dashboard: CompiledDashboard, warehouse: GatedWarehouse, name: str) -> PreAnswer:
        """The rows under one insight (or `traces.NAME`, `options.INPUT`) and what remains to be done with them.

        Raises NotFound; Conflict `not_splittable` and TooLarge `too_large_for_browser`, where only the data itself may
        be asked for; and what the gate raises.
        """
        part = find_part(dashboard, name)
        visit = Visit(asked, dashboard, warehouse, await warehouse.data_version(), {}, date.min)
        return await self._pre.of(visit, part)

    async def build(
        self,
        asked: Asked,
        dashboard: CompiledDashboard,
        warehouse: GatedWarehouse,
        raw_inputs: Mapping[str, Sequence[str]],
        *,
        today: date,
    ) -> AsyncIterator[BuildStep]:
        """Compute everything an answer needs, step by step; what is still valid is skipped, what fails is told.

        After it `answer` finds everything ready. Raises Invalid for inputs that do not fit.
        """
        values = read_inputs(dashboard.inputs, raw_inputs, today)
        visit = Visit(asked, dashboard, warehouse, await warehouse.data_version(), values, today)
        async for step in self._builder.steps(visit):
            yield step


def _answer(
    asked: Asked, wanted: Sequence[Part], found: Mapping[PartKey, Found], states: dict[str, InputState] | None
) -> DataAnswer:
    """Options are in the states; asked for alone they are told like an insight."""
    shown = [part for part in wanted if states is None or part.kind != "options"]
    insights = {part.label: found[part.key] for part in shown if part.kind != "trace"}
    traces = {part.name: found[part.key] for part in shown if part.kind == "trace"}
    return DataAnswer(asked.slug, asked.revision, asked.yaml_sha256, insights, states or {}, traces)
