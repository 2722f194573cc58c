"""Rows that were read lately, given again without asking the directory while its news say that they did not change."""

from __future__ import annotations

from collections import OrderedDict, defaultdict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Generic, TypeVar
from uuid import UUID

from dashbridge.postgres.changes import Change, Changes

T = TypeVar("T")

_Key = tuple[UUID, str]
_Place = tuple[str, str]


@dataclass(frozen=True, slots=True)
class _Entry(Generic[T]):
    value: T
    size: int
    place: _Place


class Lately(Generic[T]):
    """Rows by team and name, at most `max_bytes` of them. `told_as` is what news of a `kind` call a row.

    Nothing is given that is not certain: not before somebody listens, not after a gap in the news, not what was read
    while there was any.
    """

    def __init__(
        self, kind: str, told_as: Callable[[T], str], *, max_bytes: int, size: Callable[[T], int] = lambda _: 4_000
    ) -> None:
        self.bytes = 0
        self._kind = kind
        self._told_as = told_as
        self._max_bytes = max_bytes
        self._size = size
        self._changes: Changes | None = None
        self._kept: OrderedDict[_Key, _Entry[T]] = OrderedDict()
        self._at: defaultdict[_Place, set[_Key]] = defaultdict(set)
        self._news = 0
        self._missed = 0

    def follow(self, changes: Changes) -> None:
        """Hear this news from now on. Listening begins once something is asked for twice."""
        self._changes = changes
        changes.tell(self._hear)

    async def read(self, team_id: UUID, name: str, work: Callable[[], Awaitable[T]], *, anew: bool = False) -> T:
        """The row, or what `work` reads, whose failure is passed on; with `anew` it reads in any case."""
        changes, key = self._changes, (team_id, name)
        if changes is None:
            return await work()
        certain = changes.certain()
        entry = self._kept.get(key) if certain and not anew else None
        if entry is not None:
            self._kept.move_to_end(key)
            return entry.value
        self._missed += 1
        if not certain and self._missed > 1:
            changes.begin()
        news = self._news
        value = await work()
        if certain and news == self._news and changes.certain():
            self._keep(key, value)
        return value

    def _keep(self, key: _Key, value: T) -> None:
        self._drop(key)
        entry = _Entry(value, self._size(value), (str(key[0]), self._told_as(value)))
        if entry.size > self._max_bytes:
            return
        self._kept[key] = entry
        self._at[entry.place].add(key)
        self.bytes += entry.size
        while self.bytes > self._max_bytes:
            self._drop(next(iter(self._kept)))

    def _drop(self, key: _Key) -> None:
        entry = self._kept.pop(key, None)
        if entry is None:
            return
        self.bytes -= entry.size
        keys = self._at[entry.place]
        keys.discard(key)
        if not keys:
            del self._at[entry.place]

    def _hear(self, change: Change | None) -> None:
        if change is None:
            self._news += 1
            self._kept.clear()
            self._at.clear()
            self.bytes = 0
        elif change.kind == self._kind:
            self._news += 1
            for key in list(self._at.get((change.team_id, change.name), ())):
                self._drop(key)
