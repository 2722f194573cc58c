"""Reading the catalog through the tools: data sets, tables, schemas and values of the tables that may matter."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from heapq import nsmallest
from typing import Any

from dashbridge.planner.lookup import look_up_values
from dashbridge.planner.schema import Table, table_from_json
from dashbridge.planner.transcript import Answer, Call, Context
from dashbridge.planner.words import name_words, same, tokens

MOST_SCHEMAS = 12
MOST_DATASETS = 8

Steps = Generator[Sequence[Call], list[Answer], Any]


def explore(text: str, context: Context, tools: frozenset[str]) -> Generator[Sequence[Call], list[Answer], list[Table]]:
    """The candidate tables with their columns, most fitting first; empty when there are none to be seen.

    Values that the text names are looked up where the connection shows them.
    """
    (answer,) = yield [Call("list_datasets", {})]
    datasets = [
        str(one["name"]) for one in answer.data.get("datasets") or () if isinstance(one, dict) and one.get("name")
    ]
    datasets.sort(key=lambda name: (name != context.default_dataset,))
    if not datasets:
        datasets = [context.default_dataset] if context.default_dataset else []
    if not datasets:
        return []
    answers = yield [Call("list_tables", {"dataset_name": name}) for name in datasets[:MOST_DATASETS]]
    listed = [
        one for found in answers for one in found.data.get("tables") or () if isinstance(one, dict) and one.get("name")
    ]
    names = [str(one["name"]) for one in listed]
    if len(names) > MOST_SCHEMAS:
        found = []
        if "search_catalog" in tools:
            (answer,) = yield [Call("search_catalog", {"text": text[:500]})]
            found = [
                str(one["table"])
                for one in answer.data.get("matches") or ()
                if isinstance(one, dict) and one.get("table")
            ]
        names = _most_fitting(text, listed, found)
    if not names:
        return []
    answers = yield [Call("get_table_schema", {"table_name": name}) for name in names]
    read = [table_from_json(one.data) for one in answers if not one.failed]
    tables = [table for table in read if table.name and table.columns]
    return (yield from look_up_values(text, tables, context, tools))


def _most_fitting(text: str, listed: Sequence[dict[str, Any]], found: Sequence[str]) -> list[str]:
    """The tables the search named and those whose own name the text holds, by how well they fit."""
    stems = {token.stem for token in tokens(text)}
    known = [str(one["name"]) for one in listed]
    searched = {name: rank for rank, name in reversed(list(enumerate(found))) if name in known}
    rows = {str(one["name"]): one.get("rows") or 0 for one in listed}

    words_of = {name: name_words(name.rpartition(".")[2]) for name in known}
    said = {
        word: max((same(stem, word) for stem in stems), default=0.0)
        for word in {word for words in words_of.values() for word in words}
    }

    def rank(name: str) -> tuple[float, int, int, str]:
        words = words_of[name]
        named = sum(said[word] for word in words) / max(1, len(words))
        return (-named, searched.get(name, 10_000), -int(rows[name]), name)

    return nsmallest(MOST_SCHEMAS, known, key=rank)
