"""`search_catalog`: tables and columns whose names or descriptions fit some words."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field

from ai_sdk.tools import Tool, ToolOutcome
from dashbridge.chat.context import TurnContext, tool_prompt
from dashbridge.chat.tools.answers import answer, counted


class Arguments(BaseModel):
    """The words to look for."""

    model_config = ConfigDict(extra="forbid")

    text: str = Field(min_length=1, max_length=500)


def tool(context: TurnContext) -> Tool:
    """The tool, bound to the turn."""

    async def run(arguments: Arguments) -> ToolOutcome:
        matches = await context.index.search(context.actor, context.warehouse, arguments.text)
        found = [{"table": match.table, "column": match.column, "score": match.score} for match in matches]
        return answer({"matches": found}, f"{counted(len(found), 'name')} found")

    return Tool("search_catalog", tool_prompt("search_catalog"), Arguments, run)
