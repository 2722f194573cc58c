"""What can be said against an insight only once the types of its query's columns are known."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from sqlglot import exp

from dashbridge.insights.compared import comparison_problems
from dashbridge.insights.compile import CompiledInsight
from dashbridge.insights.references import near
from dashbridge.insights.statement import SOURCE
from dashbridge.insights.trees import reference_of
from dashbridge.kit import Place, Problem

_COMPARISONS = (exp.LTE, exp.LT, exp.GT, exp.GTE, exp.EQ, exp.NEQ)


def column_problems(insight: CompiledInsight, columns: Sequence[str]) -> list[Problem]:
    """Columns an insight names, in a filter too, that its query does not return. `columns`: what it does return."""
    known = {column.lower() for column in columns} | {SOURCE} | {key for key, _ in insight.plan.select if "." in key}
    found: list[Problem] = []
    for tree in _trees(insight):
        for column in tree.find_all(exp.Column):
            first = column.parts[0].name  # of a struct's field, the column that holds the struct
            if first.lower() not in known:
                message = f"the query {insight.query!r} returns no column {first!r}"
                hint = f"{near(first, list(columns))} (it returns: {', '.join(columns)})"
                found.append(Problem("insight.unknown_column", message, Place(f"/insights/{insight.name}"), hint))
    return list(dict.fromkeys(found))


def type_problems(insight: CompiledInsight, kinds: Mapping[str, str]) -> list[Problem]:
    """Chosen values beside columns of another kind, and timestamps beside a date range's `.to`, which loses a day.

    `kinds`: of the query's columns, by name (`integer`, `text`, `timestamp` …).
    """
    lower = {name.lower(): kind for name, kind in kinds.items()}
    types = {place.input: place.type for place in insight.split.whole.parameters if place.gives == "value"}
    found: list[Problem] = []
    for tree in _trees(insight):
        found += comparison_problems(tree, types, lower, f"/insights/{insight.name}")
        for node in tree.find_all(*_COMPARISONS):
            found += _compared(insight.name, node.this, node.expression, lower)
            found += _compared(insight.name, node.expression, node.this, lower)
    return list(dict.fromkeys(found))


def _trees(insight: CompiledInsight) -> Iterator[exp.Expr]:
    plan = insight.plan
    yield from (*plan.where, *plan.having, *plan.qualify)
    yield from (tree for _, tree in plan.select)
    yield from (key.tree for key in plan.order if key.tree is not None)


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
