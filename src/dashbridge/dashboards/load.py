"""A dashboard file read and checked as far as that needs no warehouse."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from pydantic import ValidationError

from dashbridge.dashboards.checks import check
from dashbridge.dashboards.document import Document, read_document
from dashbridge.dashboards.findings import schema_findings, spec_findings
from dashbridge.dashboards.spec import DashboardSpec
from dashbridge.insights import CompiledInsight
from dashbridge.kit import Invalid, Place, Problem

MAX_PROBLEMS = 50


@dataclass(frozen=True, slots=True)
class LoadedDashboard:
    """A dashboard that holds together: every name points somewhere, every expression parses."""

    spec: DashboardSpec
    warnings: tuple[Problem, ...]
    document: Document = field(repr=False)
    insights: dict[str, CompiledInsight] = field(repr=False)
    traces: dict[str, CompiledInsight] = field(default_factory=dict, repr=False)
    options: dict[str, CompiledInsight] = field(default_factory=dict, repr=False)

    def place(self, path: str) -> Place:
        """The line and column of a JSON-pointer path (`/queries/sales/sql`), or of its nearest parent that is there."""
        return self.document.place(path)


def load_dashboard(text: str | bytes, dialect: str = "duckdb") -> LoadedDashboard:
    """Read a dashboard file whose expressions are written in the connection's `dialect`.

    Raises Invalid with all findings at once (at most 50), sorted by line, each with its path, line, column and a hint;
    TooLarge over 256 kB. Nothing else is raised, whatever the bytes.
    """
    document = read_document(text)
    if problems := schema_findings(document):
        raise _invalid(problems, document)
    try:
        spec = DashboardSpec.model_validate(document.data)
    except ValidationError as error:
        raise _invalid(spec_findings(error, document), document) from None
    found = check(spec, dialect)
    if found.errors:
        raise _invalid(found.errors, document)
    warnings = tuple(_placed(found.warnings, document))
    return LoadedDashboard(spec, warnings, document, found.insights, found.traces, found.options)


def _invalid(problems: list[Problem], document: Document) -> Invalid:
    placed = _placed(problems, document)
    kept = placed[:MAX_PROBLEMS]
    more = f" (and {len(placed) - MAX_PROBLEMS} more)" if len(placed) > MAX_PROBLEMS else ""
    count = "1 finding" if len(placed) == 1 else f"{len(kept)} findings{more}"
    return Invalid.of(kept, f"the dashboard has {count}: {kept[0].message}")


def _placed(problems: Iterable[Problem], document: Document) -> list[Problem]:
    placed = [
        problem
        if problem.place.line
        else Problem(problem.code, problem.message, document.place(problem.place.path or ""), problem.hint)
        for problem in problems
    ]
    return sorted(placed, key=lambda one: (one.place.line or 0, one.place.column or 0, one.place.path or "", one.code))
