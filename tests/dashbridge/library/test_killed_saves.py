"""A process killed at any step of a save leaves the old dashboard or the new one, and the next save works."""

from __future__ import annotations

import asyncio
import json
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from fakes.fake_gcs import GcsAddress


@pytest_asyncio.fixture(name="deaths", params=["a folder", "a bucket"])
async def deaths_fixture(
    request: pytest.FixtureRequest, directory: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> list[dict[str, Any]]:
    team, objects = await directory.add_team(), str(tmp_path / "objects")
    if request.param == "a bucket":
        server: GcsAddress = request.getfixturevalue("gcs_server")
        monkeypatch.setenv("STORAGE_EMULATOR_HOST", server.url)
        objects = f"gs://{server.bucket()}"
    script = Path(__file__).with_name("die_at.py")
    command = [sys.executable, str(script), directory.app_url, objects, str(team)]
    ran = await asyncio.to_thread(subprocess.run, command, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    return [json.loads(line) for line in ran.stdout.splitlines()]


async def test_old_or_new_never_half(deaths: list[dict[str, Any]]) -> None:
    assert len(deaths) == 12
    for death in deaths:
        assert death["signal"] == signal.SIGKILL, death
        new = death["step"] == "after the commit"
        slug = death["slug"]
        old = (f"Old {slug}", [1]) if death["with_old"] else (None, [])
        after_new = (f"New {slug}", [2, 1] if death["with_old"] else [1])
        found = death["found"]
        assert (found["title"], found["revisions"]) == (after_new if new else old), death
        newest = found["revisions"][0] if found["revisions"] else 0
        assert death["again"] == newest + 1, death
        assert death["finally"]["title"] == f"New {slug}", death
        assert death["finally"]["revisions"] == [newest + 1, *found["revisions"]], death
