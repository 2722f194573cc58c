"""`get_dashboard_yaml`: a saved file; having read it, the turn may replace it at that revision."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field

from ai_sdk.tools import Tool, ToolOutcome
from dashbridge.chat.context import TurnContext, tool_prompt
from dashbridge.chat.tools.answers import answer


class Arguments(BaseModel):
    """Which dashboard."""

    model_config = ConfigDict(extra="forbid")

    slug: str = Field(max_length=200)


def tool(context: TurnContext) -> Tool:
    """The tool, bound to the turn."""

    async def run(arguments: Arguments) -> ToolOutcome:
        opened = await context.library.open(context.actor, arguments.slug)
        context.read_revisions[arguments.slug] = opened.pointer.revision
        result = {"slug": arguments.slug, "revision": opened.pointer.revision, "yaml": opened.yaml}
        return answer(result, f"revision {opened.pointer.revision}")

    return Tool("get_dashboard_yaml", tool_prompt("get_dashboard_yaml"), Arguments, run)
