"""Apache Superset over a copy of the demo's flights, in a virtual environment and a folder that the caller removes.

It is given what makes it fast: results cached in its own memory, no CSRF tokens, no security headers, no log of
requests; one process with the threads that its own image starts. It tells nobody of itself.
"""

from __future__ import annotations

import json
import os
import secrets
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from importlib.metadata import version
from pathlib import Path
from typing import Any

from benchmarks.wire import free_port, wait_for

_PACKAGES = ("apache-superset", "rich", "cachetools", "flask-caching<2.4", "duckdb-engine", "gunicorn")
_CONFIG = """
SECRET_KEY = "{secret}"
SQLALCHEMY_DATABASE_URI = "sqlite:///{folder}/superset.db"
CACHE_CONFIG = DATA_CACHE_CONFIG = {{"CACHE_TYPE": "SimpleCache", "CACHE_DEFAULT_TIMEOUT": 86400}}
FILTER_STATE_CACHE_CONFIG = EXPLORE_FORM_DATA_CACHE_CONFIG = CACHE_CONFIG
WTF_CSRF_ENABLED = TALISMAN_ENABLED = RATELIMIT_ENABLED = False
"""
_THREADS = 20


@dataclass(frozen=True)
class Superset:
    """Where it listens, as whom it is asked, and the number of its dataset."""

    port: int
    token: str
    dataset: int
    release: str

    def ask(self, queries: list[dict[str, Any]]) -> bytes:
        """What a chart sends for its data, or a dashboard's charts together."""
        body = {"datasource": {"id": self.dataset, "type": "table"}, "queries": queries, "force": False}
        return json.dumps({**body, "result_format": "json", "result_type": "full"}).encode()

    @property
    def headers(self) -> dict[str, str]:
        """Of every request."""
        return {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}


@contextmanager
def superset(folder: Path, flights: Path) -> Iterator[Superset]:
    """Installed, set up with one dataset and served until the end. Raises RuntimeError with what it said."""
    python = _installed(folder)
    copy = folder / "flights.duckdb"
    shutil.copyfile(flights, copy)
    config = folder / "superset_config.py"
    config.write_text(_CONFIG.format(secret=secrets.token_urlsafe(42), folder=folder))
    env = {name: value for name, value in os.environ.items() if not name.startswith(("SUPERSET", "FLASK"))}
    env |= {"SUPERSET_CONFIG_PATH": str(config), "SUPERSET_HOME": str(folder), "FLASK_APP": "superset"}
    env |= {"SCARF_ANALYTICS": "false", "PYTHONUNBUFFERED": "1"}
    password = secrets.token_urlsafe(16)
    who = ["--username", "admin", "--firstname", "A", "--lastname", "B", "--email", "admin@localhost"]
    for words in (["db", "upgrade"], ["fab", "create-admin", *who, "--password", password], ["init"]):
        _run([str(python.with_name("superset")), *words], folder, env)
    port = free_port()
    address = ["--bind", f"127.0.0.1:{port}", "--keep-alive", "75", "--timeout", "120", "--log-level", "error"]
    command = [str(python.with_name("gunicorn")), "-w", "1", "-k", "gthread", "--threads", str(_THREADS), *address]
    with (folder / "log").open("w") as log:
        process = subprocess.Popen([*command, "superset.app:create_app()"], env=env, stdout=log, stderr=log)
        try:
            wait_for(port)
            yield _prepared(port, password, copy, _release(python, folder))
        finally:
            process.terminate()
            try:
                process.wait(30)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _installed(folder: Path) -> Path:
    """The interpreter of a fresh environment; the engine is ours, for the file is of its version."""
    uv, python = Path(sys.executable).with_name("uv"), folder / "venv" / "bin" / "python"
    _run([str(uv), "venv", "--quiet", "--python", sys.executable, str(folder / "venv")], folder)
    wanted = [*_PACKAGES, f"duckdb=={version('duckdb')}"]
    _run([str(uv), "pip", "install", "--quiet", "--python", str(python), *wanted], folder)
    return python


def _release(python: Path, folder: Path) -> str:
    told = "from importlib.metadata import version; print(version('apache-superset'))"
    return _run([str(python), "-c", told], folder).strip()


def _prepared(port: int, password: str, file: Path, release: str) -> Superset:
    who = {"username": "admin", "password": password, "provider": "db"}
    token = call(port, "POST", "/api/v1/security/login", {}, json.dumps(who).encode())["access_token"]
    headers = {"Authorization": f"Bearer {token}"}
    read_only = json.dumps({"engine_params": {"connect_args": {"read_only": True}}})
    database = {"database_name": "flights", "sqlalchemy_uri": f"duckdb:///{file}", "extra": read_only}
    made = call(port, "POST", "/api/v1/database/", headers, json.dumps(database).encode())
    table = {"database": made["id"], "schema": "main", "table_name": "flights"}
    dataset = call(port, "POST", "/api/v1/dataset/", headers, json.dumps(table).encode())
    return Superset(port, token, dataset["id"], release)


def call(port: int, method: str, path: str, headers: dict[str, str], body: bytes | None = None) -> Any:
    """The JSON of one answer. Raises RuntimeError for another than 2xx."""
    with closing(HTTPConnection("127.0.0.1", port, timeout=120)) as connection:
        connection.request(method, path, body, {"Content-Type": "application/json", **headers})
        answer = connection.getresponse()
        text = answer.read()
    if answer.status >= 300:
        raise RuntimeError(f"{method} {path}: {answer.status} {text[:500]!r}")
    return json.loads(text)


def _run(command: list[str], folder: Path, env: dict[str, str] | None = None) -> str:
    """What it prints, run in the folder: our own project's settings of the resolver are not for others."""
    done = subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(f"{' '.join(command[:4])} failed:\n{done.stderr[-2000:]}")
    return done.stdout
