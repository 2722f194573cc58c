"""`validate_dashboard_yaml`: everything saving would check, and what a refresh would cost, without saving."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict

from ai_sdk.tools import Tool, ToolOutcome
from dashbridge.chat.context import TurnContext, tool_prompt
from dashbridge.chat.tools.answers import answer
from dashbridge.chat.tools.large_queries import find_large, note_shown
from dashbridge.chat.tools.pricing import cost_of, in_words


class Arguments(BaseModel):
    """The whole file."""

    model_config = ConfigDict(extra="forbid")

    yaml_content: str


def tool(context: TurnContext) -> Tool:
    """The tool, bound to the turn."""

    async def run(arguments: Arguments) -> ToolOutcome:
        text = arguments.yaml_content
        checked = await context.library.check(context.actor, text, connection=context.connection_name)
        large = await find_large(context, checked.records)
        note_shown(context, large)
        cost = await cost_of(context, checked, text)
        result: dict[str, Any] = {
            "ok": True,
            "warnings": [warning.as_dict() for warning in checked.warnings],
            "queries": [
                {"name": name, "bytes_scanned": record.plan.bytes_scanned} for name, record in checked.records.items()
            ],
            "cost": cost,
        }
        if large:
            result["large_queries"] = [one.as_dict() for one in large]
        return answer(result, f"valid; {in_words(cost)}")

    return Tool("validate_dashboard_yaml", tool_prompt("validate_dashboard_yaml"), Arguments, run)
