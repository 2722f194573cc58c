"""Where an insight is cut in two, and the plans of its halves.

The stages of a statement are WHERE, groups and aggregates, HAVING, windows, QUALIFY, order. The first stage that an
input acts on decides: whatever lies before it is the warehouse's. Where it acts before the groups are made, finer
groups are made there and merged here if every aggregate allows it; else the needed columns of every row are carried.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Literal

from sqlglot import exp

from dashbridge.insights.carry import Carried, cut, of_a_row
from dashbridge.insights.merge import NotMergeable, merged
from dashbridge.insights.plan import Plan, SortKey
from dashbridge.insights.trees import (
    AROUND_AGGREGATE,
    Keys,
    computes,
    has_aggregate,
    has_window,
    is_aggregate,
    meaning,
    refers,
)

Mode = Literal["static", "grouped", "rows", "server"]


@dataclass(frozen=True, slots=True)
class Halves:
    """The plan of each half, and why it is cut there."""

    mode: Mode
    reason: str
    pre: Plan
    post: Plan | None  # None: the rows of the pre-query are the answer


def halves_of(plan: Plan) -> Halves:
    """The two halves, together equal to the plan."""
    trees = list(plan.trees())
    constants = {key for key, tree in plan.select if refers(tree) and not computes(tree)}
    acting = [tree for key, tree in plan.select if refers(tree) and key not in constants]
    acting += [part for part in (*plan.where, *plan.having, *plan.qualify) if refers(part)]
    acting += [key.tree for key in plan.order if key.tree is not None and refers(key.tree) and computes(key.tree)]
    if not acting:
        return _static(plan, constants)
    grouped = bool(plan.group) or any(has_aggregate(tree) for tree in trees)
    keys = (plan.select[at - 1][1] for at in plan.group)
    if not any(refers(tree) for tree in (*plan.where, *keys, *_aggregates(trees))):
        return _finished(plan, "grouped" if grouped else "rows")
    if not grouped:
        return _rows(plan, "it has no groups, so each row that may be needed is carried")
    try:
        return _merged(plan)
    except NotMergeable as error:
        return _rows(plan, str(error))


def _aggregates(trees: Iterable[exp.Expr]) -> Iterator[exp.Expr]:
    """Every aggregate, with what is around it, such as its FILTER."""
    for tree in trees:
        for node in tree.walk():
            if is_aggregate(node):
                while isinstance(node.parent, AROUND_AGGREGATE):
                    node = node.parent
                yield node


def _static(plan: Plan, constants: set[str]) -> Halves:
    """Everything in the pre-query; constants that an input gives are put beside its rows."""
    order = tuple(key for key in plan.order if not _is_constant(key, plan, constants))
    if not constants:
        return Halves("static", "no input bears on it", replace(plan, order=order), None)
    kept = [at for at, (key, _) in enumerate(plan.select, 1) if key not in constants]
    place = {at: new for new, at in enumerate(kept, 1)}
    select = tuple((f"c{place[at]}", plan.select[at - 1][1]) for at in kept)
    pre = replace(
        plan,
        select=select or (("c1", exp.Literal.number(1)),),
        group=tuple(place[at] for at in plan.group),
        order=tuple(replace(key, ordinal=place[key.ordinal]) if key.ordinal else key for key in order),
    )
    post = tuple(
        (key, tree if key in constants else exp.column(f"c{place[at]}"))
        for at, (key, tree) in enumerate(plan.select, 1)
    )
    return Halves("static", "its inputs only give constants", pre, Plan(post, limit=plan.limit))


def _is_constant(key: SortKey, plan: Plan, constants: set[str]) -> bool:
    if key.tree is not None:
        return refers(key.tree)  # one that computes would not be static
    return key.ordinal is not None and plan.select[key.ordinal - 1][0] in constants


def _finished(plan: Plan, mode: Mode) -> Halves:
    """Groups, or rows, are finished in the pre-query; filters on them, windows and the order may remain."""
    moving_having = tuple(part for part in plan.having if refers(part))
    windows = [node for tree in plan.trees() for node in tree.find_all(exp.Window)]
    windows_move = bool(moving_having) or any(map(refers, windows))
    moving_qualify = tuple(part for part in plan.qualify if windows_move or refers(part))
    carried = Carried(_spare(plan))
    moving = replace(plan, where=(), having=moving_having, qualify=moving_qualify)
    post = moving.changed(lambda tree: cut(tree, carried.key, lambda one: not (windows_move and has_window(one))))
    where = post.having if windows_move else (*post.having, *post.qualify)
    pre = Plan(
        select=carried.select(),
        where=plan.where,
        having=tuple(part for part in plan.having if not refers(part)),
        qualify=() if windows_move else tuple(part for part in plan.qualify if not refers(part)),
        group=tuple(carried.place(plan.select[at - 1][1]) for at in plan.group),
        limit=None,
    )
    after = replace(post, where=where, having=(), qualify=post.qualify if windows_move else (), group=())
    what = "groups" if mode == "grouped" else "rows"
    return Halves(mode, f"its inputs act on finished {what}", pre, after)


def _spare(plan: Plan) -> str:
    """What leads the names of carried columns, so that none is a column of the query."""
    taken = {column.name.lower() for tree in plan.trees() for column in tree.find_all(exp.Column)}
    spare = ""
    while any(re.fullmatch(rf"{spare}[ca]\d+", name) for name in taken):
        spare += "_"
    return spare


def _merged(plan: Plan) -> Halves:
    """Finer groups in the pre-query: by the keys and by what the inputs look at. Raises NotMergeable."""
    carried = Carried(_spare(plan))
    fixed = {at: tree for at in plan.group if not refers(tree := plan.select[at - 1][1])}
    keys: Keys = {meaning(tree): type(tree.unnest()) for tree in fixed.values()}

    def by_row(tree: exp.Expr) -> exp.Expr:
        return cut(tree, carried.key, of_a_row)

    def by_group(tree: exp.Expr) -> exp.Expr:
        return merged(tree, carried, keys)

    post = Plan(
        select=tuple(
            (key, by_row(tree) if at in plan.group else by_group(tree)) for at, (key, tree) in enumerate(plan.select, 1)
        ),
        where=tuple(by_row(part) for part in plan.where if refers(part)),
        having=tuple(by_group(part) for part in plan.having),
        qualify=tuple(by_group(part) for part in plan.qualify),
        group=plan.group,
        order=tuple(replace(key, tree=key.tree and by_group(key.tree)) for key in plan.order),
        limit=plan.limit,
    )
    pre = Plan(
        select=carried.select(),
        where=tuple(part for part in plan.where if not refers(part)),
        group=tuple(range(1, len(carried.keys) + 1)),
        limit=None,
    )
    return Halves("grouped", "every aggregate can be merged from finer groups", pre, post)


def _rows(plan: Plan, reason: str) -> Halves:
    """What is needed of every row that the fixed filters keep."""
    carried = Carried(_spare(plan))
    moving = replace(plan, where=tuple(part for part in plan.where if refers(part)))
    post = moving.changed(lambda tree: cut(tree, carried.key, of_a_row))
    fixed = tuple(part for part in plan.where if not refers(part))
    return Halves("rows", reason, Plan(carried.select(), where=fixed, limit=None), post)
