"""The embedded server with really killed processes, stale files, and awkward folders."""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import textwrap
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from dashbridge.kit import Unavailable
from dashbridge.postgres import embedded as module
from dashbridge.postgres.account import run_as, server_account
from dashbridge.postgres.embedded import EmbeddedPostgres

HOLDER = textwrap.dedent("""
    import asyncio, sys
    from pathlib import Path
    from dashbridge.postgres.embedded import EmbeddedPostgres

    async def hold():
        async with EmbeddedPostgres(Path(sys.argv[1])):
            print("holding", flush=True)
            await asyncio.to_thread(sys.stdin.readline)

    asyncio.run(hold())
""")


@pytest.fixture(scope="module")
def made() -> Iterator[Path]:
    """A data folder whose cluster is made, for all tests here: making one takes longest."""
    path = Path(tempfile.mkdtemp(prefix="dashbridge-pg-made-"))

    async def make() -> None:
        async with EmbeddedPostgres(path, settings={"fsync": "off"}):
            pass

    asyncio.run(make())
    yield path
    shutil.rmtree(path)


@pytest.fixture
def folder(made: Path) -> Iterator[Path]:
    """A data folder whose cluster is made and not running; a test that breaks it mends it."""
    yield made
    check_stopped(made)


@pytest.fixture
def empty_folder() -> Iterator[Path]:
    """A short folder outside pytest's own, whose parents pytest closes to other accounts."""
    path = Path(tempfile.mkdtemp(prefix="dashbridge-pg-test-"))
    yield path
    check_stopped(path)
    shutil.rmtree(path)


@contextlib.contextmanager
def holder(data_dir: Path) -> Iterator[subprocess.Popen[str]]:
    """Another process that holds the server until its standard input closes."""
    command = [sys.executable, "-c", HOLDER, str(data_dir)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == "holding\n"
            yield process
        finally:
            if process.poll() is None:
                process.communicate("\n", timeout=60)


@contextlib.contextmanager
def sleeper() -> Iterator[subprocess.Popen[bytes]]:
    """A process of the server's account that has nothing to do with the server."""
    with subprocess.Popen(["sleep", "600"], **run_as(server_account())) as process:
        try:
            yield process
        finally:
            process.kill()


@contextlib.contextmanager
def moved(path: Path, away: Path) -> Iterator[None]:
    """While `path` lies elsewhere."""
    path.rename(away)
    try:
        yield
    finally:
        away.rename(path)


def leave(path: Path, text: str) -> None:
    """Leave a file as the server would have."""
    owner = path.parent.stat()
    path.write_text(text)
    os.chown(path, owner.st_uid, owner.st_gid)
    path.chmod(0o600)


def check_stopped(data_dir: Path) -> None:
    pid = server_pid(data_dir)
    if pid is not None:
        wait_until_gone(pid)


def server_pid(data_dir: Path) -> int | None:
    try:
        return int((data_dir / "postgres/data/postmaster.pid").read_text().splitlines()[0])
    except FileNotFoundError:
        return None


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def wait_until_gone(pid: int) -> None:
    """The server removes its pid file a moment before it ends."""
    deadline = time.monotonic() + 20
    while alive(pid):
        assert time.monotonic() < deadline, f"the server {pid} still runs"
        time.sleep(0.01)


def ask(url: str, question: str = "SELECT 1") -> object:
    with psycopg.connect(url, autocommit=True) as connection:
        row = connection.execute(question).fetchone()
    assert row is not None
    return row[0]


async def test_data_outlives_a_restart(folder):
    table = "kept_at_stop"
    async with EmbeddedPostgres(folder) as server:
        with psycopg.connect(server.admin_url) as connection:
            connection.execute(f"CREATE TABLE {table} AS SELECT 42 AS answer")
        first = server_pid(folder)
    assert server_pid(folder) is None
    async with EmbeddedPostgres(folder) as server:
        assert ask(server.admin_url, f"SELECT answer FROM {table}") == 42
        assert server_pid(folder) != first


async def test_second_holder_joins_and_the_last_one_stops_it(folder):
    async with EmbeddedPostgres(folder) as first:
        pid = server_pid(folder)
        with holder(folder):
            assert server_pid(folder) == pid
        assert ask(first.admin_url) == 1
        async with EmbeddedPostgres(folder) as second:
            assert second.admin_url == first.admin_url
        assert ask(first.admin_url) == 1
    assert pid is not None
    wait_until_gone(pid)


async def test_first_holder_leaves_before_the_second(folder):
    async with contextlib.AsyncExitStack() as stack:
        with holder(folder):
            pid = server_pid(folder)
            server = await stack.enter_async_context(EmbeddedPostgres(folder))
        assert server_pid(folder) == pid
        assert ask(server.admin_url) == 1
    assert server_pid(folder) is None


async def test_killed_holder_does_not_keep_it_running(folder):
    with holder(folder) as process:
        pid = server_pid(folder)
        assert pid is not None
        process.send_signal(signal.SIGKILL)
        process.wait(timeout=30)
    assert alive(pid)
    async with EmbeddedPostgres(folder) as server:
        assert server_pid(folder) == pid
        assert ask(server.admin_url) == 1
    wait_until_gone(pid)


async def test_killed_holder_does_not_stop_the_others(folder):
    async with EmbeddedPostgres(folder) as server:
        with holder(folder) as process:
            process.send_signal(signal.SIGKILL)
            process.wait(timeout=30)
        async with EmbeddedPostgres(folder):
            pass
        assert ask(server.admin_url) == 1


async def test_killed_server_comes_back_with_what_was_committed(folder):
    table = "kept_at_kill"
    async with EmbeddedPostgres(folder) as server:
        with psycopg.connect(server.admin_url) as connection:
            connection.execute(f"CREATE TABLE {table} AS SELECT 42 AS answer")
        pid = server_pid(folder)
        assert pid is not None
        os.kill(pid, signal.SIGKILL)
        async with EmbeddedPostgres(folder) as again:
            assert server_pid(folder) != pid
            assert ask(again.admin_url, f"SELECT answer FROM {table}") == 42
        assert ask(server.admin_url) == 1


async def test_stale_pid_file_that_names_a_stranger(folder):
    """After a machine crash the old pid may be a live process of the server's own account."""
    async with EmbeddedPostgres(folder):
        data = folder / "postgres/data"
        left = (data / "postmaster.pid").read_text().splitlines()
        socket_lock = (data / ".s.PGSQL.5432.lock").read_text().splitlines()
    with sleeper() as stranger:
        for name, lines in (("postmaster.pid", left), (".s.PGSQL.5432.lock", socket_lock)):
            lines[0] = str(stranger.pid)
            leave(data / name, "\n".join(lines) + "\n")
        async with EmbeddedPostgres(folder) as server:
            assert ask(server.admin_url) == 1
        assert stranger.poll() is None


@pytest.mark.parametrize("junk", ["", "x\n", "999999999\n", "1\n/nowhere\n"])
async def test_stale_pid_file_of_junk(folder, junk):
    leave(folder / "postgres/data/postmaster.pid", junk)
    async with EmbeddedPostgres(folder) as server:
        assert ask(server.admin_url) == 1


@pytest.mark.parametrize("name", ["with spaces and 'quotes\" and $HOME, and ünïcode", "d" * 150, "a,b;c`d\\e"])
async def test_awkward_folders(folder, empty_folder, name):
    awkward = empty_folder / name
    awkward.mkdir()
    with moved(folder / "postgres", awkward / "postgres"):
        async with EmbeddedPostgres(awkward) as server:
            assert ask(server.admin_url) == 1
            with holder(awkward):
                pass
            assert server._postmaster is not None
            socket_folder = server._postmaster.socket_folder
            assert ask(server.admin_url) == 1
    if len(name) > 100 or "," in name:
        assert not socket_folder.exists()
        assert not socket_folder.is_relative_to(empty_folder)


async def test_interrupted_first_start_is_done_again(empty_folder):
    half_made = empty_folder / "postgres/data.new"
    half_made.mkdir(parents=True)
    (half_made / "PG_VERSION").write_text("18\n")
    async with EmbeddedPostgres(empty_folder) as server:
        assert ask(server.admin_url) == 1
    assert not half_made.exists()


async def test_first_start_by_many_at_once(empty_folder):
    servers = [EmbeddedPostgres(empty_folder) for _ in range(5)]
    await asyncio.gather(*(server.__aenter__() for server in servers))
    assert len({server.admin_url for server in servers}) == 1
    await asyncio.gather(*(server.__aexit__(None, None, None) for server in servers))
    assert server_pid(empty_folder) is None


async def test_cancelled_start_leaves_nothing_running(empty_folder):
    starting = asyncio.ensure_future(EmbeddedPostgres(empty_folder).__aenter__())
    await asyncio.sleep(0)
    starting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await starting
    assert server_pid(empty_folder) is None


async def test_nobody_gets_in_without_a_password(folder):
    async with EmbeddedPostgres(folder) as server:
        passwords = folder / "postgres/passwords.json"
        assert stat.S_IMODE(passwords.stat().st_mode) == 0o600
        assert stat.S_IMODE((folder / "postgres/data").stat().st_mode) == 0o700
        host = server.admin_url.partition("?")[2]
        for role in ("postgres", "dashbridge"):
            for password in ("", ":wrong"):
                with pytest.raises(psycopg.OperationalError):
                    psycopg.connect(f"postgresql://{role}{password}@/postgres?{host}")
        assert ask(server.admin_url, "SHOW listen_addresses") == ""
        assert "password" not in repr(server._passwords)


async def test_parents_are_opened_for_search_at_most(folder, empty_folder):
    closed = empty_folder / "closed"
    closed.mkdir(mode=0o700)
    with moved(folder / "postgres", closed / "postgres"):
        (closed / "postgres").chmod(0o700)
        async with EmbeddedPostgres(closed):
            assert stat.S_IMODE(closed.stat().st_mode) in {0o700, 0o701}
            assert stat.S_IMODE((closed / "postgres").stat().st_mode) in {0o700, 0o701}


async def test_another_major_version_is_named(folder):
    version = folder / "postgres/data/PG_VERSION"
    version.write_text("16\n")
    try:
        with pytest.raises(Unavailable, match="PostgreSQL 16's"):
            await EmbeddedPostgres(folder).__aenter__()
    finally:
        version.write_text("18\n")


async def test_bad_setting_ends_with_the_log_and_without_a_holder(folder, empty_folder, monkeypatch):
    long = empty_folder / ("d" * 100)
    long.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(empty_folder))
    with moved(folder / "postgres", long / "postgres"), pytest.raises(Unavailable, match="no_such_setting"):
        await EmbeddedPostgres(long, settings={"no_such_setting": "1"}).__aenter__()
    assert list(empty_folder.glob("dashbridge-pg-*")) == []
    with pytest.raises(Unavailable, match="no_such_setting"):
        await EmbeddedPostgres(folder, settings={"no_such_setting": "1"}).__aenter__()
    async with EmbeddedPostgres(folder) as server:
        assert ask(server.admin_url) == 1


async def test_folder_that_is_a_file(empty_folder):
    folder = empty_folder
    (folder / "file").write_text("")
    with pytest.raises(Unavailable, match="cannot use"):
        await EmbeddedPostgres(folder / "file").__aenter__()


async def test_stuck_neighbour_is_named(empty_folder, monkeypatch):
    monkeypatch.setattr(module, "_LOCK_LIMIT_S", 0.05)
    server = EmbeddedPostgres(empty_folder)
    (empty_folder / "postgres").mkdir()
    with server._holders.changing(1), pytest.raises(Unavailable, match="Another process"):
        await EmbeddedPostgres(empty_folder).__aenter__()


async def test_lost_passwords_are_named(folder):
    passwords = folder / "postgres/passwords.json"
    with moved(passwords, folder / "elsewhere"), pytest.raises(Unavailable, match="does not let us in"):
        await EmbeddedPostgres(folder).__aenter__()


def test_addresses_need_a_started_server(folder):
    with pytest.raises(Unavailable, match="not started"):
        _ = EmbeddedPostgres(folder).admin_url
