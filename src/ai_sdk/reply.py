"""One reply of the model, read from a provider's stream."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing

from ai_sdk.cutoff import Cutoff, cancelled
from ai_sdk.errors import ProviderUnavailable
from ai_sdk.events import TokenEvent
from ai_sdk.messages import Block, Opaque, Text, ToolUse
from ai_sdk.providers.base import BrokenToolUse, Finished, Provider, Request, StreamItem, TextDelta, Usage


class ReplyTooLong(Exception):
    """The model wrote more than the turn accepts."""


class Reply:
    """What the model said. An unfinished reply keeps its text and none of its tool calls."""

    def __init__(self, most_characters: int) -> None:
        self._left = most_characters
        self._blocks: list[Block] = []
        self._open_text: list[str] = []
        self._finished: Finished | None = None
        self._spent = Usage()
        self.broken: dict[str, str] = {}

    @property
    def stop_reason(self) -> str:
        """Why the model stopped; `end_turn` while it has not."""
        return self._finished.stop_reason if self._finished else "end_turn"

    @property
    def usage(self) -> Usage:
        """What the reply cost, as far as is known."""
        return self._finished.usage if self._finished else self._spent

    @property
    def blocks(self) -> tuple[Block, ...]:
        """What to append to the conversation."""
        if self._finished is None:
            return tuple(block for block in self._spoken() if isinstance(block, Text))
        if self.stop_reason in ("refusal", "context_full"):
            return tuple(block for block in self._spoken() if not isinstance(block, ToolUse))
        return tuple(self._spoken())

    @property
    def tool_uses(self) -> tuple[ToolUse, ...]:
        """The calls to run, in order; none unless the reply is whole."""
        return tuple(block for block in self.blocks if isinstance(block, ToolUse))

    async def read(self, provider: Provider, request: Request, cutoff: Cutoff) -> AsyncGenerator[TokenEvent, None]:
        """Yield the text as it arrives. Raises Cut, ReplyTooLong, ProviderUnavailable."""
        queue: asyncio.Queue[StreamItem | None] = asyncio.Queue()
        pump = asyncio.create_task(_pump(provider, request, queue))
        try:
            while (item := await self._next(queue, cutoff)) is not None:
                if isinstance(item, TextDelta):
                    text = _storable(item.text)
                    self._add_text(text)
                    yield TokenEvent(text)
                else:
                    self._add(item)
            await pump
        finally:
            await cancelled(pump)
        if self._finished is None:
            raise ProviderUnavailable(
                "stream_cut", f"{provider.name} ended its reply before it was whole.", "Send the message again."
            )

    async def _next(self, queue: asyncio.Queue[StreamItem | None], cutoff: Cutoff) -> StreamItem | None:
        cutoff.check()
        return queue.get_nowait() if not queue.empty() else await cutoff.within(queue.get())

    def _add_text(self, text: str) -> None:
        self._left -= len(text)
        if self._left < 0:
            raise ReplyTooLong
        self._open_text.append(text)

    def _add(self, item: StreamItem) -> None:
        if not isinstance(item, Usage):
            self._end_text()
        if isinstance(item, Finished):
            self._finished = item
        elif isinstance(item, Usage):
            self._spent = item
        elif isinstance(item, BrokenToolUse):
            self.broken[item.id] = item.problem
            self._blocks.append(ToolUse(item.id, item.name, {}))
        elif isinstance(item, ToolUse | Opaque):
            self._blocks.append(item)

    def _end_text(self) -> None:
        if self._open_text:
            self._blocks.append(Text("".join(self._open_text)))
            self._open_text = []

    def _spoken(self) -> list[Block]:
        """The blocks without blank text, which providers refuse to be sent."""
        self._end_text()
        return [block for block in self._blocks if not (isinstance(block, Text) and not block.text.strip())]


def _storable(text: str) -> str:
    """The text without what neither UTF-8 nor a database can hold: unpaired surrogates and NUL."""
    return text if text.isascii() and "\0" not in text else text.replace("\0", "").encode(errors="replace").decode()


async def _pump(provider: Provider, request: Request, queue: asyncio.Queue[StreamItem | None]) -> None:
    """Read the provider in one task of its own, so that a cancel reaches it wherever it waits."""
    try:
        stream = provider.stream(request)
        async with aclosing(stream) as items:  # type: ignore[type-var]
            async for item in items:
                queue.put_nowait(item)
                if isinstance(item, Finished):
                    break
    finally:
        queue.put_nowait(None)
