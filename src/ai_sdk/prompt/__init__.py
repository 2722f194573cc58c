"""Prompt text as data: named blocks loaded from a folder, ordered so that providers can cache the stable ones.

Never holds prose and never talks to a provider. Start with `blocks.py`.
"""

from ai_sdk.prompt.assemble import MOST_MARKS, assemble, marked
from ai_sdk.prompt.blocks import PromptBlock, load_blocks, load_text

__all__ = ["MOST_MARKS", "PromptBlock", "assemble", "load_blocks", "load_text", "marked"]
