"""`dashbridge vault` and `dashbridge objects`, on stores of the test's own."""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from dashbridge.connections.connections import sealed_for
from dashbridge.directory import Connection
from dashbridge.directory import connections as rows
from dashbridge.kit import new_id
from dashbridge.library.library import files_of
from dashbridge.objects.local import LocalObjectStore
from dashbridge.vault.local import LocalVault
from fakes.google_servers import kms_server  # noqa: F401 - a fixture
from fakes.kms_server import KEY, KmsServer

Command = Callable[..., Any]


@pytest.fixture
def stores(directory: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The settings lead to a fresh directory, and to this folder for the rest."""
    for name in [name for name in os.environ if name.startswith("DASHBRIDGE_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("DASHBRIDGE_DATABASE_URL", directory.app_url)
    monkeypatch.setenv("DASHBRIDGE_DATA_DIR", str(tmp_path))
    return tmp_path


async def add(directory: Any, vault: LocalVault, team: UUID, name: str) -> None:
    row = Connection(team_id=team, id=new_id(), name=name, kind="duckdb", sealed_settings=b"")
    row.sealed_settings = await vault.seal(b"{}", sealed_for(team, row.id))
    async with directory.database.team(team) as session:
        await rows.create(session, row)


@pytest.fixture
def run(command: Command) -> Callable[..., Any]:
    """Runs a command beside the test's own loop."""

    async def beside(*words: str) -> Any:
        return await asyncio.to_thread(command, *words)

    return beside


async def test_secrets_follow_the_key_from_the_file_to_kms(
    directory: Any,
    stores: Path,
    run: Command,
    kms_server: KmsServer,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    vault = LocalVault(stores / "vault.key")
    teams = [await directory.add_team(name) for name in ("one", "two")]
    for team in teams:
        await add(directory, vault, team, "shop")
    none = {"rewrapped": 0, "moved": 0, "current": 0, "gone": 0, "failed": 0, "not_opened": []}

    async def counts(*words: str, code: int = 0) -> dict[str, Any]:
        ran = await run("vault", "rewrap", "--json", *words)
        assert (ran.code, ran.err) == (code, "")
        told: dict[str, Any] = json.loads(ran.out)
        return told

    ran = await run("vault", "rotate")
    assert (ran.code, b"rewrap" in ran.out) == (0, True)
    assert await counts() == none | {"rewrapped": 2}
    assert await counts() == none | {"current": 2}
    monkeypatch.setenv("DASHBRIDGE_KMS_KEY", KEY)
    monkeypatch.setenv("DASHBRIDGE_KMS_ENDPOINT", kms_server.address)
    ran = await run("vault", "rotate")
    assert ran.code == 1
    assert "Cloud KMS rotates" in ran.err
    assert await counts(code=1) == none | {"failed": 2, "not_opened": [f"{team}/shop" for team in sorted(teams)]}
    assert await counts("--from-local") == none | {"moved": 2}
    kms_server.keys[KEY].add_version()
    ran = await run("vault", "rewrap")
    assert (ran.code, ran.out) == (0, b"2 rewrapped, 0 moved, 0 current, 0 gone, 0 failed\n")


async def test_moving_without_a_kms_key_is_refused(stores: Path, run: Command) -> None:
    ran = await run("vault", "rewrap", "--from-local")
    assert ran.code == 1
    assert "DASHBRIDGE_KMS_KEY" in ran.err


async def test_orphans_are_listed_and_removed_only_when_told(directory: Any, stores: Path, run: Command) -> None:
    team = await directory.add_team()
    objects = LocalObjectStore(stores / "objects")
    info = await objects.put(f"{files_of(team)}{'0' * 64}.yaml", b"left over")
    path = info.uri.removeprefix("file://")
    assert json.loads((await run("objects", "orphans", "--json")).out) == {"orphans": [], "bytes": 0, "removed": 0}
    os.utime(path, (1_700_000_000, 1_700_000_000))
    ran = await run("objects", "orphans", "--older-than", "12h", "--json")
    assert ran.code == 0
    (told,) = json.loads(ran.out)["orphans"]
    assert (told["uri"], told["bytes"], told["written_at"][:10]) == (info.uri, 9, "2023-11-14")
    assert [stored async for stored in objects.list("")] == [await objects.stat(info.key)]
    ran = await run("objects", "orphans", "--delete")
    assert (ran.code, ran.out.decode().splitlines()) == (0, [f"{info.uri} 9 B removed"])
    assert [stored async for stored in objects.list("")] == []


@pytest.mark.parametrize("words", [("vault", "rewrap"), ("objects", "orphans")])
async def test_a_server_is_not_asked(run: Command, words: tuple[str, ...]) -> None:
    ran = await run("--url", "http://127.0.0.1:1", *words)
    assert ran.code == 2
    assert "not over --url" in ran.err


@pytest.mark.parametrize("age", ["7", "d", "0d", "7w", "-1d", "7 d"])
async def test_an_age_that_is_none_is_wrong_usage(run: Command, age: str) -> None:
    ran = await run("objects", "orphans", "--older-than", age)
    assert ran.code == 2
    assert "7d or 12h" in ran.err
