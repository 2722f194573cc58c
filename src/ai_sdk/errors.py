"""What a tool or a provider raises to steer the turn.

RetryTool            the arguments or the state can be mended: the model reads `content` and may call again
ToolFailed           final: the model reads `content` and adapts
NeedsApproval        a person must agree first: the turn ends with the question
ProviderUnavailable  the model cannot answer: the turn ends with an error, the session stays usable
"""

from __future__ import annotations

from typing import Any


class _ToolSignal(Exception):
    def __init__(self, content: str, *, summary: str | None = None, result: Any = None) -> None:
        super().__init__(content)
        self.content = content
        self.summary = summary
        self.result = result


class RetryTool(_ToolSignal):
    """The call can be mended; `content` tells the model what is wrong and where."""


class ToolFailed(_ToolSignal):
    """The call cannot succeed; `content` tells the model why."""


class NeedsApproval(_ToolSignal):
    """A person must agree before the tool acts. `question` is put to them with `options`."""

    def __init__(self, question: str, *, options: tuple[str, ...] = ("Yes", "No")) -> None:
        super().__init__("Not done: it needs the person's approval, and they were asked.")
        self.question = question
        self.options = options


class ProviderUnavailable(Exception):
    """The model did not answer, or its answer broke off. `code` is stable; `hint` says what to do."""

    def __init__(self, code: str, message: str, hint: str | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.hint = hint
