"""What processes share beside the directory: rows that one of them computed."""

from __future__ import annotations

from contextlib import AsyncExitStack
from dataclasses import replace

from dashbridge.objects.base import ObjectStore
from dashbridge.serving import SecondLevel, SharedLimits
from dashbridge.serving.kept_results import ResultObjects
from dashbridge.settings import Settings

_OBJECT_S = 1.0
_MAX_BYTES = 16 << 20


def open_second_level(settings: Settings, objects: ObjectStore, stack: AsyncExitStack) -> SecondLevel:
    """Valkey where it is set, else the objects where that is asked for, else nothing. Raises Invalid."""
    limits = SharedLimits(
        call_s=settings.cache_timeout_ms / 1000,
        lease_s=settings.cache_lease_s,
        wait_s=settings.query_timeout_s + 10,
        keep_s=settings.last_good_s,
        max_bytes=_MAX_BYTES,
    )
    if settings.cache_url is not None:
        from dashbridge.shared_cache.valkey import ValkeyCache  # its client need not be loaded where it is not used

        cache = ValkeyCache(settings.cache_url.get_secret_value(), max_bytes=_MAX_BYTES)
        stack.push_async_callback(cache.close)
        return SecondLevel(cache, limits)
    if settings.keep_results:
        return SecondLevel(ResultObjects(objects), replace(limits, call_s=max(limits.call_s, _OBJECT_S)))
    return SecondLevel(None)
