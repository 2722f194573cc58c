"""Values that a question names: asked of the tool that tells them, linked to a column, said openly.

Only where the connection shows values does the tool exist; elsewhere words are taken as they were written.
"""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from dashbridge.planner.asked.reading import read_chart
from dashbridge.planner.asked.request import names_chart, read_wanted
from dashbridge.planner.asked.values import name_column
from dashbridge.planner.lexicon import PREPOSITIONS
from dashbridge.planner.mentions import Linked, link
from dashbridge.planner.nearness import SAME_WORDS, nearness
from dashbridge.planner.plan import Condition
from dashbridge.planner.question import Question, read_question
from dashbridge.planner.schema import Column, Known, Table
from dashbridge.planner.spans import Span, runs, spans, without_chart
from dashbridge.planner.transcript import Answer, Call, Context
from dashbridge.planner.understand import best_base
from dashbridge.planner.words import Token, same, sentence

TOOL = "column_values"
_MOST_COLUMNS = 6
_MOST_OWN = 4
_MOST_DISTINCT = 240
_MOST_TOLD = 200
_MOST_OPTIONS = 6
_MOST_NAMED = 8


@dataclass(frozen=True)
class _Found:
    """A value of a column that a span may mean."""

    column: Column
    value: str

    @property
    def option(self) -> str:
        shown = "".join(mark for mark in self.value if mark.isprintable())
        return f"{_place(self.column)} = '{shown[:60]}'"


def look_up_values(
    text: str, tables: list[Table], context: Context, tools: frozenset[str]
) -> Generator[Sequence[Call], list[Answer], list[Table]]:
    """The tables, their columns knowing which of their values the question names. Asks back where two fit equally."""
    if TOOL not in tools or not tables:
        return tables
    question = read_question(without_chart(text), context.today)
    said = question.tokens
    asked = runs(said, tables, context.today)
    linked = _about(text, question, tables, context.today) if asked else None
    columns = _plausible(linked, tables) if linked is not None else []
    if linked is None or not columns:
        return tables
    by_table: dict[str, list[str]] = {}
    for column in columns:
        by_table.setdefault(column.table, []).append(column.name)
    answers = yield [
        Call(TOOL, {"table_name": table, "columns": names, "limit": _MOST_TOLD}) for table, names in by_table.items()
    ]
    values, held = _values(columns, answers)
    known: dict[Column, list[Known]] = {}
    for run in asked:
        for span, found in _meant(run, said, values, linked):
            one = found[0]
            if len(found) > 1:
                chosen = [other for other in found if other.option in context.chosen]
                if not chosen:
                    options = [other.option for other in found[:_MOST_OPTIONS]]
                    yield [Call("ask_question", {"text": f'Which do you mean by "{span.text}"?', "options": options})]
                one = (chosen or found)[0]
            known.setdefault(one.column, []).append(Known(span.text, span.words, one.value))
    return [_knowing(table, known, held) for table in tables]


def read_as(tables: Sequence[Table]) -> list[str]:
    """What was taken for which value, in words."""
    return [
        f"`{one.said}` was read as {_place(column)} = '{one.value}'."
        for table in tables
        for column in table.columns
        for one in column.known
    ]


def not_held(conditions: Sequence[Condition]) -> list[str]:
    """Which of the values that rows are kept by a column does not hold, where all that it holds was looked up."""
    found = []
    for one in conditions:
        strange = [value for value in one.values if isinstance(value, str) and value not in one.column.held]
        if one.column.held and strange and one.op in ("=", "in"):
            held = [*one.column.held[:_MOST_NAMED], *(["others"] if len(one.column.held) > _MOST_NAMED else [])]
            found.append(f"{_place(one.column)} has no value {sentence(strange, 'or')}; it holds {sentence(held)}.")
    return found


def not_looked_up(missed: Sequence[str], context: Context) -> list[str]:
    """Why words that were not understood were not looked for among the values; nothing where they were."""
    if not missed or context.ai_access in ("aggregates", "samples"):
        return []
    return [
        "I could not look among the values: this connection shows names and types only "
        f"(ai_access: {context.ai_access}). Name the column and write the value as it is spelt."
    ]


def _about(text: str, question: Question, tables: Sequence[Table], today: str) -> Linked | None:
    """The question against the table that it is about: a chart's own reading knows it best."""
    reading = read_chart(read_wanted(text), tables, today) if names_chart(text) else None
    base = next((table for table in tables if reading is not None and table.name in reading.tables[:1]), None)
    return best_base(question, tables) if base is None else link(question, base, tables)


def _place(column: Column) -> str:
    return f"{column.table.rpartition('.')[2]}.{column.name}"


def _plausible(linked: Linked, tables: Sequence[Table]) -> list[Column]:
    """Text columns of few values: of the table that is asked about, and the names in tables it points to."""
    mentioned = {mention.column for mention in linked.mentions}

    def few(column: Column) -> bool:
        return column.kind == "text" and (column.distinct is None or 1 < column.distinct <= _MOST_DISTINCT)

    def rank(column: Column) -> tuple[bool, bool, int, str]:
        return (column not in mentioned, column.role == "id", column.distinct or _MOST_DISTINCT, column.name)

    own = sorted((column for column in linked.base.columns if few(column)), key=rank)[:_MOST_OWN]
    far: list[Column] = []
    for table in sorted(tables, key=lambda one: (len(linked.paths.get(one.name, ())), one.name)):
        if table.name in linked.paths and table.name != linked.base.name:
            named = [column for column in table.columns if few(column) and column in mentioned]
            name = name_column(table)
            far += [*named, *([name] if name is not None and few(name) and name not in named else [])]
    return [*own, *far][:_MOST_COLUMNS]


def _values(
    columns: Sequence[Column], answers: Sequence[Answer]
) -> tuple[dict[Column, list[str]], dict[Column, tuple[str, ...]]]:
    """The values told of each column that SQL can hold unchanged; and all values, of columns that hold only such."""
    by_name = {(column.table, column.name): column for column in columns}
    found: dict[Column, list[str]] = {}
    held: dict[Column, tuple[str, ...]] = {}
    for answer in answers:
        for one in answer.data.get("columns") or () if not answer.failed else ():
            column = by_name.get((str(answer.data.get("table")), str(one.get("column")))) if _is(one) else None
            if column is not None:
                told = [item["value"] for item in one.get("values") or () if _is(item) and not item.get("cut")]
                found[column] = [value for value in told if isinstance(value, str) and _plain(value)]
                if one.get("complete") is True and len(found[column]) == len(one["values"]):
                    held[column] = tuple(found[column])
    return found, held


def _is(item: Any) -> bool:
    return isinstance(item, dict)


def _plain(value: str) -> bool:
    return 0 < len(value) <= _MOST_TOLD and value.isprintable() and "${" not in value


def _meant(
    run: Sequence[Token], said: Sequence[Token], values: dict[Column, list[str]], linked: Linked
) -> list[tuple[Span, list[_Found]]]:
    """The spans of a run that are values, the longest first, each with what it may mean; no two overlap."""
    found: list[tuple[Span, list[_Found]]] = []
    used: set[int] = set()
    for span in spans(run):
        if span.places & used:
            continue
        near = [(nearness(span, value), _Found(column, value)) for column in values for value in values[column]]
        best = max((level for level, _ in near), default=0)
        fitting = _fewer([one for level, one in near if level == best], span, said, linked) if best else []
        if fitting and (len(fitting) == 1 or span.named or best >= SAME_WORDS):
            found.append((span, fitting))
            used |= span.places
    return found


def _fewer(found: list[_Found], span: Span, said: Sequence[Token], linked: Linked) -> list[_Found]:
    """Those of a column named beside the words; else by the preposition before; else of the table that is counted."""
    if len(found) < 2:
        return found
    first, last = span.tokens[0].index, span.tokens[-1].index
    beside = {
        mention.column
        for mention in linked.mentions
        if first - 3 <= mention.last < first or last < mention.first <= last + 3
    }
    before = said[first - 1].word if first else ""
    hints = PREPOSITIONS.get(before, ())
    for fits in (
        lambda one: one.column in beside,
        lambda one: any(same(hint, word) == 1.0 for hint in hints for word in one.column.words),
        lambda one: one.column.table == linked.base.name,
    ):
        found = [one for one in found if fits(one)] or found
    return found


def _knowing(table: Table, known: dict[Column, list[Known]], held: dict[Column, tuple[str, ...]]) -> Table:
    columns = tuple(
        replace(column, known=tuple(known.get(column, ())), held=held.get(column, ())) for column in table.columns
    )
    return table if columns == table.columns else replace(table, columns=columns)
