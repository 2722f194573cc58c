"""Step 6: the reading as one statement, one insight and one view in the file that holds it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from dashbridge.kit import slugify
from dashbridge.planner.asked.doubt import close_keys
from dashbridge.planner.asked.reading import read_chart
from dashbridge.planner.asked.request import read_wanted
from dashbridge.planner.asked.route import join_tables, said_keys
from dashbridge.planner.asked.sentence import Reading
from dashbridge.planner.asked.statement import Statement
from dashbridge.planner.asked.told import Told, not_computed
from dashbridge.planner.periods import Period
from dashbridge.planner.plan import Choice, Condition
from dashbridge.planner.schema import Column, Table
from dashbridge.planner.titles import grain_label
from dashbridge.planner.views import make_view, regrained
from dashbridge.planner.words import capital, sentence, tokens

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MOST_ROWS = 5_000


@dataclass
class Asked:
    """A chart ready to be tried: its statement, the file, and what to say; `dated` where it keeps to a period."""

    query: str
    sql: str
    document: dict[str, Any]
    title: str
    told: list[str] = field(default_factory=list)
    follow_ups: list[str] = field(default_factory=list)
    missed: list[str] = field(default_factory=list)
    tables: tuple[str, ...] = ()
    dated: bool = False
    kept: tuple[Condition, ...] = ()
    doubt: Choice | None = None


def ask_for(
    text: str,
    tables: Sequence[Table],
    connection: str,
    dialect: str,
    today: str = "",
    within: tuple[Column, Period] | None = None,
    choices: Sequence[str] = (),
) -> Asked | None:
    """The chart that a sentence asks for; None where the tables do not hold it, or nothing joins them.

    `within` keeps it to a period that the sentence does not name; `choices` are the options chosen where we asked back.
    """
    return _asked(text, tuple(tables), connection, dialect, today, within, tuple(choices))


@lru_cache(maxsize=16)  # every step of a turn asks the same again
def _asked(
    text: str,
    tables: tuple[Table, ...],
    connection: str,
    dialect: str,
    today: str,
    within: tuple[Column, Period] | None,
    choices: tuple[str, ...],
) -> Asked | None:
    reading = read_chart(read_wanted(text), tables, today, choices)
    if reading is None:
        return None
    if within is not None:
        reading.clock, reading.periods = within[0], (within[1],)
    path = join_tables(reading.tables[0], reading.tables[1:], tables)
    if path is None:
        return None
    reading.missed += not_computed(tokens(text), list(tables))
    said = {token.stem for token in tokens(text)}
    path = said_keys(path, said, tables, choices)
    reading.doubt = reading.doubt or close_keys(path, said, tables, choices)
    statement = Statement(reading, path, {table.name: table for table in tables}, dialect)
    return _Writer(reading, statement).write(connection)


class _Writer:
    """The file of one chart over one statement, and what is told of it."""

    def __init__(self, reading: Reading, statement: Statement) -> None:
        self.reading, self.statement = reading, statement
        self.base, self.measures = statement.base, statement.measures

    def write(self, connection: str) -> Asked:
        """Everything of the chart."""
        title = self._title()
        query = slugify(self.base.short, fallback="rows").replace("-", "_")[:40]
        query = query if query[0].isalpha() else f"t_{query}"
        sql = self.statement.text.render()
        name, view, insight = self._view(query, title)
        document = {
            "version": 1,
            "title": title,
            "description": f"{title}, from {sentence(self.statement.tables)}."[:2000],
            "connection": connection,
            "theme": "neutral",
            "queries": {query: {"sql": sql, "cache": {"ttl": "10m"}}},
            "insights": {name: insight},
            "views": {name: view},
            "layout": {"rows": [{"height": "md", "items": [{"view": name, "span": 12}]}]},
        }
        told, asked = Told(self.reading, self.statement), self.reading
        tables, dated = tuple(self.statement.tables), bool(asked.periods)
        kept = tuple(Condition(one.column, one.op, one.values) for one in asked.filters if one.column is not None)
        return Asked(
            query, sql, document, title, told.lines(), told.follow_ups(), asked.missed, tables, dated, kept, asked.doubt
        )

    def _x(self, column: Column) -> tuple[str, str | None]:
        """What the axis shows, and what puts it in order where that is something else."""
        grain = self.reading.grain
        name = self.statement.name(column)
        if column.role != "time" or grain in (None, "day", "hour"):
            return name, None
        if grain == "weekday":
            return _named(f"extract(isodow FROM {name})", _DAYS), f"min(extract(isodow FROM {name}))"
        if grain == "month" and (self.reading.kind in ("bar", "pie") or self.reading.binned):
            return _named(f"extract(month FROM {name})", _MONTHS), f"min(extract(month FROM {name}))"
        return regrained(name, "day", str(grain)), None

    def _view(self, query: str, title: str) -> tuple[str, dict[str, Any], dict[str, Any]]:
        reading = self.reading
        if reading.kind == "scatter" or reading.x is None:
            return self._scatter(query, title)
        x, by = self._x(reading.x)
        props = (
            {"label": x, "value": self.statement.value()}
            if reading.kind == "pie"
            else {"x": x, "y": self.statement.value()}
        )
        axis, value = list(props)
        labels = {axis: capital(self._x_label()), value: capital(self.measures[0].label)}
        if reading.color is not None and reading.kind != "pie":
            props["color"] = self.statement.name(reading.color)
            labels["color"] = capital(reading.color.label)
        view = make_view(reading.kind, title, self.measures[0], value, labels)
        ordered = reading.x.kind in ("integer", "decimal", "float") and reading.kind in ("bar", "line")
        if ordered:
            view["kinds"] = {"x": "ordinal"}
        up = reading.order == "ascending"
        way = "ASC" if up else "DESC"
        sort = by or x
        if reading.order is not None:
            sort = f"{self.statement.value() if reading.sort == 'y' else by or x} {way} NULLS LAST" + (
                f", {by or x}" if reading.sort == "y" else ""
            )
            if reading.kind in ("bar", "pie") and (by is None or reading.sort == "y"):
                view["sort"] = {"by": value if reading.sort == "y" else axis, "order": reading.order}
        elif reading.kind in ("bar", "pie") and reading.x.kind == "text":
            sort = f"{self.statement.value()} DESC NULLS LAST, {x}"
            view["sort"] = {"by": value, "order": "descending"}
        kept = [{"filter": text} for text in self.statement.having() if self.statement.grouped]
        insight: dict[str, Any] = {"query": query, "props": props, "interactions": [*kept, {"sort": sort}]}
        insight["limit"] = reading.limit or _MOST_ROWS
        if reading.kind in ("bar", "pie"):
            view["limit"] = reading.limit or 1_000
        name = "trend" if reading.kind in ("line", "area") else f"by_{self.statement.name(reading.x)}"[:60]
        return name, view | {"insight": name}, insight

    def _scatter(self, query: str, title: str) -> tuple[str, dict[str, Any], dict[str, Any]]:
        reading = self.reading
        props = {"x": self.statement.value(0), "y": self.statement.value(1)}
        labels = {"x": capital(self.measures[0].label), "y": capital(self.measures[1].label)}
        for role, column in (("color", reading.color), ("label", reading.hidden)):
            if column is not None:
                props[role] = self.statement.name(column)
                labels[role] = capital(column.label)
        view = make_view("scatter", title, self.measures[1], "y", labels)
        return "scatter", view | {"insight": "scatter"}, {"query": query, "props": props, "limit": _MOST_ROWS}

    def _x_label(self) -> str:
        column, grain = self.reading.x, self.reading.grain
        return (
            grain_label(grain)
            if grain and column is not None and column.role == "time"
            else column.label
            if column
            else ""
        )

    def _title(self) -> str:
        measured = sentence([measure.label for measure in self.measures[:2]])
        groups = [self._x_label()] if self.reading.x is not None else []
        groups += [column.label for column in (self.reading.color, self.reading.hidden) if column is not None]
        by = f" by {sentence(groups)}" if groups else ""
        words = Told(self.reading, self.statement).kept()
        kept = f" with {sentence(words)}" if words else ""
        return (capital(measured) + by + kept)[:150].rstrip(" ,")


def _named(number: str, names: Sequence[str]) -> str:
    cases = " ".join(f"WHEN {at} THEN '{name}'" for at, name in enumerate(names, 1))
    return f"CASE {number} {cases} END"
