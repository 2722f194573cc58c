"""Edits of inputs: opened again, or taken away."""

from __future__ import annotations

import re

from dashbridge.planner.draft import CannotEdit, Draft
from dashbridge.planner.words import sentence, tokens


def clear_inputs(draft: Draft, words: str) -> None:
    """Open what restricts by default; "the … input", where none does, is taken away."""
    said = {token.stem for token in tokens(words)} - {"filter", "input", "the", "all", "restriction"}
    cleared = []
    for name, one in draft.inputs.items():
        label = {token.stem for token in tokens(f"{name.replace('_', ' ')} {one.get('label', '')}")}
        if (
            (not said or said & label)
            and one.get("default", "all") != "all"
            and one["type"] in ("select", "multi_select", "date_range", "number_range")
        ):
            one["default"] = "all"
            cleared.append(str(one.get("label") or name))
    if not cleared and re.search(r"\binputs?$", words, re.IGNORECASE):
        _remove_input(draft, said)
        return
    if not cleared:
        raise CannotEdit("No input is restricting anything by default, so there is no such filter to remove.")
    draft.done.append(f"opened {sentence(cleared)} again")


def _remove_input(draft: Draft, said: set[str]) -> None:
    """Take an input away, with the filters, the clicks and the brush that are its own."""
    named = [
        name for name, one in draft.inputs.items()
        if said & {token.stem for token in tokens(f"{name.replace('_', ' ')} {one.get('label', '')}")}
    ]  # fmt: skip
    if len(named) != 1:
        raise CannotEdit(f"I found no single input of that name. The inputs are {sentence(list(draft.inputs))}.")
    name, mark = named[0], f"ref({named[0]})"
    label = draft.inputs[name].get("label", name)
    kept_by = [view for view in draft.views if mark in str([draft.views[view], draft.insight_of(view).get("props")])]
    shared = [one for insight in draft.insights.values() for one in draft.interactions(insight, "filter")
              if mark in one and one.count("${ref(") > one.count("${" + mark)]  # fmt: skip
    if kept_by or shared:
        raise CannotEdit(f'"{draft.title(kept_by[0])}" computes from {label}, so it stays.' if kept_by else shared[0])
    for insight in draft.insights.values():
        if any(mark in str(one) for one in insight.get("interactions") or []):
            insight["interactions"] = [one for one in insight["interactions"] if mark not in str(one)]
    for view in draft.views.values():
        for key in ("click", "brush"):
            target = view.get(key)
            if name in (target, target.get("input") if isinstance(target, dict) else None):
                del view[key]
    draft.drop_unused()
    draft.done.append(f"removed the input {label}")
