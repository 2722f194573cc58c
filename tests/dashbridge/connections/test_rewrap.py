"""Settings move to the newest key, whatever happens meanwhile, and nothing of them is lost."""

from __future__ import annotations

import asyncio
import signal
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from dashbridge.connections.connections import sealed_for
from dashbridge.connections.rewrap import rewrap_settings
from dashbridge.directory import Connection
from dashbridge.directory import connections as rows
from dashbridge.kit import Conflict, Unavailable, new_id
from dashbridge.vault.base import Vault
from dashbridge.vault.kms import KmsVault
from dashbridge.vault.local import LocalVault
from dashbridge.vault.memory import MemoryVault
from fakes.kms_server import KEY, KmsServer


async def add(directory: Any, vault: Vault, team: UUID, *names: str) -> None:
    for name in names:
        row = Connection(team_id=team, id=new_id(), name=name, kind="duckdb", sealed_settings=b"")
        row.sealed_settings = await vault.seal(name.encode(), sealed_for(team, row.id))
        async with directory.database.team(team) as session:
            await rows.create(session, row)


async def everything(directory: Any, team: UUID) -> list[Connection]:
    async with directory.database.team(team) as session:
        return list(await rows.everything(session))


async def opened(directory: Any, vault: Vault, team: UUID) -> bool:
    """Whether the vault opens each connection's settings, which are its name."""
    found = await everything(directory, team)
    plain = [await vault.open(row.sealed_settings, sealed_for(team, row.id)) for row in found]
    return plain == [row.name.encode() for row in found]


async def rewrap(directory: Any, vault: Vault, team: UUID, former: Vault | None = None) -> dict[str, int]:
    outcomes = [outcome async for _, outcome in rewrap_settings(directory.database, vault, team, former=former)]
    return dict(Counter(outcomes))


async def test_each_is_rewrapped_once(directory: Any) -> None:
    team, other, vault = await directory.add_team(), await directory.add_team("other"), MemoryVault()
    await add(directory, vault, team, "a", "b", "c")
    await add(directory, vault, other, "theirs")
    before, theirs = await everything(directory, team), await everything(directory, other)
    assert await rewrap(directory, vault, team) == {"current": 3}
    await vault.rotate()
    assert await rewrap(directory, vault, team) == {"rewrapped": 3}
    after = await everything(directory, team)
    assert all(new.sealed_settings != old.sealed_settings for new, old in zip(after, before, strict=True))
    assert [row.updated_at for row in after] == [row.updated_at for row in before]  # no warehouse is opened anew
    assert await opened(directory, vault, team)
    assert await everything(directory, other) == theirs
    assert await rewrap(directory, vault, team) == {"current": 3}


async def test_from_the_key_file_to_kms_and_on_to_its_next_version(
    directory: Any, kms_server: KmsServer, tmp_path: Path
) -> None:
    team, local = await directory.add_team(), LocalVault(tmp_path / "vault.key")
    in_kms = KmsVault(KEY, endpoint=kms_server.address)
    await add(directory, local, team, "a", "b")
    await add(directory, in_kms, team, "c")
    assert await rewrap(directory, in_kms, team) == {"failed": 2, "current": 1}
    assert await rewrap(directory, in_kms, team, local) == {"moved": 2, "current": 1}
    assert await opened(directory, in_kms, team)
    kms_server.keys[KEY].add_version()
    assert await rewrap(directory, in_kms, team, local) == {"rewrapped": 3}
    kms_server.keys[KEY].states[0] = "DESTROYED"
    assert await opened(directory, in_kms, team)
    kms_server.keys[KEY].add_version()
    await add(directory, in_kms, team, "d")
    kms_server.keys[KEY].states[1] = "DISABLED"
    assert await rewrap(directory, in_kms, team) == {"failed": 3, "current": 1}
    await in_kms.close()


async def test_a_silent_kms_changes_nothing(directory: Any, kms_server: KmsServer) -> None:
    team, in_kms = await directory.add_team(), KmsVault(KEY, endpoint=kms_server.address, call_s=0.05)
    await add(directory, in_kms, team, "a")
    kms_server.keys[KEY].add_version()
    kms_server.silent = 10_000
    with pytest.raises(Unavailable):
        await rewrap(directory, in_kms, team)
    kms_server.silent = 0
    assert await opened(directory, in_kms, team)
    await in_kms.close()


class Meddling(MemoryVault):
    """Lets another change a connection's settings while they are being sealed anew."""

    def __init__(self) -> None:
        super().__init__()
        self.meddle: Any = None
        self.times = 0

    async def rewrap(self, sealed: bytes, sealed_for: Any) -> bytes | None:
        anew = await super().rewrap(sealed, sealed_for)
        if self.times:
            self.times -= 1
            await self.meddle()
        return anew


@pytest.mark.parametrize("times", [1, 3])
async def test_a_change_meanwhile_is_not_lost(directory: Any, times: int) -> None:
    team, vault = await directory.add_team(), Meddling()
    await add(directory, vault, team, "a")
    (row,) = await everything(directory, team)
    await vault.rotate()

    async def change() -> None:
        other = await vault.seal(f"changed {vault.times}".encode(), sealed_for(team, row.id))
        await vault.rotate()
        async with directory.database.team(team) as session:
            await rows.change(session, row.id, sealed_settings=other)

    vault.meddle, vault.times = change, times
    assert await rewrap(directory, vault, team) == {"rewrapped": 1}
    (after,) = await everything(directory, team)
    assert await vault.open(after.sealed_settings, sealed_for(team, row.id)) == b"changed 0"
    await vault.rotate()
    vault.times = 99
    with pytest.raises(Conflict):
        await rewrap(directory, vault, team)


async def test_a_connection_removed_meanwhile_is_gone(directory: Any) -> None:
    team, vault = await directory.add_team(), Meddling()
    await add(directory, vault, team, "a", "b")
    first, _ = await everything(directory, team)
    await vault.rotate()

    async def remove() -> None:
        async with directory.database.team(team) as session:
            await rows.delete(session, first.id)

    vault.meddle, vault.times = remove, 1
    assert await rewrap(directory, vault, team) == {"gone": 1, "rewrapped": 1}


async def test_a_kill_anywhere_leaves_each_readable_and_the_next_run_ends_it(directory: Any, tmp_path: Path) -> None:
    team, vault = await directory.add_team(), LocalVault(tmp_path / "vault.key")
    await add(directory, vault, team, "a", "b", "c")
    script = Path(__file__).with_name("rewrap_and_die.py")
    for at, when, left in ((2, "before", 2), (2, "after", 1)):
        await vault.rotate()
        words = [sys.executable, str(script), directory.app_url, str(tmp_path / "vault.key"), str(team), str(at), when]
        died = await asyncio.to_thread(subprocess.run, words, capture_output=True, check=False)
        assert died.returncode == -signal.SIGKILL, died.stderr
        assert await opened(directory, vault, team)
        counts = await rewrap(directory, vault, team)
        assert counts == {"rewrapped": left} | ({"current": 3 - left} if left < 3 else {})
        assert await opened(directory, vault, team)
