"""Where the files that ship beside the code are: prompts, schemas, migrations, packs, the built web UI."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parents[1]
_CHECKOUT = _PACKAGE.parents[1]


def resource_folder(name: str) -> Path:
    """The folder `name`: inside an installed wheel, or at the root of a checkout."""
    packaged = _PACKAGE / "_resources" / name
    return packaged if packaged.is_dir() else _CHECKOUT / name
