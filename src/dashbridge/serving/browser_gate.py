"""What a browser may be given: whose rows cross unchanged, and are not too many."""

from __future__ import annotations

from dataclasses import replace

from dashbridge.serving.row_store import RowStore
from dashbridge.serving.rows import Fetch
from dashbridge.serving.visit import Part, ServingLimits, Visit
from dashbridge.serving.way import PreQuery, Way, pre_fetch


class BrowserGate:
    """Knows of each pre-query whether a browser may be given its rows, as far as that is known."""

    def __init__(self, rows: RowStore, limits: ServingLimits) -> None:
        self._rows = rows
        self._limits = limits

    def may(self, visit: Visit, way: Way, part: Part) -> bool:
        """Whether a browser may ask for the rows under the part, and has a reason to: an input bears on it."""
        pre = way.pre.get(part.key)
        if pre is None or not part.insight.input_dependencies:
            return False
        if pre.refused is not None or pre.crossing is not None or pre.zoned is not None:
            return False
        return not self.too_large(visit, part, pre)

    def too_large(self, visit: Visit, part: Part, pre: PreQuery) -> bool:
        """Whether the rows are known to be more than may be given."""
        if not self._limits.browser_max_rows or not self._limits.browser_max_bytes:
            return True
        return self._rows.too_many(visit, self._fetch(visit, part, pre))

    def mark_too_large(self, visit: Visit, part: Part, pre: PreQuery) -> None:
        """Remember that they are, while the data stays as it is."""
        self._rows.mark(visit, self._fetch(visit, part, pre))

    def _fetch(self, visit: Visit, part: Part, pre: PreQuery) -> Fetch:
        most = min(self._limits.max_query_rows, self._limits.browser_max_rows)
        return replace(pre_fetch(visit, part.insight.query, pre, self._limits), most=most)
