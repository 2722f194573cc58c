"""What will be built, between understanding the question and writing SQL: plain data."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from dashbridge.planner.joins import Join
from dashbridge.planner.periods import Period
from dashbridge.planner.schema import Column, Table

MeasureKind = Literal["avg", "sum", "count", "min", "max", "share", "distinct"]
Literal_ = str | int | float | bool


@dataclass(frozen=True)
class Condition:
    """`column op values`; op is one of = <> > < >= <= in, not in, between."""

    column: Column
    op: str
    values: tuple[Literal_, ...]


@dataclass(frozen=True)
class Measure:
    """A number to show. `slug` names it in SQL, `label` for people."""

    kind: MeasureKind
    column: Column | None
    slug: str
    label: str
    unit: str | None = None
    condition: Condition | None = None

    @property
    def stem(self) -> str:
        """What the names of its parts in a query begin with: `dep_delay` of `dep_delay_sum` and `dep_delay_count`."""
        return self.slug if self.column is None else self.slug.removesuffix(f"_{self.kind}")


@dataclass(frozen=True)
class Dimension:
    """Something to group by: `column` gives the groups, `name` (of a joined table) a text for each of them."""

    column: Column
    slug: str
    label: str
    name: Column | None = None

    @property
    def distinct(self) -> int:
        """How many groups there may be; 1,000 where the engine does not say."""
        known = self.column.distinct
        return known if known else (2 if self.column.kind == "boolean" else 1_000)


@dataclass(frozen=True)
class TimeAxis:
    """The time of a row: one timestamp or date column, or integer year, month (and day) columns."""

    columns: tuple[Column, ...]
    grain: str

    @property
    def days(self) -> bool:
        """Whether it can tell days apart."""
        return len(self.columns) != 2

    @property
    def hours(self) -> bool:
        return len(self.columns) == 1 and self.columns[0].kind != "date"


@dataclass
class Plan:
    """Everything the later steps need.

    `extra` groupings were not asked for but fill the page; `notes` are assumptions, `missed` what was not understood.
    `narrow`: the base table is large, so that every statement over it keeps to the periods, options too.
    """

    base: Table
    measures: list[Measure]
    dimensions: list[Dimension]
    time: TimeAxis | None
    conditions: list[Condition] = field(default_factory=list)
    periods: tuple[Period, ...] = ()
    paths: dict[str, tuple[Join, ...]] = field(default_factory=dict)
    filters: list[Dimension] = field(default_factory=list)
    extra: list[Dimension] = field(default_factory=list)
    broad: bool = False
    explicit: bool = False
    limit: int | None = None
    order: str | None = None
    chart: str | None = None
    single: bool = False
    by_time: bool = False
    narrow: bool = False
    title: str = ""
    notes: list[str] = field(default_factory=list)
    missed: list[str] = field(default_factory=list)

    @property
    def main(self) -> Measure:
        return self.measures[0]


@dataclass(frozen=True)
class Choice:
    """Two or more readings are equally good: ask `text`, offering `options`."""

    text: str
    options: tuple[str, ...]


class NeedsChoice(Exception):
    """Understanding stops until the person chooses."""

    def __init__(self, choice: Choice) -> None:
        super().__init__(choice.text)
        self.choice = choice


class NotAnswerable(Exception):
    """The tables cannot answer this; the message says why, plainly."""
