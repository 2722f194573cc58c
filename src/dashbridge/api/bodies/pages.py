"""A dashboard as the page draws it, without its data."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

from dashbridge.api.bodies.closed import NOT_ALWAYS, Closed
from dashbridge.api.bodies.errors import Finding
from dashbridge.insights import spec

Resolved = Annotated[Any, Field(description="The default as a value, date words told by the dashboard's own day.")]
Channels = list[str]


class PageSelect(spec.SelectInput):
    """One value out of many."""

    resolved: Resolved


class PageMultiSelect(spec.MultiSelectInput):
    """Several values out of many."""

    resolved: Resolved


class PageDateRange(spec.DateRangeInput):
    """A span of days."""

    resolved: Resolved


class PageNumberRange(spec.NumberRangeInput):
    """A span of numbers."""

    resolved: Resolved


class PageText(spec.TextInput):
    """Free text."""

    resolved: Resolved


class PageToggle(spec.ToggleInput):
    """On or off."""

    resolved: Resolved


PageInput = Annotated[
    PageSelect | PageMultiSelect | PageDateRange | PageNumberRange | PageText | PageToggle, Field(discriminator="type")
]


class ViewField(Closed):
    """A column that a view shows. Unless `certain`, the type of the data decides its kind."""

    key: str
    label: str
    kind: str
    certain: bool
    channels: Channels
    format: str = NOT_ALWAYS
    unit: str = NOT_ALWAYS


class Interact(Closed):
    """What a gesture on a chart chooses: a stretch of the x axis, or a mark's value of one column."""

    on: Literal["brush", "click"]
    input: str
    prop: str


class InputReference(Closed):
    """Where a text names an input."""

    input: str
    accessor: str


class View(Closed):
    """A view; one of `vega_lite`, `table`, `metric` and `text` is set.

    `templates` holds, for the texts that name inputs (`title`, `description`, `unit`, `alt_text`, `text`, `labels.x`),
    their parts.
    """

    name: str
    type: str
    title: str
    insight: str | None
    trace: str | None
    vega_lite: dict[str, Any] | None
    table: dict[str, Any] | None
    metric: dict[str, Any] | None
    text: str | None
    description: str | None
    alt_text: str
    fields: list[ViewField]
    interact: list[Interact]
    templates: dict[str, list[str | InputReference]]


class LayoutItem(Closed):
    """A view in a row, and how many of 12 columns it takes."""

    view: str
    span: Annotated[int, Field(ge=1, le=12)]


class LayoutRow(Closed):
    """Views side by side."""

    height: Literal["sm", "md", "lg"]
    items: list[LayoutItem]


class Layout(Closed):
    """Rows from top to bottom."""

    rows: list[LayoutRow]


class DashboardPage(Closed):
    """What is needed to lay a dashboard out and draw it; `today` is the day in its time zone.

    `revision` is 0 in the preview of a file that replaces nothing.
    """

    slug: str
    revision: Annotated[int, Field(ge=0)]
    draft: bool
    title: str
    description: str | None
    theme: str
    connection: str
    timezone: str
    today: Annotated[str, Field(json_schema_extra={"format": "date"})]
    inputs: dict[str, PageInput]
    views: dict[str, View]
    layout: Layout
    warnings: list[Finding]
