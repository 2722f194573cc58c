"""What every chart shares: channels out of an insight's columns, the frame of the spec, the patch."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from dashbridge.dashboards.compiled import ViewField
from dashbridge.dashboards.patch import merge
from dashbridge.dashboards.spec import ViewSpec
from dashbridge.dashboards.views.props import role_prop
from dashbridge.insights import CompiledInsight, InsightColumn
from dashbridge.insights.trace import single_cohort

SCHEMA = "https://vega.github.io/schema/vega-lite/v6.json"
DATASET = "insight"
MISSING = "#9aa1ad"
_TIME_WORDS = re.compile(r"(^|[_ ])(date|day|month|week|quarter|time|timestamp|datetime)$", re.IGNORECASE)
_TIME_FORMATS = {"YEAR": "%Y", "QUARTER": "%Y Q%q", "MONTH": "%b %Y", "WEEK": "%d %b %Y", "DAY": "%d %b %Y"}
_TIME_UNITS = {
    "YEAR": "utcyear",
    "QUARTER": "utcyearquarter",
    "MONTH": "utcyearmonth",
    "DAY": "utcyearmonthdate",
    "HOUR": "utcyearmonthdatehours",
}


def escaped(key: str) -> str:
    """A flat key as a Vega-Lite field name: dots, brackets, quotes and backslashes are part of the name."""
    return re.sub(r"""([\\.\[\]'"])""", r"\\\1", key)


@dataclass
class Drawing:
    """A view being drawn over its insight. `fields` collects what it shows, in order."""

    view: ViewSpec
    insight: CompiledInsight
    config: dict[str, Any]
    fields: list[ViewField] = field(default_factory=list)
    missing_color: str | None = None

    @property
    def props(self) -> list[str]:
        """The insight's props by name."""
        return [one.key[6:] for one in self.insight.columns if one.key.startswith("props.")]

    def role(self, role: str) -> str:
        """The prop that fills a required role."""
        found = role_prop(self.view.type, role, self.props)
        if found is None:
            raise KeyError(role)
        return found

    def series_key(self) -> str | None:
        """The column that tells series apart: the prop color, else the split."""
        if "color" in self.props:
            return "props.color"
        return None if single_cohort(self.insight) else self.insight.split_column

    def channel(self, key: str, channel: str, *, likely: str, measure: bool = False) -> dict[str, Any]:
        """The field definition of one column. `likely` is its kind when neither author nor expression says."""
        column = self._column(key)
        prop = key.rpartition(".")[2]
        kind, certain = self._kind(column, prop, likely)
        form = self.view.format.get(prop)
        unit = self.view.unit if measure else None
        label = self.view.labels.get(prop) or column.label
        self._show(ViewField(key, label, kind, certain, (channel,), form, unit))
        found: dict[str, Any] = {"field": escaped(key), "type": kind, "title": f"{label} ({unit})" if unit else label}
        if kind == "temporal":
            found["scale"] = {"type": "utc"}
        if form:
            guide = "axis" if channel in ("x", "y") else "legend" if channel in ("color", "size") else None
            found |= {guide: {"format": form}} if guide else {"format": form}
        return found

    def series(self) -> dict[str, Any] | None:
        """The color channel, if there are several series."""
        key = self.series_key()
        if key is None:
            return None
        found = self.channel(key, "color", likely="nominal")
        discrete = found["type"] in ("nominal", "ordinal")
        if not discrete or not self.fields[-1].certain:
            self.missing_color = MISSING
        if discrete:
            found["legend"] = {**found.get("legend", {}), "orient": "top", "title": None}
            found["sort"] = "ascending"
        return found

    def time_unit(self, key: str) -> str | None:
        """The Vega-Lite time unit of a truncated time, where one has the same steps."""
        return _TIME_UNITS.get(self._column(key).facts.grain or "")

    def spec(
        self, mark: dict[str, Any], encoding: dict[str, Any], transform: list[Any] | None = None
    ) -> dict[str, Any]:
        """The whole Vega-Lite spec, with the author's patch laid over it."""
        config = dict(self.config)
        if form := _TIME_FORMATS.get(self._grain() or ""):
            config["timeFormat"] = form
        if self.missing_color is not None:
            # On a scale of numbers or times, marks without a color would not be drawn at all.
            config["scale"] = {"invalid": {"color": {"value": self.missing_color}}}
        base: dict[str, Any] = {"$schema": SCHEMA, "data": {"name": DATASET}, "width": "container"}
        base["autosize"] = {"type": "fit", "contains": "padding"}
        if transform:
            base["transform"] = transform
        base |= {"mark": {"tooltip": True, **mark}, "encoding": encoding, "config": config}
        return merge(base, self.view.vega_lite)

    def top(self, category: str, measure: str, limit: int) -> list[dict[str, Any]]:
        """Keep the `limit` categories with the greatest totals."""
        name, value = escaped(category), escaped(measure)
        order = [{"field": "__total", "order": "descending"}, {"field": name, "order": "ascending"}]
        return [
            {"joinaggregate": [{"op": "sum", "field": value, "as": "__total"}], "groupby": [name]},
            {"window": [{"op": "dense_rank", "as": "__rank"}], "sort": order},
            {"filter": {"field": "__rank", "lte": limit}},
        ]

    def order(self, measure: str) -> dict[str, Any] | None:
        """The sort of a category channel: the view's, else the order of the rows (None)."""
        sort = self.view.sort
        if sort is None:
            return None
        key = (
            f"props.{sort.by}"
            if f"props.{sort.by}" in (one.key for one in self.insight.columns)
            else f"columns.{sort.by}"
        )
        return {"field": escaped(key), "op": "sum" if key == measure else "min", "order": sort.order}

    def _column(self, key: str) -> InsightColumn:
        found = self.insight.column(key)
        if found is None:
            raise KeyError(key)
        return found

    def _kind(self, column: InsightColumn, prop: str, likely: str) -> tuple[str, bool]:
        if prop in self.view.kinds:
            return self.view.kinds[prop], True
        if column.facts.kind != "unknown":
            return column.facts.kind, True
        if likely == "nominal" and prop == "x" and _TIME_WORDS.search(column.expression):
            return "temporal", False
        return likely, False

    def _grain(self) -> str | None:
        return next((one.facts.grain for one in self.insight.columns if one.facts.grain), None)

    def _show(self, shown: ViewField) -> None:
        if shown.key not in [one.key for one in self.fields]:
            self.fields.append(shown)
