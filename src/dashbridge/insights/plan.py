"""The parts of an insight's statement as trees, and how they are written out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sqlglot import exp

from dashbridge.insights.trees import DIALECT

SOURCE = "insight_data"
Fill = Callable[[exp.Expr], exp.Expr]


@dataclass(frozen=True, slots=True)
class SortKey:
    """One key of ORDER BY: a 1-based ordinal of the select list, or a tree of its own."""

    ordinal: int | None
    tree: exp.Expr | None
    descending: bool = False
    nulls_first: bool = False


@dataclass(frozen=True, slots=True)
class Plan:
    """What the statement is made of. Every part may hold references; `group` is 1-based ordinals of `select`."""

    select: tuple[tuple[str, exp.Expr], ...]
    where: tuple[exp.Expr, ...] = ()
    having: tuple[exp.Expr, ...] = ()
    qualify: tuple[exp.Expr, ...] = ()
    group: tuple[int, ...] = ()
    order: tuple[SortKey, ...] = ()
    limit: int = 10_000

    def write(self, fill: Fill, fill_part: Fill, limit: int | None = None) -> str:
        """The statement as text. `fill` is applied to each expression, `fill_part` to each AND part of a filter."""
        named = [exp.Alias(this=fill(tree), alias=exp.to_identifier(key, quoted=True)) for key, tree in self.select]
        query = exp.Select(expressions=named)
        query = query.from_(exp.Table(this=exp.to_identifier(SOURCE)), copy=False)
        where, having, qualify = (
            [fill_part(part) for part in parts] for parts in (self.where, self.having, self.qualify)
        )
        if where:
            query = query.where(*where, copy=False)
        if self.group:
            query = query.group_by(*(exp.Literal.number(at) for at in self.group), copy=False)
        if having:
            query = query.having(*having, copy=False)
        if qualify:
            query.set("qualify", exp.Qualify(this=exp.and_(*qualify, copy=False)))
        if self.order:
            query = query.order_by(*(self._ordered(key, fill) for key in self.order), copy=False)
        query.set("limit", exp.Limit(expression=exp.Literal.number(limit or self.limit)))
        return query.sql(dialect=DIALECT, copy=False)

    @staticmethod
    def _ordered(key: SortKey, fill: Fill) -> exp.Expr:
        if key.tree is None:
            target: exp.Expr = exp.Literal.number(key.ordinal or 1)
        else:
            # DuckDB prefers an alias of the select list over a column of that name here.
            target = fill(key.tree).transform(_qualified)
        return exp.Ordered(this=target, desc=key.descending, nulls_first=key.nulls_first)


def _qualified(node: exp.Expr) -> exp.Expr:
    if isinstance(node, exp.Column) and not node.table:
        return exp.column(node.this.copy(), table=SOURCE)
    return node
