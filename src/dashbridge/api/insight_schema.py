"""The JSON Schema (2020-12) of what insights answer, for who reads the API; `python -m` writes it into the checkout."""

from __future__ import annotations

import json
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, RootModel

from dashbridge.kit import resource_folder

FILE = "insight.schema.json"
_ID = f"https://dashbridge.dev/schemas/{FILE}"

Mode = Annotated[
    Literal["static", "grouped", "rows", "server"],
    Field(description="What is left to do when an input changes: nothing, merge groups, compute from rows, ask again."),
]
Kind = Literal[
    "integer",
    "decimal",
    "float",
    "boolean",
    "text",
    "date",
    "time",
    "timestamp",
    "timestamptz",
    "interval",
    "bytes",
    "json",
]
Cache = Annotated[
    Literal["hit", "miss", "shared", "stale", "last_good"],
    Field(
        description="Where the rows were found: kept in this process, nowhere (computed now), kept for all processes, "
        "kept and due to be renewed, or kept from before the warehouse failed."
    ),
]
Sha256 = Annotated[str, Field(pattern="^([0-9a-f]{64})?$")]
Whole = Annotated[int, Field(ge=0)]
Moment = Annotated[str, Field(json_schema_extra={"format": "date-time"})]
Columns = Annotated[
    dict[str, list[Any]],
    Field(
        description="Aligned by index. Keys: props.NAME, columns.NAME and the split's column. Missing values are null."
    ),
]


class _Closed(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Labelled(_Closed):
    """A column's key and its title."""

    name: str
    label: str


class DataColumn(Labelled):
    """A column of the data. `text`: its values are written as strings, since JSON numbers would not hold them."""

    type: Kind
    encoding: Literal["json", "text"]


class SourceTable(_Closed):
    """A table that was read, and when its data last changed; null where the warehouse does not say."""

    name: str
    last_modified: Moment | None


class Metadata(_Closed):
    """What is known of the data."""

    split_column: str | None
    input_dependencies: list[str]
    requires_groupby: bool
    mode: Mode
    mode_reason: str
    columns: list[DataColumn]
    rows: Whole
    truncated: bool
    bytes_scanned: Whole
    bytes_estimated: Annotated[
        Whole | None, Field(description="Charged bytes, as estimated before; null where reading costs nothing.")
    ]
    bytes_billed: Annotated[
        Whole | None, Field(description="Charged bytes, as billed; null where the warehouse does not say.")
    ]
    computed_at: Moment
    browser: Annotated[bool, Field(description="Whether the rows under it may be asked for with ?stage=pre.")]
    cache: Cache
    cache_reason: Annotated[str, Field(description="Why it was found there, in a few words.")]
    revision_sha256: Annotated[Sha256, Field(description="Of the dashboard's file.")]
    sql_sha256: Annotated[Sha256, Field(description="Of the statement that the warehouse ran.")]
    scope_sha256: Annotated[Sha256, Field(description="Of the policy and row scope that it ran under.")]
    tables: list[SourceTable]


class Interaction(RootModel[dict[Literal["filter", "split", "sort"], str]]):
    """One of the insight's interactions, as written."""

    model_config = ConfigDict(json_schema_extra={"minProperties": 1, "maxProperties": 1})


class InsightAnswer(_Closed):
    """One insight of a data answer."""

    data: Columns
    query: str
    interactions: list[Interaction]
    metadata: Metadata


class TraceAnswer(_Closed):
    """One trace of a data answer: columns by cohort; those of rows without a cohort apart."""

    data: dict[str, Columns]
    null_cohort: Columns | None
    metadata: Metadata


class _Named(_Closed):
    dashboard: str
    revision: Annotated[int, Field(ge=1)]
    insight: str
    manifest_id: Sha256


class OneInsight(InsightAnswer, _Named):
    """`GET /v1/dashboards/{slug}/insights/{name}` of an insight."""


class OneTrace(TraceAnswer, _Named):
    """The same of a trace."""


class OverBudget(_Closed):
    """The plan that was not run, what it would have cost at most, and what the budget has left (in bytes)."""

    budget: Literal["turn", "refresh", "team_day"]
    estimate: Whole
    usd: Annotated[float, Field(ge=0)]
    limit: Whole
    left: Whole
    plan_sha256: Annotated[str, Field(pattern="^[0-9a-f]{64}$")]


class Problem(_Closed):
    """Why a part of an answer is missing."""

    code: str
    message: str
    hint: str | None
    status: int


class OverBudgetProblem(Problem):
    """It is missing because its plan is over a budget (`over_budget`)."""

    details: OverBudget


class FailedInsight(_Closed):
    """An insight that has no data while others have."""

    error: Problem | OverBudgetProblem


class Parameter(_Closed):
    """One `?` of the post-query, in order, and what is bound there.

    `value`: the accessor's value, NULL where nothing is chosen; a list with a `cast` becomes one `CAST(? AS cast)` a
    value, one of NULL when it is empty. `open`: whether the accessor restricts nothing. `some`: whether a value is
    chosen. Integers, decimals and dates are bound as text.
    """

    input: str
    accessor: Literal["value", "values", "min", "max", "first", "last", "from", "to", "until"]
    type: Literal["text", "integer", "number", "decimal", "date", "boolean"]
    gives: Literal["value", "open", "some"]
    cast: str | None


class PreEnvelope(_Closed):
    """What `?stage=pre` says beside the rows (metadata key `dashbridge` of the Arrow schema).

    The rows are the table `insight_data`, its `hugeints` cast from DECIMAL to HUGEINT; the post-query gives one row
    more than `row_limit` where there are more. Its columns are `columns`, by position.
    """

    insight: str
    mode: Literal["static", "grouped", "rows"]
    mode_reason: str
    post_query: str
    parameters: list[Parameter]
    row_limit: Annotated[int, Field(ge=1)]
    limit_is_the_authors: bool
    hugeints: list[str]
    split_column: str | None
    input_dependencies: list[str]
    columns: list[Labelled]
    bytes_scanned: Whole
    computed_at: Moment


class _Any(RootModel[InsightAnswer | TraceAnswer | OneInsight | OneTrace | FailedInsight | PreEnvelope]):
    """What insights answer."""


def insight_schema() -> dict[str, Any]:
    """The schema: one of its `$defs`, each of which may be used alone."""
    schema = _Any.model_json_schema()
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": _ID,
        "title": "Dashbridge insight answers",
        "description": "What insights answer; each part is described under $defs.",
        "anyOf": schema["anyOf"],
        "$defs": {name: _tidy(part) for name, part in schema["$defs"].items()},
    }


def schema_text() -> str:
    """The schema as it stands in `schemas/`."""
    return json.dumps(insight_schema(), indent=2, ensure_ascii=False) + "\n"


def _tidy(node: Any) -> Any:
    """Without the titles pydantic makes of names."""
    if isinstance(node, list):
        return [_tidy(item) for item in node]
    if not isinstance(node, dict):
        return node
    return {key: _tidy(value) for key, value in node.items() if not (key == "title" and isinstance(value, str))}


if __name__ == "__main__":
    (resource_folder("schemas") / FILE).write_text(schema_text(), encoding="utf-8")
