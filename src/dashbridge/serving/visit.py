"""Who asks for what: one asking of one dashboard, and the parts of the dashboard that are computed for it."""

from __future__ import annotations

import math
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import lru_cache
from typing import Literal

from dashbridge.connections import GatedWarehouse
from dashbridge.costs import OverBudget, Spending
from dashbridge.dashboards import CompiledDashboard
from dashbridge.insights import BoundQuery, CompiledInsight, InputValue, Statement
from dashbridge.insights.options import options_query
from dashbridge.kit import Invalid, NotFound, TimedOut, Unavailable, sha256_hex

Kind = Literal["insight", "trace", "options"]
PartKey = tuple[Kind, str]
_PREFIXES: dict[Kind, str] = {"insight": "", "trace": "traces.", "options": "options."}


@dataclass(frozen=True, slots=True)
class Asked:
    """Whose dashboard is asked for: the cache's first key, and what the answer says of itself."""

    team_id: str
    connection_id: str
    slug: str
    revision: int
    yaml_sha256: str


@dataclass(frozen=True, slots=True)
class ServingLimits:
    """Rows of one query (or pre-query) and of one insight, bytes of all caches together, seconds of a post-query.

    A query whose rows several insights share gives at most `max_shared_rows`; a browser is given at most
    `browser_max_rows` rows and `browser_max_bytes` of one insight. A build does `build_steps` at a time.
    Rows that are no longer the newest are given for `stale_s` while newer ones are computed, and for `last_good_s`
    where that fails.
    """

    max_query_rows: int = 1_000_000
    max_insight_rows: int = 100_000
    cache_bytes: int = 256 * 2**20
    post_timeout_s: float = 30.0
    max_shared_rows: int = 200_000
    browser_max_rows: int = 1_000_000
    browser_max_bytes: int = 64 * 2**20
    build_steps: int = 4
    stale_s: float = 0.0
    last_good_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Part:
    """Something computed like an insight: an insight, a trace, or an input's options. Names repeat across kinds."""

    kind: Kind
    name: str
    insight: CompiledInsight

    @property
    def key(self) -> PartKey:
        """What names it within its dashboard."""
        return (self.kind, self.name)

    @property
    def label(self) -> str:
        """How a caller names it: `NAME`, `traces.NAME`, `options.INPUT`."""
        return _PREFIXES[self.kind] + self.name

    def most(self, limits: ServingLimits) -> int:
        """The rows its answer may have."""
        return min(self.insight.row_limit, limits.max_insight_rows)

    def cut_is_wanted(self, limits: ServingLimits) -> bool:
        """Whether rows beyond `most` are left out because the author said so."""
        return self.insight.limit_is_the_authors and self.most(limits) == self.insight.row_limit


@dataclass(slots=True)
class Freshness:
    """For how long what a visit was given is as good as new, in seconds: the least of all.

    `moved`: some of it is of another version of the data than the visit is of.
    """

    least_s: float
    moved: bool = False

    def note(self, seconds: float) -> None:
        """Something was given that is good for so long."""
        self.least_s = min(self.least_s, max(0.0, seconds))


@dataclass(frozen=True, slots=True)
class Visit:
    """One asking of one dashboard, of the data as each query finds it at its version.

    What has to be run is paid by `spending`; without it nothing can run. `refused` says why nothing may: only what is
    kept is answered. `unsure` says why it is not known whether what is kept is the newest; then nothing runs either.
    """

    asked: Asked
    dashboard: CompiledDashboard
    warehouse: GatedWarehouse
    versions: Mapping[str, str]
    values: Mapping[str, InputValue]
    today: date
    spending: Spending | None
    refused: OverBudget | None = None
    unsure: Unavailable | TimedOut | None = None
    freshness: Freshness = field(default_factory=lambda: Freshness(math.inf))

    def version(self, query: str) -> str:
        """The version of what the query, and every statement over it, reads."""
        return self.versions[query]

    def at(self, query: str, version: str) -> Visit:
        """The same visit with what the query reads at another version."""
        return self if version == self.versions[query] else replace(self, versions={**self.versions, query: version})

    def sql(self, query: str) -> str:
        """The author's statement."""
        return self.dashboard.queries[query].sql

    def ttl_s(self, query: str) -> int:
        """How long the query's rows, and what is computed from them, keep."""
        return self.dashboard.queries[query].ttl_s

    def rows_key(
        self, query: str, sql: str, values: Sequence[object] = (), *, any_version: bool = False
    ) -> tuple[Hashable, ...]:
        """What names a statement's rows: team, connection, policy, the data's version, the statement, its values."""
        asked, version = self.asked, "" if any_version else self.versions[query]
        opened = (asked.connection_id, self.warehouse.epoch, self.warehouse.policy)
        sha = _sha256(sql)
        return (asked.team_id, *opened, version, sha, repr(tuple(values)))

    def bind(self, statement: Statement) -> BoundQuery:
        """The statement with this visit's values."""
        return statement.bind(self.values)

    def chosen(self, part: Part) -> Hashable:
        """The values that bear on the part."""
        return tuple(self.values[name] for name in part.insight.input_dependencies)


@lru_cache(maxsize=4096)
def _sha256(sql: str) -> str:
    return sha256_hex(sql.encode(errors="surrogatepass"))


def parts_of(dashboard: CompiledDashboard) -> list[Part]:
    """Every insight, then every trace, then the options of every input that narrows the rows they come from."""
    found = [Part("insight", name, insight) for name, insight in dashboard.insights.items()]
    found += [Part("trace", name, trace) for name, trace in dashboard.traces.items()]
    narrowed = {name for name, spec in dashboard.inputs.items() if (source := options_query(spec)) and source.filter}
    return found + [Part("options", name, options) for name, options in dashboard.options.items() if name in narrowed]


def listing_queries(dashboard: CompiledDashboard) -> dict[str, str]:
    """The queries whose rows are an input's options as they are, by input."""
    sources = {name: options_query(spec) for name, spec in dashboard.inputs.items()}
    return {name: source.query for name, source in sources.items() if source is not None and not source.filter}


def find_part(dashboard: CompiledDashboard, label: str) -> Part:
    """The part a caller names (see `Part.label`); a bare name that no insight has may be a trace's. Raises NotFound."""
    parts = {part.label: part for part in parts_of(dashboard)}
    found = parts.get(label) or parts.get(_PREFIXES["trace"] + label)
    if found is None:
        raise NotFound(
            f"This dashboard has no insight {label!r}", code="insight_not_found", hint="it has: " + ", ".join(parts)
        )
    return found


def single_insight(dashboard: CompiledDashboard, asked: str | None) -> str:
    """The insight an Arrow or CSV answer holds. Raises Invalid when there are several and none is named."""
    if asked is not None:
        return asked
    labels = [part.label for part in parts_of(dashboard) if part.kind != "options"]
    if len(labels) == 1:
        return labels[0]
    raise Invalid(
        "Arrow and CSV hold one insight, and this dashboard has several",
        code="insight_required",
        hint="add ?insight=NAME (or --insight NAME): " + ", ".join(labels),
    )
