"""Reading a dashboard file for a command."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import IO

import click

from dashbridge.kit import Invalid

file_argument = click.argument("file", type=click.Path(exists=True, dir_okay=False, allow_dash=True))
_MOST = 1_048_576


def read_file(name: str) -> bytes:
    """A file's bytes, or standard input for `-`. Raises Invalid when it is over 1 MiB."""
    if name == "-":
        data = _head(sys.stdin.buffer)
    else:
        with Path(name).open("rb") as file:
            data = _head(file)
    if len(data) > _MOST:
        raise Invalid(f"{name} is over {_MOST:,} bytes", code="too_large", hint="a dashboard file is at most 256 kB")
    return data


def _head(file: IO[bytes]) -> bytes:
    return file.read(_MOST + 1)
