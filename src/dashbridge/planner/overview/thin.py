"""Tables that hold too little for a page: what is missing is said, and what there is is shown."""

from __future__ import annotations

from dashbridge.planner.dialect import quote, table_sql
from dashbridge.planner.measure_sql import measure_expression
from dashbridge.planner.overview.statements import query_name
from dashbridge.planner.plan import Measure, NotAnswerable, Plan
from dashbridge.planner.queries import BuiltQuery, Queries
from dashbridge.planner.schema import Column, Table
from dashbridge.planner.sqltext import SelectText
from dashbridge.planner.views import View, make_view, plain_name
from dashbridge.planner.words import capital

_MOST_COLUMNS = 12
_MOST_ROWS = 200


def too_little(table: Table) -> None:
    """Raises NotAnswerable where there is nothing to show: no rows, or no column that can be read."""
    if table.rows == 0:
        raise NotAnswerable(f"{table.name} is empty: it has columns, but not one row yet.")
    if not _shown(table):
        raise NotAnswerable(f"{table.name} has no column that a table or a chart could show.")


def thin_page(plan: Plan, dialect: str) -> tuple[Queries, list[View]]:
    """How many rows there are, and the first of them, for a table without time, category or measure."""
    base, name = plan.base, query_name(plan)
    columns = _shown(base)
    taken: dict[str, Column] = {}
    for column in columns:
        taken.setdefault(_alias(column), column)
    source = table_sql(base.name, dialect)
    shown = tuple((quote(column.name, dialect), alias) for alias, column in taken.items())
    listed = SelectText(shown, source, order=f"1 LIMIT {_MOST_ROWS}")
    counted = SelectText((("count(*)", "row_count"),), source)
    queries = Queries([BuiltQuery(f"{name}_count"[:60], counted, ()), BuiltQuery(name, listed, ())])
    rows = Measure("count", None, "row_count", base.label)
    count = make_view("metric", capital(base.label), rows, "value")
    first = next(iter(taken))
    few = (base.rows or _MOST_ROWS + 1) <= _MOST_ROWS
    what = "all rows" if few else f"the first {_MOST_ROWS} rows"
    table = {
        "type": "table",
        "title": f"{capital(base.label)}: {what} by {columns[0].label}",
        "labels": {alias: capital(column.label) for alias, column in taken.items()},
    }
    views = [
        View("row_count", "metric", count, queries.built[0].name, {"value": measure_expression(rows)}),
        View("details", "wide", table, name, {}, {alias: alias for alias in taken}, first, _MOST_ROWS),
    ]
    return queries, views


def _shown(table: Table) -> list[Column]:
    return [column for column in table.columns if column.role != "other"][:_MOST_COLUMNS]


def _alias(column: Column) -> str:
    plain = plain_name(column.name)
    plain = "".join(one if one.isascii() else "_" for one in plain)
    return f"{plain if plain[:1].isalpha() else 'c_' + plain}"[:60]
