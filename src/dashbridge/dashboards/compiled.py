"""A dashboard as the server and the page use it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

from dashbridge.insights import CompiledInsight, InputSpec


@dataclass(frozen=True, slots=True)
class CompiledQuery:
    """One statement for the warehouse and how long (seconds) its answer keeps."""

    sql: str
    ttl_s: int


@dataclass(frozen=True, slots=True)
class ViewField:
    """A column that a view shows. Unless `certain`, the page refines `kind` by the type in the data answer."""

    key: str
    label: str
    kind: str
    certain: bool
    channels: tuple[str, ...] = ()
    format: str | None = None
    unit: str | None = None

    def as_json(self) -> dict[str, Any]:
        """The field without what is not set."""
        found: dict[str, Any] = {"key": self.key, "label": self.label, "kind": self.kind, "certain": self.certain}
        found["channels"] = list(self.channels)
        return found | {name: value for name, value in (("format", self.format), ("unit", self.unit)) if value}


@dataclass(frozen=True, slots=True)
class Interact:
    """What the viewer does (`on`), the input it sets, and the key of the column whose value it takes."""

    on: Literal["brush", "click"]
    input: str
    prop: str

    def as_json(self) -> dict[str, str]:
        """For the page."""
        return {"on": self.on, "input": self.input, "prop": self.prop}


@dataclass(frozen=True, slots=True)
class CompiledView:
    """A view of one insight or trace: exactly one of `vega_lite` (charts), `table`, `metric` and `text` is set.

    `templates` holds, for the texts that name inputs, their parts: `title`, `description`, `unit`, `alt_text`, `text`
    and `labels.x`. Wherever such a text stands otherwise, its references read `${ref(input).accessor}`.
    """

    name: str
    type: str
    title: str
    insight: str | None
    vega_lite: dict[str, Any] | None = None
    table: dict[str, Any] | None = None
    metric: dict[str, Any] | None = None
    text: str | None = None
    description: str | None = None
    alt_text: str = ""
    fields: tuple[ViewField, ...] = ()
    trace: str | None = None
    interact: tuple[Interact, ...] = ()
    templates: dict[str, Any] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """The view for the page."""
        return {
            "name": self.name,
            "type": self.type,
            "title": self.title,
            "insight": self.insight,
            "trace": self.trace,
            "vega_lite": self.vega_lite,
            "table": self.table,
            "metric": self.metric,
            "text": self.text,
            "description": self.description,
            "alt_text": self.alt_text,
            "fields": [one.as_json() for one in self.fields],
            "interact": [one.as_json() for one in self.interact],
            "templates": self.templates,
        }


@dataclass(frozen=True, slots=True)
class CompiledDashboard:
    """Everything a dashboard asks for and shows. `layout` is {"rows": [{"height", "items": [{"view", "span"}]}]}.

    `options` holds what gives the options of an input that takes them from a query, by the input's name; `traces` are
    compiled as insights whose split is the cohort.
    """

    title: str
    description: str | None
    connection: str
    theme: str
    queries: dict[str, CompiledQuery]
    insights: dict[str, CompiledInsight]
    views: dict[str, CompiledView]
    inputs: dict[str, InputSpec]
    layout: dict[str, Any]
    timezone: str = "UTC"
    options: dict[str, CompiledInsight] = field(default_factory=dict)
    traces: dict[str, CompiledInsight] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """The whole as JSON, for `dashbridge compile` and golden files."""
        return {
            "title": self.title,
            "description": self.description,
            "connection": self.connection,
            "theme": self.theme,
            "timezone": self.timezone,
            "inputs": {
                name: one.model_dump(mode="json", by_alias=True, exclude_none=True) for name, one in self.inputs.items()
            },
            "queries": {name: {"sql": one.sql, "ttl_s": one.ttl_s} for name, one in self.queries.items()},
            "insights": {name: one.as_json() for name, one in self.insights.items()},
            "traces": {name: one.as_json() for name, one in self.traces.items()},
            "options": {name: one.as_json() for name, one in self.options.items()},
            "views": {name: one.as_json() for name, one in self.views.items()},
            "layout": self.layout,
        }
