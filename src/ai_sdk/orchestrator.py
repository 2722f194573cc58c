"""One turn: ask the model, run the tools it calls, append, repeat."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import aclosing

from ai_sdk.cutoff import Cut, Cutoff
from ai_sdk.errors import ProviderUnavailable
from ai_sdk.events import DoneEvent, ErrorEvent, Event, ToolCallEvent, ToolResultEvent, UsageEvent
from ai_sdk.limits import Spent, TurnLimits
from ai_sdk.messages import Block, Message, Text, ToolResult, ToolUse, with_all_results, without_opaque
from ai_sdk.prices import PriceTable
from ai_sdk.prompt.blocks import PromptBlock
from ai_sdk.providers.base import Provider, Request
from ai_sdk.reply import Reply, ReplyTooLong
from ai_sdk.tools.dispatch import Dispatched, dispatch, refused
from ai_sdk.tools.registry import ToolRegistry

_log = logging.getLogger(__name__)
_CUT_SHORT = "Stopped before it ended. It may or may not have taken effect."
_ENDINGS: dict[str, ErrorEvent | DoneEvent] = {
    "end_turn": DoneEvent("complete"),
    "max_tokens": DoneEvent("limit", "output"),
    "refusal": ErrorEvent("model_refused", "The model declined to answer this.", "Ask in another way."),
    "context_full": ErrorEvent("context_full", "The conversation no longer fits the model.", "Start a new session."),
}


class Turn:
    """One turn of a conversation. Run it once; `messages` may be read at any time, also after a stop or a failure."""

    def __init__(
        self,
        provider: Provider,
        *,
        system: Sequence[PromptBlock],
        history: Sequence[Message],
        text: str,
        tools: ToolRegistry,
        limits: TurnLimits | None = None,
        stop: asyncio.Event | None = None,
        prices: PriceTable | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        if not text.strip():
            raise ValueError("a turn needs a text")
        self._provider = provider
        self._system = tuple(system)
        self._history = with_all_results(history)
        self._tools = tools
        self._limits = limits or TurnLimits()
        self._stop = stop
        self._prices = prices
        self._clock = clock
        self._new: list[Message] = [Message("user", (Text(text),))]
        self._results: list[ToolResult] = []
        self.spent = Spent()

    @property
    def messages(self) -> tuple[Message, ...]:
        """The turn's new messages, the user's first. Every tool call in them has a result."""
        return with_all_results(without_opaque(self._so_far()))

    async def run(self) -> AsyncGenerator[Event, None]:
        """The turn's events; the last is a DoneEvent or an ErrorEvent, and there is no other."""
        last: DoneEvent | ErrorEvent | None = None
        try:
            async with (
                Cutoff(self._stop, self._limits.seconds, self._clock) as cutoff,
                aclosing(self._steps(cutoff)) as events,
            ):
                async for event in events:
                    if isinstance(event, DoneEvent | ErrorEvent):
                        last = event
                        break
                    yield event
        except Cut as cut:
            last = DoneEvent("stopped") if cut.reason == "stopped" else DoneEvent("limit", "seconds")
        except ReplyTooLong:
            last = DoneEvent("limit", "output")
        except ProviderUnavailable as error:
            last = ErrorEvent(error.code, error.message, error.hint)
        except Exception:  # noqa: BLE001 - a bug ends the turn, never the session; the log has the traceback
            _log.exception("turn failed unexpectedly")
            last = ErrorEvent("internal", "The turn failed inside.", "Try again; the server's log has the details.")
        if self.spent.steps:
            yield self._usage()
        yield last or ErrorEvent("internal", "The turn ended without an answer.", "Try again.")

    async def _steps(self, cutoff: Cutoff) -> AsyncGenerator[Event, None]:
        while True:
            cutoff.check()
            limit = self.spent.limit_met(self._limits)
            if limit is not None:
                yield DoneEvent("limit", limit)
                return
            reply = Reply(self._limits.reply_characters)
            try:
                async with aclosing(reply.read(self._provider, self._request(), cutoff)) as tokens:
                    async for token in tokens:
                        yield token
            finally:
                self._close_reply(reply)
            if reply.stop_reason in ("refusal", "context_full") or not reply.tool_uses:
                yield _ENDINGS.get(reply.stop_reason, DoneEvent("complete"))
                return
            async with aclosing(self._run_tools(reply, cutoff)) as events:
                async for event in events:
                    yield event
                    if isinstance(event, DoneEvent):
                        return

    async def _run_tools(self, reply: Reply, cutoff: Cutoff) -> AsyncGenerator[Event, None]:
        """Run the reply's calls in order; a DoneEvent says that the turn ends here."""
        try:
            for tool_use in reply.tool_uses:
                cutoff.check()
                yield ToolCallEvent(tool_use.id, tool_use.name, tool_use.arguments)
                try:
                    done = await self._run_tool(tool_use, reply.broken, cutoff)
                except Cut:
                    self._results.append(ToolResult(tool_use.id, _CUT_SHORT, is_error=True))
                    yield ToolResultEvent(tool_use.id, tool_use.name, False, "Stopped")
                    raise
                self._results.append(done.result)
                yield done.event
                for artifact in done.artifacts:
                    yield artifact
                if done.ends_turn:
                    yield DoneEvent("question")
                    return
        finally:
            self._new = self._so_far()
            self._results = []

    async def _run_tool(self, tool_use: ToolUse, broken: dict[str, str], cutoff: Cutoff) -> Dispatched:
        if tool_use.id in broken:
            return refused(tool_use, "broken_arguments", broken[tool_use.id])
        return await cutoff.within(dispatch(self._tools, tool_use))

    def _request(self) -> Request:
        messages = (*self._history, *self._so_far())
        return Request(self._system, messages, self._tools.specs, self._limits.reply_tokens)

    def _close_reply(self, reply: Reply) -> None:
        """Keep what arrived and count what it cost, whole reply or not."""
        blocks: tuple[Block, ...] = reply.blocks
        if blocks:
            self._new.append(Message("assistant", blocks))
        self.spent.steps += 1
        self.spent.usage += reply.usage
        usd = self._prices.usd(self._provider.model, self.spent.usage) if self._prices else None
        self.spent.usd = usd

    def _so_far(self) -> list[Message]:
        if not self._results:
            return list(self._new)
        return list(with_all_results([*self._new, Message("user", tuple(self._results))]))

    def _usage(self) -> UsageEvent:
        usage = self.spent.usage
        return UsageEvent(
            usage.input_tokens,
            usage.output_tokens,
            usage.cache_read_tokens,
            usage.cache_write_tokens,
            self.spent.usd,
        )


async def send_message(
    provider: Provider,
    *,
    system: Sequence[PromptBlock],
    history: Sequence[Message],
    text: str,
    tools: ToolRegistry,
    limits: TurnLimits | None = None,
    stop: asyncio.Event | None = None,
    prices: PriceTable | None = None,
) -> AsyncGenerator[Event, None]:
    """The events of one turn. Use `Turn` itself where the new messages are needed afterwards."""
    turn = Turn(
        provider, system=system, history=history, text=text, tools=tools, limits=limits, stop=stop, prices=prices
    )
    async with aclosing(turn.run()) as events:
        async for event in events:
            yield event
