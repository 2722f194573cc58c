"""The texts of a view that may name inputs: `Delay by month, ${ref(airport).values}`. The page fills them in."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from dashbridge.dashboards.spec import DashboardSpec, ViewSpec
from dashbridge.insights import InputSpec
from dashbridge.insights.references import find_references
from dashbridge.kit import Place, Problem

Part = str | dict[str, str]
_TEXTS = ("title", "description", "unit", "alt_text", "text")
# Braces that a text may hold, as in Markdown, and an expression may not.
_BRACES = re.compile(r"\?\{|(?<!\$)\{\{")


def text_problems(spec: DashboardSpec) -> Iterator[Problem]:
    """References in views' texts that name no input or no accessor of it, and `${` that begins no reference."""
    for name, view in spec.views.items():
        for key, text in written_texts(view):
            path = f"/views/{name}/{key.replace('.', '/')}"
            _, problems = find_references(_plain(text), spec.inputs)
            for one in problems:
                yield Problem(one.code, one.message, Place(path), one.hint)


def named_inputs(view: ViewSpec, inputs: Mapping[str, InputSpec]) -> set[str]:
    """The inputs that a view's texts show."""
    return {one.name for _, text in written_texts(view) for one in find_references(_plain(text), inputs)[0]}


def written_texts(view: ViewSpec) -> Iterator[tuple[str, str]]:
    """The texts as written, by key: `title`, `labels.x`."""
    for key in _TEXTS:
        text = getattr(view, key)
        if text is not None:
            yield key, text
    for prop, label in view.labels.items():
        yield f"labels.{prop}", label


def template(text: str, inputs: Mapping[str, InputSpec]) -> list[Part] | None:
    """A text with references in parts, each a text or {input, accessor}; None when it has none."""
    references, _ = find_references(_plain(text), inputs)
    if not references:
        return None
    parts: list[Part] = []
    at = 0
    for one in references:
        parts += [text[at : one.start]] if one.start > at else []
        parts.append({"input": one.name, "accessor": one.accessor})
        at = one.end
    return [*parts, text[at:]] if at < len(text) else parts


def templates(texts: Mapping[str, str | None], inputs: Mapping[str, InputSpec]) -> dict[str, Any]:
    """The texts that have references, by key, in parts."""
    found = {key: template(text, inputs) for key, text in texts.items() if text}
    return {key: parts for key, parts in found.items() if parts is not None}


def plainly_referring(view: ViewSpec, inputs: Mapping[str, InputSpec]) -> ViewSpec:
    """The view with every reference in its texts written one way, `${ref(name).accessor}`, so that it can be found."""
    changed: dict[str, Any] = {}
    labels = dict(view.labels)
    for key, text in written_texts(view):
        for one in reversed(find_references(_plain(text), inputs)[0]):
            text = f"{text[: one.start]}{one}{text[one.end :]}"
        if key.startswith("labels."):
            labels[key.removeprefix("labels.")] = text
        else:
            changed[key] = text
    return view.model_copy(update=changed | {"labels": labels})


def _plain(text: str) -> str:
    return _BRACES.sub("  ", text)
