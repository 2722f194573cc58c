"""The turn's events by the names the outside relies on: `event:` name and `data:` JSON of the native stream.

session · token · tool_call · tool_result · dry_run · yaml_artifact · saved · question · usage · error · done.
Exactly one last event: `done` or `error`. A question asked by a tool is an artifact of kind `question`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ai_sdk.events import ArtifactEvent, Event, event_data, event_name

LAST = ("done", "error")


@dataclass(frozen=True, slots=True)
class Recorded:
    """One event of a turn with its sequence number, counted from 1 without gaps."""

    seq: int
    event: str
    data: dict[str, Any]

    @property
    def is_last(self) -> bool:
        """Whether the turn ends with it."""
        return self.event in LAST


def native(event: Event) -> tuple[str, dict[str, Any]]:
    """An SDK event as name and data; an artifact goes by its own kind."""
    if isinstance(event, ArtifactEvent):
        return event.kind, event.data
    return event_name(event), event_data(event)
