"""A conversation with tools, for any model: messages in, events out.

Owns the turn (ask, run tools, append, repeat), the providers, the tool calls, the prompt blocks and the session log.
Never knows of dashboards, SQL or a database. Start with `orchestrator.py`.
"""

from ai_sdk.errors import NeedsApproval, ProviderUnavailable, RetryTool, ToolFailed
from ai_sdk.events import (
    ArtifactEvent,
    DoneEvent,
    ErrorEvent,
    Event,
    QuestionEvent,
    TokenEvent,
    ToolCallEvent,
    ToolResultEvent,
    UsageEvent,
    event_data,
    event_from_json,
    event_name,
    is_last,
)
from ai_sdk.limits import TurnLimits
from ai_sdk.messages import (
    Message,
    Text,
    ToolResult,
    ToolUse,
    message_as_json,
    message_from_json,
    with_all_results,
)
from ai_sdk.orchestrator import Turn, send_message
from ai_sdk.prices import PriceTable, load_prices
from ai_sdk.prompt.blocks import PromptBlock
from ai_sdk.tools.registry import ToolRegistry
from ai_sdk.tools.tool import Tool, ToolOutcome

__all__ = [
    "ArtifactEvent",
    "DoneEvent",
    "ErrorEvent",
    "Event",
    "Message",
    "NeedsApproval",
    "PriceTable",
    "PromptBlock",
    "ProviderUnavailable",
    "QuestionEvent",
    "RetryTool",
    "Text",
    "TokenEvent",
    "Tool",
    "ToolCallEvent",
    "ToolFailed",
    "ToolOutcome",
    "ToolRegistry",
    "ToolResult",
    "ToolResultEvent",
    "ToolUse",
    "Turn",
    "TurnLimits",
    "UsageEvent",
    "event_data",
    "event_from_json",
    "event_name",
    "is_last",
    "load_prices",
    "message_as_json",
    "message_from_json",
    "send_message",
    "with_all_results",
]
