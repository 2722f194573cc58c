"""An insight in two: what the warehouse computes once, and what remains to be done when an input changes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

from dashbridge.insights.plan import Plan
from dashbridge.insights.spec import InputSpec
from dashbridge.insights.statement import DATA, Statement
from dashbridge.insights.trees import DIALECT, refers

Mode = Literal["static", "grouped", "rows", "server"]


@dataclass(frozen=True, slots=True)
class Split:
    """The two halves of an insight, and the whole.

    `pre` has no placeholders and makes `insight_data`; `post` reads that, in DuckDB, one row more than the row limit.
    `whole` is all in one. `pre` and `whole` are in the connection's dialect, their `_local` forms in DuckDB; those four
    read a source that `over_query` or `over_table` puts in. Columns of a final answer are those of the insight in
    order, whatever an engine calls them. In mode `server` there is only the whole.
    """

    mode: Mode
    reason: str
    pre: Statement | None
    pre_local: Statement | None
    post: Statement | None
    whole: Statement
    whole_local: Statement | None


def split_plan(plan: Plan, inputs: Mapping[str, InputSpec], *, dialect: str = DIALECT) -> Split:
    """Split a plan, proven equal to the whole, or not at all (mode `server`)."""
    more = replace(plan, limit=None if plan.limit is None else plan.limit + 1)
    whole = more.statement(inputs, dialect=dialect)
    if not any(refers(tree) for tree in plan.trees()):
        return Split("static", "no input bears on it", whole, whole, Statement(f"SELECT * FROM {DATA}"), whole, whole)
    return Split("server", "not split yet", None, None, None, whole, whole)
