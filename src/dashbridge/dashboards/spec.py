"""The written form of a dashboard: the one source of `schemas/dashboard.schema.json`."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

from dashbridge.insights import InputSpec, InsightSpec, LanguageModel, Slug
from dashbridge.insights.trace import TraceSpec

ViewType = Literal["metric", "line", "bar", "area", "scatter", "pie", "heatmap", "table", "text"]
FieldKind = Literal["temporal", "quantitative", "ordinal", "nominal"]
Theme = Literal["neutral", "blue", "green", "amber"]
Height = Literal["sm", "md", "lg"] | Annotated[int, Field(strict=True, ge=80, le=2000)]
Seconds = Annotated[int, Field(strict=True, ge=0, le=604_800)]
Title = Annotated[str, Field(min_length=1, max_length=200)]
Text = Annotated[str, Field(max_length=2000)]
Format = Annotated[str, Field(max_length=40, pattern=r"^[ -~]*$")]
PropName = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,62}$")]
ByProp = dict[PropName, Format]

SPAN = 12


class CacheSpec(LanguageModel):
    """How long an answer may be served again."""

    ttl: Annotated[str, Field(pattern=r"^[0-9]{1,6}[smhd]$")] | Seconds = Field(
        default="10m", description="A time such as 30s, 10m, 6h, 1d, or seconds; 0s turns the cache off."
    )

    @property
    def seconds(self) -> int:
        """The time in seconds, at most a week."""
        if isinstance(self.ttl, int):
            return self.ttl
        count = int(self.ttl[:-1]) * {"s": 1, "m": 60, "h": 3600, "d": 86_400}[self.ttl[-1]]
        return min(count, 604_800)


class QuerySpec(LanguageModel):
    """One read-only SELECT on the connection."""

    sql: Annotated[str, Field(min_length=1, max_length=20_000)] = Field(description="In the connection's own dialect.")
    cache: CacheSpec = CacheSpec()
    description: Text | None = None


class Compare(LanguageModel):
    """What a metric shows beside its value, from the prop `compare`."""

    show: Literal["delta", "percent", "value"] = "percent"
    better: Literal["up", "down", "none"] = "none"
    label: Title | None = None


class SortSpec(LanguageModel):
    """The order of the categories."""

    by: PropName = Field(description="A prop of the insight.")
    order: Literal["ascending", "descending"] = "descending"


class ClickSpec(LanguageModel):
    """Which input a click on a mark sets, to the mark's value of which prop."""

    input: Slug = Field(description="A select or multi_select input.")
    prop: PropName | None = Field(default=None, description="A prop of the insight; else what the type clicks by.")


class ViewSpec(LanguageModel):
    """One thing on the page. Which props the insight must have depends on `type`.

    The texts (title, description, unit, labels, alt_text, text) may hold `${ref(input).accessor}`.
    """

    type: ViewType
    title: Title | None = None
    insight: Slug | None = Field(default=None, description="What it draws; every type but text needs one, or a trace.")
    trace: Slug | None = Field(default=None, description="The trace it draws, in place of an insight.")
    brush: Slug | None = Field(
        default=None, description="The date_range or number_range input that dragging along the x axis sets."
    )
    click: Slug | ClickSpec | None = Field(
        default=None, description="The select or multi_select input that a click on a mark sets, or {input, prop}."
    )
    text: Annotated[str, Field(max_length=20_000)] | None = Field(default=None, description="Markdown, for type text.")
    format: ByProp = Field(default_factory=dict, description="d3 format by prop: {y: .1f, x: '%b %Y'}.")
    unit: Annotated[str, Field(max_length=40)] | None = Field(
        default=None, description="Of the measured value: min, USD."
    )
    labels: dict[PropName, Title] = Field(default_factory=dict, description="Axis and column titles by prop.")
    kinds: dict[PropName, FieldKind] = Field(
        default_factory=dict, description="How a prop is read, where the expression does not tell: {x: ordinal}."
    )
    sort: SortSpec | None = Field(default=None, description="Order of the categories of a bar or pie.")
    limit: Annotated[int, Field(strict=True, ge=1, le=1000)] | None = Field(
        default=None, description="At most this many categories (bar, pie) or rows (table)."
    )
    stack: Literal["zero", "normalize", "none"] | None = Field(
        default=None, description="For bar and area with a color."
    )
    compare: Compare | None = Field(default=None, description="For metric; the insight needs the prop compare.")
    description: Text | None = None
    alt_text: Text | None = Field(default=None, description="What a reader who cannot see the chart is told.")
    vega_lite: dict[str, Any] | None = Field(default=None, description="A patch for what the short form cannot say.")


class ItemSpec(LanguageModel):
    """A view's place in a row."""

    view: Slug
    span: Annotated[int, Field(strict=True, ge=1, le=SPAN)] = SPAN


class RowSpec(LanguageModel):
    """A row of the page; the spans of its items are at most 12 together."""

    height: Height = "md"
    items: Annotated[list[ItemSpec], Field(min_length=1, max_length=SPAN)]


class LayoutSpec(LanguageModel):
    """The order of the page."""

    rows: Annotated[list[RowSpec], Field(max_length=200)]


class DashboardSpec(LanguageModel):
    """A dashboard file. inputs, queries, insights, traces, views are maps keyed by slug; order lives in layout only."""

    version: Literal[1]
    title: Title
    description: Text | None = None
    connection: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,62}$")] = Field(
        description="Where the queries run."
    )
    theme: Theme = "neutral"
    timezone: Annotated[str, Field(min_length=1, max_length=64)] = Field(
        default="UTC", description="Whose day date words go by, as an IANA name: America/New_York."
    )
    inputs: dict[Slug, InputSpec] = Field(default_factory=dict, max_length=50)
    queries: dict[Slug, QuerySpec] = Field(default_factory=dict, max_length=100)
    insights: dict[Slug, InsightSpec] = Field(default_factory=dict, max_length=200)
    traces: dict[Slug, TraceSpec] = Field(default_factory=dict, max_length=200)
    views: dict[Slug, ViewSpec] = Field(max_length=200)
    layout: LayoutSpec
