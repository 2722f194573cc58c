"""A broad wish, start to end: look around, choose, dry-run, validate, save, tell."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import dataclass, replace

from dashbridge.kit import slugify
from dashbridge.planner.account import account, nothing_matches
from dashbridge.planner.afford import affordable, large_note, why_large
from dashbridge.planner.emit import emit
from dashbridge.planner.explore import explore
from dashbridge.planner.lookup import not_looked_up, read_as
from dashbridge.planner.overview.breakdown import MOST, bar_view, choice_groups, choose_groups
from dashbridge.planner.overview.detail import choose_detail, detail_view
from dashbridge.planner.overview.headline import choose_measures, headline_views
from dashbridge.planner.overview.page import overview_title, write_page
from dashbridge.planner.overview.statements import overview_queries, source_of
from dashbridge.planner.overview.thin import thin_page, too_little
from dashbridge.planner.overview.trend import time_of, trend_view
from dashbridge.planner.overview.wish import Wish, read_wish
from dashbridge.planner.plan import Dimension, NeedsChoice, NotAnswerable, Plan
from dashbridge.planner.queries import Queries
from dashbridge.planner.save import save_new
from dashbridge.planner.script import Script
from dashbridge.planner.transcript import Answer, Call, Context, Transcript
from dashbridge.planner.views import View
from dashbridge.planner.words import capital


@dataclass(frozen=True)
class Page:
    """What was chosen: the plan under it, the groups of its table, and the views over the queries that hold."""

    plan: Plan
    queries: Queries
    views: tuple[View, ...]


def overview(transcript: Transcript, text: str, choices: Sequence[str] = ()) -> Script:
    """The script that answers a broad wish with a dashboard."""
    context = transcript.context
    tables = yield from explore(text, context, transcript.tools)
    try:
        wish = read_wish(text, tables, today=context.today, choices=choices)
        too_little(wish.base)
    except NotAnswerable as reason:
        return nothing_matches(str(reason), tables, text)
    except NeedsChoice as needed:
        yield [Call("ask_question", {"text": needed.choice.text, "options": list(needed.choice.options)})]
        return needed.choice.text
    page, trouble = yield from _compose(wish, context)
    if page is None:
        return f"I could not build this: {trouble}. Nothing was saved."
    document = write_page(page.plan, page.queries, page.views, context.connection)
    written = emit(document)
    (checked,) = yield [Call("validate_dashboard_yaml", {"yaml_content": written})]
    if checked.failed:
        return f"The dashboard I wrote was refused: {checked.reason}. Nothing was saved."
    wanted = slugify(page.plan.title, fallback=slugify(page.plan.base.short))
    saved = yield from save_new(written, wanted, why_large(page.plan))
    if saved.failed:
        return f"The dashboard is valid but could not be saved: {saved.reason}."
    labels = [str(one.get("label")) for one in document.get("inputs", {}).values()]
    notes = [*page.queries.notes, *large_note(saved), *read_as(tables), *not_looked_up(page.plan.missed, context)]
    return account(page.plan, page.views, notes, labels)


def plan_of(wish: Wish) -> tuple[Plan, tuple[Dimension, ...]]:
    """What will be shown, and the groups of the table."""
    time, guess = time_of(wish.base, wish.question.grain)
    groups = choose_groups(wish)
    shown = groups[:MOST]
    own = [one for one in groups[MOST:] if one.column.table == wish.base.name]
    plan = Plan(
        base=wish.base,
        measures=choose_measures(wish),
        dimensions=[],
        time=time,
        conditions=list(wish.conditions),
        periods=wish.question.periods if time is not None else (),
        paths=wish.linked.paths,
        filters=choice_groups([*shown, *own]),
        extra=shown,
        broad=True,
        missed=list(wish.missed),
        notes=[guess] if guess else [],
    )
    plan.title = overview_title(plan, [one.column.label for one in wish.focus if one.column], _asked(wish, shown))
    if time is None:
        plan.notes.append(f"{wish.base.name} has no date column, so there is no trend and no comparison with before.")
    if not shown:
        plan.notes.append(f"{wish.base.name} has no column with few values, so there is no breakdown.")
    return plan, choose_detail(shown, groups)


def _asked(wish: Wish, shown: Sequence[Dimension]) -> int:
    return len([one for one in shown if one in wish.groups])


def _compose(wish: Wish, context: Context) -> Generator[Sequence[Call], list[Answer], tuple[Page | None, str]]:
    plan, detail = plan_of(wish)
    if plan.time is None and not plan.extra and len(plan.measures) < 2:
        return (yield from _thin(plan, context))
    found = yield from affordable(plan, context, lambda tried, dialect: overview_queries(tried, dialect, detail))
    plan, queries, answers = found
    refused = [one.reason for one in answers[: len(queries.built)] if one.failed]
    if answers[0].failed:
        return None, refused[0]
    queries = _held(queries, answers)
    plan = replace(plan, filters=[one for one in plan.filters if f"{one.slug}_options" in queries.options])
    return Page(plan, queries, tuple(_views(plan, queries, detail))), ""


def _thin(plan: Plan, context: Context) -> Generator[Sequence[Call], list[Answer], tuple[Page | None, str]]:
    queries, views = thin_page(plan, context.dialect)
    answers = yield [
        Call("run_dry_run_query", {"sql": one.sql, "max_bytes_billed": context.max_bytes}) for one in queries.built
    ]
    failed = next((one.reason for one in answers if one.failed), None)
    return (None, failed) if failed else (Page(plan, queries, tuple(views)), "")


def _held(queries: Queries, answers: Sequence[Answer]) -> Queries:
    built = [one for one, answer in zip(queries.built, answers, strict=False) if not answer.failed]
    rest = answers[len(queries.built) :]
    options = {
        name: sql for (name, sql), answer in zip(queries.options.items(), rest, strict=False) if not answer.failed
    }
    lost = [one.name for one in queries.built if one not in built]
    notes = [f"What stands on {name} was left out: its query was refused." for name in lost]
    return Queries(built, options, [*queries.notes, *notes])


def _views(plan: Plan, queries: Queries, detail: Sequence[Dimension]) -> list[View]:
    main = queries.built[0]
    views = headline_views(plan.measures, main)
    if plan.time is not None and main.time is not None:
        views.append(trend_view(plan.main, plan.time, main))
    for dimension in plan.extra:
        source = source_of(queries, dimension)
        if source is not None:
            views.append(bar_view(plan.main, dimension, source, plan.base.label, dimension in plan.filters))
    source = queries.source(detail) if detail else main
    table = detail_view(plan.measures, detail, plan.time, source, capital(plan.base.label)) if source else None
    return [*views, *([table] if table else [])]
