"""The shared cache port: values with a time to live, and leases with an owner's token.

A key has a value, or a lease, or neither. Values are immutable in spirit: whoever puts one for a key puts the same.
Every method raises `Unavailable` where the cache does not do as asked.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Protocol


@dataclass(frozen=True, slots=True)
class Looked:
    """What was found: a `value`; or none, and then `mine` says whether the lease is now the asker's."""

    value: bytes | None = None
    mine: bool = False


TAKEN: Final = Looked(mine=True)
HELD: Final = Looked()


class SharedCache(Protocol):
    """Bytes by key, for every process that knows the cache. Safe for concurrent use."""

    async def get(self, key: str) -> bytes | None:
        """The value, cut where it is larger than the cache may give; None where there is none."""

    async def get_or_lease(self, key: str, owner: str, *, lease_s: float, anew: bool = False) -> Looked:
        """The value; without one the lease for `lease_s`, unless another owner holds it. All in one step.

        `anew` asks for the lease alone, to put another value in place of one that is of no use.
        """

    async def put(self, key: str, value: bytes, *, ttl_s: float) -> None:
        """Keep a value for a while."""

    async def delete(self, key: str) -> None:
        """Forget the value, if there is one."""

    async def renew(self, key: str, owner: str, *, lease_s: float) -> bool:
        """Hold the lease for `lease_s` from now; False where it is no longer the owner's."""

    async def free(self, key: str, owner: str) -> bool:
        """Give the lease up; False where it is no longer the owner's, and then nothing happens."""

    async def close(self) -> None:
        """Let go of connections."""
