"""The parts of an insight's statement as trees, and how they are written out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from sqlglot import exp

from dashbridge.insights.places import Places
from dashbridge.insights.spec import InputSpec
from dashbridge.insights.statement import DATA, SOURCE, SOURCE_MARK, Statement
from dashbridge.insights.trees import DIALECT

Fill = Callable[[exp.Expr], exp.Expr]
_QUESTION = exp.Anonymous(this="chr", expressions=[exp.Literal.number(63)])


@dataclass(frozen=True, slots=True)
class SortKey:
    """One key of ORDER BY: a 1-based ordinal of the select list, or a tree of its own."""

    ordinal: int | None
    tree: exp.Expr | None
    descending: bool = False
    nulls_first: bool = False


@dataclass(frozen=True, slots=True)
class Plan:
    """What a statement is made of. Every part may hold references; `group` is 1-based ordinals of `select`."""

    select: tuple[tuple[str, exp.Expr], ...]
    where: tuple[exp.Expr, ...] = ()
    having: tuple[exp.Expr, ...] = ()
    qualify: tuple[exp.Expr, ...] = ()
    group: tuple[int, ...] = ()
    order: tuple[SortKey, ...] = ()
    limit: int | None = 10_000

    def trees(self) -> Iterable[exp.Expr]:
        """Every expression of it."""
        yield from (tree for _, tree in self.select)
        yield from (*self.where, *self.having, *self.qualify)
        yield from (key.tree for key in self.order if key.tree is not None)

    def changed(self, change: Callable[[exp.Expr], exp.Expr]) -> Plan:
        """The plan with each expression changed, all else as it is."""
        return Plan(
            select=tuple((key, change(tree)) for key, tree in self.select),
            where=tuple(change(part) for part in self.where),
            having=tuple(change(part) for part in self.having),
            qualify=tuple(change(part) for part in self.qualify),
            group=self.group,
            order=tuple(
                SortKey(key.ordinal, key.tree and change(key.tree), key.descending, key.nulls_first)
                for key in self.order
            ),
            limit=self.limit,
        )

    def statement(self, inputs: Mapping[str, InputSpec], *, dialect: str = DIALECT, data: bool = False) -> Statement:
        """The plan as SQL in `dialect`, over `insight_data` or over a source that is put in later.

        BigQuery's result columns take no dots: there `props.x` is `props__x`, and readers go by position.
        """
        places = Places(inputs, dialect)
        source = exp.to_identifier(DATA) if data else exp.Var(this=SOURCE_MARK)
        query = self._query(places.value, places.part, source, DATA if data else SOURCE, dialect)
        plain = query.transform(_without_question, copy=False)
        return Statement(*places.written(plain.sql(dialect=dialect, copy=False)))

    def template(self) -> str:
        """The plan over `insight_data` with its references as they were written: for reading only."""
        query = self._query(_copy, _copy, exp.to_identifier(DATA), DATA, DIALECT)
        text: str = query.sql(dialect=DIALECT, copy=False)
        return text

    def _query(self, value: Fill, part: Fill, source: exp.Expr, name: str, dialect: str) -> exp.Select:
        named = [_named(value(tree), key, dialect) for key, tree in self.select]
        query = exp.Select(expressions=named).from_(exp.Table(this=source), copy=False)
        if self.where:
            query = query.where(*map(part, self.where), copy=False)
        if self.group:
            query = query.group_by(*map(exp.Literal.number, self.group), copy=False)
        if self.having:
            query = query.having(*map(part, self.having), copy=False)
        if self.qualify:
            query.set("qualify", exp.Qualify(this=exp.and_(*map(part, self.qualify), copy=False)))
        if self.order:
            query = query.order_by(*(_ordered(key, value, name) for key in self.order), copy=False)
        if self.limit is not None:
            query.set("limit", exp.Limit(expression=exp.Literal.number(self.limit)))
        return query


def _copy(tree: exp.Expr) -> exp.Expr:
    return tree.copy()


def _named(tree: exp.Expr, key: str, dialect: str) -> exp.Expr:
    name = key.replace(".", "__") if dialect == "bigquery" else key
    return exp.Alias(this=tree, alias=exp.to_identifier(name, quoted=True))


def _ordered(key: SortKey, value: Fill, source: str) -> exp.Expr:
    if key.tree is None:
        target: exp.Expr = exp.Literal.number(key.ordinal or 1)
    else:

        def qualified(node: exp.Expr) -> exp.Expr:
            # An engine prefers an alias of the select list over a column of that name here.
            bare = isinstance(node, exp.Column) and not node.table
            return exp.column(node.this.copy(), table=source) if bare else node

        target = value(key.tree).transform(qualified)
    return exp.Ordered(this=target, desc=key.descending, nulls_first=key.nulls_first)


def _without_question(node: exp.Expr) -> exp.Expr:
    """A text without `?`, which marks placeholders alone: `'why?'` as `'why' || chr(63)`."""
    if not (isinstance(node, exp.Literal) and node.is_string and "?" in node.name):
        return node
    pieces: list[exp.Expr] = []
    for at, text in enumerate(node.name.split("?")):
        pieces += [_QUESTION.copy()] if at else []
        pieces += [exp.Literal.string(text)] if text else []
    joined = pieces[0]
    for piece in pieces[1:]:
        joined = exp.DPipe(this=joined, expression=piece, safe=True)
    return exp.paren(joined)
