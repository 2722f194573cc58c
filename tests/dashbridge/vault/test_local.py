# ruff: noqa: ASYNC240  the tests look at the key file itself
from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
import traceback
from pathlib import Path
from typing import Any

import pytest

from dashbridge.kit import Unavailable
from dashbridge.vault import CannotOpen, SealedFor
from dashbridge.vault.local import LocalVault

OWNER = SealedFor("team-1", "connection-1", "password")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "keys" / "vault_key"


def key_value(path: Path) -> str:
    value = json.loads(path.read_text())["key"][0]["keyData"]["value"]
    assert isinstance(value, str)
    return value


def test_the_key_file_is_for_its_owner_alone_whatever_the_umask(path: Path) -> None:
    before = os.umask(0)
    try:
        LocalVault(path)
    finally:
        os.umask(before)
    assert path.stat().st_mode & 0o7777 == 0o600
    assert path.parent.stat().st_mode & 0o7777 == 0o700
    assert sorted(item.name for item in path.parent.iterdir()) == [".vault_key.lock", "vault_key"]


async def test_a_later_process_opens_what_an_earlier_sealed(path: Path) -> None:
    sealed = await LocalVault(path).seal(b"secret", OWNER)
    assert await LocalVault(path).open(sealed, OWNER) == b"secret"


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o602, 0o610, 0o644, 0o666, 0o777])
async def test_a_file_that_others_may_use_is_refused(path: Path, mode: int) -> None:
    vault = LocalVault(path)
    sealed = await vault.seal(b"secret", OWNER)
    path.chmod(mode)
    with pytest.raises(Unavailable, match=f"chmod 600 {path}") as refused:
        LocalVault(path)
    assert refused.value.code == "vault_key_unusable"
    with pytest.raises(Unavailable):
        await vault.open(sealed, OWNER)
    with pytest.raises(Unavailable):
        await vault.seal(b"secret", OWNER)
    with pytest.raises(Unavailable):
        await vault.rotate()
    path.chmod(0o600)
    assert await vault.open(sealed, OWNER) == b"secret"


def test_a_file_of_another_user_is_refused(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    LocalVault(path)
    monkeypatch.setattr("dashbridge.vault.local.os.geteuid", lambda: os.getuid() + 1)
    with pytest.raises(Unavailable, match="another user"):
        LocalVault(path)


def symlink(path: Path) -> None:
    LocalVault(path.with_name("real"))
    path.symlink_to("real")


def dangling_symlink(path: Path) -> None:
    path.symlink_to("none")


def folder(path: Path) -> None:
    path.mkdir()


def fifo(path: Path) -> None:
    os.mkfifo(path, 0o600)


@pytest.mark.parametrize("trap", [symlink, dangling_symlink, folder, fifo])
def test_what_is_not_a_plain_file_is_refused_and_kept(path: Path, trap: Any) -> None:
    path.parent.mkdir()
    trap(path)
    before = path.lstat()
    with pytest.raises(Unavailable, match="key file"):
        LocalVault(path)
    assert path.lstat().st_ino == before.st_ino


def damage(path: Path) -> list[str]:
    text = path.read_text()
    return ["", "{", "[]", "{}", "null", "é", "\x00" * 50, text[:-30], text.replace("AesGcmKey", "NoSuchKey"), text[1:]]


def test_a_damaged_key_file_is_refused_kept_and_not_shown(path: Path) -> None:
    LocalVault(path)
    secret = key_value(path)
    for text in [
        *damage(path),
        path.read_text().replace(secret, secret[:20]),
        path.read_text().replace("ENABLED", "X"),
    ]:
        path.write_text(text)
        with pytest.raises(Unavailable, match="not a Tink keyset") as refused:
            LocalVault(path)
        error = refused.value
        told = "".join(traceback.format_exception(error)) + repr(vars(error))
        assert error.__context__ is None
        assert secret[:20] not in told
        assert path.read_text() == text


async def test_a_lost_key_file_is_a_named_error_and_not_made_anew_under_way(path: Path) -> None:
    vault = LocalVault(path)
    path.unlink()
    with pytest.raises(Unavailable, match="No such file"):
        await vault.seal(b"secret", OWNER)
    assert not path.exists()


async def test_a_new_key_does_not_open_old_secrets(path: Path) -> None:
    sealed = await LocalVault(path).seal(b"secret", OWNER)
    path.unlink()
    with pytest.raises(CannotOpen, match="key may have been replaced"):
        await LocalVault(path).open(sealed, OWNER)


async def test_a_rotation_reaches_a_vault_that_is_open(path: Path) -> None:
    first, second = LocalVault(path), LocalVault(path)
    old = await second.seal(b"old", OWNER)
    await first.rotate()
    new = await first.seal(b"new", OWNER)
    assert [await vault.open(old, OWNER) for vault in (first, second)] == [b"old", b"old"]
    assert await second.open(new, OWNER) == b"new"
    assert (await second.seal(b"x", OWNER))[5:9] == new[5:9] != old[5:9]
    assert path.stat().st_mode & 0o7777 == 0o600


async def test_rotations_at_once_lose_no_key(path: Path) -> None:
    vaults = [LocalVault(path) for _ in range(4)]
    sealed = await vaults[0].seal(b"secret", OWNER)
    await asyncio.gather(*(vault.rotate() for vault in vaults))
    assert len(json.loads(path.read_text())["key"]) == 5
    assert [await vault.open(sealed, OWNER) for vault in vaults] == [b"secret"] * 4


RACER = """
import asyncio, sys
from pathlib import Path
from dashbridge.vault import SealedFor
from dashbridge.vault.local import LocalVault
sys.stdin.readline()
vault = LocalVault(Path(sys.argv[1]))
print(asyncio.run(vault.seal(b"secret", SealedFor("team-1", "connection-1", "password"))).hex())
"""


async def test_processes_that_start_together_agree_on_one_key(path: Path) -> None:
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    racers = [await asyncio.create_subprocess_exec(sys.executable, "-c", RACER, str(path), **pipes) for _ in range(5)]
    answers = await asyncio.gather(*(racer.communicate(b"go\n") for racer in racers))
    vault = LocalVault(path)
    for answer, _ in answers:
        assert await vault.open(bytes.fromhex(answer.decode()), OWNER) == b"secret"
    assert len(json.loads(path.read_text())["key"]) == 1


KILLED = """
import os, sys
from pathlib import Path
from dashbridge.vault.local import LocalVault
name, when = sys.argv[2:]
call = getattr(os, name)
def die(*args, **options):
    if when == "after":
        call(*args, **options)
    os.kill(os.getpid(), 9)
setattr(os, name, die)
LocalVault(Path(sys.argv[1]))
"""


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("call", ["fchmod", "fsync", "rename"])
async def test_a_kill_while_the_key_is_made_leaves_a_whole_key_or_none(path: Path, call: str, when: str) -> None:
    child = await asyncio.create_subprocess_exec(sys.executable, "-c", KILLED, str(path), call, when)
    assert await child.wait() == -9
    assert path.exists() is ((call, when) == ("rename", "after"))
    vault = LocalVault(path)
    assert await vault.open(await vault.seal(b"secret", OWNER), OWNER) == b"secret"
    assert sorted(item.name for item in path.parent.iterdir()) == [".vault_key.lock", "vault_key"]


def test_a_folder_that_cannot_be_made_is_a_named_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(Unavailable, match="check the rights"):
        LocalVault(tmp_path / "file" / "vault_key")


def test_tink_loads_without_warnings() -> None:
    run = [sys.executable, "-W", "error", "-c", "import dashbridge.vault.local, dashbridge.vault.memory"]
    assert subprocess.run(run, capture_output=True, check=False).stderr == b""
