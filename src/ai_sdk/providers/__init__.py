"""Models behind one port: a request in, a stream of pieces out.

Never runs a tool and never keeps a conversation. Start with `base.py`. The vendors' adapters (`anthropic.py`,
`openai.py`) are named by the composition root alone, since importing their SDKs is slow.
"""

from ai_sdk.providers.base import (
    BrokenToolUse,
    Finished,
    FinishReason,
    Provider,
    Request,
    StreamItem,
    TextDelta,
    ToolSpec,
    Usage,
)
from ai_sdk.providers.scripted import RecordingProvider, ScriptedProvider, Step

__all__ = [
    "BrokenToolUse",
    "FinishReason",
    "Finished",
    "Provider",
    "RecordingProvider",
    "Request",
    "ScriptedProvider",
    "Step",
    "StreamItem",
    "TextDelta",
    "ToolSpec",
    "Usage",
]
