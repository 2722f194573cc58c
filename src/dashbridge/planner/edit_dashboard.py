"""A follow-up, start to end: read the file, change it, dry-run what is new, validate, save, tell."""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from functools import lru_cache
from typing import Any

from dashbridge.dashboards import load_dashboard
from dashbridge.kit import Invalid
from dashbridge.planner.afford import dry_runs, large_note, save_file
from dashbridge.planner.draft import CannotEdit, Draft
from dashbridge.planner.edit_breakdown import add
from dashbridge.planner.edit_order import limit_top, sort_by
from dashbridge.planner.edit_rows import restrict
from dashbridge.planner.edit_time import change_grain
from dashbridge.planner.edit_views import change_chart, remove, rename, view_list
from dashbridge.planner.emit import emit
from dashbridge.planner.explore import explore
from dashbridge.planner.follow_up import Edit
from dashbridge.planner.ground import Ground
from dashbridge.planner.lookup import read_as
from dashbridge.planner.plan import NeedsChoice
from dashbridge.planner.resolve import Resolve
from dashbridge.planner.schema import Column
from dashbridge.planner.script import Script
from dashbridge.planner.textpatch import patch_text, rewritten
from dashbridge.planner.transcript import Answer, Call, Context, Transcript
from dashbridge.planner.understand import resolver
from dashbridge.planner.words import capital

_NEEDS_GROUND = ("add", "only", "exclude")


def edit_dashboard(
    transcript: Transcript, slug: str, text: str, edits: Sequence[Edit], choices: Sequence[str] = ()
) -> Script:
    """The script that carries out `edits` on the dashboard `slug`."""
    context = transcript.context
    (answer,) = yield [Call("get_dashboard_yaml", {"slug": slug})]
    if answer.failed:
        return f"I could not open {slug}: {answer.reason}."
    source = str(answer.data.get("yaml") or "")
    before = _read(source)
    if isinstance(before, str):
        return f"I did not change {slug}, because its file does not hold together: {before}. Mend it first."
    draft = Draft.of(before, context.open_view)
    ground = Ground([], context.dialect, context.today)
    if any(edit.kind in _NEEDS_GROUND for edit in edits):
        ground = yield from _ground(draft, text, context, transcript.tools)
    try:
        for edit in edits:
            _apply(draft, edit, ground, context, choices)
    except CannotEdit as reason:
        return f"{reason} Nothing was changed."
    except NeedsChoice as needed:
        yield [Call("ask_question", {"text": needed.choice.text, "options": list(needed.choice.options)})]
        return needed.choice.text
    draft.notes += read_as(ground.tables)
    if draft.data == before:
        return f"Nothing to change in {slug}: it is so already."
    changed = written(source, before, draft.data)
    if changed is None:
        return "This file has comments that I could not keep while changing it, so I left it as it is. Edit it by hand."
    return (yield from _check_and_save(draft, before, changed, slug, context))


def undo_last(transcript: Transcript, slug: str) -> Script:
    """The script that puts back what the dashboard was before the last change made in this conversation."""
    before, after = _last_change(transcript, slug)
    if before is None:
        made = (
            "This conversation made it, and there is nothing before that."
            if after
            else "Nothing was changed in this conversation."
        )
        return f"There is nothing to undo in {slug}: {made}"
    (answer,) = yield [Call("get_dashboard_yaml", {"slug": slug})]
    if answer.failed:
        return f"I could not open {slug}: {answer.reason}."
    if answer.data.get("yaml") != after:
        return f"{slug} was changed elsewhere since, so I did not put the older state over it. See its revisions."
    (checked,) = yield [Call("validate_dashboard_yaml", {"yaml_content": before})]
    if checked.failed:
        return f"The state before is refused now: {checked.reason}. Nothing was changed."
    saved = yield from save_file(before, slug, "It is the state before, which was there already.")
    if saved.failed:
        return f"The state before could not be saved: {saved.reason}."
    return f"I took the last change of {slug} back. Say undo again to bring it back."


def written(source: str, before: dict[str, Any], after: dict[str, Any]) -> str | None:
    """The new text: the author's own lines where nothing changed. None when comments or meaning would be lost.

    Data that is no valid dashboard is written plainly, so that the validation says what is wrong with it.
    """
    patched = patch_text(source, before, after)
    if _read(patched) == after:
        return patched
    return rewritten(source, after) if _read(emit(after)) == after else emit(after)


@lru_cache(maxsize=32)
def _read(text: str) -> dict[str, Any] | str:
    """The data of a file, not to be changed, or in words why it does not load; kept, since each step reads it again."""
    try:
        data: dict[str, Any] = load_dashboard(text).document.data
    except Invalid as error:
        return error.message
    return data


def _apply(draft: Draft, edit: Edit, ground: Ground, context: Context, choices: Sequence[str]) -> None:
    resolve: Resolve = resolver(choices)
    steps: dict[str, Callable[[], None]] = {
        "rename": lambda: rename(draft, edit),
        "remove": lambda: remove(draft, edit, tuple(choices)),
        "chart": lambda: change_chart(draft, edit),
        "top": lambda: limit_top(draft, edit),
        "sort": lambda: sort_by(draft, edit),
        "grain": lambda: change_grain(draft, edit, context.dialect),
        "only": lambda: restrict(draft, edit, ground, resolve),
        "exclude": lambda: restrict(draft, edit, ground, resolve),
        "add": lambda: add(draft, edit, ground, resolve),
    }
    if edit.kind not in steps:
        raise CannotEdit("Undo stands alone: say it by itself.")
    steps[edit.kind]()


def _ground(
    draft: Draft, text: str, context: Context, tools: frozenset[str]
) -> Generator[Sequence[Call], list[Answer], Ground]:
    """Schemas of the tables, and what each query of the file returns and reads."""
    names = list(draft.queries)
    answers = yield dry_runs([draft.queries[name]["sql"] for name in names], context.max_bytes)
    words = " ".join([text, *(str(table) for answer in answers for table in answer.data.get("tables") or ())])
    tables = yield from explore(words, context, tools)
    ground = Ground(tables, context.dialect, context.today)
    for name, answer in zip(names, answers, strict=False):
        columns = [one for one in answer.data.get("columns") or () if isinstance(one, dict) and one.get("name")]
        ground.returned[name] = [Column(name, str(one["name"]), str(one.get("kind") or "other")) for one in columns]
        ground.read[name] = [str(table) for table in answer.data.get("tables") or ()]
    return ground


def _check_and_save(draft: Draft, before: dict[str, Any], text: str, slug: str, context: Context) -> Script:
    old = {query["sql"] for query in (before.get("queries") or {}).values()}
    new = [query["sql"] for query in draft.queries.values() if query["sql"] not in old]
    if new:
        answers = yield dry_runs(new, context.max_bytes)
        for answer in answers:
            if answer.failed:
                return f"The changed query was refused: {answer.reason}. Nothing was changed."
    (checked,) = yield [Call("validate_dashboard_yaml", {"yaml_content": text})]
    if checked.failed:
        return f"The changed dashboard was refused: {checked.reason}. Nothing was changed."
    saved = yield from save_file(text, slug, "It is the change asked for, over the rows that were there before.")
    if saved.failed:
        return f"The change is valid but could not be saved: {saved.reason}."
    lines = [
        f"{capital('; '.join(draft.done))}.",
        f'"{draft.data["title"]}" ({slug}) now shows {view_list(draft)}.',
        *draft.notes,
        *large_note(saved),
    ]
    return "\n\n".join([*lines, "Say undo to take it back."])


def _last_change(transcript: Transcript, slug: str) -> tuple[str | None, str | None]:
    """(the text before, the text after) of the last save in this conversation; None where there is none."""
    for turn in reversed(transcript.turns[:-1]):
        saved = read = None
        for call in turn.calls:
            answer = turn.answer(call)
            if answer is None or answer.failed:
                continue
            if call.name == "get_dashboard_yaml" and call.arguments.get("slug") == slug and saved is None:
                read = str(answer.data.get("yaml") or "") or None
            if call.name == "save_dashboard_yaml" and answer.data.get("slug", call.arguments.get("slug")) == slug:
                saved = str(call.arguments.get("yaml_content") or "")
        if saved is not None:
            return read, saved
    return None, None
