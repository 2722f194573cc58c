"""What an edit needs to know of the data under a dashboard: schemas, and what each query returns."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from dashbridge.planner.dialect import quote, table_sql
from dashbridge.planner.draft import Draft
from dashbridge.planner.joins import Join, reachable
from dashbridge.planner.mentions import Linked, link
from dashbridge.planner.question import Question, read_question
from dashbridge.planner.schema import Column, Table
from dashbridge.planner.sqltext import SelectText


@dataclass
class Ground:
    """`returned` are the columns of each query's result, `read` the tables it names, both from its dry run."""

    tables: list[Table]
    dialect: str
    today: str
    returned: dict[str, list[Column]] = field(default_factory=dict)
    read: dict[str, list[str]] = field(default_factory=dict)

    def base(self, draft: Draft, query: str) -> Table | None:
        """The table a query counts: the one after FROM in the planner's layout, else the largest it reads."""
        text = draft.select(query)
        if text is not None:
            source = text.source.removesuffix(" AS t")
            return next((table for table in self.tables if table_sql(table.name, self.dialect) == source), None)
        named = [table for table in self.tables if table.name in self.read.get(query, [])]
        return max(named, key=lambda table: (table.rows or 0, table.name), default=None)

    def main_query(self, draft: Draft) -> str | None:
        """The query that most insights stand on, preferring the planner's own."""
        used = [insight["query"] for insight in draft.insights.values()]
        return max(
            dict.fromkeys(used), key=lambda name: (used.count(name), draft.select(name) is not None), default=None
        )

    def link(self, words: str, base: Table) -> tuple[Question, Linked]:
        """Words read against one base table."""
        question = read_question(words, self.today)
        return question, link(question, base, self.tables)


def joined(text: SelectText, path: tuple[Join, ...], dialect: str) -> SelectText:
    """The statement with the joins of a path added; a statement without joins gets its columns qualified first."""
    for join in path:
        alias = quote(join.table.rpartition(".")[2], dialect)
        left_alias = "t" if join is path[0] else quote(join.left.table.rpartition(".")[2], dialect)
        line = (
            f"LEFT JOIN {table_sql(join.table, dialect)} AS {alias} "
            f"ON {left_alias}.{quote(join.left.name, dialect)} = {alias}.{quote(join.right.name, dialect)}"
        )
        if line.removeprefix("LEFT ") not in [one.removeprefix("LEFT ") for one in text.joins]:
            text = replace(text, joins=(*text.joins, line))
    return text


def qualified(text: SelectText, base: Table, dialect: str) -> SelectText:
    """The statement with every bare column of the base written as `t.column`, ready for joins."""
    if text.source.endswith(" AS t"):
        return text
    names = sorted((quote(column.name, dialect) for column in base.columns), key=len, reverse=True)

    def mark(expression: str) -> str:
        return _outside_quotes(expression, names)

    return replace(
        text,
        select=tuple((mark(expression), name) for expression, name in text.select),
        source=f"{text.source} AS t",
        where=tuple(mark(one) for one in text.where),
    )


def _outside_quotes(expression: str, names: list[str]) -> str:
    """Names replaced where they stand as whole words outside text literals."""
    pieces: list[str] = []
    at = 0
    while at < len(expression):
        if expression[at] == "'":
            end = at + 1
            while end < len(expression) and not (expression[end] == "'" and expression[end + 1 : end + 2] != "'"):
                end += 2 if expression[end : end + 2] == "''" else 1
            pieces.append(expression[at : end + 1])
            at = end + 1
            continue
        found = next(
            (name for name in names if expression.startswith(name, at) and _whole_word(expression, at, len(name))), None
        )
        pieces.append(f"t.{found}" if found else expression[at])
        at += len(found) if found else 1
    return "".join(pieces)


def _whole_word(text: str, at: int, length: int) -> bool:
    before, after = text[at - 1 : at], text[at + length : at + length + 1]
    word = (before.isalnum() or before in ("_", ".")) and bool(before)
    called = text[at + length :].startswith("(") or (bool(after) and (after.isalnum() or after == "_"))
    extracting = text[max(0, at - 8) : at].upper() == "EXTRACT("
    return not word and not called and not extracting


def column_in(text: SelectText, column: Column, base: Table, dialect: str) -> str:
    """A column as that statement writes it."""
    name = quote(column.name, dialect)
    if not text.source.endswith(" AS t"):
        return name
    return f"{'t' if column.table == base.name else quote(column.table.rpartition('.')[2], dialect)}.{name}"


def path_to(column: Column, base: Table, tables: list[Table]) -> tuple[Join, ...] | None:
    """The joins from the base to a column's table; None when there is no way."""
    return reachable(base, tables).get(column.table)


def without_idle_joins(text: SelectText) -> SelectText:
    """Joins that nothing reads are left out; they could only cost."""
    written = " ".join([*(expression for expression, _ in text.select), *text.where])
    kept: list[str] = []
    for line in reversed(text.joins):
        alias = line.partition(" AS ")[2].partition(" ON ")[0]
        if f"{alias}." in written or any(f"ON {alias}." in other for other in kept):
            kept.insert(0, line)
    return replace(text, joins=tuple(kept))
