"""`ask_question`: ends the turn with one question to the person, when two readings are equally good."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field

from ai_sdk.tools import Tool, ToolOutcome
from dashbridge.chat.context import TurnContext, tool_prompt
from dashbridge.chat.tools.answers import answer


class Arguments(BaseModel):
    """The question and the answers offered."""

    model_config = ConfigDict(extra="forbid")

    text: str = Field(min_length=1, max_length=1_000)
    options: list[str] = Field(default_factory=list, max_length=8)


def tool(context: TurnContext) -> Tool:
    """The tool; it needs nothing of the turn."""

    async def run(arguments: Arguments) -> ToolOutcome:
        return answer({"asked": True}, f"asked: {arguments.text}")

    return Tool("ask_question", tool_prompt("ask_question"), Arguments, run, ends_turn=True)
