"""The shared cache in Valkey or Redis.

A key has two entries, in one slot of a cluster: `…{key}` its value, `…{key}:lease` its owner. What looks and then acts
is one script, so that nobody comes between.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, Final, TypeVar

from redis.asyncio import BlockingConnectionPool, Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

from dashbridge.kit import Invalid, Unavailable
from dashbridge.shared_cache.base import HELD, TAKEN, Looked

_PREFIX: Final = "dashbridge"
_CONNECTIONS: Final = 16
_CONNECT_S: Final = 2.0

_LOOK: Final = """
if ARGV[4] == '0' then
  local value = redis.call('GETRANGE', KEYS[1], 0, ARGV[3])
  if #value > 0 then return value end
end
if redis.call('SET', KEYS[2], ARGV[1], 'NX', 'PX', ARGV[2]) then return 1 end
if redis.call('GET', KEYS[2]) == ARGV[1] then return 1 end
return 0
"""
_RENEW: Final = """
if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('PEXPIRE', KEYS[1], ARGV[2]) end
return 0
"""
_FREE: Final = """
if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end
return 0
"""

T = TypeVar("T")


class ValkeyCache:
    """A server at `url` (`redis://`, `rediss://` or `unix://`). Nothing is asked before the first call.

    Of a value at most `max_bytes` are read. Raises Invalid for an address that is none.
    """

    def __init__(self, url: str, *, max_bytes: int) -> None:
        try:
            pool = BlockingConnectionPool.from_url(
                url,
                max_connections=_CONNECTIONS,
                timeout=None,
                socket_connect_timeout=_CONNECT_S,
                retry=Retry(NoBackoff(), 1),
            )
        except ValueError as error:
            raise Invalid(
                "This is not the address of a Redis or Valkey",
                code="bad_cache_url",
                hint="write redis://HOST:PORT/0, rediss://… or unix:///PATH",
            ) from error
        self._client: Redis = Redis(connection_pool=pool)
        self._last = str(max_bytes)
        self._look = self._client.register_script(_LOOK)
        self._renew = self._client.register_script(_RENEW)
        self._free = self._client.register_script(_FREE)

    async def get(self, key: str) -> bytes | None:
        """See the port."""
        found: bytes = await _asked(lambda: self._client.getrange(_value(key), 0, int(self._last)))
        return found or None

    async def get_or_lease(self, key: str, owner: str, *, lease_s: float, anew: bool = False) -> Looked:
        """See the port."""
        keys = [_value(key), _lease(key)]
        words = [owner, str(_ms(lease_s)), self._last, "1" if anew else "0"]
        found: object = await _asked(lambda: self._look(keys=keys, args=words))
        if isinstance(found, bytes):
            return Looked(found)
        return TAKEN if found == 1 else HELD

    async def put(self, key: str, value: bytes, *, ttl_s: float) -> None:
        """See the port."""
        await _asked(lambda: self._client.set(_value(key), value, px=_ms(ttl_s)))

    async def delete(self, key: str) -> None:
        """See the port."""
        await _asked(lambda: self._client.delete(_value(key)))

    async def renew(self, key: str, owner: str, *, lease_s: float) -> bool:
        """See the port."""
        return bool(await _asked(lambda: self._renew(keys=[_lease(key)], args=[owner, _ms(lease_s)])) == 1)

    async def free(self, key: str, owner: str) -> bool:
        """See the port."""
        return bool(await _asked(lambda: self._free(keys=[_lease(key)], args=[owner])) == 1)

    async def close(self) -> None:
        """See the port."""
        await self._client.aclose(close_connection_pool=True)


async def _asked(call: Callable[[], Awaitable[T] | Any]) -> T:
    """What the server answers. Its own words are left out of the error: they may name the address."""
    try:
        answer: T = await call()
    except (RedisError, OSError) as error:
        raise Unavailable(f"The shared cache failed: {type(error).__name__}", code="cache_failed") from error
    return answer


def _value(key: str) -> str:
    return f"{_PREFIX}:{{{key}}}"


def _lease(key: str) -> str:
    return f"{_PREFIX}:{{{key}}}:lease"


def _ms(seconds: float) -> int:
    return max(1, int(seconds * 1000))
