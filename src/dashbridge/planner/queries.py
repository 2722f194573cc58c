"""Step 5: the queries. Each is grouped and carries sums and counts of non-null values, so any view of it can be right.

A query has the time as fine as a row budget allows, the groupings asked and the columns of the inputs; views aggregate
it further.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from dashbridge.planner.dialect import made_date, quote, table_sql, truncated
from dashbridge.planner.joins import Join
from dashbridge.planner.measure_sql import condition_sql, dimension_name, measure_columns, period_sql
from dashbridge.planner.plan import Dimension, Measure, Plan
from dashbridge.planner.schema import Column
from dashbridge.planner.sqltext import SelectText

ROW_BUDGET = 50_000
_DAYS_UNKNOWN = 1_500
_PER_DAY = {"hour": 24.0, "day": 1.0, "week": 1 / 7, "month": 1 / 30, "quarter": 1 / 91, "year": 1 / 365}
_FINER = {"weekday": ("day",), "hour": ("hour",), "day": ("day",), "week": ("day", "week")}


@dataclass(frozen=True)
class BuiltQuery:
    """A query and the names of what it returns. `time` is the time column's name, `grain` its grain."""

    name: str
    text: SelectText
    dimensions: tuple[Dimension, ...]
    time: str | None = None
    grain: str | None = None

    @property
    def sql(self) -> str:
        return self.text.render()


@dataclass
class Queries:
    """The queries of a dashboard; `source` finds the one that has some groupings. `notes` says what had to give."""

    built: list[BuiltQuery] = field(default_factory=list)
    options: dict[str, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    def source(self, dimensions: Sequence[Dimension]) -> BuiltQuery | None:
        return next((one for one in self.built if set(dimensions) <= set(one.dimensions)), None)


def build_queries(plan: Plan, dialect: str) -> Queries:
    """One query with everything when it fits the row budget, else one for each grouping."""
    queries = Queries()
    writer = QueryWriter(plan, dialect)
    base = _query_name(plan)
    if plan.single:
        queries.built.append(BuiltQuery(base, writer.write([], None), ()))
        return queries
    wanted = tuple(dict.fromkeys([*plan.dimensions, *plan.extra, *plan.filters]))
    grain = _grain(plan, wanted)
    if grain is not False:
        queries.built.append(_built(writer, base, wanted, grain))
    else:
        _one_each(plan, writer, base, queries)
    for dimension in plan.filters:
        queries.options[f"{dimension.slug}_options"] = writer.options(dimension)
    return queries


def _one_each(plan: Plan, writer: QueryWriter, base: str, queries: Queries) -> None:
    overall = _grain(plan, tuple(plan.filters))
    if overall is False:
        plan.filters = []
        overall = _grain(plan, ()) or None
        queries.notes.append("There are too many groups for inputs by category, so only the period can be chosen.")
    queries.built.append(_built(writer, base, tuple(plan.filters), overall))
    for dimension in (*plan.dimensions, *plan.extra):
        if dimension in plan.filters:
            continue
        wanted = tuple(dict.fromkeys([dimension, *plan.filters]))
        grain = _grain(plan, wanted)
        if grain is False:
            wanted, grain = (dimension,), _grain(plan, (dimension,))
        if grain is False:
            queries.notes.append(
                f"By {dimension.label} the inputs do not apply: it has too many groups to keep the time beside them."
            )
            grain = None
        queries.built.append(_built(writer, f"{base}_by_{dimension.slug}"[:60], wanted, grain))


def _built(writer: QueryWriter, name: str, dimensions: tuple[Dimension, ...], grain: str | None) -> BuiltQuery:
    time = writer.time_name(grain, dimensions) if grain else None
    return BuiltQuery(name, writer.write(dimensions, grain), dimensions, time, grain)


def _grain(plan: Plan, dimensions: Sequence[Dimension]) -> str | Literal[False] | None:
    """The finest grain that fits the budget; None without a time; False when even the asked grain does not fit."""
    groups = 1.0
    for dimension in dimensions:
        groups *= dimension.distinct
    for measure in plan.measures:
        if measure.kind == "distinct" and measure.column is not None:
            groups *= measure.column.distinct or 1_000
    rows = plan.base.rows or 10_000_000
    if plan.time is None:
        return None if min(groups, rows) <= ROW_BUDGET else False
    asked = plan.time.grain
    for grain in _FINER.get(asked, ("day", asked)):
        if grain == "day" and not plan.time.days:
            continue
        if min(groups * _days(plan) * _PER_DAY[grain], rows) <= ROW_BUDGET:
            return grain
    return False


def _days(plan: Plan) -> float:
    column = plan.time.columns[0] if plan.time else None
    if column is None or column.distinct is None or plan.time is None or len(plan.time.columns) > 1:
        return float(_DAYS_UNKNOWN)
    return max(1.0, min(column.distinct, _DAYS_UNKNOWN))


def _query_name(plan: Plan) -> str:
    words = plan.base.short.lower()
    plain = "".join(
        character if character.isascii() and (character.isalnum() or character == "_") else "_" for character in words
    )
    plain = (plain.strip("_") or "rows")[:40]
    return plain if plain[0].isalpha() else f"t_{plain}"


class QueryWriter:
    """Writes SELECTs over the plan's base table."""

    def __init__(self, plan: Plan, dialect: str) -> None:
        self.plan, self.dialect = plan, dialect

    def time_name(self, grain: str, dimensions: Sequence[Dimension]) -> str:
        taken = {dimension.slug for dimension in dimensions}
        return f"{grain}_start" if grain in taken else grain

    def write(self, dimensions: Sequence[Dimension], grain: str | None) -> SelectText:
        joins = self._joins(dimensions)
        select: list[tuple[str, str]] = []
        if grain and self.plan.time is not None:
            select.append((self._time(grain, bool(joins)), self.time_name(grain, dimensions)))
        for dimension in dimensions:
            select.append((self._column(dimension.column, joins), dimension_name(dimension)))
            if dimension.name is not None:
                select.append((self._column(dimension.name, joins), f"{dimension_name(dimension)}_name"))
        grouped = len(select)
        for measure in self.plan.measures:
            if measure.kind == "distinct" and not self.plan.single:
                select.append((self._of(measure, joins), measure.slug))
                grouped += 1
        for expression, name in self._measures(joins):
            if name not in [alias for _, alias in select]:
                select.append((expression, name))
        return SelectText(
            select=tuple(select),
            source=table_sql(self.plan.base.name, self.dialect) + (" AS t" if joins else ""),
            joins=tuple(self._join(join) for join in joins),
            where=tuple(self._where(joins)),
            group=grouped,
        )

    def options(self, dimension: Dimension) -> str:
        """The values an input offers, with their names."""
        column = quote(dimension.column.name, self.dialect)
        name = dimension_name(dimension)
        if dimension.name is not None:
            joins = self._joins([dimension])
            return SelectText(
                select=(
                    (self._column(dimension.column, joins), name),
                    (self._column(dimension.name, joins), f"{name}_name"),
                ),
                source=table_sql(self.plan.base.name, self.dialect) + " AS t",
                joins=tuple(self._join(join) for join in joins),
                where=(f"{self._column(dimension.column, joins)} IS NOT NULL", *self._narrowed(dimension, joined=True)),
                group=2,
                order="1",
            ).render()
        text = SelectText(
            ((column, name),),
            table_sql(dimension.column.table, self.dialect),
            where=(f"{column} IS NOT NULL", *self._narrowed(dimension, joined=False)),
            group=1,
            order="1",
        )
        return text.render()

    def _measures(self, joins: Sequence[Join]) -> list[tuple[str, str]]:
        found: list[tuple[str, str]] = []
        for measure in self.plan.measures:
            if measure.kind == "distinct" and not self.plan.single:
                continue
            found += measure_columns(measure, self._of(measure, joins), self._condition_of(measure, joins))
        if not self.plan.single and all(measure.kind != "count" for measure in self.plan.measures):
            found.append(("count(*)", "row_count"))
        return found

    def _of(self, measure: Measure, joins: Sequence[Join]) -> str:
        return self._column(measure.column, joins) if measure.column is not None else "*"

    def _condition_of(self, measure: Measure, joins: Sequence[Join]) -> str:
        return (
            condition_sql(self._column(measure.condition.column, joins), measure.condition, self.dialect)
            if measure.condition
            else ""
        )

    def _joins(self, dimensions: Sequence[Dimension]) -> list[Join]:
        columns = [dimension.column for dimension in dimensions] + [
            dimension.name for dimension in dimensions if dimension.name
        ]
        columns += [condition.column for condition in self.plan.conditions]
        columns += [measure.column for measure in self.plan.measures if measure.column is not None]
        found: dict[Join, None] = {}
        for column in columns:
            for join in _path(column, dimensions, self.plan):
                found[join] = None
        return list(found)

    def _column(self, column: Column, joins: Sequence[Join]) -> str:
        name = quote(column.name, self.dialect)
        if not joins:
            return name
        return f"{self._alias(column.table)}.{name}"

    def _alias(self, table: str) -> str:
        return "t" if table == self.plan.base.name else quote(table.rpartition(".")[2], self.dialect)

    def _join(self, join: Join) -> str:
        left = f"{self._alias(join.left.table)}.{quote(join.left.name, self.dialect)}"
        alias = self._alias(join.table)
        right = f"{alias}.{quote(join.right.name, self.dialect)}"
        return f"LEFT JOIN {table_sql(join.table, self.dialect)} AS {alias} ON {left} = {right}"

    def _time(self, grain: str, joined: bool) -> str:
        source, kind = self._moment(joined)
        return truncated(source, grain, kind, self.dialect)

    def _moment(self, joined: bool) -> tuple[str, str]:
        columns = self.plan.time.columns if self.plan.time else ()
        names = [("t." if joined else "") + quote(column.name, self.dialect) for column in columns]
        if len(names) == 1:
            return names[0], columns[0].kind
        return made_date(names[0], names[1], names[2] if len(names) > 2 else "1", self.dialect), "date"

    def _where(self, joins: Sequence[Join]) -> list[str]:
        found = [condition_sql(self._column(one.column, joins), one, self.dialect) for one in self.plan.conditions]
        return found + self._in_periods(bool(joins))

    def _narrowed(self, dimension: Dimension, *, joined: bool) -> list[str]:
        own = joined or dimension.column.table == self.plan.base.name
        return self._in_periods(joined) if self.plan.narrow and own else []

    def _in_periods(self, joined: bool) -> list[str]:
        if self.plan.time is None:
            return []
        source, kind = self._moment(joined)
        return [text for period in self.plan.periods for text in period_sql(source, period, self.dialect, kind)]


def _path(column: Column, dimensions: Sequence[Dimension], plan: Plan) -> Sequence[Join]:
    """How to reach a column; a name is reached through the very key it names, not another to the same table."""
    owner = next((dimension for dimension in dimensions if dimension.name == column), None)
    path = plan.paths.get(column.table, ())
    if owner is not None and path and path[-1].left != owner.column:
        return ()
    return path
