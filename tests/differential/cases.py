"""Drawn cases: a table, a query, an insight and the state of every input; and the plain SQL that says what it means."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from hypothesis import strategies as st

from dashbridge.insights import InsightSpec
from differential import expressions as ex
from differential.expressions import Part, plain, plain_part, references, written
from differential.inputs import SPECS, State, states
from differential.tables import QUERIES

FLAVOURS = ["static", "static", "grouped", "grouped", "rows", "rows", "server", "mixed", "mixed", "mixed"]


@dataclass(frozen=True)
class Sort:
    """One key of a sort."""

    text: str
    descending: bool
    nulls_first: bool

    @property
    def steady(self) -> bool:
        """Whether every way computes the very same value, to the last digit."""
        return not any(word in self.text for word in ("avg(", " / ", "stddev(", "var_pop("))

    def sql(self, text: str) -> str:
        """As ORDER BY has it, of the given expression."""
        return f"{text} {'DESC' if self.descending else 'ASC'} NULLS {'FIRST' if self.nulls_first else 'LAST'}"


@dataclass(frozen=True)
class Case:
    """One case. `keys` group it where it is `grouped`; the parts of its filters are told apart."""

    rows: tuple[int, ...]
    query: str
    select: tuple[tuple[str, str], ...]
    split: str | None
    grouped: bool
    keys: tuple[str, ...]
    where: tuple[Part, ...]
    having: tuple[Part, ...]
    qualify: tuple[Part, ...]
    filters: tuple[str, ...]
    sorts: tuple[Sort, ...]
    limit: int | None
    order_by_x: bool
    states: tuple[State, ...]
    encoded: bool

    @property
    def spec(self) -> InsightSpec:
        """As the author writes it."""
        groups: dict[str, dict[str, str]] = {"props": {}, "columns": {}}
        for key, text in self.select:
            group, _, name = key.partition(".")
            groups[group][name] = written(text)
        interactions = [{"filter": text} for text in self.filters]
        if self.split is not None:
            interactions.append({"split": written(self.split)})
        if self.sorts:
            interactions.append({"sort": ", ".join(one.sql(written(one.text)) for one in self.sorts)})
        limit = {} if self.limit is None else {"limit": self.limit}
        return InsightSpec(query="q", **groups, interactions=interactions, **limit)

    @property
    def order(self) -> tuple[Sort, ...]:
        """The sort that is written, else the one of a line: by x."""
        by_x = Sort(dict(self.select)["props.x"], descending=False, nulls_first=False)
        return self.sorts or ((by_x,) if self.order_by_x else ())

    def plain_sql(self) -> str:
        """One statement with the values in place, without a limit; the keys of its order as further columns."""
        chosen = {one.name: one for one in self.states}
        shown = [text for _, text in self.select] + ([] if self.split is None else [self.split])
        named = [f"{plain(text, chosen)} AS o{at}" for at, text in enumerate(shown)]
        named += [f"{plain(one.text, chosen)} AS s{at}" for at, one in enumerate(self.order)]
        sql = f"SELECT {', '.join(named)} FROM (\n{self.query.rstrip(';')}\n) AS source"
        for word, parts in (("WHERE", self.where), ("HAVING", self.having), ("QUALIFY", self.qualify)):
            if word == "HAVING" and self.grouped and self.keys:
                sql += f" GROUP BY {', '.join(plain(key, chosen) for key in self.keys)}"
            pieces = [f"({plain_part(one, chosen)})" for part in parts for one in part.stands_for]
            said = [one for one in pieces if one != "(TRUE)"]  # QUALIFY wants a window
            sql += f" {word} {' AND '.join(said)}" if said else ""
        if self.order:
            sql += " ORDER BY " + ", ".join(one.sql(f"s{at}") for at, one in enumerate(self.order))
        return sql


@dataclass(frozen=True)
class Shown:
    """What is selected: of a `row`, an `aggregate`, a `window` of rows, or a `constant`."""

    text: str
    kind: str


@st.composite
def cases(draw: st.DrawFn) -> Case:
    """A case of any kind."""
    flavour = draw(st.sampled_from(FLAVOURS))
    grouped = flavour in ("grouped", "server") or draw(st.booleans())
    pools = Pools(draw, moving=flavour != "static")
    shown = _drawn_select(pools, flavour, grouped=grouped)
    names = [*(f"props.{name}" for name in ("x", "y", "color", "size")), *(f"columns.{name}" for name in "abcdef")]
    select = [(name, one.text) for name, one in zip(names, shown, strict=False)]
    split = Shown(pools.text(), "row") if draw(st.integers(0, 2)) == 0 else None
    shown += [] if split is None else [split]
    parts = _drawn_parts(pools, flavour, grouped=grouped)
    aggregated = any(one.kind == "aggregate" for one in shown) or bool(parts["having"])
    grouped = aggregated or (grouped and bool(parts["qualify"]))
    keys = [one.text for one in shown if grouped and one.kind == "row"]
    sorts = _drawn_sorts(pools, shown, grouped=grouped)
    filters = _joined(draw, [*parts["where"], *parts["having"], *parts["qualify"]])
    texts = [*(one.text for one in shown), *(one.text for one in sorts), *filters]
    used = {name for text in texts for name, _ in references(text)}
    return Case(
        rows=_drawn_rows(draw),
        query=draw(st.sampled_from(QUERIES)),
        select=tuple(select),
        split=None if split is None else split.text,
        grouped=grouped,
        keys=tuple(dict.fromkeys(keys)),
        where=parts["where"],
        having=parts["having"],
        qualify=parts["qualify"],
        filters=tuple(written(text) for text in filters),
        sorts=tuple(sorts),
        limit=draw(st.sampled_from([None, None, None, 1, 3, 10])),
        states=(*(draw(states(name)) for name in sorted(used)), *_idle(used)),
        order_by_x=draw(st.booleans()),
        encoded=draw(st.booleans()),
    )


def _drawn_rows(draw: st.DrawFn) -> tuple[int, ...]:
    # A list of drawn numbers would be short most of the time, and its answers empty.
    count, seed = draw(st.sampled_from([0, 1, 5, 20, 40, 60, 60, 60, 60, 60])), draw(st.integers(0, 10**6))
    return tuple(range(seed, seed + count))


def _idle(used: set[str]) -> list[State]:
    """Of the inputs that are not used: what cannot matter."""
    rest = [name for name in SPECS if name not in used]
    return [State(name, everything=name != "on", values=(False,) if name == "on" else ()) for name in rest]


def _drawn_select(pools: Pools, flavour: str, *, grouped: bool) -> list[Shown]:
    if not grouped:
        makers = [pools.row, pools.row, pools.window]
        shown = [pools.one(makers)() for _ in range(pools.count(1, 4))]
    else:
        own = {"server": ex.UNCOMMON, "grouped": ex.MERGED, "rows": ex.WHOLE_ONLY}.get(flavour, [])
        shown = [pools.row() for _ in range(pools.count(0, 3))]
        shown += [Shown(pools.one(own), "aggregate")] if own else []
        shown += [pools.aggregate(flavour) for _ in range(pools.count(0 if own else 1, 3))]
    constants = [*ex.CONSTANT, *pools.moving(ex.MOVING_CONSTANT)]
    return shown + [Shown(pools.one(constants), "constant") for _ in range(pools.count(0, 1))]


def _drawn_parts(pools: Pools, flavour: str, *, grouped: bool) -> dict[str, tuple[Part, ...]]:
    surely = 1 if flavour in ("grouped", "rows", "server") else 0
    where = [pools.one(ex.WHERE) for _ in range(pools.count(0, 2) // 2)]
    where += [pools.one(ex.MOVING_WHERE) for _ in range(surely)]
    where += [pools.condition() for _ in range(pools.count(0, 2) // 2)]
    having: list[str] = []
    if grouped:
        having = [pools.one([*ex.HAVING, *pools.moving(ex.MOVING_HAVING)]) for _ in range(pools.count(0, 2) // 2)]
        pool = [*ex.GROUP_QUALIFY, *pools.moving(ex.MOVING_GROUP_QUALIFY)]
    else:
        pool = [*ex.QUALIFY, *pools.moving(ex.MOVING_QUALIFY)]
    qualify = [pools.one(pool)] if pools.count(0, 4) == 4 else []
    found = {"where": where, "having": having, "qualify": qualify}
    return {kind: tuple(Part.of(text) for text in texts) for kind, texts in found.items()}


def _drawn_sorts(pools: Pools, shown: Sequence[Shown], *, grouped: bool) -> list[Sort]:
    pool = [one.text for one in shown if one.kind != "constant"]
    pool += ex.MERGED if grouped else [*ex.TEXT, *ex.NUMBER, *pools.moving(ex.MOVING_NUMBER)]
    texts = dict.fromkeys(pools.one(pool) for _ in range(pools.count(0, 3)))
    return [Sort(text, pools.count(0, 1) == 1, pools.count(0, 1) == 1) for text in texts]


def _joined(draw: st.DrawFn, parts: Sequence[Part]) -> list[str]:
    texts = draw(st.permutations([part.text for part in parts]))
    cut = draw(st.integers(0, len(texts)))
    return [" AND ".join(some) for some in (texts[:cut], texts[cut:]) if some]


@dataclass(frozen=True)
class Pools:
    """Draws expressions: plain ones, and some put together from others."""

    draw: st.DrawFn
    is_moving: bool

    def __init__(self, draw: st.DrawFn, *, moving: bool) -> None:
        object.__setattr__(self, "draw", draw)
        object.__setattr__(self, "is_moving", moving)

    def one(self, pool: Sequence[Any]) -> Any:
        """One of them."""
        return self.draw(st.sampled_from(pool))

    def count(self, least: int, most: int) -> int:
        """A small number."""
        return self.draw(st.integers(least, most))

    def moving(self, pool: Sequence[str]) -> Sequence[str]:
        """Those that an input moves, if any may."""
        return pool if self.is_moving else ()

    def condition(self) -> str:
        """What may stand in WHERE as one part."""
        pool = [*ex.WHERE, *self.moving(ex.MOVING_WHERE)]
        form = self.one(["{a}", "{a}", "({a} OR {b})", "NOT ({a} AND {b})", "({a} OR NOT ({b}))"])
        return self._filled(form, lambda: self.one(pool))

    def text(self) -> str:
        """A text of a row."""
        pool = [*ex.TEXT, *self.moving(ex.MOVING_TEXT)]
        form = self.one(["{a}", "{a}", "{a}", "coalesce({a}, {b})", "CASE WHEN {c} THEN {a} ELSE {b} END"])
        return self._filled(form, lambda: self.one(pool))

    def row(self) -> Shown:
        """Something of a row."""
        kinds = [(ex.NUMBER, ex.MOVING_NUMBER), (ex.TIME, ex.MOVING_TIME), (ex.TRUTH, ex.MOVING_TRUTH)]
        chosen = self.one([None, *kinds])
        if chosen is None:
            return Shown(self.text(), "row")
        pool = [*chosen[0], *self.moving(chosen[1])]
        form = self.one(["{a}", "{a}", "{a}", "CASE WHEN {c} THEN {a} END"])
        return Shown(self._filled(form, lambda: self.one(pool)), "row")

    def window(self) -> Shown:
        """A window over rows."""
        return Shown(self.one([*ex.WINDOW, *self.moving(ex.MOVING_WINDOW)]), "window")

    def aggregate(self, flavour: str) -> Shown:
        """Something of a group."""
        pool = [*ex.MERGED, *self.moving(ex.MOVING_AGGREGATE)]
        pool += [] if flavour == "grouped" else ex.WHOLE_ONLY
        forms = [
            "{p}",
            "{p}",
            "{p}",
            "coalesce({a}, 0)",
            "{a} + {b}",
            "{a} * 1.0 / nullif({b}, 0)",
            "{f} [[WHERE {c}]]",
        ]
        forms += [
            "{f} [[WHERE {c} ;; {d}]]",
            "CASE WHEN {h} THEN {a} ELSE {b} END",
        ]
        form = (
            self.one([*forms, "{w}", "{w}"])
            .replace("{w}", self.one(ex.GROUP_WINDOW))
            .replace("{p}", self.one(pool))
            .replace("{f}", self.one(ex.FILTERED))
        )
        form = form.replace("{h}", self.one([*ex.HAVING, *self.moving(ex.MOVING_HAVING)]))
        return Shown(self._filled(form, lambda: self.one(ex.ADDED)), "aggregate")

    def _filled(self, form: str, operand: Callable[[], str]) -> str:
        for name in ("a", "b"):
            form = form.replace(f"{{{name}}}", operand())
        for name in ("c", "d"):
            form = form.replace(f"{{{name}}}", self.one([*ex.WHERE, *self.moving(ex.MOVING_WHERE)]))
        return form
