"""What the schema cannot say: names that point nowhere, things unused, props a view lacks, expressions that fail."""

from __future__ import annotations

from collections.abc import Iterator

from dashbridge.dashboards.formats import is_number_format, is_time_format
from dashbridge.dashboards.input_checks import input_problems
from dashbridge.dashboards.patch import patch_problems
from dashbridge.dashboards.spec import SPAN, DashboardSpec, ViewSpec
from dashbridge.dashboards.views import PROPS, missing_props
from dashbridge.insights import (
    CompiledInsight,
    OptionsQuery,
    column_facts,
    compile_insight,
    near,
)
from dashbridge.kit import Invalid, Place, Problem

_ORDERED = ("line", "area")


def check(spec: DashboardSpec) -> tuple[list[Problem], list[Problem], dict[str, CompiledInsight]]:
    """Errors, warnings and the insights that compiled. Places carry paths only."""
    errors = [*_references(spec), *input_problems(spec), *_views(spec), *_layout(spec)]
    compiled: dict[str, CompiledInsight] = {}
    for name, insight in spec.insights.items():
        try:
            compiled[name] = compile_one(spec, name)
        except Invalid as error:
            errors += error.problems
        errors += _unknown_props(spec, name, list(insight.props))
    return errors, list(_warnings(spec, compiled)), compiled


def compile_one(spec: DashboardSpec, name: str) -> CompiledInsight:
    """One insight of the dashboard, ordered by x when a line or area draws it. Raises Invalid."""
    insight = spec.insights[name]
    ordered = any(view.insight == name and view.type in _ORDERED for view in spec.views.values())
    query = spec.queries.get(insight.query)
    facts = column_facts(query.sql) if query else {}
    return compile_insight(name, insight, spec.inputs, order_by_x=ordered, facts=facts)


def _dangling(kind: str, name: str, known: list[str], path: str) -> Problem:
    return Problem(f"ref.unknown_{kind}", f"there is no {kind} {name!r}", Place(path), near(name, known))


def _references(spec: DashboardSpec) -> Iterator[Problem]:
    for name, one in spec.inputs.items():
        options = getattr(one, "options", None)
        if isinstance(options, OptionsQuery) and options.query not in spec.queries:
            yield _dangling("query", options.query, list(spec.queries), f"/inputs/{name}/options/query")
    for name, insight in spec.insights.items():
        if insight.query not in spec.queries:
            yield _dangling("query", insight.query, list(spec.queries), f"/insights/{name}/query")
    for name, view in spec.views.items():
        if view.insight is not None and view.insight not in spec.insights:
            yield _dangling("insight", view.insight, list(spec.insights), f"/views/{name}/insight")


def _views(spec: DashboardSpec) -> Iterator[Problem]:
    for name, view in spec.views.items():
        path = f"/views/{name}"
        yield from patch_problems(view.vega_lite, f"{path}/vega_lite")
        yield from _keys_of_type(view, path)
        yield from _formats(view, path)
        insight = spec.insights.get(view.insight or "")
        if insight is None:
            continue
        props = list(insight.props)
        for role, names in missing_props(view, props):
            has = ", ".join(props) or "none"
            message = f"a {view.type} view needs the prop {role!r}, and the insight {view.insight} has {has}"
            yield Problem("view.missing_prop", message, Place(path), f"add {names} to /insights/{view.insight}/props")
        named = [("format", key) for key in view.format] + [("labels", key) for key in view.labels]
        named += [("kinds", key) for key in view.kinds] + ([("sort/by", view.sort.by)] if view.sort else [])
        known = [*props, *insight.columns]
        for group, key in named:
            if key not in known:
                at = f"{path}/{group}" if group == "sort/by" else f"{path}/{group}/{key}"
                yield Problem(
                    "view.unknown_prop", f"the insight {view.insight} has no prop {key!r}", Place(at), near(key, known)
                )


def _formats(view: ViewSpec, path: str) -> Iterator[Problem]:
    for prop, text in view.format.items():
        if not (is_number_format(text) or is_time_format(text)):
            hint = "numbers: ,.1f or .0%; times: %b %Y"
            yield Problem("view.format", f"{text!r} is not a d3 format", Place(f"{path}/format/{prop}"), hint)


def _keys_of_type(view: ViewSpec, path: str) -> Iterator[Problem]:
    if view.type == "text":
        if view.text is None:
            yield Problem("view.missing_text", "a text view needs the key 'text'", Place(path), "add text: …")
        if view.insight is not None:
            yield Problem(
                "view.key", "a text view has no insight", Place(f"{path}/insight"), "remove it, or change the type"
            )
    elif view.insight is None:
        yield Problem(
            "view.missing_insight", f"a {view.type} view needs the key 'insight'", Place(path), "add insight: NAME"
        )
    allowed = {
        "text": view.type == "text",
        "compare": view.type == "metric",
        "stack": view.type in ("bar", "area"),
        "sort": view.type in ("bar", "pie", "heatmap"),
        "limit": view.type in ("bar", "pie", "table"),
        "vega_lite": view.type not in ("metric", "table", "text"),
    }
    for key, fits in allowed.items():
        if not fits and getattr(view, key) is not None:
            yield Problem("view.key", f"a {view.type} view knows no {key!r}", Place(f"{path}/{key}"), "remove it")


def _unknown_props(spec: DashboardSpec, name: str, props: list[str]) -> Iterator[Problem]:
    users = [view for view in spec.views.values() if view.insight == name]
    if not users or any(view.type == "table" for view in users):
        return
    known = sorted({prop for view in users for prop in PROPS[view.type].all})
    types = ", ".join(sorted({view.type for view in users}))
    for prop in props:
        if prop not in known:
            message = f"no {types} view knows the prop {prop!r}"
            yield Problem("view.unknown_prop", message, Place(f"/insights/{name}/props/{prop}"), near(prop, known))


def _layout(spec: DashboardSpec) -> Iterator[Problem]:
    seen: dict[str, str] = {}
    for row_number, row in enumerate(spec.layout.rows):
        path = f"/layout/rows/{row_number}"
        total = sum(item.span for item in row.items)
        if total > SPAN:
            yield Problem(
                "layout.span",
                f"the spans of this row are {total} together; at most {SPAN}",
                Place(path),
                "use two rows",
            )
        for number, item in enumerate(row.items):
            at = f"{path}/items/{number}/view"
            if item.view not in spec.views:
                yield _dangling("view", item.view, list(spec.views), at)
            elif item.view in seen:
                message = f"the view {item.view!r} is placed twice (first at {seen[item.view]})"
                yield Problem("layout.twice", message, Place(at), "remove one")
            seen.setdefault(item.view, at)


def _warnings(spec: DashboardSpec, compiled: dict[str, CompiledInsight]) -> Iterator[Problem]:
    optioned = {getattr(getattr(one, "options", None), "query", None) for one in spec.inputs.values()}
    queries = optioned | {insight.query for insight in spec.insights.values()}
    insights = {view.insight for view in spec.views.values()}
    views = {item.view for row in spec.layout.rows for item in row.items}
    for name in spec.queries:
        if name not in queries:
            yield _unused("query", name, f"/queries/{name}", "no insight or input uses it")
    for name in spec.insights:
        if name not in insights:
            yield _unused("insight", name, f"/insights/{name}", "no view uses it")
    for name in spec.views:
        if name not in views:
            yield _unused("view", name, f"/views/{name}", "the layout does not place it")
    if len(compiled) == len(spec.insights):
        inputs = {name for insight in compiled.values() for name in insight.input_dependencies}
        for name in spec.inputs:
            if name not in inputs:
                yield _unused(
                    "input",
                    name,
                    f"/inputs/{name}",
                    f"turning it changes nothing; write ${{ref({name}).…}} in a filter",
                )


def _unused(kind: str, name: str, path: str, hint: str) -> Problem:
    return Problem(f"unused.{kind}", f"the {kind} {name!r} is not used", Place(path), hint)
