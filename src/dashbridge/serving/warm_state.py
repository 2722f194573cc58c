"""One warm: how far it is, told to who asks and followed while it runs, and what kept it from running."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any, Literal

from dashbridge.connections import GatedWarehouse, OverByteCap
from dashbridge.costs import Estimate, OverBudget
from dashbridge.kit import DashbridgeError, Unavailable
from dashbridge.kit.amounts import money_bound
from dashbridge.serving.build import BuildStep
from dashbridge.serving.data_answer import error_body

WarmPhase = Literal["idle", "running", "done", "failed", "skipped"]


class WouldCost(DashbridgeError):
    """Warming would cost money, and this server warms behind saves only what costs none."""

    status = 422
    default_code = "would_cost"

    def __init__(self, estimate: Estimate) -> None:
        super().__init__(
            f"It would cost up to {money_bound(estimate.usd)}",
            hint="it is computed for the first reader, or by `dashbridge warm`",
        )


class NotNow(Unavailable):
    """A warm was left, or ended early, for a reason that is no failure of its own."""


def is_refusal(error: DashbridgeError) -> bool:
    """Whether a warm that ended so was kept from running, rather than failed."""
    return isinstance(error, WouldCost | OverBudget | OverByteCap | NotNow)


@dataclass(frozen=True, slots=True)
class WarmState:
    """How far the warm of a revision is: `done` of `total` steps ended, `bytes` at most to read by its dry runs.

    `skipped` says that nothing was to be run, `reason` why; of what failed it has the first. A warm that has not begun
    to compute (it waits for others, or is dry-run) is `running` with no steps yet.
    """

    slug: str
    phase: WarmPhase = "idle"
    revision: int | None = None
    reason: DashbridgeError | None = None
    done: int = 0
    total: int = 0
    bytes: int | None = None
    started_at: datetime | None = None
    ended_at: datetime | None = None

    def as_dict(self) -> dict[str, Any]:
        """As JSON."""
        return {
            "dashboard": self.slug,
            "revision": self.revision,
            "state": self.phase,
            "reason": None if self.reason is None else error_body(self.reason),
            "done": self.done,
            "total": self.total,
            "bytes": self.bytes,
            "started_at": _text(self.started_at),
            "ended_at": _text(self.ended_at),
        }


@dataclass(eq=False)
class Warm:
    """One warm of one revision; `asked` if someone waits for it, and with the last of those it ends."""

    state: WarmState
    asked: bool
    warehouse: GatedWarehouse | None = None
    steps: list[BuildStep] = field(default_factory=list)
    task: asyncio.Task[None] | None = None
    because: NotNow | None = None
    followers: int = 0
    _news: asyncio.Event = field(default_factory=asyncio.Event)

    @classmethod
    def begun(cls, slug: str, revision: int, *, asked: bool) -> Warm:
        """A warm that starts now."""
        return cls(WarmState(slug, "running", revision, started_at=datetime.now(UTC)), asked)

    @property
    def over(self) -> bool:
        """Whether it ended, however."""
        return self.state.phase != "running"

    def note(self, **facts: Any) -> None:
        """Something is known now."""
        self.state = replace(self.state, **facts)
        news, self._news = self._news, asyncio.Event()
        news.set()

    def step(self, step: BuildStep) -> None:
        """A step began or ended."""
        self.steps.append(step)
        self.note(total=step.total, done=self.state.done + (step.state != "running"))

    def end(self, reason: DashbridgeError | None = None) -> None:
        """It is over: for this reason, or for the worst of its steps, or well."""
        errors = [step.error for step in self.steps if step.error is not None]
        worst = next((error for error in errors if not is_refusal(error)), errors[0] if errors else None)
        reason = reason or worst
        phase = "done" if reason is None else "skipped" if is_refusal(reason) else "failed"
        self.warehouse = None
        self.note(phase=phase, reason=reason, ended_at=datetime.now(UTC))

    def cancel(self, because: NotNow) -> None:
        """Stop it, for this reason."""
        if not self.over and self.task is not None:
            self.because = self.because or because
            self.task.cancel()

    async def states(self) -> AsyncIterator[WarmState]:
        """How far it is, now and whenever that changes, to the end."""
        while True:
            news, state = self._news, self.state
            yield state
            if state.phase != "running":
                return
            await news.wait()

    async def told(self) -> AsyncIterator[BuildStep]:
        """Its steps from the first to the last. Raises what it was refused with, or why it was cancelled."""
        seen = 0
        while True:
            news = self._news
            for step in self.steps[seen:]:
                yield step
                seen += 1
            if self.over and seen == len(self.steps):
                break
            if not self.over:
                await news.wait()
        reason = self.state.reason
        if reason is not None and all(step.error is not reason for step in self.steps):
            raise reason


def _text(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()
