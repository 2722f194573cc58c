"""Settling which of several columns words mean: by an answer already given, else by asking."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from dashbridge.planner.mentions import Linked, Mention
from dashbridge.planner.plan import Choice
from dashbridge.planner.schema import Column

Resolve = Callable[[str, Sequence[Column]], Column]


def picked(mention: Mention, resolve: Resolve) -> Column:
    """The column a mention means."""
    if not mention.rivals:
        return mention.column
    return resolve(mention.said, (mention.column, *mention.rivals))


def choice_of(what: str, columns: Sequence[Column]) -> Choice:
    """The question to ask when several columns fit."""
    return Choice(f'Which column do you mean by "{what}"?', tuple(option(column) for column in columns))


def option(column: Column) -> str:
    """A column as an answer to pick: its words and its name."""
    return f"{column.label} ({column.name})" if column.label != column.name else column.name


def drop_mentions(linked: Linked, positions: set[int]) -> None:
    """Forget the mentions that use any of these positions: their words are understood."""
    linked.mentions = [mention for mention in linked.mentions if not mention.positions & positions]


def number_of(word: str) -> int | float | None:
    """The number a word writes, if it is one."""
    text = word.rstrip("%").replace(",", "")
    try:
        return (
            int(text)
            if re.fullmatch(r"[-+]?\d{1,15}", text)
            else float(text)
            if re.fullmatch(r"[-+]?\d{1,15}\.\d{1,9}", text)
            else None
        )
    except ValueError:
        return None
