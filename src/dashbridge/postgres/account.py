"""The account that the server runs as. PostgreSQL refuses to run as root, so root lends it an account of its own."""

from __future__ import annotations

import os
import pwd
import shutil
import stat
import subprocess
import time
from pathlib import Path
from typing import Any

from dashbridge.kit import Unavailable

ACCOUNT = "dashbridge-pg"
_PATIENCE_S = 10.0


def server_account() -> pwd.struct_passwd | None:
    """The account to run the server as, made if it is missing; None when we are not root and run it as ourselves."""
    if os.geteuid() != 0:
        return None
    deadline = time.monotonic() + _PATIENCE_S
    while (account := _find()) is None:
        _make(last_try=time.monotonic() > deadline)
    return account


def run_as(account: pwd.struct_passwd | None) -> dict[str, Any]:
    """The arguments that make subprocess run a command as `account`."""
    if account is None:
        return {}
    return {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": ()}


def let_through(path: Path, account: pwd.struct_passwd | None) -> None:
    """Let the server's account reach `path`: parents get search (never read) permission, only where it is missing."""
    if account is None:
        return
    for parent in path.resolve().parents:
        status = parent.stat()
        if not status.st_mode & stat.S_IXOTH and status.st_uid != account.pw_uid:
            parent.chmod(stat.S_IMODE(status.st_mode) | stat.S_IXOTH)


def _find() -> pwd.struct_passwd | None:
    try:
        return pwd.getpwnam(ACCOUNT)
    except KeyError:
        return None


def _make(*, last_try: bool) -> None:
    useradd = shutil.which("useradd", path=os.environ.get("PATH", "") + ":/usr/sbin:/sbin")
    hint = f"Make a system account named {ACCOUNT}, or run Dashbridge as an ordinary user."
    if useradd is None:
        raise Unavailable("PostgreSQL does not run as root and there is no `useradd`.", code="no_account", hint=hint)
    command = [useradd, "--system", "--no-create-home", "--shell", "/usr/sbin/nologin", ACCOUNT]
    result = subprocess.run(command, check=False, capture_output=True, text=True)
    if result.returncode != 0 and _find() is None:
        if last_try:
            reason = f"The account {ACCOUNT} could not be made: {result.stderr.strip()}"
            raise Unavailable(reason, code="no_account", hint=hint)
        time.sleep(0.1)  # another process holds the password file
