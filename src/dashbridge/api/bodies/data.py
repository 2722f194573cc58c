"""Data answers: all insights of a dashboard, one of them, and how they are computed."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, RootModel

from dashbridge.api.bodies.closed import NOT_ALWAYS, Closed, Moment, Whole
from dashbridge.api.bodies.errors import Finding
from dashbridge.api.bodies.pages import DashboardPage, View
from dashbridge.api.insight_schema import (
    Cache,
    FailedInsight,
    InsightAnswer,
    Interaction,
    Labelled,
    Mode,
    OneInsight,
    OneTrace,
    OverBudgetProblem,
    Parameter,
    PreEnvelope,
    Problem,
    Sha256,
    SourceTable,
    TraceAnswer,
)


class Option(Closed):
    """A value to choose, and the text shown for it."""

    value: Any
    label: str


class InputState(Closed):
    """An input as it stands; `options` is null where it has none to choose from."""

    value: Any
    options: list[Option] | None
    error: Problem | OverBudgetProblem = NOT_ALWAYS


class DataAnswer(Closed):
    """A dashboard's data for the inputs as they stand: an answer or an error for each insight and trace."""

    dashboard: str
    revision: Annotated[int, Field(ge=0)]
    manifest_id: Sha256
    generated_at: Moment
    inputs: dict[str, InputState]
    errors: dict[str, Problem | OverBudgetProblem] = NOT_ALWAYS
    insights: dict[str, InsightAnswer | FailedInsight]
    traces: dict[str, TraceAnswer | FailedInsight] = NOT_ALWAYS


class FailedPart(Closed):
    """What failed in a manifest."""

    code: str
    message: str


class FailedStatement(Closed):
    """An insight that has no data."""

    error: FailedPart


class StatedInsight(Closed):
    """What an insight's numbers were computed from; `data_sha256` is of the JSON of its `data`, byte for byte."""

    data_sha256: Sha256
    sql_sha256: Sha256
    scope_sha256: Sha256
    tables: list[SourceTable]
    rows: Whole
    truncated: bool


class Run(Closed):
    """How an insight's rows were come by."""

    computed_at: Moment
    bytes_scanned: Whole
    bytes_estimated: Whole | None
    bytes_billed: Whole | None
    cache: Cache
    cache_reason: str


class Manifest(Closed):
    """What an answer was computed from.

    `manifest_id` is the SHA-256 of all but itself and `runs`, as JSON with sorted keys, no blanks and ASCII alone.
    Insights are named as in the answer, traces `traces.NAME`.
    """

    version: Literal[1]
    manifest_id: Sha256
    dashboard: str
    revision: Annotated[int, Field(ge=0)]
    revision_sha256: Sha256
    inputs: dict[str, Any]
    options_sha256: dict[str, Sha256]
    insights: dict[str, StatedInsight | FailedStatement]
    runs: dict[str, Run]


class DataOrManifest(RootModel[DataAnswer | Manifest]):
    """The data; or, with `manifest=1`, what it was computed from."""


class OneAnswer(RootModel[OneInsight | OneTrace | PreEnvelope]):
    """One insight or trace; or, with `stage=pre`, what makes it of the rows under it."""


class Preview(Closed):
    """What a file that is not saved would show; `data` is null where the warehouse does not answer."""

    page: DashboardPage
    data: DataAnswer | None
    warnings: list[Finding]


class Thumbnail(Closed):
    """One chart of a dashboard and its data (a trace's, where the view draws one); null where none is ready."""

    dashboard: str
    revision: Annotated[int, Field(ge=1)]
    view: View | None
    insight: InsightAnswer | TraceAnswer | None


class DescribedInsight(Closed):
    """How an insight is computed. The statements are null where the server computes it in one go."""

    mode: Mode
    mode_reason: str
    query: str
    pre_query: str | None
    post_query: str | None
    parameters: list[Parameter]
    interactions: list[Interaction]
    input_dependencies: list[str]
    requires_groupby: bool
    split_column: str | None
    row_limit: Whole
    columns: list[Labelled]


class DescribedInsights(Closed):
    """How each insight, trace (`traces.NAME`) and narrowed list of options (`options.INPUT`) is computed."""

    dashboard: str
    revision: Annotated[int, Field(ge=1)]
    insights: dict[str, DescribedInsight]
