"""`dashbridge worker` as a process: one round, and rounds with probes until SIGTERM."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import httpx
import orjson
import pytest


@pytest.fixture
def environment(directory: Any, tmp_path: Path) -> dict[str, str]:
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("DASHBRIDGE_")}
    return inherited | {
        "DASHBRIDGE_DATABASE_URL": directory.app_url,
        "DASHBRIDGE_DATA_DIR": str(tmp_path / "data"),
        "DASHBRIDGE_LOG_FORMAT": "json",
        "DASHBRIDGE_LOG_LEVEL": "info",
        "DASHBRIDGE_PORT": "0",
    }


def test_rounds_probes_and_the_end(environment: dict[str, str], directory: Any) -> None:
    asyncio.run(directory.add_team())
    command = [sys.executable, "-m", "dashbridge", "worker"]
    once = subprocess.run([*command, "--once"], env=environment, capture_output=True, timeout=120, check=True)
    assert orjson.loads(once.stdout)["teams"] == 1
    with subprocess.Popen([*command, "--probes"], env=environment, stderr=subprocess.PIPE) as process:
        assert process.stderr is not None
        lines = map(orjson.loads, process.stderr)
        told = {}
        while not {"ready", "round done"} <= set(told):
            line = next(lines)
            told[line["message"]] = line
        answer = httpx.get(f"http://127.0.0.1:{told['ready']['port']}/readyz", timeout=60)
        assert answer.status_code == 200
        assert set(answer.json()["parts"]) == {"directory", "objects"}
        process.send_signal(signal.SIGTERM)
        rest = process.stderr.read().decode()
    assert process.returncode == 0, rest
    assert "stack_trace" not in rest
