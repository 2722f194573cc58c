"""Finds Chromium; run as a module, installs it where that is ours to do (root on Debian), else says how."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

COMMAND = "apt-get install chromium"
# With the last three, a fresh profile does not call its maker's servers.
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def find() -> str | None:
    """The executable, if there is one."""
    return shutil.which("chromium") or shutil.which("chromium-browser")


def install() -> bool:
    """Install Debian's package; whether Chromium is there afterwards."""
    if os.geteuid() != 0 or not Path("/etc/debian_version").exists():
        return False
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for step in (["update", "-qq"], ["install", "-y", "-qq", "--no-install-recommends", "chromium"]):
        subprocess.run(["apt-get", *step], env=environment, stdout=subprocess.DEVNULL, check=False)
    return find() is not None


def main() -> int:
    """0 when Chromium is there."""
    if find() or install():
        return 0
    print(f"The browser tests need Chromium: {COMMAND}", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
