"""Run one tool call. Whatever goes wrong becomes a result that the model can act on, never a crash."""

from __future__ import annotations

import difflib
import json
import logging
from typing import Any, NamedTuple

from pydantic import ValidationError

from ai_sdk.errors import NeedsApproval, RetryTool, ToolFailed
from ai_sdk.events import ArtifactEvent, QuestionEvent, ToolResultEvent
from ai_sdk.messages import ToolResult, ToolUse
from ai_sdk.tools.registry import ToolRegistry
from ai_sdk.tools.tool import Tool, ToolOutcome

_log = logging.getLogger(__name__)


class Dispatched(NamedTuple):
    """What came of a call: for the model, for the interface, what it made, and whether the turn ends here."""

    result: ToolResult
    event: ToolResultEvent
    artifacts: tuple[ArtifactEvent | QuestionEvent, ...]
    ends_turn: bool


async def dispatch(registry: ToolRegistry, tool_use: ToolUse) -> Dispatched:
    """Validate the arguments strictly, run the tool, and turn failures into `is_error` results."""
    tool = registry.find(tool_use.name)
    if tool is None:
        return refused(tool_use, "unknown_tool", _unknown_tool(registry, tool_use.name))
    try:
        arguments = tool.arguments.model_validate_json(json.dumps(tool_use.arguments), strict=True, extra="forbid")
    except ValidationError as error:
        return _wrong_arguments(tool_use, error)
    try:
        outcome = await tool.run(arguments)
    except (RetryTool, ToolFailed) as signal:
        summary = signal.summary or _summary_of(signal.content)
        return _failed(tool_use, signal.content, summary, signal.result)
    except NeedsApproval as signal:
        question = QuestionEvent(signal.question, signal.options)
        return _failed(tool_use, _problem("needs_approval", signal.content), "Asked for approval")._replace(
            artifacts=(question,), ends_turn=True
        )
    except Exception:  # noqa: BLE001 - a tool's bug must not end the turn; the log has the traceback
        _log.exception("tool %s failed unexpectedly", tool_use.name)
        message = (
            f"The tool {tool_use.name} failed inside. This is not caused by the arguments; do not repeat the call."
        )
        return refused(tool_use, "internal", message)
    return _succeeded(tool, tool_use, arguments, outcome)


def refused(tool_use: ToolUse, code: str, message: str) -> Dispatched:
    """The result of a call that was not run, or that failed inside."""
    return _failed(tool_use, _problem(code, message), message)


def _succeeded(tool: Tool, tool_use: ToolUse, arguments: Any, outcome: ToolOutcome) -> Dispatched:
    artifacts = outcome.artifacts
    if tool.ends_turn and not any(isinstance(artifact, QuestionEvent) for artifact in artifacts):
        options = tuple(str(option) for option in getattr(arguments, "options", ()))
        artifacts = (*artifacts, QuestionEvent(str(getattr(arguments, "text", outcome.summary)), options))
    event = ToolResultEvent(tool_use.id, tool_use.name, True, outcome.summary, outcome.result)
    return Dispatched(ToolResult(tool_use.id, outcome.content), event, artifacts, tool.ends_turn)


def _failed(tool_use: ToolUse, content: str, summary: str, result: Any = None) -> Dispatched:
    event = ToolResultEvent(tool_use.id, tool_use.name, False, summary, result)
    return Dispatched(ToolResult(tool_use.id, content, is_error=True), event, (), False)


def _wrong_arguments(tool_use: ToolUse, error: ValidationError) -> Dispatched:
    problems = [
        {
            "code": "wrong_argument",
            "path": "/" + "/".join(str(part) for part in finding["loc"]),
            "message": f"{finding['msg']}",
        }
        for finding in error.errors(include_url=False, include_input=False, include_context=False)
    ]
    named = ", ".join(dict.fromkeys(problem["path"].lstrip("/") or "arguments" for problem in problems))
    message = f"The arguments of {tool_use.name} are wrong: {named}. Correct them and call again."
    return _failed(tool_use, _problem("wrong_arguments", message, problems), f"Wrong arguments: {named}")


def _unknown_tool(registry: ToolRegistry, name: str) -> str:
    near = difflib.get_close_matches(name, registry.names, n=1)
    meant = f" Did you mean {near[0]}?" if near else ""
    return f"There is no tool {name!r}.{meant} The tools are: {', '.join(registry.names) or 'none'}."


def _problem(code: str, message: str, problems: list[dict[str, str]] | None = None) -> str:
    body = {"ok": False, "code": code, "message": message, "problems": problems or []}
    return json.dumps(body, ensure_ascii=False)


def _summary_of(content: str) -> str:
    """One line for a person: the `message` of a JSON failure, or the first line of plain text."""
    try:
        data = json.loads(content)
    except ValueError:
        data = None
    text = data.get("message") if isinstance(data, dict) else None
    line = (str(text) if text else content).strip().partition("\n")[0]
    return line if len(line) <= 200 else line[:199] + "…"
