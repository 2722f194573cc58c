"""Memory of a serving process that has the demo's data and nothing to do. Limit: 120 MiB, caches aside.

Measured as the image runs it: `serve` on a directory that is there already, with the distributions of
requirements-runtime.lock alone (a folder of links to their files, for an interpreter without site-packages), bytecode
compiled. Held against the limit are the pages that the process wrote: they are its own, and stay. Told beside them are
clean pages of library files that no other process has open: the kernel's cache of files, taken back when memory runs
short, and no part of a second process of the same environment; then the pages written after the first answers, with
what is kept of these; the shares of the processes that query; and the same in the environment of development.
"""

from __future__ import annotations

import asyncio
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from urllib.parse import urlsplit

from dashbridge.postgres.embedded import EmbeddedPostgres

MIB = 120
ROOT = Path(__file__).resolve().parents[1]
_PATH = "/v1/dashboards/nyc-departures/data"
_SETTLED_S = 2.0
_ANSWERS = 5


@dataclass(frozen=True)
class Held:
    """MiB that only one process holds: what it wrote, and clean pages of files."""

    written: float
    clean: float


def main() -> None:
    """Print the figures."""
    with tempfile.TemporaryDirectory(prefix="dashbridge-rest-") as name:
        folder = Path(name)
        base = {**os.environ, "DASHBRIDGE_DATA_DIR": str(folder / "data"), "PYTHONPYCACHEPREFIX": str(folder / "pyc")}
        base.pop("PYTHONDONTWRITEBYTECODE", None)
        with _serving([sys.executable, "-m", "dashbridge", "demo"], base):
            pass  # the flights are loaded: what that took is not of a process that serves
        asyncio.run(_measure(folder, base))


async def _measure(folder: Path, base: Mapping[str, str]) -> None:
    async with EmbeddedPostgres(folder / "data") as directory:
        env = {**base, "DASHBRIDGE_DATABASE_URL": directory.app_url}
        linked = {**env, "PYTHONPATH": os.pathsep.join([str(ROOT / "src"), str(_runtime(folder / "runtime"))])}
        base_python = getattr(sys, "_base_executable", sys.executable)
        await asyncio.to_thread(_report, [base_python, "-S", "-m", "dashbridge", "serve"], linked)
        command = [sys.executable, "-m", "dashbridge", "serve"]
        found, *_ = await asyncio.to_thread(_at_rest, command, env, 0)
    print(f"at rest: {found.written:.0f} MiB in the environment of development", flush=True)


def _report(command: list[str], env: Mapping[str, str]) -> None:
    _at_rest(command, env, _ANSWERS)  # which writes the bytecode that an installation has
    at_rest, after, querying = _at_rest(command, env, _ANSWERS)
    verdict = "within" if at_rest.written <= MIB else "OVER"
    print(
        f"at rest: {at_rest.written:.0f} MiB at rest of {MIB} allowed ({verdict}); "
        f"{at_rest.written + at_rest.clean:.0f} with library files that nobody else has open; "
        f"{after.written:.0f} after the first answers; queries: {', '.join(f'{held:.0f}' for held in querying)} MiB",
        flush=True,
    )


def _at_rest(command: list[str], env: Mapping[str, str], answers: int) -> tuple[Held, Held, list[float]]:
    """At rest, after so many answers, and the MiB of each process below, its share of what they share."""
    with _serving(command, env) as (pid, address):
        time.sleep(_SETTLED_S)
        at_rest = _held(pid)
        key = (Path(env["DASHBRIDGE_DATA_DIR"]) / "api_key").read_text().strip()
        for _ in range(answers):
            _ask(address, key)
        time.sleep(_SETTLED_S)
        return at_rest, _held(pid), [_pages(below, "Pss") for below in _below(pid)]


@contextmanager
def _serving(command: list[str], env: Mapping[str, str]) -> Iterator[tuple[int, str]]:
    """A running server: its process, and its address."""
    process = subprocess.Popen(command, env={**env, "DASHBRIDGE_PORT": "0"}, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        told = next((line for line in process.stdout if line.startswith("Open ")), None)
        if told is None:
            raise RuntimeError(f"{command} did not start")
        yield process.pid, urlsplit(told.removeprefix("Open ").strip()).netloc
    finally:
        process.terminate()
        process.communicate(timeout=60)


def _ask(address: str, key: str) -> None:
    with closing(HTTPConnection(address)) as connection:
        connection.request("GET", _PATH, headers={"Authorization": f"Bearer {key}"})
        answer = connection.getresponse()
        answer.read()
        assert answer.status == 200, answer.status


def _runtime(folder: Path) -> Path:
    """Links to the files of what requirements-runtime.lock lists; what is for other platforms is not installed."""
    for name in re.findall(r"^([A-Za-z0-9._-]+)==", (ROOT / "requirements-runtime.lock").read_text(), re.MULTILINE):
        try:
            files = distribution(name).files or ()
        except PackageNotFoundError:
            continue
        for file in files:
            found, link = Path(str(file.locate())), folder / file
            if ".." in file.parts or link.is_symlink() or not found.is_file():
                continue
            link.parent.mkdir(parents=True, exist_ok=True)
            link.symlink_to(found)
    return folder


def _below(pid: int) -> list[int]:
    tasks = Path(f"/proc/{pid}/task").glob("*/children")
    children = [int(child) for task in tasks for child in task.read_text().split()]
    return [one for child in children for one in (child, *_below(child))]


def _held(pid: int) -> Held:
    return Held(_pages(pid, "Private_Dirty"), _pages(pid, "Private_Clean"))


def _pages(pid: int, kind: str) -> float:
    told = Path(f"/proc/{pid}/smaps_rollup").read_text()
    return int(told.partition(f"\n{kind}:")[2].split()[0]) / 1024


if __name__ == "__main__":
    main()
