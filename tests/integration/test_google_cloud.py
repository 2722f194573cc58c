"""The demo in Google's three services: the program is the same, its environment variables are others.

BigQuery's rows come from the emulator that others wrote; since its dry runs count no bytes and name no tables, a server
of the protocol stands before it, which plans, prices and caps each statement.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import psycopg
import pytest

from dashbridge.cli.demo import QUESTION
from dashbridge.connections.connections import sealed_for
from dashbridge.postgres.urls import libpq_words, read_url
from dashbridge.samples import FLIGHTS_DASHBOARD
from dashbridge.vault.kms import KmsVault
from emulator.bigquery import load
from emulator.process import Emulator
from emulator.wire import EmulatorRefused, Wire
from fakes.bigquery_engine import Refused
from fakes.bigquery_server import BigQueryServer
from fakes.fake_gcs import GcsAddress
from fakes.kms_server import KEY, KmsServer
from integration.google_cloud import DATASET, PROJECT, Google, running_demo

BY_HAND = """
    SELECT month, carrier, avg(dep_delay)
    FROM (SELECT strftime(time_hour, '%Y-%m-01') AS month, carrier, dep_delay FROM flights)
    GROUP BY GROUPING SETS ((month), (carrier), (month, carrier))
"""


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


@pytest.mark.xdist_group("bigquery_emulator")
async def test_the_demo_question_is_answered_there(
    google: Google, directory: Any, flights_file: Path, tmp_path: Path
) -> None:
    with running_demo(google, tmp_path, directory.app_url) as demo:
        asked = await asyncio.to_thread(demo.command, "ask", "--json", QUESTION)
        assert asked.returncode == 0, asked.stderr + asked.stdout
        slug = json.loads(asked.stdout)["saved"]["dashboard_slug"]
        text = demo.client.get(f"/v1/dashboards/{slug}/yaml").content
        data = demo.client.get(f"/v1/dashboards/{slug}/data").json()
        costs = demo.client.get("/v1/costs").json()

    assert text in google.objects().values()
    assert not (tmp_path / "data" / "objects").exists()
    assert not (tmp_path / "data" / "duckdb").exists()

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
    assert google.ran == google.computed
    ran = [job for job in google.bigquery.jobs if "INFORMATION_SCHEMA" not in job.sql]
    assert all(job.billed <= (job.most_bytes or 0) for job in ran)
    assert {job.labels["dashboard"] for job in ran if "dashboard" in job.labels} >= {slug}
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


@pytest.mark.slow
def test_over_budget_no_way_in_computes_anything(
    gcs_server: GcsAddress, directory: Any, flights_file: Path, tmp_path: Path
) -> None:
    with BigQueryServer(PROJECT) as bigquery, KmsServer().running() as kms:
        with duckdb.connect(str(flights_file), read_only=True) as con:
            for name in ("flights", "airlines"):
                bigquery.engine.add_table(DATASET, name, con.sql(f"FROM {name} LIMIT 2000").to_arrow_table())
        google = Google(bigquery, gcs_server, gcs_server.bucket(), kms)
        budgets = {"DASHBRIDGE_BUDGET_TURN_BYTES": "1", "DASHBRIDGE_BUDGET_REFRESH_BYTES": "1"}
        with running_demo(google, tmp_path, directory.app_url, **budgets) as demo:
            demo.command("ask", QUESTION)  # what the turn makes of it is the planner's; that it reads nothing is not
            refused = demo.command("data", FLIGHTS_DASHBOARD)
            assert refused.returncode != 0
            assert "budget" in refused.stderr
            at = f"/v1/dashboards/{FLIGHTS_DASHBOARD}"
            yaml = demo.client.get(f"{at}/yaml").content
            insight = f"{at}/insights/delay_by_month"
            for path in (f"{at}/data", f"{at}/data?insight=delay_by_month", insight, f"{insight}?stage=pre"):
                assert demo.client.get(path).json()["code"] == "over_budget", path
            assert demo.client.post(f"{at}/warm").json()["code"] == "over_budget"
            assert demo.client.get(f"{at}/thumbnail").json()["insight"] is None
            preview = demo.client.post("/v1/preview", content=yaml).json()
            assert "over_budget" in {warning["code"] for warning in preview["warnings"]}
            assert demo.client.get("/v1/costs").json()["days"][0]["refused"] >= 8
        assert bigquery.dry_runs
        assert google.ran == []


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
