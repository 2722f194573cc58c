"""The version of the data under each query, and the last one known where the warehouse does not say."""

from __future__ import annotations

from collections.abc import Hashable, Iterable

from dashbridge.connections import GatedWarehouse
from dashbridge.dashboards import CompiledDashboard
from dashbridge.kit import TimedOut, Unavailable, sha256_hex
from dashbridge.serving.cache import ByteLRU

_ENTRY_BYTES = 400


class Versions:
    """Versions by connection and statement, remembered for `last_good_s`."""

    def __init__(self, last_good_s: float) -> None:
        self._last_good_s = last_good_s
        self._known: ByteLRU[str] = ByteLRU(2 << 20)

    async def of(
        self, dashboard: CompiledDashboard, warehouse: GatedWarehouse, queries: Iterable[str] | None = None
    ) -> tuple[dict[str, str], Unavailable | TimedOut | None]:
        """The version under each query (or under `queries`), and why it is not known whether they are the newest.

        Raises Unavailable, TimedOut and what else the engine raises where one is not known at all.
        """
        wanted = {query: dashboard.queries[query].sql for query in (dashboard.queries if queries is None else queries)}
        try:
            found = await warehouse.versions_of(wanted)
        except (Unavailable, TimedOut) as error:
            known = {query: self._known.get(_key(warehouse, sql)) for query, sql in wanted.items()}
            last = {query: version for query, version in known.items() if version is not None}
            if len(last) < len(wanted):
                raise
            return last, error
        for query, sql in wanted.items():
            self._known.put(_key(warehouse, sql), found[query], size=_ENTRY_BYTES, ttl_s=self._last_good_s)
        return found, None


def _key(warehouse: GatedWarehouse, sql: str) -> Hashable:
    return (warehouse.connection_id, warehouse.epoch, warehouse.policy, sha256_hex(sql.encode(errors="surrogatepass")))
