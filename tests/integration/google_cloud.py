"""Google's three services on this machine, and the demo running in them by environment variables alone."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx
from google.auth.credentials import AnonymousCredentials
from google.cloud import storage

from fakes.bigquery_server import BigQueryServer
from fakes.fake_gcs import GcsAddress
from fakes.kms_server import KEY, KmsServer

PROJECT, DATASET = "demo", "nyc"


@dataclass
class Google:
    """The three services, the bucket, and what the emulator was asked to compute."""

    bigquery: BigQueryServer
    gcs: GcsAddress
    bucket: str
    kms: KmsServer
    computed: list[str] = field(default_factory=list)

    @property
    def environment(self) -> dict[str, str]:
        return {
            "DASHBRIDGE_BIGQUERY_ENDPOINT": self.bigquery.url,
            "DASHBRIDGE_DEMO_WAREHOUSE": f"bigquery://{PROJECT}/{DATASET}",
            "DASHBRIDGE_KMS_ENDPOINT": self.kms.address,
            "DASHBRIDGE_KMS_KEY": KEY,
            "DASHBRIDGE_OBJECT_STORE": f"gs://{self.bucket}",
            "STORAGE_EMULATOR_HOST": self.gcs.url,
        }

    def objects(self) -> dict[str, bytes]:
        """What lies in the bucket."""
        client = storage.Client(
            PROJECT, credentials=AnonymousCredentials(), client_options={"api_endpoint": self.gcs.url}
        )
        found = {blob.name: blob.download_as_bytes() for blob in client.list_blobs(self.bucket)}
        client.close()
        return found

    @property
    def ran(self) -> list[str]:
        """The statements that really ran, without the looks at what tables there are."""
        return [sql for sql in self.bigquery.runs if "INFORMATION_SCHEMA" not in sql]


@dataclass(frozen=True)
class Demo:
    """`dashbridge demo` running: a client with its first key, and its environment with its address and that key."""

    client: httpx.Client
    environment: dict[str, str]

    def command(self, *words: str) -> subprocess.CompletedProcess[str]:
        """A command as a process that speaks to it."""
        command = [sys.executable, "-m", "dashbridge", *words]
        return subprocess.run(command, env=self.environment, capture_output=True, text=True, timeout=180, check=False)


@contextmanager
def running_demo(google: Google, folder: Path, database_url: str, **more: str) -> Iterator[Demo]:
    """The demo in those services; `more` are settings of its own. Stopped by SIGTERM in the end."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("DASHBRIDGE_", "GOOGLE_"))}
    embedded = {"DASHBRIDGE_DATA_DIR": str(folder / "data"), "DASHBRIDGE_DATABASE_URL": database_url}
    environment = {**kept, **embedded, "DASHBRIDGE_PORT": "0", **google.environment, **more}
    command = [sys.executable, "-m", "dashbridge", "demo"]
    with (folder / "log").open("w") as log:
        process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=log, text=True)
    assert process.stdout is not None
    try:
        link = next((line.split()[1] for line in process.stdout if line.startswith("Open ")), None)
        assert link is not None, (folder / "log").read_text()
        url, key = link.partition("/#")[0], (folder / "data" / "api_key").read_text().strip()
        headers = {"Authorization": f"Bearer {key}"}
        with httpx.Client(base_url=url, headers=headers, timeout=180) as client:
            yield Demo(client, environment | {"DASHBRIDGE_URL": url, "DASHBRIDGE_API_KEY": key})
        process.send_signal(signal.SIGTERM)
        assert process.wait(120) == 0
    finally:
        process.kill()
        process.wait()
        process.stdout.close()
    assert "Traceback" not in (folder / "log").read_text()
