"""The inputs as the answer shows them: each one's value, and its options out of a query or an insight."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any, TypeVar

from dashbridge.kit import DashbridgeError
from dashbridge.serving.compute import Computer
from dashbridge.serving.data_answer import Found, InputState
from dashbridge.serving.options import computed_options, input_options
from dashbridge.serving.rows import Rows
from dashbridge.serving.visit import PartKey, Visit, listing_queries

Listed = Rows | DashbridgeError
T = TypeVar("T")


class InputStates:
    """Puts together the states of a dashboard's inputs. An option that failed leaves the others alone."""

    def __init__(self, computer: Computer) -> None:
        self._computer = computer

    async def from_queries(self, visit: Visit | None) -> dict[str, Listed]:
        """The rows that are options as they are, by query."""
        if visit is None:
            return {}
        queries = list(dict.fromkeys(listing_queries(visit.dashboard).values()))
        found = await asyncio.gather(*(self._rows(visit, query) for query in queries))
        return dict(zip(queries, found, strict=True))

    def states(
        self, visit: Visit, listed: Mapping[str, Listed], found: Mapping[PartKey, Found]
    ) -> dict[str, InputState]:
        """Every input's state, out of the rows by query and the answers by part."""
        return {name: _state(visit, name, listed, found) for name in visit.dashboard.inputs}

    async def listed(self, visit: Visit, name: str) -> InputState:
        """One input's state, whose options are a query's rows."""
        query = listing_queries(visit.dashboard)[name]
        return _state(visit, name, {query: await self._rows(visit, query)}, {})

    async def _rows(self, visit: Visit, query: str) -> Listed:
        try:
            return (await self._computer.rows.fetch(visit, self._computer.query_fetch(visit, query, None)))[0]
        except DashbridgeError as error:
            return error


def _state(visit: Visit, name: str, listed: Mapping[str, Listed], found: Mapping[PartKey, Found]) -> InputState:
    value = visit.values[name].as_json()
    try:
        return InputState(value, _options(visit, name, listed, found))
    except DashbridgeError as error:
        return InputState(value, [], error)


def _options(
    visit: Visit, name: str, listed: Mapping[str, Listed], found: Mapping[PartKey, Found]
) -> list[dict[str, Any]] | None:
    part = found.get(("options", name))
    if part is not None:
        return computed_options(_raised(part).table)
    query = listing_queries(visit.dashboard).get(name)
    rows = None if query is None else _raised(listed[query]).table
    return input_options(visit.dashboard.inputs[name], rows, visit.today)


def _raised(found: T | DashbridgeError) -> T:
    if isinstance(found, DashbridgeError):
        raise found
    return found
