"""Time for a front that a test moves."""

from __future__ import annotations

from time import monotonic

from dashbridge.api.front import Front


class Clock:
    """Time that hardly passes, however slow the machine is, unless it is moved."""

    def __init__(self, front: Front) -> None:
        self._at = monotonic()
        front.now = self
        for part in (front.known, front.kept, front.changes):
            part._now = self

    def __call__(self) -> float:
        self._at += 1e-6
        return self._at

    def forward(self, seconds: float) -> None:
        self._at += seconds
