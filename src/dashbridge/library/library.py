"""Saved dashboards: the file in the object store first, then the pointer, by compare-and-set.

A file's key is its content hash under its team, so an object is written once and never changed. A crash at any line
leaves the old pointer or the new one, and at worst an object no pointer names.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol, TypeVar
from uuid import UUID

from dashbridge.connections import GatedWarehouse
from dashbridge.dashboards import CompiledDashboard, LoadedDashboard
from dashbridge.directory import Dashboard, DashboardRevision
from dashbridge.directory import dashboards as pointers
from dashbridge.kit import Invalid, NotFound, Unavailable, is_slug, sha256_hex
from dashbridge.library.check import DEFAULT_DIALECT, CheckedDashboard, check_dashboard
from dashbridge.library.parsed import Parsed, ParsedFiles
from dashbridge.objects.base import GenerationMismatch, ObjectNotFound, ObjectStore
from dashbridge.postgres import Changes, Crowd, Database, Lately
from dashbridge.sharing import Action, Actor, require
from dashbridge.warehouse.base import LocalEngine

_FILES_KEPT = 200
_PUTS = 10
_PARSED_BYTES = 64 << 20
_POINTER_BYTES = 16 << 20

K = TypeVar("K")
V = TypeVar("V")


class Warehouses(Protocol):
    """Opens the gated warehouse of a connection by name, for an actor."""

    async def open(self, actor: Actor, name: str) -> GatedWarehouse:
        """Raises NotFound, Forbidden."""

    async def dialect(self, actor: Actor, name: str) -> str | None:
        """The dialect of a connection, None where there is none; no engine is opened for it."""


@dataclass(frozen=True, slots=True)
class Saved:
    """A save that happened: which revision, and where its file lies."""

    slug: str
    revision: int
    yaml_uri: str
    yaml_sha256: str
    checked: CheckedDashboard


@dataclass(frozen=True, slots=True)
class Unsaved:
    """What a pointer would say of a file that nobody has saved; `revision` is the one it would replace, 0 if none."""

    slug: str
    revision: int
    yaml_sha256: str
    draft: bool = True


@dataclass(frozen=True, slots=True)
class Opened:
    """A dashboard as it stands: its pointer, its file, and what the file means."""

    pointer: Dashboard | Unsaved
    yaml: str
    loaded: LoadedDashboard
    compiled: CompiledDashboard


@dataclass(frozen=True, slots=True)
class _Passed:
    """A file that passed its checks, through which warehouse and over which data (a version by query)."""

    checked: CheckedDashboard
    warehouse: GatedWarehouse
    versions: dict[str, str]


class Library:
    """The dashboards of every team; each call names its actor."""

    def __init__(
        self,
        database: Database,
        objects: ObjectStore,
        warehouses: Warehouses,
        engine: LocalEngine,
        *,
        today: Callable[[str], date],
        after_save: Callable[[Actor, Saved], None] | None = None,
    ) -> None:
        self._database = database
        self._objects = objects
        self._warehouses = warehouses
        self._engine = engine
        self._today = today
        self._after_save = after_save
        self._pointers: Crowd[Dashboard] = Crowd()
        self._passed: OrderedDict[tuple[UUID, str], _Passed] = OrderedDict()
        self._parsed = ParsedFiles(_PARSED_BYTES)
        self._lately: Lately[Dashboard] = Lately("dashboard", lambda row: row.slug, max_bytes=_POINTER_BYTES)

    def follow(self, changes: Changes) -> None:
        """Hear of pointers that move, so that `lately` need not ask for those that did not."""
        self._lately.follow(changes)

    async def check(self, actor: Actor, text: str | bytes, *, connection: str | None = None) -> CheckedDashboard:
        """Everything saving would check; over `connection` only, if it is given. Raises Invalid with every problem.

        A file that passed is not checked again while its connection and the data are the same.
        """
        require(actor, Action.EDIT)
        key = (actor.team_id, sha256_hex(_bytes(text)))
        passed = self._passed.get(key)
        if passed is not None and connection in (None, passed.checked.compiled.connection):
            warehouse = await self._warehouses.open(actor, passed.checked.compiled.connection)
            if warehouse is passed.warehouse and await _versions(warehouse, passed.checked) == passed.versions:
                return passed.checked

        async def open_warehouse(name: str) -> GatedWarehouse:
            if connection not in (None, name):
                raise Invalid(
                    f"This is about the connection {connection!r}, not {name!r}",
                    code="other_connection",
                    hint=f"write connection: {connection}",
                )
            return await self._warehouses.open(actor, name)

        checked = await check_dashboard(text, open_warehouse, self._engine, today=self._today)
        warehouse = await open_warehouse(checked.compiled.connection)
        versions = {name: record.data_version for name, record in checked.records.items()}
        _remember(self._passed, key, _Passed(checked, warehouse, versions))
        return checked

    async def save(
        self,
        actor: Actor,
        text: str | bytes,
        slug: str,
        *,
        expected: int | None,
        draft: bool = False,
        turn_id: UUID | None = None,
        connection: str | None = None,
    ) -> Saved:
        """Save a file that passes every check. `expected` None creates; a number replaces exactly that revision.

        Every save of a file comes by here: it is told to whoever warms, who may neither fail it nor hold it up.

        Raises Invalid (bad file or slug), Conflict (the slug is taken), PreconditionFailed (a newer revision exists),
        NotFound (nothing to replace), Forbidden, Unavailable.
        """
        require(actor, Action.EDIT)
        _check_slug(slug)
        checked = await self.check(actor, text, connection=connection)
        data = _bytes(text)
        digest = sha256_hex(data)
        parsed = Parsed(data.decode(), checked.loaded, checked.compiled)
        self._parsed.keep((actor.team_id, digest, checked.dialect), parsed)
        uri = await self._put(actor, digest, data)
        key = _key(actor.team_id, digest)
        compiled = checked.compiled
        pointer = pointers.Saved(
            title=compiled.title,
            description=compiled.description,
            yaml_uri=uri,
            yaml_key=key,
            yaml_sha256=digest,
            view_type=tuple(sorted({view.type for view in compiled.views.values()})),
            connection_name=compiled.connection,
            author=actor.name,
            turn_id=turn_id,
        )
        async with self._database.team(actor.team_id) as session:
            if expected is None:
                row = await pointers.create(session, slug, pointer, draft=draft)
            else:
                row = await pointers.move_pointer(session, slug, expected, pointer)
        saved = Saved(slug, row.revision, uri, digest, checked)
        if self._after_save is not None:
            self._after_save(actor, saved)
        return saved

    async def open(self, actor: Actor, slug: str, revision: int | None = None) -> Opened:
        """A dashboard, or one of its revisions. Raises NotFound, Forbidden, Unavailable."""
        require(actor, Action.VIEW)
        pointer = await self._lately.read(actor.team_id, slug, lambda: self.pointer(actor, slug), anew=True)
        key, digest, name = pointer.yaml_key, pointer.yaml_sha256, pointer.connection_name
        if revision is not None and revision != pointer.revision:
            async with self._database.team(actor.team_id) as session:
                row = await pointers.get_revision(session, slug, revision)
            key, digest, name = row.yaml_key, row.yaml_sha256, row.connection_name
        return await self._opened(actor, pointer, key, digest, name)

    async def lately(self, actor: Actor, slug: str) -> Opened:
        """As `open`, for who reads its data: what another process saved is heard of within `AT_MOST_S`.

        Where nothing was saved since it was opened last, no directory, store or file is read.
        """
        require(actor, Action.VIEW)
        at = await self._lately.read(actor.team_id, slug, lambda: self.pointer(actor, slug))
        return await self._opened(actor, at, at.yaml_key, at.yaml_sha256, at.connection_name)

    async def _opened(self, actor: Actor, pointer: Dashboard, key: str, digest: str, connection: str) -> Opened:
        dialect = await self._warehouses.dialect(actor, connection) or DEFAULT_DIALECT
        parsed = await self._parsed.open((actor.team_id, digest, dialect), lambda: self._read(key, digest))
        return Opened(pointer, parsed.yaml, parsed.loaded, parsed.compiled)

    async def pointer(self, actor: Actor, slug: str) -> Dashboard:
        """What the directory knows of a dashboard. Raises NotFound."""
        require(actor, Action.VIEW)
        _need_slug(slug)

        async def read() -> Dashboard:
            async with self._database.team(actor.team_id) as session:
                return await pointers.get(session, slug)

        return await self._pointers.read((actor.team_id, slug), read)

    async def list(self, actor: Actor, *, drafts: bool | None = None) -> Sequence[Dashboard]:
        """The team's dashboards, the last changed first; only drafts, or none of them, if asked."""
        require(actor, Action.VIEW)
        async with self._database.team(actor.team_id) as session:
            kept = [] if drafts is True else await pointers.kept(session)
            drafted = [] if drafts is False else await pointers.drafts(session)
        return sorted([*kept, *drafted], key=lambda row: row.updated_at, reverse=True)

    async def revisions(self, actor: Actor, slug: str) -> Sequence[DashboardRevision]:
        """Every revision, newest first. Raises NotFound."""
        require(actor, Action.VIEW)
        _need_slug(slug)
        async with self._database.team(actor.team_id) as session:
            return await pointers.revisions(session, slug)

    async def restore(self, actor: Actor, slug: str, revision: int, *, expected: int) -> Saved:
        """Save an earlier revision's file as the newest, once it passes today's checks. Raises what `save` raises."""
        require(actor, Action.EDIT)
        _need_slug(slug)
        async with self._database.team(actor.team_id) as session:
            row = await pointers.get_revision(session, slug, revision)
        text = await self._read(row.yaml_key, row.yaml_sha256)
        return await self.save(actor, text, slug, expected=expected)

    async def keep(self, actor: Actor, slug: str) -> Dashboard:
        """Make a draft a kept dashboard. Raises NotFound."""
        require(actor, Action.EDIT)
        _need_slug(slug)
        async with self._database.team(actor.team_id) as session:
            return await pointers.keep(session, slug)

    async def delete(self, actor: Actor, slug: str, *, expected: int) -> None:
        """Take a dashboard out of the list; `undelete` brings it back. Raises NotFound, PreconditionFailed."""
        require(actor, Action.DELETE)
        _need_slug(slug)
        async with self._database.team(actor.team_id) as session:
            await pointers.delete(session, slug, expected_revision=expected)

    async def rename(self, actor: Actor, slug: str, new_slug: str, *, expected: int) -> Dashboard:
        """Change a dashboard's slug. Raises Invalid, NotFound, Conflict, PreconditionFailed."""
        require(actor, Action.EDIT)
        _need_slug(slug)
        _check_slug(new_slug)
        async with self._database.team(actor.team_id) as session:
            return await pointers.rename(session, slug, new_slug, expected_revision=expected)

    async def undelete(self, actor: Actor, slug: str) -> Dashboard:
        """Bring a deleted dashboard back. Raises NotFound."""
        require(actor, Action.DELETE)
        _need_slug(slug)
        async with self._database.team(actor.team_id) as session:
            return await pointers.undelete(session, slug)

    async def _put(self, actor: Actor, digest: str, data: bytes) -> str:
        """Also writes a file that is there already: `orphans` takes only what has not been written for long."""
        key, generation = _key(actor.team_id, digest), 0
        for _ in range(_PUTS):
            try:
                put = self._objects.put(key, data, content_type="application/yaml", if_generation=generation)
                return (await put).uri
            except GenerationMismatch:
                generation = await self._generation(key)
        raise Unavailable("The dashboard's file is being written by others", code="file_busy", hint="save it again")

    async def _generation(self, key: str) -> int:
        try:
            return (await self._objects.stat(key)).generation
        except ObjectNotFound:
            return 0

    async def _read(self, key: str, digest: str) -> str:
        try:
            data, _ = await self._objects.get(key)
        except ObjectNotFound as error:
            raise _no_file("The dashboard's file is missing from the object store", "file_missing") from error
        if sha256_hex(data) != digest:
            raise _no_file("The dashboard's file is not the one that was saved", "file_corrupt")
        return data.decode()


async def _versions(warehouse: GatedWarehouse, checked: CheckedDashboard) -> dict[str, str]:
    return await warehouse.versions_of({name: query.sql for name, query in checked.compiled.queries.items()})


def _remember(kept: OrderedDict[K, V], key: K, value: V) -> None:
    kept[key] = value
    if len(kept) > _FILES_KEPT:
        kept.popitem(last=False)


def _key(team_id: UUID, digest: str) -> str:
    return f"{files_of(team_id)}{digest}.yaml"


def files_of(team_id: UUID) -> str:
    """The prefix of the keys of a team's files."""
    return f"teams/{team_id}/dashboards/"


def _check_slug(slug: str) -> None:
    if not is_slug(slug):
        raise Invalid(
            f"{slug[:80]!r} is not a slug",
            code="bad_slug",
            hint="use 1 to 63 of a-z, 0-9 and hyphen, beginning with a letter or digit",
        )


def _bytes(text: str | bytes) -> bytes:
    try:
        return text.encode() if isinstance(text, str) else text
    except UnicodeEncodeError as error:
        raise Invalid("The file is not UTF-8 text", code="not_utf8") from error


def _need_slug(slug: str) -> None:
    if not is_slug(slug):
        raise _no_dashboard(slug)


def _no_file(message: str, code: str) -> Unavailable:
    return Unavailable(message, code=code, hint="restore an earlier revision, or save the file again")


def _no_dashboard(slug: str) -> NotFound:
    return NotFound(f"There is no dashboard {slug[:80]!r}", code="dashboard_not_found")
