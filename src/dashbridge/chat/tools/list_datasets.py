"""`list_datasets`: what the connection of this turn holds."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict

from ai_sdk.tools import Tool, ToolOutcome
from dashbridge.chat.context import TurnContext, tool_prompt
from dashbridge.chat.tools.answers import answer


class Arguments(BaseModel):
    """The connection is the turn's own; the name is accepted and must be it."""

    model_config = ConfigDict(extra="forbid")

    connection_id: str | None = None


def tool(context: TurnContext) -> Tool:
    """The tool, bound to the turn."""

    async def run(arguments: Arguments) -> ToolOutcome:
        datasets = await context.warehouse.list_datasets()
        found = [{"name": dataset.name, "description": dataset.description} for dataset in datasets]
        return answer({"datasets": found}, f"{len(found)} datasets")

    return Tool("list_datasets", tool_prompt("list_datasets"), Arguments, run)
