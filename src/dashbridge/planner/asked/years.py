"""Step 3d: years that a column of years holds: "in 2008 or 2010"."""

from __future__ import annotations

from dashbridge.planner.asked.links import Links
from dashbridge.planner.asked.values import Filter
from dashbridge.planner.plan import Literal_
from dashbridge.planner.schema import Column

_BEFORE = frozenset(["in", "of", "during", "for", "year", "years"])


def read_years(links: Links, found: list[Filter]) -> None:
    """Adds filters on a column that is named for years, of the tables in play."""
    taken = {place for one in found for place in range(one.first, one.last + 1)}
    at = 1
    while at < len(links.words):
        end = at
        years: list[int] = []
        while end < len(links.words) and end not in taken:
            year = _year(links.words[end])
            if year:
                years.append(year)
            elif not years or links.words[end] not in ("and", "or", ","):
                break
            end += 1
        last = end - 1 if years else at
        while years and not _year(links.words[last]):
            last -= 1
        column = _of_years(links, at) if years and links.words[at - 1] in _BEFORE else None
        if column is not None:
            values: tuple[Literal_, ...] = tuple(str(one) if column.kind == "text" else one for one in years)
            for link in [one for one in links.found if one.column == column and 0 < at - one.last <= 2]:
                links.found.remove(link)
            found.append(Filter(column, "=" if len(values) == 1 else "in", values, at - 1, last))
        at = max(last, at) + 1


def _year(word: str) -> int:
    return int(word) if word.isdigit() and len(word) == 4 and 1800 <= int(word) <= 2100 else 0


def _of_years(links: Links, at: int) -> Column | None:
    """The column of years in the table named last before, else in any table in play."""
    near = [table for place, table in sorted(links.named.items(), reverse=True) if place < at]
    near += [links.table(link.column) for link in links.found]
    for table in near:
        for column in table.columns:
            if column.kind in ("integer", "float", "decimal", "text") and "year" in column.words:
                return column
    return None
