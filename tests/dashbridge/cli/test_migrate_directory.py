"""`dashbridge migrate directory` makes a blank database ready, again and again, and says what it found."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import httpx
import orjson
import psycopg
import pytest

from dashbridge.cli.migrate_directory import migrated
from dashbridge.kit import Invalid
from dashbridge.postgres import newest_schema
from dashbridge.postgres.urls import libpq_words, read_url
from dashbridge.settings import Settings
from dashbridge.wiring import first_admin

KEY = "dbk_" + "k" * 43


@pytest.fixture
def environment(blank_database: tuple[str, str], tmp_path: Path) -> dict[str, str]:
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("DASHBRIDGE_")}
    admin_url, app_url = blank_database
    return inherited | {
        "DASHBRIDGE_DATABASE_ADMIN_URL": admin_url,
        "DASHBRIDGE_DATABASE_URL": app_url,
        "DASHBRIDGE_ADMIN_KEY": KEY,
        "DASHBRIDGE_DATA_DIR": str(tmp_path / "data"),
        "DASHBRIDGE_PORT": "0",
        "PYTHONUNBUFFERED": "1",
    }


def run(environment: dict[str, str], *words: str, without: str = "") -> subprocess.CompletedProcess[bytes]:
    given = {name: value for name, value in environment.items() if name != without}
    command = [sys.executable, "-m", "dashbridge", "migrate", "directory", *words]
    return subprocess.run(command, env=given, capture_output=True, timeout=120, check=False)


def execute(url: str, statement: str) -> list[Any]:
    with psycopg.connect(libpq_words(read_url(url)), autocommit=True) as connection:
        found = connection.execute(statement)
        return found.fetchall() if found.description else []


@pytest.mark.slow
def test_a_blank_database_becomes_ready_and_stays_so(environment: dict[str, str]) -> None:
    admin_url = environment["DASHBRIDGE_DATABASE_ADMIN_URL"]
    first = run(environment, "--json")
    assert first.returncode == 0, first.stderr.decode()
    assert orjson.loads(first.stdout) == {"schema": newest_schema(), "newest": newest_schema(), "current": True}
    assert run(environment).returncode == 0
    assert execute(admin_url, "SELECT prefix FROM api_keys") == [(KEY[:12],)]
    execute(admin_url, "UPDATE alembic_version SET version_num = '0001'")
    behind = run(environment, "--check", "--json", without="DASHBRIDGE_DATABASE_ADMIN_URL")
    assert (behind.returncode, orjson.loads(behind.stdout)["current"]) == (1, False)
    served = serving(environment)
    assert served["schema"] == ("directory", {"status": "down", "code": "schema_behind"})
    assert served["me"] == {"name": "admin", "role": "admin"}


@pytest.mark.parametrize(
    ("given", "words"),
    [({}, "embedded directory"), ({"database_url": "postgresql://app@127.0.0.1/x"}, "no address to migrate by")],
)
def test_what_is_missing_is_named(monkeypatch: pytest.MonkeyPatch, given: dict[str, str], words: str) -> None:
    for name in ("DASHBRIDGE_DATABASE_URL", "DASHBRIDGE_DATABASE_ADMIN_URL"):
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(Invalid, match=words):
        asyncio.run(migrated(Settings(**given)))


async def test_a_key_of_another_shape_is_refused(directory: Any) -> None:
    with pytest.raises(Invalid, match="dbk_"):
        await first_admin(directory.database, "hunter2")


async def test_processes_that_start_together_let_the_same_key_in(directory: Any) -> None:
    found = await asyncio.gather(*(first_admin(directory.database, KEY) for _ in range(6)))
    assert len({actor for actor, _ in found}) == 1


def serving(environment: dict[str, str]) -> dict[str, Any]:
    """A server by the service's address alone: it starts, changes nothing, and says that the schema is behind."""
    given = {name: value for name, value in environment.items() if name != "DASHBRIDGE_DATABASE_ADMIN_URL"}
    command = [sys.executable, "-m", "dashbridge", "serve"]
    with subprocess.Popen(command, env=given, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            assert process.stderr is not None
            link = process.stdout.readline().partition("Open ")[2].partition("/#")[0]
            assert link, process.stderr.read()
            readiness = httpx.get(f"{link}/readyz", timeout=30)
            me = httpx.get(f"{link}/v1/me", headers={"Authorization": f"Bearer {KEY}"}, timeout=30).json()
        finally:
            process.terminate()
    assert readiness.status_code == 503
    assert not (Path(environment["DASHBRIDGE_DATA_DIR"]) / "api_key").exists()
    down = [(name, part) for name, part in readiness.json()["parts"].items() if part["status"] != "ok"]
    return {"schema": down[0], "me": {name: me[name] for name in ("name", "role")}}
