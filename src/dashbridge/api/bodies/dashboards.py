"""Dashboards as the directory knows them: pointers, revisions, and what checking and saving found."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from dashbridge.api.bodies.closed import Closed, Id, Moment, Whole
from dashbridge.api.bodies.costs import DashboardCost
from dashbridge.api.bodies.errors import Finding
from dashbridge.api.insight_schema import Mode, OverBudgetProblem, Problem

Revision = Annotated[int, Field(ge=1)]


class DashboardEntry(Closed):
    """What is known of a dashboard without its file."""

    slug: str
    title: str
    description: str | None
    revision: Revision
    draft: bool
    view_types: list[str]
    connection: str
    owner: str
    yaml_uri: str
    yaml_sha256: str
    created_at: Moment
    updated_at: Moment


class DashboardList(Closed):
    """The team's dashboards, the last changed first."""

    dashboards: list[DashboardEntry]


class RevisionEntry(Closed):
    """One save; `turn_id` is the turn that made it, if a turn did."""

    revision: Revision
    title: str
    author: str
    yaml_uri: str
    yaml_sha256: str
    turn_id: Id | None
    created_at: Moment


class RevisionList(Closed):
    """Every revision, newest first."""

    revisions: list[RevisionEntry]


class SavedDashboard(Closed):
    """A save, and the bytes that its statements read, by query and by insight."""

    slug: str
    revision: Revision
    yaml_uri: str
    yaml_sha256: str
    warnings: list[Finding]
    bytes_scanned: dict[str, Whole]
    insight_bytes_scanned: dict[str, Whole]


class ResultColumn(Closed):
    """A column of a query's result, its type in the engine's words."""

    name: str
    type: str


class CheckedQuery(Closed):
    """What a query would read, the most it may, and the columns it gives."""

    name: str
    columns: list[ResultColumn]
    bytes_scanned: Whole
    limit: Whole


class CheckedInsight(Closed):
    """How an insight would be computed; `bytes_scanned` is that of its pre-query, null where it has none."""

    name: str
    mode: Mode
    bytes_scanned: Whole | None


class Validation(Closed):
    """A file that saving would take, and what it would cost for its default inputs."""

    ok: Literal[True]
    title: str
    warnings: list[Finding]
    queries: list[CheckedQuery]
    insights: list[CheckedInsight]
    cost: DashboardCost


class WarmProgress(Closed):
    """How far the data of a revision is computed ahead: `done` of `total` steps, `bytes` at most by dry run.

    `skipped`: a budget, a cap, a price or the server's end kept it from running; `reason` says which. `idle`: nothing
    was begun, in this process.
    """

    dashboard: str
    revision: Revision
    state: Literal["idle", "running", "done", "failed", "skipped"]
    reason: Problem | OverBudgetProblem | None
    done: Whole
    total: Whole
    bytes: Whole | None
    started_at: Moment | None
    ended_at: Moment | None


class Warmed(Closed):
    """What a warm-up found for each insight: its rows were there (hit), are now (miss), or cannot be had."""

    dashboard: str
    revision: Revision
    insights: dict[str, Literal["hit", "miss", "error"]]
