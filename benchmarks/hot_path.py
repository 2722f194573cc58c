"""Warm data over HTTP: our server, a bare ASGI application on the same server, and nginx with the same bytes.

One process of ours, 32 connections, rounds in which each is asked in turn; medians of the rounds' ratios, for another
load on the machine comes and goes. Limits: 0.85 of the bare application; of nginx with two workers 0.38 as it is and
for 304, 0.50 in br; with 10,000 more dashboards in the directory less than 10 % slower. Told beside it: the processor
time of an answer, which other load bears on less; and br where no two requests are alike, so that each must be read.

`--runs 5` does all of it five times, with servers of its own each time, and tells the medians of the runs.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field, replace
from http.client import HTTPConnection
from pathlib import Path

import psycopg
from benchmarks.nginx import nginx
from benchmarks.wire import free_port, rate, running, wait_for

from dashbridge.postgres.embedded import EmbeddedPostgres
from dashbridge.postgres.urls import libpq_words, read_url

PATH = "/v1/dashboards/nyc-departures/data"
ROUNDS, SECONDS = 9, 1.0
OWN = "br, own ids"
OF_BARE = {"identity": 0.85, "br": 0.85, "304": 0.85, OWN: 0.85}
OF_NGINX = {"identity": 0.38, "br": 0.50, "304": 0.38, OWN: 0.50}
MANY = 10_000
_FILL = """
INSERT INTO dashboards (team_id, id, slug, title, yaml_uri, yaml_key, yaml_sha256, owner, connection_name, revision)
SELECT team_id, gen_random_uuid(), 'copy-' || n, title, yaml_uri, yaml_key, yaml_sha256, owner, connection_name, 1
FROM dashboards, generate_series(1, %s) AS n WHERE slug = 'nyc-departures'
"""
_EMPTY = "DELETE FROM dashboards WHERE slug LIKE 'copy-%'"


@dataclass(frozen=True)
class Measured:
    """Answers per second, and microseconds of processor time for each."""

    rate: float
    processor_us: float


@dataclass(frozen=True)
class Target:
    """Where a form is asked for, with which headers."""

    port: int
    path: str
    pids: tuple[int, ...]
    headers: dict[str, str] = field(default_factory=dict)
    own_ids: bool = False

    def measure(self) -> Measured:
        """Answers per second now, and what one takes."""
        before = sum(map(_processor_s, self.pids))
        found = rate(self.port, self.path, self.headers, SECONDS, own_ids=self.own_ids)
        return Measured(found, (sum(map(_processor_s, self.pids)) - before) / (found * SECONDS) * 1e6)


Ratios = dict[tuple[str, str, float], float]
"""By form, peer and limit."""


def main(runs: int = 1) -> None:
    """Print the ratios, and of several runs their medians."""
    if not shutil.which("nginx"):
        print("hot path: nginx is not installed (Debian's nginx-light): no comparison with a static file")
    with tempfile.TemporaryDirectory(prefix="dashbridge-hot-") as made:
        folder = Path(made)
        folder.chmod(0o755)
        with _ours("demo", folder / "data"):
            pass  # the flights are loaded: what that took is not of a process that serves
        found = [_run(folder / "data", folder / f"files-{number}") for number in range(runs)]
    for form, peer, limit in found[0] if runs > 1 else ():
        shares = [one[form, peer, limit] for one in found]
        middle, spread = statistics.median(shares), f"{min(shares):.2f}–{max(shares):.2f}"
        print(f"hot path, {form}: {middle:.2f} of {peer} ({spread}; {_verdict(middle >= limit)} {limit}); {runs} runs")


def _run(data: Path, files: Path) -> Ratios:
    with ExitStack() as stack:
        port, pid = stack.enter_context(_ours("serve", data))
        ours = _forms(port, pid, (data / "api_key").read_text().strip())
        _write(ours, files)
        bare_port = free_port()
        command = [sys.executable, "-m", "benchmarks.bare_app", str(files), str(bare_port)]
        bare_pid = stack.enter_context(running(command, bare_port))
        bare = {
            name: replace(target, port=bare_port, path=f"/{_file(name)}", pids=(bare_pid,))
            for name, target in ours.items()
        }
        groups = {"ours": ours, "bare": bare}
        if shutil.which("nginx"):
            groups["nginx"] = _nginx(stack, files, ours)
        return _report(_rounds(groups)) | _many(data, ours["identity"], bare["identity"])


@contextmanager
def _ours(command: str, data: Path) -> Iterator[tuple[int, int]]:
    port = free_port()
    env = {**os.environ, "DASHBRIDGE_PORT": str(port), "DASHBRIDGE_DATA_DIR": str(data)}
    process = subprocess.Popen(
        [sys.executable, "-m", "dashbridge", command], env=env, stdout=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout is not None
        while not process.stdout.readline().startswith("Open "):
            if process.poll() is not None:
                raise RuntimeError("the demo did not start")
        wait_for(port)
        yield port, process.pid
    finally:
        process.terminate()
        process.communicate(timeout=60)


def _forms(port: int, pid: int, key: str) -> dict[str, Target]:
    """Each form, once it is kept and its compression is made behind it."""
    base = {"Authorization": f"Bearer {key}"}
    headers = {"identity": base, "br": {**base, "Accept-Encoding": "br"}, "304": base}
    for turn in range(1_000):
        found = {name: _get(port, PATH, given)[1] for name, given in headers.items()}
        if turn > 3 and found["br"].get("content-encoding") == "br":
            break
        time.sleep(0.01)
    made = {name: Target(port, PATH, (pid,), given) for name, given in headers.items()}
    made["304"] = replace(made["304"], headers={**base, "If-None-Match": found["304"]["etag"]})
    return made | {OWN: replace(made["br"], own_ids=True)}


def _file(form: str) -> str:
    return form.partition(",")[0]


def _get(port: int, path: str, headers: dict[str, str]) -> tuple[int, dict[str, str], bytes]:
    with closing(HTTPConnection("127.0.0.1", port)) as connection:
        connection.request("GET", path, headers={"Accept-Encoding": "identity", **headers})
        answer = connection.getresponse()
        return answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read()


def _write(ours: dict[str, Target], files: Path) -> None:
    files.mkdir()
    for name in map(_file, ours):
        target = ours[name]
        status, headers, body = _get(target.port, target.path, target.headers)
        assert (status, headers.get("content-encoding")) == (
            304 if name == "304" else 200,
            "br" if name == "br" else None,
        )
        del headers["date"]
        (files / name).write_bytes(body)
        (files / f"{name}.json").write_text(json.dumps({"status": status, "headers": headers}))
    for path in (files, *files.iterdir()):
        path.chmod(0o755)


def _nginx(stack: ExitStack, files: Path, ours: dict[str, Target]) -> dict[str, Target]:
    port, workers = stack.enter_context(nginx(files))
    tag = _get(port, "/identity", {})[1]["etag"]
    return {
        "identity": Target(port, "/identity", workers, ours["identity"].headers),
        "br": Target(port, "/br", workers, ours["br"].headers),
        "304": Target(port, "/identity", workers, {**ours["304"].headers, "If-None-Match": tag}),
        OWN: Target(port, "/br", workers, ours["br"].headers, own_ids=True),
    }


def _rounds(groups: dict[str, dict[str, Target]]) -> dict[str, dict[str, list[Measured]]]:
    found: dict[str, dict[str, list[Measured]]] = {name: {form: [] for form in OF_BARE} for name in groups}
    for _ in range(ROUNDS):
        for form in OF_BARE:
            for name, targets in groups.items():
                found[name][form].append(targets[form].measure())
    return found


def _report(told: dict[str, dict[str, list[Measured]]]) -> Ratios:
    found: Ratios = {}
    for form in OF_BARE:
        ours = told["ours"][form]
        lines = []
        for name, limits in (("bare", OF_BARE), ("nginx", OF_NGINX)):
            if name not in told:
                continue
            peers = told[name][form]
            share = statistics.median(one.rate / peer.rate for one, peer in zip(ours, peers, strict=True))
            found[form, name, limits[form]] = share
            verdict = _verdict(share >= limits[form])
            lines.append(f"{share:.2f} of {name} ({_median(peers)}; {verdict} {limits[form]:.2f})")
        print(f"hot path, {form}: {_median(ours)} = {', '.join(lines)}; {ROUNDS} rounds of {SECONDS:g} s", flush=True)
    return found


def _median(found: list[Measured]) -> str:
    rates, times = [one.rate for one in found], [one.processor_us for one in found]
    return f"median {statistics.median(rates):,.0f}/s, {statistics.median(times):.1f} us"


def _many(data: Path, ours: Target, bare: Target) -> Ratios:
    """The rate against the bare application's of the same moment, before and after the directory is filled."""
    before, once_us = _share(ours, bare)
    asyncio.run(_fill(data))
    for _ in range(3):
        _get(ours.port, ours.path, ours.headers)
    after, now_us = _share(ours, bare)
    asyncio.run(_fill(data, empty=True))
    kept, times = after / before, f"{once_us:.1f} and {now_us:.1f} us"
    print(
        f"hot path: {kept:.2f} of that with {MANY:,} more dashboards in the directory ({times}; "
        f"{_verdict(kept > 0.9)} 0.90)",
        flush=True,
    )
    return {("identity", f"that, with {MANY:,} more dashboards", 0.9): kept}


def _share(ours: Target, bare: Target) -> tuple[float, float]:
    """Our rate as a share of theirs, and our processor time, medians."""
    found = [(ours.measure(), bare.measure()) for _ in range(ROUNDS)]
    share = statistics.median(one.rate / other.rate for one, other in found)
    return share, statistics.median(one.processor_us for one, _ in found)


async def _fill(data: Path, *, empty: bool = False) -> None:
    async with EmbeddedPostgres(data) as server:
        with psycopg.connect(libpq_words(read_url(server.admin_url)), autocommit=True) as connection:
            connection.execute(*((_EMPTY,) if empty else (_FILL, [MANY])))


def _processor_s(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _verdict(held: bool) -> str:
    return "within" if held else "OVER"


if __name__ == "__main__":
    reader = argparse.ArgumentParser(description=__doc__)
    reader.add_argument("--runs", type=int, default=1)
    main(reader.parse_args().runs)
