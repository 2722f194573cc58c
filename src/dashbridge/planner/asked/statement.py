"""Step 5b: the reading as one statement, grouped where an aggregate is asked, row by row where none is."""

from __future__ import annotations

from dashbridge.kit import slugify
from dashbridge.planner.asked.route import Edge
from dashbridge.planner.asked.sentence import Amount, Reading
from dashbridge.planner.asked.values import Filter
from dashbridge.planner.dialect import as_date, literal, quote, table_sql
from dashbridge.planner.lexicon import RESERVED
from dashbridge.planner.measure_sql import condition_sql, measure_columns, measure_expression, period_sql
from dashbridge.planner.measures import column_measure
from dashbridge.planner.plan import Condition, Measure
from dashbridge.planner.schema import Column, Table
from dashbridge.planner.sqltext import SelectText


class Statement:
    """One SELECT over the joined tables, and the names its columns have."""

    def __init__(self, reading: Reading, path: list[Edge], tables: dict[str, Table], dialect: str) -> None:
        self.reading, self.path, self.dialect = reading, path, dialect
        self.base = tables[reading.tables[0]]
        self.measures = [self._measure(one) for one in reading.amounts]
        self.grouped = any(one.kind for one in reading.amounts)
        self._names: dict[Column, str] = {}
        self.text = self._select()

    def _measure(self, amount: Amount) -> Measure:
        if amount.kind == "count" or amount.column is None:
            return Measure("count", None, "row_count", f"number of {self.base.label}")
        if amount.kind == "sum":
            made = column_measure(amount.column, "max")
            return Measure(
                "sum", amount.column, made.slug.removesuffix("_max") + "_sum", f"total {amount.column.label}", made.unit
            )
        if amount.kind is None:
            made = column_measure(amount.column, "max")
            return Measure("max", amount.column, made.slug, amount.column.label, made.unit)
        return column_measure(amount.column, amount.kind)

    @property
    def tables(self) -> list[str]:
        """The tables read, the first one first."""
        return list(dict.fromkeys([self.base.name, *(edge.right.table for edge in self.path)]))

    def _column(self, column: Column) -> str:
        name = quote(column.name, self.dialect)
        return f"{self._alias(column.table)}.{name}" if self.path else name

    def _alias(self, table: str) -> str:
        return "t" if table == self.base.name else quote(table.rpartition(".")[2], self.dialect)

    def name(self, column: Column) -> str:
        """The column's name in the statement, unlike all others."""
        if column not in self._names:
            plain = slugify(column.name, fallback="value").replace("-", "_")[:50]
            plain = plain if plain[0].isalpha() else f"c_{plain}"
            plain = f"{plain}_value" if plain.lower() in RESERVED else plain
            while plain in self._names.values():
                plain += "_2"
            self._names[column] = plain
        return self._names[column]

    def _select(self) -> SelectText:
        reading = self.reading
        select: list[tuple[str, str]] = []
        for column in dict.fromkeys([reading.x, reading.color, reading.hidden]):
            if column is not None:
                timed = column.role == "time" and column.kind != "date"
                select.append(
                    (as_date(self._column(column), column.kind) if timed else self._column(column), self.name(column))
                )
        groups = len(select) if self.grouped else 0
        for measure, amount in zip(self.measures, self.reading.amounts, strict=True):
            source = self._column(measure.column) if measure.column is not None else "*"
            parts = measure_columns(measure, source) if amount.kind else [(source, self._raw(measure))]
            if amount.kind and self.having():
                parts = [*parts, ("count(*)", "row_count")]
            for part in parts:
                if part[1] not in [name for _, name in select]:
                    select.append(part)
        joins = tuple(
            f"JOIN {table_sql(edge.right.table, self.dialect)} AS {self._alias(edge.right.table)} ON "
            f"{self._column(edge.left)} = {self._column(edge.right)}"
            for edge in self.path
        )
        source = table_sql(self.base.name, self.dialect) + (" AS t" if joins else "")
        return SelectText(tuple(select), source, joins, tuple(self._where()), groups)

    def _raw(self, measure: Measure) -> str:
        return self.name(measure.column) if measure.column is not None else measure.slug

    def _where(self) -> list[str]:
        """The conditions; an OR parts them as it does in SQL, with the ANDs on either side kept together."""
        sides: list[list[str]] = [[]]
        for one in self.reading.filters:
            if one.column is None:
                continue
            if one.either and sides[-1]:
                sides.append([])
            sides[-1].append(self._filter(one, one.column, self._column(one.column)))
        found = sides[0] if len(sides) == 1 else ["(" + " OR ".join(" AND ".join(side) for side in sides) + ")"]
        if self.reading.clock is not None:
            clock, source = self.reading.clock, self._column(self.reading.clock)
            for period in self.reading.periods:
                found = [*found, *period_sql(source, period, self.dialect, clock.kind)]
        return found

    def having(self) -> list[str]:
        """Conditions on the rows of a group, for the insight."""
        return [f"sum(row_count) {one.op} {one.values[0]}" for one in self.reading.filters if one.column is None]

    def _filter(self, one: Filter, wanted: Column, column: str) -> str:
        if one.beyond is not None:
            return self._absent(one, column, one.beyond)
        if one.above_average:
            table = table_sql(wanted.table, self.dialect)
            return f"{column} {one.op} (SELECT avg({quote(wanted.name, self.dialect)}) FROM {table})"
        if one.op in ("like", "not like"):
            return f"{column} {one.op.upper()} {literal(one.values[0], self.dialect)}"
        if one.op in ("null", "not null"):
            return f"{column} IS {one.op.upper()}"
        return condition_sql(column, Condition(wanted, one.op, one.values), self.dialect)

    def _absent(self, one: Filter, column: str, beyond: Column) -> str:
        """Not among the other table's: its missing values are left out, for NOT IN would keep nothing then."""
        far = quote(beyond.name, self.dialect)
        inner = [(two, two.column) for two in one.within if two.column is not None]
        kept = [f"{far} IS NOT NULL", *(self._filter(two, of, quote(of.name, self.dialect)) for two, of in inner)]
        return f"{column} NOT IN (SELECT {far} FROM {table_sql(beyond.table, self.dialect)} WHERE {' AND '.join(kept)})"

    def value(self, at: int = 0) -> str:
        """A measure over the statement's rows."""
        amount, measure = self.reading.amounts[at], self.measures[at]
        return measure_expression(measure) if amount.kind else self._raw(measure)
