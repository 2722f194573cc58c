"""Step 4: two or three groupings that tell most, at most ten bars each, what is small together as "Other"."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from dashbridge.planner.dimensions import make_dimension
from dashbridge.planner.lexicon import ID_PIECES, NAME_PIECES
from dashbridge.planner.measure_sql import dimension_name, measure_expression
from dashbridge.planner.mentions import Linked
from dashbridge.planner.overview.headline import overview_format
from dashbridge.planner.overview.wish import Wish
from dashbridge.planner.plan import Dimension, Measure
from dashbridge.planner.queries import BuiltQuery
from dashbridge.planner.schema import Column, Table
from dashbridge.planner.views import View, label_expression, make_view, plain_name
from dashbridge.planner.words import capital, stem

MOST = 3
KEPT = 9
OTHER = "Other"
_PLAIN_BARS = 8
_MOST_GROUPS = 1_000
_JOIN_COST = 0.4
_LEAST = 0.3
_TELLING = frozenset(
    stem(word)
    for word in [
        "status",
        "state",
        "type",
        "category",
        "kind",
        "class",
        "group",
        "segment",
        "country",
        "region",
        "city",
        "area",
        "district",
        "channel",
        "source",
        "method",
        "plan",
        "tier",
        "level",
        "priority",
        "stage",
        "gender",
        "sex",
        "department",
        "team",
        "brand",
        "language",
        "currency",
        "carrier",
        "airline",
        "origin",
        "destination",
        "product",
        "customer",
        "site",
        "store",
        "branch",
        "building",
        "clinic",
        "doctor",
        "specialty",
        "sector",
        "reason",
        "platform",
        "device",
    ]
)
_FREE = frozenset(
    stem(word)
    for word in [
        "comment",
        "comments",
        "note",
        "notes",
        "description",
        "address",
        "street",
        "email",
        "mail",
        "phone",
        "url",
        "link",
        "text",
        "message",
        "remark",
        "remarks",
        "first",
        "last",
        "middle",
        "surname",
        "password",
        "token",
        "hash",
        "path",
        "file",
        "image",
        "photo",
        "postcode",
        "zip",
        "fax",
        "body",
        "summary",
    ]
)


def choose_groups(wish: Wish) -> list[Dimension]:
    """All groupings worth showing, those asked for first, then the most telling; no two of the same thing."""
    found = [one for one in wish.groups if _groups(one.column)]
    seen = {_thing(one) for one in found}
    fixed = {one.column for one in wish.conditions if one.op == "="}
    for dimension in _candidates(wish.linked):
        if dimension.column not in fixed and _thing(dimension) not in seen:
            found.append(dimension)
            seen.add(_thing(dimension))
    return found


def _candidates(linked: Linked) -> list[Dimension]:
    ranked: list[tuple[float, str, Dimension]] = []
    keys = {join.right for path in linked.paths.values() for join in path}
    for table in linked.tables.values():
        far = len(linked.paths[table.name])
        for column in table.columns:
            if column.role not in ("category", "id") or column in keys:
                continue
            dimension = _singular(make_dimension(column, linked), table)
            worth = _worth(column, dimension) - _JOIN_COST * far
            if worth >= _LEAST:
                ranked.append((-worth, f"{table.name}.{column.name}", dimension))
    return [dimension for _, _, dimension in sorted(ranked, key=lambda one: one[:2])]


def _singular(dimension: Dimension, table: Table) -> Dimension:
    """ "plane type" rather than "planes type"."""
    of = table.label
    if dimension.label.startswith(f"{of} ") and of.endswith("s") and not of.endswith("ss"):
        return replace(dimension, label=of[:-1] + dimension.label[len(of) :])
    return dimension


def _worth(column: Column, dimension: Dimension) -> float:
    words, named = set(column.words), dimension.name is not None
    if words & _FREE or (column.role == "id" and not named):
        return 0.0
    bonus = 0.2 * bool(words & _TELLING)
    groups = 2 if column.kind == "boolean" else column.distinct
    if groups is None:
        return 0.4 + bonus if bonus else 0.0
    if groups < 2 or (column.rows and groups > 0.5 * column.rows and groups > 8) or groups > _MOST_GROUPS:
        return 0.0
    steps = ((2, 0.5), (12, 0.9), (40, 0.8), (200, 0.55), (_MOST_GROUPS, 0.3))
    return next(worth for most, worth in steps if groups <= most) + bonus


def _groups(column: Column) -> bool:
    """Whether rows fall together by its values: not one to each row, not all into one."""
    few = column.distinct is None or 2 <= column.distinct <= _MOST_GROUPS
    return column.kind == "boolean" or (few and not column.unique)


def _thing(dimension: Dimension) -> tuple[str, frozenset[str]]:
    column = dimension.name or dimension.column
    plain = frozenset(column.words) - ID_PIECES - NAME_PIECES
    return (column.table, plain or frozenset(column.words))


def has_other(dimension: Dimension) -> bool:
    """Whether a grouping has more groups than fit, so that the small ones stand together."""
    return dimension.column.kind != "boolean" and (dimension.column.distinct or 1_000) > _PLAIN_BARS


def grouped_name(dimension: Dimension) -> str:
    """The column of the nine largest groups and the rest."""
    return f"{dimension_name(dimension)}_group"


def bar_view(measure: Measure, dimension: Dimension, source: BuiltQuery, rows: str, click: bool) -> View:
    """The main measure by a grouping, the largest bar first and the rest last."""
    name, expression = dimension_name(dimension), measure_expression(measure)
    title = f"{capital(measure.label)} by {dimension.label}"
    labels = {"x": capital(dimension.label), "y": capital(measure.label)}
    view = make_view("bar", title, measure, "y", labels)
    view["format"] = {"y": overview_format(measure)}
    if has_other(dimension):
        x = grouped_name(dimension)
        if measure.kind in ("sum", "count"):
            view["title"] += f", top {KEPT} and other"
        else:
            view["description"] = f"The {KEPT} with most {rows}, and the rest together."
        sort = f"CASE WHEN {x} = '{OTHER}' THEN 1 ELSE 0 END, {expression} DESC NULLS LAST, {x}"
    else:
        x = label_expression(dimension)
        view["sort"] = {"by": "y", "order": "descending"}
        sort = f"{expression} DESC NULLS LAST, {x}"
        if click and x == name:
            view["click"] = name
    props = {"x": x, "y": expression}
    return View(plain_name(f"by_{name}"), "half", view, source.name, props, sort=sort, dimensions=source.dimensions)


def choice_groups(groups: Iterable[Dimension]) -> list[Dimension]:
    """Up to three inputs: texts with few values."""
    found = [one for one in groups if one.column.kind == "text" and 2 <= (one.column.distinct or 0) <= 40]
    kept: list[Dimension] = []
    product = 1
    for one in found:
        if len(kept) < MOST and product * one.distinct <= 60 and re.fullmatch(r"[a-z][a-z0-9_]*", dimension_name(one)):
            kept.append(one)
            product *= one.distinct
    return kept
