"""The props of each view type."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from dashbridge.dashboards.spec import ViewSpec


@dataclass(frozen=True, slots=True)
class PropSet:
    """`required` maps a role to the prop names that can fill it, the first preferred; `optional` are names."""

    required: dict[str, tuple[str, ...]]
    optional: tuple[str, ...] = ()

    @property
    def all(self) -> tuple[str, ...]:
        """Every name the type knows."""
        return (*(name for names in self.required.values() for name in names), *self.optional)


_XY: dict[str, tuple[str, ...]] = {"x": ("x",), "y": ("y",)}

PROPS: dict[str, PropSet] = {
    "line": PropSet(_XY, ("color",)),
    "bar": PropSet(_XY, ("color",)),
    "area": PropSet(_XY, ("color",)),
    "scatter": PropSet(_XY, ("color", "size", "label")),
    "pie": PropSet({"label": ("label", "color", "x"), "value": ("value", "y")}),
    "heatmap": PropSet({**_XY, "value": ("value", "color")}),
    "metric": PropSet({"value": ("value", "y")}, ("compare",)),
    "table": PropSet({}),
    "text": PropSet({}),
}


def role_prop(view_type: str, role: str, props: list[str]) -> str | None:
    """The prop that fills a role, if the insight has one."""
    return next((name for name in PROPS[view_type].required[role] if name in props), None)


def missing_props(view: ViewSpec, props: list[str]) -> Iterator[tuple[str, str]]:
    """(role, names that would fill it) for what the insight lacks."""
    for role, names in PROPS[view.type].required.items():
        if role_prop(view.type, role, props) is None:
            yield role, " or ".join(names)
    if view.compare is not None and view.type == "metric" and "compare" not in props:
        yield "compare", "compare"
