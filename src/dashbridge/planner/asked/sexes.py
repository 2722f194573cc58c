"""Step 3e: "female students": the usual spellings of a sex, where a column of sexes is in play."""

from __future__ import annotations

from dashbridge.planner.asked.grammar import CONTRASTS, SEXES
from dashbridge.planner.asked.links import Links, drop_positions
from dashbridge.planner.asked.values import Filter
from dashbridge.planner.schema import Column


def read_sexes(links: Links, found: list[Filter]) -> None:
    """Adds such a filter; both sexes together are a comparison, and no filter."""
    said = set(links.words)
    if any(pair <= said for pair, _ in CONTRASTS):
        return
    taken = {place for one in found for place in range(one.first, one.last + 1)}
    for at, word in enumerate(links.words):
        spellings = SEXES.get(word)
        if spellings is None or at in taken or links.tokens[at].kind != "word":
            continue
        column = _of_sexes(links, at)
        if column is not None and all(one.column != column for one in found):
            drop_positions(links, {at})
            found.append(Filter(column, "in", spellings, at, at, said=f"{column.label} is {spellings[-1]}"))


def _of_sexes(links: Links, at: int) -> Column | None:
    """The column of sexes in the table named nearest, else in any in play."""
    near = [table for _, table in sorted(links.named.items(), key=lambda one: abs(one[0] - at))]
    near += [links.table(link.column) for link in links.found]
    for table in near:
        for column in table.columns:
            if column.kind == "text" and set(column.words) & {"sex", "gender"}:
                return column
    return None
