"""What makes a process ready is asked through real stores, and those far away only once in a while."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest

from dashbridge.settings import Settings
from dashbridge.wiring.operations import readiness_of
from dashbridge.wiring.stores import open_objects, open_vault
from fakes.gcs_server import GcsServer
from fakes.kms_server import KEY, KmsServer


async def test_who_probes_all_the_time_asks_the_bucket_and_the_key_once(
    directory: Any, strict_gcs: GcsServer, kms_server: KmsServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STORAGE_EMULATOR_HOST", strict_gcs.url)
    bucket = f"gs://{strict_gcs.bucket()}"
    settings = Settings(data_dir=tmp_path, object_store=bucket, kms_key=KEY, kms_endpoint=kms_server.address)
    async with AsyncExitStack() as stack:
        objects = await open_objects(settings, stack)
        vault = await open_vault(settings, stack)
        readiness = readiness_of(directory.database, objects, vault)
        for part in ("objects", "vault"):
            readiness.checks[part]._keep_s = 3_600  # type: ignore[attr-defined,index]  # however slow this machine is
        readiness.limit_s = 60
        strict_gcs.requests.clear()
        kms_server.requests.clear()
        for _ in range(5):
            assert all(report.ready for report in await asyncio.gather(*(readiness.report() for _ in range(4))))
        # Google's client looks up the bucket by itself, once, whenever its own thread comes to it.
        assert len([path for _, path in strict_gcs.requests if "/o/" in path]) == 1
        assert kms_server.requests == ["Encrypt", "Decrypt"]
