"""Warming: what a dashboard shows for its default inputs, computed behind a save or at someone's word.

A save calls `after_save` and goes on. Each dashboard has one warm at a time: a newer save ends the older one, and who
asks for what is being warmed joins it. What a warm may not read, for a budget, a cap or a price, it leaves; that is no
failure, and it is told. States are those of this process.
"""

from __future__ import annotations

import asyncio
import logging
from collections import OrderedDict
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Coroutine, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal, Protocol
from uuid import UUID

from dashbridge import telemetry
from dashbridge.connections import GatedWarehouse
from dashbridge.costs import Costs, Purpose, Spending
from dashbridge.dashboards import CompiledDashboard
from dashbridge.kit import DashbridgeError
from dashbridge.library import Saved
from dashbridge.serving.answer import Answers
from dashbridge.serving.build import BuildStep
from dashbridge.serving.visit import Asked
from dashbridge.serving.warm_state import NotNow, Warm, WarmState, WouldCost
from dashbridge.sharing import Actor

WarmOnSave = Literal["on", "off", "free"]

_MOST_WAITING = 100
_STATES_KEPT = 1_000

_log = logging.getLogger(__name__)

Key = tuple[str, str]


@dataclass(frozen=True, slots=True)
class _Wanted:
    """What is to be warmed, and the day it is there."""

    asked: Asked
    dashboard: CompiledDashboard
    warehouse: GatedWarehouse
    today: date


class Opens(Protocol):
    """Opens the gated warehouse of a connection by name, for an actor."""

    async def open(self, actor: Actor, name: str) -> GatedWarehouse:
        """Raises NotFound, Forbidden."""


class Warming:
    """The warms of this process, `at_once` of those behind saves at a time. Whoever asks for one need not wait."""

    def __init__(
        self,
        answers: Answers,
        warehouses: Opens,
        costs: Costs,
        *,
        today: Callable[[str], date],
        on_save: WarmOnSave,
        at_once: int,
    ) -> None:
        self._answers = answers
        self._warehouses = warehouses
        self._costs = costs
        self._today = today
        self._on_save = on_save
        self._slots = asyncio.Semaphore(at_once)
        self._waiting = 0
        self._warms: OrderedDict[Key, Warm] = OrderedDict()
        self._tasks: set[asyncio.Task[None]] = set()
        self._stopping = False

    def after_save(self, actor: Actor, saved: Saved) -> None:
        """Begin to warm what was saved, behind whoever saved it; a warm of an older revision ends."""
        if self._on_save == "off" or self._stopping:
            return
        warm = Warm.begun(saved.slug, saved.revision, asked=False)
        self._begin(_key(actor.team_id, saved.slug), warm, lambda: self._behind(warm, actor, saved))

    def state(self, team_id: UUID, slug: str, revision: int) -> WarmState:
        """How far the warm of a dashboard at `revision` is; idle where this process warmed nothing of it."""
        warm = self._warms.get(_key(team_id, slug))
        if warm is None or (warm.state.revision or 0) < revision:
            return WarmState(slug, revision=revision)
        return warm.state

    async def follow(self, team_id: UUID, slug: str, revision: int) -> AsyncIterator[tuple[WarmState, bool]]:
        """The state, now and whenever it changes, and whether it is the last; a newer save's warm is followed on."""
        key, first = _key(team_id, slug), self.state(team_id, slug, revision)
        if first.phase == "idle":
            yield first, True
            return
        last, warm = False, self._warms.get(key)
        while warm is not None and not last:
            async for state in warm.states():
                last = state.phase != "running" and self._warms.get(key, warm) is warm
                yield state, last
            warm = self._warms.get(key)

    async def joined(self, asked: Asked, warehouse: GatedWarehouse) -> None:
        """Wait for what is being warmed of the same revision, if anything is."""
        warm = self._running(asked, warehouse)
        if warm is not None:
            async for _ in warm.states():
                pass

    async def build(
        self,
        actor: Actor,
        asked: Asked,
        dashboard: CompiledDashboard,
        warehouse: GatedWarehouse,
        raw_inputs: Mapping[str, Sequence[str]],
        *,
        today: date,
    ) -> AsyncGenerator[BuildStep]:
        """Warm at the actor's word, step by step, whatever saves may warm: for other inputs, or joining what runs.

        Raises Invalid for inputs that do not fit, OverBudget before any step, NotNow when a newer save came.
        """
        if raw_inputs:
            async with self._account(actor, asked.slug) as spending:
                steps = self._answers.build(asked, dashboard, warehouse, raw_inputs, today=today, spending=spending)
                async with aclosing(steps):
                    async for step in steps:
                        yield step
            return
        warm = self._running(asked, warehouse)
        if warm is None:
            warm = new = Warm.begun(asked.slug, asked.revision, asked=True)
            wanted = _Wanted(asked, dashboard, warehouse, today)
            self._begin((asked.team_id, asked.slug), new, lambda: self._build(new, actor, wanted))
        warm.followers += 1
        try:
            async for step in warm.told():
                yield step
        finally:
            warm.followers -= 1
            if warm.asked and not warm.followers:
                warm.cancel(NotNow("Whoever asked has left", code="asker_gone"))

    def stop(self) -> None:
        """Begin no more, and end what runs: the process is to end."""
        self._stopping = True
        for warm in self._warms.values():
            warm.cancel(NotNow("The server is stopping", code="stopping", hint="the first reader computes it"))

    async def close(self) -> None:
        """End what runs, and wait for it."""
        self.stop()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _running(self, asked: Asked, warehouse: GatedWarehouse) -> Warm | None:
        """What computes this revision, or a newer one, over the same warehouse now."""
        warm = self._warms.get((asked.team_id, asked.slug))
        if warm is None or warm.over or warm.warehouse is not warehouse or warm.because is not None:
            return None
        return warm if (warm.state.revision or 0) >= asked.revision else None

    def _begin(self, key: Key, warm: Warm, work: Callable[[], Coroutine[Any, Any, None]]) -> None:
        older = self._warms.pop(key, None)
        self._warms[key] = warm
        if older is not None:
            older.cancel(NotNow("A newer one took its place", code="warm_replaced", hint="ask for the newest"))
        task = warm.task = asyncio.ensure_future(work())
        self._tasks.add(task)
        task.add_done_callback(lambda done: self._ended(warm, done))
        over = [old for old, one in self._warms.items() if one.over]
        for old in over[: max(0, len(self._warms) - _STATES_KEPT)]:
            del self._warms[old]

    def _ended(self, warm: Warm, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        left = warm.because or NotNow("It was cancelled", code="cancelled")
        error = left if task.cancelled() else task.exception()
        if error is not None and not isinstance(error, DashbridgeError):
            _log.error("warming %s broke", warm.state.slug, exc_info=error)
            error = DashbridgeError("A fault of ours")
        warm.end(error)
        state = warm.state
        telemetry.count("dashbridge.warms", state=state.phase)
        if state.reason is not None:
            level = logging.WARNING if state.phase == "failed" else logging.INFO
            _log.log(level, "warming %s %s: %s", state.slug, state.phase, state.reason.message)

    async def _behind(self, warm: Warm, actor: Actor, saved: Saved) -> None:
        """What follows a save, in its turn."""
        if self._waiting >= _MOST_WAITING:
            raise NotNow("Too many dashboards wait to be prepared", code="busy", hint="the first reader computes it")
        self._waiting += 1
        try:
            await self._slots.acquire()
        finally:
            self._waiting -= 1
        try:
            await self._priced(warm, actor, saved)
        finally:
            self._slots.release()

    async def _priced(self, warm: Warm, actor: Actor, saved: Saved) -> None:
        """Dry runs first, then what may be paid."""
        compiled = saved.checked.compiled
        warehouse = await self._warehouses.open(actor, compiled.connection)
        named = (str(actor.team_id), str(warehouse.connection_id), saved.slug)
        asked = Asked(*named, saved.revision, saved.yaml_sha256)
        wanted = _Wanted(asked, compiled, warehouse, self._today(compiled.timezone))
        price = await self._answers.price(asked, compiled, warehouse, {}, today=wanted.today)
        warm.note(bytes=price.now.bytes)
        if self._on_save == "free" and price.now.usd > 0:
            raise WouldCost(price.now)
        await self._build(warm, actor, wanted, pays=self._on_save == "on" or warehouse.price.free)

    async def _build(self, warm: Warm, actor: Actor, wanted: _Wanted, *, pays: bool = True) -> None:
        """Compute it; where nobody `pays`, nothing that costs money can run."""
        warm.warehouse = wanted.warehouse
        asked, warehouse = wanted.asked, wanted.warehouse
        async with self._account(actor, asked.slug) as spending:
            paid = spending if pays else None
            steps = self._answers.build(asked, wanted.dashboard, warehouse, {}, today=wanted.today, spending=paid)
            async with aclosing(steps):
                async for step in steps:
                    warm.step(step)

    def _account(self, actor: Actor, slug: str) -> Spending:
        return self._costs.refresh(actor, Purpose("warm", slug))


def _key(team_id: UUID, slug: str) -> Key:
    return (str(team_id), slug)
