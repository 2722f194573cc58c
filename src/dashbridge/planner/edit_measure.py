"""Adding another headline number to a dashboard."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from dashbridge.planner.draft import CannotEdit, Draft
from dashbridge.planner.ground import Ground, column_in
from dashbridge.planner.measure_sql import measure_columns, measure_expression
from dashbridge.planner.overview.headline import NEWEST, compared, windows
from dashbridge.planner.plan import Measure
from dashbridge.planner.schema import Table
from dashbridge.planner.views import number_format
from dashbridge.planner.words import capital


def add_measure(draft: Draft, measure: Measure, query: str, ground: Ground, base: Table) -> None:
    """A headline number from the query that is there. Raises CannotEdit where it cannot come from it."""
    text = draft.select(query)
    if text is None:
        raise CannotEdit(f"The query {query} was written by hand, so I did not add {measure.label} to it.")
    column = column_in(text, measure.column, base, ground.dialect) if measure.column else "*"
    new = [item for item in measure_columns(measure, column) if item[1] not in text.names]
    if measure.kind == "distinct":
        raise CannotEdit("A count of different values needs a query of its own. Ask for it as a new question.")
    draft.queries[query]["sql"] = replace(text, select=(*text.select, *new)).render()
    expression = measure_expression(measure)
    like = _headline_like(draft, query)
    props = windows(expression, text.names[0]) if like else {"value": expression}
    shown = props["value"]
    for name in draft.views:
        if draft.views[name]["type"] == "metric" and shown in (draft.insight_of(name).get("props") or {}).values():
            raise CannotEdit(f'"{draft.title(name)}" shows that already.')
    name = draft.free_name("views", measure.slug)
    insight = draft.free_name("insights", measure.slug)
    others = [one for one in draft.insights.values() if one["query"] == query]
    source = draft.insight_of(like) if like else others[0] if others else {}
    filters = [{"filter": one} for one in draft.interactions(source, "filter")]
    draft.insights[insight] = {
        "query": query,
        "props": props,
        **({"interactions": filters} if filters else {}),
    }
    view: dict[str, Any] = {
        "type": "metric",
        "title": capital(measure.label),
        "insight": insight,
        "format": {"value": number_format(measure)},
    }
    if measure.unit and measure.kind not in ("share", "count"):
        view["unit"] = measure.unit
    if like:
        view["title"] += draft.title(like)[draft.title(like).rfind(", last ") :]
        view |= {"description": draft.views[like].get("description", ""), "compare": compared(measure, text.names[0])}
    draft.views[name] = view
    _place_metric(draft, name)
    draft.done.append(f'added "{view["title"]}"')


def _headline_like(draft: Draft, query: str) -> str | None:
    """A headline number over the last weeks, beside the weeks before."""
    text = draft.select(query)
    for name in draft.views:
        insight = draft.insight_of(name)
        over_weeks = NEWEST in insight.get("props", {}).get("compare", "") and ", last " in draft.title(name)
        if text is not None and NEWEST in text.names and insight.get("query") == query and over_weeks:
            return name
    return None


def _place_metric(draft: Draft, name: str) -> None:
    """Beside the other headline numbers while there is room."""
    for row in draft.data["layout"]["rows"]:
        items = row["items"]
        if all(draft.views.get(item["view"], {}).get("type") == "metric" for item in items) and len(items) < 6:
            items.append({"view": name})
            for item in items:
                item["span"] = 12 // len(items)
            return
    draft.data["layout"]["rows"].insert(0, {"height": "sm", "items": [{"view": name, "span": 12}]})
