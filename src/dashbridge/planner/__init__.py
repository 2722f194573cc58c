"""The offline planner: a provider that answers questions without a model, through the same tools.

Owns the way from words and schemas to a dashboard file: read the question, link it to the schema, choose tables and
joins, build queries, choose charts, lay out, write YAML; and the follow-ups that edit a dashboard. It never touches a
warehouse, a file or the network, and keeps no memory but the messages. Start with `provider.py`, then `build.py`; the
steps follow in `understand.py`.
"""

from __future__ import annotations

from dashbridge.planner.provider import OfflinePlanner

__all__ = ["OfflinePlanner"]
