"""Step 4, the other half: what to group by, and which inputs to offer."""

from __future__ import annotations

from collections.abc import Sequence

from dashbridge.kit import slugify
from dashbridge.planner.mentions import Linked
from dashbridge.planner.plan import Dimension, Plan
from dashbridge.planner.question import Question
from dashbridge.planner.resolve import Resolve
from dashbridge.planner.schema import Column, Table

_MOST_DIMENSIONS = 3
_FEW = 60


def read_dimensions(question: Question, linked: Linked, resolve: Resolve) -> tuple[list[Dimension], bool]:
    """The groupings asked, in order, and whether a time column itself was named."""
    found: list[Dimension] = []
    time_asked = False
    for mention in list(linked.mentions):
        column = mention.column
        if column.role == "time":
            time_asked = True
            continue
        if column.role == "part" and linked.base.clock is not None and column.words[0] in ("year", "month", "day"):
            question.grain = question.grain or column.words[0]
            time_asked = True
            continue
        same_kind = [rival for rival in mention.rivals if rival.role == column.role]
        if same_kind:
            column = resolve(mention.said, (column, *same_kind))
        found.append(make_dimension(column, linked))
    if question.grain == "hour" and (hours := linked.base.column_part("hour")):
        found.append(make_dimension(hours, linked))
        question.grain = None
    for dimension in _named_tables(question, linked):
        found.append(dimension)
    return list(dict.fromkeys(found))[:_MOST_DIMENSIONS], time_asked


def make_dimension(column: Column, linked: Linked) -> Dimension:
    """A grouping by `column`, with the name from the table it is the key of, where there is one."""
    name = _name_of(column, linked)
    label = column.label
    if column.words in (("name",), ("title",), ("label",)) and column.table == linked.base.name:
        label = linked.base.label.removesuffix("s")
    elif column.words in (("name",), ("title",), ("label",), ("type",), ("year",)) and column.table != linked.base.name:
        label = f"{linked.tables[column.table].label} {column.label}"
    elif column.words[-1:] in (("id",), ("key",), ("code",)) and len(column.words) > 1:
        label = label.rpartition(" ")[0]
    return Dimension(column, slugify(label).replace("-", "_") or "group_by", label, name)


def _name_of(column: Column, linked: Linked) -> Column | None:
    if column.table != linked.base.name or column.role not in ("id", "category"):
        return None
    for path in linked.paths.values():
        if len(path) == 1 and path[0].left == column:
            table = linked.tables[path[0].table]
            named = [
                one
                for one in table.columns
                if one.kind == "text" and one.words[-1:] in (("name",), ("title",), ("label",))
            ]
            full = [one for one in named if one.words in (("name",), ("title",), (*table.words, "name"))]
            if named:
                return (full or named)[0]
    return None


def _named_tables(question: Question, linked: Linked) -> Sequence[Dimension]:
    """ "by customer": a table named in a grouping place is grouped by its key in the base."""
    found: list[Dimension] = []
    for name, at in sorted(linked.named.items(), key=lambda item: item[1]):
        path = linked.paths[name]
        before = question.words[at - 1] if at else ""
        if not path and before in ("by", "per", "each", "every"):
            own = [
                one for one in linked.base.columns if one.kind == "text" and one.words[-1:] in (("name",), ("title",))
            ]
            found += [make_dimension(one, linked) for one in own[:1]]
        if (path and before in ("by", "per", "each", "every", "and", "across", "which", "vs", "of", "top", ",")) or (
            path and at - 1 in question.taken
        ):
            found.append(
                make_dimension(path[0].left, linked)
                if len(path) == 1
                else _far(linked.tables[name], linked, path[-1].right)
            )
    return found


def _far(table: Table, linked: Linked, key: Column) -> Dimension:
    named = [
        column for column in table.columns if column.kind == "text" and column.words[-1:] in (("name",), ("title",))
    ]
    return make_dimension(named[0] if named else key, linked)


def overview_dimensions(linked: Linked) -> list[Dimension]:
    """Categories worth a breakdown though nobody named them: few groups, more than one, the most telling first."""
    columns = [column for column in linked.base.with_role("category", "id") if _telling(column)]
    columns.sort(key=lambda column: (column.role == "id", abs((column.distinct or 30) - 8), column.name))
    made = [make_dimension(column, linked) for column in columns]
    return [one for one in made if one.column.role == "category" or one.name is not None]


def _telling(column: Column) -> bool:
    if column.kind == "boolean":
        return True
    return column.distinct is not None and 2 <= column.distinct <= _FEW and not column.unique


def filter_dimensions(plan: Plan, linked: Linked) -> list[Dimension]:
    """At most two inputs: asked groupings with few groups first, then the clearest category of the base."""
    if plan.single:
        return []
    fixed = {condition.column for condition in plan.conditions if condition.op == "="}
    wanted = [one for one in plan.dimensions if one.distinct <= 1_000 and one.column.kind == "text"]
    spare = [
        one
        for one in overview_dimensions(linked)
        if one.column not in {item.column for item in wanted} and one.column.kind == "text"
    ]
    return [one for one in (*wanted, *spare[: 1 if len(wanted) < 1 else 0]) if one.column not in fixed][:2]
