"""A sentence while it is read, and what comes of it: the chart with its axes, plain data."""

from __future__ import annotations

from dataclasses import dataclass, field

from dashbridge.planner.asked.grammar import GROUPING
from dashbridge.planner.asked.links import Link, Links
from dashbridge.planner.asked.request import Wanted
from dashbridge.planner.asked.values import Filter
from dashbridge.planner.lexicon import ARRANGED, IRREGULAR
from dashbridge.planner.periods import Period
from dashbridge.planner.plan import Choice, MeasureKind
from dashbridge.planner.schema import Column, Table

NUMBERS = ("integer", "decimal", "float")


@dataclass(frozen=True)
class Amount:
    """A measure asked: `kind` None is the column's own value, a row at a time; a count has no column."""

    kind: MeasureKind | None
    column: Column | None
    at: int


@dataclass
class Reading:
    """The chart as it will be built. `hidden` groups points without a colour; `clock` is the time of `periods`.

    `doubt` is what to ask back first; `binned` times go round: a bin of months has January once.
    """

    kind: str
    x: Column | None = None
    color: Column | None = None
    amounts: list[Amount] = field(default_factory=list)
    hidden: Column | None = None
    grain: str | None = None
    binned: bool = False
    filters: list[Filter] = field(default_factory=list)
    clock: Column | None = None
    periods: tuple[Period, ...] = ()
    tables: list[str] = field(default_factory=list)
    sort: str | None = None
    order: str | None = None
    limit: int | None = None
    missed: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    doubt: Choice | None = None


@dataclass
class Sentence:
    """One sentence being read. `used` are positions that are measures; `placed` what it puts on the x and y axis."""

    wanted: Wanted
    links: Links
    reading: Reading
    used: set[int] = field(default_factory=set)
    counted: Table | None = None
    count_at: int | None = None
    placed: dict[str, Link] = field(default_factory=dict)

    @property
    def words(self) -> list[str]:
        return self.links.words

    def word(self, at: int) -> str:
        """The word at a position, "" outside."""
        return self.words[at] if 0 <= at < len(self.words) else ""

    def grouped(self, link: Link) -> bool:
        """Whether the words before a link announce a grouping: each, by, per, different."""
        for at in range(max(0, link.first - 3), link.first):
            word = self.words[at]
            if word in GROUPING and (
                word != "by"
                or self.words[link.first - 1] in ("the", "attribute")
                or (at == link.first - 1 and not self._done_by(at))
            ):
                return "," not in self.words[at : link.first]
        return False

    def _done_by(self, at: int) -> bool:
        """Whether "by" says who did it: "written by", not "grouped by"."""
        before = self.word(at - 1)
        return before not in ARRANGED and (before.endswith("ed") or before in IRREGULAR)

    def in_play(self, table: Table) -> bool:
        """Whether the sentence names the table or something in it."""
        return table in self.links.named.values() or any(link.column.table == table.name for link in self.links.found)

    def number_at(self, at: int) -> Link | None:
        """The link at a position read as a number, where one of its columns is one; an id only where "id" is said."""
        link = self.links.at(at)
        if link is None:
            return None
        for column in link.columns:
            named = column.role != "id" or "id" in {self.words[place] for place in link.positions}
            if column.kind in NUMBERS and named:
                if column == link.column:
                    return link
                rest = tuple(one for one in link.columns if one != column)
                turned = Link(link.positions, (column, *rest), link.scores)
                self.links.found[self.links.found.index(link)] = turned
                return turned
        return None
