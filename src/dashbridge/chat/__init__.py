"""Chats: sessions, the turns that answer, their tools, and the record of both.

Owns what a turn knows (`context.py`), what it may do (`tools/`), how it runs and is recorded (`turns.py`, `record.py`).
It never speaks HTTP and never touches a warehouse but through the gate. Start with `chats.py`.
"""

from dashbridge.chat.chats import Chats, ChatView
from dashbridge.chat.native import LAST, Recorded
from dashbridge.chat.record import TurnEvents
from dashbridge.chat.store import ChatLogs
from dashbridge.chat.turns import StartedTurn, Turns, TurnSettings, close_stale

__all__ = [
    "LAST",
    "ChatLogs",
    "ChatView",
    "Chats",
    "Recorded",
    "StartedTurn",
    "TurnEvents",
    "TurnSettings",
    "Turns",
    "close_stale",
]
