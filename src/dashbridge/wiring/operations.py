"""What operators see of a process: where its logs and figures go, and what makes it ready."""

from __future__ import annotations

import os
from contextlib import AsyncExitStack, suppress
from typing import Any

from dashbridge.chat import Turns
from dashbridge.kit import Unavailable
from dashbridge.objects.base import ObjectNotFound, ObjectStore
from dashbridge.objects.local import LocalObjectStore
from dashbridge.postgres import Database, newest_schema
from dashbridge.settings import Settings
from dashbridge.telemetry import Kept, Readiness, configure_logs, gauge, send_to
from dashbridge.telemetry.readiness import Check
from dashbridge.vault.base import SealedFor, Vault
from dashbridge.vault.local import LocalVault
from dashbridge.warehouse.duckdb import DuckDBPool

_PROBE = SealedFor("readyz", "readyz", "readyz")
_ENDPOINTS = (
    "OTEL_EXPORTER_OTLP_ENDPOINT",
    "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT",
    "OTEL_EXPORTER_OTLP_METRICS_ENDPOINT",
)


def open_logs(settings: Settings) -> None:
    """Send the log where the settings say; the project of traces is the environment's."""
    project = os.environ.get("GOOGLE_CLOUD_PROJECT") or None
    configure_logs(settings.log_format, settings.log_level, project=project)


def open_telemetry(stack: AsyncExitStack) -> None:
    """Send figures and traces to the environment's endpoint; without one nowhere, and nothing is imported."""
    if (
        not any(os.environ.get(name) for name in _ENDPOINTS)
        or os.environ.get("OTEL_SDK_DISABLED", "").lower() == "true"
    ):
        return
    from dashbridge.telemetry.otlp import OTLPInstruments  # the SDK takes half a second to import

    instruments = OTLPInstruments()
    send_to(instruments)
    stack.push_async_callback(instruments.close)
    stack.callback(send_to, None)


def open_gauges(pool: DuckDBPool, turns: Turns) -> None:
    """What is read whenever figures are sent."""
    gauge("dashbridge.queue.depth", lambda: pool.jobs)
    gauge("dashbridge.turns.running", lambda: turns.running)


def readiness_of(
    database: Database, objects: ObjectStore | None = None, vault: Vault | None = None, pool: DuckDBPool | None = None
) -> Readiness:
    """The parts a process needs, each with the question that it must answer; what is far away is asked seldom."""
    checks: dict[str, Check] = {"directory": _directory(database)}
    if objects is not None:
        checks["objects"] = _objects(objects) if isinstance(objects, LocalObjectStore) else Kept(_objects(objects))
    if vault is not None:
        checks["vault"] = _vault(vault) if isinstance(vault, LocalVault) else Kept(_vault(vault))
    if pool is not None:
        checks["workers"] = _workers(pool)
    return Readiness(checks)


def _directory(database: Database) -> Check:
    newest = newest_schema()

    async def check() -> dict[str, Any]:
        schema = await database.check()
        if schema < newest:  # a newer one is a newer release's: it leaves what this one needs
            raise Unavailable(
                f"The directory has the schema {schema}; this release needs {newest}",
                code="schema_behind",
                hint="run `dashbridge migrate directory`",
            )
        return {"schema": schema}

    return check


def _objects(objects: ObjectStore) -> Check:
    async def check() -> None:
        with suppress(ObjectNotFound):
            await objects.stat("readyz")

    return check


def _vault(vault: Vault) -> Check:
    async def check() -> None:
        await vault.open(await vault.seal(b"readyz", _PROBE), _PROBE)

    return check


def _workers(pool: DuckDBPool) -> Check:
    async def check() -> None:
        pool.check()

    return check
