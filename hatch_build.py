"""Puts the built page into the wheel, where there is one: `make setup` makes the checkout's environment before it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class PageHook(BuildHookInterface):
    """Adds `web/dist` beside the other resources."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Called before a wheel is built; an editable one finds the page in the checkout."""
        page = Path(self.root, "web", "dist")
        if version != "editable" and page.is_dir():
            build_data["force_include"][str(page)] = "dashbridge/_resources/web/dist"
