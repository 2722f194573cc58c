"""Who knocked lately: a credential that was just looked up is known for two seconds, unless news says otherwise."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from time import monotonic

from dashbridge.postgres import Change, Database
from dashbridge.sharing.access import authenticate
from dashbridge.sharing.policy import Actor

LASTS_S = 2.0


@dataclass(frozen=True, slots=True)
class Knower:
    """An actor as looked up at `at` (monotonic). `audience` names all who are told the same: a team and a role."""

    actor: Actor
    audience: str
    at: float


class Known:
    """Actors by the digest of what they knocked with; it keeps no credential."""

    def __init__(self, database: Database, *, most: int = 50_000, now: Callable[[], float] = monotonic) -> None:
        self._database = database
        self._most = most
        self._now = now
        self._found: OrderedDict[bytes, Knower] = OrderedDict()
        self._asking: dict[bytes, asyncio.Future[Knower]] = {}
        self.news = 0  # how often there was any

    def find(self, digest: bytes, now: float) -> Knower | None:
        """Who it was within the last `LASTS_S`. No I/O."""
        found = self._found.get(digest)
        return found if found is not None and now - found.at < LASTS_S else None

    def is_asking(self, digest: bytes) -> bool:
        """Whether it is being looked up."""
        return digest in self._asking

    async def ask(self, digest: bytes, credential: str) -> Knower:
        """Look a credential up and know it from now on; those who ask at once share one look-up.

        Raises Unauthenticated, Unavailable.
        """
        asking = self._asking.get(digest)
        if asking is None:
            asking = asyncio.ensure_future(self._look_up(digest, credential))
            self._asking[digest] = asking
            asking.add_done_callback(lambda done: self._asked(digest, done))
        return await asyncio.shield(asking)

    def learn(self, digest: bytes, actor: Actor, at: float, news: int) -> None:
        """Others looked them up at `at` (monotonic); there were so many `news` then."""
        if news == self.news:
            self._remember(digest, _knower(actor, at))

    def hear(self, change: Change | None) -> None:
        """Forget those of whom there is news; all of them after a gap."""
        if change is None:
            self.news += 1
            self._found.clear()
        elif change.kind == "who":
            self.news += 1
            gone = [key for key, one in self._found.items() if str(one.actor.principal_id) == change.name]
            for key in gone:
                del self._found[key]

    async def _look_up(self, digest: bytes, credential: str) -> Knower:
        began, news = self._now(), self.news
        try:
            actor = await authenticate(self._database, credential)
        except BaseException:
            self._found.pop(digest, None)
            raise
        found = _knower(actor, began)
        if news == self.news:
            self._remember(digest, found)
        return found

    def _remember(self, digest: bytes, found: Knower) -> None:
        """The oldest come first, so that those who are known no longer are dropped at the cost of a look."""
        self._found[digest] = found
        self._found.move_to_end(digest)
        while len(self._found) > self._most or next(iter(self._found.values())).at <= found.at - LASTS_S:
            self._found.popitem(last=False)

    def _asked(self, digest: bytes, done: asyncio.Future[Knower]) -> None:
        self._asking.pop(digest, None)
        if not done.cancelled():
            done.exception()  # told to those who waited; nobody may be left to


def _knower(actor: Actor, at: float) -> Knower:
    return Knower(actor, f"{actor.team_id} {actor.role.value}", at)
