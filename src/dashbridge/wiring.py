"""The composition root: reads the settings, names the adapters, and hands every door the same rooms."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Protocol
from uuid import UUID, uuid5

from ai_sdk.limits import TurnLimits
from ai_sdk.prices import load_prices
from ai_sdk.providers import Provider
from dashbridge.api.deps import Rooms
from dashbridge.catalog import Catalog
from dashbridge.chat import ChatLogs, Chats, TurnEvents, Turns, TurnSettings
from dashbridge.connections import Connections, DuckDBSettings, Uploads
from dashbridge.directory import principals, teams
from dashbridge.insights.dates import today_in
from dashbridge.kit import Invalid, Unauthenticated, new_id
from dashbridge.library import Library
from dashbridge.objects.local import LocalObjectStore
from dashbridge.planner import OfflinePlanner
from dashbridge.postgres import Database, prepare
from dashbridge.postgres.embedded import EmbeddedPostgres
from dashbridge.serving import Answers, ServingLimits
from dashbridge.settings import Settings
from dashbridge.sharing import Actor, authenticate, issue_api_key, issue_sign_in
from dashbridge.vault.local import LocalVault
from dashbridge.warehouse.duckdb import DuckDBPool, DuckDBWarehouse
from dashbridge.warehouse.intake import Intake

EMBEDDED_TEAM = uuid5(UUID("6ba7b811-9dad-11d1-80b4-00c04fd430c8"), "dashbridge:team:default")


@asynccontextmanager
async def open_rooms(
    settings: Settings, *, port: int | None = None, provider: Callable[[], Provider] | None = None
) -> AsyncIterator[Rooms]:
    """Every room of a process, opened in order and closed in reverse.

    `port` is the one really listened on; `provider` replaces the model that the settings name.

    Raises Invalid for settings that do not fit, Unavailable for a part that does not answer.
    """
    settings.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    async with AsyncExitStack() as stack:
        database = await _open_database(settings, stack)
        objects = LocalObjectStore(settings.embedded("objects"))
        stack.push_async_callback(objects.close)
        vault = LocalVault(settings.embedded("vault.key"))
        stack.push_async_callback(vault.close)
        pool = DuckDBPool(settings.query_workers, memory_bytes=settings.query_memory_mb << 20)
        stack.push_async_callback(pool.close)
        connections = Connections(
            database,
            vault,
            _opens_duckdb(settings, pool),
            max_rows=settings.max_query_rows,
            timeout_s=settings.query_timeout_s,
        )
        stack.push_async_callback(connections.close)
        library = Library(database, objects, connections, pool, today=today)
        logs = ChatLogs(objects)
        events = TurnEvents(database, logs)
        turns = Turns(database, logs, events, _turn_settings(settings, stack, provider))
        stack.push_async_callback(turns.close)
        vendor, _, model = settings.model.partition(":")
        chats = Chats(
            database,
            logs,
            events,
            turns,
            connections,
            library,
            model=(vendor, model or vendor),
            public_url=lambda: settings.url(port),
            today=today,
        )
        answers = Answers(pool, _serving_limits(settings))
        uploads = Uploads(
            connections,
            Intake(memory_bytes=settings.query_memory_mb << 20),
            lambda team_id: duckdb_folder(settings, team_id),
            max_bytes=settings.max_upload_bytes,
        )
        catalog = Catalog(database, connections)
        yield Rooms(database, connections, catalog, library, answers, chats, today, uploads)


def today(timezone: str = "UTC") -> date:
    """The day it is in a time zone, by its IANA name."""
    return today_in(timezone, datetime.now(UTC))


def duckdb_folder(settings: Settings, team_id: UUID) -> Path:
    """The folder of a team's DuckDB files: the only one its connections reach."""
    return (settings.duckdb_root or settings.embedded("duckdb")).absolute() / str(team_id)


async def admin(settings: Settings, rooms: Rooms) -> tuple[Actor, str]:
    """The embedded team's admin and its API key, made on the first start and kept in `api_key` (0600)."""
    path = settings.embedded("api_key")
    if path.exists():
        key = path.read_text(encoding="ascii").strip()
        try:
            return await authenticate(rooms.database, key), key
        except Unauthenticated:
            path.unlink()
    async with rooms.database.team(EMBEDDED_TEAM) as session:
        await teams.ensure(session, "default")
        principal = await principals.ensure(session, name="admin", kind="user", role="admin")
        issued = await issue_api_key(session, principal.id)
    if not await asyncio.to_thread(_write_secret, path, issued.secret + "\n"):
        return await admin(settings, rooms)
    return await authenticate(rooms.database, issued.secret), issued.secret


def _write_secret(path: Path, text: str) -> bool:
    """Write a new file that only its owner reads, whole or not at all; False if there is one already."""
    draft = path.with_name(f"{path.name}.{new_id()}")
    draft.touch(mode=0o600)
    try:
        draft.write_text(text, encoding="ascii")
        os.link(draft, path)
    except FileExistsError:
        return False
    finally:
        draft.unlink()
    return True


async def sign_in_link(settings: Settings, rooms: Rooms, actor: Actor, port: int | None = None) -> str:
    """An address that signs the actor in, once."""
    async with rooms.database.team(actor.team_id) as session:
        token = await issue_sign_in(session, actor.principal_id)
    return f"{settings.url(port)}/#sign-in={token}"


async def _open_database(settings: Settings, stack: AsyncExitStack) -> Database:
    if settings.database_url is not None:
        url = settings.database_url.get_secret_value()
        if settings.database_admin_url is not None:
            await prepare(settings.database_admin_url.get_secret_value(), url)
    else:
        server = await stack.enter_async_context(EmbeddedPostgres(settings.data_dir))
        await prepare(server.admin_url, server.app_url)
        url = server.app_url
    database = Database(url)
    stack.push_async_callback(database.close)
    await database.check()
    return database


def _opens_duckdb(settings: Settings, pool: DuckDBPool) -> Callable[[UUID, DuckDBSettings], DuckDBWarehouse]:
    def open_duckdb(team_id: UUID, wanted: DuckDBSettings) -> DuckDBWarehouse:
        root = duckdb_folder(settings, team_id)
        return DuckDBWarehouse(wanted.path, pool, root=root)

    return open_duckdb


def _serving_limits(settings: Settings) -> ServingLimits:
    return ServingLimits(
        max_query_rows=settings.max_query_rows,
        max_insight_rows=settings.max_insight_rows,
        cache_bytes=settings.cache_mb << 20,
        max_shared_rows=settings.max_shared_rows,
        browser_max_rows=settings.browser_max_rows,
        browser_max_bytes=settings.browser_max_bytes,
    )


def _turn_settings(settings: Settings, stack: AsyncExitStack, provider: Callable[[], Provider] | None) -> TurnSettings:
    limits = TurnLimits(
        steps=settings.turn_max_steps,
        tokens=settings.turn_max_tokens,
        usd=Decimal(str(settings.turn_max_usd)),
        seconds=settings.turn_max_seconds,
    )
    return TurnSettings(provider or _provider_factory(settings, stack), limits, load_prices())


def _provider_factory(settings: Settings, stack: AsyncExitStack) -> Callable[[], Provider]:
    vendor, _, model = settings.model.partition(":")
    if vendor == "offline" and not model:
        return OfflinePlanner
    if vendor not in ("anthropic", "openai") or not model:
        raise Invalid(f"DASHBRIDGE_MODEL is {settings.model!r}", hint="write offline, anthropic:MODEL or openai:MODEL")
    made: list[_Closes] = []

    def provider() -> Provider:
        if not made:
            made.append(_make_provider(vendor, model, settings))
        return made[0]

    async def close() -> None:
        for opened in made:
            await opened.close()

    stack.push_async_callback(close)
    return provider


class _Closes(Provider, Protocol):
    """A provider that holds connections."""

    async def close(self) -> None:
        """Let go of them."""


def _make_provider(vendor: str, model: str, settings: Settings) -> _Closes:
    if vendor == "anthropic":
        from ai_sdk.providers.anthropic import AnthropicProvider  # its SDK alone takes a second to import

        key = os.environ.get("ANTHROPIC_API_KEY", "")
        _need_key(key, "ANTHROPIC_API_KEY")
        return AnthropicProvider(model, api_key=key, base_url=settings.anthropic_base_url)
    from ai_sdk.providers.openai import OpenAIProvider

    key = os.environ.get("OPENAI_API_KEY", "") or ("none" if settings.openai_base_url else "")
    _need_key(key, "OPENAI_API_KEY")
    return OpenAIProvider(model, api_key=key, base_url=settings.openai_base_url)


def _need_key(key: str, name: str) -> None:
    if not key:
        raise Invalid(f"The model needs {name}", code="model_key_missing", hint=f"set {name}, or use the offline model")
