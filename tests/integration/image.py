"""Does by hand, in an empty folder, what a container engine does with the Dockerfile.

Each stage has a `/src` of its own below the folder; `/opt` is the image's. Nothing else of the machine's tree is
written. Left out is what only a container has: base images (their `python3`, `npm` and `sh` are this machine's), the
user, the health check, and variables that only make an image smaller.
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
from dataclasses import dataclass, field
from fnmatch import fnmatch
from pathlib import Path

_SMALLER = {"UV_COMPILE_BYTECODE", "UV_LINK_MODE", "UV_NO_CACHE", "PIP_NO_CACHE_DIR"}
_OURS = ("DASHBRIDGE_", "PYTHON", "VIRTUAL_ENV", "PYTEST")
_NOT_DONE = {"USER", "EXPOSE", "HEALTHCHECK"}


@dataclass
class Stage:
    """One stage: its name, its variables, its folder inside the image."""

    name: str
    env: dict[str, str] = field(default_factory=dict)
    folder: str = "/"


@dataclass
class Image:
    """What came out: the variables and the command of the last stage."""

    root: Path
    stage: Stage
    entrypoint: list[str]
    command: list[str]


class Builder:
    """Follows `infra/Dockerfile` of `checkout` below `root`."""

    def __init__(self, checkout: Path, root: Path, tools: dict[str, str]) -> None:
        self.checkout = checkout
        self.root = root
        self.tools = tools
        self.stage = Stage("")
        self.entrypoint: list[str] = []
        self.command: list[str] = []
        self.done: list[str] = []

    def build(self) -> Image:
        """Run every step; returns the image. Raises AssertionError, CalledProcessError."""
        for line in instructions(self.checkout / "infra" / "Dockerfile"):
            name, _, rest = line.partition(" ")
            if name not in _NOT_DONE:
                getattr(self, f"_{name.lower()}")(rest)
            self.done.append(name)
        for stage in self.root.glob("stage-*"):  # the last stage holds what was copied into it, and no more
            shutil.rmtree(stage)
        return Image(self.root, self.stage, self.entrypoint, self.command)

    def path(self, inside: str, stage: str | None = None) -> Path:
        """Where a path of the image is on this machine."""
        whole = os.path.normpath(os.path.join(self.stage.folder, inside))
        if whole.startswith("/src"):
            return self.root / f"stage-{stage or self.stage.name}" / whole.lstrip("/")
        return self.root / whole.lstrip("/")

    def _from(self, rest: str) -> None:
        _, _, name = rest.partition(" AS ")
        self.stage = Stage(name or "last")

    def _env(self, rest: str) -> None:
        for pair in shlex.split(rest):
            name, _, value = pair.partition("=")
            if name not in _SMALLER:
                self.stage.env[name] = value

    def _workdir(self, rest: str) -> None:
        self.stage.folder = rest
        self.path(".").mkdir(parents=True, exist_ok=True)

    def _copy(self, rest: str) -> None:
        *sources, target = rest.split()
        if sources[0].startswith("--from="):
            origin = sources.pop(0).removeprefix("--from=")
            (source,) = sources
            before, after = self.path(source, origin), self.path(target)
            if before != after:
                shutil.copytree(before, after)
            return
        for source in sources:
            self._copy_context(source, target)

    def _copy_context(self, source: str, target: str) -> None:
        found = [file for file in context_files(self.checkout) if file == source or file.startswith(f"{source}/")]
        assert found, f"COPY {source}: the build's context has no such file"
        for file in found:
            inner = Path(file).relative_to(source) if file != source else None
            place = self.path(target) / (inner or Path(file).name)
            place.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(self.checkout / file, place)

    def _run(self, rest: str) -> None:
        command = re.sub(r"(?<!\S)/opt\S*", lambda found: str(self.path(found[0])), rest)
        inherited = {name: value for name, value in os.environ.items() if not name.startswith(_OURS)}
        env = {**inherited, **self.stage.env, **self.tools}
        done = subprocess.run(
            ["sh", "-c", command], cwd=self.path("."), env=env, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, f"RUN {rest}\n{done.stdout[-3000:]}\n{done.stderr[-3000:]}"

    def _entrypoint(self, rest: str) -> None:
        self.entrypoint = [str(self.path(word)) if word.startswith("/") else word for word in _words(rest)]

    def _cmd(self, rest: str) -> None:
        self.command = _words(rest)


def instructions(file: Path) -> list[str]:
    """The Dockerfile's instructions, one a line."""
    joined = file.read_text().replace("\\\n", " ")
    return [" ".join(line.split()) for line in joined.splitlines() if line.strip() and not line.startswith("#")]


def context_files(checkout: Path) -> list[str]:
    """The files of the checkout that a build is given: of git's, those that the ignore file lets in."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=checkout,
        capture_output=True,
        text=True,
        check=True,
    )
    rules = (checkout / "infra" / "Dockerfile.dockerignore").read_text().split()
    return [file for file in listed.stdout.splitlines() if _let_in(file, rules) and (checkout / file).is_file()]


def _let_in(file: str, rules: list[str]) -> bool:
    ins = True
    for rule in rules:
        pattern = rule.removeprefix("!").removeprefix("**/") or "*"
        parts = file.split("/")
        heads = ["/".join(parts[: count + 1]) for count in range(len(parts))]
        names = parts if rule.removeprefix("!").startswith("**/") else []
        if any(fnmatch(name, pattern) for name in [*heads, *names]):
            ins = rule.startswith("!")
    return ins


def _words(rest: str) -> list[str]:
    return [word.strip().strip('"') for word in rest.strip("[]").split(",")]
