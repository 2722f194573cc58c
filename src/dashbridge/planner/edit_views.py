"""Edits of what is shown: rename, remove, another chart."""

from __future__ import annotations

import re
from typing import Any

from dashbridge.planner.draft import CannotEdit, Draft
from dashbridge.planner.edit_inputs import clear_inputs
from dashbridge.planner.follow_up import Edit
from dashbridge.planner.lexicon import CHARTS
from dashbridge.planner.plan import Choice, NeedsChoice

_TYPED_KEYS = {"sort": ("bar", "pie", "heatmap"), "limit": ("bar", "pie", "table"), "stack": ("bar", "area")}
_TYPED_KEYS |= {"brush": ("line", "area", "bar", "scatter")}
_TYPED_KEYS |= {"click": ("line", "area", "scatter", "bar", "heatmap", "pie")}


def rename(draft: Draft, edit: Edit) -> None:
    """A new title for the dashboard, or for the view named."""
    title = edit.value[:200]
    if not edit.target or edit.target.lower() in ("title", "the title", "dashboard", "the dashboard"):
        draft.data["title"] = title
        draft.done.append(f'renamed the dashboard "{title}"')
        return
    name = one_view(draft, edit.target, "rename")
    draft.views[name]["title"] = title
    draft.done.append(f'renamed the view {name} "{title}"')


def remove(draft: Draft, edit: Edit, choices: tuple[str, ...]) -> None:
    """Views by what they are called; "the … filter" opens an input again."""
    value = edit.value
    if re.search(r"\b(?:filters?|inputs?|restrictions?)$", value, re.IGNORECASE):
        clear_inputs(draft, value)
        return
    parts = [part for part in re.split(r"\s*,\s*|\s+and\s+", value) if part]
    groups = [draft.named(part) for part in parts]
    if len(parts) > 1 and not all(groups):
        parts, groups = [value], [draft.named(value)]
    for part, names in zip(parts, groups, strict=True):
        if not names:
            raise CannotEdit(f'I found no view like "{part}". The views are {view_list(draft)}.')
        plural = part.lower().rstrip().endswith("s") or part.lower().startswith(("all ", "both "))
        for name in names if plural or len(names) == 1 else [_choose(draft, names, part, choices)]:
            title = draft.title(name)
            draft.drop_view(name)
            draft.done.append(f'removed "{title}"')


def _choose(draft: Draft, names: list[str], words: str, choices: tuple[str, ...]) -> str:
    for choice in choices:
        for name in names:
            if choice.strip().lower() in (draft.title(name).lower(), name.lower()):
                return name
    raise NeedsChoice(Choice(f'Which view do you mean by "{words}"?', tuple(draft.title(name) for name in names)))


def change_chart(draft: Draft, edit: Edit) -> None:
    """Another type for a view; its props move to the new type's names."""
    kind = CHARTS[edit.value.lower()]
    name = one_view(draft, edit.target, "draw differently") if edit.target else draft.main_view()
    if name is None:
        raise CannotEdit("There is no chart to draw differently.")
    view, insight = draft.views[name], draft.insight_of(name)
    if view["type"] == kind:
        raise CannotEdit(f'"{draft.title(name)}" is a {kind} already.')
    if view["type"] in ("text", "metric") or kind in ("metric", "text"):
        raise CannotEdit(
            f'"{draft.title(name)}" cannot be drawn as a {kind}: a {view["type"]} has no groups to spread.'
        )
    shared = [
        other for other in draft.views if other != name and draft.views[other].get("insight") == view.get("insight")
    ]
    renames = _prop_renames(view["type"], kind, insight, draft.title(name))
    if renames and shared:
        raise CannotEdit(
            f'"{draft.title(name)}" shares its insight with "{draft.title(shared[0])}", so it cannot change alone.'
        )
    _rename_props(view, insight, renames)
    view["type"] = kind
    for key, types in _TYPED_KEYS.items():
        if key in view and kind not in types:
            del view[key]
    if kind == "table":
        view.pop("vega_lite", None)
    article, noun = "an" if kind == "area" else "a", " chart" if kind in ("bar", "line", "area", "pie") else ""
    draft.done.append(f'drew "{draft.title(name)}" as {article} {kind}{noun}')


def _prop_renames(old: str, new: str, insight: dict[str, Any], title: str) -> dict[str, str]:
    props = insight.get("props") or {}
    if new == "table":
        return {}
    if old == "table":
        raise CannotEdit(
            f'"{title}" is a table; I cannot tell which of its columns to draw. Ask for a breakdown instead.'
        )
    shape = {"pie": "pie", "heatmap": "heatmap"}
    before, after = shape.get(old, "xy"), shape.get(new, "xy")
    if before == after:
        return {}
    if after == "heatmap":
        if before == "xy" and "color" in props:
            return {"y": "value", "color": "y"}
        raise CannotEdit(f'"{title}" has one grouping; a heatmap needs two.')
    if before == "heatmap":
        if after == "pie":
            raise CannotEdit(f'"{title}" has two groupings; a pie shows one.')
        return {"y": "color", "value": "y"} if "value" in props else {"y": "color", "color": "y"}
    if after == "pie":
        if "color" in props:
            raise CannotEdit(f'"{title}" has two groupings; a pie shows one.')
        return {"x": "label", "y": "value"}
    return {
        old_name: new_name
        for old_name, new_name in (("label", "x"), ("color", "x"), ("value", "y"))
        if old_name in props
    }


def _rename_props(view: dict[str, Any], insight: dict[str, Any], renames: dict[str, str]) -> None:
    if not renames:
        return
    for holder, key in ((insight, "props"), (view, "format"), (view, "labels"), (view, "kinds")):
        if key in holder:
            holder[key] = {renames.get(name, name): value for name, value in holder[key].items()}
    if "sort" in view:
        view["sort"] = {**view["sort"], "by": renames.get(view["sort"]["by"], view["sort"]["by"])}


def one_view(draft: Draft, words: str, doing: str) -> str:
    """The one view that words mean. Raises CannotEdit when none does."""
    names = draft.named(words)
    if not names:
        raise CannotEdit(f'I found no view like "{words}" to {doing}. The views are {view_list(draft)}.')
    return names[0]


def view_list(draft: Draft) -> str:
    """The views by title."""
    return draft.titles(draft.ordered())
