"""Which statements parts would be computed from: what has to be run, and paid for, where it is not here already."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from dashbridge.connections import OverByteCap
from dashbridge.serving.compute import Computer
from dashbridge.serving.rows import Fetch
from dashbridge.serving.visit import Part, ServingLimits, Visit, listing_queries
from dashbridge.serving.way import PreQuery, Way, pre_fetch, usable_pre


class Needs:
    """Foresees what `Computer` and `PreAnswers` will fetch. A statement that turns out otherwise is paid for then."""

    def __init__(self, computer: Computer, limits: ServingLimits) -> None:
        self._computer = computer
        self._limits = limits

    def of_parts(self, visit: Visit, query: str, way: Way, parts: Sequence[Part]) -> list[Fetch]:
        """The statements under some parts of one query."""
        if way.error is not None and not isinstance(way.error, OverByteCap):
            return []
        together = [part for part in parts if way.shared and part.insight.split.whole_local is not None]
        apart = [part for part in parts if part not in together]
        shared = self._shared(visit, query, way) if together else None
        if shared is None:
            return [self._alone(visit, query, way, part) for part in parts]
        return [shared, *(self._alone(visit, query, way, part) for part in apart)]

    def of_listings(self, visit: Visit) -> list[Fetch]:
        """The queries whose rows are options as they are."""
        queries = dict.fromkeys(listing_queries(visit.dashboard).values())
        return [self._computer.query_fetch(visit, query, None) for query in queries]

    def of_all(self, visit: Visit, ways: Mapping[str, Way], parts: Sequence[Part], *, listings: bool) -> list[Fetch]:
        """The statements under parts of several queries, and the queries that inputs list."""
        found = self.of_listings(visit) if listings else []
        for query, way in ways.items():
            found += self.of_parts(visit, query, way, [part for part in parts if part.insight.query == query])
        return found

    def of_build(self, visit: Visit, ways: Mapping[str, Way], parts: Sequence[Part]) -> list[Fetch]:
        """All of it, and each query that is run whole for others to come."""
        whole = [self._shared(visit, query, way) for query, way in ways.items() if way.shared]
        return [*filter(None, whole), *self.of_all(visit, ways, parts, listings=True)]

    def of_pre(self, visit: Visit, query: str, way: Way, part: Part, pre: PreQuery) -> Fetch:
        """The statement under what a browser is given of a part."""
        if way.shared and part.insight.split.pre_local is not None:
            shared = self._shared(visit, query, way)
            if shared is not None:
                return shared
        return pre_fetch(visit, query, pre, self._limits)

    def _shared(self, visit: Visit, query: str, way: Way) -> Fetch | None:
        """The query itself, unless its rows are known to be too many to share."""
        fetch, store = self._computer.query_fetch(visit, query, way), self._computer.rows
        rows = store.kept(visit, fetch)
        if rows is not None:
            return fetch if self._computer.sharable(rows) else None
        return None if store.too_many(visit, fetch) else fetch

    def _alone(self, visit: Visit, query: str, way: Way, part: Part) -> Fetch:
        pre = usable_pre(way, part)
        if pre is not None:
            fetch = pre_fetch(visit, query, pre, self._limits)
            if not self._computer.rows.too_many(visit, fetch):
                return fetch
        return self._computer.whole_fetch(visit, query, part)
