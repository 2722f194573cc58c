"""Colours of a theme: an accent, series that read on light and on dark, a ramp. The page owns text and ground."""

from __future__ import annotations

from typing import Any

from dashbridge.dashboards.spec import Theme

_ACCENTS = {"neutral": "#6b7280", "blue": "#3b74c9", "green": "#3d8b63", "amber": "#b9802a"}
_SERIES = {
    "neutral": ["#6b7280", "#3b74c9", "#9aa1ad", "#8a6d3b", "#4d8a84", "#a3628a", "#7d8f5b", "#b07a62"],
    "blue": ["#3b74c9", "#7fa6dd", "#6b7280", "#5b5fb0", "#4aa3b5", "#9aa1ad", "#8f86c9", "#2f8f9d"],
    "green": ["#3d8b63", "#86b89b", "#6b7280", "#7d8f5b", "#4d8a84", "#9aa1ad", "#a8a14f", "#5fae9f"],
    "amber": ["#b9802a", "#d8b37a", "#6b7280", "#b07a62", "#8a6d3b", "#9aa1ad", "#c7a43e", "#a3628a"],
}
_RAMPS = {
    "neutral": ["#c9ced6", "#9aa1ad", "#6b7280", "#454b57"],
    "blue": ["#c3d5ef", "#86abdf", "#3b74c9", "#264d88"],
    "green": ["#c4ddd0", "#86b89b", "#3d8b63", "#275a40"],
    "amber": ["#ecd9b9", "#d8b37a", "#b9802a", "#7a541b"],
}


def theme_config(theme: Theme) -> dict[str, Any]:
    """The theme as Vega-Lite config, without background and text colours."""
    ramp = _RAMPS[theme]
    return {
        "mark": {"color": _ACCENTS[theme]},
        "range": {"category": list(_SERIES[theme]), "ordinal": ramp, "ramp": ramp, "heatmap": ramp},
        "view": {"stroke": None},
        "axis": {"labelOverlap": "greedy", "labelLimit": 160, "titleFontWeight": "normal"},
        "axisX": {"grid": False},
    }
