"""What a turn tells operators: how it ended and how long it took, its tools, tokens and money. Never what was said."""

from __future__ import annotations

import time
from collections.abc import Collection

from ai_sdk.events import Event, ToolCallEvent, ToolResultEvent, UsageEvent
from dashbridge import telemetry
from dashbridge.telemetry import Span


class TurnWatch:
    """Watches one turn. `tools` are the names that exist: a model's own inventions count as `unknown`."""

    def __init__(self) -> None:
        self.tools: Collection[str] = ()
        self._began = time.monotonic()
        self._calls: dict[str, Span | None] = {}

    def saw(self, event: Event) -> None:
        """An event of the turn."""
        if isinstance(event, ToolCallEvent):
            self._calls[event.id] = telemetry.start("chat.tool", tool=self._named(event.name))
        elif isinstance(event, ToolResultEvent):
            telemetry.count("dashbridge.tool.calls", tool=self._named(event.name), ok=event.ok)
            span = self._calls.pop(event.id, None)
            if span is not None:
                span.set(ok=event.ok)
                span.end()
        elif isinstance(event, UsageEvent):
            telemetry.count("dashbridge.turn.tokens", event.input_tokens, kind="input")
            telemetry.count("dashbridge.turn.tokens", event.output_tokens, kind="output")
            telemetry.count("dashbridge.turn.tokens", event.cache_read_tokens, kind="cache_read")
            telemetry.count("dashbridge.turn.tokens", event.cache_write_tokens, kind="cache_write")
            telemetry.count("dashbridge.turn.usd", float(event.usd or 0))

    def ended(self, status: str) -> None:
        """The turn is over and recorded."""
        for span in self._calls.values():
            if span is not None:
                span.end()
        telemetry.count("dashbridge.turns", status=status)
        telemetry.measure("dashbridge.turn.duration", time.monotonic() - self._began, status=status)

    def _named(self, tool: str) -> str:
        return tool if tool in self.tools else "unknown"
