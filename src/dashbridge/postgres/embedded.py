"""PostgreSQL out of the wheel, in the data folder: the first process starts it, others join, the last stops it."""

from __future__ import annotations

import asyncio
import json
import os
import secrets
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import quote

import psycopg

from dashbridge.kit import Unavailable
from dashbridge.postgres.cluster import SUPERUSER, Cluster, Postmaster
from dashbridge.postgres.holders import Holders

DATABASE = "dashbridge"
APP_ROLE = "dashbridge"
_LOCK_LIMIT_S = 180.0
_ATTEMPTS = 10
_PAUSE_S = 0.1


@dataclass(frozen=True, slots=True, repr=False)
class _Passwords:
    superuser: str
    app: str


class EmbeddedPostgres:
    """A server under `data_dir`/postgres while in `async with EmbeddedPostgres(data_dir)`; see `admin_url`, `app_url`.

    It listens on a unix socket only, in a folder that nobody but its own account can enter. Both roles have generated
    passwords; the app role itself is made by `migrate.prepare`. Raises Unavailable if the server cannot be had.
    """

    def __init__(self, data_dir: Path, *, settings: Mapping[str, str] | None = None) -> None:
        self._folder = data_dir.resolve() / "postgres"
        self._settings = dict(settings or {})
        self._holders = Holders(self._folder)
        self._passwords: _Passwords | None = None
        self._postmaster: Postmaster | None = None

    async def __aenter__(self) -> Self:
        starting = asyncio.ensure_future(asyncio.to_thread(self._enter))
        try:
            await asyncio.shield(starting)
        except asyncio.CancelledError:
            await asyncio.wait({starting})
            if not starting.cancelled() and starting.exception() is None:
                await asyncio.to_thread(self._leave)
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await asyncio.shield(asyncio.to_thread(self._leave))

    @property
    def admin_url(self) -> str:
        """The superuser's way in; for `migrate.prepare` only."""
        return self._url(SUPERUSER, self._now.superuser)

    @property
    def app_url(self) -> str:
        """The service's way in."""
        return self._url(APP_ROLE, self._now.app)

    @property
    def _now(self) -> _Passwords:
        if self._passwords is None:
            raise Unavailable("The embedded PostgreSQL is not started.", hint="Enter it with `async with` first.")
        return self._passwords

    def _url(self, role: str, password: str) -> str:
        if self._postmaster is None:
            raise Unavailable("The embedded PostgreSQL is not started.", hint="Enter it with `async with` first.")
        host = quote(str(self._postmaster.socket_folder), safe="")
        return f"postgresql://{role}:{quote(password, safe='')}@/{DATABASE}?host={host}"

    def _enter(self) -> None:
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            with self._holders.changing(_LOCK_LIMIT_S):
                self._passwords = self._read_passwords()
                cluster = Cluster(self._folder, self._settings)
                cluster.make(self._passwords.superuser)
                self._holders.join()
                try:
                    self._start(cluster)
                except BaseException:
                    self._let_go(cluster)
                    raise
        except OSError as error:
            raise Unavailable(
                f"The embedded PostgreSQL cannot use {self._folder}: {error}",
                code="postgres_failed",
                hint="Check that the data folder can be written, or choose another with DASHBRIDGE_DATA_DIR.",
            ) from error

    def _leave(self) -> None:
        if not self._holders.held:
            return
        with self._holders.changing(_LOCK_LIMIT_S):
            self._let_go(Cluster(self._folder, self._settings))

    def _let_go(self, cluster: Cluster) -> None:
        last = self._holders.leave()
        self._postmaster = None
        if last:
            cluster.stop()

    def _read_passwords(self) -> _Passwords:
        path = self._folder / "passwords.json"
        if path.exists():
            return _Passwords(**json.loads(path.read_text()))
        passwords = _Passwords(secrets.token_urlsafe(32), secrets.token_urlsafe(32))
        fresh = path.with_suffix(".new")
        fresh.unlink(missing_ok=True)
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            json.dump(asdict(passwords), file)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(path)
        return passwords

    def _start(self, cluster: Cluster) -> None:
        """Start until it lets us in: a server that was just killed may look alive for a moment."""
        for attempt in range(1, _ATTEMPTS + 1):
            self._postmaster = cluster.start()
            try:
                self._make_database()
            except psycopg.Error as error:
                if attempt < _ATTEMPTS:
                    time.sleep(_PAUSE_S)
                    continue
                raise Unavailable(
                    f"The embedded PostgreSQL in {self._folder} started but does not let us in: {error}",
                    code="postgres_failed",
                    hint="If passwords.json was changed or lost, restore it from the backup of the same data folder.",
                ) from error
            else:
                return

    def _make_database(self) -> None:
        url = self.admin_url.replace(f"@/{DATABASE}?", "@/postgres?")
        with psycopg.connect(url, autocommit=True) as connection:
            found = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone()
            if found is None:
                connection.execute(f'CREATE DATABASE "{DATABASE}"')
