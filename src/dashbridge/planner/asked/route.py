"""Step 5: how tables are joined, in either direction, by declared-looking keys: names and types."""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from dashbridge.planner.resolve import option
from dashbridge.planner.schema import Column, Table
from dashbridge.planner.words import same

_KEYS = (("id",), ("key",), ("code",), ("uuid",))
_NUMBERS = ("integer", "decimal", "float")
_USUAL = frozenset(["start", "from", "home", "source", "origin", "first", "main", "primary"])


@dataclass(frozen=True)
class Edge:
    """`left.column = right.column`; `cost` is low where the names leave little doubt."""

    left: Column
    right: Column
    cost: float

    def turned(self) -> Edge:
        return Edge(self.right, self.left, self.cost)


def edges(tables: Sequence[Table]) -> list[Edge]:
    """The cheapest likely join of every two tables."""
    found = [_edge(one, other) for at, one in enumerate(tables) for other in tables[at + 1 :]]
    return [edge for edge in found if edge is not None]


@lru_cache(maxsize=2_048)  # both who groups and who joins ask, and so does the next question
def _edge(one: Table, other: Table) -> Edge | None:
    """The cheapest likely join of two tables: one side has to look like a key."""
    lefts, rights = _joinable(one), _joinable(other)
    keys = {column for column in (*lefts, *rights) if column.unique or _keyed(column)}
    joins = [
        Edge(left, right, cost)
        for left in lefts
        for right in (rights if left in keys else [column for column in rights if column in keys])
        if (cost := _cost(left, right, one, other)) is not None
    ]
    return min(joins, key=lambda edge: (edge.cost, edge.left.name, edge.right.name), default=None)


def _joinable(table: Table) -> list[Column]:
    return [column for column in table.columns if column.role not in ("time", "part", "clock")]


def _cost(left: Column, right: Column, one: Table, other: Table) -> float | None:
    numbers = left.kind in _NUMBERS and right.kind in _NUMBERS
    if not numbers and left.kind != right.kind:
        return None
    if _called(left) == _called(right) and left.words not in _KEYS:
        if _keyed(left) or _keyed(right):
            return 1.0 if left.unique or right.unique else 1.4
        if left.kind == "text" and (left.unique or right.unique) and left.words not in (("name",), ("title",)):
            return 2.0
        return 2.0 if _first_key(left, one) or _first_key(right, other) else None
    if left.words == right.words == ("id",) and left.unique != right.unique:
        return 2.5
    for key, far, table in ((left, right, one), (right, left, other)):
        if not (key.unique or _keyed(key)):
            continue
        if _points_to(far, key, table):
            return 1.1
        if key.unique and _keyed(key) and _named_for(far, table):
            return 1.3
        if key.unique and _ends_alike(far, key):
            return 1.8
    return None


def _called(column: Column) -> str:
    """The name without its seams: `StuID` and `stuid` are one."""
    return column.name.replace("_", "").lower()


def _first_key(column: Column, table: Table) -> bool:
    """A whole number that comes first in its table, each once: the number of its rows."""
    return column.kind == "integer" and column.unique and table.columns[0] == column


@lru_cache(maxsize=20_000)
def _keyed(column: Column) -> bool:
    return column.words[-1:] in _KEYS or column.name.lower().endswith(("id", "code", "_key"))


def _points_to(far: Column, key: Column, table: Table) -> bool:
    """`game_id` or `first_game_id` at a table game with a key `id`."""
    if key.words not in _KEYS or far.words[-1:] != key.words:
        return False
    said = far.words[:-1]
    return _all_alike(said, table.words) or said[-len(table.words) :] == table.words


def _named_for(far: Column, table: Table) -> bool:
    """A column `physician` beside a table physician, or `lost_in_battle` beside battle."""
    if len(far.words) > len(table.words):
        return len(far.words) > 1 and far.words[-len(table.words) :] == table.words
    return _all_alike(far.words, table.words[-len(far.words) :])


def _ends_alike(far: Column, key: Column) -> bool:
    """`home_team_id` and `team_id`, `sales_transaction_id` and `transaction_id`."""
    return (
        len(key.words) > 1
        and len(far.words) > len(key.words)
        and far.words[-len(key.words) :] == key.words
        and _keyed(key)
    )


def _all_alike(ones: Sequence[str], others: Sequence[str]) -> bool:
    return (
        bool(ones)
        and len(ones) <= len(others)
        and all(same(a, b) >= 0.9 for a, b in zip(ones, others[-len(ones) :], strict=True))
    )


def join_tables(first: str, wanted: Iterable[str], tables: Sequence[Table]) -> list[Edge] | None:
    """The joins, in order, that reach every table from `first`; None when one cannot be reached."""
    known = edges(tables)
    reached = {first}
    path: list[Edge] = []
    for name in wanted:
        if name in reached:
            continue
        way = _way(reached, name, known)
        if way is None:
            return None
        for edge in way:
            if edge.right.table not in reached:
                path.append(edge)
                reached.add(edge.right.table)
    return path


def _way(reached: set[str], goal: str, known: Sequence[Edge]) -> list[Edge] | None:
    costs: dict[str, float] = dict.fromkeys(reached, 0.0)
    came: dict[str, Edge] = {}
    queue = deque(sorted(reached))
    while queue:
        here = queue.popleft()
        for edge in (*known, *(one.turned() for one in known)):
            if edge.left.table != here:
                continue
            cost = costs[here] + edge.cost
            if cost < costs.get(edge.right.table, 99.0):
                costs[edge.right.table] = cost
                came[edge.right.table] = edge
                queue.append(edge.right.table)
    if goal not in came:
        return None
    way: list[Edge] = []
    at = goal
    while at not in reached:
        way.insert(0, came[at])
        at = came[at].left.table
    return way


def said_keys(
    path: Sequence[Edge], said: Collection[str], tables: Sequence[Table], choices: Collection[str] = ()
) -> list[Edge]:
    """The path by those of several like keys that were chosen or are said: "ended at" is about `end_station_id`."""
    by_name = {table.name: table for table in tables}
    return [_said(edge, said, by_name[edge.left.table], by_name[edge.right.table], choices) for edge in path]


def pointing(edge: Edge, rival: Edge) -> Column:
    """The column of a rival that points to the other table, whose key they share."""
    return rival.left if edge.right.unique else rival.right


def _said(edge: Edge, said: Collection[str], left: Table, right: Table, choices: Collection[str]) -> Edge:
    rivals = alternatives(edge, left, right)
    if len(rivals) < 2:
        return edge
    ends = [pointing(edge, one) for one in rivals]
    chosen = [one for one, end in zip(rivals, ends, strict=True) if option(end) in choices]
    if chosen:
        return chosen[0]
    shared = set.intersection(*(set(column.words) for column in ends))
    hits = [sum(1.0 for word in set(column.words) - shared if word in said) for column in ends]
    usual = [0.5 if set(column.words) & _USUAL else 0.0 for column in ends]
    worth = [hit + one for hit, one in zip(hits, usual, strict=True)]
    return rivals[worth.index(max(worth))]


def alternatives(edge: Edge, left: Table, right: Table) -> list[Edge]:
    """The joins of the same two tables that differ in the pointing column alone, this one among them."""
    found = [edge]
    if edge.right.unique == edge.left.unique:
        return found
    if edge.right.unique:
        found += [Edge(one, edge.right, edge.cost) for one in _joinable(left) if one != edge.left]
    else:
        found += [Edge(edge.left, one, edge.cost) for one in _joinable(right) if one != edge.right]
    near = [(one, _cost(one.left, one.right, left, right)) for one in found]
    return [one for one, cost in near if one is edge or (cost is not None and cost <= edge.cost + 0.1)]
