"""A project of the BigQuery emulator asked over plain HTTP: answers as they are on the wire, not yet read by types."""

from __future__ import annotations

import json
from types import TracebackType
from typing import Any, Self

import httpx


class EmulatorRefused(Exception):
    """The emulator cannot run a statement; the text says why."""


class Wire:
    """Statements of one project. Safe between threads."""

    def __init__(self, url: str, project: str) -> None:
        base = f"{url}/bigquery/v2/projects/{project}/"
        # A connection the emulator closed after a fault of its own must not fail the next question.
        self._http = httpx.Client(base_url=base, timeout=120, limits=httpx.Limits(max_keepalive_connections=0))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self._http.close()

    def create(self, statements: str) -> None:
        """Make the datasets and tables of a file."""
        creates = (line for line in statements.splitlines() if line.startswith("CREATE TABLE"))
        for dataset in sorted({line.split()[2].split(".")[0] for line in creates}):
            self._http.post("datasets", json={"datasetReference": {"datasetId": dataset}}).raise_for_status()
        for statement in statements.split(";\n"):
            self.ask(statement)

    def ask(self, sql: str) -> tuple[list[str], list[Any]]:
        """The column types and the rows, plain. Raises EmulatorRefused."""
        fields, rows = self.answer({"query": sql})
        types = [field["type"] + field.get("mode", "") for field in fields]
        return types, [_plain(row) for row in rows]

    def answer(self, query: dict[str, Any]) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
        """The fields and all the rows of a query's configuration. Raises EmulatorRefused."""
        found = self._read(self._http.post("queries", json={"useLegacySql": False, **query}))
        rows = list(found.get("rows", ()))
        job = found.get("jobReference", {}).get("jobId")
        while found.get("pageToken"):
            found = self._read(self._http.get(f"queries/{job}", params={"pageToken": found["pageToken"]}))
            rows += found.get("rows", ())
        assert int(found.get("totalRows", len(rows))) == len(rows)
        return found["schema"]["fields"], rows

    def _read(self, answer: httpx.Response) -> dict[str, Any]:
        body: dict[str, Any] = answer.json()
        if answer.status_code != 200 or body.get("errors"):
            raise EmulatorRefused(json.dumps(body.get("errors") or body.get("error"))[:300])
        return body


def _plain(cell: Any) -> Any:
    """Rows and cells without their wrappers of `f` and `v`."""
    if isinstance(cell, dict):
        return [_plain(one) for one in cell["f"]] if "f" in cell else _plain(cell["v"])
    return [_plain(one) for one in cell] if isinstance(cell, list) else cell
