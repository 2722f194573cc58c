"""Where pointers, objects and sealed secrets live."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import AsyncExitStack
from typing import TypeVar

from dashbridge.kit import Invalid, NotFound
from dashbridge.objects.base import ObjectStore
from dashbridge.objects.local import LocalObjectStore
from dashbridge.postgres import Database, make_roles
from dashbridge.postgres.embedded import EmbeddedPostgres
from dashbridge.settings import Settings
from dashbridge.vault.base import Vault
from dashbridge.vault.local import LocalVault

T = TypeVar("T")


async def open_database(settings: Settings, stack: AsyncExitStack) -> Database:
    """The directory, migrated. Raises Unavailable."""
    if settings.database_url is not None:
        url = settings.database_url.get_secret_value()
        if settings.database_admin_url is not None:
            await _prepare(settings.database_admin_url.get_secret_value(), url)
    else:
        server = await stack.enter_async_context(EmbeddedPostgres(settings.data_dir))
        await _prepare(server.admin_url, server.app_url)
        url = server.app_url
    database = Database(url)
    stack.push_async_callback(database.close)
    await database.check()
    return database


async def _prepare(admin_url: str, app_url: str) -> None:
    if await make_roles(admin_url, app_url):
        return
    from dashbridge.postgres.migrate import prepare  # Alembic is slow to import, and seldom has anything to do

    await prepare(admin_url, app_url)


async def open_objects(settings: Settings, stack: AsyncExitStack) -> ObjectStore:
    """The object store. Raises Invalid, Unavailable."""
    if settings.object_store is None:
        objects = LocalObjectStore(settings.embedded("objects"))
        stack.push_async_callback(objects.close)
        return objects
    from dashbridge.objects.gcs import GcsObjectStore, read_gs_url  # Google's client is slow to import

    bucket, prefix = _of_setting("DASHBRIDGE_OBJECT_STORE", read_gs_url, settings.object_store)
    store = await asyncio.to_thread(GcsObjectStore, bucket, prefix)
    stack.push_async_callback(store.close)
    await store.check()
    return store


async def open_vault(settings: Settings, stack: AsyncExitStack) -> Vault:
    """The vault of the connections' settings. Raises Invalid, Unavailable."""
    if settings.kms_key is None:
        vault = LocalVault(settings.embedded("vault.key"))
        stack.push_async_callback(vault.close)
        return vault
    from dashbridge.vault.kms import KmsVault  # Google's client is slow to import

    in_kms = await asyncio.to_thread(KmsVault, settings.kms_key, endpoint=settings.kms_endpoint)
    stack.push_async_callback(in_kms.close)
    await in_kms.check()
    return in_kms


def open_key_file(settings: Settings) -> Vault:
    """The vault of the key file, to open what it sealed before KMS did. Raises Invalid, NotFound, Unavailable."""
    if settings.kms_key is None:
        hint = "set DASHBRIDGE_KMS_KEY to the key that shall seal from now on"
        raise Invalid("Secrets move from the key file to Cloud KMS", code="no_kms_key", hint=hint)
    path = settings.embedded("vault.key")
    if not path.exists():
        hint = "copy it there from the data dir that it was made in"
        raise NotFound(f"There is no key file {path}", code="vault_key_missing", hint=hint)
    return LocalVault(path)


def _of_setting(name: str, read: Callable[[str], T], value: str) -> T:
    try:
        return read(value)
    except Invalid as error:
        raise Invalid(f"{name}: {error.message}", code=error.code, hint=error.hint) from error
