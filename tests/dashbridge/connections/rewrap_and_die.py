"""Rewrap a team's connections and die by SIGKILL at the n-th compare-and-set, before or after its commit.

Usage: rewrap_and_die.py DATABASE_URL KEY_FILE TEAM N before|after
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from pathlib import Path
from typing import Any
from uuid import UUID

from dashbridge.connections.rewrap import rewrap_settings
from dashbridge.directory import connections as rows
from dashbridge.postgres import Database
from dashbridge.vault.local import LocalVault


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def arm(at: int) -> None:
    """Die inside the transaction of the `at`-th change, once it is made."""
    replace, made = rows.replace_sealed, []

    async def replace_or_die(*words: Any) -> bool:
        done = await replace(*words)
        made.append(done)
        if len(made) == at:
            die()
        return done

    rows.replace_sealed = replace_or_die


async def main(url: str, key_file: Path, team: UUID, at: int, when: str) -> None:
    if when == "before":
        arm(at)
    database, seen = Database(url), 0
    async for _ in rewrap_settings(database, LocalVault(key_file), team):
        seen += 1
        if when == "after" and seen == at:
            die()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], Path(sys.argv[2]), UUID(sys.argv[3]), int(sys.argv[4]), sys.argv[5]))
