"""Jobs and tables as BigQuery's REST API shows them."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field
from typing import Any

import duckdb

from .bigquery_engine import Plan, Refused, StoredTable

_MEBIBYTE = 2**20
_MINIMUM = 10 * _MEBIBYTE


@dataclass
class Job:
    """One real run."""

    id: str
    sql: str
    configuration: dict[str, Any]
    plan: Plan
    done: threading.Event = field(default_factory=threading.Event)
    cancelled: threading.Event = field(default_factory=threading.Event)
    fields: list[dict[str, Any]] = field(default_factory=list)
    rows: list[dict[str, Any]] = field(default_factory=list)
    error: Refused | None = None
    billed: int = 0
    cursor: duckdb.DuckDBPyConnection | None = None

    @property
    def labels(self) -> dict[str, str]:
        return dict(self.configuration.get("labels", {}))

    @property
    def parameters(self) -> list[Any]:
        given = self.configuration["query"].get("queryParameters", [])
        return [parameter.get("parameterValue", {}).get("value") for parameter in given]

    @property
    def most_bytes(self) -> int | None:
        most = self.configuration["query"].get("maximumBytesBilled")
        return None if most is None else int(most)

    @property
    def state(self) -> str:
        return "DONE" if self.done.is_set() else "RUNNING"


def job_resource(project: str, location: str, job: Job) -> dict[str, Any]:
    """A run as the API shows it."""
    statistics = _statistics(job.plan, job.billed if job.state == "DONE" else None)
    made = _resource(project, location, job.id, job.configuration, statistics) | {"status": {"state": job.state}}
    if job.error is not None and job.state == "DONE":
        found = {"reason": job.error.reason, "message": job.error.message, "location": "query"}
        made["status"] |= {"errorResult": found, "errors": [found]}
    return made


def dry_run_resource(project: str, location: str, configuration: dict[str, Any], plan: Plan) -> dict[str, Any]:
    """A dry run as the API answers it: a job without an id."""
    made = _resource(project, location, "", configuration, _statistics(plan))
    return made | {"status": {"state": "DONE"}}


def _statistics(plan: Plan, billed: int | None = None) -> dict[str, Any]:
    query: dict[str, Any] = {
        "statementType": plan.statement_type,
        "totalBytesProcessed": str(plan.bytes),
        "totalBytesProcessedAccuracy": "PRECISE",
        "referencedTables": [
            {"projectId": project, "datasetId": dataset, "tableId": name} for project, dataset, name in plan.tables
        ],
        "schema": {"fields": list(plan.fields)},
    }
    if billed is not None:
        query["totalBytesBilled"] = str(billed)
    now = str(time.time_ns() // 1_000_000)
    return {"creationTime": now, "startTime": now, "totalBytesProcessed": str(plan.bytes), "query": query}


def _resource(
    project: str, location: str, job_id: str, configuration: dict[str, Any], statistics: dict[str, Any]
) -> dict[str, Any]:
    return {
        "kind": "bigquery#job",
        "id": f"{project}:{location}.{job_id}",
        "jobReference": {"projectId": project, "location": location} | ({"jobId": job_id} if job_id else {}),
        "configuration": configuration | {"jobType": "QUERY"},
        "statistics": statistics,
    }


def billed_bytes(plan: Plan) -> int:
    """What a run of a plan is billed for."""
    if not plan.tables:
        return 0
    return max(_MINIMUM * len(plan.tables), -(-plan.bytes // _MEBIBYTE) * _MEBIBYTE)


def stopped() -> Refused:
    """How a cancelled job ends."""
    return Refused("Job execution was cancelled: User requested cancellation", reason="stopped")


def table_resource(table: StoredTable) -> dict[str, Any]:
    """A table's metadata without its schema."""
    project, dataset, name = table.key
    made: dict[str, Any] = {
        "kind": "bigquery#table",
        "id": f"{project}:{dataset}.{name}",
        "tableReference": {"projectId": project, "datasetId": dataset, "tableId": name},
        "type": "VIEW" if table.view else "TABLE",
        "creationTime": str(table.created),
        "lastModifiedTime": str(table.modified),
        "numRows": str(table.rows),
        "numBytes": str(sum(table.sizes.values())),
        "location": "US",
    }
    if table.description:
        made["description"] = table.description
    if table.view:
        made["view"] = {"query": table.view, "useLegacySql": False}
    if table.partitioned_by:
        made["timePartitioning"] = {"type": "DAY", "field": table.partitioned_by}
        made["requirePartitionFilter"] = table.filter_required
    if table.clustered_by:
        made["clustering"] = {"fields": list(table.clustered_by)}
    return made


def error_body(error: Refused) -> dict[str, Any]:
    """An error as the API words it."""
    found = {"domain": "global", "reason": error.reason, "message": error.message}
    return {"error": {"code": error.status, "message": error.message, "errors": [found]}}
