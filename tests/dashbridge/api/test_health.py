"""Liveness needs nothing; readiness names the part that is down."""

from __future__ import annotations

import os
import shutil
import signal

import httpx
import psycopg
import pytest
from fastapi import FastAPI

from dashbridge.api.deps import Rooms
from dashbridge.objects.memory import MemoryObjectStore
from dashbridge.postgres import Database, newest_schema
from dashbridge.postgres.urls import libpq_words, read_url
from dashbridge.settings import Settings
from dashbridge.vault.memory import MemoryVault
from dashbridge.warehouse.duckdb import DuckDBPool
from dashbridge.wiring.operations import readiness_of


async def test_a_process_that_answers_is_alive(client: httpx.AsyncClient) -> None:
    assert (await client.get("/healthz")).json() == {"status": "ok"}


async def test_ready_names_the_schema(client: httpx.AsyncClient) -> None:
    answer = await client.get("/readyz")
    assert answer.status_code == 200
    assert answer.json()["status"] == "ready"
    assert answer.json()["schema"] == newest_schema()
    parts = answer.json()["parts"]
    assert {name: part["status"] for name, part in parts.items()} == dict.fromkeys(
        ("directory", "objects", "vault", "workers"), "ok"
    )


async def test_a_saved_dashboard_answers(client: httpx.AsyncClient, shop: object, shop_yaml: str) -> None:
    saved = await client.put("/v1/dashboards/shop", content=shop_yaml, headers={"If-None-Match": "*"})
    assert saved.status_code == 201, saved.text
    data = await client.get("/v1/dashboards/shop/data")
    assert data.status_code == 200, data.text
    assert data.json()["insights"]["total"]["data"]["props.value"] == [18375.0]


async def down(client: httpx.AsyncClient) -> dict[str, str]:
    """What is not ready, and why; everything else is."""
    answer = await client.get("/readyz")
    assert answer.status_code == 503
    assert answer.headers["retry-after"]
    assert answer.json()["code"] == "not_ready"
    assert (await client.get("/healthz")).status_code == 200
    return {name: part["code"] for name, part in answer.json()["parts"].items() if part["status"] != "ok"}


async def test_objects_that_are_gone_are_named(client: httpx.AsyncClient, settings: Settings) -> None:
    shutil.rmtree(settings.embedded("objects"), ignore_errors=True)
    settings.embedded("objects").write_text("a file is in the way")
    assert await down(client) == {"objects": "object_store_unavailable"}


async def test_a_key_that_others_may_read_is_named(client: httpx.AsyncClient, settings: Settings) -> None:
    assert (await client.get("/readyz")).status_code == 200
    settings.embedded("vault.key").chmod(0o644)
    assert await down(client) == {"vault": "vault_key_unusable"}
    settings.embedded("vault.key").chmod(0o600)
    assert (await client.get("/readyz")).status_code == 200


async def test_workers_come_back_and_a_closed_pool_does_not(
    app: FastAPI, client: httpx.AsyncClient, rooms: Rooms
) -> None:
    pool = DuckDBPool(size=1, memory_bytes=256 << 20)
    rooms.readiness.checks = readiness_of(rooms.database, pool=pool).checks
    await pool.query({}, "SELECT 1")
    for pid in pool.pids:
        os.kill(pid, signal.SIGKILL)
    assert (await client.get("/readyz")).status_code == 200  # the next statement gets a new one
    await pool.close()
    assert await down(client) == {"workers": "engine_closed"}


async def test_a_directory_that_is_behind_or_gone_is_named(
    client: httpx.AsyncClient, rooms: Rooms, blank_database: tuple[str, str]
) -> None:
    assert (await client.get("/readyz")).status_code == 200
    admin_url, app_url = blank_database
    database = Database(app_url)
    rooms.readiness.checks = readiness_of(database, MemoryObjectStore(), MemoryVault()).checks
    assert await down(client) == {"directory": "database_not_ready"}
    with psycopg.connect(libpq_words(read_url(admin_url)), autocommit=True) as connection:
        connection.execute("CREATE TABLE alembic_version AS SELECT '0001' AS version_num")
        connection.execute("GRANT SELECT ON alembic_version TO PUBLIC")
        assert await down(client) == {"directory": "schema_behind"}
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
        assert (await client.get("/readyz")).status_code == 200  # a newer release's: it leaves what this one needs
    await database.close()
    gone = Database("postgresql://nobody:CANARY@127.0.0.1:1/none")
    rooms.readiness.checks = readiness_of(gone).checks
    assert await down(client) == {"directory": "database_unavailable"}
    assert "CANARY" not in (await client.get("/readyz")).text
    await gone.close()


@pytest.mark.parametrize("path", ["/readyz", "/healthz"])
async def test_probes_need_no_key_and_show_no_address(client: httpx.AsyncClient, path: str) -> None:
    answer = await client.get(path, headers={"Authorization": "Bearer nonsense"})
    assert answer.status_code == 200
    assert "127.0.0.1" not in answer.text
