"""`list_dashboards`: what the team has saved."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict

from ai_sdk.tools import Tool, ToolOutcome
from dashbridge.chat.context import TurnContext, tool_prompt
from dashbridge.chat.tools.answers import answer, counted


class Arguments(BaseModel):
    """None."""

    model_config = ConfigDict(extra="forbid")


def tool(context: TurnContext) -> Tool:
    """The tool, bound to the turn."""

    async def run(arguments: Arguments) -> ToolOutcome:
        pointers = await context.library.list(context.actor)
        found = [
            {"slug": p.slug, "title": p.title, "description": p.description, "revision": p.revision} for p in pointers
        ]
        return answer({"dashboards": found}, counted(len(found), "dashboard"))

    return Tool("list_dashboards", tool_prompt("list_dashboards"), Arguments, run)
