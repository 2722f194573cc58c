"""Tools: what the model may call, and the one place that runs a call.

Never knows what a tool does, and never lets a tool's failure become a crash. Start with `tool.py`, then `dispatch.py`.
"""

from ai_sdk.tools.dispatch import Dispatched, dispatch, refused
from ai_sdk.tools.registry import ToolRegistry
from ai_sdk.tools.tool import Tool, ToolOutcome

__all__ = ["Dispatched", "Tool", "ToolOutcome", "ToolRegistry", "dispatch", "refused"]
