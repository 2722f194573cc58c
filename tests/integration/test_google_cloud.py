"""The demo in Google's three services: the program is the same, its environment variables are others.

BigQuery's rows come from the emulator that others wrote; since its dry runs count no bytes and name no tables, a server
of the protocol stands before it, which plans, prices and caps each statement.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb
import httpx
import psycopg
import pytest
from google.auth.credentials import AnonymousCredentials
from google.cloud import storage

from dashbridge.cli.demo import QUESTION
from dashbridge.connections.connections import sealed_for
from dashbridge.postgres.urls import libpq_words, read_url
from dashbridge.vault.kms import KmsVault
from emulator.bigquery import load
from emulator.process import Emulator
from emulator.wire import EmulatorRefused, Wire
from fakes.bigquery_engine import Refused
from fakes.bigquery_server import BigQueryServer
from fakes.fake_gcs import GcsAddress
from fakes.kms_server import KEY, KmsServer

PROJECT, DATASET = "demo", "nyc"
BY_HAND = """
    SELECT month, carrier, avg(dep_delay)
    FROM (SELECT strftime(time_hour, '%Y-%m-01') AS month, carrier, dep_delay FROM flights)
    GROUP BY GROUPING SETS ((month), (carrier), (month, carrier))
"""


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


@pytest.fixture
def google(bigquery_emulator: Emulator, gcs_server: GcsAddress, flights_file: Path) -> Iterator[Google]:
    computed: list[str] = []
    with Wire(bigquery_emulator.url, PROJECT) as wire, KmsServer().running() as kms:

        def compute(query: dict[str, Any]) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
            computed.append(query["query"])
            try:
                return wire.answer(query)
            except EmulatorRefused as error:
                raise Refused(str(error)) from error

        with BigQueryServer(PROJECT, elsewhere=compute) as bigquery:
            with duckdb.connect(str(flights_file), read_only=True) as con:
                for name in ("flights", "airlines", "airports"):
                    rows = con.sql(f"FROM {name}").to_arrow_table()
                    load(bigquery_emulator, PROJECT, DATASET, name, rows)
                    bigquery.engine.add_table(DATASET, name, rows)
            yield Google(bigquery, gcs_server, gcs_server.bucket(), kms, computed)


@pytest.fixture
def environment(google: Google, directory: Any, tmp_path: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("DASHBRIDGE_", "GOOGLE_"))}
    return kept | {
        "DASHBRIDGE_DATA_DIR": str(tmp_path / "data"),
        "DASHBRIDGE_DATABASE_URL": directory.app_url,
        "DASHBRIDGE_PORT": "0",
        **google.environment,
    }


@pytest.fixture
def demo(environment: dict[str, str], tmp_path: Path) -> Iterator[tuple[httpx.Client, str]]:
    """`dashbridge demo` running: a client of it with its first key, and that key."""
    command = [sys.executable, "-m", "dashbridge", "demo"]
    with (tmp_path / "log").open("w") as log:
        process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=log, text=True)
    assert process.stdout is not None
    try:
        link = next((line.split()[1] for line in process.stdout if line.startswith("Open ")), None)
        assert link is not None, (tmp_path / "log").read_text()
        key = (tmp_path / "data" / "api_key").read_text().strip()
        headers = {"Authorization": f"Bearer {key}"}
        with httpx.Client(base_url=link.partition("/#")[0], headers=headers, timeout=120) as client:
            yield client, key
        process.send_signal(signal.SIGTERM)
        assert process.wait(60) == 0
    finally:
        process.kill()
        process.wait()
        process.stdout.close()
    assert "Traceback" not in (tmp_path / "log").read_text()


@pytest.mark.xdist_group("bigquery_emulator")
async def test_the_demo_question_is_answered_there(
    google: Google,
    demo: tuple[httpx.Client, str],
    environment: dict[str, str],
    directory: Any,
    flights_file: Path,
    tmp_path: Path,
) -> None:
    client, key = demo
    words = ["--url", str(client.base_url), "--api-key", key, "ask", "--json", QUESTION]
    command = [sys.executable, "-m", "dashbridge", *words]
    asked = await asyncio.to_thread(subprocess.run, command, env=environment, capture_output=True, text=True)
    assert asked.returncode == 0, asked.stderr + asked.stdout
    slug = json.loads(asked.stdout)["saved"]["dashboard_slug"]

    text = client.get(f"/v1/dashboards/{slug}/yaml").content
    objects = google.objects()
    assert text in objects.values()
    assert not (tmp_path / "data" / "objects").exists()
    assert not (tmp_path / "data" / "duckdb").exists()

    data = client.get(f"/v1/dashboards/{slug}/data").json()
    assert not data.get("errors"), data
    with duckdb.connect(str(flights_file), read_only=True) as con:
        by_hand = {
            frozenset({month, carrier} - {None}): delay for month, carrier, delay in con.execute(BY_HAND).fetchall()
        }
    shown = figures(data["insights"])
    assert {key for key in by_hand if len(key) == 1} <= set(shown)  # each month, each carrier
    wrong = {key: (by_hand[key], told) for key, told in shown.items() if key and not has(told, by_hand[key])}
    assert not wrong

    assert google.computed
    assert set(google.bigquery.runs) <= set(google.bigquery.dry_runs)
    ran = [job for job in google.bigquery.jobs if "INFORMATION_SCHEMA" not in job.sql]
    assert [job.sql for job in ran] == google.computed
    assert all(job.billed <= (job.most_bytes or 0) for job in ran)
    assert {job.labels["dashboard"] for job in ran if "dashboard" in job.labels} >= {slug}
    costs = client.get("/v1/costs").json()
    assert sum(day["billed"] for day in costs["days"]) == sum(job.billed for job in ran)
    await credentials_are_sealed(google, directory, tmp_path)


def figures(insights: dict[str, Any]) -> dict[frozenset[str], list[float]]:
    """All numbers that are shown of a month, of a carrier, of both."""
    found: dict[frozenset[str], list[float]] = {}
    for insight in insights.values():
        for row in zip(*insight["data"].values(), strict=True):
            key = frozenset(value for value in row if isinstance(value, str))
            found.setdefault(key, []).extend(value for value in row if isinstance(value, int | float))
    return found


def has(told: list[float], wanted: float) -> bool:
    return any(number == pytest.approx(wanted, rel=1e-9) for number in told)


async def credentials_are_sealed(google: Google, directory: Any, tmp_path: Path) -> None:
    """The row holds nothing readable; KMS, and nothing else, opens it."""
    with psycopg.connect(libpq_words(read_url(directory.admin_url))) as connection:
        found = connection.execute("SELECT team_id, id, sealed_settings FROM connections").fetchall()
    assert len(found) == 1
    team_id, connection_id, sealed = found[0]
    assert PROJECT.encode() not in bytes(sealed)
    assert "Encrypt" in google.kms.requests
    assert not (tmp_path / "data" / "vault.key").exists()
    vault = KmsVault(KEY, endpoint=google.kms.address)
    opened = json.loads(await vault.open(bytes(sealed), sealed_for(team_id, connection_id)))
    await vault.close()
    assert opened["project"] == PROJECT
