"""From starting `dashbridge serve` again on the same data to its address. Limit: 3 s, with bytecode as installed."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.figures import report

RUNS = 5


def main() -> None:
    """Print the ratio."""
    with tempfile.TemporaryDirectory(prefix="dashbridge-bench-") as folder:
        env = {**os.environ, "DASHBRIDGE_DATA_DIR": folder, "DASHBRIDGE_PORT": "0"}
        env["PYTHONPYCACHEPREFIX"] = str(Path(folder) / "bytecode")  # written by the first start, as by an installation
        env.pop("PYTHONDONTWRITEBYTECODE", None)
        _start_and_stop(env)
        report("restart", [_start_and_stop(env) for _ in range(RUNS)], 3.0, "process start to the printed address")


def _start_and_stop(env: dict[str, str]) -> float:
    begun = time.perf_counter()
    server = subprocess.Popen([sys.executable, "-m", "dashbridge", "serve"], env=env, stdout=subprocess.PIPE, text=True)
    assert server.stdout is not None
    try:
        line = server.stdout.readline()
        spent = time.perf_counter() - begun
        assert line.startswith("Open http"), line
        return spent
    finally:
        server.terminate()
        server.wait(timeout=30)
        server.stdout.close()
