"""A SELECT in the planner's own layout, one item a line: written here, and read back here when a follow-up changes it.

Only text in exactly this layout is read back; anything else was written by a person and is left alone.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_SELECT = re.compile(
    r"SELECT\n(?P<select>(?:  .+\n)+)FROM (?P<source>[^\n]+)(?P<joins>(?:\n(?:LEFT )?JOIN [^\n]+)*)"
    r"(?:\nWHERE (?P<where>[^\n]+(?:\n  AND [^\n]+)*))?"
    r"(?:\nGROUP BY (?P<group>[\d, ]+))?(?:\nORDER BY (?P<order>[^\n]+))?"
)
_ITEM = re.compile(r"  (?P<expression>.+) AS (?P<name>[A-Za-z_]\w*),?")


@dataclass(frozen=True)
class SelectText:
    """The parts of a SELECT; the first `group` columns are the grouping."""

    select: tuple[tuple[str, str], ...]
    source: str
    joins: tuple[str, ...] = ()
    where: tuple[str, ...] = ()
    group: int = 0
    order: str | None = None

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(name for _, name in self.select)

    def render(self) -> str:
        """The statement."""
        lines = [
            "SELECT",
            ",\n".join(f"  {expression} AS {name}" for expression, name in self.select),
            f"FROM {self.source}",
            *self.joins,
        ]
        if self.where:
            lines.append("WHERE " + "\n  AND ".join(self.where))
        if self.group:
            lines.append("GROUP BY " + ", ".join(str(number) for number in range(1, self.group + 1)))
        if self.order:
            lines.append(f"ORDER BY {self.order}")
        return "\n".join(lines)


def read_select(sql: str) -> SelectText | None:
    """The parts of a statement that `render` wrote; None for any other text."""
    match = _SELECT.fullmatch(sql.strip())
    if match is None:
        return None
    items = [_ITEM.fullmatch(line) for line in match["select"].splitlines()]
    text = SelectText(
        select=tuple((item["expression"], item["name"]) for item in items if item),
        source=match["source"],
        joins=tuple(line for line in match["joins"].split("\n") if line),
        where=tuple((match["where"] or "").split("\n  AND ")) if match["where"] else (),
        group=len(match["group"].split(",")) if match["group"] else 0,
        order=match["order"],
    )
    return text if text.render() == sql.strip() else None
