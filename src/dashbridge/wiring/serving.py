"""What answers, and what computes ahead of who asks: saves tell the library, and the library tells the second."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AsyncExitStack
from datetime import date

from dashbridge.connections import Connections
from dashbridge.costs import Costs
from dashbridge.objects.base import ObjectStore
from dashbridge.serving import Answers, ServingLimits, Warming
from dashbridge.settings import Settings
from dashbridge.warehouse.base import LocalEngine
from dashbridge.wiring.shared import open_second_level


def open_serving(
    settings: Settings,
    engine: LocalEngine,
    objects: ObjectStore,
    connections: Connections,
    costs: Costs,
    today: Callable[[str], date],
    stack: AsyncExitStack,
) -> tuple[Answers, Warming]:
    """The answers of this process, and its warming. Raises Invalid."""
    answers = Answers(engine, _serving_limits(settings), open_second_level(settings, objects, stack))
    stack.push_async_callback(answers.close)
    on_save, at_once = settings.warm_on_save, settings.warm_at_once
    warming = Warming(answers, connections, costs, today=today, on_save=on_save, at_once=at_once)
    stack.push_async_callback(warming.close)
    return answers, warming


def _serving_limits(settings: Settings) -> ServingLimits:
    return ServingLimits(
        max_query_rows=settings.max_query_rows,
        max_insight_rows=settings.max_insight_rows,
        cache_bytes=settings.cache_mb << 20,
        max_shared_rows=settings.max_shared_rows,
        browser_max_rows=settings.browser_max_rows,
        browser_max_bytes=settings.browser_max_bytes,
        stale_s=settings.stale_s,
        last_good_s=settings.last_good_s,
    )
