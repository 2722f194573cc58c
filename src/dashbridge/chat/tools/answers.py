"""How tools answer: compact JSON for the model, a line for the person, and refusals the model can repair."""

from __future__ import annotations

from typing import Any

import orjson

from ai_sdk.errors import RetryTool
from ai_sdk.events import ArtifactEvent
from ai_sdk.tools import ToolOutcome
from dashbridge.kit import DashbridgeError


def answer(result: dict[str, Any], summary: str, *artifacts: ArtifactEvent) -> ToolOutcome:
    """A tool's good result: the model reads the JSON, the person the summary."""
    return ToolOutcome(orjson.dumps(result).decode(), summary, result, artifacts)


def counted(number: int, thing: str) -> str:
    """`1 table`, `2 tables`."""
    return f"{number} {thing}" if number == 1 else f"{number} {thing}s"


def refusal(error: DashbridgeError) -> RetryTool:
    """An expected failure as the model and the person get it: every problem with its place and what to do."""
    body = {
        "ok": False,
        "code": error.code,
        "message": error.message,
        "problems": [problem.as_dict() for problem in error.problems],
    }
    return RetryTool(orjson.dumps(body).decode(), result=body)
