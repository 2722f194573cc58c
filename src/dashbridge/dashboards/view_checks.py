"""What the schema cannot say of views: what they draw, the props they need, keys that their type does not know."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from dashbridge.dashboards.formats import is_number_format, is_time_format
from dashbridge.dashboards.patch import patch_problems
from dashbridge.dashboards.spec import DashboardSpec, ViewSpec
from dashbridge.dashboards.views import PROPS, missing_props
from dashbridge.insights import near
from dashbridge.kit import Place, Problem


@dataclass(frozen=True, slots=True)
class Drawn:
    """What a view draws as it is written: an `insight` or a `trace`."""

    kind: str
    name: str
    props: list[str]
    columns: list[str]


def drawn_by(spec: DashboardSpec, view: ViewSpec) -> Drawn | None:
    """What the view draws, if that is there."""
    for kind, name, known in (("insight", view.insight, spec.insights), ("trace", view.trace, spec.traces)):
        if name is not None and name in known:
            return Drawn(kind, name, list(known[name].props), list(known[name].columns))
    return None


def view_problems(spec: DashboardSpec) -> Iterator[Problem]:
    """What is wrong with each view by itself."""
    for name, view in spec.views.items():
        path = f"/views/{name}"
        yield from patch_problems(view.vega_lite, f"{path}/vega_lite")
        yield from _keys_of_type(view, path)
        yield from _formats(view, path)
        drawn = drawn_by(spec, view)
        if drawn is not None:
            yield from _props(view, drawn, path)


def unknown_props(spec: DashboardSpec) -> Iterator[Problem]:
    """Props of insights and traces that no view drawing them knows."""
    for kind, known in (("insight", spec.insights), ("trace", spec.traces)):
        for name, drawn in known.items():
            users = [view for view in spec.views.values() if getattr(view, kind) == name]
            yield from _unknown_props(users, list(drawn.props), f"/{kind}s/{name}/props")


def _unknown_props(users: list[ViewSpec], props: list[str], path: str) -> Iterator[Problem]:
    if not users or any(view.type == "table" for view in users):
        return
    known = sorted({prop for view in users for prop in PROPS[view.type].all})
    types = ", ".join(sorted({view.type for view in users}))
    for prop in props:
        if prop not in known:
            message = f"no {types} view knows the prop {prop!r}"
            yield Problem("view.unknown_prop", message, Place(f"{path}/{prop}"), near(prop, known))


def _props(view: ViewSpec, drawn: Drawn, path: str) -> Iterator[Problem]:
    named = f"the {drawn.kind} {drawn.name}"
    for role, names in missing_props(view, drawn.props):
        has = ", ".join(drawn.props) or "none"
        message = f"a {view.type} view needs the prop {role!r}, and {named} has {has}"
        yield Problem("view.missing_prop", message, Place(path), f"add {names} to /{drawn.kind}s/{drawn.name}/props")
    keys = [("format", key) for key in view.format] + [("labels", key) for key in view.labels]
    keys += [("kinds", key) for key in view.kinds] + ([("sort/by", view.sort.by)] if view.sort else [])
    known = [*drawn.props, *drawn.columns]
    for group, key in keys:
        if key not in known:
            at = f"{path}/{group}" if group == "sort/by" else f"{path}/{group}/{key}"
            yield Problem("view.unknown_prop", f"{named} has no prop {key!r}", Place(at), near(key, known))


def _formats(view: ViewSpec, path: str) -> Iterator[Problem]:
    for prop, text in view.format.items():
        if not (is_number_format(text) or is_time_format(text)):
            hint = "numbers: ,.1f or .0%; times: %b %Y"
            yield Problem("view.format", f"{text!r} is not a d3 format", Place(f"{path}/format/{prop}"), hint)


def _keys_of_type(view: ViewSpec, path: str) -> Iterator[Problem]:
    if view.type == "text":
        if view.text is None:
            yield Problem("view.missing_text", "a text view needs the key 'text'", Place(path), "add text: …")
        for kind in ("insight", "trace"):
            if getattr(view, kind) is not None:
                message = f"a text view has no {kind}"
                yield Problem("view.key", message, Place(f"{path}/{kind}"), "remove it, or change the type")
    elif view.insight is None and view.trace is None:
        message = f"a {view.type} view needs the key 'insight'"
        yield Problem("view.missing_insight", message, Place(path), "add insight: NAME (or trace: NAME)")
    elif view.insight is not None and view.trace is not None:
        message = "a view draws an insight or a trace, not both"
        yield Problem("view.two_sources", message, Place(f"{path}/trace"), "remove one of the two keys")
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
