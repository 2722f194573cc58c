"""What can be said against an insight only once the types of its query's columns are known."""

from __future__ import annotations

from collections.abc import Mapping

from sqlglot import exp

from dashbridge.insights.compile import CompiledInsight
from dashbridge.insights.trees import reference_of
from dashbridge.kit import Place, Problem

_COMPARISONS = (exp.LTE, exp.LT, exp.GT, exp.GTE, exp.EQ, exp.NEQ)


def type_problems(insight: CompiledInsight, kinds: Mapping[str, str]) -> list[Problem]:
    """Timestamps compared with a date range's `.to`, which loses the last day. `kinds`: the warehouse's, by column."""
    lower = {name.lower(): kind for name, kind in kinds.items()}
    found: list[Problem] = []
    plan = insight.plan
    for tree in (*plan.where, *plan.having, *plan.qualify, *(tree for _, tree in plan.select)):
        for node in tree.find_all(*_COMPARISONS):
            found += _compared(insight.name, node.this, node.expression, lower)
            found += _compared(insight.name, node.expression, node.this, lower)
    return list(dict.fromkeys(found))


def _compared(name: str, column: exp.Expr, other: exp.Expr, kinds: Mapping[str, str]) -> list[Problem]:
    reference = reference_of(other)
    if reference is None or reference.accessor != "to" or not isinstance(column, exp.Column):
        return []
    if not kinds.get(column.name.lower(), "").startswith("timestamp"):
        return []
    message = (
        f"{column.name} is a timestamp, and {reference} is the start of the last day: the rest of that day is lost"
    )
    hint = f"write {column.name} < ${{ref({reference.name}).until}}"
    return [Problem("insight.timestamp_to", message, Place(f"/insights/{name}"), hint)]
