"""A local server that answers BigQuery's REST protocol with realistic jobs, for the official client.

It computes rows with DuckDB (see `bigquery_engine`), and knows what an emulator does not: bytes of dry runs, referenced
tables, statement types, `maximumBytesBilled`, quota errors, slow jobs with cancel. It counts dry runs and real runs.

In a test:

    with BigQueryServer("shop") as server:
        server.engine.add_table("main", "orders", arrow_table, partitioned_by="day", clustered_by=("region",))
        server.engine.add_view("main", "late", "SELECT * FROM main.orders WHERE days > 3")
        warehouse = BigQueryWarehouse(BigQueryAccess("shop", endpoint=server.url), default_dataset="main")
        ...
        assert server.runs == []                # statements really run, as texts; server.dry_runs likewise
        server.jobs[-1].labels                  # and .sql, .parameters, .most_bytes, .billed, .state of each run
        server.fail("jobs.insert", 403, "quotaExceeded", "Quota exceeded")       # the next such call fails so
        server.fail_job("rateLimitExceeded", "Exceeded rate limits", times=2)    # the next jobs end so
        server.hold("SELECT slow")              # jobs whose text has this wait for cancel or server.release()

With `elsewhere`, an engine that answers in BigQuery's own cells, SELECTs are planned, priced and capped here and run
there: `BigQueryServer("demo", elsewhere=Wire(emulator.url, "demo").answer)` lets an emulator compute.

For a whole server give it `DASHBRIDGE_BIGQUERY_ENDPOINT=server.url`. As a process, over the tables of a DuckDB file:

    python -m tests.fakes.bigquery_server --project demo --dataset flights --duckdb FILE [--port 0]

which prints {"url": …} when it listens. `GET /counts` answers {"dry_runs": […], "runs": […], "billed": bytes}, and
`POST /counts/reset` begins anew. No credentials are looked at.
"""

from __future__ import annotations

import argparse
import json
import re
import signal
import threading
import time
from collections import deque
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit
from uuid import uuid4

import duckdb
from sqlglot.errors import SqlglotError

from .bigquery_cells import cells
from .bigquery_engine import Engine, Plan, Refused
from .bigquery_jobs import Job, billed_bytes, dry_run_resource, error_body, job_resource, stopped, table_resource

_PAGE = 5_000
_WAIT_S = 10.0

Answer = tuple[int, dict[str, Any]]
Elsewhere = Callable[[dict[str, Any]], tuple[list[dict[str, Any]], list[dict[str, Any]]]]


class BigQueryServer:
    """A server on a free port of 127.0.0.1, from `with` on; `url` is the endpoint for the client."""

    def __init__(
        self, project: str = "shop", *, location: str = "US", port: int = 0, elsewhere: Elsewhere | None = None
    ) -> None:
        self.engine = Engine(project)
        self.elsewhere = elsewhere
        self.location = location
        self.dry_runs: list[str] = []
        self.jobs: list[Job] = []
        self.started = threading.Event()  # set whenever a job begins to run
        self.lose_answers = 0  # how many answers to the next runs never arrive
        self._faults: dict[str, deque[Refused]] = {}
        self._holds: list[str] = []
        self._released = threading.Event()
        self._threads: list[threading.Thread] = []
        self._server = ThreadingHTTPServer(("127.0.0.1", port), _handler(self))
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> BigQueryServer:
        thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        self._threads.append(thread)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()
        for job in self.jobs:
            self._cancel(job)
        self._server.shutdown()
        self._server.server_close()
        for thread in self._threads:
            thread.join(10)
        self.engine.close()

    @property
    def runs(self) -> list[str]:
        """The statements really run, in order."""
        return [job.sql for job in self.jobs]

    @property
    def billed(self) -> int:
        """Bytes billed so far."""
        return sum(job.billed for job in self.jobs)

    def reset(self) -> None:
        """Count anew."""
        self.dry_runs.clear()
        self.jobs.clear()

    def fail(self, call: str, status: int, reason: str, message: str, *, times: int = 1) -> None:
        """Let the next calls fail: `jobs.insert`, `jobs.getQueryResults`, `tables.get`, `datasets.list` …"""
        faults = self._faults.setdefault(call, deque())
        faults.extend(Refused(message, status=status, reason=reason) for _ in range(times))

    def fail_job(self, reason: str, message: str, *, times: int = 1) -> None:
        """Let the next jobs end with this error."""
        self.fail("job", 400, reason, message, times=times)

    def hold(self, part: str) -> None:
        """Let jobs whose text has this wait until they are cancelled, time out, or `release` is called."""
        self._holds.append(part)

    def release(self) -> None:
        """End every wait, for good."""
        self._released.set()

    def answer(self, method: str, path: str, query: dict[str, str], body: dict[str, Any]) -> Answer:
        for verb, pattern, call, act in self._routes():
            found = re.fullmatch(pattern, path)
            if found is None or verb != method:
                continue
            faults = self._faults.get(call)
            if faults:
                raise faults.popleft()
            return act(*(unquote(part) for part in found.groups()), query=query, body=body)
        return 404, error_body(Refused(f"Not found: {method} {path}", status=404, reason="notFound"))

    def _routes(self) -> list[tuple[str, str, str, Callable[..., Answer]]]:
        base = r"(?:/bigquery/v2)?/projects/([^/]+)"
        return [
            ("POST", f"{base}/jobs", "jobs.insert", self._insert),
            ("GET", f"{base}/jobs/([^/]+)", "jobs.get", self._get_job),
            ("POST", f"{base}/jobs/([^/]+)/cancel", "jobs.cancel", self._cancel_job),
            ("GET", f"{base}/queries/([^/]+)", "jobs.getQueryResults", self._results),
            ("GET", f"{base}/datasets", "datasets.list", self._datasets),
            ("GET", f"{base}/datasets/([^/]+)", "datasets.get", self._dataset),
            ("GET", f"{base}/datasets/([^/]+)/tables", "tables.list", self._tables),
            ("GET", f"{base}/datasets/([^/]+)/tables/([^/]+)", "tables.get", self._table),
            ("GET", "/counts", "counts", self._counts),
            ("POST", "/counts/reset", "counts", self._counts),
        ]

    def _insert(self, project: str, *, query: dict[str, str], body: dict[str, Any]) -> Answer:
        configuration = body["configuration"]
        wanted = configuration["query"]
        if not wanted.get("query"):
            raise Refused("Required parameter is missing: query", reason="required")
        default = wanted.get("defaultDataset", {}).get("datasetId")
        given = (wanted["query"], wanted.get("queryParameters", ()), default)
        if configuration.get("dryRun"):
            self.dry_runs.append(wanted["query"])
            plan = self.engine.plan(*given)
            return 200, dry_run_resource(project, self.location, configuration, plan)
        job_id = body.get("jobReference", {}).get("jobId") or str(uuid4())
        if any(job.id == job_id for job in self.jobs):
            raise Refused(f"Already Exists: Job {project}:{job_id}", status=409, reason="duplicate")
        try:
            plan, error = self.engine.plan(*given), None
        except Refused as refused:
            plan, error = Plan("SELECT"), refused
        job = Job(job_id, wanted["query"], configuration, plan, error=error)
        self.jobs.append(job)
        faults = self._faults.get("job")
        job.error = faults.popleft() if faults else error
        if job.error is not None:
            job.done.set()
        else:
            thread = threading.Thread(target=self._run, args=(job,), daemon=True)
            self._threads.append(thread)
            thread.start()
        return 200, job_resource(project, self.location, job)

    def _run(self, job: Job) -> None:
        billed = billed_bytes(job.plan)
        try:
            if job.most_bytes is not None and billed > job.most_bytes:
                raise Refused(
                    f"Query exceeded limit for bytes billed: {job.most_bytes}. {billed} or higher required.",
                    reason="bytesBilledLimitExceeded",
                )
            if job.plan.statement_type != "SELECT":
                raise Refused("This server only runs SELECT", reason="invalid")
            job.cursor = self.engine.con.cursor()
            self.started.set()
            self._wait(job)
            if self.elsewhere is None or "INFORMATION_SCHEMA" in job.sql:
                found = self.engine.run(job.plan, job.cursor)
                job.fields, job.rows = list(job.plan.fields), [cells(row, job.plan.fields) for row in found]
            else:
                job.fields, job.rows = self.elsewhere(job.configuration["query"])
            job.billed = billed
        except Refused as refused:
            job.error = refused
        except duckdb.InterruptException:
            job.error = stopped()
        finally:
            if job.cursor is not None:
                job.cursor.close()
            job.done.set()

    def _wait(self, job: Job) -> None:
        timeout = float(job.configuration.get("jobTimeoutMs") or 600_000) / 1_000
        deadline = time.monotonic() + timeout
        while any(part in job.sql for part in self._holds) and not self._released.is_set():
            if job.cancelled.wait(0.02):
                break
            if time.monotonic() > deadline:
                raise Refused(f"Job timed out after {timeout:g}s", reason="timeout")
        if job.cancelled.is_set():
            raise stopped()

    def _cancel(self, job: Job) -> None:
        job.cancelled.set()
        if job.cursor is not None and not job.done.is_set():
            job.cursor.interrupt()

    def _find(self, job_id: str) -> Job:
        for job in self.jobs:
            if job.id == job_id:
                return job
        raise Refused(f"Not found: Job {job_id}", status=404, reason="notFound")

    def _get_job(self, project: str, job_id: str, *, query: dict[str, str], body: dict[str, Any]) -> Answer:
        return 200, job_resource(project, self.location, self._find(job_id))

    def _cancel_job(self, project: str, job_id: str, *, query: dict[str, str], body: dict[str, Any]) -> Answer:
        job = self._find(job_id)
        self._cancel(job)
        return 200, {"kind": "bigquery#jobCancelResponse", "job": job_resource(project, self.location, job)}

    def _results(self, project: str, job_id: str, *, query: dict[str, str], body: dict[str, Any]) -> Answer:
        job = self._find(job_id)
        reference = {"projectId": project, "jobId": job.id, "location": self.location}
        wait = min(_WAIT_S, float(query.get("timeoutMs", "10000")) / 1_000)
        if not job.done.wait(wait):
            return 200, {"kind": "bigquery#getQueryResultsResponse", "jobReference": reference, "jobComplete": False}
        if job.error is not None:
            raise job.error
        start = int(query.get("pageToken") or query.get("startIndex") or 0)
        end = start + min(int(query.get("maxResults") or _PAGE), _PAGE)
        answer = {
            "kind": "bigquery#getQueryResultsResponse",
            "jobReference": reference,
            "jobComplete": True,
            "schema": {"fields": job.fields},
            "totalRows": str(len(job.rows)),
            "totalBytesProcessed": str(job.plan.bytes),
            "cacheHit": False,
            "rows": job.rows[start:end],
        }
        return 200, answer | ({"pageToken": str(end)} if end < len(job.rows) else {})

    def _datasets(self, project: str, *, query: dict[str, str], body: dict[str, Any]) -> Answer:
        names = sorted(name for owner, name in self.engine.datasets if owner == project)
        return 200, {"kind": "bigquery#datasetList", "datasets": [self._dataset_entry(project, name) for name in names]}

    def _dataset(self, project: str, dataset: str, *, query: dict[str, str], body: dict[str, Any]) -> Answer:
        if (project, dataset) not in self.engine.datasets:
            raise Refused(f"Not found: Dataset {project}:{dataset}", status=404, reason="notFound")
        return 200, self._dataset_entry(project, dataset)

    def _dataset_entry(self, project: str, dataset: str) -> dict[str, Any]:
        reference = {"projectId": project, "datasetId": dataset}
        return {"id": f"{project}:{dataset}", "datasetReference": reference, "location": self.location}

    def _tables(self, project: str, dataset: str, *, query: dict[str, str], body: dict[str, Any]) -> Answer:
        self._dataset(project, dataset, query=query, body=body)
        found = [table for table in self.engine.tables.values() if table.key[:2] == (project, dataset)]
        return 200, {
            "kind": "bigquery#tableList",
            "tables": [table_resource(each) for each in found],
            "totalItems": len(found),
        }

    def _table(self, project: str, dataset: str, name: str, *, query: dict[str, str], body: dict[str, Any]) -> Answer:
        found = self.engine.tables.get((project, dataset, name))
        if found is None:
            raise Refused(f"Not found: Table {project}:{dataset}.{name}", status=404, reason="notFound")
        return 200, table_resource(found) | {"schema": {"fields": found.fields}}

    def _counts(self, *, query: dict[str, str], body: dict[str, Any]) -> Answer:
        answer = {"dry_runs": list(self.dry_runs), "runs": self.runs, "billed": self.billed}
        if body.get("reset"):
            self.reset()
        return 200, answer


def _handler(server: BigQueryServer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def do_GET(self) -> None:
            self._answer()

        def do_POST(self) -> None:
            self._answer()

        def _answer(self) -> None:
            url = urlsplit(self.path)
            raw = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            query = {name: values[-1] for name, values in parse_qs(url.query).items()}
            body = json.loads(raw) if raw else {}
            if url.path == "/counts/reset":
                body = {"reset": True}
            try:
                status, answer = server.answer(self.command, url.path, query, body)
            except Refused as error:
                status, answer = error.status, error_body(error)
            except (SqlglotError, duckdb.Error, ValueError, TypeError, KeyError, RecursionError) as error:
                status, answer = 400, error_body(Refused(f"{type(error).__name__}: {error}"))
            if server.lose_answers and answer.get("kind") == "bigquery#job":
                server.lose_answers -= 1
                self.close_connection = True
                return
            data = json.dumps(answer).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, format: str, *args: Any) -> None:
            """Stay quiet."""

    return Handler


def main() -> None:
    """Serve the tables of a DuckDB file until interrupted."""
    words = argparse.ArgumentParser(description="BigQuery's REST protocol over a DuckDB file")
    words.add_argument("--project", default="demo")
    words.add_argument("--dataset", default="flights")
    words.add_argument("--duckdb", required=True)
    words.add_argument("--port", type=int, default=0)
    given = words.parse_args()
    ended = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: ended.set())
    with BigQueryServer(given.project, port=given.port) as server:
        server.engine.load(given.duckdb, given.dataset)
        print(json.dumps({"url": server.url}), flush=True)
        ended.wait()


if __name__ == "__main__":
    main()
