"""What a viewer may do on a chart: brush the x axis, click a mark; and which input each sets."""

from __future__ import annotations

from collections.abc import Iterator

from dashbridge.dashboards.compiled import Interact
from dashbridge.dashboards.spec import ClickSpec, DashboardSpec, ViewSpec
from dashbridge.dashboards.views.props import role_prop
from dashbridge.insights import CompiledInsight, InputSpec, near
from dashbridge.insights.trace import single_cohort
from dashbridge.kit import Place, Problem

_BRUSHED = ("line", "area", "bar", "scatter")
_CLICKED = ("line", "area", "bar", "scatter", "pie", "heatmap")
_CLICKED_BY_X = ("bar", "heatmap")
_RANGES = ("date_range", "number_range")
_CHOICES = ("select", "multi_select")
_CONTINUOUS = ("temporal", "quantitative")
_RANGE_OF = {"temporal": "date_range", "quantitative": "number_range"}
_SPAN_OF = {"date_range": "days", "number_range": "numbers"}


def interactions(view: ViewSpec, insight: CompiledInsight) -> tuple[Interact, ...]:
    """The view's interactions, for a view that has no interaction problems."""
    found: list[Interact] = []
    if view.brush is not None:
        found.append(Interact("brush", view.brush, "props.x"))
    if (click := _click(view)) is not None and (key := _clicked_key(view, click, insight)) is not None:
        found.append(Interact("click", click.input, key))
    return tuple(found)


def interact_problems(spec: DashboardSpec, drawn: dict[str, CompiledInsight]) -> Iterator[Problem]:
    """Views that know no brush or click, inputs that are unknown or of another type, props that are not there.

    `drawn`: what each view draws, by the view's name, as far as it compiled.
    """
    for name, view in spec.views.items():
        path = f"/views/{name}"
        insight = drawn.get(name)
        if view.brush is not None:
            if view.type not in _BRUSHED:
                yield _no_key(view, "brush", path)
            else:
                yield from _input_problems(spec.inputs, view.brush, _RANGES, "brush", f"{path}/brush")
                yield from _axis_problems(view, spec.inputs.get(view.brush), insight, f"{path}/brush")
        if (click := _click(view)) is not None:
            if view.type not in _CLICKED:
                yield _no_key(view, "click", path)
            else:
                at = f"{path}/click/input" if isinstance(view.click, ClickSpec) else f"{path}/click"
                yield from _input_problems(spec.inputs, click.input, _CHOICES, "click", at)
                yield from _prop_problems(view, click, insight, f"{path}/click")


def _click(view: ViewSpec) -> ClickSpec | None:
    return ClickSpec(input=view.click) if isinstance(view.click, str) else view.click


def _no_key(view: ViewSpec, key: str, path: str) -> Problem:
    return Problem("view.key", f"a {view.type} view knows no {key!r}", Place(f"{path}/{key}"), "remove it")


def _input_problems(
    inputs: dict[str, InputSpec], name: str, types: tuple[str, ...], on: str, path: str
) -> Iterator[Problem]:
    fitting = [one for one, spec in inputs.items() if spec.type in types]
    wanted = " or ".join(types)
    if name not in inputs:
        hint = near(name, fitting or list(inputs))
        yield Problem("ref.unknown_input", f"there is no input {name!r}", Place(path), hint)
    elif inputs[name].type not in types:
        message = f"a {on} sets a {wanted} input, and {name} is a {inputs[name].type} input"
        hint = f"{' or '.join(fitting[:6])} would do" if fitting else f"add a {wanted} input"
        yield Problem("view.input_type", message, Place(path), hint)


def _axis_problems(
    view: ViewSpec, chosen: InputSpec | None, insight: CompiledInsight | None, path: str
) -> Iterator[Problem]:
    """An x whose kind is known and does not run through days or numbers."""
    x = None if insight is None else insight.column("props.x")
    if x is None:
        return
    kind = view.kinds.get("x") or x.facts.kind
    if kind in ("nominal", "ordinal"):
        message = f"x holds single values ({kind}), and a brush takes a stretch of times or numbers"
        yield Problem("view.brush_axis", message, Place(path), "write click: INPUT, or draw x as a time or a number")
    elif kind in _CONTINUOUS and chosen is not None and chosen.type in _RANGES and chosen.type != _RANGE_OF[kind]:
        message = f"x is {kind}, and {view.brush} is a range of {_SPAN_OF[chosen.type]}"
        yield Problem("view.brush_axis", message, Place(path), f"brush a {_RANGE_OF[kind]} input")


def _prop_problems(view: ViewSpec, click: ClickSpec, insight: CompiledInsight | None, path: str) -> Iterator[Problem]:
    if insight is None or _clicked_key(view, click, insight) is not None:
        return
    props = _props(insight)
    if click.prop is not None:
        message = f"{insight.name} has no prop {click.prop!r}"
        yield Problem("view.unknown_prop", message, Place(f"{path}/prop"), near(click.prop, props))
    else:
        message = f"a {view.type} view is clicked by its color, and {insight.name} has no color and no split"
        hint = f"write click: {{input: {click.input}, prop: {props[0] if props else 'x'}}}, or add the prop color"
        yield Problem("view.click_prop", message, Place(path), hint)


def _clicked_key(view: ViewSpec, click: ClickSpec, insight: CompiledInsight) -> str | None:
    """The key of the column that a click tells; None when there is none."""
    props = _props(insight)
    if click.prop is not None:
        return f"props.{click.prop}" if click.prop in props else None
    if view.type in _CLICKED_BY_X:
        prop = "x" if "x" in props else None
    elif view.type == "pie":
        prop = role_prop("pie", "label", props)
    else:
        prop = "color" if "color" in props else None
        if prop is None:
            return None if single_cohort(insight) else insight.split_column
    return None if prop is None else f"props.{prop}"


def _props(insight: CompiledInsight) -> list[str]:
    return [one.key[6:] for one in insight.columns if one.key.startswith("props.")]
