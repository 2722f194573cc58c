"""What every route that gives data needs: whose data is asked for, in which form, and what the asker holds already."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Iterable, Iterator, Mapping
from contextlib import aclosing
from dataclasses import dataclass
from datetime import date
from itertools import chain
from typing import Any

import orjson
from fastapi import Request, Response

from dashbridge.api.deps import Rooms
from dashbridge.api.pieces import UNWRITTEN_BYTES, pieces_response
from dashbridge.connections import GatedWarehouse
from dashbridge.costs import Purpose, PurposeKind, Spending
from dashbridge.kit import DashbridgeError
from dashbridge.library import Opened
from dashbridge.serving import (
    Asked,
    DashboardPrice,
    DataAnswer,
    Manifest,
    PreAnswer,
    arrow_pieces,
    csv_pieces,
    error_body,
)
from dashbridge.sharing import Actor

ARROW_TYPE = "application/vnd.apache.arrow.stream"
JSON_TYPE = "application/json"
MANIFEST_HEADER = "Dashbridge-Manifest"
TRUNCATED_HEADER = "Dashbridge-Truncated"
PRIVATE = {
    "Cache-Control": "private, no-cache",
    "Vary": "Authorization, Cookie, Accept",
    "X-Content-Type-Options": "nosniff",
}


@dataclass(frozen=True, slots=True)
class Asking:
    """A dashboard that someone asks about, its warehouse, and the day it is there."""

    rooms: Rooms
    actor: Actor
    opened: Opened
    warehouse: GatedWarehouse
    asked: Asked
    today: date

    @classmethod
    async def about(cls, rooms: Rooms, actor: Actor, opened: Opened) -> Asking:
        """Raises NotFound where the dashboard's connection is gone."""
        warehouse = await rooms.connections.lately(actor, opened.compiled.connection)
        at = opened.pointer
        asked = Asked(str(actor.team_id), str(warehouse.connection_id), at.slug, at.revision, at.yaml_sha256)
        return cls(rooms, actor, opened, warehouse, asked, rooms.today(opened.compiled.timezone))

    async def answer(
        self, inputs: Mapping[str, list[str]], only: str | None = None, *, purpose: PurposeKind = "data"
    ) -> DataAnswer:
        """All insights and traces, or one. Raises OverBudget."""
        async with self._spending(purpose) as spending:
            return await self.rooms.answers.answer(
                self.asked, self.opened.compiled, self.warehouse, inputs, today=self.today, spending=spending, only=only
            )

    async def pre(self, name: str) -> PreAnswer:
        """The rows under one insight. Raises Conflict, TooLarge, OverBudget."""
        async with self._spending("data") as spending:
            return await self.rooms.answers.pre(
                self.asked, self.opened.compiled, self.warehouse, name, spending=spending
            )

    async def price(self, inputs: Mapping[str, list[str]]) -> DashboardPrice:
        """What it all reads at most for the inputs."""
        return await self.rooms.answers.price(
            self.asked, self.opened.compiled, self.warehouse, inputs, today=self.today
        )

    async def build(self, inputs: Mapping[str, list[str]]) -> AsyncGenerator[tuple[str, dict[str, Any]], None]:
        """`step` events as things are computed, and at the end `done`, or `error` where it cannot go on."""
        states = {"done": 0, "skipped": 0, "failed": 0}
        told = False
        try:
            steps = self.rooms.warming.build(
                self.actor, self.asked, self.opened.compiled, self.warehouse, inputs, today=self.today
            )
            async with aclosing(steps):
                async for step in steps:
                    told = True
                    if step.state in states:
                        states[step.state] += 1
                    yield "step", step.as_dict()
        except DashbridgeError as error:
            if not told:
                raise
            yield "error", error_body(error)
            return
        yield "done", {"dashboard": self.asked.slug, "revision": self.asked.revision, **states}

    def _spending(self, purpose: PurposeKind) -> Spending:
        return self.rooms.costs.refresh(self.actor, Purpose(purpose, self.asked.slug))


def raw_inputs(query: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    """The values of each input, in order, out of the pairs of a query string: those named `input.NAME`."""
    found: dict[str, list[str]] = {}
    for key, value in query:
        if key.startswith("input."):
            found.setdefault(key.removeprefix("input."), []).append(value)
    return found


def holds(request: Request, tag: str) -> bool:
    """Whether `If-None-Match` names this tag: compared weakly, since the bytes also say when they were made."""
    held = [one.strip().removeprefix("W/") for one in request.headers.get("if-none-match", "").split(",")]
    return "*" in held or tag.removeprefix("W/") in held


def representation(request: Request) -> str:
    """`arrow`, `csv` or `json`, by `Accept`."""
    accepted = request.headers.get("accept", "")
    if ARROW_TYPE in accepted:
        return "arrow"
    return "csv" if "text/csv" in accepted else "json"


def unless_held(request: Request, tag: str, body: bytes, media_type: str) -> Response:
    """The body with its tag, or 304 for who has it already."""
    headers = {"ETag": tag, **PRIVATE}
    if holds(request, tag):
        return Response(status_code=304, headers=headers)
    return Response(body, media_type=media_type, headers=headers)


def data_response(request: Request, answer: DataAnswer, form: str, tag: str, manifest: Manifest) -> Response:
    """An answer as JSON, or its one insight as Arrow or CSV, naming its manifest. Raises the insight's error."""
    headers = {"ETag": tag, MANIFEST_HEADER: manifest.id, **PRIVATE}
    if holds(request, tag):
        return Response(status_code=304, headers=headers)
    if form == "json":
        return pieces_response(request, answer.pieces(manifest.id), answer.size, JSON_TYPE, headers)
    found = answer.only()
    headers[TRUNCATED_HEADER] = "true" if found.metadata["truncated"] else "false"
    if form == "arrow":
        proof = {"dashbridge.manifest": orjson.dumps(manifest.as_dict()).decode()}
        pieces, kind = arrow_pieces(found.table, proof), ARROW_TYPE
    else:
        pieces, kind = csv_pieces(found.table), "text/csv; charset=utf-8"
    return pieces_response(request, pieces, found.table.nbytes, kind, headers, at_once=UNWRITTEN_BYTES)


def one_response(request: Request, answer: DataAnswer, label: str, tag: str, manifest: Manifest) -> Response:
    """The one insight of an answer as JSON. Raises the insight's error."""
    headers = {"ETag": tag, MANIFEST_HEADER: manifest.id, **PRIVATE}
    if holds(request, tag):
        return Response(status_code=304, headers=headers)
    found = answer.only()
    head = {"dashboard": answer.slug, "revision": answer.revision, "insight": label, "manifest_id": manifest.id}
    pieces = chain((orjson.dumps(head)[:-1] + b",",), _without_brace(found.pieces(answer.yaml_sha256)))
    return pieces_response(request, pieces, found.size, JSON_TYPE, headers)


def _without_brace(pieces: Iterator[bytes | memoryview]) -> Iterator[bytes | memoryview]:
    yield next(pieces)[1:]
    yield from pieces


def manifest_response(request: Request, manifest: Manifest, tag: str) -> Response:
    """The manifest alone."""
    headers = {"ETag": tag, MANIFEST_HEADER: manifest.id, **PRIVATE}
    if holds(request, tag):
        return Response(status_code=304, headers=headers)
    return json_response(manifest.as_dict(), headers)


def json_response(body: dict[str, Any], headers: Mapping[str, str], status: int = 200) -> Response:
    """A body as JSON."""
    return Response(
        orjson.dumps(body, default=str, option=orjson.OPT_NON_STR_KEYS),
        status_code=status,
        media_type=JSON_TYPE,
        headers=dict(headers),
    )
