"""A new dashboard, start to end: look around, understand, dry-run, validate, save, tell."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from dashbridge.kit import slugify
from dashbridge.planner.account import account, nothing_matches
from dashbridge.planner.afford import affordable, large_note, why_large
from dashbridge.planner.asked import names_chart
from dashbridge.planner.build_chart import build_chart
from dashbridge.planner.charts import choose_views, with_headlines
from dashbridge.planner.document import write_document
from dashbridge.planner.emit import emit
from dashbridge.planner.explore import explore
from dashbridge.planner.lookup import not_held, not_looked_up, read_as
from dashbridge.planner.plan import NeedsChoice, NotAnswerable, Plan
from dashbridge.planner.queries import Queries
from dashbridge.planner.save import save_new
from dashbridge.planner.script import Script
from dashbridge.planner.transcript import Answer, Call, Transcript
from dashbridge.planner.understand import understand


def build_dashboard(transcript: Transcript, text: str, choices: Sequence[str] = ()) -> Script:
    """The script that answers `text` with a new dashboard."""
    context = transcript.context
    tables = yield from explore(text, context, transcript.tools)
    if names_chart(text):
        said = yield from build_chart(text, tables, context)
        if said is not None:
            return said
    try:
        plan = understand(text, tables, today=context.today, choices=choices)
    except NotAnswerable as reason:
        return nothing_matches(str(reason), tables, text)
    except NeedsChoice as needed:
        (answer,) = yield [Call("ask_question", {"text": needed.choice.text, "options": list(needed.choice.options)})]
        return needed.choice.text if not answer.failed else f"{needed.choice.text} ({answer.reason})"
    plan = with_headlines(plan)
    plan, queries, answers = yield from affordable(plan, context)
    plan, queries, trouble = _without_failed(plan, queries, answers)
    if trouble and not queries.built:
        return f"I could not build this: {trouble[0]}. Nothing was saved."
    views = choose_views(plan, queries)
    document = write_document(plan, queries, views, context.connection)
    text_of_file = emit(document)
    (checked,) = yield [Call("validate_dashboard_yaml", {"yaml_content": text_of_file})]
    if checked.failed:
        return f"The dashboard I wrote was refused: {checked.reason}. Nothing was saved."
    saved = yield from save_new(text_of_file, slugify(plan.title, fallback=slugify(plan.base.short)), why_large(plan))
    if saved.failed:
        return f"The dashboard is valid but could not be saved: {saved.reason}."
    labels = [str(one.get("label")) for one in document.get("inputs", {}).values()]
    looked_up = [*read_as(tables), *not_held(plan.conditions), *not_looked_up(plan.missed, context)]
    notes = [*queries.notes, *trouble, *large_note(saved), *looked_up]
    return account(plan, views, notes, labels)


def _without_failed(plan: Plan, queries: Queries, answers: Sequence[Answer]) -> tuple[Plan, Queries, list[str]]:
    """What is left when the queries that failed their dry run are dropped, and why they failed."""
    trouble: list[str] = []
    built = []
    for query, answer in zip(queries.built, answers, strict=False):
        if answer.failed:
            trouble.append(f"the query {query.name} was refused: {answer.reason}")
        else:
            built.append(query)
    options = {}
    for (name, sql), answer in zip(queries.options.items(), answers[len(queries.built) :], strict=False):
        if answer.failed:
            trouble.append(f"the input from {name} was left out: {answer.reason}")
        else:
            options[name] = sql
    if not trouble:
        return plan, queries, []
    kept = [dimension for dimension in plan.filters if f"{dimension.slug}_options" in options]
    has = {dimension for query in built for dimension in query.dimensions}
    dimensions = [dimension for dimension in plan.dimensions if dimension in has]
    return replace(plan, filters=kept, dimensions=dimensions), Queries(built, options, queries.notes), trouble
