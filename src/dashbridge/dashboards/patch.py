"""The `vega_lite:` patch: laid over the compiled spec, from an allowlist: it styles, never loads or runs."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

from dashbridge.dashboards.document import escape
from dashbridge.insights import near
from dashbridge.kit import Place, Problem

_TOP = ("mark", "encoding", "title", "config", "view")
_CONFIG = (
    "arc",
    "area",
    "axis",
    "axisBottom",
    "axisLeft",
    "axisQuantitative",
    "axisTemporal",
    "axisX",
    "axisY",
    "bar",
    "circle",
    "header",
    "legend",
    "line",
    "mark",
    "numberFormat",
    "point",
    "range",
    "rect",
    "scale",
    "text",
    "timeFormat",
    "title",
    "tooltipFormat",
    "view",
)
_CHANNELS = (
    "x",
    "y",
    "x2",
    "y2",
    "xOffset",
    "yOffset",
    "color",
    "fill",
    "stroke",
    "opacity",
    "fillOpacity",
    "strokeOpacity",
    "size",
    "shape",
    "strokeDash",
    "strokeWidth",
    "theta",
    "radius",
    "order",
    "detail",
    "text",
    "tooltip",
    "row",
    "column",
    "facet",
)
_NEVER = frozenset(
    {
        "data",
        "url",
        "expr",
        "signal",
        "loader",
        "href",
        "image",
        "src",
        "baseURL",
        "datasets",
        "transform",
        "params",
        "param",
        "usermeta",
        "labelExpr",
        "calculate",
        "test",
        "filter",
        "update",
        "events",
        "bind",
        "key",
        "lookup",
        "from",
        "description",
    }
)
_MARK_TYPES = frozenset(
    {"arc", "area", "bar", "circle", "line", "point", "rect", "rule", "square", "text", "tick", "trail"}
)
_MAX_DEPTH = 8
_MAX_NODES = 500


def patch_problems(patch: dict[str, Any] | None, path: str) -> Iterator[Problem]:
    """What the patch may not hold."""
    if not patch:
        return
    for key, value in patch.items():
        at = f"{path}/{escape(key)}"
        if key not in _TOP:
            yield Problem(
                "patch.key", f"a vega_lite patch may not set {key!r}", Place(at), f"allowed: {', '.join(_TOP)}"
            )
        elif key in ("config", "encoding") and isinstance(value, dict):
            allowed = _CONFIG if key == "config" else _CHANNELS
            for inner in value:
                if inner not in allowed:
                    message = f"a vega_lite patch may not set {key}.{inner[:40]}"
                    yield Problem("patch.key", message, Place(f"{at}/{escape(inner)}"), near(inner, allowed))
        elif key in ("config", "encoding", "view") and not isinstance(value, dict):
            yield Problem("patch.key", f"{key} must be a map", Place(at), f"write {key}: {{…}}")
        elif key == "mark":
            yield from _mark(value, at)
    yield from _inside(patch, path)


def merge(spec: dict[str, Any], patch: dict[str, Any] | None) -> dict[str, Any]:
    """The patch laid over the spec: maps merge key by key, anything else replaces, null removes; as a new dict."""
    merged = copy.deepcopy(spec)
    for key, value in (patch or {}).items():
        if key == "mark" and isinstance(value, str):
            value = {"type": value}
        if value is None:
            merged.pop(key, None)
        elif isinstance(value, dict) and isinstance(merged.get(key), dict):
            merged[key] = merge(merged[key], value)
        else:
            merged[key] = copy.deepcopy(value)
    return merged


def _mark(value: Any, at: str) -> Iterator[Problem]:
    name = value.get("type") if isinstance(value, dict) else value
    if not isinstance(value, dict | str):
        yield Problem("patch.key", "mark must be a name or a map", Place(at), "write mark: {point: true}")
    elif name is not None and name not in _MARK_TYPES:
        yield Problem(
            "patch.mark",
            f"the mark {str(name)[:40]!r} is not allowed",
            Place(at),
            f"one of {', '.join(sorted(_MARK_TYPES))}",
        )


def _inside(patch: dict[str, Any], path: str) -> Iterator[Problem]:
    waiting: list[tuple[Any, str, int]] = [(patch, path, 0)]
    nodes = 0
    while waiting:
        node, at, depth = waiting.pop()
        nodes += 1
        if nodes > _MAX_NODES or depth > _MAX_DEPTH:
            yield Problem(
                "patch.size",
                f"the patch is larger than {_MAX_NODES} values or {_MAX_DEPTH} levels",
                Place(path),
                "shorten it",
            )
            return
        if isinstance(node, dict):
            for key, value in node.items():
                inner = f"{at}/{escape(key)}"
                if key in _NEVER or key.lower().endswith(("url", "expr", "href")):
                    yield Problem(
                        "patch.forbidden", f"a vega_lite patch may not hold {key[:40]!r}", Place(inner), "remove it"
                    )
                waiting.append((value, inner, depth + 1))
        elif isinstance(node, list):
            waiting += [(value, f"{at}/{number}", depth + 1) for number, value in enumerate(node)]
