"""Step 5c: what is asked back: two readings that fit the words equally well, and nothing else."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from dashbridge.planner.asked.links import Link, Links
from dashbridge.planner.asked.route import Edge, alternatives, pointing
from dashbridge.planner.asked.sentence import Reading
from dashbridge.planner.plan import Choice
from dashbridge.planner.resolve import choice_of, option
from dashbridge.planner.schema import Column, Table

_CLOSE = 0.005
_MOST = 4


def settled(links: Links, choices: Collection[str]) -> None:
    """Puts the columns first that were chosen when we asked."""
    for at, link in enumerate(links.found):
        chosen = next((place for place, one in enumerate(link.columns) if option(one) in choices), 0)
        if chosen:
            order = [chosen, *(place for place in range(len(link.columns)) if place != chosen)]
            links.found[at] = Link(
                link.positions, tuple(link.columns[one] for one in order), tuple(link.scores[one] for one in order)
            )


def close_columns(links: Links, reading: Reading, choices: Collection[str]) -> Choice | None:
    """A word that means a column shown, and others of its table as well."""
    shown = {reading.x, reading.color, *(one.column for one in reading.amounts)} - {None}
    said = {token.stem for token in links.tokens}
    for link in links.found:
        again = any(one.column == link.column for one in links.found if one is not link)
        if link.column not in shown or again or set(link.column.words) <= said:
            continue
        near = [
            column
            for column, score in zip(link.columns, link.scores, strict=True)
            if column.table == link.column.table and score >= link.score - _CLOSE and _alike(column, link.column)
        ]
        if 1 < len(near) <= _MOST and not any(option(one) in choices for one in near):
            words = " ".join(links.tokens[at].text for at in sorted(link.positions))
            return choice_of(words, near)
    return None


def _alike(one: Column, other: Column) -> bool:
    """Two columns that only the words not said tell apart."""
    return one.kind == other.kind and one.role == other.role and len(one.words) == len(other.words)


def close_keys(
    path: Sequence[Edge], said: Collection[str], tables: Sequence[Table], choices: Collection[str]
) -> Choice | None:
    """Two columns that lead to the same table, where no word says which."""
    by_name = {table.name: table for table in tables}
    for edge in path:
        rivals = alternatives(edge, by_name[edge.left.table], by_name[edge.right.table])
        ends = [pointing(edge, one) for one in rivals]
        shared = set.intersection(*(set(column.words) for column in ends))
        told = any((set(column.words) - shared) & set(said) for column in ends)
        if 1 < len(ends) <= _MOST and not told and not any(option(one) in choices for one in ends):
            goal = by_name[edge.right.table if edge.right.unique else edge.left.table]
            first = pointing(edge, edge)
            order = [first, *(one for one in ends if one != first)]
            return Choice(f"Which {goal.label} do you mean?", tuple(option(one) for one in order))
    return None
