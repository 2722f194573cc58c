"""What the front may give again of the answers to `/data`: those that everyone else would be told too."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import chain
from zoneinfo import ZoneInfo

from starlette.requests import Request

from dashbridge.api.asking import Asking
from dashbridge.api.front import Keepable, keep
from dashbridge.serving import DataAnswer, InsightAnswer


def let_keep(request: Request, asking: Asking, answer: DataAnswer, etag: str) -> None:
    """Let the front give this answer again, if it may."""
    mark = keepable(asking, answer, etag)
    if mark is not None:
        keep(request, mark)


def keepable(asking: Asking, answer: DataAnswer, etag: str) -> Keepable | None:
    """The mark of an answer whose every part was kept already; None where a part failed, or was computed just now."""
    parts = list(chain(answer.insights.values(), answer.traces.values()))
    if not all(isinstance(part, InsightAnswer) and part.cache == "hit" for part in parts):
        return None
    if any(state.error is not None for state in answer.inputs.values()):
        return None
    asked = asking.asked
    return Keepable(
        actor=asking.actor,
        slug=asked.slug,
        revision=asked.revision,
        yaml_sha256=asked.yaml_sha256,
        connection_id=asked.connection_id,
        etag=etag,
        fresh_for_s=answer.fresh_for_s,
        stale_for_s=answer.stale_for_s,
        good_for_s=_day_ends_in_s(asking.opened.compiled.timezone, datetime.now(UTC)),
        hits=len(parts),
    )


def _day_ends_in_s(timezone: str, now: datetime) -> float:
    zone = ZoneInfo(timezone)
    tomorrow = datetime.combine(now.astimezone(zone).date() + timedelta(days=1), datetime.min.time(), zone)
    return max(0.0, (tomorrow - now).total_seconds())
