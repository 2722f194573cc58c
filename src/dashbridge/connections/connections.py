"""A team's connections: make, list, validate, and open behind the gate."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any
from uuid import UUID

from dashbridge.connections.access import AI_ACCESS
from dashbridge.connections.gate import GatedWarehouse
from dashbridge.connections.kinds import BigQuerySettings, ConnectionSettings, default_dataset, packed, unpacked
from dashbridge.directory import Connection
from dashbridge.directory import connections as rows
from dashbridge.kit import Conflict, DashbridgeError, Invalid, NotFound, new_id
from dashbridge.postgres import Changes, Crowd, Database, Lately
from dashbridge.sharing import Action, Actor, require
from dashbridge.sql import Scope
from dashbridge.vault.base import SealedFor, Vault
from dashbridge.warehouse.base import Limits, Warehouse

_NAME = re.compile(r"[A-Za-z0-9_-]{1,63}")
_ROWS_BYTES = 8 << 20


OpenWarehouse = Callable[[UUID, ConnectionSettings, str | None], Warehouse]  # team, settings, default dataset


@dataclass(frozen=True, slots=True)
class ConnectionInfo:
    """A connection without its settings."""

    id: UUID
    name: str
    kind: str
    ai_access: str
    max_bytes_per_query: int
    default_dataset: str | None
    allowed_datasets: list[str] | None
    status: str
    validated_at: datetime | None
    scanned_at: datetime | None


class Connections:
    """Connections of every team; each call names its actor. Open warehouses are kept per connection."""

    def __init__(
        self,
        database: Database,
        vault: Vault,
        open_warehouse: OpenWarehouse,
        *,
        max_rows: int,
        timeout_s: float,
        usd_per_tib: Mapping[str, float] = MappingProxyType({}),
    ) -> None:
        self._database = database
        self._vault = vault
        self._open_warehouse = open_warehouse
        self._max_rows = max_rows
        self._timeout_s = timeout_s
        self._usd_per_tib = usd_per_tib  # by kind of connection; 0 for those not named
        self._kept: dict[tuple[UUID, UUID], tuple[datetime, GatedWarehouse]] = {}
        self._dialects: dict[tuple[UUID, str], str] = {}
        self._opening = asyncio.Lock()
        self._names: Crowd[Connection] = Crowd()
        self._lately: Lately[Connection] = Lately("connection", lambda row: str(row.id), max_bytes=_ROWS_BYTES)

    def follow(self, changes: Changes) -> None:
        """Hear of connections that change, so that `lately` need not ask for those that did not."""
        self._lately.follow(changes)

    async def create(
        self,
        actor: Actor,
        name: str,
        settings: ConnectionSettings,
        *,
        ai_access: str = "schema",
        max_bytes_per_query: int = 100_000_000,
        allowed_datasets: list[str] | None = None,
    ) -> ConnectionInfo:
        """Add a connection once its warehouse answered a dry run of `SELECT 1`.

        Raises Conflict (the name is taken), Invalid, NotFound (no such file), Forbidden, Unavailable.
        """
        require(actor, Action.CONNECT)
        if not _is_name(name):
            raise Invalid(f"{name[:80]!r} is not a connection name", hint="use 1 to 63 letters, digits, - and _")
        if ai_access not in AI_ACCESS or max_bytes_per_query < 1:
            raise Invalid(
                f"{ai_access!r} and {max_bytes_per_query} do not fit ai_access and max_bytes_per_query",
                hint="ai_access is one of " + ", ".join(AI_ACCESS) + "; the cap is at least 1 byte",
            )
        dataset = default_dataset(settings, allowed_datasets)
        connection_id = new_id()
        sealed = await self._vault.seal(packed(settings), sealed_for(actor.team_id, connection_id))
        row = Connection(
            team_id=actor.team_id,
            id=connection_id,
            name=name,
            kind=settings.kind,
            sealed_settings=sealed,
            ai_access=ai_access,
            max_bytes_per_query=max_bytes_per_query,
            default_dataset=dataset,
            allowed_datasets=allowed_datasets,
            status="ready",
        )
        await self._try_out(row, settings)
        async with self._database.team(actor.team_id) as session:
            await rows.create(session, row)
            return _info(await rows.mark_validated(session, connection_id, "ready"))

    async def list(self, actor: Actor) -> list[ConnectionInfo]:
        """All connections, by name."""
        require(actor, Action.BROWSE)
        async with self._database.team(actor.team_id) as session:
            return [_info(row) for row in await rows.everything(session)]

    async def any_priced(self, actor: Actor) -> bool:
        """Whether reading on any of them costs money."""
        return any(self._usd_per_tib.get(info.kind, 0.0) > 0 for info in await self.list(actor))

    async def by_id(self, actor: Actor, connection_id: UUID) -> ConnectionInfo:
        """One connection by id. Raises NotFound."""
        require(actor, Action.BROWSE)
        async with self._database.team(actor.team_id) as session:
            return _info(await rows.get(session, connection_id))

    async def named_so(self, actor: Actor, name: str, settings: ConnectionSettings) -> ConnectionInfo | None:
        """The connection of this name, if there is one. Raises Conflict where it has other settings than these."""
        require(actor, Action.CONNECT)
        try:
            row = await self._by_name(actor, name)
        except NotFound:
            return None
        if await self._settings(row) != settings:
            raise Conflict(
                f"The connection {name!r} is of something else",
                code="connection_exists",
                hint="remove that connection, or make it anew under another name",
            )
        return _info(row)

    async def delete(self, actor: Actor, connection_id: UUID) -> None:
        """Forget a connection; its dashboards stay and say that it is gone. Raises NotFound."""
        require(actor, Action.CONNECT)
        async with self._database.team(actor.team_id) as session:
            await rows.delete(session, connection_id)
        kept = self._kept.pop((actor.team_id, connection_id), None)
        if kept is not None:
            await kept[1].close()

    async def validate(self, actor: Actor, connection_id: UUID) -> ConnectionInfo:
        """Dry-run `SELECT 1` and note what came of it. Raises NotFound; a failure is noted, then raised."""
        require(actor, Action.CONNECT)
        status, failure = "ready", None
        try:
            warehouse = await self.open_by_id(actor, connection_id)
            await warehouse.dry_run("SELECT 1")
        except DashbridgeError as error:
            status, failure = "failing", error
        async with self._database.team(actor.team_id) as session:
            info = _info(await rows.mark_validated(session, connection_id, status))
        if failure is not None:
            raise failure
        return info

    async def open(self, actor: Actor, name: str) -> GatedWarehouse:
        """The gated warehouse of a connection by name. Raises NotFound, CannotOpen."""
        require(actor, Action.VIEW)
        row = await self._lately.read(actor.team_id, name, lambda: self._by_name(actor, name), anew=True)
        return await self._open(row)

    async def lately(self, actor: Actor, name: str) -> GatedWarehouse:
        """As `open`, for who reads data: what another process changed is heard of within `AT_MOST_S`."""
        require(actor, Action.VIEW)
        return await self._open(await self._lately.read(actor.team_id, name, lambda: self._by_name(actor, name)))

    async def open_by_id(self, actor: Actor, connection_id: UUID) -> GatedWarehouse:
        """The gated warehouse of a connection. Raises NotFound, CannotOpen."""
        require(actor, Action.VIEW)
        async with self._database.team(actor.team_id) as session:
            row = await rows.get(session, connection_id)
        return await self._open(row)

    async def dialect(self, actor: Actor, name: str) -> str | None:
        """The dialect of a connection's statements, without opening it; None where there is no such connection.

        Kept from the last time the connection was looked up by its name.
        """
        require(actor, Action.VIEW)
        known = self._dialects.get((actor.team_id, name))
        if known is None:
            with suppress(NotFound):
                known = (await self._by_name(actor, name)).kind
        return known

    async def close(self) -> None:
        """Close every warehouse this process opened."""
        for _, warehouse in self._kept.values():
            await warehouse.close()
        self._kept.clear()

    async def _by_name(self, actor: Actor, name: str) -> Connection:
        if not _is_name(name):
            raise NotFound(f"There is no connection named {name[:80]!r}.", code="connection_not_found")
        key = (actor.team_id, name)

        async def read() -> Connection:
            async with self._database.team(actor.team_id) as session:
                return await rows.by_name(session, name)

        try:
            row = await self._names.read(key, read)
        except NotFound:
            self._dialects.pop(key, None)
            raise
        self._dialects[key] = row.kind
        return row

    async def _open(self, row: Connection) -> GatedWarehouse:
        key = (row.team_id, row.id)
        kept = self._kept.get(key)
        if kept is not None and kept[0] == row.updated_at:
            return kept[1]
        async with self._opening:
            kept = self._kept.get(key)
            if kept is not None and kept[0] == row.updated_at:
                return kept[1]
            warehouse = await asyncio.to_thread(self._gated, row, await self._settings(row))
            self._kept[key] = (row.updated_at, warehouse)
            return warehouse

    async def _try_out(self, row: Connection, settings: ConnectionSettings) -> None:
        warehouse = await asyncio.to_thread(self._gated, row, settings)
        try:
            await warehouse.dry_run("SELECT 1")
        finally:
            if isinstance(settings, BigQuerySettings):  # a DuckDB file stays open: others may read it right now
                await warehouse.close()

    async def _settings(self, row: Connection) -> ConnectionSettings:
        return unpacked(row.kind, await self._vault.open(row.sealed_settings, sealed_for(row.team_id, row.id)))

    def _gated(self, row: Connection, settings: ConnectionSettings) -> GatedWarehouse:
        """The first of a kind imports its client, and may take a second."""
        limits = Limits(row.max_bytes_per_query, self._max_rows, self._timeout_s)
        warehouse = self._open_warehouse(row.team_id, settings, row.default_dataset)
        scope = _scope(row, settings)
        usd = self._usd_per_tib.get(row.kind, 0.0)
        return GatedWarehouse(
            warehouse,
            connection_id=row.id,
            scope=scope,
            limits=limits,
            usd_per_tib=usd,
            epoch=str(row.updated_at),
        )


def _is_name(name: str) -> bool:
    return _NAME.fullmatch(name) is not None


def _scope(row: Connection, settings: ConnectionSettings) -> Scope:
    datasets = None if row.allowed_datasets is None else frozenset(row.allowed_datasets)
    if not isinstance(settings, BigQuerySettings):
        return Scope(row.kind, datasets, default_dataset=row.default_dataset)
    return Scope(
        row.kind,
        datasets,
        projects=frozenset(settings.projects),
        default_dataset=row.default_dataset,
        default_project=settings.project,
    )


def sealed_for(team_id: UUID, connection_id: UUID) -> SealedFor:
    """What a connection's settings are sealed for."""
    return SealedFor(str(team_id), str(connection_id), "settings")


def _info(row: Connection) -> ConnectionInfo:
    fields: dict[str, Any] = {name: getattr(row, name) for name in ConnectionInfo.__dataclass_fields__}
    return ConnectionInfo(**fields)
