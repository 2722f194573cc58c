"""Save a dashboard once for every step of a save, and die at that step by SIGKILL.

Usage: die_at.py DATABASE_URL OBJECTS TEAM, where OBJECTS is a folder or gs://BUCKET. Prints one JSON line a step: what
a fresh process finds after the death, and after one more save.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from dashbridge.dashboards import compile_dashboard, load_dashboard
from dashbridge.directory import dashboards as pointers
from dashbridge.kit import NotFound
from dashbridge.library import CheckedDashboard, Library
from dashbridge.objects.gcs import GcsObjectStore, read_gs_url
from dashbridge.objects.gcs_requests import BucketRequests
from dashbridge.objects.local import LocalObjectStore
from dashbridge.postgres import Database
from dashbridge.sharing import Actor, Role

YAML = """\
version: 1
title: {title}
connection: shop
queries: {{a: {{sql: SELECT 1 AS a}}}}
insights: {{a: {{query: a, props: {{value: sum(a)}}}}}}
views: {{a: {{type: metric, title: A, insight: a}}}}
layout: {{rows: [{{height: sm, items: [{{view: a, span: 12}}]}}]}}
"""


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def dying(call: Callable[..., Any], *, after: bool) -> Callable[..., Any]:
    async def wrapped(*args: Any, **options: Any) -> Any:
        if after:
            await call(*args, **options)
        die()

    return wrapped


def arm(step: str, store: type[LocalObjectStore | GcsObjectStore]) -> None:
    """Make the save of this process die at `step`."""
    if step == "before the object":
        store.put = dying(store.put, after=False)
    elif step == "before the object is in its place":
        os.rename = lambda *args, **options: die()
        BucketRequests.upload = lambda *args, **options: die()
    elif step == "after the object":
        store.put = dying(store.put, after=True)
    elif step in ("before the pointer", "before the commit"):
        for name in ("create", "move_pointer"):
            setattr(pointers, name, dying(getattr(pointers, name), after=step == "before the commit"))
    elif step == "after the commit":
        Library.save = dying(Library.save, after=True)


STEPS = (
    "before the object",
    "before the object is in its place",
    "after the object",
    "before the pointer",
    "before the commit",
    "after the commit",
)


class World:
    """What each process opens for itself."""

    def __init__(self, url: str, objects: str, team: UUID) -> None:
        self.url, self.objects = url, objects
        self.store = GcsObjectStore if objects.startswith("gs://") else LocalObjectStore
        self.actor = Actor(team, uuid4(), "writer", Role.ADMIN)

    def save(self, slug: str, title: str, expected: int | None) -> int:
        return asyncio.run(self._with(lambda library: self._save(library, slug, title, expected)))

    def look(self, slug: str) -> dict[str, Any]:
        return asyncio.run(self._with(lambda library: self._look(library, slug)))

    async def _with(self, work: Callable[[Library], Any]) -> Any:
        database = Database(self.url)
        bucket = self.objects.startswith("gs://")
        store = GcsObjectStore(*read_gs_url(self.objects)) if bucket else LocalObjectStore(Path(self.objects))
        try:
            return await work(Library(database, store, _Unopened(), None, today=today))
        finally:
            await store.close()
            await database.close()

    async def _save(self, library: Library, slug: str, title: str, expected: int | None) -> int:
        saved = await library.save(self.actor, YAML.format(title=title), slug, expected=expected)
        return saved.revision

    async def _look(self, library: Library, slug: str) -> dict[str, Any]:
        try:
            opened = await library.open(self.actor, slug)
        except NotFound:
            return {"title": None, "revisions": []}
        revisions = [row.revision for row in await library.revisions(self.actor, slug)]
        for revision in revisions:
            await library.open(self.actor, slug, revision)
        assert opened.yaml == YAML.format(title=opened.pointer.title)
        return {"title": opened.pointer.title, "revisions": revisions}


class _Unopened:
    """Connections that are known and never opened."""

    async def dialect(self, actor: Actor, name: str) -> str:
        return "duckdb"


def today(timezone: str) -> date:
    return datetime.now(ZoneInfo(timezone)).date()


async def passed(
    library: Library, actor: Actor, text: str | bytes, *, connection: str | None = None
) -> CheckedDashboard:
    """Every check but the warehouse's, which writes nothing."""
    loaded = load_dashboard(text)
    return CheckedDashboard(loaded, compile_dashboard(loaded), {}, {}, (), "duckdb")


def save_and_die(world: World, slug: str, expected: int | None, step: str) -> int:
    child = os.fork()
    if child == 0:
        arm(step, world.store)
        world.save(slug, f"New {slug}", expected)
        os._exit(0)
    return os.waitpid(child, 0)[1]


def main(url: str, objects: str, team: UUID) -> None:
    Library.check = passed
    world = World(url, objects, team)
    for with_old in (False, True):
        for number, step in enumerate(STEPS):
            slug = f"{'old' if with_old else 'none'}-{number}"
            expected = world.save(slug, f"Old {slug}", None) if with_old else None
            status = save_and_die(world, slug, expected, step)
            found = world.look(slug)
            again = world.save(slug, f"New {slug}", found["revisions"][0] if found["revisions"] else None)
            line = {"slug": slug, "with_old": with_old, "step": step, "signal": status, "found": found, "again": again}
            print(json.dumps({**line, "finally": world.look(slug)}))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], UUID(sys.argv[3]))
