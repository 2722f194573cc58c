"""An insight in two: what the warehouse computes once, and what remains to be done when an input changes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

from dashbridge.insights.engines import post_problem
from dashbridge.insights.halves import Halves, Mode, halves_of
from dashbridge.insights.localize import NotLocal, localized
from dashbridge.insights.plan import Plan
from dashbridge.insights.spec import InputSpec
from dashbridge.insights.statement import DATA, Statement
from dashbridge.insights.trees import DIALECT


@dataclass(frozen=True)
class Split:
    """The two halves of an insight, and the whole; each is written out when it is first asked for.

    `pre` has no placeholders and makes `insight_data`; `post` reads that, in DuckDB, one row more than the row limit.
    `whole` is all in one. `pre` and `whole` are in the connection's dialect, their `_local` forms in DuckDB, None where
    that cannot say the same; those four read a source that `over_query` or `over_table` puts in. Columns of a final
    answer are those of the insight in order, whatever an engine calls them. In mode `server` there is only the whole.
    """

    mode: Mode
    reason: str
    _plan: Plan = field(repr=False)
    _halves: Halves | None = field(repr=False)
    _inputs: Mapping[str, InputSpec] = field(repr=False)
    _dialect: str = field(repr=False)

    @cached_property
    def pre(self) -> Statement | None:
        """What the warehouse computes once."""
        return None if self._halves is None else self._halves.pre.statement(self._inputs, dialect=self._dialect)

    @cached_property
    def pre_local(self) -> Statement | None:
        """The same for rows of the query that are here already."""
        if self._halves is None or self._dialect == DIALECT:
            return self.pre
        return self._local(self._halves.pre)

    @cached_property
    def post(self) -> Statement | None:
        """What is done for each choice of a viewer."""
        if self._halves is None:
            return None
        if self._halves.post is None:
            return Statement(f"SELECT * FROM {DATA}")
        return _localized(self._halves.post, self._dialect).statement(self._inputs, data=True)

    @cached_property
    def whole(self) -> Statement:
        """All in one."""
        return self._plan.statement(self._inputs, dialect=self._dialect)

    @cached_property
    def whole_local(self) -> Statement | None:
        """All in one for rows of the query that are here already."""
        return self.whole if self._dialect == DIALECT else self._local(self._plan)

    def _local(self, plan: Plan) -> Statement | None:
        try:
            return _localized(plan, self._dialect).statement(self._inputs)
        except NotLocal:
            return None


def split_plan(plan: Plan, inputs: Mapping[str, InputSpec], *, dialect: str = DIALECT) -> Split:
    """Split a plan into halves that are proven equal to the whole, or not at all (mode `server`)."""
    plan = replace(plan, limit=None if plan.limit is None else plan.limit + 1)
    halves = halves_of(plan)
    if refused := halves.post and _refused(halves.post, dialect):
        return Split("server", refused, plan, None, inputs, dialect)
    return Split(halves.mode, halves.reason, plan, halves, inputs, dialect)


def _refused(post: Plan, dialect: str) -> str | None:
    """Why this cannot be a post-query."""
    try:
        return post_problem(_localized(post, dialect).trees())
    except NotLocal as error:
        return str(error)


def _localized(plan: Plan, dialect: str) -> Plan:
    return plan if dialect == DIALECT else plan.changed(lambda tree: localized(tree, dialect))
