"""Step 7: the words of the account: what was read, grouped, kept and assumed, and what to ask next."""

from __future__ import annotations

from dataclasses import dataclass

from dashbridge.planner.asked.sentence import Reading
from dashbridge.planner.asked.statement import Statement
from dashbridge.planner.asked.values import Filter
from dashbridge.planner.lexicon import UNSUPPORTED_AGGREGATES
from dashbridge.planner.measures import condition_words
from dashbridge.planner.plan import Condition
from dashbridge.planner.schema import Table
from dashbridge.planner.words import Token, capital, label_words, sentence, stem


@dataclass(frozen=True)
class Told:
    """What is told of one chart."""

    reading: Reading
    statement: Statement

    def kept(self) -> list[str]:
        """Which rows, in words."""
        return [self._words(one) for one in self.reading.filters] + [one.text for one in self.reading.periods]

    def _words(self, one: Filter) -> str:
        if one.said:
            return one.said
        if one.column is None:
            return f"{one.op} {one.values[0]} {self.statement.base.label}"
        if one.above_average:
            return f"{one.column.label} {'over' if one.op == '>' else 'under'} its average"
        if one.beyond is not None:
            having = f" having {sentence([self._words(two) for two in one.within])}" if one.within else ""
            return f"no {label_words(one.beyond.table.rpartition('.')[2])}{having}"
        if one.op in ("like", "not like"):
            return f'{one.column.label} {one.op} "{one.values[0]}"'
        if one.op in ("null", "not null"):
            return f"{one.column.label} {'missing' if one.op == 'null' else 'known'}"
        return condition_words(Condition(one.column, one.op, one.values))

    def lines(self) -> list[str]:
        """Tables, measures, groups, which rows, and what was assumed."""
        found = [f"- Tables: {sentence(self.statement.tables)}"]
        found.append(f"- Measures: {sentence([measure.label for measure in self.statement.measures])}")
        groups = [column for column in (self.reading.x, self.reading.color, self.reading.hidden) if column is not None]
        if groups:
            found.append(f"- Grouped by: {sentence([column.label for column in groups])}")
        words = self.kept()
        if words:
            found.append(
                f"- Only rows: {sentence(words, 'or' if any(one.either for one in self.reading.filters) else 'and')}"
            )
        notes = list(self.reading.notes)
        if self.reading.grain == "month" and (self.reading.kind in ("bar", "pie") or self.reading.binned):
            notes.append("A month is that month of every year in the data.")
        notes += [
            f"{edge.left.table} and {edge.right.table} are joined by {edge.left.name} = {edge.right.name}."
            for edge in self.statement.path
        ]
        return [*found, *(["", "Assumptions:", *(f"- {note}" for note in notes)] if notes else [])]

    def follow_ups(self) -> list[str]:
        """Three next questions that the planner can carry out."""
        found = ["Top 5"] if self.reading.kind in ("bar", "pie") else []
        found.append(
            "Show as a table"
            if self.reading.kind == "scatter"
            else "Show as a bar chart"
            if self.reading.kind != "bar"
            else "Show as a line chart"
            if self.reading.x is not None and self.reading.x.kind != "text"
            else "Show as a table"
        )
        taken = {self.reading.x, self.reading.color}
        spare = [
            column
            for column in self.statement.base.with_role("category")
            if column not in taken and 2 <= (column.distinct or 0) <= 60
        ]
        found += [f"{capital(self.statement.measures[0].label)} by {column.label}" for column in spare]
        return [*found, f"Overview of {self.statement.base.label}"][:3]


def not_computed(said: tuple[Token, ...], tables: list[Table]) -> list[str]:
    """Words that ask for what is not computed, such as "predict", where no column is called so."""
    named = {word for table in tables for column in table.columns for word in column.words}
    asked = [one for one in said if one.kind == "word" and _begins(one.stem) and one.stem not in named]
    return [
        f"{word} (it is not computed here: the chart shows what the data holds)"
        for word in dict.fromkeys(one.text for one in asked)
    ]


def _begins(word: str) -> bool:
    return word != "correlation" and any(word.startswith(stem(one)) for one in UNSUPPORTED_AGGREGATES)
