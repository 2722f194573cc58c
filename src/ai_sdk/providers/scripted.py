"""A provider that replays recorded turns, and a wrapper that records them."""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import aclosing
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from ai_sdk.errors import ProviderUnavailable
from ai_sdk.messages import Opaque, ToolResult, ToolUse
from ai_sdk.providers.base import BrokenToolUse, Finished, Provider, Request, StreamItem, TextDelta, Usage

_KINDS: dict[str, type[StreamItem]] = {
    "text": TextDelta,
    "tool_use": ToolUse,
    "broken_tool_use": BrokenToolUse,
    "opaque": Opaque,
    "usage": Usage,
    "finished": Finished,
}
_NAMES = {kind: name for name, kind in _KINDS.items()}


@dataclass(frozen=True, slots=True)
class Step:
    """One recorded reply. `expect` is what the request looked like (see `outline`); None accepts any request."""

    items: tuple[StreamItem, ...]
    expect: dict[str, Any] | None = None


def reply(text: str, *, usage: Usage | None = None, stop_reason: Any = "end_turn") -> Step:
    """A step that says something and ends the turn."""
    return Step((TextDelta(text), Finished(stop_reason, usage or Usage())))


def call(name: str, arguments: Mapping[str, Any] | None = None, *, id: str | None = None, text: str = "") -> Step:
    """A step that calls one tool, perhaps after some text."""
    tool_use = ToolUse(id or f"call_{name}", name, dict(arguments or {}))
    return calls(tool_use, text=text)


def calls(*tool_uses: ToolUse | BrokenToolUse, text: str = "", usage: Usage | None = None) -> Step:
    """A step that calls several tools, perhaps after some text."""
    said = (TextDelta(text),) if text else ()
    return Step((*said, *tool_uses, Finished("tool_use", usage or Usage())))


def outline(request: Request) -> dict[str, Any]:
    """What tells one request from another: the tools' names, the last message's text, a digest of each tool result."""
    last = request.messages[-1] if request.messages else None
    results = [block for block in last.blocks if isinstance(block, ToolResult)] if last else []
    return {
        "tools": [tool.name for tool in request.tools],
        "text": last.text if last else "",
        "results": [
            {"is_error": result.is_error, "sha256": hashlib.sha256(result.content.encode()).hexdigest()[:16]}
            for result in results
        ],
    }


class ScriptedProvider:
    """Replays steps in order, one a request. A request unlike its recording fails with code `script_diverged`."""

    def __init__(self, steps: Iterable[Step], *, name: str = "scripted", model: str = "scripted") -> None:
        self._steps = tuple(steps)
        self._next = 0
        self.name = name
        self.model = model
        self.requests: list[Request] = []

    @classmethod
    def from_file(cls, path: Path) -> ScriptedProvider:
        """The provider for a recording. Raises ValueError when the file is not one."""
        try:
            data = json.loads(path.read_text("utf-8"))
            steps = tuple(step_from_json(step) for step in data["steps"])
            return cls(steps, name=data.get("name", "scripted"), model=data.get("model", "scripted"))
        except (KeyError, TypeError, ValueError) as error:
            raise ValueError(f"{path.name} is not a recording: {error}") from error

    async def stream(self, request: Request) -> AsyncIterator[StreamItem]:
        """Yield the next step's items, letting other work run between them."""
        self.requests.append(request)
        step = self._take(request)
        for item in step.items:
            await asyncio.sleep(0)
            yield item

    def _take(self, request: Request) -> Step:
        number = self._next + 1
        if number > len(self._steps):
            raise _diverged(f"the recording has {len(self._steps)} replies; this is request {number}")
        step = self._steps[self._next]
        found = outline(request)
        for key, wanted in (step.expect or {}).items():
            if found.get(key) != wanted:
                raise _diverged(f"request {number}: {key} is {found.get(key)!r}, recorded was {wanted!r}")
        self._next = number
        return step


class RecordingProvider:
    """Passes requests on to a provider and keeps what was said. `save` writes a file that ScriptedProvider replays."""

    def __init__(self, inner: Provider) -> None:
        self._inner = inner
        self.steps: list[Step] = []

    @property
    def name(self) -> str:
        """The inner provider's name."""
        return self._inner.name

    @property
    def model(self) -> str:
        """The inner provider's model."""
        return self._inner.model

    async def stream(self, request: Request) -> AsyncIterator[StreamItem]:
        """The inner provider's reply; a reply that breaks off is not recorded."""
        items: list[StreamItem] = []
        async with aclosing(self._inner.stream(request)) as stream:  # type: ignore[type-var]
            async for item in stream:
                items.append(item)
                if isinstance(item, Finished):
                    self.steps.append(Step(tuple(items), outline(request)))
                yield item

    def save(self, path: Path) -> None:
        """Write the recording as JSON."""
        steps = [step_as_json(step) for step in self.steps]
        data = {"version": 1, "name": self.name, "model": self.model, "steps": steps}
        path.write_text(json.dumps(data, indent=1, ensure_ascii=False) + "\n", "utf-8")


def step_as_json(step: Step) -> dict[str, Any]:
    """A step as JSON; `step_from_json` reads it back."""
    items = [{"type": _NAMES[type(item)], **asdict(item)} for item in step.items]
    return {"expect": step.expect, "items": items}


def step_from_json(data: Mapping[str, Any]) -> Step:
    """The step that `step_as_json` wrote. Raises KeyError, TypeError or ValueError for anything else."""
    return Step(tuple(_item(item) for item in data["items"]), data.get("expect"))


def _item(data: Mapping[str, Any]) -> StreamItem:
    fields = dict(data)
    kind = _KINDS.get(fields.pop("type"))
    if kind is None:
        raise ValueError(f"unknown item type {data['type']!r}")
    if kind is Finished:
        fields["usage"] = Usage(**fields["usage"])
    return kind(**fields)


def _diverged(what: str) -> ProviderUnavailable:
    hint = "Record the turn again, or mend what changed the request."
    return ProviderUnavailable("script_diverged", f"The recorded turn does not fit: {what}.", hint)
