"""Warm data over HTTP: our server, a bare ASGI application on the same server, and nginx with the same bytes.

One process of ours, 32 connections, rounds in which each is asked in turn; medians of the rounds' ratios, for another
load on the machine comes and goes. Limits: 0.85 of the bare application; of nginx with two workers 0.38 as it is and
for 304, 0.50 in br; with 10,000 more dashboards in the directory less than 10 % slower. Told beside it: the processor
time of an answer, which other load bears on less.
"""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection
from pathlib import Path

import psycopg
from benchmarks.wire import free_port, rate, wait_for

from dashbridge.postgres.embedded import EmbeddedPostgres
from dashbridge.postgres.urls import libpq_words, read_url

PATH = "/v1/dashboards/nyc-departures/data"
ROUNDS, SECONDS = 9, 1.0
OF_BARE = {"identity": 0.85, "br": 0.85, "304": 0.85}
OF_NGINX = {"identity": 0.38, "br": 0.50, "304": 0.38}
MANY = 10_000
_NGINX = """
worker_processes 2; daemon off; pid {folder}/pid; error_log {folder}/error.log;
events {{ worker_connections 1024; }}
http {{
  access_log off; sendfile on; tcp_nopush on; keepalive_requests 1000000000; open_file_cache max=100;
  client_body_temp_path {folder}/t1; proxy_temp_path {folder}/t2; fastcgi_temp_path {folder}/t3;
  uwsgi_temp_path {folder}/t4; scgi_temp_path {folder}/t5;
  server {{ listen 127.0.0.1:{port}; root {folder}; }}
}}
"""
_FILL = """
INSERT INTO dashboards (team_id, id, slug, title, yaml_uri, yaml_key, yaml_sha256, owner, connection_name, revision)
SELECT team_id, gen_random_uuid(), 'copy-' || n, title, yaml_uri, yaml_key, yaml_sha256, owner, connection_name, 1
FROM dashboards, generate_series(1, %s) AS n WHERE slug = 'nyc-departures'
"""


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

    def measure(self) -> Measured:
        """Answers per second now, and what one takes."""
        before = sum(map(_processor_s, self.pids))
        found = rate(self.port, self.path, self.headers, SECONDS)
        return Measured(found, (sum(map(_processor_s, self.pids)) - before) / (found * SECONDS) * 1e6)


def main() -> None:
    """Print the ratios."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="dashbridge-hot-")))
        folder.chmod(0o755)
        with _ours("demo", folder / "data"):
            pass  # the flights are loaded: what that took is not of a process that serves
        port, pid = stack.enter_context(_ours("serve", folder / "data"))
        ours = _forms(port, pid, (folder / "data" / "api_key").read_text().strip())
        files = folder / "files"
        _write(ours, files)
        bare_port = free_port()
        command = [sys.executable, "-m", "benchmarks.bare_app", str(files), str(bare_port)]
        bare_pid = stack.enter_context(_running(command, bare_port))
        bare = {name: Target(bare_port, f"/{name}", (bare_pid,), target.headers) for name, target in ours.items()}
        groups = {"ours": ours, "bare": bare}
        if shutil.which("nginx"):
            groups["nginx"] = _nginx(stack, files, ours)
        else:
            print("hot path: nginx is not installed (Debian's nginx-light): no comparison with a static file")
        told = _rounds(groups)
        _report(told)
        _many(folder / "data", ours["identity"], bare["identity"])


@contextmanager
def _running(command: list[str], port: int) -> Iterator[int]:
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    try:
        wait_for(port)
        yield process.pid
    finally:
        process.terminate()
        process.wait(60)


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
    """Each form, once it is kept: the second answer is, and its compression is made by the third."""
    base = {"Authorization": f"Bearer {key}"}
    headers = {"identity": base, "br": {**base, "Accept-Encoding": "br"}, "304": base}
    for _ in range(30):
        for name in headers:
            _, found, _ = _get(port, PATH, headers[name])
    return {
        name: Target(port, PATH, (pid,), {**given, "If-None-Match": found["etag"]} if name == "304" else given)
        for name, given in headers.items()
    }


def _get(port: int, path: str, headers: dict[str, str]) -> tuple[int, dict[str, str], bytes]:
    with closing(HTTPConnection("127.0.0.1", port)) as connection:
        connection.request("GET", path, headers={"Accept-Encoding": "identity", **headers})
        answer = connection.getresponse()
        return answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read()


def _write(ours: dict[str, Target], files: Path) -> None:
    files.mkdir()
    for name, target in ours.items():
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
    port = free_port()
    config = files / "nginx.conf"
    config.write_text(_NGINX.format(folder=files, port=port))
    pid = stack.enter_context(_running(["nginx", "-c", str(config)], port))
    workers = tuple(map(int, Path(f"/proc/{pid}/task/{pid}/children").read_text().split()))
    tag = _get(port, "/identity", {})[1]["etag"]
    return {
        "identity": Target(port, "/identity", workers, ours["identity"].headers),
        "br": Target(port, "/br", workers, ours["br"].headers),
        "304": Target(port, "/identity", workers, {**ours["304"].headers, "If-None-Match": tag}),
    }


def _rounds(groups: dict[str, dict[str, Target]]) -> dict[str, dict[str, list[Measured]]]:
    found: dict[str, dict[str, list[Measured]]] = {name: {form: [] for form in OF_BARE} for name in groups}
    for _ in range(ROUNDS):
        for form in OF_BARE:
            for name, targets in groups.items():
                found[name][form].append(targets[form].measure())
    return found


def _report(told: dict[str, dict[str, list[Measured]]]) -> None:
    for form in OF_BARE:
        ours = told["ours"][form]
        lines = []
        for name, limits in (("bare", OF_BARE), ("nginx", OF_NGINX)):
            if name not in told:
                continue
            peers = told[name][form]
            share = statistics.median(one.rate / peer.rate for one, peer in zip(ours, peers, strict=True))
            verdict = _verdict(share >= limits[form])
            lines.append(f"{share:.2f} of {name} ({_median(peers)}; {verdict} {limits[form]})")
        print(f"hot path, {form}: {_median(ours)} = {', '.join(lines)}; {ROUNDS} rounds of {SECONDS:g} s", flush=True)


def _median(found: list[Measured]) -> str:
    rates, times = [one.rate for one in found], [one.processor_us for one in found]
    return f"median {statistics.median(rates):,.0f}/s, {statistics.median(times):.0f} us"


def _many(data: Path, ours: Target, bare: Target) -> None:
    """The rate against the bare application's of the same moment, before and after the directory is filled."""
    before = _shares(ours, bare)
    asyncio.run(_fill(data))
    for _ in range(3):
        _get(ours.port, ours.path, ours.headers)
    kept = _shares(ours, bare) / before
    print(f"hot path: {kept:.2f} of that with {MANY:,} more dashboards in the directory ({_verdict(kept > 0.9)} 0.90)")


def _shares(ours: Target, bare: Target) -> float:
    return statistics.median(ours.measure().rate / bare.measure().rate for _ in range(ROUNDS))


async def _fill(data: Path) -> None:
    async with EmbeddedPostgres(data) as server:
        with psycopg.connect(libpq_words(read_url(server.admin_url)), autocommit=True) as connection:
            connection.execute(_FILL, [MANY])


def _processor_s(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _verdict(held: bool) -> str:
    return "within" if held else "OVER"


if __name__ == "__main__":
    main()
